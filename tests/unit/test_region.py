"""A city's folder: what Yancheng's says, what another city needs, what a damaged one gets told."""

import csv
import importlib.util
import json
import shutil
from functools import cache
from pathlib import Path

import pytest
import shapely
from pyproj import Geod

from services.errors import RegionInvalid
from services.geo.point import Point
from services.places import Precision, vocabulary
from services.region import DEFAULT_REGION, Region, Village, load_region

VADUZ = Path(__file__).parents[1] / "regions" / "vaduz"


@cache
def region(folder: Path) -> Region:
    return load_region(folder)


@pytest.fixture
def yancheng() -> Region:
    return region(DEFAULT_REGION)


def test_yancheng_has_its_nine_districts_125_townships_and_2494_villages(yancheng: Region) -> None:
    assert {d.adcode: d.name for d in yancheng.districts} == {
        "320902": "亭湖区",
        "320903": "盐都区",
        "320904": "大丰区",
        "320921": "响水县",
        "320922": "滨海县",
        "320923": "阜宁县",
        "320924": "射阳县",
        "320925": "建湖县",
        "320981": "东台市",
    }
    assert len({t.code for t in yancheng.townships}) == 125
    assert len({v.code for v in yancheng.villages}) == 2494


def test_yancheng_says_what_the_city_announced(yancheng: Region) -> None:
    assert yancheng.product_name == "盐城职工服务地图"
    assert yancheng.published_figures == {
        "station": 454,
        "recuperation_base": 17,
        "happy_enterprise": 240,
        "skill_certifier": 114,
    }
    assert (yancheng.country, yancheng.tz.key) == ("CN", "Asia/Shanghai")
    assert "454" in yancheng.claim and yancheng.hotline == "12351"
    assert any("天地图" in line for line in yancheng.credits)
    assert any("GeoNames" in line for line in yancheng.credits)


def test_the_census_rows_sum_to_the_city(yancheng: Region) -> None:
    # The Seventh National Population Census gives 6,709,629 residents.
    assert sum(row.population for row in yancheng.census) == 6_709_629
    # 320971 has no polygon and counts where its land is: 亭湖.
    assert yancheng.population("320902") == 798_003 + 103_004
    assert yancheng.urban_residents("320902") == round(798_003 * 0.881 + 103_004 * 0.723)
    by_district = sum(yancheng.population(d.adcode) for d in yancheng.districts)
    assert by_district == 6_709_629


@pytest.mark.parametrize("folder", [DEFAULT_REGION, VADUZ], ids=["yancheng", "vaduz"])
def test_every_point_of_a_pack_lies_in_the_district_that_it_names(folder: Path) -> None:
    pack = region(folder)
    named = [(t.district, t.point) for t in pack.townships if t.point]
    named += [(e.district, e.point) for e in pack.gazetteer]
    named += list(pack.seats.items())
    assert len(named) > 10
    for adcode, point in named:
        polygon = pack.districts.by_adcode(adcode).polygon
        assert polygon.contains(shapely.Point(point.lon, point.lat)), (adcode, point)


def test_every_district_of_yancheng_has_its_seat(yancheng: Region) -> None:
    assert set(yancheng.seats) == {d.adcode for d in yancheng.districts}


def test_the_gazetteer_holds_simplified_names_with_their_aliases(yancheng: Region) -> None:
    entries = {(e.name, e.district): e for e in yancheng.gazetteer}
    assert entries["东坎街道", "320922"].point == Point(33.99972, 119.83083)
    assert "大中" in entries["大中街道", "320904"].aliases
    assert entries["射阳县", "320924"].precision is Precision.DISTRICT
    assert entries["合德镇", "320924"].precision is Precision.TOWNSHIP
    assert all(e.name and e.source for e in yancheng.gazetteer)
    letters = "".join(e.name + "".join(e.aliases) for e in yancheng.gazetteer)
    assert not set(letters) & set("塩鹽東鎮鄉")
    assert all("\u4e00" <= letter <= "\u9fff" for letter in letters)


def test_a_village_stands_under_its_township_or_says_that_it_is_under_none(
    yancheng: Region,
) -> None:
    names = {t.code: t.name for t in yancheng.townships}
    under = [v for v in yancheng.villages if v.township]
    assert len(under) == 2286
    assert all(names[v.township] == v.township_name for v in under)
    farms = {v.township_name for v in yancheng.villages if not v.township}
    assert {"大中农场", "淮海农场"} <= farms


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("汤舍村委会", "汤舍村"),
        ("毓龙居委会", "毓龙社区"),
        ("雅和社区居委会", "雅和社区"),
        ("新园社区居民委员会", "新园社区"),
        ("大桥村村民委员会", "大桥村"),
        ("二分场生活区", "二分场生活区"),
    ],
)
def test_a_village_is_called_as_addresses_write_it(name: str, said: str) -> None:
    assert Village("1", name, "", "", "320902").short_name == said


