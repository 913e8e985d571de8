"""What the coverage tests share: a plane to lay things out in metres, and places that count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from shapely.geometry import Polygon
from shapely.geometry.base import BaseGeometry

from services.coverage.counting import Counted
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.places import LocationState, Place, Precision
from services.region import UrbanArea


class Ground:
    """An equal-area plane in metres round 33° N 120° E, to lay out hand-drawn cases."""

    def __init__(self) -> None:
        self.plane = LocalProjection(Point(33.0, 120.0))

    def point(self, x: float, y: float) -> Point:
        lats, lons = self.plane.to_degrees(np.array([x]), np.array([y]))
        return Point(float(lats[0]), float(lons[0]))

    def area(self, shape: BaseGeometry, adcode: str = "1", name: str = "甲") -> UrbanArea:
        polygon = self.plane.geometry_to_degrees(shape)
        assert isinstance(polygon, Polygon)
        return UrbanArea(name, adcode, polygon, sample=True)

    def place(self, identity: str, x: float, y: float) -> Place:
        return counting_place(identity, self.point(x, y))

    def counted(self, centres: Sequence[tuple[float, float]]) -> Counted:
        return Counted(tuple(self.place(f"p{n:03d}", *xy) for n, xy in enumerate(centres)), {})


def counting_place(identity: str = "p", point: Point | None = None, **values: Any) -> Place:
    made = {
        "kind": "station",
        "name": f"站 {identity}",
        "point": point or Point(33.0, 120.0),
        "location_state": LocationState.LOCATED,
        "location_precision": Precision.DOOR,
        "verified_on": date(2026, 11, 1),
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "updated_at": datetime(2026, 1, 1, tzinfo=UTC),
        "version": 1,
        **values,
    }
    return Place(id=identity, **made)


@pytest.fixture(scope="session")
def ground() -> Ground:
    return Ground()


@pytest.fixture(scope="session")
def make_place() -> Callable[..., Place]:
    return counting_place
