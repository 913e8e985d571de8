"""The week in one pass against 168 assessments; a scenario's change against a full run."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from pyroaring import BitMap
from scipy.sparse import csr_array
from shapely.geometry import box

from benchmarks.ground import HOURS as TEXTS
from benchmarks.ground import places as made_up
from benchmarks.measuring import Row, interleaved, shown
from services.coverage.assess import Assessment, assess
from services.coverage.counting import Counted
from services.coverage.demand import DemandPoints, grid_over
from services.coverage.scenario import (
    AddPlace,
    ChangeHours,
    ClosePlace,
    Edit,
    Figures,
    MovePlace,
    ScenarioBase,
)
from services.coverage.week import WeekCoverage, WeekHours, assess_week, week_hours
from services.geo.point import Point
from services.hours import calendar_for
from services.places import Place
from services.region import UrbanArea
from services.travel.measure import Measure
from services.travel.modes import MODES

RUNS = 15
PLACES = 454
WEEK_TARGET = 10.0
EDIT_TARGET_S = 0.005
MONDAY = date(2026, 9, 28)  # the week of the National Day
SOUTH, WEST, STEP = 33.0, 120.0, 0.1


def compare(_folder: Path) -> list[Row]:
    demand = grid_over(_districts())
    rows = []
    for mode in ("walk", "ebike"):
        assessment = _assessed(demand, _places(), mode)
        rows.append(_week(assessment, mode))
        rows += _scenarios(assessment, mode)
    return rows


def _districts() -> list[UrbanArea]:
    """Thirteen rectangles of some 79 km²: 100,000 hectares."""
    made = []
    for number in range(13):
        south, west = SOUTH + STEP * (number // 4), WEST + STEP * (number % 4)
        shape = box(west, south, west + 0.09, south + 0.085)
        made.append(UrbanArea(str(number), str(number), shape, True))
    return made


def _anywhere(chance: random.Random) -> Point:
    return Point(
        chance.uniform(SOUTH, SOUTH + 4 * STEP),
        chance.uniform(WEST, WEST + 4 * STEP),
    )


def _places() -> list[Place]:
    chance = random.Random(3)
    return [
        replace(place, point=_anywhere(chance), opening_hours=chance.choice(TEXTS))
        for place in made_up(PLACES)
    ]


def _assessed(demand: DemandPoints, places: Sequence[Place], mode: str) -> Assessment:
    measure = Measure(mode=MODES[mode], minutes=10)
    return assess(demand, Counted(tuple(places), {}), measure, standards=())


def _hours(places: Sequence[Place]) -> WeekHours:
    return week_hours([place.opening_hours for place in places], MONDAY, calendar_for("CN"))


# --- the week -------------------------------------------------------------------------------------


def _week(assessment: Assessment, mode: str) -> Row:
    demand, hours = assessment.demand, _hours(assessment.places)
    contestants: dict[str, Callable[[], Any]] = {
        "ours": lambda: _bands(assess_week(assessment.reach, hours, demand)),
        "pyroaring": _by_roaring(assessment, hours),
        "scipy.sparse": _by_sparse(assessment, hours),
        "packed bits": _by_packed_bits(assessment, hours),
    }
    expected = contestants["ours"]()
    for name, contestant in contestants.items():
        if not np.array_equal(contestant(), expected):
            raise AssertionError(f"{name} has another week")
    taken = interleaved(contestants, RUNS)
    ours = taken.pop("ours")
    best = min(taken, key=lambda name: taken[name])
    others = ", ".join(f"{name} {shown(taken[name])}" for name in taken if name != best)
    return Row(
        f"168 hours × 13 districts, both bands, {len(demand):,} points, {PLACES} places, by {mode}",
        shown(ours),
        f"{best}, an assessment an hour: {shown(taken[best])}",
        taken[best] / ours,
        RUNS,
        f"target {WEEK_TARGET:g} ×; {others}; all equal",
    )


def _bands(week: WeekCoverage) -> Any:
    return np.hstack((week.low, week.high))


def _open(hours: WeekHours) -> list[Any]:
    """Which places are open: 168 times surely, then 168 times possibly."""
    return [hours.open_at(hour)[band] for band in (0, 1) for hour in range(168)]


def _by_sparse(assessment: Assessment, hours: WeekHours) -> Callable[[], Any]:
    reach, demand = assessment.reach, assessment.demand
    serves = csr_array(
        (np.ones(len(reach.indices), dtype=np.int32), reach.indices, reach.indptr),
        shape=(len(demand), len(hours)),
    )
    by_district = csr_array(
        (demand.weights, (demand.district, np.arange(len(demand)))),
        shape=(len(demand.districts), len(demand)),
    )
    states = [flags.astype(np.int32) for flags in _open(hours)]

    def week() -> Any:
        return np.column_stack([by_district @ ((serves @ state) > 0) for state in states])

    return week


def _by_roaring(assessment: Assessment, hours: WeekHours) -> Callable[[], Any]:
    reached, demand = assessment.reach.reached, assessment.demand
    each = int(demand.weights[0])  # all cells of a grid weigh the same
    served = [
        BitMap(reached.points[start:end])
        for start, end in zip(reached.indptr, reached.indptr[1:], strict=False)
    ]
    districts = [
        BitMap(np.flatnonzero(demand.district == of).astype(np.uint32))
        for of in range(len(demand.districts))
    ]
    states = [np.flatnonzero(flags).tolist() for flags in _open(hours)]

    def week() -> Any:
        columns = []
        for state in states:
            union = BitMap.union(BitMap(), *[served[place] for place in state])
            columns.append([each * union.intersection_cardinality(of) for of in districts])
        return np.array(columns, dtype=np.int64).T

    return week


def _by_packed_bits(assessment: Assessment, hours: WeekHours) -> Callable[[], Any]:
    reached, demand = assessment.reach.reached, assessment.demand
    each = int(demand.weights[0])
    dense = np.zeros((len(hours), -(-len(demand) // 64) * 64), dtype=bool)
    dense[reached.places, reached.points] = True
    served = np.packbits(dense, axis=1).view(np.uint64)
    flags = np.zeros((len(demand.districts), dense.shape[1]), dtype=bool)
    flags[demand.district, np.arange(len(demand))] = True
    districts = np.packbits(flags, axis=1).view(np.uint64)
    states = _open(hours)

    def week() -> Any:
        columns = []
        for state in states:
            union = np.bitwise_or.reduce(served[state], axis=0)
            columns.append(each * np.bitwise_count(districts & union).sum(axis=1, dtype=np.int64))
        return np.column_stack(columns)

    return week


# --- scenarios ------------------------------------------------------------------------------------


def _scenarios(assessment: Assessment, mode: str) -> list[Row]:
    places = assessment.places
    base = ScenarioBase(assessment, _hours(places))
    chance = random.Random(7)
    inside = Point(SOUTH + 0.04, WEST + 0.04)
    cases: dict[str, list[Edit]] = {
        "one place moved": [MovePlace(places[0].id, inside)],
        "one place's hours changed": [ChangeHours(places[1].id, "24/7")],
        "50 edits": [
            *(MovePlace(place.id, _anywhere(chance)) for place in places[:20]),
            *(ClosePlace(place.id) for place in places[20:30]),
            *(ChangeHours(place.id, "06:00-23:00") for place in places[30:40]),
            *(AddPlace(f"new{n}", _anywhere(chance), "", "24/7") for n in range(10)),
        ],
    }
    rows = []
    for name, edits in cases.items():
        after = _after(places, edits)

        def ours(edits: list[Edit] = edits) -> Figures:
            return base.apply(edits).after

        def full(after: list[Place] = after) -> Figures:
            whole = _with_places(assessment, after)
            return ScenarioBase(whole, _hours(after)).figures

        if ours().to_json(assessment.demand) != full().to_json(assessment.demand):
            raise AssertionError(f"{name}: the full run has other figures")
        taken = interleaved({"ours": ours, "full": full}, RUNS)
        rows.append(
            Row(
                f"{name}, all hours and districts, {len(assessment.demand):,} points, by {mode}",
                shown(taken["ours"]),
                f"full run: {shown(taken['full'])}",
                taken["full"] / taken["ours"],
                RUNS,
                f"target {shown(EDIT_TARGET_S)}; equal",
            )
        )
    return rows


def _with_places(assessment: Assessment, places: Sequence[Place]) -> Assessment:
    """The same demand, already prepared for searching, with other places."""
    return assess(
        assessment.demand,
        Counted(tuple(places), {}),
        assessment.measure,
        catchments=assessment.catchments,
        standards=(),
    )


def _after(places: Sequence[Place], edits: Sequence[Edit]) -> list[Place]:
    there = {place.id: place for place in places}
    for edit in edits:
        match edit:
            case AddPlace():
                there[edit.id] = replace(
                    places[0], id=edit.id, point=edit.point, opening_hours=edit.opening_hours
                )
            case MovePlace():
                there[edit.id] = replace(there[edit.id], point=edit.point)
            case ChangeHours():
                there[edit.id] = replace(there[edit.id], opening_hours=edit.opening_hours)
            case _:
                del there[edit.id]
    return list(there.values())
