"""Exports are inert in a spreadsheet, labelled when sample, and come back as they were."""

from __future__ import annotations

import csv
import json
import tempfile
import unicodedata
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from services.errors import InvalidInput
from services.exporting import COLUMNS, write_places
from services.geo.datum import Datum
from services.geo.point import Point
from services.hours import parse_hours
from services.importing.columns import column_table
from services.importing.readers import read_rows
from services.importing.rows import parse_rows
from services.places import (
    Access,
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    Precision,
    vocabulary,
)
from services.region import DEFAULT_REGION, Region, load_region

TODAY = date(2026, 11, 23)
FORMATS = [".csv", ".xlsx", ".geojson"]
DANGEROUS = [
    "=1+1",
    "+86",
    "-2+3",
    "@SUM(A1)",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
    "'=1",
    "''@x",
]

PLACE = PlaceDraft(
    kind="station",
    name="建军路驿站",
    address="盐城市亭湖区建军东路1号",
    district="320902",
    point=Point(33.38324, 120.13058),
    location_source=LocationSource.GIVEN,
    location_precision=Precision.DOOR,
    location_state=LocationState.LOCATED,
    opening_hours="24/7",
    opening_hours_raw="24小时",
    access=Access.STAFFED,
    amenities={"water": True, "wifi": False, "battery_swap": True},
    phone="0515-12351",
    host="市总工会",
    status=PlaceStatus.SUSPENDED,
    verified_on=date(2026, 11, 20),
    source="register",
    source_id="007",
)


@cache
def yancheng() -> Region:
    return load_region(DEFAULT_REGION)


def imported(path: Path) -> list[PlaceDraft]:
    parsed = parse_rows(
        read_rows(path, max_bytes=10_000_000, max_rows=1000),
        region=yancheng(),
        vocabulary=vocabulary(),
        default_datum=Datum.WGS84,
        source="",
        status=PlaceStatus.PUBLISHED,
        today=TODAY,
    )
    assert parsed.problems == []
    return [row.draft for row in parsed.drafts]


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("sample", [False, True])
def test_a_place_comes_back_as_it_was(tmp_path: Path, suffix: str, sample: bool) -> None:
    place = replace(PLACE, source="sample") if sample else PLACE
    path = tmp_path / f"out{suffix}"
    assert write_places(path, [place], sample=sample) == 1
    assert imported(path) == [place]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("datum", list(Datum))
def test_a_place_comes_back_from_another_datum(tmp_path: Path, suffix: str, datum: Datum) -> None:
    path = tmp_path / f"out{suffix}"
    write_places(path, [PLACE], sample=False, datum=datum, districts=yancheng().districts)
    assert imported(path) == [PLACE]


texts = (
    st.one_of(
        st.sampled_from(
            [*DANGEROUS, "{{7*7}}", "<b>", "_x0041_", '"', "a,b", "a;b", "𠮷😀", "true", "1.0"]
        ),
        st.text(
            st.characters(exclude_categories=("C", "Z"), exclude_characters="\ufffd"), max_size=40
        ),
    )
    .map(lambda text: unicodedata.normalize("NFC", text).strip())
    .filter(lambda text: len(text) <= 100)
)


@st.composite
def places(draw: st.DrawFn) -> PlaceDraft:
    located = draw(st.booleans())
    hours = parse_hours(
        draw(st.sampled_from(["", "24小时", "周一至周五 8:00-18:00", "随缘", "=1"]))
    )
    point = Point(
        round(33.38 + draw(st.integers(-5000, 5000)) / 1e6, 6),
        round(120.13 + draw(st.integers(-5000, 5000)) / 1e6, 6),
    )
    holder = yancheng().districts.holding(point)
    return PlaceDraft(
        kind=draw(st.sampled_from([kind.key for kind in vocabulary().kinds])),
        name=draw(texts.filter(bool)),
        address=draw(texts),
        district=holder.adcode if located and holder else "320924",
        point=point if located else None,
        location_source=LocationSource.GIVEN if located else None,
        location_precision=draw(st.sampled_from(Precision)) if located else None,
        location_state=LocationState.LOCATED if located else LocationState.PENDING,
        opening_hours=hours.osm,
        opening_hours_raw=hours.raw,
        access=draw(st.none() | st.sampled_from(Access)),
        amenities=draw(
            st.dictionaries(
                st.sampled_from([each.key for each in vocabulary().amenities]), st.booleans()
            )
        ),
        phone=draw(texts),
        host=draw(texts),
        status=draw(st.sampled_from(PlaceStatus)),
        verified_on=draw(st.none() | st.dates(date(2000, 1, 1), TODAY)),
        source=draw(texts),
        source_id=draw(texts),
    )


