"""Scenarios against full runs from scratch, and against a plain interpreter of the edits."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.coverage.assess import Assessment, assess
from services.coverage.counting import Counted
from services.coverage.demand import DemandPoints
from services.coverage.scenario import (
    AddPlace,
    ChangeHours,
    ClosePlace,
    Edit,
    Figures,
    MovePlace,
    ScenarioBase,
    SuspendPlace,
    compare,
    parse_edits,
    read_scenario,
    scenario_to_json,
)
from services.coverage.week import week_hours
from services.errors import FileUnreadable, InvalidInput, LimitExceeded, LocatorError
from services.geo.point import Point
from services.hours import HolidayCalendar, is_open
from services.limits import SCENARIO_EDITS_MAX, SCENARIO_FILE_BYTES
from services.places import LocationState, Place
from services.travel.measure import Measure
from services.travel.modes import MODES

MONDAY = date(2026, 3, 2)
CALENDAR = HolidayCalendar(frozenset({date(2026, 3, 5)}), frozenset(), frozenset({2026}))
EXPRESSIONS = (
    "24/7",
    "",
    "Mo-Su closed",
    "Mo-Fr 08:30-12:00,14:00-17:30",
    "Su 22:00-06:00",
    "Mo-Fr 09:00-18:00; PH closed",
    "08:00-22:00",
)
DISTRICTS = (("1", "甲"), ("2", "乙"), ("3", "丙"))
WALK = Measure(mode=MODES["walk"], minutes=10)
CENTRE = Point(33.35, 120.16)
METRES_A_DEGREE = 110_900.0


def near(east_m: float, north_m: float) -> Point:
    return Point(
        CENTRE.lat + north_m / METRES_A_DEGREE,
        CENTRE.lon + east_m / METRES_A_DEGREE / math.cos(math.radians(CENTRE.lat)),
    )


def anywhere(chance: random.Random) -> Point:
    """Within a square of 2.4 km: ten minutes on foot are 513 m."""
    return near(chance.uniform(0, 2400), chance.uniform(0, 2400))


def station(identity: str, point: Point, hours: str) -> Place:
    born = datetime(2026, 1, 1, tzinfo=UTC)
    return Place(
        id=identity,
        kind="station",
        name=f"站 {identity}",
        point=point,
        location_state=LocationState.LOCATED,
        opening_hours=hours,
        created_at=born,
        updated_at=born,
        version=1,
    )


def demand_anywhere(seed: int, points: int = 120) -> DemandPoints:
    chance = random.Random(seed)
    at = [anywhere(chance) for _ in range(points)]
    return DemandPoints(
        np.array([point.lat for point in at]),
        np.array([point.lon for point in at]),
        np.array([chance.randrange(0, 500) for _ in at], dtype=np.int64),
        np.array([chance.randrange(len(DISTRICTS)) for _ in at], dtype=np.int64),
        DISTRICTS,
    )


def base_of(demand: DemandPoints, places: Sequence[Place], **asked: Any) -> ScenarioBase:
    assessment = assess(demand, Counted(tuple(places), {}), WALK, standards=())
    texts = [place.opening_hours for place in places]
    return ScenarioBase(assessment, week_hours(texts, MONDAY, CALENDAR), **asked)


def some_places(seed: int, count: int = 9) -> list[Place]:
    chance = random.Random(seed)
    return [station(f"p{n}", anywhere(chance), chance.choice(EXPRESSIONS)) for n in range(count)]


State = dict[str, tuple[Point, str]]


def random_edits(seed: int, places: Sequence[Place]) -> tuple[list[Edit], State]:
    """Edits that are allowed, and what is there after them by a plain interpreter."""
    chance = random.Random(seed)
    there: State = {place.id: (place.point, place.opening_hours) for place in places if place.point}
    edits: list[Edit] = []
    for number in range(chance.randrange(0, 9)):
        kind = chance.choice(("add", "move", "move", "close", "suspend", "hours", "hours"))
        if kind == "add" or not there:
            edits.append(AddPlace(f"new{number}", anywhere(chance), "", chance.choice(EXPRESSIONS)))
            there[f"new{number}"] = (edits[-1].point, edits[-1].opening_hours)
            continue
        identity = chance.choice(sorted(there))
        point, hours = there[identity]
        if kind == "move":
            edits.append(MovePlace(identity, anywhere(chance)))
            there[identity] = (edits[-1].point, hours)
        elif kind == "hours":
            edits.append(ChangeHours(identity, chance.choice(EXPRESSIONS)))
            there[identity] = (point, edits[-1].opening_hours)
        else:
            edits.append((ClosePlace if kind == "close" else SuspendPlace)(identity))
            del there[identity]
    return edits, there


@cache
def opening(osm: str) -> tuple[tuple[bool, bool], ...]:
    """Sure and possible, hour by hour, asking ``is_open`` for each."""
    states = [
        is_open(osm, datetime.combine(MONDAY + timedelta(days=h // 24), time(h % 24)), CALENDAR)
        for h in range(168)
    ]
    return tuple((state is True, state is not False) for state in states)


def naive(demand: DemandPoints, there: State) -> dict[str, Any]:
    """Every figure from dense matrices of places, points and hours."""
    lats = np.array([point.lat for point, _ in there.values()])
    lons = np.array([point.lon for point, _ in there.values()])
    found = WALK.catchments(demand.lats, demand.lons).of(lats, lons, (WALK.limit_m,))
    serves = np.zeros((len(demand), len(there)), dtype=np.int64)
    serves[found.points, found.places] = 1
    is_open_then = np.array([opening(osm) for _, osm in there.values()], dtype=np.int64).reshape(
        -1, 168, 2
    )
    of = np.array([demand.district == n for n in range(len(DISTRICTS))], dtype=np.int64)
    counts = serves.sum(axis=1)
    week = [of @ (((serves @ is_open_then[:, :, n]) > 0) * demand.weights[:, None]) for n in (0, 1)]
    return {
        "weight": (of @ demand.weights).tolist(),
        "covered": (of @ (demand.weights * (counts > 0))).tolist(),
        "overlap": {k: int(demand.weights[counts >= k].sum()) for k in (1, 2, 3)},
        "low": week[0].tolist(),
        "high": week[1].tolist(),
        "counts": counts,
    }


def plain(figures: Figures) -> dict[str, Any]:
    return {
        "weight": figures.weight.tolist(),
        "covered": figures.covered.tolist(),
        "overlap": figures.overlap,
        "low": figures.week.low.tolist(),
        "high": figures.week.high.tolist(),
    }


@pytest.mark.parametrize("city", range(4))
def test_thousands_of_scenarios_equal_the_full_run_from_scratch(city: int) -> None:
    demand, places = demand_anywhere(city), some_places(city)
    base = base_of(demand, places)
    before = naive(demand, {p.id: (p.point, p.opening_hours) for p in places if p.point})
    counts = before.pop("counts")
    assert plain(base.figures) == before
    for seed in range(500):
        edits, there = random_edits(1000 * city + seed, places)
        change = base.apply(edits)
        expected = naive(demand, there)
        after = expected.pop("counts")
        assert plain(change.after) == expected, edits
        assert plain(change.before) == before
        different = np.flatnonzero(after != counts)
        assert change.points.tolist() == different.tolist(), edits
        assert change.counts.tolist() == after[different].tolist(), edits


@pytest.mark.parametrize("seed", range(20))
def test_a_scenario_equals_an_assessment_of_the_places_as_they_then_are(seed: int) -> None:
    demand, places = demand_anywhere(seed), some_places(seed)
    edits, there = random_edits(seed, places)
    change = base_of(demand, places).apply(edits)
    again = base_of(demand, [station(id_, *values) for id_, values in there.items()])
    assert change.after.to_json(demand) == again.figures.to_json(demand)


@settings(deadline=None, max_examples=60)
@given(seed=st.integers(0, 10**9), points=st.integers(0, 30), places=st.integers(0, 4))
def test_it_holds_for_small_and_empty_cities_too(seed: int, points: int, places: int) -> None:
    demand, there_before = demand_anywhere(seed, points), some_places(seed, places)
    edits, there = random_edits(seed, there_before)
    expected = naive(demand, there)
    expected.pop("counts")
    assert plain(base_of(demand, there_before).apply(edits).after) == expected


def test_by_hand_a_place_that_opens_at_night_covers_the_night_and_nothing_by_day() -> None:
    # Two points 100 m from the new place and 5 km apart from the old one.
    demand = DemandPoints(
        np.array([near(0, 0).lat, near(0, 200).lat, near(5000, 0).lat]),
        np.array([near(0, 0).lon, near(0, 200).lon, near(5000, 0).lon]),
        np.array([3, 4, 50]),
        np.array([0, 1, 1]),
        DISTRICTS,
    )
    base = base_of(demand, [station("old", near(5000, 0), "24/7")])
    change = base.apply([AddPlace("new", near(0, 100), "夜里的站", "Mo 22:00-24:00")])
    assert change.before.covered.tolist() == [0, 50, 0]
    assert change.after.covered.tolist() == [3, 54, 0]
    assert change.after.overlap == {1: 57, 2: 0, 3: 0}
    assert [change.after.week.total_low[hour] for hour in (21, 22, 23, 24)] == [50, 57, 57, 50]
    assert change.to_json(demand)["points"] == [[0, 1], [1, 1]]


@pytest.mark.parametrize("seed", range(25))
def test_applying_edits_changes_nothing_in_the_base(seed: int) -> None:
    demand, places = demand_anywhere(seed), some_places(seed)
    base = base_of(demand, places)
    assessment: Assessment = base._assessment
    arrays = [
        base._week,
        base._hours.low,
        base._hours.high,
        assessment.reach.indptr,
        assessment.reach.indices,
        assessment.reach.reached.indptr,
        assessment.reach.reached.points,
        demand.weights,
        base.figures.at_least,
        base.figures.week.low,
        base.figures.week.high,
    ]
    copies = [array.copy() for array in arrays]
    first = base.apply(random_edits(seed, places)[0])
    base.apply(random_edits(seed + 1, places)[0])
    for array, copy in zip(arrays, copies, strict=True):
        assert np.array_equal(array, copy)
    again = base.apply(random_edits(seed, places)[0])
    assert again.to_json(demand) == first.to_json(demand)


def test_many_threads_use_one_base() -> None:
    demand, places = demand_anywhere(1), some_places(1)
    base = base_of(demand, places)
    lists = [random_edits(seed, places)[0] for seed in range(60)]
    alone = [base.apply(edits).to_json(demand) for edits in lists]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda edits: base.apply(edits).to_json(demand), lists))
    assert together == alone


@pytest.mark.parametrize("seed", range(20))
def test_the_order_of_edits_to_different_places_does_not_matter(seed: int) -> None:
    demand, places = demand_anywhere(seed), some_places(seed)
    chance = random.Random(seed)
    edits: list[Edit] = [
        AddPlace("a", anywhere(chance), "", "24/7"),
        MovePlace("p0", anywhere(chance)),
        ClosePlace("p1"),
        SuspendPlace("p2"),
        ChangeHours("p3", "24/7"),
    ]
    base = base_of(demand, places)
    straight = base.apply(edits).to_json(demand)
    chance.shuffle(edits)
    assert base.apply(edits).to_json(demand) == straight


def test_edits_that_undo_themselves_change_nothing() -> None:
    demand, places = demand_anywhere(3), some_places(3)
    base = base_of(demand, places)
    here = places[0].point
    assert here is not None
    undone: Sequence[list[Edit]] = (
        [],
        [AddPlace("a", near(900, 900), "", "24/7"), ClosePlace("a")],
        [AddPlace("a", near(900, 900)), MovePlace("a", near(0, 0)), SuspendPlace("a")],
        [MovePlace("p0", near(9000, 9000)), MovePlace("p0", here)],
        [ChangeHours("p0", "24/7"), ChangeHours("p0", places[0].opening_hours)],
    )
    for edits in undone:
        change = base.apply(edits)
        assert change.after.to_json(demand) == change.before.to_json(demand)
        assert len(change.points) == 0


def test_suspending_counts_as_little_as_closing() -> None:
    demand, places = demand_anywhere(4), some_places(4)
    base = base_of(demand, places)
    closed, suspended = base.apply([ClosePlace("p1")]), base.apply([SuspendPlace("p1")])
    assert closed.to_json(demand) == suspended.to_json(demand)
    assert closed.after.overlap[1] < closed.before.overlap[1]


def test_a_place_that_no_demand_is_near_and_hours_that_never_open_are_said() -> None:
    demand, places = demand_anywhere(5), some_places(5)
    base = base_of(demand, places)
    lost, never = base.apply(
        [AddPlace("a", Point(10.0, 20.0), "远处", "24/7"), ChangeHours("p0", "Mo-Su closed")]
    ).notes
    assert lost.startswith("远处(a) 周围在服务标准内没有一个需求点")
    assert "站 p0(p0)" in never
    assert base.apply([ChangeHours("p0", "24/7"), ClosePlace("p1")]).notes == ()


# --- the edits as they come in ------------------------------------------------------------------


def test_edits_are_read_in_their_order_with_what_they_may_leave_out() -> None:
    plain_edits = [
        {"op": "add", "id": " n1 ", "lat": 33, "lon": 120.5},
        {"op": "add", "id": "n2", "lat": 33.1, "lon": 120.5, "name": None, "opening_hours": None},
        {"op": "move", "id": "p0", "lat": -33.1, "lon": -120.5},
        {"op": "close", "id": "p1"},
        {"op": "suspend", "id": "p2"},
        {"op": "hours", "id": "p3", "opening_hours": " "},
        {"op": "hours", "id": "p4", "opening_hours": "周一至周五 8:30-17:30"},
        {"op": "hours", "id": "p5", "opening_hours": "Mo-Su off"},
    ]
    assert parse_edits(plain_edits) == (
        AddPlace("n1", Point(33.0, 120.5)),
        AddPlace("n2", Point(33.1, 120.5)),
        MovePlace("p0", Point(-33.1, -120.5)),
        ClosePlace("p1"),
        SuspendPlace("p2"),
        ChangeHours("p3", ""),
        ChangeHours("p4", "Mo-Fr 08:30-17:30"),
        ChangeHours("p5", "Mo-Su closed"),
    )
    assert parse_edits([]) == ()


ADD = {"op": "add", "id": "n", "lat": 33.1, "lon": 120.2}


@pytest.mark.parametrize(
    ("item", "field", "words"),
    [
        ("close p1", "", "“close p1”不是一项改动"),
        (None, "", "null"),
        ({}, "op", "没有写"),
        ({"op": "delete", "id": "p1"}, "op", "没有“delete”这种改动"),
        ({"op": ["add"], "id": "p1"}, "op", "move"),
        ({"op": "close"}, "id", "缺少 id"),
        ({"op": "close", "id": None}, "id", "缺少 id"),
        ({"op": "close", "id": 7}, "id", "“7”"),
        ({"op": "close", "id": "  "}, "id", "空"),
        ({"op": "close", "id": "p\n1"}, "id", "一行"),
        ({"op": "close", "id": "p" * 121}, "id", "121"),
        ({"op": "close", "id": "p1", "lat": 33.0}, "lat", "不认得“lat”"),
        ({**ADD, "opening_hour": "24/7"}, "opening_hour", "不认得“opening_hour”"),
        ({"op": "move", "id": "p1", "lat": 33.1}, "lon", "缺少 lon"),
        ({**ADD, "lat": 120.2, "lon": 33.1}, "lat", "经纬度是否填反"),
        ({**ADD, "lon": 180.5}, "lon", "180.5"),
        ({**ADD, "lat": math.nan}, "lat", "NaN"),
        ({**ADD, "lon": math.inf}, "lon", "Infinity"),
        ({**ADD, "lat": 10**400}, "lat", "有限的数"),
        ({**ADD, "lat": 10**5000}, "lat", "有限的数"),
        ({**ADD, "lat": "33.1"}, "lat", "“33.1”"),
        ({**ADD, "lat": True}, "lat", "“true”"),
        ({**ADD, "name": ["甲"]}, "name", "文字"),
        ({**ADD, "opening_hours": 0}, "opening_hours", "“0”"),
        ({**ADD, "opening_hours": "看情况"}, "opening_hours", "“看情况”看不懂"),
        ({**ADD, "opening_hours": "8:30-5:30"}, "opening_hours", "看不懂"),
        ({**ADD, "opening_hours": "sunrise-sunset"}, "opening_hours", "看不懂"),
        ({**ADD, "opening_hours": "\ud800"}, "opening_hours", "看不懂"),
        ({**ADD, "opening_hours": "x" * 501}, "opening_hours", "501"),
        ({"op": "hours", "id": "p1"}, "opening_hours", "缺少"),
    ],
)
def test_a_bad_edit_is_refused_with_its_place_its_value_and_a_remedy(
    item: Any, field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_edits([{"op": "close", "id": "p9"}, ADD | {"id": "m"}, item])
    assert caught.value.field == ("edits.2." + field).rstrip(".")
    assert caught.value.message.startswith("第 3 项改动:")
    assert words in caught.value.message
    assert caught.value.message.endswith(("。", "?"))
    json.dumps(caught.value.value)  # small and plain: it goes into an answer


@pytest.mark.parametrize("items", [None, {}, "[]", 3])
def test_edits_that_are_no_list_are_refused(items: object) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_edits(items)
    assert caught.value.field == "edits"


def test_more_edits_than_the_limit_are_refused_with_both_numbers() -> None:
    most = [{"op": "close", "id": f"p{n}"} for n in range(SCENARIO_EDITS_MAX)]
    assert len(parse_edits(most)) == SCENARIO_EDITS_MAX
    with pytest.raises(LimitExceeded, match=rf"{SCENARIO_EDITS_MAX + 1} .*{SCENARIO_EDITS_MAX}"):
        parse_edits([*most, most[0]])


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)
edit_like = st.dictionaries(
    st.sampled_from(["op", "id", "lat", "lon", "name", "opening_hours"]),
    json_values | st.sampled_from(["add", "move", "close", "suspend", "hours", "24/7", 33.0, "p1"]),
)


@settings(deadline=None, max_examples=200)
@given(st.lists(edit_like | json_values, max_size=3) | json_values)
def test_whatever_is_sent_is_edits_or_a_sentence(items: Any) -> None:
    try:
        edits = parse_edits(items)
    except InvalidInput as error:
        assert error.message
        assert (error.field or "").startswith("edits")
    else:
        assert parse_edits([edit.to_json() for edit in edits]) == edits


@pytest.mark.parametrize(
    ("edits", "field", "words"),
    [
        ([ClosePlace("nobody")], "edits.0.id", "没有编号是“nobody”"),
        ([AddPlace("p1", CENTRE)], "edits.0.id", "已经有编号是“p1”"),
        ([ClosePlace("p1"), AddPlace("p1", CENTRE)], "edits.1.id", "已经有编号是“p1”"),
        ([AddPlace("stale", CENTRE)], "edits.0.id", "已经有编号是“stale”"),
        ([AddPlace("a", CENTRE), AddPlace("a", CENTRE)], "edits.1.id", "已经有编号是“a”"),
        ([MovePlace("a", CENTRE), AddPlace("a", CENTRE)], "edits.0.id", "没有编号"),
        ([ClosePlace("p1"), MovePlace("p1", CENTRE)], "edits.1.id", "第 1 项"),
        ([ClosePlace("p0"), SuspendPlace("p1"), ClosePlace("p1")], "edits.2.id", "第 2 项"),
        ([ClosePlace("p1"), ChangeHours("p1", "24/7")], "edits.1.id", "close"),
        ([AddPlace("a", CENTRE), ClosePlace("a"), AddPlace("a", CENTRE)], "edits.2.id", "另取"),
        ([MovePlace("stale", CENTRE)], "edits.0.id", "超过 180 天没有核实"),
        ([ChangeHours("stale", "24/7")], "edits.0.id", "不会改变任何数字"),
        ([ClosePlace("stale")], "edits.0.id", "没有计入"),
    ],
)
def test_edits_that_contradict_the_places_or_each_other_are_refused(
    edits: list[Edit], field: str, words: str
) -> None:
    demand = demand_anywhere(0, 20)
    base = base_of(demand, some_places(0, 3), left_out={"stale": "超过 180 天没有核实"})
    with pytest.raises(InvalidInput) as caught:
        base.apply(edits)
    assert caught.value.field == field
    assert words in caught.value.message


# --- two scenarios --------------------------------------------------------------------------------


def test_two_scenarios_are_subtracted_by_district_and_by_hour() -> None:
    demand = DemandPoints(
        np.array([near(0, 0).lat, near(5000, 0).lat]),
        np.array([near(0, 0).lon, near(5000, 0).lon]),
        np.array([10, 7]),
        np.array([0, 2]),
        DISTRICTS,
    )
    base = base_of(demand, [])
    a = base.apply([AddPlace("x", near(0, 50), "", "Mo 00:00-02:00,05:00-06:00")]).after
    b = base.apply(
        [
            AddPlace("x", near(5000, 50), "", "Mo 01:00-03:00"),
            AddPlace("y", near(0, 50), "", "Mo 01:00-02:00"),
        ]
    ).after
    compared = compare(a, b)
    answer = compared.to_json(demand)
    assert answer["total"] == {"covered": 7}
    assert [row["covered"] for row in answer["districts"]] == [0, 0, 7]
    assert answer["overlap"] == {"1": 7, "2": 0, "3": 0}
    assert [hour["low"] for hour in answer["week"][:7]] == [-10, 7, 7, 0, 0, -10, 0]
    assert (compared.gaining, compared.losing) == ([1, 2], [0, 5])
    assert answer["gaining"][0] == {"hour": 1, "low": 7, "high": 7}
    assert compare(b, a).gaining == [0, 5]
    nothing = compare(a, a)
    assert not nothing.covered.any()
    assert nothing.gaining == nothing.losing == []


def test_scenarios_of_other_demand_or_another_week_are_not_subtracted() -> None:
    places = some_places(0, 3)
    a = base_of(demand_anywhere(0), places).figures
    with pytest.raises(InvalidInput, match="需求不同"):
        compare(a, base_of(demand_anywhere(1), places).figures)
    assessment = assess(demand_anywhere(0), Counted(tuple(places), {}), WALK, standards=())
    texts = [place.opening_hours for place in places]
    later = week_hours(texts, MONDAY + timedelta(days=7), CALENDAR)
    with pytest.raises(InvalidInput, match="同一周"):
        compare(a, ScenarioBase(assessment, later).figures)


# --- as a file ------------------------------------------------------------------------------------

STANDARD = {
    "minutes": 10,
    "mode": "walk",
    "method": "straight",
    "spacing_m": 100,
    "count_also": ["stale"],
}
SAVED_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def saved(edits: Sequence[Edit], figures: Mapping[str, Any]) -> dict[str, Any]:
    return scenario_to_json(
        "夜间", SAVED_AT, standard=STANDARD, edits=edits, figures=figures, revision=12
    )


@pytest.mark.parametrize("seed", range(15))
def test_a_scenario_read_again_gives_the_numbers_that_were_saved(seed: int) -> None:
    demand, places = demand_anywhere(seed), some_places(seed)
    base = base_of(demand, places)
    edits, _ = random_edits(seed, places)
    content = saved(edits, base.apply(edits).after.to_json(demand))
    read = read_scenario(json.dumps(content).encode())
    assert list(read.edits) == edits
    assert (read.name, read.saved_at, read.revision) == ("夜间", SAVED_AT, 12)
    assert read.standard == STANDARD
    assert read.monday == MONDAY
    assert base.apply(read.edits).after.to_json(demand) == read.figures
    assert saved(read.edits, read.figures) == content
    assert read_scenario("\ufeff" + json.dumps(content, ensure_ascii=False)).edits == read.edits


def test_every_cut_of_the_file_is_a_sentence() -> None:
    content = json.dumps(saved([ClosePlace("p1")], {}), ensure_ascii=False).encode()
    for length in range(len(content)):
        with pytest.raises(FileUnreadable):
            read_scenario(content[:length])


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"format": "scenario/2"}, "format", "scenario/2"),
        ({"format": None}, "format", "null"),
        ({"name": 5}, "name", "“5”"),
        ({"name": "长" * 121}, "name", "120"),
        ({"saved_at": "昨天"}, "saved_at", "“昨天”"),
        ({"saved_at": None}, "saved_at", "null"),
        ({"standard": []}, "standard", "standard"),
        ({"standard": {**STANDARD, "minutes": 0}}, "standard.minutes", "“0”"),
        ({"standard": {**STANDARD, "minutes": True}}, "standard.minutes", "true"),
        ({"standard": {**STANDARD, "mode": "fly"}}, "standard.mode", "“fly”"),
        ({"standard": {**STANDARD, "mode": ["walk"]}}, "standard.mode", "walk"),
        ({"standard": {**STANDARD, "method": None}}, "standard.method", "null"),
        ({"standard": {**STANDARD, "spacing_m": 1}}, "standard.spacing_m", "25"),
        ({"standard": {**STANDARD, "count_also": "stale"}}, "standard.count_also", "stale"),
        ({"standard": {**STANDARD, "count_also": ["age"]}}, "standard.count_also", "age"),
        ({"edits": None}, "edits", "列表"),
        ({"edits": [{**ADD, "lat": 95}]}, "edits.0.lat", "95"),
        ({"figures": 3}, "figures", "“3”"),
        ({"data": {}}, "data.revision", "null"),
        ({"data": {"revision": "12"}}, "data.revision", "“12”"),
    ],
)
def test_a_file_with_a_value_that_cannot_be_used_is_refused_by_its_name(
    changes: dict[str, Any], field: str, words: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_scenario(json.dumps(saved([], {}) | changes))
    assert caught.value.field == field
    assert words in caught.value.message


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe{}",
        b"{}",
        b"[]",
        b"null",
        b'{"format": "scenario/1"}',
        b'{"format": NaN}',
        b"[" * 100_000,
        b'{"type": "FeatureCollection", "features": []}',
        b"9" * 10_000,
    ],
)
def test_what_is_no_scenario_is_refused_as_a_file(content: bytes) -> None:
    with pytest.raises(FileUnreadable):
        read_scenario(content)


@pytest.mark.parametrize(
    "week", [None, {}, {"monday": 5}, {"monday": "x"}, {"monday": "2026-03-03"}]
)
def test_figures_without_a_monday_are_of_no_known_week(week: Any) -> None:
    assert read_scenario(json.dumps(saved([], {"week": week}))).monday is None


def test_demand_from_a_file_has_no_spacing() -> None:
    content = saved([], {}) | {"standard": {**STANDARD, "spacing_m": None}}
    assert read_scenario(json.dumps(content)).standard["spacing_m"] is None


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(LimitExceeded, match=str(SCENARIO_FILE_BYTES)):
        read_scenario(b" " * (SCENARIO_FILE_BYTES + 1))


@settings(deadline=None, max_examples=100)
@given(st.binary(max_size=60) | st.text(max_size=60) | json_values.map(json.dumps))
def test_whatever_a_file_holds_reading_it_ends_in_a_sentence(content: str | bytes) -> None:
    with pytest.raises(LocatorError):
        read_scenario(content)
