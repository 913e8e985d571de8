"""CSV and GeoJSON files, whole or hostile, to rows with their lines."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from services.errors import FileUnreadable, LimitExceeded
from services.importing.readers import Table, read_rows

Read = Callable[..., Table]


def names(table: Table) -> list[tuple[int, str]]:
    return [(row.line, row.values["名称"]) for row in table.rows]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_count_from_one_under_any_line_end(read: Read, end: str) -> None:
    table = read(end.join(["类别,名称", "站点,甲", "", "站点,乙", ""]))
    assert names(table) == [(2, "甲"), (4, "乙")]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "\uff0c"])
def test_the_delimiter_is_the_one_that_makes_the_header_readable(
    read: Read, delimiter: str
) -> None:
    table = read(f"类别{delimiter}名称\n站点{delimiter}甲\n")
    assert table.rows[0].values == {"类别": "站点", "名称": "甲"}


def test_a_sep_line_is_obeyed_and_counted(read: Read) -> None:
    assert names(read("sep=;\r\n类别;名称\r\n站点;甲,乙\r\n")) == [(3, "甲,乙")]


def test_a_last_row_without_its_cells_and_its_line_end_is_refused_as_cut(read: Read) -> None:
    whole = "名称,类别,纬度,经度\n甲,站点,33.38,120.15\n乙,站点,33.39"
    cut = read(whole)
    assert [bool(row.fault) for row in cut.rows] == [False, True]
    assert "断了" in cut.rows[1].fault
    assert not any(row.fault for row in read(whole + "\n").rows)
    assert not any(row.fault for row in read(whole + "\n  ").rows)


def test_a_quoted_line_break_moves_the_next_line_number(read: Read) -> None:
    assert names(read('类别,名称\n站点,"甲\n乙"\n站点,丙\n')) == [(2, "甲\n乙"), (4, "丙")]


def test_titles_above_the_header_are_passed_over(read: Read) -> None:
    table = read("盐城市站点一览表,\n2026年,\n类别,名称\n站点,甲\n")
    assert names(table) == [(4, "甲")]
    assert any("第 3 行" in note for note in table.notes)


def test_a_header_that_is_repeated_is_not_a_place(read: Read) -> None:
    assert names(read("类别,名称\n站点,甲\n类别,名称\n站点,乙\n")) == [(2, "甲"), (4, "乙")]


def test_an_unmatched_quote_is_refused_with_the_line_where_it_opens(read: Read) -> None:
    with pytest.raises(FileUnreadable, match="第 3 行"):
        read('类别,名称\n站点,甲\n站点,"乙\n站点,丙\n')


def test_a_row_with_more_cells_than_columns_is_a_fault_of_that_row_only(read: Read) -> None:
    table = read("类别,名称\n站点,甲,乙\n站点,丙\n")
    assert [bool(row.fault) for row in table.rows] == [True, False]


def test_an_inert_formula_comes_back_alive_and_an_apostrophe_alone_stays(read: Read) -> None:
    table = read("类别,名称\n站点,'=1+1\n站点,''=1\n站点,'甲\n站点,'\uff0b1\n")
    assert [name for _, name in names(table)] == ["=1+1", "'=1", "'甲", "\uff0b1"]


def test_doubled_headers_are_refused(read: Read) -> None:
    with pytest.raises(FileUnreadable, match=r"名称.*两次"):
        read("类别,名称,名称\n站点,甲,乙\n")


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(read: Read, data: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read(data)


def test_more_rows_than_the_limit_are_refused(read: Read) -> None:
    with pytest.raises(LimitExceeded, match="2 行"):
        read("类别,名称\n" + "站点,甲\n" * 3, max_rows=2)


def test_a_larger_file_than_the_limit_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("类别,名称\n")
    with pytest.raises(LimitExceeded):
        read_rows(path, max_bytes=5, max_rows=10)


def test_something_that_is_not_a_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("pipe.csv", "absent.csv"):
        with pytest.raises(FileUnreadable):
            read_rows(tmp_path / name, max_bytes=5, max_rows=10)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.xlsx", "类别,名称\n站点,甲\n".encode(), "内容却不是"),
        ("a.xls", b"<html><table><tr><td>x</td></tr></table></html>", "网页"),
        ("a.csv", b"<!DOCTYPE html><html></html>", "网页"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "密码"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
        ("a.xlsm", b"PK\3\4", ".xlsm"),
        ("a.csv", b"PK\3\4rest", "xlsx"),
        ("a.pdf", b"%PDF-1.7", "pdf"),
        ("a.csv", b"%PDF-1.7", "PDF"),
    ],
)
def test_a_file_that_is_not_what_it_says_is_refused_in_plain_words(
    read: Read, name: str, data: bytes, says: str
) -> None:
    with pytest.raises(FileUnreadable, match=says):
        read(data, name)


# --- GeoJSON -------------------------------------------------------------------------------


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features)})


def feature(properties: object, geometry: object = None) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def test_a_feature_is_a_row_in_wgs84(read: Read) -> None:
    point = {"type": "Point", "coordinates": [120.15, 33.38]}
    places = {
        "名称": "甲",
        "kind": "station",
        "纬度": 1,
        "amenities": {"water": True, "seats": False},
    }
    table = read(collection(feature(places, point)), "a.geojson")
    assert table.rows[0].line == 1
    assert table.rows[0].values == {
        "名称": "甲",
        "kind": "station",
        "amenities": "water、无seats",
        "datum": "wgs84",
        "lat": "33.38",
        "lon": "120.15",
    }


def test_a_datum_property_wins(read: Read) -> None:
    point = {"type": "Point", "coordinates": [120.15, 33.38]}
    table = read(collection(feature({"名称": "甲", "坐标系": "gcj02"}, point)), "a.geojson")
    assert table.rows[0].values["坐标系"] == "gcj02"
    assert "datum" not in table.rows[0].values


def test_a_line_among_points_is_a_fault_of_that_feature_only(read: Read) -> None:
    line = {"type": "LineString", "coordinates": [[120, 33], [121, 34]]}
    table = read(collection(feature({"名称": "甲"}, line), feature({"名称": "乙"})), "a.geojson")
    assert [bool(row.fault) for row in table.rows] == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 5000,
        '{"type":"FeatureCollection","features":' + "[" * 100_000,
        '{"type":"FeatureCollection","features":[{"type":"Feature","x":NaN}]}',
        '{"type":"Point","coordinates":[1,2]}',
        '{"type":"FeatureCollection","features":[]}',
        '{"type":"FeatureCollection","features":[',
        "9" * 5000,
    ],
)
def test_a_hostile_or_foreign_json_is_refused_with_a_sentence(read: Read, text: str) -> None:
    with pytest.raises(FileUnreadable):
        read(text, "a.geojson")
