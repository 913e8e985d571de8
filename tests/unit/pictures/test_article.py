"""The text beside a still picture: it says what the picture says."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from services.geo.point import Point
from services.pictures.article import article_text
from services.pictures.still import still_picture
from services.pictures.values import Framed
from tests.unit.pictures.conftest import place, still

FRAMED = Framed(Point(33.3, 120.2), 15)


@pytest.mark.parametrize("lang", ["zh-CN", "en"])
@pytest.mark.parametrize(
    "values",
    [
        {},
        {"total": 0},
        {"total": 0, "framed": FRAMED},
        {"total": 54, "framed": FRAMED, "nearest": ("甲站", 1640.0)},
        {"places": (place(1), place(2)), "total": 54, "framed": FRAMED},
        {"places": (place(1), place(2)), "total": 54},
        {"places": (place(1), place(2)), "total": 2, "sample": True},
        {"places": (place(1),), "total": 9, "open_at": datetime(2026, 11, 24, 22, 40)},
    ],
)
def test_every_line_of_the_text_is_in_the_picture(
    values: dict[str, Any], lang: Any, text_of: Callable[[bytes], str]
) -> None:
    picture = still(**{"lang": lang, **values})
    seen = text_of(still_picture(picture, "pdf"))
    # The heading has its own signs in the picture, sources another comma, and the link is a code.
    heading, *lines = article_text(picture).splitlines()
    assert heading.startswith(picture.product)
    for line in lines[:-2]:
        assert re.sub(r"\s+|^\d+\. ", "", line) in seen, line


def test_a_frame_without_a_place_names_the_nearest_and_no_more() -> None:
    text = article_text(still(total=54, framed=FRAMED, nearest=("甲站", 1640.0)))
    assert "图上这一片没有符合条件的服务点" in text
    assert "最近的是 甲站，离图中心 1.6 公里" in text
    assert "没有符合条件的服务点\n扫码" not in text
    assert "另有" not in text
