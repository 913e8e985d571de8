"""Coverage as shapes for the map: what is covered, what is covered twice, and the gaps.

By straight line, circles of the standard's radius round the counting places are joined in an
equal-area plane and cut to each area. A circle is a 128-gon inside the true one (0.04 % smaller).
Along streets a catchment has no such outline: there the cells of the demand grid are joined, each
covered or not as its centre is. Areas are measured before the shapes are simplified for drawing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from services.coverage.check import by_distance
from services.coverage.counting import Counted
from services.coverage.demand import DemandPoints, Ints, plane_over
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.limits import GRID_SPACING_M
from services.places import Place
from services.region import UrbanArea

_QUARTER_SEGMENTS: Final = 32
_DRAWING_M: Final = 5.0
_EMPTY: Final = Polygon()

Shapes = NDArray[np.object_]


@dataclass(frozen=True, slots=True, eq=False)
class CoverageArea:
    """A part of an urban area: ``role`` is covered, twice or gap; ``polygon`` lon/lat WGS-84.

    ``twice`` lies within ``covered``. A gap is one connected part, with the nearest counting place
    (id, name, metres on the ellipsoid) of a point inside it.
    """

    role: str
    adcode: str
    name: str
    sample: bool
    area_m2: float
    polygon: Polygon | MultiPolygon
    nearest_place: str | None = None
    nearest_place_name: str | None = None
    nearest_place_m: float | None = None

    def properties(self) -> dict[str, Any]:
        """The properties of its GeoJSON feature."""
        shared: dict[str, Any] = {
            "role": self.role,
            "adcode": self.adcode,
            "name": self.name,
            "sample": self.sample,
            "area_m2": round(self.area_m2),
        }
        if self.role != "gap":
            return shared
        metres = self.nearest_place_m
        return shared | {
            "nearest_place": self.nearest_place,
            "nearest_place_name": self.nearest_place_name,
            "nearest_place_m": None if metres is None else round(metres),
        }


@dataclass(frozen=True, slots=True, eq=False)
class CoverageAreas:
    """The shapes, and how many slivers under ``sliver_m2`` were dropped, with their whole area."""

    areas: tuple[CoverageArea, ...]
    slivers: int
    slivers_m2: float
    sliver_m2: float

    def __iter__(self) -> Iterator[CoverageArea]:
        return iter(self.areas)

    def __len__(self) -> int:
        return len(self.areas)

    @property
    def note(self) -> str:
        """The slivers as a sentence; "" when there are none."""
        if not self.slivers:
            return ""
        return (
            f"另有 {self.slivers} 块小于 {self.sliver_m2:.0f} 平方米的空隙没有画出,"
            f"合计 {self.slivers_m2:.0f} 平方米。"
        )


def coverage_areas(
    areas: Sequence[UrbanArea],
    counted: Counted,
    limit_m: float,
    *,
    sliver_m2: float = GRID_SPACING_M**2,
) -> CoverageAreas:
    """The covered, twice covered and uncovered parts of ``areas`` under a straight limit in metres.

    Parts smaller than ``sliver_m2`` (one grid cell) are dropped and counted.
    """
    if not areas:
        return CoverageAreas((), 0, 0.0, sliver_m2)
    plane = plane_over([area.polygon for area in areas])
    circles = _circles(counted.places, limit_m, plane)
    tree = shapely.STRtree(circles)

    def layers(shape: BaseGeometry) -> tuple[BaseGeometry, BaseGeometry]:
        return _layers(circles[tree.query(shape, predicate="intersects")])

    return _cut(areas, counted, plane, layers, sliver_m2)


def coverage_cells(
    areas: Sequence[UrbanArea], counted: Counted, demand: DemandPoints, counts: Ints
) -> CoverageAreas:
    """The same from the cells of a grid over ``areas`` (``grid_over``) and their ``counts``."""
    side = demand.spacing_m
    if not areas or side is None:
        return CoverageAreas((), 0, 0.0, GRID_SPACING_M**2)
    plane = plane_over([area.polygon for area in areas])
    x, y = plane.to_metres(demand.lats, demand.lons)
    # Whole cells, so that neighbours share their edges to the bit.
    west, south = np.floor(x / side) * side, np.floor(y / side) * side
    cells = np.asarray(shapely.box(west, south, west + side, south + side))
    once, twice = (shapely.coverage_union_all(cells[counts >= k]) for k in (1, 2))
    return _cut(areas, counted, plane, lambda _shape: (once, twice), side**2)


def _cut(
    areas: Sequence[UrbanArea],
    counted: Counted,
    plane: LocalProjection,
    layers: Callable[[BaseGeometry], tuple[BaseGeometry, BaseGeometry]],
    sliver_m2: float,
) -> CoverageAreas:
    """Each area's parts: ``layers`` gives what is held at least once and twice round its shape."""
    made: list[CoverageArea] = []
    dropped: list[float] = []
    for area in areas:
        shape = plane.geometry_to_metres(area.polygon)
        once, twice = layers(shape)
        covered = shape & once
        for role, part in (("covered", covered), ("twice", shape & twice)):
            kept = _polygons(part)
            if kept:
                made.append(_area(role, area, MultiPolygon(kept), plane))
        for part in _polygons(shape - once):
            if part.area < sliver_m2:
                dropped.append(part.area)
            else:
                made.append(_gap(area, part, plane, counted.places))
    return CoverageAreas(tuple(made), len(dropped), sum(dropped), sliver_m2)


