"""Where sample places may lie: the towns of a district, its main urban area, even spacing.

Few townships have a known point. A street office without one is put somewhere in the main urban
area and a town without one somewhere in the rest of its district, far from the others: enough for
a sample, and the reason why its places must never be taken for real ones.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import shapely

from services.geo.distance import DEGREE_M
from services.geo.point import Point
from services.geo.regions import District
from services.limits import COORDINATE_DECIMALS
from services.region import Region, Township

_STREET_OFFICE: Final = "街道"
_TRIES: Final = 400


@dataclass(frozen=True, slots=True)
class Town:
    """A township and where its middle is taken to be."""

    township: Township
    middle: Point


class Ground:
    """One district. ``urban`` and ``outer`` are its towns inside and outside the main urban area.

    Either may be empty (no urban area drawn; no towns listed); places then lie anywhere in the
    other part, at worst anywhere in the district.
    """

    def __init__(self, region: Region, district: District, rng: Random) -> None:
        self.district = district
        areas = [a.polygon for a in region.urban_areas if a.adcode == district.adcode]
        # Snapping to six decimals must not carry a place over the border: stay a metre inside.
        self._whole = shapely.buffer(district.polygon, -1e-5)
        self._core = shapely.intersection(shapely.union_all(areas), self._whole)
        self._rest = shapely.difference(self._whole, self._core)
        for each in (self._core, self._rest):
            shapely.prepare(each)
        self.urban: list[Town] = []
        self.outer: list[Town] = []
        unplaced = []
        for township in (t for t in region.townships if t.district == district.adcode):
            if township.point is None:
                unplaced.append(township)
            else:
                urban = self.in_core(township.point)
                (self.urban if urban else self.outer).append(Town(township, township.point))
        for township in unplaced:
            urban = township.name.endswith(_STREET_OFFICE) and self.has_core
            towns = self.urban if urban else self.outer
            middle = self.spaced(rng, [t.middle for t in towns], urban=urban, candidates=30)
            towns.append(Town(township, middle))

    @property
    def has_core(self) -> bool:
        """Whether a main urban area is drawn here."""
        return not self._core.is_empty

    def in_core(self, point: Point) -> bool:
        """Whether a point is in the main urban area."""
        return bool(shapely.intersects_xy(self._core, point.lon, point.lat))

    def spaced(self, rng: Random, taken: Sequence[Point], *, urban: bool, candidates: int) -> Point:
        """A random point far from those taken: the best of some candidates (Mitchell 1991)."""
        drawn = [self._anywhere(rng, urban=urban) for _ in range(candidates if taken else 1)]
        return max(drawn, key=lambda p: min((_apart(p, other) for other in taken), default=0.0))

    def near(self, rng: Random, town: Town, spread_m: float) -> Point:
        """A random point about ``spread_m`` from a town's middle, outside the main urban area."""
        for _ in range(_TRIES):
            lat = town.middle.lat + rng.gauss(0, spread_m) / DEGREE_M
            lon = town.middle.lon + rng.gauss(0, spread_m) / DEGREE_M / _narrowing(lat)
            if shapely.intersects_xy(self._rest, lon, lat):
                return Point(lat, lon).rounded(COORDINATE_DECIMALS)
        return self._anywhere(rng, urban=False)

    def town_of(self, point: Point) -> Town | None:
        """The urban town nearest to a point."""
        return min(self.urban, key=lambda t: _apart(t.middle, point), default=None)

    def _anywhere(self, rng: Random, *, urban: bool) -> Point:
        area = self._core if urban and self.has_core else self._rest
        west, south, east, north = area.bounds
        for _ in range(_TRIES):
            lat, lon = rng.uniform(south, north), rng.uniform(west, east)
            if shapely.intersects_xy(area, lon, lat):
                return Point(lat, lon).rounded(COORDINATE_DECIMALS)
        inside = shapely.point_on_surface(area)  # a sliver of its own box
        return Point(inside.y, inside.x).rounded(COORDINATE_DECIMALS)


def _apart(a: Point, b: Point) -> float:
    """Distance in degrees of latitude, flat: only the order matters, within one district."""
    return math.hypot(a.lat - b.lat, (a.lon - b.lon) * _narrowing(a.lat))


def _narrowing(lat: float) -> float:
    return math.cos(math.radians(lat))
