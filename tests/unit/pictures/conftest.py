"""Pictures of the tests: a square country with two districts, and as many places as one likes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader
from shapely.geometry import box

from services.geo.point import Point
from services.pictures.values import Ground, Listed, StillPicture
from services.places import vocabulary

GROUND = Ground(
    districts=(("东区", box(120.2, 33.0, 120.6, 33.6)), ("西区", box(119.8, 33.0, 120.2, 33.6))),
    urban=(box(120.1, 33.2, 120.3, 33.4),),
    urban_sample=True,
    towns=(("新丰镇", Point(33.3, 120.25), True), ("刘庄镇", Point(33.1, 120.5), False)),
    credits=("界线:甲", "地名:乙"),
    review_number="",
    corners=(Point(33.0, 119.8), Point(33.6, 120.6)),
    center=Point(33.3, 120.2),
)
URL = "https://map.example.org/?kind=station"


def place(number: int = 1, **values: Any) -> Listed:
    """A place; those of different numbers stand on a spiral round the town."""
    kinds = vocabulary().kinds
    turn = number * 2.4
    given = {
        "name": f"第{number}号驿站",
        "address": f"解放路{number}号",
        "hours": "每天 8:00–18:00",
        "phone": "12351",
        "note": "",
        "point": Point(33.3 + 0.004 * number**0.5 * (turn % 3 - 1), 120.2 + 0.004 * (turn % 5 - 2)),
        "kind": kinds[number % len(kinds)],
    }
    return Listed(**{**given, **values})


def still(*places: Listed, **values: Any) -> StillPicture:
    """A still picture of these places."""
    given = {
        "product": "盐城职工服务地图",
        "heading": (("东区",), ("户外劳动者服务站", "卡友之家"), ("热饭",)),
        "places": places,
        "total": len(places),
        "ground": GROUND,
        "made_on": date(2026, 11, 24),
        "open_at": None,
        "sample": False,
        "url": URL,
        "hotline": "12351",
    }
    return StillPicture(**{**given, **values})


@pytest.fixture(scope="session")
def text_of() -> Callable[[bytes], str]:
    """The text of a PDF of one page, without white space."""

    def read(body: bytes) -> str:
        (page,) = PdfReader(io.BytesIO(body)).pages
        return re.sub(r"[\s\u200b]+", "", page.extract_text())

    return read
