import pytest

from services.geo.point import Point
from services.geocoding.gazetteer import Gazetteer
from services.places import Precision
from services.region import DEFAULT_REGION, Region, load_region

DISTRICT, TOWNSHIP, VILLAGE = Precision.DISTRICT, Precision.TOWNSHIP, Precision.VILLAGE
WEST_SEAT, EAST_SEAT = Point(33.11, 120.11), Point(33.12, 120.32)


@pytest.fixture(scope="module")
def gazetteer(region: Region) -> Gazetteer:
    return Gazetteer(region)


@pytest.mark.parametrize(
    ("address", "precision", "point"),
    [
        ("双城市西山区建军中路1号", DISTRICT, WEST_SEAT),
        ("江苏省双城市西山区小海镇温泉路8号", TOWNSHIP, Point(33.05, 120.05)),
        ("江苏双城西山小海幸福路", TOWNSHIP, Point(33.05, 120.05)),
        ("小海镇政府院内", TOWNSHIP, Point(33.05, 120.05)),
        ("西山区　毓龙街道 解放路", TOWNSHIP, Point(33.1, 120.1)),
        ("西山区小海镇东桥村", TOWNSHIP, Point(33.05, 120.05)),
        ("中国石化加油站(后港镇)", TOWNSHIP, Point(33.02, 120.3)),
        ("东台市安丰镇灶南村三组", VILLAGE, Point(33.16, 120.36)),
    ],
)
def test_the_finest_name_in_an_address_gives_its_point(
    gazetteer: Gazetteer, address: str, precision: Precision, point: Point
) -> None:
    match = gazetteer.look_up(address, "")
    assert match is not None
    assert (match.precision, match.point, match.provider) == (precision, point, "gazetteer")


def test_a_village_without_a_point_stands_at_its_township_and_says_so(
    gazetteer: Gazetteer,
) -> None:
    match = gazetteer.look_up("西山区小海镇海北村5号", "")
    assert match is not None
    assert (match.precision, match.point) == (TOWNSHIP, Point(33.05, 120.05))
    assert match.matched_text == "小海镇海北村委会"


def test_a_village_of_a_township_without_a_point_stands_at_the_seat_and_says_so(
    gazetteer: Gazetteer,
) -> None:
    match = gazetteer.look_up("便仓镇便南社区", "")
    assert match is not None
    assert (match.precision, match.point) == (DISTRICT, WEST_SEAT)


@pytest.mark.parametrize(
    "address",
    [
        "建军路5号",
        "东台路3号",
        "东台市场路1号",
        "西山大道9号",
        "小海路",
        "小海镇路",
        "双城路2号",
        "",
        "新桥村",
    ],
)
def test_names_that_roads_or_several_places_bear_match_nothing(
    gazetteer: Gazetteer, address: str
) -> None:
    assert gazetteer.look_up(address, "") is None
    assert gazetteer.district_named(address) == ""


@pytest.mark.parametrize(
    ("address", "precision", "point"),
    [
        ("东台市新桥村", TOWNSHIP, Point(33.15, 120.35)),  # one 新桥村 in 东台市: in 安丰镇
        ("西山区新桥村", DISTRICT, WEST_SEAT),  # two of them there
        ("西山区小海镇新桥村", TOWNSHIP, Point(33.05, 120.05)),
    ],
)
def test_a_common_village_name_counts_where_the_address_leaves_one(
    gazetteer: Gazetteer, address: str, precision: Precision, point: Point
) -> None:
    match = gazetteer.look_up(address, "")
    assert match is not None
    assert (match.precision, match.point) == (precision, point)


def test_a_known_district_is_the_last_resort(gazetteer: Gazetteer) -> None:
    match = gazetteer.look_up("建军路5号", "320002")
    assert match is not None
    assert (match.precision, match.point, match.district) == (DISTRICT, EAST_SEAT, "320002")
    assert gazetteer.look_up("建军路5号", "999999") is None


def test_a_name_of_another_district_is_not_taken(gazetteer: Gazetteer) -> None:
    match = gazetteer.look_up("小海镇", "320002")
    assert match is not None
    assert match.point == EAST_SEAT


@pytest.mark.parametrize(
    ("address", "adcode"),
    [
        ("西山区建军路", "320001"),
        ("双城西山建军路", "320001"),
        ("建军路(东台市)", "320002"),
        ("西山区与东台市交界处", "320001"),  # the one that it begins with
        ("从西山区到东台市", ""),
        ("西山路", ""),
    ],
)
def test_the_district_that_an_address_names(
    gazetteer: Gazetteer, address: str, adcode: str
) -> None:
    assert gazetteer.district_named(address) == adcode


# Points of GeoNames (CC BY 4.0), as published there.
@pytest.mark.parametrize(
    ("address", "precision", "lat", "lon"),
    [
        ("江苏省盐城市大丰区小海镇温泉路", TOWNSHIP, 33.02956, 120.47596),
        ("东台市安丰镇", TOWNSHIP, 32.73281, 120.39844),
        ("盐城市亭湖区建军中路1号", DISTRICT, 33.38324, 120.13058),
    ],
)
def test_the_real_city_is_found(address: str, precision: Precision, lat: float, lon: float) -> None:
    match = Gazetteer(load_region(DEFAULT_REGION)).look_up(address, "")
    assert match is not None
    assert (match.precision, match.point) == (precision, Point(lat, lon))


def test_every_real_village_finds_a_point_within_its_district() -> None:
    region = load_region(DEFAULT_REGION)
    gazetteer = Gazetteer(region)
    for village in region.villages:
        match = gazetteer.look_up(village.short_name, village.district)
        assert match is not None, village
        assert match.district == village.district
