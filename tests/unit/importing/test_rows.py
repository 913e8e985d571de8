"""Rows of text to drafts, and the sentences for those that are refused."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import date

import pytest
import shapely

from services.errors import FileUnreadable
from services.geo.datum import Datum, convert
from services.geo.distance import distance_m
from services.geo.point import Point
from services.importing.rows import DraftRow, ParsedRows, RowProblem
from services.places import (
    Access,
    LocationSource,
    LocationState,
    PlaceStatus,
    Precision,
)
from services.region import Region

Parse = Callable[..., ParsedRows]

SEAT_TINGHU = "33.38324,120.13058"  # GeoNames 8991306, in 亭湖区
SEAT_DAFENG = "33.19973,120.4578"  # GeoNames 1813088, in 大丰区


def one(parsed: ParsedRows) -> DraftRow:
    assert not parsed.problems
    (row,) = parsed.drafts
    return row


def refusal(parsed: ParsedRows) -> RowProblem:
    assert not parsed.drafts
    (problem,) = parsed.problems
    return problem


def test_a_full_row_becomes_a_draft(parse: Parse) -> None:
    row = one(
        parse(
            "序号,站点名称,站点类型,详细地址,所属区县,纬度,经度,开放时间,联系电话,服务设施,来源编号,管理单位,"
            "开放方式,核实日期,状态\n"
            f"1,建军路驿站,工会驿站,建军东路1号,亭湖,{SEAT_TINGHU},24小时,0515-12351,"
            "饮水、微波炉、无淋浴,T-7,市总工会,扫码,2026年11月20日,暂停\n"
        )
    )
    draft = row.draft
    assert row.line == 2
    assert (draft.kind, draft.name, draft.address) == ("station", "建军路驿站", "建军东路1号")
    assert (draft.district, draft.point) == ("320902", Point(33.38324, 120.13058))
    assert (draft.opening_hours, draft.opening_hours_raw) == ("24/7", "24小时")
    assert draft.amenities == {"water": True, "meal_heating": True, "shower": False}
    assert (draft.phone, draft.source, draft.source_id) == ("0515-12351", "register", "T-7")
    assert (draft.host, draft.access) == ("市总工会", Access.QR_DOOR)
    assert (draft.verified_on, draft.status) == (date(2026, 11, 20), PlaceStatus.SUSPENDED)
    assert draft.location_source is LocationSource.GIVEN
    assert draft.location_precision is Precision.DOOR
    assert draft.location_state is LocationState.LOCATED
    assert not row.warnings


def test_an_english_header_in_any_order_does_as_well(parse: Parse) -> None:
    row = one(parse(f"Name,KIND,Latitude,lng,status\nA,station,{SEAT_TINGHU},draft\n"))
    assert row.draft.status is PlaceStatus.DRAFT
    assert row.draft.district == "320902"


def test_a_row_without_a_point_waits_for_one(parse: Parse) -> None:
    draft = one(parse("类别,名称,地址\n站点,甲,盐城市射阳县合德镇\n")).draft
    assert draft.point is None
    assert draft.location_state is LocationState.PENDING
    assert draft.district == "320924"


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("类别,地址", "没有“名称”列"),
        ("名称,地址", "没有“类别”列"),
        ("类别,名称,站点名称", "同一列"),
        ("类别,名称,纬度", "没有“经度”列"),
        ("类别,名称,坐标,纬度,经度", "只留一种"),
        ("类别,名称,纬度(GCJ-02),经度(百度)", "不同的坐标系"),
    ],
)
def test_a_header_that_cannot_be_understood_is_refused(
    parse: Parse, header: str, says: str
) -> None:
    with pytest.raises(FileUnreadable, match=says):
        parse(f"{header}\n站点,甲,1,1,1\n")


def test_ignored_and_personal_columns_are_named(parse: Parse) -> None:
    parsed = parse("类别,名称,负责人,联系人手机,面积,序号\n站点,甲,张三,13912345678,20,1\n")
    assert "个人信息列没有读取:负责人、联系人手机。" in parsed.notes
    assert "不认识的列没有导入:面积。" in parsed.notes
    assert "张三" not in repr(parsed)
    assert "13912345678" not in repr(parsed)


@pytest.mark.parametrize(
    "name",
    [
        "{{7*7}}<img src=x onerror=alert(1)>${1}",
        "{% raw %}",
        "a & b <b>",
        "'; drop table",
        "𠮷野家",
    ],
)
def test_markup_and_template_syntax_are_names(parse: Parse, name: str) -> None:
    assert one(parse(f'类别,名称\n站点,"{name}"\n')).draft.name == name


def test_names_are_stripped_and_composed(parse: Parse) -> None:
    assert one(parse("类别,名称\n站点,\u3000Cafe\u0301 驿站 \n")).draft.name == "Caf\u00e9 驿站"


@pytest.mark.parametrize(
    "letter",
    ["\0", "\x07", "\x1b", "\u202e", "\u2066", "\u200f", "\u200b", "\ufffd", "\x7f", "\x9b"],
)
def test_invisible_and_damaged_characters_are_refused_with_the_line(
    parse: Parse, letter: str
) -> None:
    problem = refusal(parse(f"类别,名称\n站点,甲{letter}乙\n"))
    assert (problem.line, problem.column) == (2, "名称")
    assert problem.message.replace("\ufffd", "").isprintable()


def test_a_lone_surrogate_in_json_is_refused(parse: Parse) -> None:
    text = (
        '{"type":"FeatureCollection","features":[{"type":"Feature","geometry":null,'
        '"properties":{"kind":"station","name":"a\\ud800"}}]}'
    )
    assert refusal(parse(text, "a.geojson")).line == 1


def test_a_name_beyond_the_limit_is_refused(parse: Parse) -> None:
    assert one(parse(f"类别,名称\n站点,{'长' * 120}\n"))
    assert "121 个字" in refusal(parse(f"类别,名称\n站点,{'长' * 121}\n")).message


@pytest.mark.parametrize(
    ("column", "value", "says"),
    [
        ("类别", "饭店", "类别“饭店”不认识"),
        ("类别", "", "类别为空"),
        ("名称", " ", "名称为空"),
        ("纬度", "nan", "看不懂"),
        ("纬度", "1e400", "看不懂"),
        ("纬度", "120.13", "填反"),
        ("经度", "", "经度为空"),
        ("坐标系", "北京54", "坐标系“北京54”不认识"),
        ("核实日期", "2026-11-24", "之后"),
        ("核实日期", "2026-02-30", "看不懂"),
        ("核实日期", "46346", "日期格式"),
        ("状态", "很好", "状态“很好”不认识"),
    ],
)
def test_a_refused_row_says_where_what_and_what_to_do(
    parse: Parse, column: str, value: str, says: str
) -> None:
    cells = {
        "类别": "站点",
        "名称": "甲",
        "纬度": "33.38",
        "经度": "120.13",
        "坐标系": "",
        "核实日期": "",
        "状态": "",
    }
    cells[column] = value
    parsed = parse(f"{','.join(cells)}\n{','.join(cells.values())}\n{','.join(cells.values())}\n")
    assert [problem.line for problem in parsed.problems] == [2, 3]
    problem = parsed.problems[0]
    assert (problem.column, problem.value.strip()) == (column, value.strip())
    assert says in problem.message


def test_one_bad_row_loses_no_good_one(parse: Parse) -> None:
    parsed = parse("类别,名称\n站点,甲\n饭店,乙\n站点,丙\n")
    assert [row.draft.name for row in parsed.drafts] == ["甲", "丙"]


def test_a_point_outside_the_region_is_refused(parse: Parse) -> None:
    problem = refusal(parse('类别,名称,坐标\n站点,甲,"116.40,39.90"\n'))  # Beijing
    assert (problem.column, problem.value) == ("坐标", "116.40,39.90")
    assert "不在盐城市范围内" in problem.message


@pytest.mark.parametrize(
    ("amenities", "expected", "strange"),
    [
        ("饮水、热饭", {"water": True, "meal_heating": True}, ()),
        ("饮水 充电;空调/Wi-Fi", {"water": 1, "charging": 1, "air_conditioning": 1, "wifi": 1}, ()),
        (
            "无线网、无淋浴、没有冰箱、×换电",
            {"wifi": 1, "shower": 0, "fridge": 0, "battery_swap": 0},
            (),
        ),
        ("First aid and medicine, shower", {"first_aid": True, "shower": True}, ()),
        ("饮水:有、热饭:无", {"water": True, "meal_heating": False}, ()),
        ("饮水等", {"water": True}, ()),
        ("无", {}, ()),
        ("饮水、按摩椅", {"water": True}, ("按摩椅",)),
    ],
)
def test_amenities_are_yes_no_or_not_recorded(
    parse: Parse, amenities: str, expected: dict[str, bool], strange: tuple[str, ...]
) -> None:
    row = one(parse(f'类别,名称,设施\n站点,甲,"{amenities}"\n'))
    assert row.draft.amenities == expected
    assert len(row.warnings) == len(strange)
    assert all(word in row.warnings[0] for word in strange)


def test_hours_that_nobody_can_read_are_kept_and_counted(parse: Parse) -> None:
    parsed = parse("类别,名称,营业时间\n站点,甲,随缘\n站点,乙,24小时\n")
    assert parsed.drafts[0].draft.opening_hours_raw == "随缘"
    assert parsed.drafts[0].draft.opening_hours == ""
    assert "开放时间 2 行,读懂 1 行(50%)。" in parsed.notes


def test_an_exported_sample_row_stays_sample(parse: Parse) -> None:
    row = one(parse("类别,名称,数据性质\n站点,甲,示例数据\n"))
    assert row.draft.source == "sample"


# --- datum ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "cell", "default"),
    [
        ("纬度,经度,坐标系", ",GCJ-02", Datum.WGS84),
        ("纬度,经度,坐标系", ",高德", Datum.BD09),
        ("纬度,经度", "", Datum.GCJ02),
        ("纬度（火星坐标）,经度（火星坐标）", "", Datum.WGS84),
    ],
)
def test_a_declared_datum_is_converted(
    parse: Parse, header: str, cell: str, default: Datum
) -> None:
    row = one(parse(f"类别,名称,{header}\n站点,甲,{SEAT_TINGHU}{cell}\n", datum=default))
    assert row.draft.point is not None
    # At Yancheng GCJ-02 lies about 490 m from WGS-84 (the project's domain notes).
    moved = distance_m(row.draft.point, Point(33.38324, 120.13058))
    assert moved == pytest.approx(490, abs=40)
    assert row.draft.point == row.draft.point.rounded(6)


# --- districts -----------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["亭湖", "亭湖区", "320902", "盐城市亭湖区", "江苏省盐城市亭湖区"])
def test_a_district_has_many_names(parse: Parse, word: str) -> None:
    assert one(parse(f"类别,名称,区县\n站点,甲,{word}\n")).draft.district == "320902"


def test_a_district_that_nobody_knows_is_a_warning(parse: Parse) -> None:
    row = one(parse(f"类别,名称,区县,纬度,经度\n站点,甲,朝阳区,{SEAT_TINGHU}\n"))
    assert row.draft.district == "320902"
    assert "朝阳区" in row.warnings[0]


@pytest.mark.parametrize("where", ["大丰区,建军路1号", ",大丰区建军路1号"])
def test_a_point_in_another_district_than_the_row_names_is_doubted(
    parse: Parse, where: str
) -> None:
    row = one(parse(f"类别,名称,区县,地址,纬度,经度\n站点,甲,{where},{SEAT_TINGHU}\n"))
    assert row.draft.location_state is LocationState.AMBIGUOUS
    assert not row.draft.is_located
    assert row.draft.point == Point(33.38324, 120.13058)
    assert "亭湖区" in row.doubt
    assert "大丰区" in row.doubt
    assert row.draft.location_reason == row.doubt


def test_a_column_and_an_address_that_disagree_are_doubted(parse: Parse) -> None:
    row = one(parse(f"类别,名称,区县,地址,纬度,经度\n站点,甲,亭湖区,大丰区1号,{SEAT_TINGHU}\n"))
    assert row.draft.location_state is LocationState.AMBIGUOUS
    assert "区县列是亭湖区" in row.doubt


def test_a_row_that_agrees_with_itself_is_not_doubted(parse: Parse) -> None:
    text = f"类别,名称,区县,地址,纬度,经度\n站点,甲,大丰,盐城市大丰区1号,{SEAT_DAFENG}\n"
    assert one(parse(text)).doubt == ""


def test_a_doubt_that_a_wrong_datum_explains_says_so(parse: Parse, yancheng: Region) -> None:
    # Points in 亭湖区 whose GCJ-02 numbers, taken for WGS-84, lie at least 300 m inside 射阳县.
    tinghu, sheyang = (yancheng.districts.by_adcode(code).polygon for code in ("320902", "320924"))
    inner = sheyang.buffer(-0.0036)  # more than 300 m on both axes
    found = None
    for x, y in itertools.product(range(120_000, 120_600, 2), range(33_300, 33_700, 2)):
        lat, lon = y / 1000, x / 1000
        raw_lat, raw_lon = convert(lat, lon, Datum.WGS84, Datum.GCJ02)
        if shapely.contains_xy(inner, raw_lon, raw_lat) and shapely.contains_xy(tinghu, lon, lat):
            found = raw_lat, raw_lon
            break
    assert found is not None
    text = f"类别,名称,区县,纬度,经度\n站点,甲,亭湖区,{found[0]:.6f},{found[1]:.6f}\n"
    assert "按 GCJ-02 换算正好落在亭湖区" in one(parse(text)).doubt
    right = one(parse(text, datum=Datum.GCJ02))
    assert (right.doubt, right.draft.district) == ("", "320902")


def test_a_point_just_over_a_border_is_taken_to_be_where_its_row_says(
    parse: Parse, yancheng: Region
) -> None:
    border = shapely.intersection(
        *(yancheng.districts.by_adcode(code).polygon.boundary for code in ("320902", "320903"))
    )
    x, y = shapely.get_coordinates(shapely.line_interpolate_point(shapely.line_merge(border), 0.1))[
        0
    ]
    for code in ("320902", "320903"):
        row = one(parse(f"类别,名称,区县,纬度,经度\n站点,甲,{code},{y:.6f},{x:.6f}\n"))
        assert (row.doubt, row.draft.district) == ("", code)