def test_the_sample_urban_areas_follow_their_rule_and_do_not_overlap(yancheng: Region) -> None:
    geod = Geod(ellps="WGS84")
    # Urban residents of the census × 0.6 ÷ 10,000 a km², worked out by hand from census.csv.
    expected_km2 = {
        "320902": 46.65,
        "320903": 34.57,
        "320904": 23.98,
        "320921": 16.12,
        "320922": 27.55,
        "320923": 27.92,
        "320924": 27.16,
        "320925": 22.74,
        "320981": 31.50,
    }
    areas = {a.adcode: a for a in yancheng.urban_areas}
    for adcode, km2 in expected_km2.items():
        polygon = areas[adcode].polygon
        drawn_m2 = abs(geod.geometry_area_perimeter(polygon)[0])
        assert drawn_m2 / 1e6 == pytest.approx(km2, abs=0.01)
        assert areas[adcode].sample and "示例" in areas[adcode].name
        own = yancheng.districts.by_adcode(adcode).polygon
        # Written to six decimals, a corner may lie 0.1 m over the border.
        assert own.buffer(2e-6).covers(polygon)
        assert polygon.covers(_spot(yancheng.seats[adcode]))
    overlap = areas["320902"].polygon.intersection(areas["320903"].polygon)
    assert abs(geod.geometry_area_perimeter(overlap)[0]) < 1000


def _spot(point: Point) -> shapely.Point:
    return shapely.Point(point.lon, point.lat)


def test_the_urban_areas_in_the_folder_are_what_their_script_draws(yancheng: Region) -> None:
    script = DEFAULT_REGION / "draw_urban_areas.py"
    spec = importlib.util.spec_from_file_location("draw_urban_areas", script)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn = json.loads(json.dumps(module.draw(yancheng)))
    kept = json.loads((DEFAULT_REGION / module.OUTPUT).read_text(encoding="utf-8"))
    assert drawn["rule"] == kept["rule"]
    for ours, theirs in zip(drawn["features"], kept["features"], strict=True):
        assert ours["properties"] == theirs["properties"]
        assert shapely.geometry.shape(ours["geometry"]).equals_exact(
            shapely.geometry.shape(theirs["geometry"]), 2e-6
        )


def test_the_light_districts_are_lighter_and_still_a_coverage(yancheng: Region) -> None:
    full = [d.polygon for d in yancheng.districts]
    light = [d.polygon for d in yancheng.districts_light]
    assert shapely.coverage_is_valid(light)
    assert shapely.get_num_coordinates(light).sum() < 0.9 * shapely.get_num_coordinates(full).sum()
    assert yancheng.districts_light is yancheng.districts_light


def test_a_region_contains_its_neighbourhood_and_not_the_next_city(yancheng: Region) -> None:
    assert yancheng.contains(Point(33.35, 120.16))
    assert yancheng.contains(Point(33.5, 121.0))  # off the coast
    assert not yancheng.contains(Point(31.23, 121.47))  # Shanghai
    assert not yancheng.contains(Point(47.14, 9.52))


def test_another_city_is_another_folder() -> None:
    vaduz = region(VADUZ)
    assert (vaduz.country, vaduz.product_name) == ("LI", "瓦杜兹职工服务地图")
    assert vaduz.published_figures["station"] == 12
    holder = vaduz.districts.holding(Point(47.141, 9.521))
    assert holder is not None and holder.name == "瓦杜兹区"
    assert {d.adcode for d in vaduz.districts} - {a.adcode for a in vaduz.urban_areas} == {"700103"}
    assert shapely.coverage_is_valid([d.polygon for d in vaduz.districts])


