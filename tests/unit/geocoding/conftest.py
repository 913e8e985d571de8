"""A region that fits on a page: two square districts side by side, each 0.2° wide."""

import pytest
from shapely.geometry import box

from services.geo.point import Point
from services.geo.regions import District, Districts
from services.places import Precision
from services.region import EnglishNames, GazetteerEntry, Region, Township, Village


@pytest.fixture(scope="session")
def region() -> Region:
    return Region(
        key="two",
        name="双城市",
        product_name="双城职工服务地图",
        country="CN",
        time_zone="Asia/Shanghai",
        hotline="",
        center=Point(33.1, 120.2),
        zoom=10,
        districts=Districts(
            [
                District("320001", "西山区", box(120.0, 33.0, 120.2, 33.2)),
                District("320002", "东台市", box(120.2, 33.0, 120.4, 33.2)),
            ]
        ),
        townships=(
            Township("320001001000", "小海镇", "320001", Point(33.05, 120.05)),
            Township("320001002000", "便仓镇", "320001", None),
            Township("320001003000", "毓龙街道", "320001", None),
            Township("320002001000", "安丰镇", "320002", Point(33.15, 120.35)),
        ),
        villages=(
            Village("320001001001", "海北村委会", "320001001000", "小海镇", "320001"),
            Village("320001001002", "新桥村委会", "320001001000", "小海镇", "320001"),
            Village("320001002001", "新桥村委会", "320001002000", "便仓镇", "320001"),
            Village("320001002002", "便南居委会", "320001002000", "便仓镇", "320001"),
            Village("320002001001", "新桥村委会", "320002001000", "安丰镇", "320002"),
            Village("320002001002", "灶南村委会", "320002001000", "安丰镇", "320002"),
        ),
        gazetteer=(
            GazetteerEntry(
                "毓龙街道", ("毓龙",), "320001", Point(33.1, 120.1), Precision.TOWNSHIP, "t"
            ),
            GazetteerEntry(
                "灶南村委会", (), "320002", Point(33.16, 120.36), Precision.VILLAGE, "t"
            ),
            GazetteerEntry(
                "后港镇", ("后港",), "320002", Point(33.02, 120.3), Precision.TOWNSHIP, "t"
            ),
        ),
        urban_areas=(),
        census=(),
        published_figures={},
        claim="",
        credits=(),
        seats={"320001": Point(33.11, 120.11), "320002": Point(33.12, 120.32)},
        sample_roads=(),
        english=EnglishNames("Two", "Two", "", {}),
    )
