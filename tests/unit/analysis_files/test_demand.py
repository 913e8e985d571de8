"""Files of weighted points: what is read, what is refused with its line, what is left out."""

from __future__ import annotations

import csv
import io
import tempfile
import tracemalloc
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from shapely.geometry import Point as ShapelyPoint
from shapely.geometry import Polygon, box

from services.analysis_files import DemandFile, read_demand
from services.analysis_files.length import rows_at_least
from services.errors import FileUnreadable, InvalidInput, LimitExceeded, LocatorError
from services.geo.datum import Datum, convert
from services.region import UrbanArea

Write = Callable[[str, Any], Path]

HEADER = "id,lat,lon,weight\n"


def weights(read: DemandFile) -> dict[str, int | float]:
    demand = read.demand
    assert demand.ids is not None
    return dict(zip(demand.ids, map(demand.amount, demand.weights.tolist()), strict=True))


def district_of(read: DemandFile) -> dict[str, str]:
    demand = read.demand
    assert demand.ids is not None
    names = [demand.districts[number][1] for number in demand.district.tolist()]
    return dict(zip(demand.ids, names, strict=True))


def area(name: str, west: float, south: float, east: float, north: float) -> UrbanArea:
    return UrbanArea(name, name, box(west, south, east, north), sample=False)


# --- what is read --------------------------------------------------------------------------


def test_points_of_any_city_are_read_to_their_last_decimal(write: Write) -> None:
    read = read_demand(write("d.csv", HEADER + "a,-33.8567844,151.2152967,5\nb,64.5,-21.9,7\n"))
    assert read.demand.lats.tolist() == [-33.8567844, 64.5]
    assert read.demand.lons.tolist() == [151.2152967, -21.9]
    assert weights(read) == {"a": 5, "b": 7}
    assert read.demand.districts == (("all", "全部"),)
    assert (read.demand.scale, read.demand.spacing_m, read.demand.unit) == (1, None, "weight")
    assert read.demand.weights.dtype == np.int64
    assert not read.refused


def test_headers_may_be_chinese_in_any_order(write: Write) -> None:
    text = "人口,经度,编号,纬度,区县\n12,24.94,一,60.17,卡利奥\n"
    read = read_demand(write("d.csv", text))
    assert weights(read) == {"一": 12}
    assert read.demand.lats.tolist() == [60.17]
    assert read.demand.districts == (("卡利奥", "卡利奥"),)


def test_the_three_kinds_of_file_say_the_same(write: Write, tmp_path: Path) -> None:
    rows = [("a", 60.17, 24.94, 3, "x"), ("b", 0.00005, -0.00002, 2.25, "y")]
    text = "id,lat,lon,weight,district\n" + "".join(f"{','.join(map(str, r))}\n" for r in rows)
    book = Workbook()
    for row in [("id", "lat", "lon", "weight", "district"), *rows]:
        book.active.append(row)
    book.save(tmp_path / "d.xlsx")
    features = [
        {
            "type": "Feature",
            "id": identity,
            "geometry": {"type": "Point", "coordinates": [lon, lat]},
            "properties": {"weight": weight, "district": district},
        }
        for identity, lat, lon, weight, district in rows
    ]
    files = [
        write("d.csv", text),
        tmp_path / "d.xlsx",
        write("d.geojson", {"type": "FeatureCollection", "features": features}),
    ]
    for read in map(read_demand, files):
        assert read.demand.ids == ("a", "b")
        assert read.demand.lats.tolist() == [60.17, 0.00005]
        assert read.demand.lons.tolist() == [24.94, -0.00002]
        assert weights(read) == {"a": 3, "b": 2.25}
        assert read.demand.districts == (("x", "x"), ("y", "y"))