@pytest.mark.parametrize("suffix", [".csv", ".geojson"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(places(), min_size=1, max_size=5))
def test_import_undoes_export(suffix: str, rows: list[PlaceDraft]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"out{suffix}"
        write_places(path, rows, sample=False)
        assert imported(path) == rows


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=st.lists(places(), min_size=1, max_size=20))
def test_import_undoes_export_to_a_workbook(rows: list[PlaceDraft]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "out.xlsx"
        write_places(path, rows, sample=False)
        assert imported(path) == rows


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_csv_begins_like_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "out.csv"
    write_places(path, [replace(PLACE, name=text, host=text, source_id=text)], sample=False)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        for cells in csv.reader(file):
            assert not [
                cell for cell in cells if cell[:1] in tuple("=+-@\t\r\uff1d\uff0b\uff0d\uff20")
            ]
    assert imported(path)[0].name == text


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_of_a_workbook_is_a_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "out.xlsx"
    write_places(path, [replace(PLACE, name=text)], sample=False)
    cell = load_workbook(path).active["B2"]
    assert (cell.data_type, cell.value) == ("s", text)


def test_numbers_and_dates_are_typed_in_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "out.xlsx"
    write_places(path, [PLACE], sample=False)
    rows = list(load_workbook(path).active.values)
    cells = dict(zip(rows[0], rows[1], strict=True))
    assert (cells["纬度"], cells["经度"]) == (33.38324, 120.13058)
    assert cells["核实日期"].date() == date(2026, 11, 20)
    assert cells["来源编号"] == "007"


def test_the_header_is_chinese_and_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_places(path, [], sample=False)
    header = path.read_text("utf-8-sig").strip().split(",")
    assert header[:6] == ["类别", "名称", "地址", "区县", "纬度", "经度"]
    assert len(header) == len(COLUMNS) == len({column_table().titles[key] for key in COLUMNS})


def test_a_sample_says_so_in_every_row_and_in_its_title(tmp_path: Path) -> None:
    for suffix in FORMATS:
        write_places(tmp_path / f"out{suffix}", [PLACE, PLACE], sample=True)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["数据性质"] for row in csv.DictReader(file)] == ["示例数据"] * 2
    assert load_workbook(tmp_path / "out.xlsx").active.title == "示例数据"
    collection = json.loads((tmp_path / "out.geojson").read_text("utf-8"))
    assert collection["sample"] is True
    assert [each["properties"]["nature"] for each in collection["features"]] == ["示例数据"] * 2


def test_a_point_that_is_not_a_fact_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_places(path, [replace(PLACE, location_state=LocationState.AMBIGUOUS)], sample=False)
    assert imported(path)[0].point is None


def test_hours_that_a_person_corrected_are_written(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    write_places(path, [replace(PLACE, opening_hours_raw="随缘")], sample=False)
    assert imported(path)[0].opening_hours == "24/7"


@pytest.mark.parametrize(
    ("name", "datum"), [("out.pdf", Datum.WGS84), ("out.geojson", Datum.GCJ02)]
)
def test_what_cannot_be_written_is_refused(tmp_path: Path, name: str, datum: Datum) -> None:
    with pytest.raises(InvalidInput):
        write_places(tmp_path / name, [PLACE], sample=False, datum=datum)
    assert list(tmp_path.iterdir()) == []


def test_a_place_where_one_may_not_write_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="写不进去"):
        write_places(tmp_path / "absent" / "out.csv", [PLACE], sample=False)
