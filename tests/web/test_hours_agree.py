"""Badge, filter, API, list and browser say the same of every place in every hour.

The browser's answers are those of ``static/js/find.js`` itself, run by Node on ``places.json`` as
the server gives it: fresh, and up to seven days old, for an ordinary week, over the National Day
with its make-up working days, the turn of the year and a tentative Spring Festival. Beside the
sample's hours stand some that are made for the edges: long closures, hours that begin beyond what
is looked ahead. The matrix goes to ``build/hours-agreement.json``.
"""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import pytest
from numpy.typing import NDArray

from app import create_app
from services.hours import OpenState, is_open
from services.limits import SCHEDULE_DAYS
from services.locator import Locator
from services.registry.store import PlaceRegistry
from services.settings import ROOT, Settings
from tests.unit.test_javascript import NODE
from tests.web.hours_agreement import (
    AGES,
    HOLIDAY,
    STATES,
    TRAVELS_S,
    TRIPS,
    WINDOWS,
    Agreement,
    asked,
    odd_places,
)

pytestmark = pytest.mark.skipif(NODE is None, reason="no Node on this machine")

OUT = ROOT / "build" / "hours-agreement.json"
OPEN = {"open", "closing_soon"}


@pytest.fixture(scope="module")
def matrix() -> Iterator[dict[str, dict[str, int]]]:
    """What was compared; written at the end, whatever failed."""
    rows: dict[str, dict[str, int]] = {}
    yield rows
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(rows, indent=1, ensure_ascii=False))


@pytest.fixture(scope="module")
def agreement(
    sample_database: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Agreement]:
    path = tmp_path_factory.mktemp("hours") / "registry.db"
    shutil.copy(sample_database, path)
    app = create_app(Settings(database_url=f"sqlite:///{path}"))
    locator: Locator = app.extensions["locator"]
    with locator.database.writing() as session:
        PlaceRegistry(session).apply(creates=odd_places(), actor="test")
    made = asked(app, locator)
    yield made
    locator.database.dispose()


def _disagreements(
    browser: Sequence[int],
    server: Sequence[tuple[int, int, int]],
    midnight: int,
) -> tuple[int, Counter[str]]:
    """How many answers differ, and how often each state was seen. ``midnight``: the list's."""
    ours: NDArray[np.int64] = np.array(browser, dtype=np.int64).reshape(-1, 3)
    times = ours[:, 1:]
    ours[:, 1:] = np.where(times < 0, -1, times + midnight)
    theirs = np.array(server, dtype=np.int64).reshape(-1, 3)
    assert ours.shape == theirs.shape
    seen = Counter(
        {STATES[i]: int(n) for i, n in enumerate(np.bincount(theirs[:, 0], minlength=5))}
    )
    return int((ours != theirs).any(axis=1).sum()), seen


def test_every_place_in_every_hour_of_the_holiday_fortnight(
    agreement: Agreement, matrix: dict[str, dict[str, int]]
) -> None:
    wrong, seen = 0, Counter[str]()
    for day, answers in agreement.answers["fresh"].items():
        midnight = agreement.midnight(day)
        server = [
            agreement.says(place.opening_hours, midnight + timedelta(hours=hour), travel_s)
            for place in agreement.places
            for hour in range(24)
            for travel_s in TRAVELS_S
        ]
        differ, states = _disagreements(answers, server, agreement.minute(midnight))
        wrong, seen = wrong + differ, seen + states
    matrix[f"every place × every hour of {HOLIDAY} × on the spot, 12 min, 9.5 h away"] = {
        "places": len(agreement.places), "hours": 24 * WINDOWS[HOLIDAY][1],
        "compared": seen.total(), "disagreements": wrong, **seen,
    }  # fmt: skip
    assert wrong == 0
    assert seen.total() > 100_000
    assert all(seen[state] > 100 for state in STATES), seen


