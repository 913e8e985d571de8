"""Where a point is, in words that a person can follow: 亭湖区 · 新洋街道以北约 1.2 公里."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from services.geo.distance import distance_m, unit_vectors
from services.geo.point import Point
from services.places import Precision
from services.region import Region

_DIRECTIONS: Final = ("以北", "东北", "以东", "东南", "以南", "西南", "以西", "西北")
_BESIDE_M: Final = 150.0
_WHOLE_KM_M: Final = 9_950.0


@dataclass(frozen=True, slots=True)
class _Landmark:
    name: str
    district: str
    point: Point


class Landmarks:
    """A region's townships and the gazetteer's named points, districts' own points left out.

    Without a region, or without a named point in it, coordinates take their place.
    """

    def __init__(self, region: Region | None) -> None:
        self._region = region
        self._landmarks = _landmarks(region) if region else []
        points = [each.point for each in self._landmarks]
        lats = np.array([point.lat for point in points])
        lons = np.array([point.lon for point in points])
        self._tree = cKDTree(unit_vectors(lats, lons)) if points else None

    def words(self, lat: float, lon: float, adcode: str, district: str) -> str:
        """Where a point of the district with this adcode and name is."""
        if self._region is None or self._tree is None:
            there = f"{lat:.5f}, {lon:.5f}"
        else:
            _, number = self._tree.query(unit_vectors(np.array([lat]), np.array([lon]))[0])
            landmark = self._landmarks[int(number)]
            foreign = landmark.district != adcode
            prefix = self._region.district_name(landmark.district) if foreign else ""
            there = prefix + landmark.name + _from(landmark.point, Point(lat, lon))
        return f"{district} · {there}" if district else there


def _landmarks(region: Region) -> list[_Landmark]:
    """One a name and district; the townships' own points come before the gazetteer's."""
    named: dict[tuple[str, str], _Landmark] = {}
    for township in region.townships:
        if township.point is not None:
            named[township.name, township.district] = _Landmark(
                township.name, township.district, township.point
            )
    for entry in region.gazetteer:
        if entry.precision is not Precision.DISTRICT:
            named.setdefault(
                (entry.name, entry.district), _Landmark(entry.name, entry.district, entry.point)
            )
    return list(named.values())


def _from(landmark: Point, point: Point) -> str:
    """Direction and distance from a landmark: 以北约 1.2 公里."""
    metres = distance_m(landmark, point)
    if metres < _BESIDE_M:
        return "附近"
    if metres < 950.0:
        distance = f"{round(metres / 100) * 100} 米"
    else:
        distance = f"{metres / 1000:.{0 if metres >= _WHOLE_KM_M else 1}f} 公里"
    return f"{_direction(landmark, point)}约 {distance}"


def _direction(origin: Point, point: Point) -> str:
    """The eighth of the compass in which a point lies."""
    east = (point.lon - origin.lon + 180.0) % 360.0 - 180.0
    east *= math.cos(math.radians((origin.lat + point.lat) / 2))
    eighths = math.atan2(east, point.lat - origin.lat) / (math.pi / 4)
    return _DIRECTIONS[round(eighths) % 8]
