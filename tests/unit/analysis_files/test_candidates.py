"""Files of candidates, and which of them stand where a place already is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pyproj import Geod

from services.analysis_files import PlacesFile, on_existing, read_candidates
from services.errors import FileUnreadable

Write = Callable[[str, Any], Path]
GEOD = Geod(ellps="WGS84")


def test_candidates_are_read_in_their_order(write: Write) -> None:
    read = read_candidates(write("c.csv", "lon,lat,id,remark\n24.94,60.17,b,x\n24.95,60.18,a,y\n"))
    assert (read.ids, len(read)) == (("b", "a"), 2)
    assert read.lats.tolist() == [60.17, 60.18]
    assert read.lons.tolist() == [24.94, 24.95]
    assert any("remark" in note for note in read.notes)


def test_a_weight_is_no_column_of_a_candidate(write: Write) -> None:
    read = read_candidates(write("c.csv", "id,lat,lon,weight\na,1,2,-5\n"))
    assert read.ids == ("a",)
    assert not read.refused


def test_a_repeated_id_and_a_bad_point_are_refused_with_their_lines(write: Write) -> None:
    read = read_candidates(write("c.csv", "id,lat,lon\na,1,2\na,3,4\nb,95,2\nc,,\n"))
    assert read.ids == ("a",)
    assert [problem.line for problem in read.refused] == [3, 4, 5]
    assert "第 2 行" in read.refused[0].message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,lat,lon\n", "候选点文件“c.csv”只有表头"),
        ("id,name\na,b\n", "候选点.*没有坐标列.*id、name"),
        ("id,lat,lon\na,91,0\n", "全部被拒收.*91"),
    ],
)
def test_a_file_without_a_candidate_is_refused(write: Write, text: str, said: str) -> None:
    with pytest.raises(FileUnreadable, match=said):
        read_candidates(write("c.csv", text))


def test_candidates_within_a_metre_of_a_place_are_found(
    write: Write, places_of: Callable[..., PlacesFile]
) -> None:
    places = places_of("id,lat,lon\np,60.17,24.94\nq,-33.86,151.21\nnowhere,,\n").places
    steps = [0.0, 0.5, 0.999, 1.001, 30.0]
    rows, expected = "", []
    for number, metres in enumerate(steps):
        for azimuth in (0, 77, 200):
            lon, lat, _ = GEOD.fwd(151.21, -33.86, azimuth, metres)
            rows += f"c{number}-{azimuth},{lat:.12f},{lon:.12f}\n"
            expected.append(metres <= 1.0)
    read = read_candidates(write("c.csv", f"id,lat,lon\n{rows}"))
    assert on_existing(read, places).tolist() == expected


def test_without_places_or_points_none_is_on_an_existing_one(
    write: Write, places_of: Callable[..., PlacesFile]
) -> None:
    read = read_candidates(write("c.csv", "id,lat,lon\na,1,2\n"))
    (place,) = places_of("id,lat,lon\np,1,2\n").places
    assert on_existing(read, []).tolist() == [False]
    assert on_existing(read, [replace(place, point=None)]).tolist() == [False]
    assert on_existing(read, [place]).dtype == np.bool_
