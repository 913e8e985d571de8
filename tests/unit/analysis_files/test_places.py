"""A register's file of any city as places, without a region and without a registry."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.analysis_files import PlacesFile, read_places
from services.coverage.counting import count_places
from services.errors import FileUnreadable, LocatorError
from services.exporting import write_places
from services.geo.datum import Datum, convert
from services.geo.point import Point
from services.places import (
    LocationSource,
    LocationState,
    Place,
    PlaceStatus,
    Precision,
    vocabulary,
)

TODAY = date(2026, 11, 23)
Read = Callable[..., PlacesFile]


def by_id(read: PlacesFile) -> dict[str, Place]:
    return {place.id: place for place in read.places}


def test_id_and_coordinates_are_enough_anywhere_on_earth(places_of: Read) -> None:
    read = places_of("id,lat,lon\nsyd,-33.8567844,151.2152967\nreyk,64.1466,-21.9426\n")
    assert by_id(read)["syd"].point == Point(-33.8567844, 151.2152967)  # to the last decimal
    for place in read.places:
        assert (place.kind, place.name) == ("station", place.id)
        assert place.status is PlaceStatus.PUBLISHED
        assert place.location_precision is Precision.DOOR
        assert place.location_state is LocationState.LOCATED
        assert place.location_source is LocationSource.GIVEN
        assert (place.created_at, place.version) == (datetime(2026, 11, 23, tzinfo=UTC), 1)
    assert not read.refused
    assert not read.sample


def test_a_full_row_is_read_as_an_import_reads_it(places_of: Read) -> None:
    (place,) = places_of(
        "编号,站点名称,类型,详细地址,区县,纬度,经度,开放时间,服务设施,核实日期,状态,定位精度\n"
        "T-7,建军路驿站,工会驿站,建军东路1号,亭湖区,33.38,120.13,24小时,饮水,2026-11-20,暂停,道路\n"
    ).places
    assert (place.id, place.name, place.kind) == ("T-7", "建军路驿站", "station")
    assert (place.address, place.district) == ("建军东路1号", "亭湖区")
    assert (place.opening_hours, place.opening_hours_raw) == ("24/7", "24小时")
    assert place.amenities == {"water": True}
    assert (place.verified_on, place.status) == (date(2026, 11, 20), PlaceStatus.SUSPENDED)
    assert place.location_precision is Precision.STREET


def test_without_numbers_a_place_goes_by_its_line(places_of: Read) -> None:
    read = places_of("name,lat,lon\n甲,1,2\n\n,3,4\n")
    assert [(place.id, place.name) for place in read.places] == [
        ("row-2", "甲"),
        ("row-4", "row-4"),
    ]


def test_a_geojson_of_points_is_read(places_of: Read) -> None:
    read = places_of(
        {
            "type": "FeatureCollection",
            "features": [
                {
                    "type": "Feature",
                    "id": "node/1",
                    "geometry": {"type": "Point", "coordinates": [9.52, 47.14]},
                    "properties": {"amenity": "drinking_water", "opening_hours": "24/7"},
                }
            ],
        },
        "places.geojson",
    )
    (place,) = read.places
    assert (place.id, place.point, place.opening_hours) == ("node/1", Point(47.14, 9.52), "24/7")


@pytest.mark.parametrize("how", ["header", "column", "option"])
def test_the_datum_is_declared_as_in_an_import(tmp_path: Path, how: str) -> None:
    path = tmp_path / "p.csv"
    header = "纬度(GCJ-02),经度(GCJ-02),坐标系" if how == "header" else "纬度,经度,坐标系"
    path.write_text(f"编号,{header}\na,33.38,120.13,{'高德' if how == 'column' else ''}\n")
    datum = Datum.GCJ02 if how == "option" else Datum.WGS84
    (place,) = read_places(path, vocabulary=vocabulary(), today=TODAY, datum=datum).places
    lat, lon = convert(33.38, 120.13, Datum.GCJ02, Datum.WGS84)
    assert place.point is not None
    assert (place.point.lat, place.point.lon) == pytest.approx((lat, lon), abs=1e-12)


# --- what counts ---------------------------------------------------------------------------


def test_without_a_column_for_it_every_place_was_verified_today_and_that_is_said(
    places_of: Read,
) -> None:
    read = places_of("id,lat,lon\na,1,2\n")
    assert [place.verified_on for place in read.places] == [TODAY]
    assert "文件没有核实日期,没有按新鲜度剔除。" in read.notes
    assert len(count_places(read.places, vocabulary(), TODAY).places) == 1


def test_with_a_column_for_it_freshness_applies_as_usual(places_of: Read) -> None:
    read = places_of("id,lat,lon,核实日期\na,1,2,2026-11-01\nb,1,2,2026-01-01\nc,1,2,\n")
    counted = count_places(read.places, vocabulary(), TODAY)
    assert [place.id for place in counted.places] == ["a"]
    assert counted.left_out["stale"] == 2
    assert any("1 个服务点没有核实日期" in note for note in read.notes)
    assert not any("没有按新鲜度剔除" in note for note in read.notes)


def test_status_precision_kind_and_location_are_left_to_the_counting(places_of: Read) -> None:
    read = places_of(
        "id,lat,lon,status,precision,kind\n"
        "a,1,2,,,\nb,1,2,暂停,,\nc,1,2,,乡镇,\nd,1,2,,,幸福企业\ne,,,,,\nf,1,2,草稿,,卡友之家\n"
    )
    assert len(read.places) == 6
    counted = count_places(read.places, vocabulary(), TODAY)
    assert [place.id for place in counted.places] == ["a"]
    assert dict(counted.left_out) == {
        "kind": 1,
        "status": 2,
        "location": 1,
        "precision": 1,
        "stale": 0,
    }
    assert any("1 个服务点没有坐标" in note for note in read.notes)


def test_our_own_export_comes_back_and_counts_the_same(places_of: Read, tmp_path: Path) -> None:
    source = places_of(
        "编号,名称,类别,纬度,经度,开放时间,核实日期,状态,区县\n"
        "1,甲,驿站,33.38,120.13,周一至周五 08:30-17:30,2026-11-01,已发布,亭湖区\n"
        "2,=乙,卡友之家,33.39,120.14,,2026-11-01,暂停,盐都区\n"
    ).places
    for suffix in (".csv", ".xlsx", ".geojson"):
        path = tmp_path / f"again{suffix}"
        write_places(path, source, sample=False)
        again = read_places(path, vocabulary=vocabulary(), today=TODAY).places
        assert [(p.id, p.name, p.kind, p.point, p.opening_hours) for p in again] == [
            (p.id, p.name, p.kind, p.point, p.opening_hours) for p in source
        ]
        assert [p.status for p in again] == [p.status for p in source]


def test_generated_data_stays_labelled(places_of: Read) -> None:
    assert places_of("id,lat,lon,数据性质\na,1,2,示例数据\n").sample


# --- what is refused -----------------------------------------------------------------------


def test_a_number_that_was_there_before_is_refused_with_both_lines(places_of: Read) -> None:
    read = places_of("id,lat,lon\na,1,2\nb,1,2\na,3,4\n")
    assert [place.id for place in read.places] == ["a", "b"]
    (refused,) = read.refused
    assert (refused.line, refused.value) == (4, "a")
    assert "第 2 行" in refused.message


def test_two_registers_may_use_the_same_number(places_of: Read) -> None:
    read = places_of("来源,编号,lat,lon\n东,1,1,1\n西,1,2,2\n西,2,3,3\n东,1,4,4\n")
    assert [place.id for place in read.places] == ["东:1", "西:1", "2"]
    assert [problem.line for problem in read.refused] == [5]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("b,91,2,,", "lat", "91"),
        ("b,120,33,,", "lat", "填反"),
        ("b,x,2,,", "lat", "“x”"),
        ("b,,2,,", "lat", "纬度为空"),
        ("b,1,2,fountain,", "kind", "fountain"),
        ("b,1,2,,2027-01-01", "verified_on", "2027-01-01"),
        ("b,1,2,,yesterday", "verified_on", "yesterday"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_alone(
    places_of: Read, row: str, column: str, said: str
) -> None:
    read = places_of(f"id,lat,lon,kind,verified_on\na,1,2,,2026-11-01\n{row}\n")
    assert [place.id for place in read.places] == ["a"]
    (refused,) = read.refused
    assert (refused.line, refused.column) == (3, column)
    assert said in refused.message


def test_hours_that_nobody_can_read_are_unknown_and_said(places_of: Read) -> None:
    read = places_of("id,lat,lon,opening_hours\na,1,2,看心情\n")
    assert (read.places[0].opening_hours, read.places[0].opening_hours_raw) == ("", "看心情")
    assert any("第 2 行" in note and "看心情" in note for note in read.notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("id,lat,lon\n", "没有一行数据"),
        ("name,address\n甲,某路 1 号\n", r"没有坐标列.*name、address"),
        ("id,lat,lon\na,,\nb,,\n", "2 个服务点都没有坐标"),
        ("id,lat,lon\na,95,2\nb,96,2\n", r"2 行全部被拒收.*第 2 行.*95"),
        ("id,lat,lng,经度\na,1,2,3\n", "同一列"),
    ],
)
def test_a_file_without_a_usable_place_is_refused_in_a_sentence(
    places_of: Read, text: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        places_of(text)


def test_a_point_that_leaves_the_map_when_converted_is_refused(places_of: Read) -> None:
    read = places_of("id,lat,lon,坐标系\na,10,-180,百度\nb,10,20,\n")
    assert [place.id for place in read.places] == ["b"]
    assert [problem.line for problem in read.refused] == [2]


COLUMNS = [
    *("id", "lat", "lon", "坐标", "datum", "precision", "kind", "name", "address", "district"),
    *("opening_hours", "amenities", "access", "verified_on", "status", "source"),
]
ANY_CELL: st.SearchStrategy[Any] = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["1", "89", "-180", "驿站", "24/7", "2026-11-01", "BD-09", "暂停", "1,2", ""]),
)


@settings(deadline=None)
@given(st.data())
def test_any_text_in_any_cell_is_read_or_refused(data: st.DataObject) -> None:
    columns = data.draw(st.lists(st.sampled_from(COLUMNS), unique=True, min_size=3))
    row = st.lists(ANY_CELL, min_size=len(columns), max_size=len(columns))
    rows = data.draw(st.lists(row, max_size=8))
    out = io.StringIO()
    csv.writer(out).writerows([columns, *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "p.csv"
        path.write_bytes(out.getvalue().encode("utf-8-sig"))
        try:
            read = read_places(path, vocabulary=vocabulary(), today=TODAY)
        except LocatorError as problem:
            assert problem.message.endswith(("。", "?"))
            return
    assert len({place.id for place in read.places}) == len(read.places)
    assert len(read.places) + len(read.refused) <= len(rows)
