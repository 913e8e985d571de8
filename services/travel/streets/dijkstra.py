"""Bounded Dijkstra over the reversed graph: from a place to everybody who can get to it.

Nodes are settled nearest first, up to the limit. Then each offers its distance to the demand points
at it and, along every edge that leads into it, to those on the edge; a point keeps the least offer.
All working arrays are left as they were found, so that the next search needs no reset: it costs
what it touches, not what the city has.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from services.travel.streets.graph import SAME_SPOT_M, Floats, Ints

NODE: Final = np.dtype([("arc", np.int32), ("row", np.int32)], align=True)
ARC: Final = np.dtype(
    [("length_m", np.float64), ("other", np.int32), ("stretch", np.int32)], align=True
)
STRETCH: Final = np.dtype([("first", np.int32), ("last", np.int32), ("kind", np.int32)], align=True)
ROW: Final = np.dtype(
    [("along_m", np.float64), ("snap_m", np.float64), ("point", np.int32)], align=True
)
"""What is read together lies together: a search waits for memory more than it reckons."""

BACKWARD: Final = 1
TWO_WAY: Final = 2


class Streets(NamedTuple):
    """The graph with the demand points on it.

    At node n wait ``rows[nodes[n].row:nodes[n + 1].row]``; into it lead
    ``arcs[nodes[n].arc:nodes[n + 1].arc]``, each from node ``other``. On its edge, when ``stretch``
    is not -1, wait the rows from ``first`` to ``last`` of that stretch, ordered by ``along_m``; its
    ``kind`` says whether the arc passes the edge ``BACKWARD`` and whether that is ``TWO_WAY``. A
    row is the demand point of number ``point``, ``snap_m`` metres from the street. By number of
    edge the same rows are ``edge_rows[e]`` to ``edge_rows[e + 1]``.
    """

    nodes: NDArray[np.void]
    arcs: NDArray[np.void]
    stretches: NDArray[np.void]
    rows: NDArray[np.void]
    edge_rows: Ints


class Sources(NamedTuple):
    """Places on the streets: ``snap_m`` metres from their door to the street.

    ``edge`` is -1 for one that is at a node, and for one that reaches nothing. A search enters the
    graph at up to two nodes, ``entry_node``, at ``entry_m`` metres from the door (arrays (places,
    2); infinite where there is no such entry). The demand points of its own edge it reaches
    without a node: forward to ``along_m``, and backward unless the edge is ``oneway``.
    """

    edge: Ints
    along_m: Floats
    oneway: NDArray[np.bool_]
    snap_m: Floats
    entry_node: Ints
    entry_m: Floats


class Desk(NamedTuple):
    """Working arrays, and in ``marks`` how far they are in use; see ``clean_desk``."""

    metres: Floats
    touched: Ints
    heap_m: Floats
    heap_node: Ints
    offer_m: Floats
    offered: NDArray[np.uint64]
    marks: NDArray[np.int64]


_TOUCHED: Final = 0
_OFFERED: Final = 1
_LOW: Final = 2
_HIGH: Final = 3

_ISOLATE: Final = np.uint64(0x03F79D71B4CB0A89)
"""A de Bruijn sequence: times a lone bit it has that bit's number in its top six bits."""


def _bit_numbers() -> NDArray[np.int64]:
    numbers = np.zeros(64, dtype=np.int64)
    for bit in range(64):
        numbers[(int(_ISOLATE) << bit & (1 << 64) - 1) >> 58] = bit
    return numbers


_BIT_NUMBER: Final = _bit_numbers()


