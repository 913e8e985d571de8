"""The answer point by point: what stands in the file is what the reach says."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Geod
from shapely.geometry import box

from services.analysis_files import PlacesFile, read_demand, write_points
from services.coverage.demand import DemandPoints, grid_over
from services.coverage.reach import Reach, straight_reach
from services.errors import InvalidInput
from services.importing.delimited import inert, revived
from services.places import Place
from services.region import UrbanArea
from services.travel.measure import Measure
from services.travel.modes import MODES

GEOD = Geod(ellps="WGS84")
WALK = Measure(mode=MODES["walk"], minutes=10)

Row = dict[str, str]


def table(path: Path) -> list[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def ways(demand: DemandPoints, places: tuple[Place, ...]) -> np.ndarray[Any, Any]:
    """Metres of every pair, point by point, from another library's geodesics."""
    return np.array(
        [
            [
                GEOD.inv(lon, lat, place.point.lon, place.point.lat)[2] if place.point else np.inf
                for place in places
            ]
            for lat, lon in zip(demand.lats.tolist(), demand.lons.tolist(), strict=True)
        ]
    )


def reach_of(demand: DemandPoints, places: tuple[Place, ...]) -> Reach:
    return straight_reach(demand, places, WALK.limit_m)


@pytest.fixture
def places(places_of: Callable[..., PlacesFile]) -> tuple[Place, ...]:
    return places_of("id,lat,lon\nA,60.17,24.94\nB,60.172,24.945\n=C,60.18,24.95\n").places


@pytest.fixture
def demand(write: Callable[[str, Any], Path]) -> DemandPoints:
    rows = "p1,60.17,24.94\n=p2,60.1705,24.9405\np3,60.1715,24.9435\np4,60.3,24.9\np5,60.18,24.95\n"
    return read_demand(write("d.csv", f"id,lat,lon\n{rows}")).demand


def test_each_row_says_the_nearest_place_and_all_that_cover_the_point(
    tmp_path: Path, demand: DemandPoints, places: tuple[Place, ...]
) -> None:
    metres = ways(demand, places)
    nearest = metres.argmin(axis=1)
    path = tmp_path / "points.csv"
    written = write_points(
        path,
        demand,
        places,
        nearest=nearest,
        distance_m=metres.min(axis=1),
        reach=reach_of(demand, places),
        measure=WALK,
    )
    rows = table(path)
    assert written == len(rows) == 5
    assert list(rows[0]) == ["id", "travel_s", "distance_m", "nearest_place", "covered_by"]
    assert [revived(row["id"]) for row in rows] == ["p1", "=p2", "p3", "p4", "p5"]
    for row, own, number in zip(rows, metres, nearest, strict=True):
        assert revived(row["nearest_place"]) == places[number].id
        assert float(row["distance_m"]) == pytest.approx(own.min(), abs=0.05)
        seconds = own.min() * 1.3 / (4000 / 3600)  # 4 km/h, the way 1.3 times as long
        assert float(row["travel_s"]) == pytest.approx(seconds, abs=0.05)
        inside = [place.id for place, m in zip(places, own, strict=True) if m <= 4000 / 6 / 1.3]
        assert revived(row["covered_by"]).split(";") == (inside or [""])
    assert rows[3]["covered_by"] == ""
    assert float(rows[3]["distance_m"]) > 10_000  # beyond every limit, and still said


def test_what_a_spreadsheet_would_run_is_inert(
    tmp_path: Path, demand: DemandPoints, places: tuple[Place, ...]
) -> None:
    path = tmp_path / "points.csv"
    write_points(
        path,
        demand,
        places,
        nearest=np.full(5, 2),
        distance_m=np.zeros(5),
        reach=reach_of(demand, places),
        measure=WALK,
    )
    text = path.read_text(encoding="utf-8-sig")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert ",=C" not in text
    assert "\n=p2" not in text
    assert "'=C" in text
    assert "'=p2" in text


