"""The streets under a picture's map, where the region has vector tiles: shapes, and their names.

Widths and colours are those of the page's own map (``static/js/basemap-streets.js``): a picture's
pixel is a third of the phone's.
"""

from __future__ import annotations

import gzip
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from services.errors import FileUnreadable
from services.pictures.frame import EQUATOR_M_PER_PX, PHONE_PX, Frame
from services.pictures.svg import Sheet
from services.typesetting import text_width

if TYPE_CHECKING:
    from services.base_tiles import BaseTiles

Floats = NDArray[np.float64]
Shapes = Mapping[tuple[str, str], Sequence[BaseGeometry]]

_TILES_MAX: Final = 30
_EDGE_PX: Final = 1.0
_NAMES_FROM: Final = 13.5
"""Zoom of the map from which streets are named."""
_NAMES_MAX: Final = 24
_NAME: Final = 26
_STRAIGHT: Final = 0.985
"""Of a name's length is the chord at least: else its letters would leave the street."""

_STEEP: Final = 50.0
"""Degrees from which a Chinese name stands upright."""
_HAN_FROM: Final = 0x2E7F

_STREETS: Final = (
    ("path", "street-path", ((14.0, 0.6), (18.0, 2.0))),
    ("service", "street", ((15.0, 1.0), (16.0, 3.0), (18.0, 7.0))),
    ("walk", "street-walk", ((14.0, 1.0), (16.0, 4.0), (18.0, 9.0))),
    ("minor", "street", ((13.0, 0.7), (14.0, 1.8), (16.0, 6.0), (18.0, 13.0))),
    ("medium", "street", ((11.0, 1.0), (13.0, 2.0), (16.0, 8.0), (18.0, 17.0))),
    ("major", "street-major", ((10.0, 1.2), (13.0, 3.0), (16.0, 10.0), (18.0, 20.0))),
)
"""(kind, colour, (zoom, px of a phone)): the more important last, it crosses over the others."""

_AREAS: Final = (
    ("green", "wood", "wood"),
    ("green", "park", "green"),
    ("water", "water", "water"),
    ("streets", "square", "street-walk"),
    ("buildings", "building", "building"),
)
_RIVERS: Final = {
    "river": ((9.0, 1.0), (13.0, 3.0), (16.0, 8.0)),
    "stream": ((13.0, 0.8), (16.0, 2.5)),
}


@dataclass(frozen=True, slots=True, eq=False)
class Streets:
    """What the tiles hold within a frame, in its pixels."""

    zoom: float
    """Of a web map that shows the same."""
    shapes: Shapes
    """By layer and kind of the tiles (data/README.md)."""
    named: Mapping[tuple[str, str], Sequence[BaseGeometry]]
    """Street lines by kind and name."""


def streets_in(frame: Frame, tiles: BaseTiles | None) -> Streets | None:
    """What is to be drawn; None without tiles, far out, or where there are none of the frame."""
    if tiles is None:
        return None
    zoom = _zoom(frame)
    z = min(max(round(zoom - 0.5), tiles.min_zoom), tiles.max_zoom)
    shapes: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    named: dict[tuple[str, str], list[BaseGeometry]] = defaultdict(list)
    wanted = list(_tiles(frame, z))
    if zoom < tiles.min_zoom or len(wanted) > _TILES_MAX:
        return None
    for x, y in wanted:
        for layer, kind, name, drawn in _features(tiles, frame, z, x, y):
            shapes[layer, kind].append(drawn)
            if layer == "streets" and name:
                named[kind, name].append(drawn)
    return Streets(zoom, shapes, named) if shapes else None


def _zoom(frame: Frame) -> float:
    phone_m_per_px = frame.metres_per_px * frame.width / PHONE_PX
    degree = math.cos(math.radians(frame.plane.center.lat))
    return math.log2(EQUATOR_M_PER_PX * degree / phone_m_per_px)


def _tiles(frame: Frame, z: int) -> Iterator[tuple[int, int]]:
    west, south, east, north = frame.degrees()
    left, top = _world(west, north, z)
    right, bottom = _world(east, south, z)
    for x in range(int(left), int(right) + 1):
        for y in range(int(top), int(bottom) + 1):
            yield x, y


def _world(lon: float, lat: float, z: int) -> tuple[float, float]:
    """Tiles from the world's north-west corner (EPSG:3857)."""
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return (lon + 180) / 360 * 2**z, y * 2**z


def _features(
    tiles: BaseTiles, frame: Frame, z: int, x: int, y: int
) -> Iterator[tuple[str, str, str, BaseGeometry]]:
    """(layer, kind, name, shape in px) of one tile; nothing of a damaged file."""
    import mapbox_vector_tile  # noqa: PLC0415  only where there are tiles

    try:
        stored = tiles.tile(z, x, y)
    except FileUnreadable:
        return
    if stored is None:
        return
    decoded: dict[str, Any] = mapbox_vector_tile.decode(
        gzip.decompress(stored), default_options={"y_coord_down": True}
    )
    for layer, content in decoded.items():
        extent = content["extent"]

        def on_paper(points: Floats, extent: int = extent) -> Floats:
            turns = (np.array([x, y]) + points / extent) / 2**z
            lats = np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * turns[:, 1]))))
            return frame.on_paper(lats, turns[:, 0] * 360 - 180)

        found = content["features"]
        drawn = shapely.transform(
            np.array([shape(each["geometry"]) for each in found], dtype=object), on_paper
        )
        for each, geometry in zip(found, drawn.tolist(), strict=True):
            said = each["properties"]
            yield layer, str(said.get("kind", "")), str(said.get("name", "")), geometry


