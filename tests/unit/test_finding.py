"""Distances are judged by geographiclib, place by place; the order by sorting all of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from geographiclib.geodesic import Geodesic
from hypothesis import given, settings
from hypothesis import strategies as st

from services.finding import Found, PlaceIndex, find_nearest
from services.geo.point import Point
from services.hours import OpenState, calendar_for, opening_on_arrival
from services.places import LocationState, Place
from services.travel.modes import MODES

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = calendar_for("CN")
WEDNESDAY_MORNING = datetime(2026, 11, 25, 10, 0, tzinfo=SHANGHAI)
SQUARE = Point(33.35, 120.16)
HOURS = (
    "24/7",
    "",
    "08:00-18:00",
    "Mo-Fr 08:30-12:00,14:00-17:30",
    "22:00-06:00",
    "Sa-Su 09:00-12:00",
)
GROUPS = {
    OpenState.OPEN: 0,
    OpenState.CLOSING_SOON: 0,
    OpenState.UNKNOWN: 1,
    OpenState.CLOSED_ON_ARRIVAL: 2,
    OpenState.CLOSED: 2,
}


def place(identity: str, point: Point, hours: str = "24/7", **values: object) -> Place:
    made = {
        "kind": "station",
        "name": identity,
        "location_state": LocationState.LOCATED,
        "created_at": datetime(2026, 1, 1, tzinfo=UTC),
        "updated_at": datetime(2026, 1, 1, tzinfo=UTC),
        "version": 1,
        **values,
    }
    return Place(id=identity, point=point, opening_hours=hours, **made)  # type: ignore[arg-type]


def metres_away(origin: Point, metres: float, azimuth: float = 90.0) -> Point:
    there = Geodesic.WGS84.Direct(origin.lat, origin.lon, azimuth, metres)
    return Point(there["lat2"], there["lon2"])


def metres_between(a: Point, b: Point | None) -> float:
    assert b is not None
    return float(Geodesic.WGS84.Inverse(a.lat, a.lon, b.lat, b.lon)["s12"])


def scattered(seed: int, count: int, spread: float, center: Point = SQUARE) -> list[Place]:
    """Places round a centre, some of them sharing one door."""
    chance = random.Random(seed)
    points = [
        Point(
            max(-90.0, min(90.0, center.lat + chance.uniform(-spread, spread))),
            center.lon + chance.uniform(-spread, spread),
        )
        for _ in range(count - count // 5)
    ]
    points += chance.choices(points[:10], k=count // 5)
    amenities = ("water", "rest", "toilet")
    return [
        place(
            f"p{number:04d}",
            point,
            chance.choice(HOURS),
            kind=chance.choice(("station", "trucker_home", "recuperation_base")),
            amenities={key: chance.random() < 0.6 for key in amenities if chance.random() < 0.8},
        )
        for number, point in enumerate(points)
    ]


def find(places: Sequence[Place], point: Point = SQUARE, **asked: object) -> list[Found]:
    values = {
        "now": WEDNESDAY_MORNING,
        "mode": MODES["walk"],
        "limit": 10,
        "calendar": CHINA,
        "tz": SHANGHAI,
        **asked,
    }
    return find_nearest(PlaceIndex(places), point, **values)  # type: ignore[arg-type]


def ids(found: Sequence[Found]) -> list[str]:
    return [each.place.id for each in found]


# --- plain nearest -------------------------------------------------------------------------


@settings(deadline=None, max_examples=40)
@given(
    seed=st.integers(0, 10**6),
    spread=st.sampled_from([0.001, 0.5, 20.0]),
    lat=st.sampled_from([-89.9, -45.0, 0.0, 33.35, 70.0]),
    limit=st.integers(1, 30),
)
def test_the_nearest_are_those_that_sorting_all_geodesics_gives(
    seed: int, spread: float, lat: float, limit: int
) -> None:
    center = Point(lat, 120.16)
    places = scattered(seed, 150, spread, center)
    everyone = sorted(metres_between(center, each.point) for each in places)
    nearest = PlaceIndex(places).nearest(center, limit)
    assert [metres for _, metres in nearest] == pytest.approx(everyone[:limit], abs=1e-6)
    for each, metres in nearest:
        assert metres == pytest.approx(metres_between(center, each.point), abs=1e-6)


def test_the_sphere_would_swap_two_neighbours_and_the_ellipsoid_does_not() -> None:
    # At 33° north a degree of longitude is 0.4 % longer than the sphere has it beside one of
    # latitude: a place 10,000 m to the north looks farther than one 10,020 m to the east.
    north, east = metres_away(SQUARE, 10_000, 0), metres_away(SQUARE, 10_020, 90)
    nearest = PlaceIndex([place("east", east), place("north", north)]).nearest(SQUARE, 2)
    assert [each.id for each, _ in nearest] == ["north", "east"]


def test_places_behind_one_door_come_in_the_order_of_their_ids() -> None:
    door = metres_away(SQUARE, 100)
    places = [place(f"p{number:03d}", door) for number in range(99, -1, -1)]
    assert [each.id for each, _ in PlaceIndex(places).nearest(SQUARE, 3)] == [
        "p000",
        "p001",
        "p002",
    ]


@given(seed=st.integers(0, 10**6))
@settings(deadline=None, max_examples=20)
def test_a_filter_gives_what_an_index_of_those_places_gives(seed: int) -> None:
    places = scattered(seed, 200, 0.05)
    kept = [
        each
        for each in places
        if each.kind in {"station", "trucker_home"} and each.amenities.get("water") is True
    ]
    filtered = PlaceIndex(places).nearest(
        SQUARE, 7, kinds={"station", "trucker_home"}, amenities={"water"}
    )
    assert filtered == PlaceIndex(kept).nearest(SQUARE, 7)
    assert {each.id for each, _ in filtered} <= {each.id for each in kept}


def test_an_amenity_that_nobody_recorded_or_that_is_not_there_does_not_pass_the_filter() -> None:
    places = [
        place("yes", SQUARE, amenities={"water": True}),
        place("no", SQUARE, amenities={"water": False}),
        place("unknown", SQUARE),
    ]
    found = PlaceIndex(places).nearest(SQUARE, 9, amenities={"water"})
    assert [each.id for each, _ in found] == ["yes"]
    assert PlaceIndex(places).nearest(SQUARE, 9, amenities={"shower"}) == []
    assert PlaceIndex(places).nearest(SQUARE, 9, kinds=()) == []


def test_an_empty_registry_has_nothing_near() -> None:
    assert PlaceIndex([]).nearest(SQUARE, 10) == []
    assert find([]) == []


def test_a_place_without_a_point_cannot_be_indexed() -> None:
    with pytest.raises(ValueError, match="point"):
        PlaceIndex([place("nowhere", None)])  # type: ignore[arg-type]


# --- open on arrival -----------------------------------------------------------------------


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10**6),
    count=st.sampled_from([5, 90, 400]),
    spread=st.sampled_from([0.004, 0.05, 0.6]),
    minute=st.integers(0, 14 * 24 * 60),
    mode=st.sampled_from(sorted(MODES)),
    minutes=st.one_of(st.none(), st.integers(1, 120)),
    limit=st.integers(1, 20),
    open_only=st.booleans(),
)
def test_the_list_is_that_of_asking_every_place(
    seed: int,
    count: int,
    spread: float,
    minute: int,
    mode: str,
    minutes: int | None,
    limit: int,
    open_only: bool,
) -> None:
    places = scattered(seed, count, spread)
    now = WEDNESDAY_MORNING + timedelta(minutes=minute, seconds=0.5)
    travel = MODES[mode]
    everyone = []
    for each in places:
        metres = metres_between(SQUARE, each.point)
        seconds = travel.overhead_s + metres * 1.3 / (travel.speed_kmh / 3.6)
        state = opening_on_arrival(each.opening_hours, now, seconds, CHINA, SHANGHAI).state
        if (minutes is None or seconds <= minutes * 60) and not (open_only and GROUPS[state]):
            everyone.append((GROUPS[state], metres))
    everyone.sort()

    found = find(places, now=now, mode=travel, minutes=minutes, limit=limit, open_only=open_only)

    assert [GROUPS[each.opening.state] for each in found] == [
        group for group, _ in everyone[:limit]
    ]
    assert [each.distance_m for each in found] == pytest.approx(
        [metres for _, metres in everyone[:limit]], abs=1e-6
    )
    assert len(set(ids(found))) == len(found)


def test_a_place_that_closes_before_one_arrives_stands_below_a_farther_open_one() -> None:
    near = place("near", metres_away(SQUARE, 600), "08:00-10:10")  # 11.7 minutes on foot
    far = place("far", metres_away(SQUARE, 2000), "08:00-18:00")
    found = find([near, far])
    assert ids(found) == ["far", "near"]
    assert found[1].opening.state is OpenState.CLOSED_ON_ARRIVAL


def test_a_place_that_opens_while_one_is_on_the_way_is_open() -> None:
    found = find([place("opening", metres_away(SQUARE, 600), "10:10-18:00")])
    assert found[0].opening.state is OpenState.OPEN


def test_arriving_at_the_closing_minute_is_too_late_and_at_the_opening_minute_is_in_time() -> None:
    found = find([place("shuts", SQUARE, "08:00-10:00"), place("opens", SQUARE, "10:00-18:00")])
    assert ids(found) == ["opens", "shuts"]
    assert found[1].opening.state is OpenState.CLOSED


def test_unknown_hours_come_after_open_and_before_closed_however_near() -> None:
    places = [
        place("closed", SQUARE, "22:00-23:00"),
        place("unknown", metres_away(SQUARE, 300), ""),
        place("open", metres_away(SQUARE, 5000), "24/7"),
    ]
    assert ids(find(places)) == ["open", "unknown", "closed"]


def test_at_night_the_few_open_places_are_found_behind_many_closed_ones() -> None:
    night = WEDNESDAY_MORNING.replace(hour=3)
    chance = random.Random(7)
    shut = [
        place(f"shut{n:04d}", metres_away(SQUARE, 50 + n, chance.uniform(0, 360)), "08:00-18:00")
        for n in range(2000)
    ]
    lit = [place(f"lit{n}", metres_away(SQUARE, 3000 + n, 10.0 * n)) for n in range(3)]
    found = find([*shut, *lit], now=night, limit=5)
    assert ids(found) == ["lit0", "lit1", "lit2", "shut0000", "shut0001"]


def test_a_walk_of_many_days_still_asks_for_the_hour_of_arrival() -> None:
    # 1,000 km at 4.0 km/h with the factor 1.3 are 325 hours: Wednesday 10:00 + 13 days 13 hours is
    # a Tuesday, 23:00.
    far = metres_away(SQUARE, 1_000_000, 270)
    places = [place("tuesday", far, "Tu 22:30-23:30"), place("wednesday", far, "We 22:30-23:30")]
    assert [each.opening.state for each in find(places)] == [
        OpenState.OPEN if hours else OpenState.CLOSED for hours in (True, False)
    ]
    assert ids(find(places)) == ["tuesday", "wednesday"]


def test_the_hour_that_a_clock_change_skips_is_not_walked_through() -> None:
    # Vaduz, 29 March 2026: 02:00 becomes 03:00. Who sets out at 01:30 and walks an hour
    # arrives at 03:30 on the wall.
    vaduz, calendar = ZoneInfo("Europe/Vaduz"), calendar_for("LI")
    here = Point(47.14, 9.52)
    there = metres_away(here, 4000 / 1.3)
    places = [place("a", there, "02:15-02:45"), place("b", there, "03:15-03:45")]
    now = datetime(2026, 3, 29, 1, 30, tzinfo=vaduz)
    found = find(places, here, now=now, tz=vaduz, calendar=calendar)
    assert ids(found) == ["b", "a"]
    assert found[0].opening.state in (OpenState.OPEN, OpenState.CLOSING_SOON)


def test_minutes_keep_what_lies_within_and_none_lists_however_far() -> None:
    places = [place("in", metres_away(SQUARE, 512)), place("out", metres_away(SQUARE, 514))]
    assert ids(find(places, minutes=10)) == ["in"]
    assert ids(find(places)) == ["in", "out"]
    assert find(places, minutes=1, mode=MODES["drive"]) == []


def test_travel_time_and_distance_stand_with_each_place() -> None:
    found = find([place("there", metres_away(SQUARE, 1000))], mode=MODES["ebike"])[0]
    assert found.distance_m == pytest.approx(1000, abs=1e-3)
    assert found.travel_s == pytest.approx(60 + 1000 * 1.3 / (15 / 3.6))