def clean_desk(nodes: int, arcs: int, points: int, sources: int = 1) -> Desk:
    """Nodes at infinity, no offers. The heap holds at most an entry an arc and two a source of
    one search."""
    room = arcs + 2 * sources
    return Desk(
        np.full(nodes, np.inf),
        np.empty(nodes, dtype=np.int32),
        np.empty(room),
        np.empty(room, dtype=np.int32),
        np.empty(points),
        np.zeros(points // 64 + 1, dtype=np.uint64),
        np.array([0, 0, points // 64 + 1, -1], dtype=np.int64),
    )


@njit(cache=True, nogil=True)
def reach(streets, sources, limit, desk, sizes, points, metres):  # type: ignore[no-untyped-def]
    """The demand points of every source, one source after the other.

    Fills ``sizes`` (one a source), ``points`` (ascending within a source) and their ``metres``.
    Stops at the first source for which these have no room, and returns its number; when they have
    none at all, fills the sizes of all.
    """
    at = 0
    for source in range(len(sources.edge)):
        _search(streets, sources, source, limit, desk)
        _serve_own_edge(streets, sources, source, limit, desk)
        _serve(streets, limit, desk)
        size = desk.marks[_OFFERED]
        sizes[source] = size
        fits = at + size <= len(points)
        _clear(desk, points[at:], metres[at:], fits)
        if fits:
            at += size
        elif len(points):
            return source
    return len(sources.edge)


@njit(cache=True, nogil=True)
def _search(streets, sources, source, limit, desk):  # type: ignore[no-untyped-def]
    """Settle every node within ``limit`` of one source."""
    # Arrays by name: reading one out of its tuple costs more than a step of the search.
    nodes, arcs = streets.nodes, streets.arcs
    node_m, touched, marks = desk.metres, desk.touched, desk.marks
    heap_m, heap_node = desk.heap_m, desk.heap_node

    size, known = 0, 0
    for entry in range(2):
        node, metres = sources.entry_node[source, entry], sources.entry_m[source, entry]
        if metres <= limit and metres < node_m[node]:
            known = _note(node_m, touched, known, node, metres)
            size = _push(heap_m, heap_node, size, metres, node)
    while size:
        node, metres = heap_node[0], heap_m[0]
        size = _drop_least(heap_m, heap_node, size)
        if metres > node_m[node]:
            continue  # an older, longer way to a settled node
        for number in range(nodes[node].arc, nodes[node + 1].arc):
            other, way = arcs[number].other, metres + arcs[number].length_m
            if way <= limit and way < node_m[other]:
                known = _note(node_m, touched, known, other, way)
                size = _push(heap_m, heap_node, size, way, other)
    marks[_TOUCHED] = known


@njit(cache=True, nogil=True)
def _note(node_m, touched, known, node, metres):  # type: ignore[no-untyped-def]
    """A shorter way from a node; remember to forget it. Returns how many are known."""
    if node_m[node] == np.inf:
        touched[known] = node
        known += 1
    node_m[node] = metres
    return known


@njit(cache=True, nogil=True)
def _serve_own_edge(streets, sources, source, limit, desk):  # type: ignore[no-untyped-def]
    """Offer to the demand points that come straight along the source's own edge."""
    edge = sources.edge[source]
    if edge < 0:
        return
    for number in range(streets.edge_rows[edge], streets.edge_rows[edge + 1]):
        row = streets.rows[number]
        way = sources.along_m[source] - row.along_m
        whole = sources.snap_m[source] + abs(way) + row.snap_m
        if whole <= limit and (way >= -SAME_SPOT_M or not sources.oneway[source]):
            _offer(desk.offer_m, desk.offered, desk.marks, row.point, whole)


@njit(cache=True, nogil=True)
def _serve(streets, limit, desk):  # type: ignore[no-untyped-def]
    """Offer to the demand points at the settled nodes and on the edges that lead into one."""
    nodes, arcs, stretches, rows = streets.nodes, streets.arcs, streets.stretches, streets.rows
    node_m, touched = desk.metres, desk.touched
    offer_m, offered, marks = desk.offer_m, desk.offered, desk.marks

    for known in range(marks[_TOUCHED]):
        node = touched[known]
        metres = node_m[node]
        for number in range(nodes[node].row, nodes[node + 1].row):
            whole = metres + rows[number].snap_m
            if whole <= limit:
                _offer(offer_m, offered, marks, rows[number].point, whole)
        for number in range(nodes[node].arc, nodes[node + 1].arc):
            arc = arcs[number]
            if arc.stretch < 0:
                continue
            stretch = stretches[arc.stretch]
            far_m = node_m[arc.other] if stretch.kind & TWO_WAY else np.inf
            if stretch.kind & BACKWARD and far_m < np.inf:
                continue  # it has an arc at its other end too: served there, once for both
            start_m, end_m = (metres, far_m) if stretch.kind & BACKWARD else (far_m, metres)
            for at in range(stretch.first, stretch.last):
                row = rows[at]
                way = min(end_m + (arc.length_m - row.along_m), start_m + row.along_m)
                if way + row.snap_m <= limit:
                    _offer(offer_m, offered, marks, row.point, way + row.snap_m)


@njit(cache=True, nogil=True)
def _offer(offer_m, offered, marks, point, metres):  # type: ignore[no-untyped-def]
    word = point >> 6
    bit = np.uint64(1) << np.uint64(point & 63)
    if not offered[word] & bit:
        offered[word] |= bit
        offer_m[point] = metres
        marks[_OFFERED] += 1
        marks[_LOW] = min(marks[_LOW], word)
        marks[_HIGH] = max(marks[_HIGH], word)
    elif metres < offer_m[point]:
        offer_m[point] = metres


@njit(cache=True, nogil=True)
def _clear(desk, points, metres, write):  # type: ignore[no-untyped-def]
    """Leave the desk clean, having written the offers down, ascending by point."""
    node_m, touched, marks = desk.metres, desk.touched, desk.marks
    offer_m, offered = desk.offer_m, desk.offered
    at = 0
    for word in range(marks[_LOW], marks[_HIGH] + 1):
        bits = offered[word]
        offered[word] = 0
        while bits and write:
            lowest = bits & (~bits + np.uint64(1))
            bits ^= lowest
            point = (word << 6) + _BIT_NUMBER[(lowest * _ISOLATE) >> np.uint64(58)]
            points[at] = point
            metres[at] = offer_m[point]
            at += 1
    for row in range(marks[_TOUCHED]):
        node_m[touched[row]] = np.inf
    marks[_TOUCHED], marks[_OFFERED] = 0, 0
    marks[_LOW], marks[_HIGH] = len(offered), -1


@njit(cache=True, nogil=True)
def _push(heap_m, heap_node, size, metres, node):  # type: ignore[no-untyped-def]
    """Add an entry to a binary heap and return its new size."""
    at = size
    while at > 0:
        parent = (at - 1) >> 1
        if heap_m[parent] <= metres:
            break
        heap_m[at] = heap_m[parent]
        heap_node[at] = heap_node[parent]
        at = parent
    heap_m[at] = metres
    heap_node[at] = node
    return size + 1


@njit(cache=True, nogil=True)
def _drop_least(heap_m, heap_node, size):  # type: ignore[no-untyped-def]
    """Remove the first entry and return the new size."""
    size -= 1
    metres, node = heap_m[size], heap_node[size]
    at = 0
    while True:
        child = 2 * at + 1
        if child >= size:
            break
        if child + 1 < size and heap_m[child + 1] < heap_m[child]:
            child += 1
        if metres <= heap_m[child]:
            break
        heap_m[at] = heap_m[child]
        heap_node[at] = heap_node[child]
        at = child
    heap_m[at] = metres
    heap_node[at] = node
    return size


@njit(cache=True, nogil=True)
def nearest(streets, sources, limit, desk, place, metres):  # type: ignore[no-untyped-def]
    """For every demand point the nearest source within ``limit``: one search from all at once.

    Fills ``place`` and ``metres``, which come in as -1 and infinity. The desk is used up.
    """
    nodes, arcs, stretches, rows = streets.nodes, streets.arcs, streets.stretches, streets.rows
    node_m, heap_m, heap_node = desk.metres, desk.heap_m, desk.heap_node

    leads_to = np.full(len(node_m), -1, dtype=np.int32)
    size = 0
    for source in range(len(sources.edge)):
        _take_own_edge(streets, sources, source, limit, place, metres)
        for entry in range(2):
            node, way = sources.entry_node[source, entry], sources.entry_m[source, entry]
            if way <= limit and way < node_m[node]:
                node_m[node], leads_to[node] = way, source
                size = _push(heap_m, heap_node, size, way, node)
    while size:
        node, way = heap_node[0], heap_m[0]
        size = _drop_least(heap_m, heap_node, size)
        if way > node_m[node]:
            continue
        source = leads_to[node]
        for row in rows[nodes[node].row : nodes[node + 1].row]:
            _take(place, metres, row.point, source, way + row.snap_m, limit)
        for arc in arcs[nodes[node].arc : nodes[node + 1].arc]:
            if arc.stretch >= 0:
                stretch = stretches[arc.stretch]
                for row in rows[stretch.first : stretch.last]:
                    part = row.along_m if stretch.kind & BACKWARD else arc.length_m - row.along_m
                    _take(place, metres, row.point, source, way + part + row.snap_m, limit)
            onward = way + arc.length_m
            if onward <= limit and onward < node_m[arc.other]:
                node_m[arc.other], leads_to[arc.other] = onward, source
                size = _push(heap_m, heap_node, size, onward, arc.other)


@njit(cache=True, nogil=True)
def _take_own_edge(streets, sources, source, limit, place, metres):  # type: ignore[no-untyped-def]
    """``_serve_own_edge`` for ``nearest``."""
    edge = sources.edge[source]
    if edge < 0:
        return
    for row in streets.rows[streets.edge_rows[edge] : streets.edge_rows[edge + 1]]:
        way = sources.along_m[source] - row.along_m
        if way >= -SAME_SPOT_M or not sources.oneway[source]:
            whole = sources.snap_m[source] + abs(way) + row.snap_m
            _take(place, metres, row.point, source, whole, limit)


@njit(cache=True, nogil=True)
def _take(place, metres, point, source, way, limit):  # type: ignore[no-untyped-def]
    """Let a demand point have a source, if none was nearer."""
    if way <= limit and way < metres[point]:
        place[point] = source
        metres[point] = way
