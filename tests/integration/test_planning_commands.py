"""The planner's commands on files alone and on a registry, with right input and with wrong."""

from __future__ import annotations

import csv
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from geographiclib.geodesic import Geodesic

from app import create_app
from services.cli import main
from services.region import load_region
from services.settings import DEFAULT_REGION, ROOT, Settings
from services.wiring import build
from services.workflows import load_sample
from tests.conftest import VADUZ
from tests.town import build_town, write_town

SPEED_MS = 4 / 3.6
LIMIT_M = 600 * SPEED_MS / 1.3

Rows = Sequence[Sequence[object]]


@dataclass
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


Run = Callable[..., Ran]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The command in a folder of its own, on a registry that is not there yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCATOR_DATABASE_URL", f"sqlite:///{tmp_path / 'registry.db'}")

    def command(*words: object, **environment: str) -> Ran:
        for name, value in environment.items():
            monkeypatch.setenv(f"LOCATOR_{name}", value)
        # What is no sentence of ours is an exception here, and fails the test.
        done = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
        return Ran(done.exit_code, done.stdout, done.stderr)

    return command


def write(path: Path, rows: Rows, encoding: str = "utf-8", end: str = "\n") -> Path:
    text = "".join(",".join(map(str, row)) + end for row in rows)
    path.write_bytes(text.encode(encoding))
    return path


PLACES: Rows = [
    ("id", "name", "lat", "lon", "opening_hours"),
    ("p1", "一站", 33.381, 120.151, "Mo-Fr 08:00-18:00"),
    ("p2", "二站", 33.385, 120.156, ""),
    ("p3", "三站", 33.390, 120.150, "Mo-Su 06:00-22:00"),
]
_chance = random.Random(7)
DEMAND: Rows = [
    ("id", "lat", "lon", "weight", "district"),
    *(
        (
            f"d{n}",
            round(33.37 + _chance.random() * 0.03, 6),
            round(120.14 + _chance.random() * 0.03, 6),
            round(_chance.random() * 50, 1),
            "东" if n % 3 else "西",
        )
        for n in range(60)
    ),
]
FILES = ("--places", "p.csv", "--demand", "d.csv")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A city's places and demand in a folder."""
    write(tmp_path / "p.csv", PLACES)
    write(tmp_path / "d.csv", DEMAND)
    return tmp_path


def metres(lat: float, lon: float, other: Sequence[Any]) -> float:
    return float(Geodesic.WGS84.Inverse(lat, lon, other[2], other[3])["s12"])


def serving(point: Sequence[Any], places: Rows = PLACES[1:]) -> list[str]:
    """The places within ten minutes on foot, by geographiclib."""
    return [str(p[0]) for p in places if metres(point[1], point[2], p) <= LIMIT_M]


def weight(points: Rows) -> float:
    return sum(round(float(str(p[3])) * 10) for p in points) / 10


# --- files alone -----------------------------------------------------------------------------


def test_a_city_of_files_has_its_figures_and_needs_no_database(run: Run, files: Path) -> None:
    ran = run("coverage", *FILES, "--k", "2", "--json")
    assert (ran.code, ran.err) == (0, "")
    found = ran.json
    points = DEMAND[1:]
    covered = [p for p in points if serving(p)]
    assert 0 < len(covered) < len(points)
    assert found["total"]["weight"] == weight(points)
    assert found["total"]["covered"] == weight(covered)
    assert found["overlap"] == {
        str(k): weight([p for p in points if len(serving(p)) >= k]) for k in (1, 2)
    }
    assert {d["name"]: (d["weight"], d["covered"]) for d in found["districts"]} == {
        name: (
            weight([p for p in points if p[4] == name]),
            weight([p for p in covered if p[4] == name]),
        )
        for name in ("东", "西")
    }
    assert found["demand"] == {"points": 60, "spacing_m": None, "unit": "weight", "sample": False}
    assert found["data"]["revision"] is None
    assert found["week"] is None
    assert sorted(each.name for each in files.iterdir()) == ["d.csv", "p.csv"]


def test_for_a_person_the_same_is_a_table(run: Run, files: Path) -> None:
    found = run("coverage", *FILES, "--json").json
    ran = run("coverage", *FILES, "--week", "--at", "2026-11-25T20:00")
    assert ran.code == 0
    assert "10 分钟步行 · 直线÷1.3(513 米)" in ran.out
    assert "2026-11-25 20:00 开着门的" in ran.out
    assert "一  " in ran.out
    assert "服务点的开放时间未知" in ran.out
    plain = run("coverage", *FILES)
    assert f"{found['total']['share']:.1%}" in plain.out
    assert "没有核实日期" in plain.err


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8-sig", "\n"), ("utf-8", "\r\n"), ("gb18030", "\r\n")]
)
def test_a_file_means_the_same_however_it_was_saved(
    run: Run, files: Path, encoding: str, end: str
) -> None:
    plain = run("coverage", *FILES, "--json").json
    write(files / "p.csv", PLACES, encoding, end)
    write(files / "d.csv", DEMAND, encoding, end)
    found = run("coverage", *FILES, "--json").json
    assert found | {"notes": []} == plain | {"notes": []}


