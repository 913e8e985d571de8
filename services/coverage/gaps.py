"""Gaps: the uncovered demand as places that a person can go to, the heaviest first.

Uncovered points of one district are one gap as long as short steps join them: one and a half cells
of a grid, ``GAP_LINK_M`` between a file's points. What is wider than ``GAP_ACROSS_M`` is half a
county and not a place to go to, so it is halved in the middle of its longer side until it is not.
Each gap has a point to stand on (one of its own demand points), words that say where that is, and
the counting place that is nearest to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.coverage.assess import Flags
from services.coverage.clusters import boxes, clusters
from services.coverage.demand import DemandPoints, Floats, Ints
from services.coverage.landmarks import Landmarks
from services.coverage.nearest import NearestPlaces
from services.geo.distance import LocalProjection, unit_vectors
from services.geo.point import Point
from services.limits import COORDINATE_DECIMALS, GAP_ACROSS_M, GAP_LINK_M, REACH_PAIRS_MAX
from services.places import Place
from services.region import Region
from services.travel.measure import Measure

_LINK_CELLS: Final = 1.5
"""Between a cell's diagonal, 1.41, and two cells."""
_SEARCHED_LIMITS: Final = 5.0
"""How many times the standard's limit the way along the streets is searched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """An uncovered part of a district.

    ``lat``, ``lon``: the demand point nearest to the middle of its weight. ``extent_m``: the longer
    side of its box, with the cells' own width. ``farthest_m``: the greatest distance of its points
    to the place nearest to each. The nearest place and ``nearest_place_m`` (ellipsoid) are seen
    from ``lat``, ``lon``; ``travel_s`` is the way from there to that place, None when the streets
    have no way within five times the limit. All None without a place that counts.
    """

    rank: int
    weight: int
    scale: int
    points: int
    lat: float
    lon: float
    adcode: str
    district: str
    where: str
    extent_m: float
    farthest_m: float | None
    nearest_place: str | None
    nearest_place_name: str | None
    nearest_place_address: str | None
    nearest_place_m: float | None
    travel_s: float | None

    def to_json(self) -> dict[str, Any]:
        """All of it; weights as people wrote them, metres and seconds whole."""
        return {
            "rank": self.rank,
            "weight": self.weight if self.scale == 1 else self.weight / self.scale,
            "points": self.points,
            "lat": round(self.lat, COORDINATE_DECIMALS),
            "lon": round(self.lon, COORDINATE_DECIMALS),
            "adcode": self.adcode,
            "district": self.district,
            "where": self.where,
            "extent_m": round(self.extent_m),
            "farthest_m": _whole(self.farthest_m),
            "nearest_place": self.nearest_place,
            "nearest_place_name": self.nearest_place_name,
            "nearest_place_address": self.nearest_place_address,
            "nearest_place_m": _whole(self.nearest_place_m),
            "travel_s": _whole(self.travel_s),
        }


def find_gaps(
    demand: DemandPoints,
    covered: Flags,
    places: Sequence[Place],
    *,
    measure: Measure,
    region: Region | None = None,
) -> tuple[Gap, ...]:
    """The gaps of what is not ``covered`` (one flag a demand point), by weight, then position.

    ``places`` are those that count. ``region`` knows names to say where a gap is; without it the
    coordinates say so. Their weights add up to the uncovered weight; points without weight are in
    no gap. Raises ``InvalidInput`` for a mode without streets.
    """
    open_points = np.flatnonzero(~covered & (demand.weights > 0))
    if not len(open_points):
        return ()
    found = _Found(demand, open_points)
    lats, lons = demand.lats[found.middle], demand.lons[found.middle]
    nearest = NearestPlaces(places)
    place, metres = nearest.of(lats, lons)
    seconds = _on_the_way_s(measure, nearest, lats, lons, place, metres)
    farthest_m = found.farthest_m(nearest)
    landmarks = Landmarks(region)
    order = np.lexsort((lons, lats, -found.weight))
    gaps = []
    for rank, i in enumerate(order.tolist(), 1):
        adcode, district = demand.districts[int(demand.district[found.middle[i]])]
        there = nearest.places[place[i]] if nearest.places else None
        gaps.append(
            Gap(
                rank=rank,
                weight=int(found.weight[i]),
                scale=demand.scale,
                points=int(found.points[i]),
                lat=float(lats[i]),
                lon=float(lons[i]),
                adcode=adcode,
                district=district,
                where=landmarks.words(float(lats[i]), float(lons[i]), adcode, district),
                extent_m=float(found.extent_m[i]),
                farthest_m=_known(farthest_m[i]),
                nearest_place=there.id if there else None,
                nearest_place_name=there.name if there else None,
                nearest_place_address=there.address if there else None,
                nearest_place_m=_known(metres[i]),
                travel_s=_known(seconds[i]),
            )
        )
    return tuple(gaps)


class _Found:
    """The clusters of the uncovered points as arrays, one value a gap."""

    def __init__(self, demand: DemandPoints, points: Ints) -> None:
        self._lats, self._lons = demand.lats[points], demand.lons[points]
        weights, spacing_m = demand.weights[points], demand.spacing_m
        x, y = _plane(self._lats, self._lons).to_metres(self._lats, self._lons)
        link_m = GAP_LINK_M if spacing_m is None else _LINK_CELLS * spacing_m
        self._gap = clusters(x, y, demand.district[points], link_m=link_m, across_m=GAP_ACROSS_M)
        self.points = np.bincount(self._gap)
        self.weight = np.zeros(len(self.points), dtype=np.int64)
        np.add.at(self.weight, self._gap, weights)
        west, east, south, north = boxes(x, y, self._gap)
        self.extent_m = np.maximum(east - west, north - south) + (spacing_m or 0.0)
        self.middle = points[self._nearest_to_middle(x, y, weights)]

    def _nearest_to_middle(self, x: Floats, y: Floats, weights: Ints) -> Ints:
        """Of each gap the point nearest to its weighted centre; equal ones from south and west."""
        gap = self._gap
        centre_x, centre_y = (
            np.bincount(gap, weights=weights * axis) / self.weight for axis in (x, y)
        )
        # To a centimetre, so that rounding does not decide between points equally near.
        off = np.round(np.hypot(x - centre_x[gap], y - centre_y[gap]), 2)
        least = np.full(len(self.points), np.inf)
        np.minimum.at(least, gap, off)
        near = np.flatnonzero(off == least[gap])
        order = near[np.lexsort((self._lons[near], self._lats[near], gap[near]))]
        return order[np.unique(gap[order], return_index=True)[1]]

    def farthest_m(self, nearest: NearestPlaces) -> Floats:
        """The greatest distance of each gap's points to the place nearest to each, metres."""
        farthest = np.full(len(self.points), np.nan)
        if not nearest.places:
            return farthest
        gap = self._gap
        least_m, most_m = nearest.bounds_m(self._lats, self._lons)
        sure = np.zeros(len(self.points))
        np.maximum.at(sure, gap, least_m)
        asked = np.flatnonzero(most_m >= sure[gap])
        np.fmax.at(farthest, gap[asked], nearest.of(self._lats[asked], self._lons[asked])[1])
        return farthest