def test_an_unusual_encoding_is_said_and_the_usual_one_is_not(write: Write) -> None:
    text = "编号,纬度,经度\n甲,1,2\n"
    usual, unusual = (read_demand(write("d.csv", text.encode(e))) for e in ("utf-8", "gb18030"))
    assert usual.demand.ids == unusual.demand.ids == ("甲",)
    assert not any("编码" in note for note in usual.notes)
    assert any("GB18030" in note for note in unusual.notes)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_line_end_and_delimiter(write: Write, end: str, delimiter: str) -> None:
    text = end.join(["id,lat,lon,weight", "a,1,2,3", "", "b,4,5,6"]).replace(",", delimiter)
    assert weights(read_demand(write("d.csv", text))) == {"a": 3, "b": 6}


def test_a_datum_in_the_header_is_converted(write: Write) -> None:
    text = "id,纬度(GCJ-02),经度(GCJ-02)\na,33.38,120.13\n"
    read = read_demand(write("d.csv", text))
    lat, lon = convert(33.38, 120.13, Datum.GCJ02, Datum.WGS84)
    assert (read.demand.lats[0], read.demand.lons[0]) == pytest.approx((lat, lon), abs=1e-12)
    assert any("GCJ-02" in note for note in read.notes)


def test_each_row_may_say_its_datum(write: Write) -> None:
    text = "id,lat,lon,坐标系\na,33.38,120.13,BD-09\nb,33.38,120.13,WGS-84\nc,33.38,120.13,\n"
    read = read_demand(write("d.csv", text))
    lat, lon = convert(33.38, 120.13, Datum.BD09, Datum.WGS84)
    assert read.demand.lats.tolist() == pytest.approx([lat, 33.38, 33.38], abs=1e-12)
    assert read.demand.lons.tolist() == pytest.approx([lon, 120.13, 120.13], abs=1e-12)


def test_without_ids_a_point_is_called_by_its_line(write: Write) -> None:
    read = read_demand(write("d.csv", "lat,lon\n1,2\n\n3,4\n"))
    assert read.demand.ids == ("row-2", "row-4")


def test_without_a_weight_column_each_weighs_one_and_that_is_said(write: Write) -> None:
    read = read_demand(write("d.csv", "id,lat,lon\na,1,2\nb,3,4\n"))
    assert weights(read) == {"a": 1, "b": 1}
    assert any("权重 1" in note for note in read.demand.notes)


def test_an_empty_weight_is_one_and_counted(write: Write) -> None:
    read = read_demand(write("d.csv", HEADER + "a,1,2,\nb,3,4,5\n"))
    assert weights(read) == {"a": 1, "b": 5}
    assert any("1 个需求点没有写权重" in note for note in read.demand.notes)


# --- weights -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "scale"),
    [
        (["3", "4.0"], 1),
        (["3", "4.5"], 10),
        (["0.25", "1"], 100),
        (["0.125", "1e3"], 1000),
        (["\uff11\uff12", "+3."], 1),
    ],
)
def test_the_scale_is_the_smallest_that_holds_every_weight(
    write: Write, written: list[str], scale: int
) -> None:
    rows = "".join(f"p{n},1,{n},{text}\n" for n, text in enumerate(written))
    read = read_demand(write("d.csv", HEADER + rows))
    assert read.demand.scale == scale
    expected = [Fraction(Decimal(text.translate({0xFF11: "1", 0xFF12: "2"}))) for text in written]
    assert [Fraction(w, scale) for w in read.demand.weights.tolist()] == expected


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=60))
def test_sums_are_exact_whatever_the_decimals(thousandths: list[int]) -> None:
    cells = [f"{n // 1000}.{n % 1000:03d}" for n in thousandths]
    rows = "".join(f"p{n},1,2,{cell}\n" for n, cell in enumerate(cells))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.csv"
        path.write_text(HEADER + rows)
        if not any(thousandths):
            with pytest.raises(InvalidInput, match="都是 0"):
                read_demand(path)
            return
        demand = read_demand(path).demand
    assert Fraction(int(demand.weights.sum()), demand.scale) == sum(map(Fraction, cells))


def test_more_than_three_decimals_are_rounded_half_up_and_said(write: Write) -> None:
    rows = "a,1,2,0.0005\nb,1,2,1.2344999\nc,1,2,2.000\nd,1,2,0.1235\n"
    read = read_demand(write("d.csv", HEADER + rows))
    assert weights(read) == {"a": 0.001, "b": 1.234, "c": 2.0, "d": 0.124}
    assert any("3 个权重的小数多于 3 位" in note for note in read.demand.notes)


