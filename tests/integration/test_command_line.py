"""The ``locator`` command as a person runs it: its own process, a real file, a real database."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from geographiclib.geodesic import Geodesic
from openpyxl import Workbook

from services.settings import ROOT
from tests.conftest import VADUZ
from tests.integration.provider_stub import ProviderStub

HEADER = ["名称", "类别", "地址", "区县", "纬度", "经度", "营业时间", "设施", "电话", "编号"]

BAD = [
    (["纬度反了", "站点", "建军路1号", "亭湖区", "120.16", "33.38", "", "", "", "b1"], "lat"),
    (["经度是字", "站点", "建军路2号", "亭湖区", "33.38", "东经", "", "", "", "b2"], "lon"),
    (["没有这类", "游泳池", "建军路3号", "亭湖区", "33.38", "120.15", "", "", "", "b3"], "kind"),
    (["", "站点", "建军路4号", "亭湖区", "33.38", "120.15", "", "", "", "b4"], "name"),
    (["在别处", "站点", "建军路5号", "亭湖区", "39.90", "116.39", "", "", "", "b5"], "lat"),
    (["只有一半", "站点", "建军路6号", "亭湖区", "33.38", "", "", "", "", "b6"], "lon"),
    (["不是数", "站点", "建军路7号", "亭湖区", "NaN", "120.15", "", "", "", "b7"], "lat"),
]


def good_rows() -> list[list[str]]:
    return [
        [
            f"驿站{number:02d}號䶮",
            "工会驿站",
            f"亭湖区毓龙街道建军路{number}号",
            "亭湖区",
            f"{33.37 + number / 5000:.5f}",
            f"{120.13 + number / 4000:.5f}",
            "周一至周五 08:30-12:00,13:00-17:30",
            "饮水、热饭、充电",
            "12351",
            f"g{number}",
        ]
        for number in range(1, 51)
    ]


def rows() -> list[list[str]]:
    """Fifty good rows with a bad one after every seventh."""
    mixed = [HEADER]
    bad = [row for row, _ in BAD]
    for number, row in enumerate(good_rows(), start=1):
        mixed.append(row)
        if number % 7 == 0 and bad:
            mixed.append(bad.pop(0))
    return mixed


def as_csv(encoding: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        text = io.StringIO()
        csv.writer(text).writerows(rows())
        path = folder / f"places-{encoding}.csv"
        path.write_bytes(text.getvalue().encode(encoding))
        return path

    return write


def as_xlsx(folder: Path) -> Path:
    book = Workbook()
    for row in rows():
        book.active.append(row)
    path = folder / "places.xlsx"
    book.save(path)
    return path


@pytest.fixture
def locator(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command on a registry of the test's own."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "services.cli", *arguments],
            cwd=ROOT,
            env={
                **os.environ,
                "LOCATOR_DATABASE_URL": f"sqlite:///{tmp_path / 'registry.db'}",
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.mark.parametrize("write", [as_csv("gb18030"), as_csv("utf-8-sig"), as_xlsx])
def test_fifty_places_come_in_seven_rows_are_refused_and_a_second_time_changes_nothing(
    write: Callable[[Path], Path], locator: Run, tmp_path: Path
) -> None:
    path = write(tmp_path)
    plan = locator("import", str(path), "--source", "list", "--dry-run", "--json")
    assert plan.returncode == 1
    planned = json.loads(plan.stdout)
    assert (planned["new"], planned["committed"]) == (50, False)

    first = json.loads(locator("import", str(path), "--source", "list", "--json").stdout)
    assert (first["new"], first["committed"]) == (50, True)
    lines = [index for index, row in enumerate(rows(), start=1) if row[-1].startswith("b")]
    assert [row["line"] for row in first["refused"]] == lines
    headers = {"lat": "纬度", "lon": "经度", "kind": "类别", "name": "名称"}
    assert [row["column"] for row in first["refused"]] == [headers[field] for _, field in BAD]
    assert all(row["message"] for row in first["refused"])

    again = json.loads(locator("import", str(path), "--source", "list", "--json").stdout)
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 50)

    back = json.loads(locator("near", "33.37", "120.13", "--limit", "1", "--json").stdout)[
        "places"
    ][0]
    assert back["name"].endswith("號䶮")


def test_the_plan_prints_a_name_as_it_is_and_a_row_on_one_line(
    locator: Run, tmp_path: Path
) -> None:
    path = tmp_path / "places.csv"
    path.write_text(
        "名称,类别,地址,编号\n:house:[red]驿站,站点,甲路,1\n乙,游泳池,乙路,2\n", "utf-8"
    )
    locator("import", str(path))
    path.write_text(
        "名称,类别,地址,编号\n:house:[red]驿站,站点,乙路,1\n乙,游泳池,乙路,2\n", "utf-8"
    )
    lines = locator("import", str(path)).stdout.splitlines()
    assert any(":house:[red]驿站" in line for line in lines)
    refused = next(line for line in lines if "拒收 第 3 行" in line)
    assert "游泳池" in refused
    assert "综合服务集市" in refused  # the end of a sentence far longer than a terminal is wide


def test_what_is_exported_comes_back_the_same(locator: Run, tmp_path: Path) -> None:
    path = as_csv("utf-8")(tmp_path)
    locator("import", str(path), "--source", "list")
    for ending in ("csv", "xlsx", "geojson"):
        copy = tmp_path / f"copy.{ending}"
        assert locator("export", str(copy)).returncode == 0
        report = json.loads(locator("import", str(copy), "--source", "list", "--json").stdout)
        assert (report["new"], report["changed"], report["same"]) == (0, 0, 50), ending


def test_a_file_that_is_not_what_it_says_is_unreadable(locator: Run, tmp_path: Path) -> None:
    path = tmp_path / "places.xlsx"
    path.write_text("名称,类别\n")
    answer = locator("import", str(path))
    assert answer.returncode == 4
    assert "Traceback" not in answer.stderr
    assert answer.stderr.strip()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["near", "120.16", "33.38"], 2),
        (["near", "nan", "120"], 2),
        (["near", "33.38", "120.16", "--mode", "fly"], 2),
        (["near", "33.38", "120.16", "--kind", "pub"], 2),
        (["check", "33.38", "120.16", "--minutes", "0"], 2),
        (["check", "33.38", "120.16", "--minutes", "nan"], 2),
        (["near", "33.38", "120.16", "--minutes", "nan"], 2),
        (["export", "places.csv", "--district", "亭湖"], 2),
        (["--region", "nowhere", "init"], 2),
        (["serve", "--bind", "nonsense"], 2),
    ],
)
def test_wrong_use_is_told_in_a_sentence(locator: Run, arguments: list[str], code: int) -> None:
    answer = locator(*arguments)
    assert answer.returncode == code
    assert answer.stderr.strip()
    assert "Traceback" not in answer.stderr


def test_a_point_beside_a_station_is_covered_and_600_m_away_from_all_is_not(
    locator: Run, tmp_path: Path
) -> None:
    lone = [
        HEADER,
        ["孤站", "站点", "射阳县某路1号", "射阳县", "33.80", "120.30", "", "", "", "s1"],
    ]
    path = tmp_path / "lone.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows(
            [[*row, last] for row, last in zip(lone, ["核实日期", "2026-11-01"], strict=True)]
        )
    locator("import", str(path), "--source", "lone")
    for metres, covered in ((0, True), (400, True), (600, False), (3000, False)):
        there = Geodesic.WGS84.Direct(33.80, 120.30, 45.0, metres)
        point = (f"{there['lat2']:.7f}", f"{there['lon2']:.7f}")
        answer: dict[str, Any] = json.loads(locator("check", *point, "--json").stdout)
        assert answer["covered"] is covered
        assert len(answer["covered_by"]) == int(covered)
        assert answer["nearest"]["distance_m"] == pytest.approx(metres, abs=0.2)


ADDRESSES = [
    [f"待查{n}", "站点", f"亭湖区新丰路{n}号", "亭湖区", "", "", "", "", "", f"w{n}"]
    for n in range(40)
]


def test_a_geocoding_run_that_is_ended_goes_on_and_asks_nothing_twice(
    locator: Run, tmp_path: Path
) -> None:
    path = tmp_path / "waiting.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADER, *ADDRESSES])
    assert json.loads(locator("import", str(path), "--json").stdout)["new"] == 40

    with ProviderStub() as stub:
        environment = {
            "LOCATOR_AMAP_KEY": "0123456789abcdef0123456789abcdef",
            "LOCATOR_AMAP_URL": stub.url,
            "LOCATOR_GEOCODE_RATE": "200",
            "LOCATOR_DATABASE_URL": f"sqlite:///{tmp_path / 'registry.db'}",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "geocode", "--json"],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
        )
        stub.wait_for(8)
        process.send_signal(signal.SIGTERM)
        first = json.loads(process.communicate(timeout=60)[0])
        assert 8 <= first["located"] < 40

        second = json.loads(locator("geocode", "--json", **environment).stdout)
        asked = Counter(stub.asked)
    assert first["located"] + second["located"] == 40
    assert len(asked) == 40
    assert set(asked.values()) == {1}
    assert json.loads(locator("geocode", "--json").stdout)["located"] == 0


def test_the_second_region_is_another_city(locator: Run) -> None:
    environment = {"LOCATOR_REGION": str(VADUZ)}
    assert locator("sample", **environment).returncode == 0
    coverage = json.loads(locator("coverage", "--json", **environment).stdout)
    assert {row["adcode"][:4] for row in coverage["districts"]} == {"7001"}
    near = json.loads(locator("near", "47.14", "9.52", "--json", **environment).stdout)
    assert near["at"][-6:] in ("+01:00", "+02:00")
    assert near["places"][0]["distance_m"] < 5000