def test_the_week_is_known_by_hand(run: Run, files: Path) -> None:
    ran = run("coverage", *FILES, "--week", "--json", "--at", "2026-11-25T12:00")
    week, points = ran.json["week"], DEMAND[1:]
    assert week["monday"] == "2026-11-23"

    def covered(ids: set[str]) -> float:
        return weight([p for p in points if ids & set(serving(p))])

    sure = {10: {"p1", "p3"}, 7: {"p3"}, 18: {"p3"}, 22: set(), 144 + 10: {"p3"}, 144 + 2: set()}
    for hour, ids in sure.items():
        assert week["total"][hour] == {"low": covered(ids), "high": covered(ids | {"p2"})}, hour
    assert ran.json["total"]["covered"] == covered({"p1", "p3"})
    assert ran.json["total"]["covered_high"] == covered({"p1", "p2", "p3"})


def test_every_row_of_the_points_can_be_measured_again(run: Run, files: Path) -> None:
    ran = run("coverage", *FILES, "--points-out", "out.csv")
    assert ran.code == 0
    assert "60" in ran.err
    rows = list(csv.DictReader((files / "out.csv").open(encoding="utf-8-sig")))
    assert [row["id"] for row in rows] == [p[0] for p in DEMAND[1:]]
    for row, point in zip(rows, DEMAND[1:], strict=True):
        lat, lon = float(str(point[1])), float(str(point[2]))
        way, nearest = min((metres(lat, lon, p), str(p[0])) for p in PLACES[1:])
        assert row["nearest_place"] == nearest
        assert float(row["distance_m"]) == pytest.approx(way, abs=0.051)
        assert float(row["travel_s"]) == pytest.approx(way * 1.3 / SPEED_MS, abs=0.051)
        assert row["covered_by"] == ";".join(serving(point))


def test_the_points_of_a_moment_are_those_of_its_figure(run: Run, files: Path) -> None:
    # A Sunday morning: only the third place is open for sure.
    ran = run("coverage", *FILES, "--at", "2026-11-29T10:00", "--points-out", "o.csv", "--json")
    rows = list(csv.DictReader((files / "o.csv").open(encoding="utf-8-sig")))
    third = [p for p in PLACES if p[0] == "p3"]
    assert [row["covered_by"] for row in rows] == [
        ";".join(serving(point, third)) for point in DEMAND[1:]
    ]
    assert {row["nearest_place"] for row in rows} == {"p3"}
    served = {row["id"] for row in rows if row["covered_by"]}
    assert ran.json["total"]["covered"] == weight([p for p in DEMAND[1:] if p[0] in served]) > 0


def test_a_grid_s_points_have_numbers_and_places_on_the_map(run: Run, files: Path) -> None:
    write_areas(files / "a.geojson", SQUARE)
    words = ("--places", "p.csv", "--areas", "a.geojson", "--spacing", 200)
    found = run("coverage", *words, "--points-out", "out.csv", "--json").json
    rows = list(csv.DictReader((files / "out.csv").open(encoding="utf-8-sig")))
    assert [row["id"] for row in rows] == [str(n + 1) for n in range(found["demand"]["points"])]
    covered = [row for row in rows if row["covered_by"]]
    assert 40_000 * len(covered) == found["total"]["covered"]
    for row in rows[::7]:
        point = (row["id"], float(row["lat"]), float(row["lon"]))
        assert row["covered_by"] == ";".join(serving(point))


def test_rows_that_cannot_be_read_are_listed_and_the_others_count(run: Run, files: Path) -> None:
    bad: Rows = [
        ("x1", 33.38, 120.15, -1, "东"),
        ("x2", "nan", 120.15, 1, "东"),
        ("x3", 33.38, "inf", 1, "东"),
        ("x4", 33.38, 120.15, "NaN", "东"),
        ("x5", 33.38, 120.15, "1e400", "东"),
        ("x6", 120.15, 33.38, 1, "东"),
        ("d0", 33.38, 120.15, 1, "东"),
    ]
    plain = run("coverage", *FILES, "--json").json
    write(files / "d.csv", [*DEMAND, *bad])
    ran = run("coverage", *FILES, "--json")
    assert ran.code == 1
    assert ran.json["total"] == plain["total"]
    for line in range(len(DEMAND) + 1, len(DEMAND) + 1 + len(bad)):
        assert f"d.csv 第 {line} 行" in ran.err
    assert "填反" in ran.err