def test_where_no_place_is_known_the_cells_are_empty(
    tmp_path: Path, demand: DemandPoints, places: tuple[Place, ...]
) -> None:
    path = tmp_path / "points.csv"
    write_points(
        path,
        demand,
        places,
        nearest=np.array([0, -1, 1, -1, 2]),
        distance_m=np.array([0.0, np.nan, np.inf, 5.0, 1.0]),
        reach=reach_of(demand, places),
        measure=WALK,
    )
    rows = table(path)
    assert [row["nearest_place"] for row in rows] == ["A", "", "", "", "'=C"]
    assert [row["distance_m"] for row in rows] == ["0.0", "", "", "", "1.0"]
    assert [row["travel_s"] for row in rows] == ["0.0", "", "", "", "1.2"]


def test_the_points_of_a_grid_are_known_by_where_they_are(
    tmp_path: Path, places: tuple[Place, ...]
) -> None:
    grid = grid_over([UrbanArea("甲", "1", box(24.93, 60.16, 24.97, 60.19), False)], 100)
    assert len(grid) > 500
    metres = ways(grid, places)
    path = tmp_path / "points.csv"
    write_points(
        path,
        grid,
        places,
        nearest=metres.argmin(axis=1),
        distance_m=metres.min(axis=1),
        reach=reach_of(grid, places),
        measure=WALK,
    )
    rows = table(path)
    assert [row["id"] for row in rows] == [str(n) for n in range(1, len(grid) + 1)]
    assert [float(row["lat"]) for row in rows] == grid.lats.round(6).tolist()
    assert [float(row["lon"]) for row in rows] == grid.lons.round(6).tolist()
    limit_m = 4000 / 6 / 1.3
    expected = [
        ";".join(p.id for p, m in zip(places, o, strict=True) if m <= limit_m) for o in metres
    ]
    assert [revived(row["covered_by"]) for row in rows] == expected


def test_rows_beyond_one_run_stay_in_step(
    tmp_path: Path, places: tuple[Place, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    grid = grid_over([UrbanArea("甲", "1", box(24.93, 60.16, 24.97, 60.19), False)], 100)
    metres = ways(grid, places)
    paths = [tmp_path / "whole.csv", tmp_path / "parts.csv"]
    for path, rows in zip(paths, (10**6, 37), strict=True):
        monkeypatch.setattr("services.analysis_files.points_out._ROWS_AT_ONCE", rows)
        write_points(
            path,
            grid,
            places,
            nearest=metres.argmin(axis=1),
            distance_m=metres.min(axis=1),
            reach=reach_of(grid, places),
            measure=WALK,
        )
    assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_file_that_cannot_be_written_is_a_sentence_and_leaves_nothing_behind(
    tmp_path: Path, demand: DemandPoints, places: tuple[Place, ...]
) -> None:
    def write(path: Path) -> None:
        write_points(
            path,
            demand,
            places,
            nearest=np.zeros(5, dtype=np.int64),
            distance_m=np.zeros(5),
            reach=reach_of(demand, places),
            measure=WALK,
        )

    with pytest.raises(InvalidInput, match=r"只写 \.csv"):
        write(tmp_path / "points.xlsx")
    with pytest.raises(InvalidInput, match="写不进去"):
        write(tmp_path / "none" / "points.csv")
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(InvalidInput, match="写不进去"):
        write(tmp_path / "taken.csv")
    left = {each.name for each in tmp_path.iterdir() if each.is_file()}
    assert left == {"d.csv", "places.csv"}


def test_without_demand_or_places_there_is_still_a_file(
    tmp_path: Path, demand: DemandPoints
) -> None:
    path = tmp_path / "points.csv"
    empty = replace(
        demand,
        lats=np.zeros(0),
        lons=np.zeros(0),
        weights=np.zeros(0, dtype=np.int64),
        district=np.zeros(0, dtype=np.int64),
        ids=(),
    )
    for points, count in ((empty, 0), (demand, 5)):
        nowhere = np.full(count, -1)
        written = write_points(
            path,
            points,
            (),
            nearest=nowhere,
            distance_m=np.full(count, np.nan),
            reach=reach_of(points, ()),
            measure=WALK,
        )
        assert written == len(table(path)) == count


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\uff1d1", "'=1", "''@", "a", "'a", ""])
def test_what_is_made_inert_comes_back(text: str) -> None:
    assert revived(inert(text)) == text
    assert not inert(text).startswith(("=", "+", "-", "@", "\uff1d"))
