"""What the comparisons work on: a registry with the sample, and many made-up places."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from pathlib import Path

from services.geo.point import Point
from services.locator import Locator
from services.places import LocationState, Place, PlaceDraft, Precision
from services.settings import Settings
from services.wiring import build
from services.workflows import load_sample

SOUTH, WEST, NORTH, EAST = 32.9, 119.6, 34.2, 120.7
HOURS = (
    "24/7",
    "",
    "Mo-Su 08:00-18:00",
    "Mo-Fr 08:30-12:00,14:00-17:30",
    "Mo-Sa 07:30-19:00",
    "22:00-06:00",
    *(f"{hour:02d}:{minute:02d}-20:00" for hour in range(6, 11) for minute in range(0, 60, 10)),
)
RARE_KIND = "service_fair"
RARE_SHARE = 0.05


def sample_locator(folder: Path) -> Locator:
    """A locator on a fresh SQLite registry that holds the sample."""
    locator = build(Settings(database_url=f"sqlite:///{folder / 'registry.db'}"))
    load_sample(locator)
    return locator


def points(count: int, seed: int) -> list[Point]:
    """Points strewn evenly over the region's box."""
    chance = random.Random(seed)
    return [
        Point(round(chance.uniform(SOUTH, NORTH), 6), round(chance.uniform(WEST, EAST), 6))
        for _ in range(count)
    ]


def drafts(count: int, seed: int = 1) -> list[PlaceDraft]:
    """Made-up places; one in twenty is of ``RARE_KIND``."""
    chance = random.Random(seed)
    return [
        PlaceDraft(
            kind=RARE_KIND if chance.random() < RARE_SHARE else "station",
            name=f"服务站 {number}",
            address=f"测试路 {number} 号",
            district="320902",
            point=point,
            location_state=LocationState.LOCATED,
            location_precision=Precision.DOOR,
            opening_hours=chance.choice(HOURS),
            amenities={"water": True, "rest": chance.random() < 0.5},
            verified_on=date(2026, 11, 1),
            source="bench",
            source_id=str(number),
        )
        for number, point in enumerate(points(count, seed))
    ]


def places(count: int, seed: int = 1) -> list[Place]:
    """The same as places."""
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        Place(
            id=f"{number:010d}",
            created_at=born,
            updated_at=born,
            version=1,
            kind=draft.kind,
            name=draft.name,
            point=draft.point,
            location_state=draft.location_state,
            location_precision=draft.location_precision,
            opening_hours=draft.opening_hours,
            amenities=draft.amenities,
            verified_on=draft.verified_on,
        )
        for number, draft in enumerate(drafts(count, seed))
    ]