def test_weights_of_zero_are_left_out_and_counted(run: Run, files: Path) -> None:
    write(files / "d.csv", [*DEMAND, ("z", 33.38, 120.15, 0, "东")])
    ran = run("coverage", *FILES, "--json")
    assert ran.code == 0
    assert any("权重" in note and "1 个" in note for note in ran.json["notes"])


# --- neither 0 nor 100 % in silence ----------------------------------------------------------


def test_places_of_another_city_are_noticed(run: Run, files: Path) -> None:
    write(files / "p.csv", [PLACES[0], ("h", "赫尔辛基", 60.17, 24.94, "")])
    ran = run("coverage", *FILES, "--json")
    assert ran.json["total"]["share"] == 0
    assert any("同一座城市" in note for note in ran.json["notes"])


def test_coordinates_the_wrong_way_round_are_noticed_where_both_ways_are_on_earth(
    run: Run, files: Path
) -> None:
    write(files / "p.csv", [PLACES[0], ("h", "反", 24.94, 60.17, "")])
    write(files / "d.csv", [DEMAND[0], ("d", 60.171, 24.941, 1, "")])
    notes = run("coverage", *FILES, "--json").json["notes"]
    assert any("填反" in note for note in notes)


def test_the_same_file_twice_is_noticed(run: Run, files: Path) -> None:
    ran = run("coverage", "--places", "p.csv", "--demand", "p.csv", "--json")
    assert ran.json["total"]["share"] == 1
    assert any("同一个文件" in note for note in ran.json["notes"])


def test_nothing_within_reach_is_said(run: Run, files: Path) -> None:
    write(files / "p.csv", [PLACES[0], ("p", "远", 33.45, 120.15, "")])
    ran = run("coverage", *FILES, "--json")
    assert any("513 米以内" in note for note in ran.json["notes"])


def test_hours_that_never_open_are_said(run: Run, files: Path) -> None:
    write(files / "p.csv", [PLACES[0], ("p", "不开", 33.381, 120.151, "off")])
    ran = run("coverage", *FILES, "--at", "2026-11-25T10:00", "--week", "--json")
    assert ran.json["total"]["covered"] == ran.json["total"]["covered_high"] == 0
    assert any("没有一个计入的服务点开门" in note for note in ran.json["notes"])
    assert any("不开(p)" in note for note in ran.json["week"]["notes"])
    assert {hour["high"] for hour in ran.json["week"]["total"]} == {0}


def test_hours_that_never_open_are_said_of_the_hourless_figure_too(run: Run, files: Path) -> None:
    write(files / "p.csv", [PLACES[0], ("p", "不开", 33.381, 120.151, "off")])
    ran = run("coverage", *FILES, "--json")
    assert ran.json["total"]["covered"] > 0
    assert any("不开(p)" in note for note in ran.json["notes"])


def test_what_keeps_the_figures_says_how_many_rows_were_refused(run: Run, files: Path) -> None:
    write(files / "d.csv", [*DEMAND[:20], ("x", 33.38, 120.15, -1, "东"), ("y", 99, 1, 1, "东")])
    ran = run("coverage", *FILES, "--json")
    assert ran.code == 1
    assert "d.csv:2 行被拒收,没有计入。" in ran.json["notes"]
    assert run("report", "r.html", *FILES).code == 1
    assert "2 行被拒收" in (files / "r.html").read_text()


def test_unknown_hours_are_a_band_and_not_a_zero(run: Run, files: Path) -> None:
    write(files / "p.csv", [row[:4] for row in PLACES])
    ran = run("coverage", *FILES, "--at", "2026-11-25T10:00", "--json")
    total = ran.json["total"]
    assert (total["covered"], total["covered_high"] > 0) == (0, True)
    assert any("开放时间未知" in note for note in ran.json["notes"])


def test_an_empty_registry_is_said(run: Run) -> None:
    ran = run("coverage", "--json", "--week")
    assert ran.code == 0
    assert ran.json["total"]["covered"] == 0
    assert any("登记库是空的" in note for note in ran.json["notes"])


# --- wrong input -----------------------------------------------------------------------------

SQUARE = [[120.14, 33.37], [120.17, 33.37], [120.17, 33.40], [120.14, 33.40], [120.14, 33.37]]
BOW = [[120.1, 33.3], [120.2, 33.4], [120.2, 33.3], [120.1, 33.4], [120.1, 33.3]]
FAR = [[24.9, 60.1], [25.0, 60.1], [25.0, 60.2], [24.9, 60.2], [24.9, 60.1]]