def test_a_weight_of_zero_is_left_out_and_counted(write: Write) -> None:
    read = read_demand(write("d.csv", HEADER + "a,1,2,0\nb,1,2,0.0\nc,1,2,-0\nd,1,2,3\n"))
    assert weights(read) == {"d": 3}
    assert any("3 个需求点的权重是 0" in note for note in read.demand.notes)


def test_only_weights_of_zero_are_no_percentage_of_anything(write: Write) -> None:
    with pytest.raises(InvalidInput, match=r"2 个点权重都是 0"):
        read_demand(write("d.csv", HEADER + "a,1,2,0\nb,1,2,0\n"))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("-3", "负数"),
        ("-0.001", "负数"),
        ("\u22125", "负数"),
        ("NaN", "不是数"),
        ("inf", "不是数"),
        ("-Infinity", "不是数"),
        ("many", "不是数"),
        ("1_000", "不是数"),
        ('"1,234"', "写成 1234"),
        ("1e999", "太大"),
        ("9007199254741", "太大"),
    ],
)
def test_a_weight_that_cannot_be_is_refused_with_its_line(
    write: Write, cell: str, said: str
) -> None:
    read = read_demand(write("d.csv", HEADER + f"a,1,2,3\nb,1,2,{cell}\n"))
    assert weights(read) == {"a": 3}
    (refused,) = read.refused
    assert (refused.line, refused.column, refused.value) == (3, "weight", cell.strip('"'))
    assert said in refused.message


def test_a_sum_that_json_cannot_hold_is_refused_with_its_size(write: Write) -> None:
    rows = "".join(f"p{n},1,2,9007199254740\n" for n in range(1001))
    with pytest.raises(LimitExceeded, match=r"9\.016e\+15"):
        read_demand(write("d.csv", HEADER + rows))


# --- what is refused -----------------------------------------------------------------------


