"""The card that a link unfolds to, and the icons."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from services.pictures.icons import ICONS, icon_png
from services.pictures.share import share_picture
from services.pictures.values import Listed, SharePicture
from services.places import vocabulary
from tests.unit.pictures.codes_read import png_size
from tests.unit.pictures.conftest import GROUND, place
from tests.unit.pictures.test_still import HOSTILE

TextOf = Callable[[bytes], str]


def card(of: Listed | None, **values: Any) -> SharePicture:
    kinds = vocabulary().kinds
    given = {
        "product": "盐城职工服务地图",
        "city": "盐城市",
        "place": of,
        "amenities": ("饮水", "热饭"),
        "counts": () if of else ((kinds[0], 454), (kinds[1], 17)),
        "ground": GROUND,
        "points": ((kinds[0], GROUND.center),),
        "sample": True,
    }
    return SharePicture(**{**given, **values})


def test_a_places_card(text_of: TextOf) -> None:
    picture = card(place(1))
    assert png_size(share_picture(picture)) == (1200, 630)
    text = text_of(share_picture(picture, "pdf"))
    for said in (
        "第1号驿站", "每天8:00–18:00", "解放路1号", "饮水·热饭", "示例数据", "盐城职工服务地图",
        vocabulary().kinds[1].name, "示意底图",
    ):  # fmt: skip
        assert said in text, said


def test_the_citys_card(text_of: TextOf) -> None:
    picture = card(None, sample=False)
    assert png_size(share_picture(picture)) == (1200, 630)
    text = text_of(share_picture(picture, "pdf"))
    for said in ("盐城职工服务地图", "454户外劳动者服务站", "17职工(劳模)疗休养基地"):
        assert said in text, said
    assert "示例数据" not in text


def test_an_english_card_and_one_of_an_empty_registry(text_of: TextOf) -> None:
    text = text_of(share_picture(card(place(1, hours=""), lang="en"), "pdf"))
    assert "Hoursnotrecorded" in text
    assert vocabulary().kinds[1].name_en.replace(" ", "") in text
    assert png_size(share_picture(card(None, counts=(), points=()))) == (1200, 630)


@pytest.mark.parametrize("name", [*HOSTILE, "很长的名字" * 24, "A" * 120, "🏠" * 60])
def test_the_card_keeps_its_size_whatever_the_name(name: str, text_of: TextOf) -> None:
    picture = card(place(1, name=name, address=name, hours=name), amenities=(name,))
    assert png_size(share_picture(picture)) == (1200, 630)
    text_of(share_picture(picture, "pdf"))  # one page


@pytest.mark.parametrize("name", sorted(ICONS))
def test_icons_are_square_and_always_the_same(name: str) -> None:
    body = icon_png(ICONS[name])
    assert png_size(body) == (ICONS[name].size, ICONS[name].size)
    assert body == icon_png(ICONS[name])


def test_a_maskable_sign_keeps_to_the_safe_circle() -> None:
    """The sign's corners lie within 40 % of the side from the middle (Web App Manifest)."""
    for name, icon in ICONS.items():
        if name.startswith("maskable"):
            assert icon.sign / 2 * 2**0.5 <= 0.4
            assert icon.corner == 0
