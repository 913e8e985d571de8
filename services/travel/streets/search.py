"""Catchments along the streets: who gets to a place, and over how many metres.

A demand point walks to its nearest edge, moves along the streets in the directions that they
allow, and walks from the place's nearest edge to its door; all three count. Travel is from the
demand to the place, so a one-way street is followed against the search.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.limits import REACH_PAIRS_MAX
from services.travel.catchments import Reached, refuse_too_many_pairs
from services.travel.streets.dijkstra import (
    ARC,
    BACKWARD,
    NODE,
    ROW,
    STRETCH,
    TWO_WAY,
    Sources,
    Streets,
    clean_desk,
    nearest,
    reach,
)
from services.travel.streets.graph import Floats, Ints, StreetGraph
from services.travel.streets.snap import Snapped, Snapper

_ROOM_A_PLACE: Final = 1_024
_NOTHING: Final = (np.empty(0, dtype=np.int32), np.empty(0))


class StreetCatchments:
    """Demand points (degrees WGS-84, arrays of one length) on the streets of one graph.

    ``snap_m`` are the metres from each to its street, NaN for a point that is not finite; those
    beyond ``SNAP_FAR_M`` are walked like all others and are the caller's to report. Safe to share
    between threads; one is answered at a time.
    """

    def __init__(self, graph: StreetGraph, lats: Floats, lons: Floats) -> None:
        self._graph = graph
        self._snapper = Snapper(graph)
        snapped = self._snapper.snap(lats, lons)
        self.snap_m = snapped.snap_m
        self._edge = snapped.edge
        self._streets = _streets(graph, snapped)
        self._desk = clean_desk(graph.nodes, len(graph.arcs.edge), len(lats))
        self._desk_taken = Lock()

    def of(self, lats: Floats, lons: Floats, limits_m: Sequence[float]) -> Reached:
        """All pairs within the greatest of ``limits_m``, in metres along the streets.

        See ``Catchments.of``.
        """
        limit_m = float(max(limits_m))
        sources = self._sources(lats, lons)
        count = len(sources.edge)
        indptr = np.zeros(count + 1, dtype=np.int64)
        # Memory that is not written to costs nothing, so the second try has all there may be.
        for room in (min(_ROOM_A_PLACE * (count + 1), REACH_PAIRS_MAX), REACH_PAIRS_MAX):
            points, metres = np.empty(room, dtype=np.int32), np.empty(room)
            sizes, done = self._reach(sources, limit_m, points, metres)
            if done == count:
                np.cumsum(sizes, out=indptr[1:])
                return Reached(indptr, points[: indptr[-1]], metres[: indptr[-1]])
        sizes, _ = self._reach(sources, limit_m, *_NOTHING)
        known = int(np.count_nonzero(np.isfinite(sources.snap_m)))
        refuse_too_many_pairs(int(sizes.sum()), len(self.snap_m), known, limit_m)
        raise AssertionError("too many pairs, and yet not refused")

    def nearest(self, lats: Floats, lons: Floats, limit_m: float = np.inf) -> tuple[Ints, Floats]:
        """For each demand point the nearest of some places, and the metres to it.

        -1 and infinity where no place is within ``limit_m``. One search from all places at once.
        """
        sources = self._sources(lats, lons)
        place = np.full(len(self.snap_m), -1, dtype=np.int32)
        metres = np.full(len(self.snap_m), np.inf)
        own = clean_desk(len(self._desk.metres), len(self._streets.arcs), 0, len(sources.edge))
        nearest(self._streets, sources, float(limit_m), own, place, metres)
        return place, metres

    @property
    def cut_off(self) -> NDArray[np.bool_]:
        """Of each demand point whether its street is not joined to the network's largest part."""
        return np.asarray((self._edge >= 0) & ~self._graph.mainland[self._edge])

    def snap_of(self, lats: Floats, lons: Floats) -> Floats:
        """``snap_m`` of any places."""
        return self._sources(lats, lons).snap_m

    def _sources(self, lats: Floats, lons: Floats) -> Sources:
        graph, snapped = self._graph, self._snapper.snap(lats, lons)
        edge, node, snap_m = snapped.edge, snapped.node, snapped.snap_m
        inside = (edge >= 0) & (node < 0)
        oneway = graph.oneway[edge]
        entry_node = np.stack((graph.start[edge], graph.end[edge]), axis=1)
        entry_m = np.stack((snap_m + snapped.along_m, snap_m + snapped.beyond_m), axis=1)
        # Whoever is at a node enters there and nowhere else; against a one-way street, nobody.
        entry_node[:, 0] = np.where(node >= 0, node, entry_node[:, 0])
        entry_m[:, 0] = np.where(node >= 0, snap_m, entry_m[:, 0])
        entry_m[:, 1] = np.where(oneway | ~inside, np.inf, entry_m[:, 1])
        entry_m[edge < 0] = np.inf
        own = np.where(inside, edge, np.int32(-1))
        return Sources(own, snapped.along_m, oneway, snap_m, entry_node, entry_m)

    def _reach(
        self, sources: Sources, limit_m: float, points: Ints, metres: Floats
    ) -> tuple[NDArray[np.int64], int]:
        """How many each place reaches, and how many places' points found room."""
        sizes = np.zeros(len(sources.edge), dtype=np.int64)
        with self._desk_taken:
            done = reach(self._streets, sources, limit_m, self._desk, sizes, points, metres)
        return sizes, done


def _streets(graph: StreetGraph, snapped: Snapped) -> Streets:
    """The demand points grouped by node, then by edge and along it; lost ones left out."""
    at_node = np.flatnonzero(snapped.node >= 0)
    at_node = at_node[np.argsort(snapped.node[at_node], kind="stable")]
    on_edge = np.flatnonzero((snapped.node < 0) & (snapped.edge >= 0))
    on_edge = on_edge[np.lexsort((snapped.along_m[on_edge], snapped.edge[on_edge]))]
    point = np.concatenate((at_node, on_edge))
    rows = np.empty(len(point), dtype=ROW)
    rows["along_m"], rows["snap_m"] = snapped.along_m[point], snapped.snap_m[point]
    rows["point"] = point

    edge_rows = np.full(len(graph) + 1, len(at_node), dtype=np.int32)
    edge_rows[1:] += np.cumsum(np.bincount(snapped.edge[on_edge], minlength=len(graph)))
    nodes = np.zeros(graph.nodes + 1, dtype=NODE)
    nodes["arc"] = graph.arcs.indptr
    nodes["row"][1:] = np.cumsum(np.bincount(snapped.node[at_node], minlength=graph.nodes))

    edge, backward = graph.arcs.edge >> 1, graph.arcs.edge & 1
    arcs = np.empty(len(edge), dtype=ARC)
    arcs["length_m"], arcs["other"] = graph.arcs.length_m, graph.arcs.other
    settled = np.flatnonzero(edge_rows[edge] < edge_rows[edge + 1])
    arcs["stretch"] = -1
    arcs["stretch"][settled] = np.arange(len(settled))
    edge, backward = edge[settled], backward[settled]
    stretches = np.empty(len(settled), dtype=STRETCH)
    stretches["first"], stretches["last"] = edge_rows[edge], edge_rows[edge + 1]
    stretches["kind"] = np.where(backward, BACKWARD, 0) | np.where(graph.oneway[edge], 0, TWO_WAY)
    return Streets(nodes, arcs, stretches, rows, edge_rows)
