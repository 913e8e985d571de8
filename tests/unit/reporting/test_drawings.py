"""The drawings: true to scale, north up, and nothing in them but shapes and text."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from hypothesis import given
from hypothesis import strategies as st

from services.reporting import Evidence, Report
from services.reporting.drawings.maps import frame_for
from services.reporting.drawings.paper import Paper
from services.reporting.drawings.strips import district_rows, week_bars
from services.reporting.values import Drawing, Plates

SVG = "{http://www.w3.org/2000/svg}"


def drawings_of(report: Report) -> list[Drawing]:
    found = []
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Drawing):
                found.append(block)
            elif isinstance(block, Plates):
                found += [plate.drawing for plate in block.items]
    return found


def ring_of(path: str) -> list[tuple[int, int]]:
    """The corners of a path of one closed ring: M x y l dx dy … z, in hundredths of a mm."""
    numbers = [int(each) for each in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    ring = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        ring.append((x, y))
    return ring


@pytest.mark.parametrize(("lat", "lon"), [(33.37, 120.15), (47.14, 9.52), (-33.9, 18.4), (0, 0)])
def test_a_kilometre_on_the_ground_is_as_long_as_the_scale_says_in_every_direction(
    lat: float, lon: float
) -> None:
    frame = frame_for((lat - 0.02, lon - 0.02, lat + 0.02, lon + 0.02), 110, 95, margin_m=250)
    for azimuth in range(0, 360, 30):
        end = Geodesic.WGS84.Direct(lat, lon, azimuth, 1000.0)
        (x0, y0), (x1, y1) = frame.place(np.array([lat, end["lat2"]]), np.array([lon, end["lon2"]]))
        assert np.hypot(x1 - x0, y1 - y0) * frame.metres_per_mm == pytest.approx(1000, rel=1e-4)
        assert np.degrees(np.arctan2(x1 - x0, y0 - y1)) % 360 == pytest.approx(azimuth, abs=0.1)


def test_the_frame_holds_all_that_it_was_made_for_and_the_margin() -> None:
    bounds = (33.30, 120.10, 33.36, 120.19)
    frame = frame_for(bounds, 112, 95, margin_m=500)
    south, west, north, east = bounds
    corners = frame.place(np.array([south, north]), np.array([west, east]))
    assert frame.inside(corners, 500 / frame.metres_per_mm).all()


@given(
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)), min_size=3, max_size=9).map(
        lambda points: shapely.MultiPoint([(x / 100, y / 100) for x, y in points]).convex_hull
    )
)
def test_a_shape_comes_back_from_its_path_to_a_few_hundredths_of_a_millimetre(
    shape: shapely.Polygon,
) -> None:
    if shape.geom_type != "Polygon" or shape.area < 1:
        return
    paper = Paper(100, 100)
    paper.shape(shape, fill="#000000")
    path = ElementTree.fromstring(paper.svg()).find(f"{SVG}path")
    assert path is not None
    drawn = shapely.Polygon([(x / 100, y / 100) for x, y in ring_of(path.attrib["d"])])
    assert drawn.hausdorff_distance(shape) < 0.06


def test_the_hatching_of_a_gap_stays_inside_it_and_fills_it() -> None:
    gap = shapely.Polygon([(10, 10), (40, 12), (35, 40), (12, 30)])
    paper = Paper(100, 100)
    paper.hatch(gap, "#000000", 0.2)
    path = ElementTree.fromstring(paper.svg()).find(f"{SVG}path")
    assert path is not None
    lines = []
    for run in path.attrib["d"].split("M")[1:]:
        lines.append(shapely.LineString([(x / 100, y / 100) for x, y in ring_of(run)]))
    assert all(gap.buffer(0.02).contains(line) for line in lines)
    # Lines 1.1 mm apart: no point of the gap is farther than half of that from one.
    assert gap.difference(shapely.union_all(lines).buffer(0.62)).area < 0.01 * gap.area


def test_a_text_is_text_whatever_it_holds() -> None:
    hostile = '</text><script>alert("x")</script>&amp;\']]>'
    paper = Paper(10, 10)
    paper.text(1, 2, hostile, 3)
    root = ElementTree.fromstring(paper.svg())
    assert [each.tag for each in root.iter()] == [f"{SVG}svg", f"{SVG}text"]
    assert root[0].text == hostile


def test_drawings_hold_shapes_and_text_only_and_no_name_that_could_clash(report: Report) -> None:
    found = drawings_of(report)
    assert len(found) == 1 + 9 + 2  # the city, its districts, two strips
    for drawing in found:
        root = ElementTree.fromstring(drawing.svg)
        for element in root.iter():
            assert element.tag.removeprefix(SVG) in ("svg", "path", "rect", "text")
            assert not {"id", "style", "class", "href"} & element.attrib.keys()
            assert not any(name.startswith("on") for name in element.attrib)
        assert drawing.description


def test_every_map_has_a_scale_north_and_a_legend(report: Report) -> None:
    maps = [each for each in drawings_of(report) if each.key.startswith(("city", "district"))]
    for drawing in maps:
        texts = [text.text or "" for text in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")]
        assert "北" in texts
        assert any(re.fullmatch(r"\d+(\.\d+)? (公里|米)", text) for text in texts)
        assert {"一处覆盖", "两处以上覆盖", "缺口"} <= set(texts)
    city = next(each for each in maps if each.key == "city")
    assert "WGS-84" in city.caption and "©" in city.caption


def test_the_numbers_on_the_maps_are_the_ranks_of_their_districts_gaps(
    report: Report, evidence: Evidence
) -> None:
    for drawing in drawings_of(report):
        adcode = drawing.key.removeprefix("district-")
        ranks = {str(gap.rank) for gap in evidence.gaps if gap.adcode == adcode}
        if not ranks:
            continue
        texts = {text.text for text in ElementTree.fromstring(drawing.svg).iter(f"{SVG}text")}
        assert len(ranks & texts) >= 0.7 * len(ranks)  # those that have room


def test_bars_are_as_high_as_their_shares() -> None:
    low, high = np.linspace(0, 0.5, 168), np.linspace(0.25, 1, 168)
    root = ElementTree.fromstring(week_bars(low, high, (), 170).svg())
    bars = [each.attrib for each in root.iter(f"{SVG}rect") if "stroke" not in each.attrib]
    by_hour: dict[int, list[int]] = {}
    for bar in bars:
        by_hour.setdefault(int(bar["x"]), []).append(int(bar["height"]))
    columns = [by_hour[x] for x in sorted(by_hour)]
    assert len(columns) == 168
    full = columns[-1][0] + columns[-1][1]  # the last hour reaches 100 %
    for hour in (1, 40, 100, 167):
        band, sure = columns[hour]
        assert sure / full == pytest.approx(low[hour], abs=0.001)
        assert (sure + band) / full == pytest.approx(high[hour], abs=0.001)


def test_nothing_is_white_and_a_little_is_not() -> None:
    low = np.zeros((1, 168))
    low[0, 10] = 0.001
    root = ElementTree.fromstring(district_rows(["甲"], low, 170).svg())
    fills = [each.attrib["fill"] for each in root.iter(f"{SVG}rect") if "stroke" not in each.attrib]
    assert fills[0] == fills[2] == "#ffffff"
    assert fills[1] != "#ffffff"
