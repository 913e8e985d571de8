"""Points onto streets: the nearest place on the nearest edge.

The nearest segment is sought in an equal-area plane round the network, where a city's
lengths are right to 0.01 %; the distance to it and the place along it are then measured on the
ellipsoid.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely

from services.geo.distance import LocalProjection, mid_latitude_m
from services.geo.point import Point
from services.travel.streets.graph import SAME_SPOT_M, Floats, Ints, StreetGraph
from services.travel.streets.nearest_segment import FAR, feet, nearest_segments, segment_grid


@dataclass(frozen=True, slots=True, eq=False)
class Snapped:
    """Arrays of one length, one entry a point.

    ``edge`` is -1 for a point that is not finite; ``along_m`` and ``beyond_m`` are the metres from
    the edge's start and to its end, ``snap_m`` those from the point to the street (NaN without an
    edge). ``node`` is the end of the edge that the point is at, -1 between the two.
    """

    edge: Ints
    along_m: Floats
    beyond_m: Floats
    snap_m: Floats
    node: Ints


class Snapper:
    """The streets of one graph, ready to be asked for the nearest; safe to share."""

    def __init__(self, graph: StreetGraph) -> None:
        self._graph = graph
        south, west, north, east = graph.bounds
        self._plane = LocalProjection(Point((south + north) / 2, (west + east) / 2))
        x, y = self._plane.to_metres(graph.lats, graph.lons)
        self._grid = segment_grid(x, y, graph.segments)

    @cached_property
    def _tree(self) -> shapely.STRtree:
        ends = np.column_stack((self._grid.x, self._grid.y))
        first = self._grid.first
        lines = shapely.linestrings(np.stack((ends[first], ends[first + 1]), axis=1))
        return shapely.STRtree(np.asarray(lines))

    def snap(self, lats: Floats, lons: Floats) -> Snapped:
        """Each point (degrees, arrays of one length) on its nearest edge."""
        graph = self._graph
        x, y = self._plane.to_metres(lats, lons)
        segment, part = self._nearest(x, y)
        known = segment >= 0
        first = graph.segments[segment]  # of an unknown one any: it is masked below
        edge = np.where(known, graph.segment_edge[segment], np.int32(-1))
        along_m = graph.along_m[first] + part * (graph.along_m[first + 1] - graph.along_m[first])
        snap_m = mid_latitude_m(
            lats,
            lons,
            graph.lats[first] + part * (graph.lats[first + 1] - graph.lats[first]),
            graph.lons[first] + part * (graph.lons[first + 1] - graph.lons[first]),
        )
        beyond_m = graph.length_m[edge] - along_m
        node = np.where(along_m <= SAME_SPOT_M, graph.start[edge], np.int32(-1))
        node = np.where(beyond_m < np.minimum(along_m, SAME_SPOT_M), graph.end[edge], node)
        return Snapped(
            edge,
            np.where(known, along_m, np.nan),
            np.where(known, beyond_m, np.nan),
            np.where(known, snap_m, np.nan),
            np.where(known, node, np.int32(-1)),
        )

    def _nearest(self, x: Floats, y: Floats) -> tuple[Ints, Floats]:
        """The nearest segment of points in the plane, and the part of it before their feet."""
        segment, part = np.empty(len(x), dtype=np.int32), np.empty(len(x))
        nearest_segments(self._grid, x, y, segment, part)
        far = np.flatnonzero(segment == FAR)
        if len(far):
            segment[far] = self._tree.nearest(shapely.points(x[far], y[far]))
            parts = np.empty(len(far))
            feet(self._grid, x[far], y[far], segment[far], parts)
            part[far] = parts
        return segment, part