def write_areas(path: Path, ring: object) -> Path:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    feature = {"type": "Feature", "properties": {"name": "甲区"}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    return path


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--minutes", "0"), 2, ("“0”", "1 到 120")),
        (("--minutes", "nan"), 2, ("“nan”", "1 到 120")),
        (("--minutes", "inf"), 2, ("“inf”", "1 到 120")),
        (("--minutes", "1e400"), 2, ("“1e400”", "1 到 120")),
        (("--minutes", "1_0"), 2, ("“1_0”", "1 到 120")),
        (("--minutes", "１０"), 2, ("“１０”", "1 到 120")),
        (("--spacing", "nan"), 2, ("“nan”", "25 到 1000")),
        (("--spacing", "10"), 2, ("“10”", "25 到 1000")),
        (("--mode", "teleport"), 2, ("“teleport”", "walk、bike、ebike、drive")),
        (("--method", "air"), 2, ("“air”", "straight、streets")),
        (("--method", "streets"), 2, ("没有街道路网", "locator streets build")),
        (("--count-also", "charm"), 2, ("“charm”", "precision")),
        (("--weigh", "gold"), 2, ("“gold”", "people")),
        (("--weigh", "people"), 2, ("d.csv", "--weigh people")),
        (("--k", "0"), 2, ("“0”", "1 到 9")),
        (("--at", "tomorrow"), 2, ("“tomorrow”", "2026-11-25T21:40")),
        (("--at", "0001-01-01T00:00"), 2, ("0001", "1970 到 2100")),
        (("--at", "9999-12-31T23:59-12:00"), 2, ("9999", "1970 到 2100")),
        (("--demand", "missing.csv"), 2, ("missing.csv", "不存在")),
        (("--demand", "folder"), 2, ("folder", "文件夹")),
        (("--places", "empty.csv"), 4, ("empty.csv", "空的")),
        (("--demand", "empty.csv"), 4, ("empty.csv", "空的")),
        (("--demand", "header.csv"), 4, ("header.csv", "只有表头")),
        (("--demand", "zero.csv"), 2, ("zero.csv", "都是 0")),
        (("--demand", "negative.csv"), 4, ("negative.csv", "负数")),
        (("--demand", "garbage.csv"), 4, ("garbage.csv", "编码")),
        (("--places", "garbage.csv"), 4, ("garbage.csv", "编码")),
        (("--demand", "d.txt.exe"), 4, ("d.txt.exe", ".csv")),
        (("--areas", "garbage.geojson"), 4, ("garbage.geojson", "编码")),
        (("--areas", "bow.geojson"), 4, ("bow.geojson", "自己相交")),
        (("--areas", "far.geojson"), 2, ("d.csv", "范围之外")),
        (("--streets", "garbage.csv"), 4, ("garbage.csv", "不是路网文件")),
        (("--scenario", "garbage.csv"), 4, ("方案文件", "JSON")),
        (("--scenario", "bow.geojson"), 4, ("不是方案文件",)),
        (("--points-out", "out.txt"), 2, ("“.txt”", ".csv")),
        (("--points-out", "nowhere/out.csv"), 2, ("nowhere", "没有文件夹")),
        (("--points-out", "d.csv/out.csv"), 2, ("d.csv", "没有文件夹")),
        (("--points-out", "/proc/out.csv"), 2, ("out.csv", "写不进去")),
    ],
)
def test_what_is_wrong_is_said_with_the_value_and_what_to_do(
    run: Run, files: Path, words: tuple[str, ...], code: int, said: tuple[str, ...]
) -> None:
    (files / "folder").mkdir()
    (files / "empty.csv").touch()
    write(files / "header.csv", DEMAND[:1])
    write(files / "zero.csv", [DEMAND[0], ("a", 33.38, 120.15, 0, "")])
    write(files / "negative.csv", [DEMAND[0], ("a", 33.38, 120.15, -3, "")])
    shutil.copy(files / "d.csv", files / "d.txt.exe")
    for name in ("garbage.csv", "garbage.geojson"):
        (files / name).write_bytes(random.Random(1).randbytes(4000))
    write_areas(files / "bow.geojson", BOW)
    write_areas(files / "far.geojson", FAR)
    before = sorted(each.name for each in files.iterdir())
    ran = run("coverage", *FILES, *words, "--json")
    assert ran.code == code
    assert ran.out == ""
    for part in said:
        assert part in ran.err
    assert sorted(each.name for each in files.iterdir()) == before


