"""What a map shows."""

from __future__ import annotations

import numpy as np
import pytest
from pyproj import Geod

from services.geo.point import Point
from services.pictures.frame import around, fitted

GEOD = Geod(ellps="WGS84")
CITY = Point(33.38, 120.14)


def metres_across(frame: object, y: float) -> float:
    plane, scale = frame.plane, frame.metres_per_px  # type: ignore[attr-defined]
    half = frame.width / 2 * scale  # type: ignore[attr-defined]
    lats, lons = plane.to_degrees(np.array([-half, half]), np.array([y, y]))
    return float(GEOD.inv(lons[0], lats[0], lons[1], lats[1])[2])


def test_a_zoom_shows_what_a_phone_shows() -> None:
    """At zoom 14 a tile of 256 px is 40,075,016.7 m / 2^14 wide at the equator."""
    frame = around(CITY, 14, 1080, 900)
    phone = 360 / 256 * 40_075_016.686 / 2**14 * np.cos(np.radians(CITY.lat))
    assert metres_across(frame, 0.0) == pytest.approx(phone, rel=0.003)


def test_no_map_is_absurdly_near() -> None:
    assert metres_across(around(CITY, 18, 1080, 900), 0.0) == pytest.approx(1500, rel=1e-3)
    assert metres_across(fitted([CITY], 1080, 130, (720, 1080)), 0.0) >= 1500


@pytest.mark.parametrize("spread", [0.0, 0.001, 0.05, 1.5])
def test_all_points_are_in_the_frame(spread: float) -> None:
    random = np.random.default_rng(3)
    points = [
        Point(CITY.lat + a * spread, CITY.lon + b * spread)
        for a, b in random.normal(size=(200, 2)).tolist()
    ]
    frame = fitted(points, 1080, 130, (720, 1080))
    at = frame.place(points)
    assert 720 <= frame.height <= 1080
    assert np.all(at >= 125)
    assert np.all(at <= np.array([1080, frame.height]) - 125)


def test_north_is_up_and_east_is_right() -> None:
    frame = around(CITY, 14, 1080, 900)
    middle, north, east = frame.place(
        [CITY, Point(CITY.lat + 0.01, CITY.lon), Point(CITY.lat, CITY.lon + 0.01)]
    )
    assert middle == pytest.approx([540, 450], abs=1e-6)
    assert north[1] < 450
    assert east[0] > 540
