"""Bounds between chords of the unit sphere and metres on the ellipsoid: a sieve that drops none.

A tree over ``unit_vectors`` finds candidates in microseconds, but it orders by the angle between
two normals of the ellipsoid, not by the way over it. The two are tied by curvature: along any path
on the WGS-84 ellipsoid the normal turns by between 1/R_MAX and 1/R_MIN radians a metre, its
extreme radii of curvature being a(1 - e²), north–south at the equator, and a²/b, at the poles. So

    R_MIN · angle ≤ distance ≤ R_MAX · angle

for every pair of points on earth, 1.02 % apart. (At one spot the two directions differ by at most
0.67 %; the rest is for pairs that lie far apart.) Whoever keeps what these bounds allow and
measures the survivors with ``distances_m`` has the exact answer.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.geo.point import Point

R_MIN: Final = 6_335_439.0
R_MAX: Final = 6_399_594.0
"""Extreme radii of curvature of the WGS-84 ellipsoid, metres, rounded outward."""

_SLACK_M: Final = 1.0
"""More than rounding can move an angle near the antipode, where arcsin is at its steepest."""


def unit_vector(point: Point) -> tuple[float, float, float]:
    """``unit_vectors`` of one point, ten times faster."""
    phi, theta = math.radians(point.lat), math.radians(point.lon)
    return math.cos(phi) * math.cos(theta), math.cos(phi) * math.sin(theta), math.sin(phi)


def least_m(chord: float) -> float:
    """No points whose unit vectors are at least ``chord`` apart are nearer, metres."""
    return max(R_MIN * 2.0 * math.asin(min(chord / 2.0, 1.0)) - _SLACK_M, 0.0)


def greatest_m(chord: float) -> float:
    """No points whose unit vectors are at most ``chord`` apart are farther, metres."""
    return R_MAX * 2.0 * math.asin(min(chord / 2.0, 1.0)) + _SLACK_M


def distance_bounds_m(
    chords: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """``least_m`` and ``greatest_m`` of many."""
    angles = 2.0 * np.arcsin(np.minimum(np.asarray(chords) / 2.0, 1.0))
    return np.maximum(R_MIN * angles - _SLACK_M, 0.0), R_MAX * angles + _SLACK_M


def chord_holding(radius_m: float) -> float:
    """A chord that no point within ``radius_m`` metres exceeds."""
    angle = (radius_m + _SLACK_M) / R_MIN
    return float(2.0 * np.sin(min(angle, np.pi) / 2.0))