def draw_streets(sheet: Sheet, streets: Streets, colours: Mapping[str, str]) -> None:
    """Areas, water, rails, then the streets with their edges."""

    def together(layer: str, kind: str) -> BaseGeometry:
        return shapely.GeometryCollection(
            [part for each in streets.shapes.get((layer, kind), ()) for part in _parts(each)]
        )

    def px(stops: Sequence[tuple[float, float]]) -> float:
        zooms, widths = zip(*stops, strict=True)
        if streets.zoom < zooms[0] - 0.75:
            return 0.0
        return float(np.interp(streets.zoom, zooms, widths)) * sheet.width / PHONE_PX

    for layer, kind, colour in _AREAS:
        sheet.shape(_areas(together(layer, kind)), fill=colours[colour])
    for kind, stops in _RIVERS.items():
        if px(stops):
            sheet.shape(_lines(together("water", kind)), stroke=colours["water"], line=px(stops))
    sheet.shape(_lines(together("rail", "rail")), stroke=colours["rail"], line=3, dashes="14 8")
    drawn = [
        (_lines(together("streets", kind)), colour, px(stops)) for kind, colour, stops in _STREETS
    ]
    for lines, _, width in drawn:
        if width > 4:
            edge = width + 2 * _EDGE_PX * sheet.width / PHONE_PX
            sheet.shape(lines, stroke=colours["street-edge"], line=edge)
    for lines, colour, width in drawn:
        if width:
            inner = colours[colour] if width > 4 else colours["street-far"]
            sheet.shape(lines, stroke=inner, line=width)


def _parts(geometry: BaseGeometry) -> list[BaseGeometry]:
    return list(shapely.get_parts(geometry))


def _areas(geometry: BaseGeometry) -> BaseGeometry:
    """Only the areas, joined: tiles overlap, and what is filled twice would be a hole."""
    areas = [part for part in _parts(geometry) if part.geom_type == "Polygon"]
    return shapely.union_all(shapely.make_valid(np.array(areas, dtype=object)))


def _lines(geometry: BaseGeometry) -> BaseGeometry:
    """Only the lines: a walk may be a square, too."""
    return shapely.GeometryCollection(
        [part for part in _parts(geometry) if part.geom_type == "LineString"]
    )


def draw_street_names(
    sheet: Sheet, streets: Streets, colours: Mapping[str, str], full: list[Floats]
) -> None:
    """Names along the streets, where they cover none of the boxes ``full``; each once."""
    if streets.zoom < _NAMES_FROM:
        return
    rank = {kind: index for index, (kind, _, _) in enumerate(_STREETS)}
    frame = shapely.box(0, 0, sheet.width, sheet.height)
    lines: list[tuple[int, float, str, BaseGeometry]] = []
    for (kind, name), shapes in streets.named.items():
        if rank.get(kind, -1) < rank["walk"]:
            continue
        joined = shapely.line_merge(shapely.union_all([_lines(each) for each in shapes]))
        shown = [
            part
            for part in _parts(shapely.intersection(joined, frame))
            if part.geom_type == "LineString"
        ]
        if shown:
            longest = max(shown, key=lambda line: float(line.length))
            lines.append((-rank[kind], -longest.length, name, longest))
    said: set[str] = set()
    for _, _, name, line in sorted(lines, key=lambda each: each[:3]):
        if len(said) < _NAMES_MAX and name not in said and _put(sheet, name, line, colours, full):
            said.add(name)


def _put(
    sheet: Sheet, name: str, line: BaseGeometry, colours: Mapping[str, str], full: list[Floats]
) -> bool:
    width = text_width(name, _NAME) + 8
    for share in (0.5, 0.35, 0.65, 0.2, 0.8):
        start = share * line.length - width / 2
        if start < 0 or start + width > line.length:
            continue
        a, b = (np.array(line.interpolate(at).coords[0]) for at in (start, start + width))
        if np.hypot(*(b - a)) < _STRAIGHT * width:
            continue
        if a[0] > b[0]:
            a, b = b, a
        steps = np.linspace(0.0, 1.0, max(int(width / 12), 2))[:, None]
        dots = a + (b - a) * steps
        if not _is_free(dots, sheet, full):
            continue
        full.extend(np.concatenate((dot - 15, dot + 15)) for dot in dots)
        middle, turn = (a + b) / 2, math.degrees(math.atan2(b[1] - a[1], b[0] - a[0]))
        if abs(turn) > _STEEP and all(ord(letter) > _HAN_FROM for letter in name):
            _upright(sheet, name, *((a, b) if a[1] < b[1] else (b, a)), colours)
            return True
        sheet.text(
            float(middle[0]), float(middle[1]), name, _NAME, fill=colours["street-name"],
            anchor="middle", halo=colours["street-halo"], turn=turn,
        )  # fmt: skip
        return True
    return False


def _upright(
    sheet: Sheet, name: str, top: Floats, bottom: Floats, colours: Mapping[str, str]
) -> None:
    """A Chinese name on a steep street: each character stands upright, from above downward."""
    for index, letter in enumerate(name):
        x, y = (top + (bottom - top) * (index + 0.5) / len(name)).tolist()
        sheet.text(
            x, y + _NAME * 0.36, letter, _NAME, fill=colours["street-name"],
            anchor="middle", halo=colours["street-halo"],
        )  # fmt: skip


def _is_free(dots: Floats, sheet: Sheet, full: Sequence[Floats]) -> bool:
    if not (np.all(dots > 14) and np.all(dots < np.array([sheet.width, sheet.height]) - 14)):
        return False
    if not full:
        return True
    boxes = np.array(full)
    x, y = dots[:, 0, None], dots[:, 1, None]
    inside = (boxes[:, 0] - 13 < x) & (x < boxes[:, 2] + 13)
    inside &= (boxes[:, 1] - 13 < y) & (y < boxes[:, 3] + 13)
    return not bool(inside.any())
