"""Distances and the plane round a place. WGS-84 throughout, degrees and metres.

Distances are geodesics on the ellipsoid (Karney 2013, through PROJ): exact to nanometres, where a
sphere is off by up to 0.5 %. Areas and circles are drawn in a Lambert azimuthal equal-area plane
round the place in question, which keeps areas exactly and, within 100 km of its centre,
lengths to better than 0.01 %.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyproj import Geod, Transformer
from shapely import transform
from shapely.geometry.base import BaseGeometry

from services.geo.point import Point

DEGREE_M: Final = 111_320.0
"""Length of a degree of latitude, to 0.7 %: enough to say how coarse or how near."""

_GEOD: Final = Geod(ellps="WGS84")
_AXIS_M: Final = 6_378_137.0
_E2: Final = 0.006_694_379_990_141_3

Floats = NDArray[np.float64]


def distance_m(a: Point, b: Point) -> float:
    """Length in metres of the shortest way over the ellipsoid."""
    return float(_GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2])


def distances_m(origin: Point, lats: Floats, lons: Floats) -> Floats:
    """``distance_m`` from one point to many: arrays of one shape in, metres of that shape out."""
    lats, lons = np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64)
    return pair_distances_m(
        np.full(lats.shape, origin.lat), np.full(lons.shape, origin.lon), lats, lons
    )


def pair_distances_m(lats: Floats, lons: Floats, to_lats: Floats, to_lons: Floats) -> Floats:
    """``distance_m`` of each pair; arrays of one shape."""
    return np.asarray(_GEOD.inv(lons, lats, to_lons, to_lats)[2], dtype=np.float64)


def mid_latitude_m(lats: Floats, lons: Floats, to_lats: Floats, to_lons: Floats) -> Floats:
    """Approximate metres on WGS-84; arrays of one shape.

    On a sphere sin²(σ/2) = sin²(Δφ/2)·cos²(Δλ/2) + cos²φ·sin²(Δλ/2), φ being the middle latitude.
    Here each term has its radius of curvature at φ: the meridian's, and the prime vertical's.
    """
    middle = np.radians((lats + to_lats) / 2)
    d_lat = np.radians(to_lats - lats)
    d_lon = np.radians((to_lons - lons + 180.0) % 360.0 - 180.0)
    flat = 1.0 - _E2 * np.sin(middle) ** 2
    across = _AXIS_M / np.sqrt(flat)
    along = across * (1.0 - _E2) / flat
    north = along * np.sin(d_lat / 2.0) * np.cos(d_lon / 2.0)
    east = across * np.cos(middle) * np.sin(d_lon / 2.0)
    half_chord = np.hypot(north, east)
    return np.asarray(2.0 * across * np.arcsin(np.minimum(half_chord / across, 1.0)))


class LocalProjection:
    """An equal-area plane (LAEA) in metres round ``center`` = (0, 0): x to the east, y north."""

    def __init__(self, center: Point) -> None:
        self.center = center
        plane = f"+proj=laea +lat_0={center.lat!r} +lon_0={center.lon!r} +datum=WGS84 +units=m"
        self._forward = Transformer.from_crs("EPSG:4326", plane, always_xy=True)

    def to_metres(self, lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
        """Degrees to x, y in metres (arrays of one shape)."""
        x, y = self._forward.transform(np.asarray(lons, float), np.asarray(lats, float))
        return np.asarray(x), np.asarray(y)

    def to_degrees(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """x, y in metres to latitudes and longitudes in degrees."""
        lons, lats = self._forward.transform(
            np.asarray(x, float), np.asarray(y, float), direction="INVERSE"
        )
        return np.asarray(lats), np.asarray(lons)

    def geometry_to_metres(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shapely geometry in [lon, lat] degrees to one in metres of the plane."""
        return self._transformed(geometry, "FORWARD")

    def geometry_to_degrees(self, geometry: BaseGeometry) -> BaseGeometry:
        """A shapely geometry in metres of the plane to one in [lon, lat] degrees."""
        return self._transformed(geometry, "INVERSE")

    def _transformed(self, geometry: BaseGeometry, direction: str) -> BaseGeometry:
        def moved(pairs: Floats) -> Floats:
            return np.column_stack(
                self._forward.transform(pairs[:, 0], pairs[:, 1], direction=direction)
            )

        return transform(geometry, moved)


def unit_vectors(lats: Floats, lons: Floats) -> Floats:
    """Points on the unit sphere, shape (n, 3): a sieve for nearest-neighbour trees, no distance.

    The chord between two of them orders points almost as the ellipsoid does (to 0.5 %); whoever
    needs the true order measures the survivors with ``distances_m``.
    """
    phi = np.radians(np.asarray(lats, dtype=np.float64))
    theta = np.radians(np.asarray(lons, dtype=np.float64))
    return np.column_stack((np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)))