@pytest.mark.parametrize(
    "words",
    [
        ("coverage", *FILES, "--points-out", "d.csv"),
        ("report", "r.xlsx", "--places", "r.xlsx", "--demand", "d.csv"),
        ("streets", "build", "d.csv", "--out", "./d.csv"),
    ],
)
def test_no_answer_is_written_over_its_question(
    run: Run, files: Path, words: tuple[str, ...]
) -> None:
    shutil.copy(files / "p.csv", files / "r.xlsx")
    before = {each.name: each.read_bytes() for each in files.iterdir()}
    ran = run(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "不能用结果覆盖它" in ran.err
    assert {each.name: each.read_bytes() for each in files.iterdir()} == before


def test_too_large_an_area_is_refused_before_it_is_laid_out(run: Run, files: Path) -> None:
    write_areas(files / "a.geojson", [[100, 20], [120, 20], [120, 40], [100, 40], [100, 20]])
    ran = run("coverage", "--places", "p.csv", "--areas", "a.geojson", "--json")
    assert (ran.code, ran.out) == (2, "")
    assert "2000000" in ran.err


# --- the city's clocks -----------------------------------------------------------------------


def test_a_time_with_an_offset_is_the_same_instant(run: Run, files: Path) -> None:
    local = run("coverage", *FILES, "--at", "2026-11-25T10:00", "--json").json
    abroad = run("coverage", *FILES, "--at", "2026-11-25T02:00Z", "--json").json
    assert local == abroad
    assert local["at"] == "2026-11-25T10:00:00+08:00"
    # Sunday in the west is Monday here: the week is the city's.
    week = run("coverage", *FILES, "--at", "2026-11-22T20:00-05:00", "--week", "--json").json
    assert week["week"]["monday"] == "2026-11-23"


def test_another_city_s_time_is_its_own_and_has_no_offset(run: Run, files: Path) -> None:
    write(files / "p.csv", [PLACES[0], ("h", "赫尔辛基", 60.17, 24.94, "Mo-Fr 08:00-18:00")])
    write(files / "d.csv", [DEMAND[0], ("d", 60.171, 24.941, 1, "")])
    ran = run("coverage", *FILES, "--at", "2026-11-25T17:00", "--json")
    assert (ran.json["total"]["covered"], ran.json["at"]) == (1, "2026-11-25T17:00:00")
    shifted = run("coverage", *FILES, "--at", "2026-11-25T17:00+08:00", "--json")
    assert (shifted.code, shifted.out) == (2, "")
    assert "时区" in shifted.err


# --- on a registry ---------------------------------------------------------------------------


@pytest.fixture
def sample(sample_database: Path, tmp_path: Path) -> Path:
    """The sample registry where ``run`` looks for it."""
    return Path(shutil.copy(sample_database, tmp_path / "registry.db"))


def test_any_of_the_files_stands_for_its_part_alone(run: Run, sample: Path, files: Path) -> None:
    whole = run("coverage", "--json").json
    assert (whole["data"]["sample"], whole["data"]["counted"]) == (True, 420)
    demand = run("coverage", "--demand", "d.csv", "--json").json
    assert demand["data"] == whole["data"]
    assert demand["total"]["weight"] == weight(DEMAND[1:])
    write_areas(files / "a.geojson", SQUARE)
    areas = run("coverage", "--areas", "a.geojson", "--json").json
    assert [d["name"] for d in areas["districts"]] == ["甲区"]
    assert areas["data"] == whole["data"]
    places = run("coverage", "--places", "p.csv", "--json").json
    assert (places["data"]["revision"], places["data"]["sample"]) == (None, False)
    assert places["total"]["weight"] == whole["total"]["weight"]
    assert any("主城区范围是按规则画的示例" in note for note in places["notes"])


def test_places_from_a_file_over_the_city_s_own_areas_need_no_database(
    run: Run, files: Path
) -> None:
    assert run("coverage", "--places", "p.csv", "--json").code == 0
    assert not (files / "registry.db").exists()


def test_an_export_counts_as_the_registry_does(run: Run, sample: Path) -> None:
    assert run("export", "places.csv").code == 0
    found = run("coverage", "--week", "--json").json
    same = run("coverage", "--places", "places.csv", "--week", "--json").json
    assert same["total"] == found["total"]
    assert same["districts"] == found["districts"]
    assert same["week"]["total"] == found["week"]["total"]


def test_people_are_as_many_as_the_census_has(run: Run, sample: Path) -> None:
    found = run("coverage", "--weigh", "people", "--json").json
    region = load_region(DEFAULT_REGION)
    residents = sum(region.urban_residents(area.adcode) for area in region.urban_areas)
    assert (found["total"]["weight"], found["demand"]["unit"]) == (residents, "people")
    same = run("coverage", "--places", "p.csv", "--weigh", "people", "--json")
    assert same.code == 2  # there is no such file


# --- scenarios -------------------------------------------------------------------------------


def scenario_of(client: Any, edits: list[dict[str, Any]], **standard: Any) -> dict[str, Any]:
    """What the page saves: its standard, the edits, and the answer to them."""
    answer = client.post("/api/v1/coverage/scenario", json={"edits": edits, **standard}).get_json()
    usual = {"minutes": 10, "mode": "walk", "spacing_m": 100, "count_also": []}
    return {
        "format": "scenario/1",
        "name": "少开两站",
        "saved_at": datetime(2026, 11, 24, 9).isoformat(),
        "standard": {**usual, "method": answer["method"], **standard},
        "edits": edits,
        "figures": answer["after"],
        "data": {"revision": answer["data"]["revision"]},
    }


def test_a_saved_scenario_gives_the_numbers_of_the_page_again(
    run: Run, sample: Path, files: Path
) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{sample}"))
    client = app.test_client()
    counted = [p for p in client.get("/api/v1/coverage/places").get_json()["places"] if p["sole"]]
    edits = [
        {"op": "close", "id": counted[3]["id"]},
        {"op": "add", "id": "new", "lat": 33.38, "lon": 120.15, "opening_hours": "24/7"},
        {"op": "hours", "id": counted[5]["id"], "opening_hours": "Mo-Su 00:00-24:00"},
        {"op": "move", "id": counted[6]["id"], "lat": 33.4, "lon": 120.14},
    ]
    saved = scenario_of(client, edits, minutes=12.5, mode="bike", spacing_m=200)
    app.extensions["locator"].database.dispose()
    (files / "s.json").write_text(json.dumps(saved, ensure_ascii=False))

    ran = run("coverage", "--scenario", "s.json", "--week", "--json")
    assert ran.code == 0
    found = ran.json
    for part in ("total", "districts", "overlap"):
        assert found[part] == saved["figures"][part], part
    assert found["week"]["total"] == saved["figures"]["week"]["total"]
    assert found["week"]["districts"] == saved["figures"]["week"]["districts"]
    assert "合计、区县、重叠、一周每个小时的数字都和保存时相同" in ran.err
    assert found["total"] != run("coverage", "--mode", "bike", "--json").json["total"]

    overruled = run("coverage", "--scenario", "s.json", "--minutes", 5, "--mode", "bike", "--json")
    assert overruled.json["minutes"] == 12.5
    assert "--minutes" in overruled.err
    assert "--mode" not in overruled.err

    saved["figures"]["districts"][0]["covered"] += 40_000
    (files / "s.json").write_text(json.dumps(saved))
    assert "改动,区县的数字和保存时不同" in run("coverage", "--scenario", "s.json").err
    saved["edits"][0]["id"] = "nobody"
    (files / "s.json").write_text(json.dumps(saved))
    gone = run("coverage", "--scenario", "s.json", "--json")
    assert (gone.code, gone.out) == (2, "")
    assert "“nobody”" in gone.err


# --- where the next ones should go -------------------------------------------------------------

CANDIDATES: Rows = [
    ("id", "lat", "lon"),
    *((f"c{n}", 33.371 + 0.004 * (n % 4), 120.142 + 0.005 * (n // 4)) for n in range(16)),
]


def test_the_two_best_sites_are_found_among_all_pairs(run: Run, files: Path) -> None:
    write(files / "c.csv", CANDIDATES)
    ran = run("suggest", "-k", 2, *FILES, "--candidates", "c.csv", "--gap-percent", 0, "--json")
    assert ran.code == 0
    found = ran.json
    points = DEMAND[1:]
    reach = {
        c[0]: {p[0] for p in points if serving(p, [(c[0], "", c[1], c[2])])} for c in CANDIDATES[1:]
    }
    served = {p[0] for p in points if serving(p)}

    def covered(*sites: object) -> float:
        ids = served.union(*(reach[site] for site in sites))
        return weight([p for p in points if p[0] in ids])

    best = max(covered(*pair) for pair in combinations(reach, 2))
    assert found["covered_before"] == covered()
    assert found["covered_after"] == found["bound"] == best
    assert found["gap_percent"] == 0
    spots = {(c[1], c[2]): c[0] for c in CANDIDATES[1:]}
    chosen = [spots[round(site["lat"], 6), round(site["lon"], 6)] for site in found["sites"]]
    assert covered(*chosen) == best
    assert found["weight"] == weight(points)
    plain = run("suggest", "-k", 2, *FILES, "--candidates", "c.csv", "--gap-percent", 0)
    assert "1. " in plain.out


def test_sites_for_a_moment_start_from_what_is_open_then(run: Run, files: Path) -> None:
    write(files / "c.csv", CANDIDATES)
    at = "2026-11-29T10:00"
    found = run("suggest", "-k", 1, *FILES, "--candidates", "c.csv", "--at", at, "--json").json
    third = [p for p in PLACES if p[0] == "p3"]
    open_then = [p for p in DEMAND[1:] if serving(p, third)]
    assert found["covered_before"] == weight(open_then)
    best = max(
        weight([p for p in DEMAND[1:] if serving(p, [*third, (c[0], "", c[1], c[2])])])
        for c in CANDIDATES[1:]
    )
    assert found["covered_after"] == found["bound"] == best
    assert any("2026-11-29 10:00" in note for note in found["notes"])


def test_sites_for_an_empty_registry_say_that_it_is_empty(run: Run) -> None:
    found = run("suggest", "-k", 1, "--json").json
    assert found["covered_before"] == 0
    assert any("登记库是空的" in note for note in found["notes"])
    refused = run("suggest", "-k", 1, "--extend-hours", "22:00")
    assert (refused.code, "没有一个服务点计入" in refused.err) == (2, True)


def test_a_report_says_that_a_time_only_chose_its_week(run: Run, files: Path) -> None:
    assert run("report", "r.html", *FILES, "--at", "2026-11-29T10:00").code == 0
    assert "2026-11-29 10:00 只决定是哪一周" in (files / "r.html").read_text()


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-k", "0"), 2, ("“0”", "1 以上")),
        (("-k", "many"), 2, ("“many”",)),
        (("-k", "99", "--candidates", "c.csv"), 2, ("99", "只有 16 个")),
        (("-k", "1", "--gap-percent", "nan"), 2, ("“nan”",)),
        (("-k", "1", "--min-spacing", "-1"), 2, ("“-1”",)),
        (("-k", "1", "--seconds", "0"), 2, ("“0”", "3600")),
        (("-k", "1", "--extend-hours", "25:00"), 2, ("“25:00”", "22:00")),
        (("-k", "3", "--extend-hours", "23:30"), 2, ("3", "只有 2 个")),
        (("-k", "1", "--candidates", "p.csv"), 0, ("已有的服务点",)),
        (("-k", "1", "--candidates", "bad.csv"), 1, ("第 2 行",)),
    ],
)
def test_a_wrong_wish_is_said(
    run: Run, files: Path, words: tuple[str, ...], code: int, said: tuple[str, ...]
) -> None:
    write(files / "c.csv", CANDIDATES)
    write(files / "bad.csv", [CANDIDATES[0], ("x", "nan", 120.15), *CANDIDATES[1:]])
    ran = run("suggest", *FILES, *words)
    assert ran.code == code
    for part in said:
        assert part in ran.err


# --- the report ------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".html", ".pdf", ".xlsx"])
def test_a_report_of_files_is_the_same_each_time(run: Run, files: Path, suffix: str) -> None:
    bodies = []
    for name in ("one", "two"):
        ran = run("report", f"{name}{suffix}", *FILES)
        assert (ran.code, ran.out) == (0, "")
        assert f"{name}{suffix}" in ran.err
        bodies.append((files / f"{name}{suffix}").read_bytes())
    assert bodies[0] == bodies[1]
    assert len(bodies[0]) > 5_000


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("r.docx", ("“.docx”", ".html、.pdf、.xlsx")),
        ("r", ("“r”", ".html、.pdf、.xlsx")),
        ("nowhere/r.pdf", ("nowhere", "没有文件夹")),
        ("p.csv/r.pdf", ("p.csv", "没有文件夹")),
        ("/proc/r.html", ("r.html", "写不进去")),
    ],
)
def test_a_report_that_cannot_be_written_is_refused(
    run: Run, files: Path, name: str, said: tuple[str, ...]
) -> None:
    ran = run("report", name, *FILES)
    assert ran.code == 2
    for part in said:
        assert part in ran.err
    assert sorted(each.name for each in files.iterdir()) == ["d.csv", "p.csv"]


