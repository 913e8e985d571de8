"""The streets under a picture's map, from tiles that the test encodes itself."""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, cast

import mapbox_vector_tile
import numpy as np
import pytest
from shapely.geometry import LineString, Polygon, box

from services.base_tiles import BaseTiles
from services.errors import FileUnreadable
from services.geo.point import Point
from services.pictures import streets as module
from services.pictures.frame import around
from services.pictures.palette import palette
from services.pictures.still import still_picture
from services.pictures.streets import draw_street_names, draw_streets, streets_in
from services.pictures.svg import Sheet
from services.pictures.values import Framed
from tests.unit.pictures.conftest import GROUND, place, still

CENTER = Point(33.3, 120.2)
TextOf = Callable[[bytes], str]


class Tiles:
    """Every tile of one zoom shows the same."""

    min_zoom, max_zoom = 9, 15

    def __init__(self, **layers: list[tuple[Any, dict[str, str]]]) -> None:
        content = [
            {
                "name": layer,
                "features": [{"geometry": shape, "properties": said} for shape, said in features],
            }
            for layer, features in layers.items()
        ]
        self.body = gzip.compress(
            mapbox_vector_tile.encode(content, default_options={"y_coord_down": True})
        )

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        return self.body


def tiles(**layers: list[tuple[Any, dict[str, str]]]) -> BaseTiles:
    return cast(BaseTiles, Tiles(**layers))


STREET = (LineString([(0, 2000), (4096, 2000)]), {"kind": "major", "name": "解放南路"})


def test_a_point_of_a_tile_lies_where_the_tile_is() -> None:
    """The middle of tile (x, y) of zoom 14, by the formula of the Slippy Map tilenames page."""
    frame = around(CENTER, 14.5, 1080, 900)
    found = streets_in(frame, tiles(streets=[STREET]))
    assert found is not None
    z = 14
    x = int((CENTER.lon + 180) / 360 * 2**z)
    lat = math.radians(CENTER.lat)
    y = int((1 - math.log(math.tan(lat) + 1 / math.cos(lat)) / math.pi) / 2 * 2**z)
    lon = (x / 2**z) * 360 - 180
    north = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (y + 2000 / 4096) / 2**z))))
    (start,) = frame.place([Point(north, lon)])
    ends = [np.array(line.coords[0]) for line in found.shapes["streets", "major"]]
    assert min(float(np.hypot(*(end - start))) for end in ends) < 0.5


def test_streets_stand_in_the_picture_with_their_names(text_of: TextOf) -> None:
    rows = [(LineString([(0, y), (4096, y)]), STREET[1]) for y in range(500, 4096, 1000)]
    ground = replace(GROUND, tiles=tiles(streets=rows))
    framed = Framed(CENTER, 15)
    text = text_of(
        still_picture(still(place(1, point=CENTER), ground=ground, framed=framed), "pdf")
    )
    assert text.count("解放南路") == 1
    without = text_of(still_picture(still(place(1, point=CENTER), framed=framed), "pdf"))
    assert "解放南路" not in without


@pytest.mark.parametrize(("name", "letters"), [("解放南路", 4), ("Main Street", 0)])
def test_a_chinese_name_on_a_steep_street_stands_upright(name: str, letters: int) -> None:
    column = [
        (LineString([(x, 0), (x, 4096)]), {"kind": "minor", "name": name}) for x in (900, 2900)
    ]
    frame = around(CENTER, 15, 1080, 900)
    found = streets_in(frame, tiles(streets=column))
    assert found is not None
    sheet = Sheet(1080, 900)
    draw_street_names(sheet, found, palette("light"), [])
    texts = re.findall(r"<text ([^>]*)>([^<]+)</text>", sheet.svg())
    if letters:
        assert [letter for _, letter in texts] == list(name)
        heights = [float(re.findall(r' y="([-\d.]+)"', said)[0]) for said, _ in texts]
        assert heights == sorted(heights)
    else:
        ((said, _),) = texts
        assert re.search(r"rotate\(-?90", said) or re.search(r"rotate\(-?89", said)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_where_areas_overlap_there_is_no_hole(theme: Any) -> None:
    """Filled by the even-odd rule, two overlapping woods would leave their common part bare."""
    woods = [
        (box(-96, -96, 4192, 2500), {"kind": "wood"}),
        (box(-96, 1500, 4192, 4192), {"kind": "wood"}),
    ]
    frame = around(CENTER, 15, 1080, 900)
    found = streets_in(frame, tiles(green=woods))
    assert found is not None
    drawn: list[Any] = []

    class Kept(Sheet):
        def shape(self, shape: Any, **style: Any) -> None:
            drawn.append((style.get("fill"), shape))

    draw_streets(Kept(1080, 900), found, palette(theme))
    (wood,) = [shape for fill, shape in drawn if fill == palette(theme)["wood"]]
    assert wood.contains(box(10, 10, 1070, 890))
    assert wood.is_valid


def test_a_broken_area_is_drawn_all_the_same() -> None:
    bow = Polygon([(0, 0), (4096, 4096), (4096, 0), (0, 4096)])
    frame = around(CENTER, 15, 1080, 900)
    features = [({"type": "Polygon", "coordinates": [list(bow.exterior.coords)]}, {"kind": "park"})]
    found = streets_in(frame, tiles(green=features, streets=[STREET]))
    assert found is not None
    sheet = Sheet(1080, 900)
    draw_streets(sheet, found, palette("light"))
    assert palette("light")["street-major"] in sheet.svg()


def test_far_out_and_without_tiles_there_are_none() -> None:
    assert streets_in(around(CENTER, 15, 1080, 900), None) is None
    assert streets_in(around(CENTER, 7, 1080, 900), tiles(streets=[STREET])) is None
    assert streets_in(around(CENTER, 15, 1080, 900), tiles()) is None


def test_a_damaged_file_costs_no_picture() -> None:
    class Damaged(Tiles):
        def tile(self, z: int, x: int, y: int) -> bytes | None:
            raise FileUnreadable("坏了。", field="file", value="x")

    assert streets_in(around(CENTER, 15, 1080, 900), cast(BaseTiles, Damaged())) is None


def test_a_picture_reads_few_tiles() -> None:
    for zoom in (9, 11, 13.3, 15, 16, 18):
        frame = around(CENTER, zoom, 1080, 1080)
        z = min(max(round(zoom - 0.5), 9), 15)
        assert len(list(module._tiles(frame, z))) <= 12