@pytest.mark.parametrize("folder", [DEFAULT_REGION, VADUZ], ids=["yancheng", "vaduz"])
def test_published_figures_are_of_kinds_that_exist(folder: Path) -> None:
    assert set(region(folder).published_figures) <= {k.key for k in vocabulary().kinds}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the small city, to damage."""
    return Path(shutil.copytree(VADUZ, tmp_path / "vaduz"))


@pytest.mark.parametrize(
    "name",
    [
        "region.toml",
        "districts.geojson",
        "seats.csv",
        "townships.csv",
        "villages.csv",
        "gazetteer.csv",
        "census.csv",
        "urban_areas.geojson",
    ],
)
def test_a_missing_empty_or_binary_file_is_named(broken: Path, name: str) -> None:
    for damage in (b"", b"\xff\xfe\x00broken"):
        (broken / name).write_bytes(damage)
        with pytest.raises(RegionInvalid, match=name):
            load_region(broken)
    (broken / name).unlink()
    with pytest.raises(RegionInvalid, match=f"{name} 不存在。请补上"):
        load_region(broken)


def test_a_missing_folder_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(RegionInvalid, match=r"nowhere.*LOCATOR_REGION"):
        load_region(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("region.toml", 'key = "vaduz"', "key = ", "region.toml 不是正确的 TOML"),
        ("region.toml", 'name = "瓦杜兹"', 'name = ""', "region.toml:缺少 name"),
        ("region.toml", 'name = "瓦杜兹"', "name = 7", "name“7”应是文字"),
        ("region.toml", "Europe/Vaduz", "Europe/Atlantis", "Europe/Atlantis.*Asia/Shanghai"),
        ("region.toml", "Europe/Vaduz", "../../etc/passwd", "time_zone"),
        ("region.toml", "[view]", "[vue]", r"缺少 \[view\] 一节"),
        ("region.toml", "lat = 47.14", "lat = 147.14", r"\[view\].*147.14"),
        ("region.toml", "lat = 47.14", "lat = nan", "lat“nan”不是数"),
        ("region.toml", "zoom = 12", "zoom = 12.5", "zoom“12.5”不是整数"),
        ("region.toml", "station = 12", "station = -1", "station“-1”不是整数"),
        ("region.toml", "station = 12", "station = true", "station“True”不是数"),
        ("region.toml", 'credits = ["', 'credits = [3, "', "credits 应是一列文字"),
        ("districts.geojson", '"700102", "properties"', '"x", "properties', "不是正确的 JSON"),
        ("districts.geojson", '"features"', '"facts"', "没有 features"),
        ("districts.geojson", '"adcode": "700102"', '"adcode": "700101"', "700101 出现了两次"),
        ("districts.geojson", '"adcode": "700102"', '"adcode": 700102', "第 2 个要素:adcode"),
        ("districts.geojson", "[9.58, 47.153], [9.58, 47.2]", "[47.2, 147], [9.5, 47]", "填反"),
        ("districts.geojson", '"Polygon"', '"MultiPoint"', "districts.geojson 第 1 个要素"),
        ("seats.csv", "47.165,9.51", "47.108,9.529", "seats.csv 第 3 行:点 47.108.*700102"),
        ("seats.csv", "700102,", "999999,", "999999.*districts.geojson"),
        ("townships.csv", "code,name", "代码,name", "表头缺少 code 列"),
        ("townships.csv", "47.165,9.51", "47.165,", "townships.csv 第 4 行:lon“”不是数"),
        ("villages.csv", ",700102001000,", ",700102999000,", "700102999000 不在 townships.csv"),
        ("villages.csv", "城堡居委会", '"城堡居委会', "villages.csv 不是正确的 CSV"),
        ("gazetteer.csv", ",village,", ",hamlet,", "precision“hamlet”.*township"),
        ("census.csv", "0.900", "90.0", "census.csv 第 2 行:urban_share“90”"),
        ("census.csv", "700101,瓦", "700171,瓦", "700171 没有多边形.*within"),
        ("census.csv", "6000,0.900", "六千,0.900", "population“六千”不是数"),
        ("urban_areas.geojson", '"adcode": "700102"', '"adcode": "1"', "adcode 1 不在"),
        ("urban_areas.geojson", '"sample": true, "rule"', '"x": 1, "rule"', None),
        ("urban_areas.geojson", '(示例)", "sample": true', '", "sample": "yes"', "sample“yes”"),
    ],
)
def test_a_damaged_value_is_told_with_its_file_and_the_remedy(
    broken: Path, name: str, old: str, new: str, says: str | None
) -> None:
    text = (broken / name).read_text(encoding="utf-8")
    assert old in text
    (broken / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    if says is None:  # what others may add freely does no harm
        assert load_region(broken).key == "vaduz"
        return
    with pytest.raises(RegionInvalid, match=says) as caught:
        load_region(broken)
    assert caught.value.message.startswith("城市数据包 vaduz 的 ")
    assert str(broken) not in caught.value.message


def test_an_urban_area_that_forgot_the_mark_counts_as_a_sample(broken: Path) -> None:
    path = broken / "urban_areas.geojson"
    document = json.loads(path.read_text(encoding="utf-8"))
    del document["features"][0]["properties"]["sample"]
    document["features"][1]["properties"]["sample"] = False
    path.write_text(json.dumps(document), encoding="utf-8")
    assert [a.sample for a in load_region(broken).urban_areas] == [True, False]


def test_a_table_may_hold_its_header_only_and_a_byte_order_mark(broken: Path) -> None:
    for name in ("seats.csv", "townships.csv", "villages.csv", "gazetteer.csv", "census.csv"):
        with (broken / name).open(encoding="utf-8") as file:
            header = next(csv.reader(file))
        (broken / name).write_text("\ufeff" + ",".join(header) + "\r\n", encoding="utf-8")
    empty = load_region(broken)
    assert (empty.townships, empty.villages, empty.gazetteer, empty.census) == ((), (), (), ())
    assert not empty.seats
