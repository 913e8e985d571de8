"""What a map shows, as shapes in degrees: covered once and twice, gaps, points, places.

By straight line the covered parts are joined circles cut to the areas. Along streets they are the
grid's own cells, joined. Points from a file have no area, and stay points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from services.coverage.areas import coverage_areas, coverage_cells
from services.coverage.assess import Assessment
from services.region import Region, UrbanArea

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_NOTHING: Final = MultiPolygon()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """The demand of one district: shapes lon/lat WGS-84, or points with their counts.

    ``outline`` is the areas' edge, ``twice`` lies within ``once``. ``bounds`` is (south, west,
    north, east) of its demand in degrees.
    """

    adcode: str
    name: str
    outline: BaseGeometry
    once: BaseGeometry
    twice: BaseGeometry
    gap: BaseGeometry
    lats: Floats
    lons: Floats
    counts: Ints
    bounds: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Places of one kind: degrees, and how many corners their mark has (0: a disc)."""

    name: str
    corners: int
    lats: Floats
    lons: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """All that the maps of one report draw."""

    parts: tuple[Part, ...]
    marks: tuple[Mark, ...]
    borders: tuple[tuple[str, str, BaseGeometry], ...]
    """(adcode, name, polygon) of the districts."""
    towns: tuple[tuple[str, float, float], ...]
    """(name, lat, lon) to find one's way by."""
    gaps: tuple[tuple[int, float, float], ...]
    """(rank, lat, lon) of the listed gaps."""
    credits: str
    reach_m: float


_CORNERS: Final = (0, 3, 4, 5, 6)


def ground(
    assessment: Assessment,
    areas: Sequence[UrbanArea],
    *,
    region: Region | None,
    kinds: Sequence[tuple[str, str]],
    gaps: Sequence[tuple[int, float, float]],
    credits: str,
) -> Ground:
    """Draw the ground of a report once.

    ``kinds`` are the (key, name) of the kinds that have a mark, ``gaps`` the (rank, lat, lon) of
    those that are listed.
    """
    parts = _parts(assessment, areas)
    return Ground(
        parts=parts,
        marks=tuple(_marks(assessment, kinds)),
        borders=(
            tuple((each.adcode, each.name, each.polygon) for each in region.districts)
            if region
            else ()
        ),
        towns=(
            tuple(
                (town.name, town.point.lat, town.point.lon)
                for town in region.townships
                if town.point
            )
            if region
            else ()
        ),
        gaps=tuple(gaps),
        credits=credits,
        reach_m=assessment.measure.limit_m,
    )


def _marks(assessment: Assessment, kinds: Sequence[tuple[str, str]]) -> list[Mark]:
    marks = []
    for index, (key, name) in enumerate(kinds):
        points = [place.point for place in assessment.places if place.kind == key and place.point]
        if points:
            marks.append(
                Mark(
                    name,
                    _CORNERS[min(index, len(_CORNERS) - 1)],
                    np.array([point.lat for point in points]),
                    np.array([point.lon for point in points]),
                )
            )
    return marks


def _parts(assessment: Assessment, areas: Sequence[UrbanArea]) -> tuple[Part, ...]:
    demand, counts = assessment.demand, assessment.reach.counts
    shapes = _shapes(assessment, areas) if demand.spacing_m is not None else {}
    parts = []
    for index, (adcode, name) in enumerate(demand.districts):
        of = demand.district == index
        if not of.any():
            continue
        own = shapes.get(adcode, {})
        points = np.flatnonzero(of) if demand.spacing_m is None else np.zeros(0, dtype=np.int64)
        outline = shapely.union_all([a.polygon for a in areas if a.adcode == adcode])
        parts.append(
            Part(
                adcode,
                name,
                outline,
                own.get("covered", _NOTHING),
                own.get("twice", _NOTHING),
                own.get("gap", _NOTHING),
                demand.lats[points],
                demand.lons[points],
                counts[points],
                _bounds(demand.lats[of], demand.lons[of], outline),
            )
        )
    return tuple(parts)


def _bounds(lats: Floats, lons: Floats, outline: BaseGeometry) -> tuple[float, float, float, float]:
    south, north = float(lats.min()), float(lats.max())
    west, east = float(lons.min()), float(lons.max())
    if not outline.is_empty:
        left, bottom, right, top = outline.bounds
        south, west = min(south, bottom), min(west, left)
        north, east = max(north, top), max(east, right)
    return south, west, north, east


def _shapes(
    assessment: Assessment, areas: Sequence[UrbanArea]
) -> dict[str, dict[str, BaseGeometry]]:
    """By adcode and role (covered, twice, gap)."""
    demand, counted = assessment.demand, assessment.counted
    drawn = (
        coverage_areas(areas, counted, assessment.measure.limit_m)
        if assessment.measure.method == "straight"
        else coverage_cells(areas, counted, demand, assessment.reach.counts)
    )
    found: dict[str, dict[str, list[Polygon]]] = {}
    for each in drawn:
        roles = found.setdefault(each.adcode, {})
        roles.setdefault(each.role, []).extend(shapely.get_parts(each.polygon))
    return {
        adcode: {role: MultiPolygon(parts) for role, parts in roles.items()}
        for adcode, roles in found.items()
    }
