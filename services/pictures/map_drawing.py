"""The map of a still picture: ground, names, numbered marks, scale, review number."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.pictures.frame import FURNITURE, Frame
from services.pictures.labels import arrange, boxes
from services.pictures.palette import Theme
from services.pictures.streets import Streets, draw_street_names, draw_streets, streets_in
from services.pictures.svg import Sheet
from services.pictures.values import Ground, Listed
from services.pictures.words import Words
from services.places import Kind
from services.typesetting import text_width

Floats = NDArray[np.float64]

PILL: Final = 50
"""Height of a number's label, px."""
_PILL_SYMBOL: Final = 30
_PILL_TEXT: Final = 32
_DOT: Final = 10
_SMALL: Final = 26
_TOWN: Final = 28
_DISTRICT: Final = 34
_STEPS: Final = np.linspace(0.0, 1.0, 24)[:, None]
_TOWNS_TO_M: Final = 90_000.0
"""A wider map names the districts alone, a nearer one the towns first."""
_DISTRICTS_FROM_M: Final = 12_000.0
_GRID_TO_M: Final = 12_000.0


def colour_of(kind: Kind, theme: Theme) -> str:
    """A kind's colour."""
    return kind.colour if theme == "light" else kind.colour_dark


def pill_width(number: int) -> int:
    """How wide the label of a number is."""
    return 62 + 19 * len(str(number))


def draw_ground(
    sheet: Sheet,
    frame: Frame,
    ground: Ground,
    colours: Mapping[str, str],
    streets: Streets | None,
) -> bool:
    """Land, borders and main urban areas; whether any of these shows.

    Where a district was chosen its neighbours stand back. On a map of a few kilometres that has no
    streets a faint grid, one square to the scale's length, gives the eye a measure.
    """
    sheet.box(0, 0, frame.width, frame.height, fill=colours["paper"])
    land = [(name, frame.shape(polygon)) for name, polygon in ground.districts]
    for name, shape in land:
        back = bool(ground.chosen) and name != ground.chosen
        sheet.shape(shape, fill=colours["land"], opacity=0.45 if back else 1.0)
    urban = [frame.shape(polygon) for polygon in ground.urban]
    for area in urban:
        sheet.shape(area, fill=colours["ink"], opacity=0.06)
    if streets is not None:
        draw_streets(sheet, streets, colours)
    elif frame.width * frame.metres_per_px < _GRID_TO_M:
        _grid(sheet, frame, colours["paper"])
    for area in urban:
        sheet.shape(area, stroke=colours["quiet"], line=2, opacity=0.35)
    # Each border once: two dashed lines upon each other would be a solid one.
    borders = shapely.union_all([shapely.boundary(shape) for _, shape in land])
    sheet.shape(
        shapely.line_merge(borders), stroke=colours["edge"], line=2.5, dashes="10 8", opacity=0.8
    )
    return any(not area.is_empty for area in urban)


def _grid(sheet: Sheet, frame: Frame, colour: str) -> None:
    _, step = _scale(frame)
    for x in np.arange(frame.width / 2 % step, frame.width, step).tolist():
        sheet.line(x, 0, x, frame.height, stroke=colour, line=2)
    for y in np.arange(frame.height / 2 % step, frame.height, step).tolist():
        sheet.line(0, y, frame.width, y, stroke=colour, line=2)


def numbered_map(
    frame: Frame,
    ground: Ground,
    places: Sequence[Listed],
    colours: Mapping[str, str],
    theme: Theme,
    words: Words,
) -> tuple[Sheet, bool]:
    """The map with its marks, and whether it shows a main urban area."""
    sheet = Sheet(frame.width, frame.height)
    streets = streets_in(frame, ground.tiles)
    urban = draw_ground(sheet, frame, ground, colours, streets)
    taken = _furniture_boxes(frame, ground, words)
    at = frame.place([place.point for place in places]) if places else np.zeros((0, 2))
    sizes = np.array([[pill_width(n), PILL] for n in range(1, len(places) + 1)], dtype=float)
    sizes = sizes.reshape(-1, 2)
    middles = arrange(at, sizes, (frame.width, frame.height), taken)
    dots = boxes(at, np.full_like(at, 2 * _DOT), 4.0)
    leaders = (at[:, None] + (middles - at)[:, None] * _STEPS).reshape(-1, 2)
    covered = boxes(leaders, np.full_like(leaders, 8.0))
    full = [*taken, *boxes(middles, sizes, 4.0), *dots, *covered]
    draw_names(sheet, frame, ground, colours, streets, full)
    _marks(sheet, places, at, middles, colours, theme)
    _furniture(sheet, frame, ground, colours, words)
    return sheet, urban


def _marks(
    sheet: Sheet,
    places: Sequence[Listed],
    at: Floats,
    middles: Floats,
    colours: Mapping[str, str],
    theme: Theme,
) -> None:
    rim = colours["raised"]
    pairs = list(zip(places, at.tolist(), middles.tolist(), strict=True))
    for _, (x, y), (to_x, to_y) in pairs:
        sheet.line(x, y, to_x, to_y, stroke=rim, line=9)
    for place, (x, y), (to_x, to_y) in pairs:
        sheet.line(x, y, to_x, to_y, stroke=colour_of(place.kind, theme), line=4)
    for place, (x, y), _ in pairs:
        sheet.disc(x, y, _DOT, fill=colour_of(place.kind, theme), stroke=rim, line=3)
    for number, (place, _, (x, y)) in enumerate(pairs, 1):
        pill(sheet, x, y, number, place.kind, colours, theme)


