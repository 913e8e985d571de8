"""Areas from GeoJSON: sound polygons in degrees, and a sentence for everything else."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon, box, mapping

from services.analysis_files import areas_from_geojson, read_areas
from services.coverage.demand import grid_over
from services.errors import FileUnreadable, InvalidInput, LimitExceeded

Write = Callable[[str, Any], Path]

SQUARE = [[120.0, 33.0], [120.1, 33.0], [120.1, 33.1], [120.0, 33.1], [120.0, 33.0]]
BOW_TIE = [[120.0, 33.0], [120.1, 33.1], [120.1, 33.0], [120.0, 33.1], [120.0, 33.0]]


def feature(ring: Any, **properties: Any) -> dict[str, Any]:
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def collection(*features: Any, **members: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features), **members}


def moved(by: float) -> list[list[float]]:
    return [[lon + by, lat] for lon, lat in SQUARE]


def refusal(document: Any) -> InvalidInput:
    with pytest.raises(InvalidInput) as refused:
        areas_from_geojson(document)
    assert refused.value.field == "areas"
    assert refused.value.message.endswith(("。", "?"))
    return refused.value


def test_a_collection_a_feature_and_a_bare_geometry_are_the_same_area() -> None:
    documents = [collection(feature(SQUARE)), feature(SQUARE), feature(SQUARE)["geometry"]]
    for document in documents:
        (area,) = areas_from_geojson(document)
        assert area.polygon.equals(Polygon(SQUARE))
        assert (area.name, area.adcode, area.sample) == ("第 1 个范围", "第 1 个范围", False)


def test_an_area_goes_by_its_name_or_its_adcode_or_its_number() -> None:
    areas = areas_from_geojson(
        collection(
            feature(moved(0), name="老城", adcode=320902),
            feature(moved(1), name=" 新区 "),
            feature(moved(2), adcode="320903"),
            feature(moved(3)),
            feature(moved(4), name="", adcode=None),
            feature(moved(5), name=7, adcode=320904.0),
        )
    )
    assert [(area.name, area.adcode) for area in areas] == [
        ("老城", "320902"),
        ("新区", "新区"),
        ("320903", "320903"),
        ("第 4 个范围", "第 4 个范围"),
        ("第 5 个范围", "第 5 个范围"),
        ("7", "320904"),
    ]


def test_unnamed_areas_stay_apart_in_the_table() -> None:
    areas = areas_from_geojson(collection(feature(moved(0)), feature(moved(1))))
    assert len(grid_over(areas, 1000).districts) == 2


def test_several_parts_with_holes_are_one_area() -> None:
    shape = MultiPolygon([box(1, 1, 2, 2) - box(1.2, 1.2, 1.5, 1.5), box(3, 1, 4, 2)])
    document = {"type": "Feature", "properties": {}, "geometry": mapping(shape)}
    (area,) = areas_from_geojson(json.loads(json.dumps(document)))
    assert area.polygon.equals(shape)


def test_heights_are_dropped() -> None:
    (area,) = areas_from_geojson(feature([[*corner, 12.5] for corner in SQUARE]))
    assert area.polygon.equals(Polygon(SQUARE))
    assert not area.polygon.has_z


def test_only_an_explicit_true_makes_a_sample() -> None:
    areas = areas_from_geojson(
        collection(feature(moved(0), sample=True), feature(moved(1), sample=False))
    )
    assert [area.sample for area in areas] == [True, False]


def test_a_polygon_that_crosses_itself_is_refused_by_name_with_the_place() -> None:
    problem = refusal(collection(feature(SQUARE, name="好的"), feature(BOW_TIE, name="蝴蝶")))
    assert "“蝴蝶”的边界自己相交" in problem.message
    assert "纬度 33.050000、经度 120.050000" in problem.message  # where the diagonals meet
    assert "好的" not in problem.message


OUTSIDE_HOLE = {"type": "Polygon", "coordinates": [SQUARE, moved(5)]}
OVERLAPPING = {"type": "MultiPolygon", "coordinates": [[SQUARE], [moved(0.05)]]}
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4549"}}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (OUTSIDE_HOLE, "洞在外边界之外"),
        (OVERLAPPING, "边界自己相交"),
        (feature([[120, 33], [121, 33], [120, 33], [120, 33]]), "围不成面"),
        (feature([[120, 33], [121, 33]]), "读不出来"),
        (feature([]), "空的"),
        (feature("corners"), "读不出来"),
        (feature([["a", "b"]] * 4), "读不出来"),
        (feature([[120, None], [121, 33], [121, 34], [120, None]]), "坐标"),
        (feature([[10**400, 33], [121, 33], [121, 34], [10**400, 33]]), "读不出来"),
        (feature([[120, 33], [float("nan"), 33], [121, 34], [120, 33]]), "不是有限数"),
        (feature([[120, 33], [121, float("inf")], [121, 34], [120, 33]]), "不是有限数"),
        (feature([[lat, lon] for lon, lat in SQUARE], name="反"), "“反”的坐标.*纬度到 120.1.*填反"),
        (feature([[5e5 + x, 3.7e6 + y] for x, y in SQUARE]), "投影坐标"),
        (feature([[lon + 80, lat] for lon, lat in SQUARE]), "经度到 200.1"),
        (collection(), "没有一个范围"),
        ({"type": "FeatureCollection"}, "没有 features"),
        (collection({"type": "Polygon"}), "第 1 项不是要素"),
        (collection(feature(SQUARE), "x"), "第 2 项不是要素"),
        ({"type": "Point", "coordinates": [1, 2]}, "“Point”,应是面"),
        ({"type": "LineString", "coordinates": SQUARE}, "“LineString”,应是面"),
        ({"type": "GeometryCollection", "geometries": []}, "GeometryCollection"),
        ({"type": "Feature", "properties": {"name": "无"}, "geometry": None}, "“无”没有几何"),
        ([SQUARE], "没有 type"),
        (None, "没有 type"),
        (feature(SQUARE, name=["x"]), "name 应是文字"),
        (feature(SQUARE, name="a\x00b"), "name.*U[+]0000"),
        (feature(SQUARE, sample="yes"), "sample“yes”"),
        (feature(SQUARE, 坐标系="GCJ-02"), "GCJ-02,范围应是 WGS-84"),
        (feature(SQUARE, datum="mars"), "mars"),
        ({**feature(SQUARE), "properties": [1]}, "properties"),
        (collection(feature(SQUARE), crs=CRS), "EPSG::4549"),
    ],
)
def test_anything_but_polygons_in_degrees_is_refused(document: Any, said: str) -> None:
    assert re.search(said, refusal(document).message)


@pytest.mark.parametrize(
    "name", ["urn:ogc:def:crs:OGC:1.3:CRS84", "EPSG:4326", "urn:ogc:def:crs:EPSG::4490"]
)
def test_a_reference_system_in_degrees_is_ours(name: str) -> None:
    crs = {"type": "name", "properties": {"name": name}}
    assert len(areas_from_geojson(collection(feature(SQUARE), crs=crs))) == 1


def test_too_many_corners_are_refused_with_the_number() -> None:
    fine = [feature(moved(n / 10)) for n in range(40)]
    assert len(areas_from_geojson(collection(*fine), max_vertices=200)) == 40
    with pytest.raises(LimitExceeded, match=r"205 个点,最多 200") as refused:
        areas_from_geojson(collection(*fine, feature(moved(9))), max_vertices=200)
    assert (refused.value.limit, refused.value.value) == (200, 205)


def test_a_file_is_read_and_its_errors_name_it(write: Write) -> None:
    (area,) = read_areas(write("a.geojson", feature(SQUARE, name="老城")))
    assert area.name == "老城"
    with pytest.raises(FileUnreadable, match=r"“b\.json”.*“蝴蝶”的边界自己相交"):
        read_areas(write("b.json", feature(BOW_TIE, name="蝴蝶")))


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("a.csv", "lat,lon\n1,2\n", "应是 GeoJSON"),
        ("a.geojson", "", "空的"),
        ("a.geojson", '{"type": "Polygon"', "第 1 行"),
        ("a.geojson", '{"type": "Polygon", "coordinates": [[[NaN, 1]]]}', "NaN"),
        ("a.geojson", "[" * 100_000, "嵌套太深"),
        ("a.geojson", "<html></html>", "网页"),
    ],
)
def test_a_file_that_is_no_geojson_is_refused(
    write: Write, name: str, data: str, said: str
) -> None:
    with pytest.raises(FileUnreadable, match=said):
        read_areas(write(name, data))


ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-200, 200)
    | st.floats()
    | st.sampled_from(["Polygon", "MultiPolygon", "Feature", "FeatureCollection", "x"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(
                [
                    "type",
                    "coordinates",
                    "features",
                    "geometry",
                    "properties",
                    "name",
                    "crs",
                    "adcode",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
CORNER = st.lists(st.integers(-3, 3) | st.just(None) | st.floats(), min_size=1, max_size=3)
RINGS = st.lists(st.lists(CORNER, max_size=6), max_size=3)
GEOMETRY = st.fixed_dictionaries(
    {"type": st.sampled_from(["Polygon", "MultiPolygon"]), "coordinates": RINGS | st.lists(RINGS)}
)


@settings(deadline=None)
@given(ANY_JSON | GEOMETRY)
def test_any_value_is_an_area_or_a_sentence(value: Any) -> None:
    try:
        areas = areas_from_geojson(value)
    except InvalidInput as problem:
        assert problem.message.endswith(("。", "?"))
        return
    assert all(area.polygon.is_valid and area.polygon.area > 0 for area in areas)
