"""Contraction changes no distance: networkx on the drawn segments and on the edges agree."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import networkx as nx
import numpy as np
import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from services.travel.streets.contraction import contracted
from services.travel.streets.graph import StreetGraph

Draw = Callable[..., Any]
Place = tuple[int, int]


def joined(graph: StreetGraph) -> nx.MultiDiGraph:
    """The edges for networkx, with their lengths."""
    found = nx.MultiDiGraph()
    found.add_nodes_from(range(graph.nodes))
    for edge in range(len(graph)):
        start, end = int(graph.start[edge]), int(graph.end[edge])
        found.add_edge(start, end, metres=graph.length_m[edge])
        if not graph.oneway[edge]:
            found.add_edge(end, start, metres=graph.length_m[edge])
    return found


def places_of_nodes(graph: StreetGraph) -> dict[int, Place]:
    """Where each node lies, from the shapes of its edges; all of them must agree."""
    seen: dict[int, Place] = {}
    for edge in range(len(graph)):
        first, last = graph.shape_indptr[edge], graph.shape_indptr[edge + 1] - 1
        for node, at in ((graph.start[edge], first), (graph.end[edge], last)):
            place = (int(graph.shape_lat[at]), int(graph.shape_lon[at]))
            assert seen.setdefault(int(node), place) == place
    return seen


@settings(deadline=None, max_examples=150)
@given(seed=st.integers(0, 10**9))
def test_no_distance_between_nodes_changes(draw: Draw, seed: int) -> None:
    drawing = draw(seed)
    graph, judge = drawing.graph(), drawing.judge()
    drawn_at = {
        (round(drawing.lats[n] * 1e7), round(drawing.lons[n] * 1e7)): n
        for n in range(len(drawing.lats))
    }
    node_of = {node: drawn_at[place] for node, place in places_of_nodes(graph).items()}
    open_nodes = {node: point for node, point in node_of.items() if point not in drawing.closed}
    ours = joined(graph)
    for node, point in open_nodes.items():
        found = nx.single_source_dijkstra_path_length(ours, node, weight="metres")
        expected = nx.single_source_dijkstra_path_length(judge.streets, point, weight="metres")
        for other, other_point in open_nodes.items():
            assert found.get(other, -1) == pytest.approx(expected.get(other_point, -1), rel=1e-6)


@settings(deadline=None, max_examples=100)
@given(seed=st.integers(0, 10**9))
def test_every_street_is_kept_once_and_only_forks_ends_and_barriers_are_nodes(
    draw: Draw, seed: int
) -> None:
    drawing = draw(seed, wheels=False)
    graph, judge = drawing.graph(), drawing.judge()
    assert graph.length_m.sum() == pytest.approx(
        sum(judge.metres(a, b) for a, b, _ in judge.used), rel=1e-6
    )
    ways = nx.MultiGraph()
    for number, (a, b, _) in enumerate(judge.used):
        ways.add_edge(judge.name(a, number), judge.name(b, number))
    forks = [node for node, degree in ways.degree() if degree != 2]
    rings = [
        part for part in nx.connected_components(ways) if all(ways.degree(n) == 2 for n in part)
    ]
    assert graph.nodes == len(forks) + len(rings)


def micro(*points: tuple[float, float]) -> tuple[Any, Any]:
    whole = np.round(np.array(points) * 1e7).astype(np.int32)
    return whole[:, 0].copy(), whole[:, 1].copy()


def build(
    points: list[tuple[float, float]],
    segments: list[tuple[int, int, int]],
    closed: tuple[int, ...] = (),
) -> StreetGraph:
    lat, lon = micro(*points)
    a, b, directions = np.array(segments).T
    mask = np.zeros(len(points), dtype=bool)
    mask[list(closed)] = True
    return contracted(
        a.astype(np.int32), b.astype(np.int32), directions.astype(np.uint8), mask, lat, lon
    )


def test_a_chain_is_one_edge_with_its_shape_and_its_length_on_the_ellipsoid() -> None:
    points = [(33.0, 120.0), (33.001, 120.0), (33.001, 120.002), (33.003, 120.002)]
    graph = build(points, [(0, 1, 3), (1, 2, 3), (3, 2, 3)])
    assert (len(graph), graph.nodes) == (1, 2)
    shape = list(zip(graph.lats.tolist(), graph.lons.tolist(), strict=True))
    assert shape in (
        [pytest.approx(each) for each in points],
        [pytest.approx(each) for each in reversed(points)],
    )
    by_hand = sum(Geodesic.WGS84.Inverse(*one, *two)["s12"] for one, two in pairwise(points))
    assert graph.length_m[0] == pytest.approx(by_hand, rel=1e-6)


def test_a_street_drawn_against_its_direction_is_turned_round() -> None:
    graph = build([(33.0, 120.0), (33.001, 120.0), (33.002, 120.0)], [(0, 1, 2), (1, 2, 2)])
    assert graph.oneway.tolist() == [True]
    assert graph.lats.tolist() == pytest.approx([33.002, 33.001, 33.0])


def test_where_two_one_way_streets_meet_head_on_the_node_stays() -> None:
    graph = build([(33.0, 120.0), (33.001, 120.0), (33.002, 120.0)], [(0, 1, 1), (1, 2, 2)])
    assert (len(graph), graph.nodes) == (2, 3)


def test_a_ring_without_a_junction_is_one_edge_from_a_node_to_itself() -> None:
    graph = build(
        [(33.0, 120.0), (33.001, 120.0), (33.001, 120.001)], [(0, 1, 3), (1, 2, 3), (2, 0, 3)]
    )
    assert (len(graph), graph.nodes) == (1, 1)
    assert graph.start.tolist() == graph.end.tolist() == [0]


def test_a_barrier_makes_two_ends_of_one_street() -> None:
    points = [(33.0, 120.0), (33.001, 120.0), (33.002, 120.0)]
    graph = build(points, [(0, 1, 3), (1, 2, 3)], closed=(1,))
    assert (len(graph), graph.nodes) == (2, 4)


def test_the_same_segment_drawn_twice_has_the_directions_of_both() -> None:
    graph = build([(33.0, 120.0), (33.001, 120.0)], [(0, 1, 1), (1, 0, 1), (0, 0, 3)])
    assert graph.oneway.tolist() == [False]


def test_arrays_that_do_not_belong_together_are_refused(draw: Draw) -> None:
    graph = draw(3).graph()
    arrays = graph.arrays()
    StreetGraph(nodes=graph.nodes, **arrays)
    with pytest.raises(ValueError, match="belong together"):
        StreetGraph(nodes=graph.nodes - 1, **arrays)
    with pytest.raises(ValueError, match="belong together"):
        StreetGraph(nodes=graph.nodes, **(arrays | {"shape_lat": arrays["shape_lat"][:-1]}))
    with pytest.raises(ValueError, match="belong together"):
        StreetGraph(nodes=graph.nodes, **(arrays | {"end": arrays["end"] - 1}))