def _circles(places: Sequence[Place], limit_m: float, plane: LocalProjection) -> Shapes:
    points = [place.point for place in places if place.point is not None]
    if not points or limit_m <= 0:
        return np.array([], dtype=object)
    x, y = plane.to_metres(
        np.array([point.lat for point in points]), np.array([point.lon for point in points])
    )
    centres = np.asarray(shapely.points(x, y))
    circles = np.asarray(shapely.buffer(centres, limit_m, quad_segs=_QUARTER_SEGMENTS))
    # Neighbours side by side: then each joining step below works on small, near shapes.
    order = np.lexsort((y, np.floor(x / (4 * limit_m))))
    return circles[order]


def _layers(circles: Shapes) -> tuple[BaseGeometry, BaseGeometry]:
    """What at least one, and what at least two of the circles hold.

    Halves are joined pairwise: two of A and B together hold twice what either holds twice, and
    what both hold once.
    """
    nothing = np.array([_EMPTY], dtype=object)
    once, twice = circles, np.repeat(nothing, len(circles))
    while len(once) > 1:
        if len(once) % 2:
            once, twice = np.append(once, nothing), np.append(twice, nothing)
        a, b = once[0::2], once[1::2]
        both = shapely.intersection(a, b)
        twice = shapely.union(shapely.union(twice[0::2], twice[1::2]), both)
        once = shapely.union(a, b)
    return (once[0], twice[0]) if len(once) else (_EMPTY, _EMPTY)


def _polygons(shape: BaseGeometry) -> list[Polygon]:
    """The parts with an area: overlays of touching shapes also leave points and lines."""
    return [part for part in shapely.get_parts(shape) if isinstance(part, Polygon) and part.area]


def _area(
    role: str,
    area: UrbanArea,
    shape: Polygon | MultiPolygon,
    plane: LocalProjection,
    nearest: tuple[Place, float] | None = None,
) -> CoverageArea:
    drawn = plane.geometry_to_degrees(shape.simplify(_DRAWING_M))
    assert isinstance(drawn, Polygon | MultiPolygon)  # noqa: S101 - simplify keeps the type
    place, metres = nearest or (None, None)
    return CoverageArea(
        role=role,
        adcode=area.adcode,
        name=area.name,
        sample=area.sample,
        area_m2=float(shape.area),
        polygon=drawn,
        nearest_place=place.id if place else None,
        nearest_place_name=place.name if place else None,
        nearest_place_m=metres,
    )


def _gap(
    area: UrbanArea, part: Polygon, plane: LocalProjection, places: Sequence[Place]
) -> CoverageArea:
    inside = part.representative_point()
    lats, lons = plane.to_degrees(np.array([inside.x]), np.array([inside.y]))
    near = by_distance(places, Point(float(lats[0]), float(lons[0])))
    return _area("gap", area, part, plane, near[0] if near else None)
