"""The card that a link unfolds to: a PNG of ``CARD`` size, as Open Graph has it.

WeChat shows the middle square of it and nothing else, so all that matters stands there. Such a
card is kept by others for weeks: it says the ordinary week's hours, never "today".
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.pictures.frame import Frame
from services.pictures.map_drawing import colour_of, draw_ground, draw_names, review_text
from services.pictures.palette import palette
from services.pictures.still import set_picture
from services.pictures.streets import streets_in
from services.pictures.svg import Sheet
from services.pictures.values import CARD, Listed, SharePicture
from services.typesetting import Form, text_width

WIDTH, HEIGHT = CARD
_PLACE_AT: Final = 86
"""Px from the top to the place itself; the card begins below it."""
_PLACE_ACROSS_M: Final = 3_600.0
_CITY_ACROSS_M: Final = 84_000.0
_THEME: Final = "light"
"""Nobody knows where it will be shown."""
_SMALL: Final = 26
_DOT: Final = 7
"""Radius of the other places' marks; of those on one spot only the first is drawn."""


def share_picture(picture: SharePicture, form: Form = "png") -> bytes:
    """The card of one place, or of the city; the same bytes for the same values.

    Raises ``SettingsInvalid`` when the fonts are not installed, ``LimitExceeded`` when it takes
    too long.
    """
    colours, words, place = palette(_THEME), picture.words, picture.place
    kinds = {kind.key: kind for kind, _ in picture.counts}
    if place:
        kinds[place.kind.key] = place.kind
    document: dict[str, Any] = {
        "lang": picture.lang,
        "width": WIDTH,
        "height": HEIGHT,
        "colours": colours,
        "product": picture.product,
        "city": picture.city,
        "tagline": words.city_line,
        "sample": words.sample if picture.sample else "",
        "place": _place(place, picture) if place else None,
        "counts": [
            {
                "name": kind.name_en if picture.lang == "en" else kind.name,
                "count": f"{count:,}",
                "file": f"{kind.symbol}.svg",
                "colour": colour_of(kind, _THEME),
            }
            for kind, count in picture.counts
        ],
    }
    drawings = {"map.svg": _map(picture).svg()}
    return set_picture("share", document, drawings, list(kinds.values()), colours, form)


def _place(place: Listed, picture: SharePicture) -> dict[str, Any]:
    words = picture.words
    return {
        "name": place.name,
        "kind": place.kind.name_en if picture.lang == "en" else place.kind.name,
        "colour": colour_of(place.kind, _THEME),
        "hours": place.hours or words.no_hours,
        "address": place.address or words.no_address,
        "amenities": picture.amenities,
    }


def _map(picture: SharePicture) -> Sheet:
    colours, sheet, place = palette(_THEME), Sheet(WIDTH, HEIGHT), picture.place
    frame = _frame(picture)
    streets = streets_in(frame, picture.ground.tiles)
    draw_ground(sheet, frame, picture.ground, colours, streets)
    if picture.points:
        at = frame.place([point for _, point in picture.points])
        taken: set[tuple[int, int]] = set()
        for (kind, _), (x, y) in zip(picture.points, at.tolist(), strict=True):
            spot = (round(x / _DOT), round(y / _DOT))
            if 0 <= x <= WIDTH and 0 <= y <= HEIGHT and spot not in taken:
                taken.add(spot)
                sheet.disc(
                    x, y, _DOT, fill=colour_of(kind, _THEME), stroke=colours["raised"], line=2
                )
    draw_names(sheet, frame, picture.ground, colours, streets, _covered(picture))
    if place:
        x, y = frame.place([place.point])[0].tolist()
        colour, rim = colour_of(place.kind, _THEME), colours["raised"]
        sheet.disc(x, y, 52, fill=colour, stroke=rim, line=7)
        sheet.symbol(place.kind.symbol, x - 32, y - 32, 64, rim)
    text = review_text(picture.ground, picture.words)
    sheet.box(
        12, HEIGHT - 52, text_width(text, _SMALL) + 24, 40,
        fill=colours["paper"], corner=8, opacity=0.85,
    )  # fmt: skip
    sheet.text(24, HEIGHT - 23, text, _SMALL, fill=colours["quiet"])
    return sheet


def _covered(picture: SharePicture) -> list[NDArray[np.float64]]:
    """Where the card, the mark and the review number stand: no name is put there."""
    top = _PLACE_AT + 60.0 if picture.place else 0.0
    boxes = [[270.0, top, 930.0, float(HEIGHT)], [0.0, HEIGHT - 60.0, 220.0, float(HEIGHT)]]
    boxes.append([WIDTH / 2 - 64, _PLACE_AT - 64, WIDTH / 2 + 64, _PLACE_AT + 64])
    return [np.array(box) for box in boxes]


def _frame(picture: SharePicture) -> Frame:
    """The place stands in the middle, above the card."""
    if picture.place is None:
        return Frame(LocalProjection(picture.ground.center), _CITY_ACROSS_M / WIDTH, WIDTH, HEIGHT)
    scale = _PLACE_ACROSS_M / WIDTH
    up = LocalProjection(picture.place.point)
    lat, lon = up.to_degrees(np.zeros(1), np.full(1, -(HEIGHT / 2 - _PLACE_AT) * scale))
    return Frame(LocalProjection(Point(float(lat[0]), float(lon[0]))), scale, WIDTH, HEIGHT)