@pytest.mark.parametrize("window", WINDOWS)
def test_every_schedule_on_lists_up_to_seven_days_old(
    window: str, agreement: Agreement, matrix: dict[str, dict[str, int]]
) -> None:
    wrong, seen, filtered = 0, Counter[str](), 0
    schedules = [agreement.places[i].opening_hours for i in agreement.by_schedule]
    first, count = WINDOWS[window]
    calendar = agreement.locator.calendar
    per_day = 24 * len(TRAVELS_S) * 3
    for day in (first + timedelta(days=n) for n in range(count)):
        midnight = agreement.midnight(day)
        moments = [midnight + timedelta(hours=hour) for hour in range(24)]
        server = [
            agreement.says(hours, moment, travel_s)
            for hours in schedules
            for moment in moments
            for travel_s in TRAVELS_S
        ]
        states_now = {
            (hours, moment): STATES[agreement.says(hours, moment, 0)[0]]
            for hours in schedules
            for moment in moments
        }
        for (hours, moment), state in states_now.items():
            by_filter = is_open(hours, moment, calendar)
            wrong += by_filter is not {"unknown": None}.get(state, state in OPEN)
            filtered += 1
        for age in AGES:
            listed = day - timedelta(days=age)
            whole = np.array(agreement.answers["old"][listed], dtype=np.int64)
            part = whole.reshape(len(schedules), len(AGES), per_day)[:, age].ravel()
            differ, states = _disagreements(
                part.tolist(), server, agreement.minute(agreement.midnight(listed))
            )
            wrong, seen = wrong + differ, seen + states
    matrix[f"every schedule × every hour of {window} × three ways × lists 0 to 7 days old"] = {
        "schedules": len(schedules), "hours": 24 * count, "compared": seen.total() + filtered,
        "disagreements": wrong, **seen,
    }  # fmt: skip
    assert wrong == 0
    assert seen.total() == len(schedules) * 24 * count * len(TRAVELS_S) * len(AGES)
    assert all(seen[state] for state in STATES), seen


def test_the_filter_of_the_api_keeps_what_the_browser_shows_as_open(
    agreement: Agreement, matrix: dict[str, dict[str, int]]
) -> None:
    client = agreement.app.test_client()
    days = list(agreement.answers["fresh"])[:7]
    wrong = compared = 0
    for day in days:
        answers = np.array(agreement.answers["fresh"][day], dtype=np.int64)
        states = answers.reshape(len(agreement.places), 24, len(TRAVELS_S), 3)[:, :, 0, 0]
        for hour in range(24):
            kept = {
                place.id
                for place, state in zip(agreement.places, states[:, hour], strict=True)
                if STATES[state] in OPEN
            }
            told: set[str] = set()
            address = f"/api/v1/places?limit=500&open_at={day}T{hour:02}:00"
            while address:
                page = orjson.loads(client.get(address).data)
                told |= {feature["id"] for feature in page["features"]}
                links = page["links"]
                address = next((link["href"] for link in links if link["rel"] == "next"), "")
            wrong += len(kept ^ told)
            compared += len(agreement.places)
    matrix["every place × every hour of a holiday week: open_at of /api/v1/places"] = {
        "places": len(agreement.places), "hours": 24 * len(days),
        "compared": compared, "disagreements": wrong,
    }  # fmt: skip
    assert wrong == 0
    assert compared > 100_000


@pytest.mark.parametrize("window", WINDOWS)
def test_the_eight_days_of_a_place_are_the_browsers_minutes(
    window: str, agreement: Agreement, matrix: dict[str, dict[str, int]]
) -> None:
    client = agreement.app.test_client()
    first, count = WINDOWS[window]
    wrong = compared = 0
    for day in (first + timedelta(days=n) for n in range(count)):
        agreement.at(agreement.midnight(day) + timedelta(hours=13))
        for position, index in enumerate(agreement.by_schedule):
            answer = orjson.loads(client.get(f"/api/v1/places/{agreement.places[index].id}").data)
            schedule = answer["properties"]["schedule"]
            told = schedule and [[tuple(pair) for pair in each["open"]] for each in schedule]
            for age in AGES:
                listed = day - timedelta(days=age)
                flat = agreement.answers["timetables"][listed][position]
                wrong += told != (None if flat is None else _eight_days(flat, age))
                compared += SCHEDULE_DAYS
    matrix[f"the eight days of every schedule on each day of {window}, lists 0 to 7 days old"] = {
        "schedules": len(agreement.by_schedule), "days": count,
        "compared": compared, "disagreements": wrong,
    }  # fmt: skip
    assert wrong == 0


