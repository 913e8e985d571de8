"""Places that could be opened: points on the streets, no two nearer than a spacing."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import shapely
from numba import njit
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.errors import InvalidInput
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.limits import GRID_SPACING_MIN_M
from services.travel.streets.graph import Floats, StreetGraph


def street_candidates(
    graph: StreetGraph, spacing_m: float, areas: Sequence[BaseGeometry] | None = None
) -> tuple[Floats, Floats]:
    """Latitudes and longitudes of points on the streets, at least ``spacing_m`` apart (straight).

    As many as fit: every street (inside ``areas``, lon/lat WGS-84, when given) has one within
    about ``spacing_m``. Junctions come first, those of most streets before others; the same graph
    gives the same points. Raises ``InvalidInput`` for a spacing below ``GRID_SPACING_MIN_M``.
    """
    if not math.isfinite(spacing_m) or spacing_m < GRID_SPACING_MIN_M:
        raise InvalidInput(
            f"候选点间距“{spacing_m:g}”米太小,最小 {GRID_SPACING_MIN_M:g} 米。",
            field="spacing_m",
            value=spacing_m,
        )
    edge, along_m, streets = _marked_out(graph, spacing_m / 2)
    lats, lons = graph.positions(edge, along_m)
    if areas is not None:
        inside = _inside(areas, lats, lons)
        lats, lons, streets = lats[inside], lons[inside], streets[inside]
    if not len(lats):
        return lats, lons
    middle = Point(float(lats.min() + lats.max()) / 2, float(lons.min() + lons.max()) / 2)
    x, y = LocalProjection(middle).to_metres(lats, lons)
    columns = int((x.max() - x.min()) / spacing_m) + 3  # an empty one at either side
    column = ((x - x.min()) / spacing_m).astype(np.int64) + 1
    line = ((y - y.min()) / spacing_m).astype(np.int64) + 1
    cells, cell = np.unique(line * columns + column, return_inverse=True)
    order = np.argsort(-streets, kind="stable")
    kept = _thinned(x, y, cell, cells, columns, order, spacing_m * spacing_m)
    return lats[kept], lons[kept]


def _marked_out(
    graph: StreetGraph, step_m: float
) -> tuple[NDArray[np.int32], Floats, NDArray[np.int64]]:
    """Points every ``step_m`` or less along each edge, ends included: the edge, the metres along
    it, and how many streets meet there (0 between junctions)."""
    steps = np.maximum(np.ceil(graph.length_m / step_m).astype(np.int64), 1)
    edge = np.repeat(np.arange(len(graph), dtype=np.int32), steps + 1)
    first = np.cumsum(steps + 1) - (steps + 1)
    step = np.arange(len(edge)) - first[edge]
    meeting = np.bincount(np.concatenate((graph.start, graph.end)), minlength=graph.nodes)
    streets = np.where(step == 0, meeting[graph.start[edge]], 0)
    streets = np.where(step == steps[edge], meeting[graph.end[edge]], streets)
    return edge, graph.length_m[edge] * step / steps[edge], streets


def _inside(areas: Sequence[BaseGeometry], lats: Floats, lons: Floats) -> NDArray[np.bool_]:
    inside = np.zeros(len(lats), dtype=np.bool_)
    for area in areas:
        shapely.prepare(area)
        inside |= shapely.intersects_xy(area, lons, lats)
    return inside


@njit(cache=True)
def _thinned(x, y, cell, cells, columns, order, squared):  # type: ignore[no-untyped-def]
    """Rows kept, in ``order``, when none may come nearer to one before it than the spacing.

    ``cells`` are the numbers of the grid's cells in use, ascending, ``cell`` the place of each
    point's in it. A cell is as wide as the spacing, so only its neighbours have to be asked.
    """
    newest = np.full(len(cells), -1, dtype=np.int64)
    before = np.full(len(x), -1, dtype=np.int64)
    kept = np.empty(len(x), dtype=np.int64)
    size = 0
    for row in order:
        free = True
        for line in range(-1, 2):
            first = cells[cell[row]] + line * columns - 1
            at = np.searchsorted(cells, first)
            while free and at < len(cells) and cells[at] <= first + 2:
                other = newest[at]
                while other >= 0 and free:
                    free = (x[row] - x[other]) ** 2 + (y[row] - y[other]) ** 2 >= squared
                    other = before[other]
                at += 1
        if free:
            before[row] = newest[cell[row]]
            newest[cell[row]] = row
            kept[size] = row
            size += 1
    return kept[:size].copy()
