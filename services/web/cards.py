"""Places as the templates show them: plain values, already in words."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from services.hours import Opening, opening_on_arrival
from services.locator import Locator
from services.places import SAMPLE_SOURCE, Place, Precision
from services.web import words
from services.web.representations import schedule


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
        "url": f"/p/{place.id}",
        "name": place.name,
        "kind_key": kind.key,
        "kind_name": kind.name,
        "symbol": kind.symbol,
        "colour": kind.colour,
        "colour_dark": kind.colour_dark,
        "state": opening.state.value,
        "state_word": opening.state.word,
        "mark": words.STATE_MARKS[opening.state],
        "hours_line": words.hours_line(opening, now),
        "amenities": [a.name for a in locator.vocabulary.amenities if place.amenities.get(a.key)],
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
        "district_name": locator.region.district_name(place.district),
        "district_url": f"/d/{place.district}" if place.district else "/",
        "lat": point.lat if point else None,
        "lon": point.lon if point else None,
        "precision_note": words.PRECISION_NOTES.get(precision, "") if point else "还没有位置。",
        "precision_line": words.PRECISION_LINES[precision],
        "host": place.host,
        "access_line": words.ACCESS_WORDS[place.access] if place.access else "",
        "awards": place.awards,
        "freshness": place.freshness(now.date()).value,
        "hours_raw": place.opening_hours_raw or place.opening_hours,
    }


def amenities_marked(locator: Locator, place: Place) -> list[dict[str, str]]:
    """Every amenity: yes, no or not recorded; what is there comes first."""
    states = {True: "yes", False: "no", None: "unknown"}
    marked = [
        {"name": amenity.name, "state": states[place.amenities.get(amenity.key)]}
        for amenity in locator.vocabulary.amenities
    ]
    return sorted(marked, key=lambda row: ("yes", "no", "unknown").index(row["state"]))


def eight_days(locator: Locator, place: Place, today: date) -> list[dict[str, Any]]:
    """The schedule's rows, empty when the hours are unknown."""
    rows = []
    for day in schedule(place, today, locator.calendar) or []:
        on = date.fromisoformat(day["date"])
        note = "节假日" if day["holiday"] else "调休上班" if day["makeup_workday"] else ""
        if day["tentative"] and note:
            note += "(暂定)"
        rows.append(
            {
                "label": words.day_label(on, today),
                "note": note,
                "text": words.day_hours(day["open"]),
                "today": on == today,
            }
        )
    return rows
