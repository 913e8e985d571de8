"""The still picture of the map: a long PNG, 1080 px wide, for articles that take no frame.

Heading, map with numbered places, their list, and a code that leads to the live map. Set by Typst
at 72 pixels to the inch: a point is a pixel.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from services.limits import PICTURE_SECONDS
from services.pictures.codes import modules, qr_svg
from services.pictures.frame import Frame, around, fitted
from services.pictures.map_drawing import colour_of, numbered_map
from services.pictures.palette import SHELTER, palette, symbol_svg
from services.pictures.telling import lines, more, notice
from services.pictures.values import FRAMED_HEIGHT, WIDTH, Listed, StillPicture
from services.places import Kind
from services.settings import ROOT
from services.typesetting import Form, typeset

TEMPLATES: Final = ROOT / "templates" / "pictures"

MAP_HEIGHTS: Final = (720, 1080)
_MAP_MARGIN: Final = 130
_QR_PX: Final = 300


def still_picture(picture: StillPicture, form: Form = "png") -> bytes:
    """The picture, ``WIDTH`` px wide and as high as its list; the same bytes for the same values.

    Raises ``SettingsInvalid`` when the fonts are not installed, ``LimitExceeded`` when it takes
    too long or its address is too long for a code.
    """
    colours, words = palette(picture.theme), picture.words
    frame = _frame(picture)
    sheet, urban = numbered_map(
        frame, picture.ground, picture.places, colours, picture.theme, words
    )
    kinds = _kinds(picture.places)
    code = modules(picture.url)
    document = {
        "lang": picture.lang,
        "colours": colours,
        "product": picture.product,
        "sample": words.sample if picture.sample else "",
        "sample_warning": words.sample_warning if picture.sample else "",
        "heading": _heading(picture),
        "lines": lines(picture),
        "notice": notice(picture),
        "map_height": frame.height,
        "legend": [
            {"file": f"{kind.symbol}.svg", "name": _name(kind, picture.lang),
             "colour": colour_of(kind, picture.theme)}
            for kind in kinds
        ],
        "urban": (words.urban_sample if picture.ground.urban_sample else words.urban)
        if urban
        else "",
        "places": [_place(place, picture) for place in picture.places],
        "more": more(picture),
        "scan": words.scan,
        "scan_note": words.scan_note,
        "code_px": max(_QR_PX // code, 1) * code,
        "small_print": _small_print(picture),
    }  # fmt: skip
    return set_picture("still", document, {"map.svg": sheet.svg(), "qr.svg": qr_svg(picture.url)},
                       kinds, colours, form)  # fmt: skip


def set_picture(
    name: str,
    document: Mapping[str, Any],
    drawings: Mapping[str, str],
    kinds: Sequence[Kind],
    colours: Mapping[str, str],
    form: Form,
) -> bytes:
    """Set ``templates/pictures/<name>.typ`` with these values, drawings and kinds' symbols."""
    files = {
        "main.typ": (TEMPLATES / f"{name}.typ").read_text(encoding="utf-8"),
        "common.typ": (TEMPLATES / "common.typ").read_text(encoding="utf-8"),
        "picture.json": json.dumps(document, ensure_ascii=False),
        "product.svg": symbol_svg(SHELTER, colours["accent"]),
        **{f"{kind.symbol}.svg": symbol_svg(kind.symbol, colours["raised"]) for kind in kinds},
        **drawings,
    }
    return typeset(
        files,
        form=form,
        seconds=PICTURE_SECONDS,
        cannot="画不出图片。请先运行 make setup。",
        too_long=f"画这张图超过 {PICTURE_SECONDS} 秒,已停止。请少选一些再试。",
        field="still",
    )


def _frame(picture: StillPicture) -> Frame:
    if picture.framed is not None:
        framed = picture.framed
        return around(framed.center, framed.zoom, WIDTH, FRAMED_HEIGHT)
    points = [place.point for place in picture.places]
    if points:
        return fitted(points, WIDTH, _MAP_MARGIN, MAP_HEIGHTS)
    return fitted(picture.ground.corners, WIDTH, 40, MAP_HEIGHTS)


def _kinds(places: Sequence[Listed]) -> list[Kind]:
    return list({place.kind.key: place.kind for place in places}.values())


def _name(kind: Kind, lang: str) -> str:
    return kind.name_en if lang == "en" else kind.name


def _heading(picture: StillPicture) -> list[str]:
    """Names with the sign that follows each; the template breaks lines between them only."""
    lists = [
        [*(name + picture.words.listing.rstrip() for name in part[:-1]), part[-1]]
        for part in picture.heading
    ]
    for part in lists[:-1]:
        part[-1] += " ·"
    return [name for part in lists for name in part]


def _place(place: Listed, picture: StillPicture) -> dict[str, Any]:
    words = picture.words
    return {
        "name": place.name,
        "address": place.address or words.no_address,
        "hours": place.hours or words.no_hours,
        "phone": words.phone.format(phone=place.phone) if place.phone else "",
        "note": place.note,
        "file": f"{place.kind.symbol}.svg",
        "colour": colour_of(place.kind, picture.theme),
    }


def _small_print(picture: StillPicture) -> list[str]:
    words, ground = picture.words, picture.ground
    dated = [words.data_of.format(day=words.day(picture.made_on))]
    if picture.hotline:
        dated.append(words.hotline.format(number=picture.hotline))
    said = [" · ".join(dated)]
    if ground.credits:
        said.append(words.sources.format(credits=words.between_rules.join(ground.credits)))
    return said
