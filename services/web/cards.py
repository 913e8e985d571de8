"""Places as the templates show them: plain values, already in words."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from services.hours import DAY_MINUTES, Opening, open_intervals, opening_on_arrival
from services.limits import CLOSING_SOON_MINUTES, SCHEDULE_DAYS
from services.locator import Locator
from services.photos import photo_file
from services.places import SAMPLE_SOURCE, Place, Precision
from services.web import words
from services.web.compact import DAYS, EPOCH
from services.web.language import district_name, named
from services.web.language import gettext as _
from services.web.navigation import handoff
from services.web.timetable import by_evening
from services.web.view import link

ZOOMS: Final = {
    Precision.DOOR: 17,
    Precision.STREET: 17,
    Precision.VILLAGE: 15,
    Precision.TOWNSHIP: 13,
    Precision.DISTRICT: 11,
}
"""How close the place's map looks: not closer than its point is known."""

ZOOM_WITHOUT_STREETS: Final = 13
"""Where the base map has no streets, a closer look shows nothing but the mark."""


def card(
    locator: Locator,
    place: Place,
    opening: Opening,
    now: datetime,
) -> dict[str, Any]:
    """One place of a list. Minutes and metres are the browser's: only it knows where one stands."""
    kind = locator.vocabulary.kind(place.kind)
    return {
        "id": place.id,
        "url": link(f"/p/{place.id}"),
        "name": place.name,
        "kind_key": kind.key,
        "kind_name": named(kind),
        "symbol": kind.symbol,
        "colour": kind.colour,
        "colour_dark": kind.colour_dark,
        "state": opening.state.value,
        "state_word": str(words.STATE_WORDS[opening.state]),
        "mark": words.STATE_MARKS[opening.state],
        "hours_line": words.hours_line(opening, now),
        "amenities": [named(a) for a in locator.vocabulary.amenities if place.amenities.get(a.key)],
        "address": place.address,
        "verified_line": words.verified_line(place, now.date()),
        "sample": place.source == SAMPLE_SOURCE,
        "phone": place.phone,
        "phone_dial": "".join(c for c in place.phone if c in "+0123456789"),
    }


def card_now(locator: Locator, place: Place, now: datetime) -> dict[str, Any]:
    """One place of a list that is not about a way: its state at this moment."""
    opening = opening_on_arrival(place.opening_hours, now, 0, locator.calendar, locator.region.tz)
    return card(locator, place, opening, now)


def full_card(locator: Locator, place: Place, now: datetime) -> dict[str, Any]:
    """Everything that the place's own page shows beside the list's facts."""
    point = place.point if place.is_located else None
    precision = place.location_precision or Precision.DOOR
    return {
        **card_now(locator, place, now),
        "other_names": place.other_names,
        "township": place.township,
        "district_name": district_name(locator.region, place.district),
        "district_url": link(f"/d/{place.district}" if place.district else "/"),
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "navigate": handoff(point, place.name, place.address) if point else None,
        "zoom": _zoom(locator, precision),
        "precision_note": words.PRECISION_NOTES.get(precision, "") if point else "",
        "precision_line": words.PRECISION_LINES[precision],
        "photo": photo_file(locator.settings.photos_folder, place.id) is not None,
        "host": place.host,
        "capacity": place.capacity,
        "listed_on": [str(words.MAP_NAMES.get(name, name)) for name in place.listed_on],
        "access_line": words.ACCESS_WORDS[place.access] if place.access else "",
        "awards": place.awards,
        "freshness": place.freshness(now.date()).value,
        "verified": place.verified_on is not None,
        "hours_raw": place.opening_hours_raw or place.opening_hours,
    }


def _zoom(locator: Locator, precision: Precision) -> int:
    streets = locator.base_tiles or locator.settings.tianditu_key
    return ZOOMS[precision] if streets else min(ZOOMS[precision], ZOOM_WITHOUT_STREETS)


def amenities_marked(locator: Locator, place: Place) -> dict[str, list[str]]:
    """Every amenity's name under ``yes``, ``no`` or ``unknown`` (not recorded)."""
    marked: dict[str, list[str]] = {"yes": [], "no": [], "unknown": []}
    states = {True: "yes", False: "no", None: "unknown"}
    for amenity in locator.vocabulary.amenities:
        marked[states[place.amenities.get(amenity.key)]].append(named(amenity))
    return marked


def hours_facts(locator: Locator, place: Place, now: datetime) -> dict[str, Any]:
    """What ``static/js/place.js`` renews the page's state from, also when the page is days old.

    ``intervals``: flat start, end in minutes since ``midnight`` (of the page's day); None when
    unknown. As the compact list has them, but of what begins after the eight days only the first:
    it says when it opens again.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found = open_intervals(place.opening_hours, midnight.date(), DAYS, locator.calendar)
    intervals: list[int] | None = None
    if found is not None:
        soon = [pair for pair in found if pair[0] < SCHEDULE_DAYS * DAY_MINUTES]
        intervals = [edge for pair in (*soon, *found[len(soon) :][:1]) for edge in pair]
    return {
        "midnight": midnight.isoformat(),
        "intervals": intervals,
        "closing_soon": CLOSING_SOON_MINUTES,
        "verified": (place.verified_on - EPOCH).days if place.verified_on else None,
    }


def eight_days(locator: Locator, place: Place, today: date) -> list[dict[str, Any]]:
    """The schedule's rows, empty when the hours are unknown; ``spans`` are texts, none: closed."""
    calendar, rows = locator.calendar, []
    for offset, spans in enumerate(by_evening(place.opening_hours, today, calendar) or []):
        on = today + timedelta(days=offset)
        note = (
            _("节假日")
            if calendar.is_holiday(on)
            else _("调休上班")
            if calendar.is_makeup_workday(on)
            else ""
        )
        if note and calendar.is_tentative(on):
            note += _("(暂定)")
        rows.append(
            {
                "day": (on - EPOCH).days,
                "label": words.day_label(on, today),
                "note": note,
                "spans": [words.span_text(begin, end) for begin, end in spans],
                "today": on == today,
            }
        )
    return rows