def _eight_days(flat: Sequence[int], age: int) -> list[list[tuple[int, int]]]:
    """Flat minutes of a list, as each of eight days from its day ``age`` has them."""
    pairs = list(zip(flat[::2], flat[1::2], strict=True))
    days = []
    for start in range(age * 1440, (age + SCHEDULE_DAYS) * 1440, 1440):
        cut = [(max(a, start) - start, min(b, start + 1440) - start) for a, b in pairs]
        days.append([(a, b) for a, b in cut if a < b])
    return days


def test_the_badge_of_a_places_page_is_the_browsers_state(
    agreement: Agreement, matrix: dict[str, dict[str, int]]
) -> None:
    client = agreement.app.test_client()
    wrong, seen = 0, Counter[str]()
    schedules = len(agreement.by_schedule)
    for day in (date(2026, 9, 28), date(2026, 10, 1), date(2026, 10, 10)):
        answers = np.array(agreement.answers["old"][day], dtype=np.int64)
        states = answers.reshape(schedules, len(AGES) * 24, len(TRAVELS_S), 3)[:, :, 0, 0]
        for hour in (0, 5, 8, 12, 14, 17, 22):
            agreement.at(agreement.midnight(day) + timedelta(hours=hour))
            for position, index in enumerate(agreement.by_schedule):
                page = client.get(f"/p/{agreement.places[index].id}").text
                badge = re.search(r'class="state now state-(\w+)"', page)
                assert badge is not None
                wrong += badge[1] != STATES[states[position, hour]]
                seen[badge[1]] += 1
    matrix["the badge of a place's page, every schedule, three days × seven hours"] = {
        "schedules": schedules, "compared": seen.total(), "disagreements": wrong, **seen,
    }  # fmt: skip
    assert wrong == 0
    assert {"open", "closed", "unknown"} <= set(seen)


def test_the_nearest_of_the_api_are_the_browsers_in_the_same_order(
    agreement: Agreement, matrix: dict[str, dict[str, int]]
) -> None:
    client = agreement.app.test_client()
    wrong = compared = 0
    for (point, mode, day, minute), answers in zip(TRIPS, agreement.answers["trips"], strict=True):
        midnight = agreement.midnight(day)
        at = midnight + timedelta(minutes=minute)
        body = {
            "lat": point.lat, "lon": point.lon, "mode": mode, "at": at.isoformat(), "limit": 100,
        }  # fmt: skip
        told = orjson.loads(client.post("/api/v1/nearest", json=body).data)["places"]
        assert [each["id"] for each in told] == [each["id"] for each in answers]
        for theirs, ours in zip(told, answers, strict=True):
            assert ours["distanceM"] == pytest.approx(theirs["distance_m"], abs=0.051)
            times = [
                value and round((datetime.fromisoformat(value) - midnight).total_seconds() / 60)
                for value in (theirs["opens_at"], theirs["closes_at"])
            ]
            wrong += [theirs["state"], *times] != [
                ours["state"], ours["opensAt"], ours["closesAt"],
            ]  # fmt: skip
            compared += 1
    matrix["the first hundred of POST /api/v1/nearest, their order, states and times"] = {
        "trips": len(TRIPS), "compared": compared, "disagreements": wrong,
    }  # fmt: skip
    assert wrong == 0
    assert compared == 100 * len(TRIPS)


def test_every_state_has_a_number() -> None:
    assert set(STATES) == {state.value for state in OpenState}
