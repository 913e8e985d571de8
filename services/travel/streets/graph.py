"""The streets of one way of moving: nodes, edges with their shape, and the arcs of a search.

An edge runs from one junction (or end, or closed barrier) to the next. It may always be passed
along its shape; against it only when it is not ``oneway``. Its length is that of its shape on the
ellipsoid.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from services.geo.distance import mid_latitude_m

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

MICRO: Final = 1e-7
"""Degrees of one unit of a shape: OpenStreetMap's own precision, about a centimetre."""

SAME_SPOT_M: Final = 0.001
"""Nearer than this is the same spot: rounding must not put anybody behind himself on a one-way
street."""


class Arcs(NamedTuple):
    """The reversed graph: row n holds the edges that lead *into* node n.

    ``other`` is where the edge comes from, ``edge`` twice its number, plus 1 when it is passed
    against its shape.
    """

    indptr: Ints
    other: Ints
    edge: Ints
    length_m: Floats


class StreetGraph:
    """Edges ``start[e] -> end[e]`` between ``nodes`` nodes; do not change the arrays.

    The shape of edge e is ``shape_lat[shape_indptr[e]:shape_indptr[e + 1]]`` (and ``shape_lon``),
    at least two points, in ``MICRO`` degrees WGS-84. Raises ``ValueError`` for arrays that do not
    belong together.
    """

    def __init__(
        self,
        *,
        start: Ints,
        end: Ints,
        oneway: NDArray[np.bool_],
        shape_indptr: Ints,
        shape_lat: Ints,
        shape_lon: Ints,
        nodes: int,
    ) -> None:
        self.start, self.end, self.oneway = start, end, oneway
        self.shape_indptr, self.shape_lat, self.shape_lon = shape_indptr, shape_lat, shape_lon
        self.nodes = nodes
        self._refuse_misfits()

    def __len__(self) -> int:
        return len(self.start)

    @cached_property
    def lats(self) -> Floats:
        """Latitudes of the shapes' points, degrees."""
        return np.asarray(self.shape_lat * MICRO)

    @cached_property
    def lons(self) -> Floats:
        """Longitudes of the shapes' points, degrees."""
        return np.asarray(self.shape_lon * MICRO)

    @cached_property
    def segments(self) -> Ints:
        """The first point of every segment, in the order of the edges: a segment joins it to
        the next point. Their edges are ``segment_edge``."""
        last = np.zeros(len(self.shape_lat), dtype=np.bool_)
        last[self.shape_indptr[1:] - 1] = True
        return np.flatnonzero(~last).astype(np.int32)

    @cached_property
    def segment_edge(self) -> Ints:
        """The edge of every segment."""
        return np.repeat(np.arange(len(self), dtype=np.int32), np.diff(self.shape_indptr) - 1)

    @cached_property
    def along_m(self) -> Floats:
        """For every point of the shapes the metres from the start of its edge (ellipsoid, to 1e-6).

        The last point of an edge has the length of the edge.
        """
        first = self.segments
        steps = np.zeros(len(self.shape_lat))
        steps[first + 1] = mid_latitude_m(
            self.lats[first], self.lons[first], self.lats[first + 1], self.lons[first + 1]
        )
        total = np.cumsum(steps)
        sizes = np.diff(self.shape_indptr)
        return np.asarray(total - np.repeat(total[self.shape_indptr[:-1]], sizes))

    @cached_property
    def length_m(self) -> Floats:
        """Metres of every edge."""
        return np.ascontiguousarray(self.along_m[self.shape_indptr[1:] - 1])

    @cached_property
    def arcs(self) -> Arcs:
        """What a search from the places backwards follows."""
        edge = np.arange(len(self), dtype=np.int32)
        back = edge[~self.oneway]
        into = np.concatenate((self.end, self.start[back]))
        order = np.argsort(into, kind="stable")
        indptr = np.zeros(self.nodes + 1, dtype=np.int32)
        np.cumsum(np.bincount(into, minlength=self.nodes), out=indptr[1:])
        other = np.concatenate((self.start, self.end[back]))[order]
        return Arcs(
            indptr,
            other,
            np.concatenate((2 * edge, 2 * back + 1))[order],
            np.concatenate((self.length_m, self.length_m[back]))[order],
        )

    @cached_property
    def mainland(self) -> NDArray[np.bool_]:
        """Of every edge whether it belongs to the longest connected part of the streets.

        The others are islands: real ones, streets that the extract's edge has cut off, and those
        whose junction nobody has drawn. Nobody leaves them or comes to them.
        """
        joins = csr_array(
            (np.ones(len(self), dtype=np.int8), (self.start, self.end)),
            shape=(self.nodes, self.nodes),
        )
        part = connected_components(joins, connection="weak")[1][self.start]
        return np.asarray(part == np.argmax(np.bincount(part, weights=self.length_m)))

    @cached_property
    def bounds(self) -> tuple[float, float, float, float]:
        """``(south, west, north, east)`` in degrees."""
        return (
            float(self.lats.min()),
            float(self.lons.min()),
            float(self.lats.max()),
            float(self.lons.max()),
        )

    def positions(self, edge: Ints, along_m: Floats) -> tuple[Floats, Floats]:
        """Latitudes and longitudes of the points ``along_m`` metres along edges."""
        # One long street made of all edges: then a position is a single search in it.
        sizes = np.diff(self.shape_indptr)
        before = np.concatenate(([0.0], np.cumsum(self.length_m + 1.0)))
        road = self.along_m + np.repeat(before[:-1], sizes)
        asked = np.clip(along_m, 0.0, self.length_m[edge]) + before[edge]
        lats = np.interp(asked, road, self.lats)
        return lats, np.interp(asked, road, self.lons)

    def lines(self, bounds: tuple[float, float, float, float]) -> list[NDArray[np.float64]]:
        """The shapes of the edges that touch ``(south, west, north, east)``.

        Each is an array (points, 2) of lat, lon.
        """
        if not len(self):
            return []
        south, west, north, east = bounds
        rows = self.shape_indptr[:-1]
        touching = (
            (np.maximum.reduceat(self.lats, rows) >= south)
            & (np.minimum.reduceat(self.lats, rows) <= north)
            & (np.maximum.reduceat(self.lons, rows) >= west)
            & (np.minimum.reduceat(self.lons, rows) <= east)
        )
        return [
            np.column_stack((self.lats[part], self.lons[part]))
            for part in (
                slice(self.shape_indptr[edge], self.shape_indptr[edge + 1])
                for edge in np.flatnonzero(touching)
            )
        ]

    def arrays(self) -> dict[str, NDArray[Any]]:
        """What the file keeps."""
        return {
            "start": self.start,
            "end": self.end,
            "oneway": self.oneway,
            "shape_indptr": self.shape_indptr,
            "shape_lat": self.shape_lat,
            "shape_lon": self.shape_lon,
        }

    def _refuse_misfits(self) -> None:
        """A search trusts these arrays blindly, so they are looked through once."""
        edges, points = len(self.start), len(self.shape_lat)
        fits = (
            len(self.end) == len(self.oneway) == edges
            and len(self.shape_indptr) == edges + 1
            and len(self.shape_lon) == points
            and int(self.shape_indptr[0]) == 0
            and int(self.shape_indptr[-1]) == points
            and (edges == 0 or int(np.diff(self.shape_indptr).min()) >= 2)
            and all(
                len(ends) == 0 or (int(ends.min()) >= 0 and int(ends.max()) < self.nodes)
                for ends in (self.start, self.end)
            )
        )
        if not fits:
            raise ValueError("the arrays of a street graph do not belong together")
