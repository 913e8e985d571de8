"""WGS-84, GCJ-02 and BD-09: the three datums in which coordinates of China are handed round.

Source: neither GCJ-02 (国测局坐标) nor BD-09 (Baidu) is officially published. These are the public
formulas that every open implementation uses: a sum of sines on the Krasovsky 1940 ellipsoid for
GCJ-02, a small rotation and stretch of GCJ-02 for BD-09. GCJ-02 applies within the usual bounding
rectangle 0.8293..55.8271 N, 72.004..137.8347 E and is the identity outside it; BD-09 always adds
its own step to that.

The ways back have no closed form: they are solved by iteration until nothing moves, so a round
trip is off by far less than a millimetre.

At the rectangle's edge GCJ-02 jumps by its whole offset (under 1 km), so no inverse can be right
on both sides. Ours is exact for every WGS-84 point inside; what it misplaces lies in the strip
just outside the edge (in the sea or abroad) where an image from inside lands as well.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, Final, TypeAlias, overload

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]
Pair: TypeAlias = tuple[Array, Array]


class Datum(StrEnum):
    """What a file's or a provider's coordinates refer to."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


CHINA: Final = (0.8293, 72.004, 55.8271, 137.8347)
"""South, west, north, east of the rectangle in which GCJ-02 is not the identity."""

_AXIS_M: Final = 6_378_245.0  # Krasovsky 1940
_ECCENTRICITY_SQUARED: Final = 0.00669342162296594323
_BAIDU_RADIANS: Final = np.pi * 3000.0 / 180.0
_ITERATIONS: Final = 12  # each gains two digits or more; a double has sixteen
_EDGE_DEGREES: Final = 0.1  # more than the largest offset
_ROUNDING_DEGREES: Final = 1e-9  # a tenth of a millimetre


@overload
def convert(lat: float, lon: float, source: Datum, target: Datum) -> tuple[float, float]: ...
@overload
def convert(lat: Array, lon: Array, source: Datum, target: Datum) -> Pair: ...
def convert(lat: Any, lon: Any, source: Datum, target: Datum) -> Any:
    """Latitude and longitude in degrees from one datum to another.

    Takes two floats and returns two floats, or two arrays of one shape and returns two such
    arrays. NaN stays NaN. Nothing is validated: ``Point`` does that.
    """
    lats, lons = np.asarray(lat, dtype=np.float64), np.asarray(lon, dtype=np.float64)
    if source != target:
        if source == Datum.BD09:
            lats, lons = _solve(_bd09_from_gcj02, lats, lons)
        if source != Datum.WGS84 and target == Datum.WGS84:
            lats, lons = _wgs84_from_gcj02(lats, lons)
        if source == Datum.WGS84:
            lats, lons = _gcj02_from_wgs84(lats, lons)
        if target == Datum.BD09:
            lats, lons = _bd09_from_gcj02(lats, lons)
    if np.ndim(lat) == 0 and np.ndim(lon) == 0:
        return float(lats), float(lons)
    return np.array(lats), np.array(lons)  # the caller's arrays stay the caller's


def _inside(lat: Array, lon: Array, margin: float = 0.0) -> NDArray[np.bool_]:
    south, west, north, east = CHINA
    return (
        (lat >= south - margin)
        & (lat <= north + margin)
        & (lon >= west - margin)
        & (lon <= east + margin)
    )


def _gcj02_from_wgs84(lat: Array, lon: Array) -> Pair:
    inside = _inside(lat, lon)
    shifted_lat, shifted_lon = _shifted(lat, lon)
    return np.where(inside, shifted_lat, lat), np.where(inside, shifted_lon, lon)


def _wgs84_from_gcj02(lat: Array, lon: Array) -> Pair:
    solved_lat, solved_lon = _solve(_shifted, lat, lon)
    # A point on the edge itself must not fall over it by a rounding error.
    south, west, north, east = CHINA
    on_edge = _inside(solved_lat, solved_lon, _ROUNDING_DEGREES)
    solved_lat = np.where(on_edge, np.clip(solved_lat, south, north), solved_lat)
    solved_lon = np.where(on_edge, np.clip(solved_lon, west, east), solved_lon)
    # An image may lie outside the rectangle though its original lies inside, and the other way.
    inside = _inside(solved_lat, solved_lon) | _inside(lat, lon)
    return np.where(inside, solved_lat, lat), np.where(inside, solved_lon, lon)


def _shifted(lat: Array, lon: Array) -> Pair:
    """GCJ-02 of WGS-84 in China and just beyond its edge; anything farther stays where it is."""
    near = _inside(lat, lon, _EDGE_DEGREES)
    # The formula explodes at the poles: there it works on a stand-in, and the result is dropped.
    x = np.where(near, lon, 105.0) - 105.0
    y = np.where(near, lat, 35.0) - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi * y / 3.0))
    north_m += 2.0 / 3.0 * (160.0 * np.sin(np.pi * y / 12.0) + 320.0 * np.sin(np.pi * y / 30.0))
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    east_m += 2.0 / 3.0 * (ripple + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi * x / 3.0))
    east_m += 2.0 / 3.0 * (150.0 * np.sin(np.pi * x / 12.0) + 300.0 * np.sin(np.pi * x / 30.0))
    phi = np.radians(y + 35.0)
    w_squared = 1.0 - _ECCENTRICITY_SQUARED * np.sin(phi) ** 2
    meridian_m = _AXIS_M * (1.0 - _ECCENTRICITY_SQUARED) / (w_squared * np.sqrt(w_squared))
    parallel_m = _AXIS_M / np.sqrt(w_squared) * np.cos(phi)
    return (
        np.where(near, lat + np.degrees(north_m / meridian_m), lat),
        np.where(near, lon + np.degrees(east_m / parallel_m), lon),
    )


def _bd09_from_gcj02(lat: Array, lon: Array) -> Pair:
    radius = np.hypot(lon, lat) + 0.00002 * np.sin(lat * _BAIDU_RADIANS)
    angle = np.arctan2(lat, lon) + 0.000003 * np.cos(lon * _BAIDU_RADIANS)
    return radius * np.sin(angle) + 0.006, radius * np.cos(angle) + 0.0065


def _solve(forward: Callable[[Array, Array], Pair], lat: Array, lon: Array) -> Pair:
    """The point that ``forward`` takes to ``lat, lon``, by fixed-point iteration.

    Both formulas move a point by an offset that hardly changes over that offset's own length (by
    0.02 of it at most), so repeating "subtract what it would have been moved by" converges fast.
    """
    guess_lat, guess_lon = lat, lon
    for _ in range(_ITERATIONS):
        image_lat, image_lon = forward(guess_lat, guess_lon)
        guess_lat, guess_lon = guess_lat + (lat - image_lat), guess_lon + (lon - image_lon)
    return guess_lat, guess_lon