def pill(
    sheet: Sheet,
    x: float,
    y: float,
    number: int,
    kind: Kind,
    colours: Mapping[str, str],
    theme: Theme,
) -> None:
    """A number's label round its middle: the kind's colour and shape, and the number."""
    width, rim = pill_width(number), colours["raised"]
    left, top = x - width / 2, y - PILL / 2
    sheet.box(
        left, top, width, PILL, fill=colour_of(kind, theme), stroke=rim, line=4, corner=PILL / 2
    )
    sheet.symbol(kind.symbol, left + 13, y - _PILL_SYMBOL / 2, _PILL_SYMBOL, rim)
    text_middle = (left + 13 + _PILL_SYMBOL + left + width - 11) / 2
    sheet.text(text_middle, y + 11.5, str(number), _PILL_TEXT, fill=rim, anchor="middle", bold=True)


def draw_names(
    sheet: Sheet,
    frame: Frame,
    ground: Ground,
    colours: Mapping[str, str],
    streets: Streets | None,
    full: list[Floats],
) -> None:
    """Names to find one's way by, the more important first, off the boxes ``full``."""

    def put(text: str, spots: Sequence[tuple[float, float]], size: float, ink: str) -> bool:
        half = text_width(text, size) / 2 + 6
        for x, y in spots:
            box = np.array([x - half, y - size * 0.7, x + half, y + size * 0.7])
            inside = box[0] > 0 and box[1] > 0 and box[2] < frame.width and box[3] < frame.height
            if inside and not any(_overlap(box, other) for other in full):
                full.append(box)
                sheet.text(
                    x, y + size * 0.36, text, size, fill=ink, anchor="middle",
                    bold=size == _DISTRICT, halo=colours["land"],
                )  # fmt: skip
                return True
        return False

    across, named = frame.width * frame.metres_per_px, set()
    for seat in (True, False) if across <= _TOWNS_TO_M else ():
        for name, point, is_seat in ground.towns:
            if is_seat is not seat:
                continue
            x, y = frame.place([point])[0]
            ways = [(0, -30), (0, 30), (0, -58), (0, 58)]
            bare = not any(box[0] < x < box[2] and box[1] < y < box[3] for box in full)
            if put(name, [(x + dx, y + dy) for dx, dy in ways], _TOWN, colours["ink"]):
                named.add(name)
                if bare:
                    radius = 6 if seat else 4.5
                    sheet.disc(x, y, radius, fill=colours["quiet"], stroke=colours["land"], line=2)
    if streets is not None:
        draw_street_names(sheet, streets, colours, full)
    if across < _DISTRICTS_FROM_M and (named or streets is not None):
        return
    for name, polygon in ground.districts:
        shape = frame.shape(polygon)
        if not shape.is_empty and name not in named:
            put(name, _inside(shape, frame), _DISTRICT, colours["quiet"])


def _inside(shape: BaseGeometry, frame: Frame) -> list[tuple[float, float]]:
    """Spots for a name inside its land: its middle, then a lattice by nearness to it."""
    middle = shape.representative_point()
    xs, ys = np.meshgrid(np.arange(60, frame.width, 60), np.arange(40, frame.height, 40))
    lattice = np.column_stack((xs.ravel(), ys.ravel()))
    lattice = lattice[shapely.contains_xy(shape, lattice[:, 0], lattice[:, 1])]
    near = np.argsort(np.hypot(*(lattice - (middle.x, middle.y)).T), kind="stable")
    return [(middle.x, middle.y), *((float(x), float(y)) for x, y in lattice[near])]


def _overlap(a: Floats, b: Floats) -> bool:
    return bool(a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3])


def _scale(frame: Frame) -> tuple[float, float]:
    """A round length in metres, and its pixels: about a quarter of the map at most."""
    longest = frame.width / 4 * frame.metres_per_px
    power = 10.0 ** math.floor(math.log10(longest))
    length = max(step * power for step in (1, 2, 5) if step * power <= longest)
    return length, length / frame.metres_per_px


def _scale_text(length: float, words: Words) -> str:
    unit = words.kilometres if length >= 1000 else words.metres
    return unit.format(n=length / 1000 if length >= 1000 else length)


def review_text(ground: Ground, words: Words) -> str:
    """What stands at the map's lower left."""
    return ground.review_number or words.schematic


def _furniture_boxes(frame: Frame, ground: Ground, words: Words) -> Floats:
    _, bar = _scale(frame)
    top = frame.height - FURNITURE
    note = text_width(review_text(ground, words), _SMALL) + 40
    return np.array(
        [
            [0.0, top, note + 12, frame.height],
            [frame.width - bar - 60, top - 30, frame.width, frame.height],
        ]
    )


def _furniture(
    sheet: Sheet, frame: Frame, ground: Ground, colours: Mapping[str, str], words: Words
) -> None:
    """The scale and the review number."""
    ink, paper = colours["ink"], colours["paper"]
    length, bar = _scale(frame)
    right, base = frame.width - 28, frame.height - 22
    for stroke, line in ((paper, 10.0), (ink, 4.0)):
        sheet.shape(
            shapely.linestrings(
                [(right - bar, base - 14), (right - bar, base), (right, base), (right, base - 14)]
            ),
            stroke=stroke,
            line=line,
        )
    sheet.text(
        right - bar / 2, base - 14, _scale_text(length, words), _SMALL,
        fill=ink, anchor="middle", halo=paper,
    )  # fmt: skip

    text = review_text(ground, words)
    width = text_width(text, _SMALL) + 28
    sheet.box(12, frame.height - 56, width, 44, fill=paper, corner=8, opacity=0.85)
    sheet.text(26, frame.height - 25, text, _SMALL, fill=colours["quiet"])
