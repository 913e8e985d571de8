"""Distances, bearings, boxes and the plane round a place. WGS-84 throughout, degrees and metres.

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

_GEOD: Final = Geod(ellps="WGS84")


def distance_m(a: Point, b: Point) -> float:
    """Length in metres of the shortest way over the ellipsoid."""
    return float(_GEOD.inv(a.lon, a.lat, b.lon, b.lat)[2])


def distances_m(
    origin: Point, lats: NDArray[np.float64], lons: NDArray[np.float64]
) -> NDArray[np.float64]:
    """``distance_m`` from one point to many: arrays of one shape in, metres of that shape out."""
    lats, lons = np.asarray(lats, dtype=np.float64), np.asarray(lons, dtype=np.float64)
    from_lats, from_lons = np.full(lats.shape, origin.lat), np.full(lons.shape, origin.lon)
    return np.asarray(_GEOD.inv(from_lons, from_lats, lons, lats)[2], dtype=np.float64)


def initial_bearing(a: Point, b: Point) -> float:
    """Direction in which the shortest way from ``a`` sets out: degrees from north, 0 ≤ x < 360.

    Clockwise; 0 when the two points are the same.
    """
    if a == b:
        return 0.0
    return float(_GEOD.inv(a.lon, a.lat, b.lon, b.lat)[0]) % 360.0 % 360.0


def bounding_box(center: Point, radius_m: float) -> tuple[float, float, float, float]:
    """South, west, north, east of a box that holds every point within ``radius_m`` metres.

    The box is a little too large, never too small. Where the circle crosses a pole or the 180th
    meridian the box takes in all longitudes.
    """
    # Never less than the true metres a degree: the ellipsoid's shortest meridian degree (at the
    # equator), and for the parallel the circle's own poleward edge with the equatorial axis.
    d_lat = np.degrees(radius_m / 6_335_439.0)
    south, north = max(center.lat - d_lat, -90.0), min(center.lat + d_lat, 90.0)
    if south <= -90.0 or north >= 90.0:
        return float(south), -180.0, float(north), 180.0
    poleward = np.radians(max(abs(south), abs(north)))
    d_lon = float(np.degrees(radius_m / (6_378_137.0 * np.cos(poleward))))
    west, east = center.lon - d_lon, center.lon + d_lon
    if west < -180.0 or east > 180.0:
        west, east = -180.0, 180.0
    return float(south), west, float(north), east


class LocalProjection:
    """An equal-area plane (LAEA) in metres round ``center`` = (0, 0): x to the east, y north."""

    def __init__(self, center: Point) -> None:
        self.center = center
        plane = f"+proj=laea +lat_0={center.lat!r} +lon_0={center.lon!r} +datum=WGS84 +units=m"
        self._forward = Transformer.from_crs("EPSG:4326", plane, always_xy=True)

    def to_metres(
        self, lats: NDArray[np.float64], lons: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Degrees to x, y in metres (arrays of one shape)."""
        x, y = self._forward.transform(np.asarray(lons, float), np.asarray(lats, float))
        return np.asarray(x), np.asarray(y)

    def to_degrees(
        self, x: NDArray[np.float64], y: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
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
        def moved(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.column_stack(
                self._forward.transform(pairs[:, 0], pairs[:, 1], direction=direction)
            )

        return transform(geometry, moved)


def unit_vectors(lats: NDArray[np.float64], lons: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points on the unit sphere, shape (n, 3): a sieve for nearest-neighbour trees, no distance.

    The chord between two of them orders points almost as the ellipsoid does (to 0.5 %); whoever
    needs the true order measures the survivors with ``distances_m``.
    """
    phi = np.radians(np.asarray(lats, dtype=np.float64))
    theta = np.radians(np.asarray(lons, dtype=np.float64))
    return np.column_stack((np.cos(phi) * np.cos(theta), np.cos(phi) * np.sin(theta), np.sin(phi)))