def test_an_id_that_was_there_before_is_refused_with_both_lines(write: Write) -> None:
    read = read_demand(write("d.csv", HEADER + "a,1,2,3\nb,1,2,4\na,5,6,7\n"))
    assert weights(read) == {"a": 3, "b": 4}
    (refused,) = read.refused
    assert (refused.line, refused.value) == (4, "a")
    assert "第 2 行" in refused.message


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("b,95,120,1", "lat", "95"),
        ("b,120,33,1", "lat", "填反"),
        ("b,33,181,1", "lon", "181"),
        ("b,nan,2,1", "lat", "nan"),
        ("b,1e400,2,1", "lat", "1e400"),
        ("b,,2,1", "lat", "纬度为空"),
        ("b,,,1", "lat", "没有坐标"),
        ("b,1,2,3,4", "", "5 格"),
        ("b\x07,1,2,3", "id", "U+0007"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_alone(
    write: Write, row: str, column: str, said: str
) -> None:
    read = read_demand(write("d.csv", HEADER + f"a,1,2,3\n{row}\nc,4,5,6\n"))
    assert weights(read) == {"a": 3, "c": 6}
    (refused,) = read.refused
    assert (refused.line, refused.column) == (3, column)
    assert said in refused.message


def test_the_first_refused_rows_are_listed_and_the_others_counted(write: Write) -> None:
    rows = "".join(f"p{n},91,2,1\n" for n in range(1500))
    read = read_demand(write("d.csv", HEADER + "a,1,2,3\n" + rows))
    assert [problem.line for problem in read.refused] == list(range(3, 1003))
    assert any("另有 500 行" in note for note in read.notes)


def test_a_file_of_refused_rows_only_is_refused_with_the_first(write: Write) -> None:
    with pytest.raises(FileUnreadable, match=r"2 行全部被拒收.*第 2 行“weight”列.*“-1”"):
        read_demand(write("d.csv", HEADER + "a,1,2,-1\nb,1,2,x\n"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "空的"),
        ("\n\n", "没有内容"),
        (HEADER, "没有一行数据"),
        ("id,x,y\na,1,2\n", "id、x、y"),
        ("id,lat,weight\na,1,2\n", "经度"),
        ("id,lat,lon,weight,人口\na,1,2,3,4\n", "“weight”和“人口”"),
        (HEADER + 'a,1,2,"3\n', "第 2 行"),
    ],
)
def test_a_file_that_is_no_demand_is_refused_in_a_sentence(
    write: Write, text: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        read_demand(write("d.csv", text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match="打不开"):
        read_demand(tmp_path / "none.csv")


def test_too_many_points_are_refused_before_they_are_read(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.analysis_files.demand.DEMAND_POINTS_MAX", 1000)
    path = write("d.csv", HEADER + "".join(f"p{n},1,2,3\n" for n in range(400_000)))
    tracemalloc.start()
    try:
        with pytest.raises(LimitExceeded, match=r"最多 1000 个") as refused:
            read_demand(path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert refused.value.limit == 1000
    assert 399_000 <= refused.value.value <= 400_000
    assert peak > 0
    assert peak < 30 * 2**20  # a few chunks of a megabyte, whatever the file's size


@pytest.mark.parametrize("name", ["d.csv", "d.geojson"])
def test_one_point_too_many_is_one_too_many(
    write: Write, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr("services.analysis_files.demand.DEMAND_POINTS_MAX", 30)

    def points(count: int) -> Any:
        if name == "d.csv":
            return HEADER + "".join(f'"p{n}",1,2,3\n' for n in range(count))
        one = {"type": "Feature", "geometry": {"type": "Point", "coordinates": [2, 1]}}
        return {"type": "FeatureCollection", "features": [one] * count}

    assert len(read_demand(write(name, points(30))).demand) == 30
    with pytest.raises(LimitExceeded, match="30"):
        read_demand(write(name, points(31)))


@given(st.lists(st.text(st.sampled_from('ab1 "\n\r,'), max_size=6), max_size=25))
def test_the_early_count_is_never_more_than_the_rows(cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([[cell, "1"] for cell in cells])
    rows = list(csv.reader(io.StringIO(out.getvalue(), newline="")))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.csv"
        path.write_bytes(out.getvalue().encode())
        assert rows_at_least(path, 0) <= max(0, len(rows) - 10)


# --- districts and areas -------------------------------------------------------------------


def test_districts_stand_in_the_order_of_the_file(write: Write) -> None:
    text = "id,lat,lon,weight,district\na,1,2,3,南\nb,1,2,4,北\nc,1,2,5,\nd,1,2,6,南\n"
    read = read_demand(write("d.csv", text))
    assert read.demand.districts == (("南", "南"), ("北", "北"), ("unsaid", "未写区县"))
    assert district_of(read) == {"a": "南", "b": "北", "c": "未写区县", "d": "南"}


def test_without_a_district_the_first_area_that_holds_the_point_is_it(write: Write) -> None:
    areas = [area("西", 0, 0, 2, 2), area("东", 1, 0, 3, 2), area("空", 8, 8, 9, 9)]
    read = read_demand(write("d.csv", HEADER + "a,1,0.5,1\nb,1,1.5,1\nc,1,2.5,1\n"), areas=areas)
    assert district_of(read) == {"a": "西", "b": "西", "c": "东"}
    assert [name for _, name in read.demand.districts] == ["西", "东", "空"]


def test_a_district_by_adcode_or_name_is_the_area_of_that_name(write: Write) -> None:
    areas = [UrbanArea("亭湖区", "320902", box(0, 0, 9, 9), sample=False)]
    text = "id,lat,lon,district\na,1,1,320902\nb,1,1,亭湖区\nc,1,1,\nd,1,1,别处\n"
    read = read_demand(write("d.csv", text), areas=areas)
    assert read.demand.districts == (("320902", "亭湖区"), ("别处", "别处"))
    assert district_of(read) == {"a": "亭湖区", "b": "亭湖区", "c": "亭湖区", "d": "别处"}


def test_points_outside_all_areas_are_left_out_and_weighed(write: Write) -> None:
    read = read_demand(
        write("d.csv", HEADER + "a,1,1,5\nb,50,50,2.5\nc,-50,50,1.25\n"),
        areas=[area("甲", 0, 0, 2, 2)],
    )
    assert weights(read) == {"a": 5}
    assert any("2 个需求点(权重合计 3.75)" in note for note in read.demand.notes)


def test_demand_of_another_city_is_refused_with_where_it_is(write: Write) -> None:
    path = write("d.csv", HEADER + "a,47.1,9.5,5\nb,47.2,9.6,5\n")
    with pytest.raises(InvalidInput, match=r"2 个点.*47\.1000 到 47\.2000.*范围之外") as refused:
        read_demand(path, areas=[area("甲", 120, 33, 121, 34)])
    assert refused.value.field == "areas"


def test_swapped_axes_are_suggested_where_they_explain_it(write: Write) -> None:
    with pytest.raises(InvalidInput, match="填反"):
        read_demand(write("d.csv", HEADER + "a,9.5,47.1,5\n"), areas=[area("甲", 9, 47, 10, 48)])


def test_the_district_by_area_is_shapelys_answer(write: Write) -> None:
    seeds = np.random.default_rng(7)
    shapes = [
        ShapelyPoint(*seeds.uniform(-1, 1, 2)).buffer(seeds.uniform(0.1, 0.6)) for _ in range(12)
    ]
    ring = shapes[0] - ShapelyPoint(*shapes[0].centroid.coords[0]).buffer(0.05)
    assert isinstance(ring, Polygon)
    shapes[0] = ring
    areas = [UrbanArea(f"区{n}", str(n), shape, sample=False) for n, shape in enumerate(shapes)]
    lats, lons = seeds.uniform(-1.5, 1.5, (2, 2000)).round(6)
    rows = "".join(
        f"p{n},{lat},{lon},1\n"
        for n, (lat, lon) in enumerate(zip(lats.tolist(), lons.tolist(), strict=True))
    )
    read = read_demand(write("d.csv", HEADER + rows), areas=areas)
    found = district_of(read)
    for n in range(2000):
        point = ShapelyPoint(lons[n], lats[n])
        holds = [each.name for each in areas if shapely.intersects(each.polygon, point)]
        assert found.get(f"p{n}") == (holds[0] if holds else None)


def test_a_name_for_every_point_is_no_district(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.analysis_files.demand.DISTRICTS_MAX", 3)
    rows = "".join(f"p{n},1,2,d{n}\n" for n in range(4))
    with pytest.raises(LimitExceeded, match="4 个不同的值,最多 3 个"):
        read_demand(write("d.csv", f"id,lat,lon,district\n{rows}"))


# --- anything at all -----------------------------------------------------------------------

ANY_CELL = st.one_of(
    st.text(max_size=12),
    st.sampled_from(
        ["1", "-1", "0", "33.5", "120", "1e5", "nan", "'=1", "'", '"', "亭湖区", " a "]
    ),
)


@settings(deadline=None)
@given(st.lists(st.lists(ANY_CELL, min_size=5, max_size=6), max_size=12))
def test_any_text_in_any_cell_is_read_or_refused(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["id", "lat", "lon", "weight", "district"], *rows])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "d.csv"
        path.write_bytes(out.getvalue().encode("utf-8-sig", "surrogatepass"))
        try:
            read = read_demand(path)
        except LocatorError as problem:
            assert problem.message.endswith(("。", "?"))
            return
    demand = read.demand
    assert len(demand) + len(read.refused) <= len(rows)
    assert (demand.weights > 0).all()
    assert np.isfinite(demand.lats).all()
    assert (np.abs(demand.lats) <= 90).all()
    assert (np.abs(demand.lons) <= 180).all()
    assert len(set(demand.ids or ())) == len(demand)
    assert all(problem.message.endswith(("。", "?")) for problem in read.refused)
