"""What the browser answers about hours beside what the server says, for ``test_hours_agree``."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from apiflask import APIFlask

from services.geo.point import Point
from services.hours import Opening, opening_on_arrival
from services.limits import CLOSING_SOON_MINUTES
from services.locator import Locator
from services.places import LocationSource, LocationState, Place, PlaceDraft, Precision
from services.settings import ROOT
from services.travel.modes import DETOUR_FACTOR, MODES
from tests.unit.test_javascript import NODE

STATES = ["open", "closing_soon", "closed_on_arrival", "closed", "unknown"]
TRAVELS_S = [0, 12 * 60, 9.5 * 3600]
AGES = range(8)
WINDOWS = {
    "an ordinary week": (date(2026, 11, 23), 7),
    "the National Day": (date(2026, 9, 28), 14),
    "a make-up Sunday": (date(2026, 9, 19), 3),
    "the turn of the year": (date(2026, 12, 28), 7),
    "a tentative Spring Festival": (date(2027, 2, 1), 14),
}
HOLIDAY = "the National Day"
ODD_HOURS = [
    "Mo-Fr,PH 09:00-17:00",
    "PH,Sa,Su 10:00-16:00",
    "24/7; PH closed",
    "22:00-06:00; PH closed",
    "Mo-Su 06:00-02:00",
    "Mo-Fr 00:00-24:00",
    "Th 22:00-24:00",
    "Jan-Mar 08:00-12:00",
    "08:00-18:00; Oct 01-Oct 31 closed",
    "00:00-24:00; Oct 09-Dec 31 closed",
    "2026 Nov 02-2026 Nov 10 08:00-08:20",
]
"""Made for the edges; Nov 2 to 10 begins within and beyond 39 days of the window's days."""


@dataclass
class Agreement:
    """The application, what was asked of the browser and what it answered."""

    app: APIFlask
    locator: Locator
    lists: dict[date, dict[str, Any]]
    places: list[Place]
    """In the order of the lists."""
    by_schedule: list[int]
    """The first place of each different schedule."""
    answers: dict[str, Any]
    expected: dict[tuple[str, datetime, float], tuple[int, int, int]] = field(default_factory=dict)

    def at(self, moment: datetime) -> None:
        """Set the server's clock."""
        self.locator.clock = lambda: moment

    def says(self, hours: str, moment: datetime, travel_s: float) -> tuple[int, int, int]:
        """The server's state, opens_at and closes_at; times as minutes since 2026, or −1."""
        key = (hours, moment, travel_s)
        if key not in self.expected:
            locator = self.locator
            opening = opening_on_arrival(
                hours, moment, travel_s, locator.calendar, locator.region.tz
            )
            self.expected[key] = self.numbers(opening)
        return self.expected[key]

    def numbers(self, opening: Opening) -> tuple[int, int, int]:
        return (
            STATES.index(opening.state),
            self.minute(opening.opens_at),
            self.minute(opening.closes_at),
        )

    def minute(self, moment: datetime | None) -> int:
        if moment is None:
            return -1
        return round((moment - self.midnight(date(2026, 1, 1))).total_seconds() / 60)

    def midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.locator.region.tz)


def hours_of(window: str) -> list[tuple[date, int]]:
    first, days = WINDOWS[window]
    return [(first + timedelta(days=n), hour) for n in range(days) for hour in range(24)]


def list_days() -> list[date]:
    days = {
        first + timedelta(days=n) for first, count in WINDOWS.values() for n in range(-7, count)
    }
    return sorted(days)


TRIPS = [
    (Point(33.3575, 120.1573), "walk", date(2026, 11, 24), 22 * 60 + 40),
    (Point(33.3575, 120.1573), "drive", date(2026, 10, 2), 8 * 60 + 20),
    (Point(34.1, 119.7), "ebike", date(2026, 10, 8), 11 * 60 + 25),
    (Point(32.85, 120.32), "bike", date(2027, 2, 6), 17 * 60 + 5),
    (Point(33.7, 120.4), "walk", date(2026, 11, 29), 5),
    (Point(31.2, 121.5), "drive", date(2026, 9, 20), 6 * 60),
]


def odd_places() -> list[PlaceDraft]:
    return [
        PlaceDraft(
            kind="station",
            name=f"站 {number}",
            district="320902",
            point=Point(33.36 + number / 1000, 120.15),
            location_source=LocationSource.GIVEN,
            location_precision=Precision.DOOR,
            location_state=LocationState.LOCATED,
            opening_hours=hours,
            source="odd",
            source_id=str(number),
        )
        for number, hours in enumerate(ODD_HOURS)
    ]


def asked(app: APIFlask, locator: Locator) -> Agreement:
    """Fetch the lists as a browser does on each day, and ask find.js everything at once."""
    client = app.test_client()
    lists: dict[date, dict[str, Any]] = {}
    for day in list_days():
        moment = datetime.combine(day, time(0, 0, 30), locator.region.tz)
        locator.clock = lambda moment=moment: moment  # type: ignore[misc]
        lists[day] = orjson.loads(client.get("/api/v1/places.json").data)
    by_id = locator.snapshot().by_id
    ids = next(iter(lists.values()))["id"]
    assert all(each["id"] == ids for each in lists.values())
    places = [by_id[place_id] for place_id in ids]
    first: dict[str, int] = {}
    for index, place in enumerate(places):
        first.setdefault(place.opening_hours, index)
    made = Agreement(app, locator, lists, places, list(first.values()), {})
    everyone = list(range(len(places)))
    old = [
        {"list": day.isoformat(), "places": made.by_schedule, "travels": TRAVELS_S,
         "minutes": [n * 60 for n in range(len(AGES) * 24)]}
        for day in lists
    ]  # fmt: skip
    fresh = [
        {"list": day.isoformat(), "places": everyone, "travels": TRAVELS_S,
         "minutes": [n * 60 for n in range(24)]}
        for day in sorted({day for day, _ in hours_of(HOLIDAY)})
    ]  # fmt: skip
    trips = [
        {"list": day.isoformat(), "limit": 100, "filter": {}, "nowMinute": minute,
         "origin": {"lat": point.lat, "lon": point.lon},
         "mode": {"speed_kmh": MODES[mode].speed_kmh, "overhead_s": MODES[mode].overhead_s}}
        for point, mode, day, minute in TRIPS
    ]  # fmt: skip
    made.answers = _browser(
        {
            "lists": {day.isoformat(): each for day, each in lists.items()},
            "hours": [*old, *fresh],
            "timetables": [
                {"list": job["list"], "places": made.by_schedule} for job in old
            ],
            "trips": trips,
            "closingSoonMinutes": CLOSING_SOON_MINUTES,
            "detourFactor": DETOUR_FACTOR,
        }
    )  # fmt: skip
    made.answers["old"] = dict(zip(lists, made.answers["hours"][: len(old)], strict=True))
    made.answers["fresh"] = dict(
        zip([date.fromisoformat(str(job["list"])) for job in fresh],
            made.answers["hours"][len(old) :], strict=True)
    )  # fmt: skip
    made.answers["timetables"] = dict(zip(lists, made.answers["timetables"], strict=True))
    return made


def _browser(questions: dict[str, Any]) -> dict[str, Any]:
    assert NODE is not None
    done = subprocess.run(
        [NODE, str(ROOT / "tests" / "js" / "answers.mjs")],
        input=orjson.dumps(questions), capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:].decode()
    answers: dict[str, Any] = orjson.loads(done.stdout)
    return answers