# --- streets ---------------------------------------------------------------------------------

TOWN = {"REGION": str(VADUZ)}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The second region's sample, its streets, and Yancheng's."""
    folder = tmp_path_factory.mktemp("town")
    locator = build(Settings(database_url=f"sqlite:///{folder / 'registry.db'}", region=VADUZ))
    load_sample(locator)
    with locator.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    locator.database.dispose()
    build_town(folder)
    build_town(folder, "yancheng", south=33.36, west=120.13)
    whole = (folder / "town.streets").read_bytes()
    (folder / "cut.streets").write_bytes(whole[:-40])
    return folder


def test_streets_are_built_and_used(run: Run, town: Path, tmp_path: Path) -> None:
    shutil.copy(town / "registry.db", tmp_path)
    pbf = write_town(tmp_path / "town.osm.pbf")
    built = run("streets", "build", pbf, "--out", "here/town.streets")
    assert built.code == 2  # there is no such folder yet
    assert "没有文件夹" in built.err
    built = run("streets", "build", pbf, "--out", "town.streets")
    assert built.code == 0
    assert "步行" in built.out
    assert (tmp_path / "town.streets").read_bytes() == (town / "town.streets").read_bytes()
    ran = run("coverage", "--streets", "town.streets", "--json", "--points-out", "o.csv", **TOWN)
    assert ran.code == 0
    assert ran.json["method"] == "streets"
    assert ran.json["streets"]["detour_measured"] > 1
    assert run("coverage", "--streets", "town.streets", **TOWN).out.count("路网:") == 1
    rows = list(csv.DictReader((tmp_path / "o.csv").open(encoding="utf-8-sig")))
    covered = [row for row in rows if row["covered_by"]]
    assert 10_000 * len(covered) == ran.json["total"]["covered"]
    places = {p["id"]: p for p in places_of(tmp_path / "registry.db")}
    for row in covered[::10]:
        assert row["nearest_place"] in row["covered_by"].split(";")
        where = places[row["nearest_place"]]
        straight = Geodesic.WGS84.Inverse(
            float(row["lat"]), float(row["lon"]), where["lat"], where["lon"]
        )["s12"]
        assert straight - 0.2 <= float(row["distance_m"]) <= 600 * SPEED_MS
        assert float(row["travel_s"]) == pytest.approx(float(row["distance_m"]) / SPEED_MS, abs=0.1)


def places_of(database: Path) -> list[dict[str, Any]]:
    app = create_app(Settings(database_url=f"sqlite:///{database}", region=VADUZ))
    found = app.test_client().get("/api/v1/coverage/places?method=straight").get_json()["places"]
    app.extensions["locator"].database.dispose()
    return list(found)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("p.csv", ("p.csv", "不是 OSM PBF")),
        ("empty.osm.pbf", ("empty.osm.pbf",)),
        ("cut.osm.pbf", ("cut.osm.pbf",)),
    ],
)
def test_streets_cannot_be_built_from_anything_else(
    run: Run, files: Path, name: str, said: tuple[str, ...]
) -> None:
    (files / "empty.osm.pbf").touch()
    whole = write_town(files / "whole.osm.pbf").read_bytes()
    (files / "cut.osm.pbf").write_bytes(whole[: len(whole) // 2])
    ran = run("streets", "build", name, "--out", "x.streets")
    assert (ran.code, ran.out) == (4, "")
    for part in said:
        assert part in ran.err
    assert not list(files.glob("*x.streets*"))


def test_the_streets_of_another_city_are_refused(run: Run, town: Path, tmp_path: Path) -> None:
    shutil.copy(town / "registry.db", tmp_path)
    words = ("coverage", "--streets", town / "yancheng.streets", "--json")
    ran = run(*words, **TOWN)
    assert (ran.code, ran.out) == (2, "")
    assert "“yancheng.osm.pbf”" in ran.err
    assert "瓦杜兹" in ran.err
    assert run(*words, "--method", "straight").json["method"] == "straight"
    cut = run("coverage", "--streets", town / "cut.streets", "--json")
    assert (cut.code, cut.out) == (4, "")
    assert "不完整" in cut.err


def test_a_configured_network_is_for_the_demand_that_lies_in_it(
    run: Run, town: Path, files: Path
) -> None:
    streets = {"STREETS": str(town / "yancheng.streets")}
    found = run("coverage", *FILES, "--json", **streets).json
    assert found["method"] == "streets"
    assert found["streets"]["source"].startswith("yancheng.osm.pbf")
    write(files / "p.csv", [PLACES[0], ("h", "赫尔辛基", 60.17, 24.94, "")])
    write(files / "d.csv", [DEMAND[0], ("d", 60.171, 24.941, 1, "")])
    ran = run("coverage", *FILES, "--json")
    assert ran.json["method"] == "straight"
    assert any("按直线距离算" in note and "yancheng" in note for note in ran.json["notes"])
    wanted = run("coverage", *FILES, "--method", "streets", "--json")
    assert (wanted.code, wanted.out) == (2, "")
    damaged = run("coverage", *FILES, "--json", STREETS=str(town / "cut.streets"))
    assert (damaged.code, damaged.out) == (4, "")
    assert run("coverage", *FILES, "--method", "straight", "--json").code == 0


# --- nothing in vain -------------------------------------------------------------------------

HEAVY = {"numba", "osmium", "typst", "highspy", "openpyxl", "geopy", "granian", "flask"}
LOADED = "import sys; print(sorted({each.split('.')[0] for each in sys.modules}))"


def loaded(*words: str, database: Path) -> set[str]:
    code = f"from services.cli import main; main({list(words)}, standalone_mode=False); {LOADED}"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "LOCATOR_DATABASE_URL": f"sqlite:///{database}"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(done.stdout.splitlines()[-1].strip("[]").replace("'", "").split(", "))


def test_a_question_does_not_wait_for_what_it_has_no_use_for(
    sample_database: Path, files: Path
) -> None:
    near = loaded("near", "33.38", "120.15", database=sample_database)
    assert "scipy" in near
    assert not HEAVY & near
    places, demand = (str(files / name) for name in ("p.csv", "d.csv"))
    words = ("coverage", "--places", places, "--demand", demand)
    assert not (HEAVY | {"sqlalchemy", "alembic"}) & loaded(*words, database=files / "none.db")