def _on_the_way_s(
    measure: Measure,
    nearest: NearestPlaces,
    lats: Floats,
    lons: Floats,
    place: Ints,
    metres: Floats,
) -> Floats:
    """Seconds from each point to its nearest place; NaN where the streets show no way."""
    if measure.method == "straight" or not nearest.places:
        return np.asarray(measure.travel_s(metres), dtype=np.float64)
    asked, which = np.unique(place, return_inverse=True)
    catchments = measure.catchments(lats, lons)
    street_m = np.full(len(lats), np.nan)
    step = max(1, REACH_PAIRS_MAX // len(lats))  # so few places that their pairs always fit
    for start in range(0, len(asked), step):
        some = asked[start : start + step]
        reached = catchments.of(
            nearest.lats[some], nearest.lons[some], (_SEARCHED_LIMITS * measure.limit_m,)
        )
        wanted = reached.places + start == which[reached.points]
        street_m[reached.points[wanted]] = reached.distance_m[wanted]
    return np.asarray(measure.travel_s(street_m), dtype=np.float64)


def _plane(lats: Floats, lons: Floats) -> LocalProjection:
    """A plane in metres round the middle of these points, whole degrees."""
    x, y, z = unit_vectors(lats, lons).mean(axis=0)
    lat, lon = np.degrees(np.arctan2(z, np.hypot(x, y))), np.degrees(np.arctan2(y, x))
    return LocalProjection(Point(float(np.round(lat)), float(np.round(lon))))


def _known(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)
