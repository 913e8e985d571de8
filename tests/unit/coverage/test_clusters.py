"""Clusters against a graph of all pairs, and cuts drawn by hand."""

from __future__ import annotations

import math

import networkx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coverage import clusters as clusters_module
from services.coverage.clusters import clusters, linked

LINK_M = 250.0

BY_PAIRS, BY_CELLS = math.inf, 0.0
"""How crowded points must be to be taken cell by cell: never, always."""


def linked_so(crowded: float, *points: np.ndarray) -> np.ndarray:
    """Joined in one of the two ways, however crowded they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clusters_module, "_CROWDED", crowded)
        return linked(*points, LINK_M)


def partition(labels: np.ndarray) -> set[frozenset[int]]:
    parts: dict[int, set[int]] = {}
    for point, label in enumerate(labels.tolist()):
        parts.setdefault(label, set()).add(point)
    return {frozenset(part) for part in parts.values()}


def all_pairs(points: list[tuple[float, float, int]], link_m: float) -> set[frozenset[int]]:
    """Connected components, every pair of one group looked at."""
    graph = networkx.Graph()
    graph.add_nodes_from(range(len(points)))
    for i, (x, y, group) in enumerate(points):
        for j, (other_x, other_y, other_group) in enumerate(points[:i]):
            if group == other_group and math.dist((x, y), (other_x, other_y)) <= link_m:
                graph.add_edge(i, j)
    return {frozenset(part) for part in networkx.connected_components(graph)}


def columns(points: list[tuple[float, float, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    x, y, group = (np.array(each) for each in zip(*points, strict=True))
    return x.astype(float), y.astype(float), group.astype(np.int64)


def points_within(metres: int, most: int) -> st.SearchStrategy[list[tuple[float, float, int]]]:
    """Points of a lattice of 10 m: many share a cell, some a spot."""
    axis = st.integers(-metres // 10, metres // 10).map(lambda n: n * 10.0)
    return st.lists(st.tuples(axis, axis, st.integers(0, 1)), min_size=1, max_size=most)


@settings(deadline=None, max_examples=300)
@given(points_within(400, 12) | points_within(400, 60) | points_within(1500, 60))
def test_points_are_joined_as_a_graph_of_all_pairs_joins_them(
    points: list[tuple[float, float, int]],
) -> None:
    for way in (BY_PAIRS, BY_CELLS):
        assert partition(linked_so(way, *columns(points))) == all_pairs(points, LINK_M)


def test_dense_crowds_whose_first_points_are_far_apart_are_joined_by_their_nearest() -> None:
    chance = np.random.default_rng(1)
    left = [(float(x), float(y), 0) for x, y in chance.uniform(0, 120, (80, 2))]
    right = [(x + 310.0, y, 0) for x, y, _ in left]
    # 190 m to 430 m apart: near enough only at the edges that face each other.
    assert len(all_pairs(left + right, LINK_M)) == 1
    assert len(partition(linked(*columns(left + right), LINK_M))) == 1


@pytest.mark.parametrize("turn", range(0, 360, 15))
@pytest.mark.parametrize(("metres", "clusters_"), [(249.0, 1), (251.0, 2)])
@pytest.mark.parametrize("crowd", [1, 5])
def test_two_crowds_are_joined_in_whatever_direction_and_cell_they_lie(
    turn: int, metres: float, clusters_: int, crowd: int
) -> None:
    # Crowds in a line, each 40 m long, whose near ends are so far apart; a third far away gives
    # the cells their origin.
    direction = np.array([math.cos(math.radians(turn)), math.sin(math.radians(turn))])
    steps = [
        offset for n in range(crowd) for offset in (-10.0 * (crowd - 1 - n), metres + 10.0 * n)
    ]
    for shift in (0.0, 37.0, 111.0):
        at = np.outer(steps, direction)
        x, y = np.vstack((at, [[-900.0 - shift, -900.0 - 2 * shift]])).T
        for way in (BY_PAIRS, BY_CELLS):
            labels = linked_so(way, x, y, np.zeros(len(x), dtype=np.int64))
            assert len(partition(labels)) == clusters_ + 1


def test_exactly_so_far_is_joined_and_farther_is_not() -> None:
    at = columns([(0, 0, 0), (150, 200, 0)])
    assert partition(linked(*at, 250.0)) == {frozenset({0, 1})}
    assert partition(linked(*at, 249.999)) == {frozenset({0}), frozenset({1})}


def test_many_thousand_points_on_two_spots_are_two_clusters() -> None:
    x = np.repeat([0.0, 300.0], 20_000)
    labels = linked(x, np.zeros_like(x), np.zeros(len(x), dtype=np.int64), LINK_M)
    assert np.array_equal(labels, np.repeat(labels[[0, -1]], 20_000))
    assert labels[0] != labels[-1]


def test_a_strip_of_ten_kilometres_is_cut_in_four() -> None:
    # 9.9 km, then 4.9 km are wider than 4 km; 2.4 km is not.
    x = np.arange(100) * 100.0
    labels = clusters(x, 0 * x, np.zeros(100, dtype=np.int64), link_m=150, across_m=4000)
    assert partition(labels) == {frozenset(range(n, n + 25)) for n in (0, 25, 50, 75)}


def test_a_cut_leaves_no_cluster_that_does_not_hang_together() -> None:
    # A comb, 5 km high: its lower half is one piece, of its upper half each tooth is one.
    comb = [(tooth, n * 100.0) for tooth in (0.0, 1000.0, 2000.0) for n in range(51)]
    comb += [(n * 100.0, 0.0) for n in range(21) if n % 10]
    x, y = (np.array(axis) for axis in zip(*comb, strict=True))
    found = partition(clusters(x, y, np.zeros(len(comb), int), link_m=150, across_m=4000))
    assert sorted(map(len, found)) == [25, 25, 25, 3 * 26 + 18]


@settings(deadline=None, max_examples=60)
@given(points_within(800, 50), st.sampled_from([100.0, 300.0, 5000.0]))
def test_every_cluster_is_connected_narrow_enough_and_as_large_as_that_allows(
    points: list[tuple[float, float, int]], across_m: float
) -> None:
    found = partition(clusters(*columns(points), link_m=LINK_M, across_m=across_m))
    assert sorted(point for part in found for point in part) == list(range(len(points)))
    whole = all_pairs(points, LINK_M)
    for part in found:
        inside = [points[i] for i in part]
        assert len(all_pairs(inside, LINK_M)) == 1
        for axis in (0, 1):
            assert max(p[axis] for p in inside) - min(p[axis] for p in inside) <= across_m
    for part in whole:
        if max(np.ptp([points[i][:2] for i in part], axis=0)) <= across_m:
            assert part in found


def test_no_points_are_no_clusters() -> None:
    none = np.zeros(0)
    assert len(clusters(none, none, none.astype(np.int64), link_m=1.0, across_m=1.0)) == 0


@pytest.mark.parametrize("shift", [0.0, 1e6, -3e5])
def test_where_the_origin_lies_changes_nothing(shift: float) -> None:
    chance = np.random.default_rng(5)
    x, y = chance.uniform(0, 9000, (2, 400))
    group = np.zeros(400, dtype=np.int64)
    here = partition(clusters(x, y, group, link_m=LINK_M, across_m=4000))
    assert partition(clusters(x + shift, y - shift, group, link_m=LINK_M, across_m=4000)) == here
