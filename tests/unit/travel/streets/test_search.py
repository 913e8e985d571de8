"""Node for node and metre for metre what networkx finds on the streets as they were drawn."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.errors import LimitExceeded
from services.travel import catchments as catchments_module
from services.travel.catchments import Reached
from services.travel.streets import StreetCatchments, search
from services.travel.streets.graph import StreetGraph

Draw = Callable[..., Any]
TOLERANCE_M = 0.01
"""The nearest street is sought in planes of different kinds; the feet differ by millimetres."""


def rows(reached: Reached) -> list[dict[int, float]]:
    return [
        dict(
            zip(
                reached.points[start:end].tolist(),
                reached.distance_m[start:end].tolist(),
                strict=True,
            )
        )
        for start, end in zip(reached.indptr, reached.indptr[1:], strict=False)
    ]


def street(*points: tuple[float, float], oneway: bool = False) -> StreetGraph:
    """One edge through these points."""
    micro = np.round(np.array(points) * 1e7).astype(np.int32)
    return StreetGraph(
        start=np.array([0], dtype=np.int32),
        end=np.array([1], dtype=np.int32),
        oneway=np.array([oneway]),
        shape_indptr=np.array([0, len(points)], dtype=np.int32),
        shape_lat=micro[:, 0].copy(),
        shape_lon=micro[:, 1].copy(),
        nodes=2,
    )


def spots(seed: int, count: int, drawing: Any) -> list[tuple[float, float]]:
    """Near the streets, on them, at their ends, and somewhere."""
    chance = np.random.default_rng(seed + 1)
    found = []
    for _ in range(count):
        a, b, _ = drawing.segments[int(chance.integers(len(drawing.segments)))]
        share = float(chance.choice([0.0, 1.0, chance.random(), chance.random()]))
        spread = float(chance.choice([0.0, 1e-4, 3e-3]))
        off = chance.normal(0, 1, 2) * spread
        found.append(
            (
                drawing.lats[a] + share * (drawing.lats[b] - drawing.lats[a]) + float(off[0]),
                drawing.lons[a] + share * (drawing.lons[b] - drawing.lons[a]) + float(off[1]),
            )
        )
    return found


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**9), limit=st.sampled_from([0.0, 150.0, 600.0, 2_000.0, 1e9]))
def test_every_pair_is_what_networkx_walks(draw: Draw, seed: int, limit: float) -> None:
    drawing = draw(seed)
    judge = drawing.judge()
    points = [each for each in spots(seed, 30, drawing) if not judge.at_a_barrier(*each)]
    places, demand = points[:6], points[6:]
    if not demand:
        return
    streets = StreetCatchments(drawing.graph(), *np.array(demand).T)
    reached = streets.of(*np.array(places).T, [limit / 2, limit])
    found_by_row = rows(reached)
    assert [judge.snap(*point)[2] for point in demand] == pytest.approx(
        streets.snap_m, abs=TOLERANCE_M
    )
    for place, found in zip(places, found_by_row, strict=True):
        expected = judge.reached(demand, place)
        for point, metres in expected.items():
            if abs(metres - limit) > TOLERANCE_M:
                assert (point in found) == (metres <= limit), (place, demand[point], metres)
            if point in found:
                assert found[point] == pytest.approx(metres, abs=TOLERANCE_M)
        assert set(found) <= set(expected)
    for start, end in zip(reached.indptr, reached.indptr[1:], strict=False):
        assert np.all(np.diff(reached.points[start:end]) > 0)
    _the_nearest_is_the_least_of_all(streets, places, found_by_row, limit)


def _the_nearest_is_the_least_of_all(
    streets: StreetCatchments,
    places: list[tuple[float, float]],
    found: list[dict[int, float]],
    limit: float,
) -> None:
    place, metres = streets.nearest(*np.array(places).T, limit)
    for point, (which, least) in enumerate(zip(place.tolist(), metres.tolist(), strict=True)):
        ways = {row: reached[point] for row, reached in enumerate(found) if point in reached}
        if ways:
            assert least == pytest.approx(min(ways.values()), abs=1e-9)
            assert ways[which] == pytest.approx(least, abs=1e-9)
        else:
            assert (which, least) == (-1, np.inf)


def test_along_a_one_way_street_only_those_behind_the_place_arrive() -> None:
    # 0.01° of longitude on the equator is 1113.195 m.
    graph = street((0.0, 0.0), (0.0, 0.01), oneway=True)
    streets = StreetCatchments(graph, np.zeros(3), np.array([0.002, 0.005, 0.008]))
    found = rows(streets.of(np.zeros(1), np.array([0.005]), [5_000]))[0]
    assert found == {0: pytest.approx(333.958, abs=0.01), 1: 0.0}


def test_both_walks_to_the_street_count() -> None:
    graph = street((0.0, 0.0), (0.0, 0.01))
    # 0.001° of latitude at the equator is 110.574 m.
    streets = StreetCatchments(graph, np.array([0.001]), np.array([0.002]))
    assert streets.snap_m == pytest.approx([110.574], abs=0.01)
    reached = streets.of(np.array([-0.001]), np.array([0.008]), [1_000])
    assert reached.distance_m == pytest.approx([110.574 * 2 + 667.917], abs=0.02)
    assert streets.snap_of(np.array([-0.001]), np.array([0.008])) == pytest.approx(
        [110.574], abs=0.01
    )


def test_the_limit_itself_is_within() -> None:
    streets = StreetCatchments(street((0.0, 0.0), (0.0, 0.01)), np.zeros(1), np.array([0.001]))
    metres = float(streets.of(np.zeros(1), np.array([0.003]), [1_000]).distance_m[0])
    assert len(streets.of(np.zeros(1), np.array([0.003]), [metres]).points) == 1
    assert len(streets.of(np.zeros(1), np.array([0.003]), [np.nextafter(metres, 0)]).points) == 0


def test_a_place_or_demand_point_without_coordinates_reaches_nothing() -> None:
    nan = np.array([np.nan, 0.0])
    streets = StreetCatchments(street((0.0, 0.0), (0.0, 0.01)), nan, np.array([0.001, 0.001]))
    assert np.isnan(streets.snap_m).tolist() == [True, False]
    reached = streets.of(nan, np.array([0.001, 0.001]), [1_000])
    assert reached.indptr.tolist() == [0, 0, 1]
    assert reached.points.tolist() == [1]
    place, _ = streets.nearest(nan, np.array([0.001, 0.001]))
    assert place.tolist() == [-1, 1]


def test_no_demand_and_no_places_are_no_pairs() -> None:
    graph, none = street((0.0, 0.0), (0.0, 0.01)), np.zeros(0)
    assert StreetCatchments(graph, none, none).of(
        np.zeros(1), np.zeros(1), [9]
    ).indptr.tolist() == [0, 0]
    assert StreetCatchments(graph, np.zeros(1), np.zeros(1)).of(
        none, none, [9]
    ).indptr.tolist() == [0]


def test_many_pairs_are_the_same_as_few_at_a_time() -> None:
    chance = np.random.default_rng(5)
    lons = chance.uniform(0, 0.01, 5_000)
    streets = StreetCatchments(street((0.0, 0.0), (0.0, 0.01)), np.zeros(5_000), lons)
    at = np.linspace(0, 0.01, 7)
    together = rows(streets.of(np.zeros(7), at, [400]))
    apart = [rows(streets.of(np.zeros(1), at[[row]], [400]))[0] for row in range(7)]
    assert together == apart
    assert sum(map(len, together)) > 7 * 1_024  # more than the first try has room for


def test_too_many_pairs_are_refused_with_their_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search, "REACH_PAIRS_MAX", 99)
    monkeypatch.setattr(catchments_module, "REACH_PAIRS_MAX", 99)
    streets = StreetCatchments(street((0.0, 0.0), (0.0, 0.01)), np.zeros(50), np.full(50, 0.001))
    assert len(streets.of(np.zeros(1), np.zeros(1), [500]).points) == 50
    with pytest.raises(
        LimitExceeded, match="50 个需求点和 2 个服务点在 500 米内有 100 对"
    ) as refused:
        streets.of(np.zeros(2), np.zeros(2), [500])
    assert refused.value.limit == 99
    assert len(streets.of(np.zeros(1), np.zeros(1), [500]).points) == 50  # and the next is right


def test_threads_that_ask_at_once_get_their_own_answers(draw: Draw) -> None:
    drawing = draw(7, barriers=False)
    demand = np.array(spots(7, 400, drawing)).T
    streets = StreetCatchments(drawing.graph(), *demand)
    places = np.array(spots(8, 40, drawing)).T
    alone = [rows(streets.of(*places[:, [n]], [900]))[0] for n in range(40)]
    together: dict[int, Any] = {}

    def ask(n: int) -> None:
        together[n] = rows(streets.of(*places[:, [n]], [900]))[0]

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(40)] == alone


def test_who_stands_on_an_island_is_known() -> None:
    points = np.array([[33.0, 120.0], [33.0, 120.01], [33.01, 120.0], [33.01, 120.002]])
    graph = StreetGraph(
        start=np.array([0, 2], dtype=np.int32),
        end=np.array([1, 3], dtype=np.int32),
        oneway=np.array([True, False]),
        shape_indptr=np.array([0, 2, 4], dtype=np.int32),
        shape_lat=np.round(points[:, 0] * 1e7).astype(np.int32),
        shape_lon=np.round(points[:, 1] * 1e7).astype(np.int32),
        nodes=4,
    )
    lats, lons = np.array([33.0, 33.01, np.nan]), np.array([120.005, 120.001, 120.0])
    assert StreetCatchments(graph, lats, lons).cut_off.tolist() == [False, True, False]
