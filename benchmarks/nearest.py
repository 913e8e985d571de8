"""Nearest 10 of 200,000 against scipy's cKDTree and scikit-learn's BallTree.

The peers order by great circle and stop there; ours gives the true order on the ellipsoid. So each
tree is measured as it comes, and cKDTree also with what it takes to give the same answers: some
candidates more, ranked again by geodesic.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sklearn.neighbors import BallTree

from benchmarks.ground import RARE_KIND, RARE_SHARE, places, points
from benchmarks.measuring import Row, interleaved, shown
from services.finding import PlaceIndex, find_nearest
from services.geo.distance import distances_m, unit_vectors
from services.geo.point import Point
from services.hours import calendar_for
from services.region import DEFAULT_REGION, load_region
from services.travel.modes import MODES

COUNT = 200_000
RUNS = 40
BATCH = 20
TEN = 10
MORE = 14
Query = Callable[[Point], object]


def compare() -> list[Row]:
    everyone = places(COUNT)
    index = PlaceIndex(everyone)
    rare = np.array([place.kind == RARE_KIND for place in everyone])
    tree = cKDTree(index.vectors)
    ball = BallTree(np.radians(np.column_stack((index.lats, index.lons))), metric="haversine")

    def by_tree(point: Point) -> NDArray[np.int64]:
        return np.asarray(tree.query(vector(point), TEN)[1])

    def by_ball(point: Point) -> NDArray[np.int64]:
        return np.asarray(ball.query(np.radians([[point.lat, point.lon]]), TEN)[1][0])

    def rare_by_tree(point: Point) -> NDArray[np.int64]:
        asked = vector(point)
        return filtered(lambda k: np.asarray(tree.query(asked, k)[1]), rare)

    def exactly(point: Point, candidates: NDArray[np.int64]) -> NDArray[np.int64]:
        metres = distances_m(point, index.lats[candidates], index.lons[candidates])
        return candidates[np.lexsort((candidates, metres))[:TEN]]

    def exactly_by_tree(point: Point) -> NDArray[np.int64]:
        return exactly(point, np.asarray(tree.query(vector(point), MORE)[1]))

    def rare_exactly_by_tree(point: Point) -> NDArray[np.int64]:
        asked = vector(point)
        few = filtered(lambda k: np.asarray(tree.query(asked, k)[1]), rare, MORE)
        return exactly(point, few)

    def rare_by_ball(point: Point) -> NDArray[np.int64]:
        asked = np.radians([[point.lat, point.lon]])
        return filtered(lambda k: np.asarray(ball.query(asked, k)[1][0]), rare)

    asked = points(RUNS * BATCH, seed=2)
    plain = medians(
        {
            "ours": lambda p: index.nearest(p, TEN),
            "cKDTree": by_tree,
            "cKDTree + geodesics": exactly_by_tree,
            "BallTree": by_ball,
        },
        asked,
    )
    few = medians(
        {
            "ours": lambda p: index.nearest(p, TEN, kinds={RARE_KIND}),
            "cKDTree": rare_by_tree,
            "cKDTree + geodesics": rare_exactly_by_tree,
            "BallTree": rare_by_ball,
        },
        asked,
    )
    rows = []
    for words, taken, peers, kinds in (
        ("", plain, (by_tree, exactly_by_tree, by_ball), None),
        (
            f", filter keeps {RARE_SHARE:.0%}",
            few,
            (rare_by_tree, rare_exactly_by_tree, rare_by_ball),
            {RARE_KIND},
        ),
    ):
        ours = [[int(p.id) for p, _ in index.nearest(q, TEN, kinds=kinds)] for q in asked]
        for name, peer in zip(("cKDTree", "cKDTree + geodesics", "BallTree"), peers, strict=True):
            same = sum(mine == peer(q).tolist() for mine, q in zip(ours, asked, strict=True))
            rows.append(
                Row(
                    f"nearest {TEN} of {COUNT:,}{words}",
                    shown(taken["ours"]),
                    f"{shown(taken[name])} {name}",
                    taken[name] / taken["ours"],
                    RUNS,
                    f"same ten in the same order: {same / len(asked):.0%}",
                )
            )
    return [*rows, *finding(asked)]


def finding(asked: list[Point]) -> list[Row]:
    """The whole answer to "where can I go now?", which no peer gives."""
    region = load_region(DEFAULT_REGION)
    calendar = calendar_for(region.country)
    rows = []
    for count, hour in ((711, 10), (711, 3), (COUNT, 10), (COUNT, 3)):
        index = PlaceIndex(places(count))
        now = datetime(2026, 11, 25, hour, tzinfo=region.tz)

        def find(point: Point, index: PlaceIndex = index, now: datetime = now) -> object:
            return find_nearest(
                index,
                point,
                now=now,
                mode=MODES["walk"],
                limit=TEN,
                calendar=calendar,
                tz=region.tz,
            )

        taken = medians({"ours": find}, asked)
        rows.append(
            Row(
                f"open on arrival, {TEN} of {count:,}, at {hour}:00",
                shown(taken["ours"]),
                "–",
                None,
                RUNS,
                "target ≤ 1 ms, aim 0.3 ms",
            )
        )
    return rows


def vector(point: Point) -> NDArray[np.float64]:
    return unit_vectors(np.array([point.lat]), np.array([point.lon]))[0]


def filtered(
    nearest: Callable[[int], NDArray[np.int64]], wanted: NDArray[np.bool_], count: int = TEN
) -> NDArray[np.int64]:
    """What one does with a tree that knows no filters: ask for more until enough pass."""
    size = int(TEN / RARE_SHARE * 1.5)
    while True:
        found = nearest(min(size, COUNT))
        passed = found[wanted[found]]
        if len(passed) >= count or size >= COUNT:
            return passed[:count]
        size *= 2


def medians(queries: dict[str, Query], asked: list[Point]) -> dict[str, float]:
    """Median seconds a query, in batches so that nobody starts with another's processor cache."""

    def batch(query: Query, turn: Iterator[Point]) -> Callable[[], object]:
        return lambda: [query(next(turn)) for _ in range(BATCH)]

    taken = interleaved(
        {name: batch(query, itertools.cycle(asked)) for name, query in queries.items()}, RUNS
    )
    return {name: seconds / BATCH for name, seconds in taken.items()}
