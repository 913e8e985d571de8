"""The whole published list as columns, for the browser: what ``static/js/find.js`` decodes, and
what ``static/js/search.js`` needs to search it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from services.hours import DAY_MINUTES, HolidayCalendar, open_intervals
from services.limits import COORDINATE_DECIMALS, SCHEDULE_DAYS
from services.pinyin import readings_of
from services.places import Access, Kind, Place, Precision, Vocabulary
from services.region import Region

FORMAT: Final = 2
"""Raised whenever a column changes its meaning: the browser refuses a list of another format."""

DAYS: Final = 2 * SCHEDULE_DAYS + 31
"""Days of hours in the list. A browser may use a list that is seven days old, for somebody who
arrives the day after; from there it says as much as the server does: eight days, and the next
opening within a month more (``opening_on_arrival``)."""

MICRO: Final = 10**COORDINATE_DECIMALS
EPOCH: Final = date(1970, 1, 1)


def compact_places(
    places: Sequence[Place],
    *,
    revision: int,
    sample: bool,
    midnight: datetime,
    region: Region,
    vocabulary: Vocabulary,
    calendar: HolidayCalendar,
) -> dict[str, Any]:
    """The located places in columns of equal length; ``docs/api.md`` explains each member.

    ``midnight``: local midnight of the day on which the list begins.
    """
    districts = [(district.adcode, district.name) for district in region.districts]
    kinds = [kind.key for kind in vocabulary.kinds]
    amenities = [amenity.key for amenity in vocabulary.amenities]
    precisions = [precision.value for precision in Precision]
    accesses = [access.value for access in Access]
    district_index = {adcode: index for index, (adcode, _) in enumerate(districts)}
    ordered = sorted(
        (place for place in places if place.is_located),
        key=lambda place: (place.district, kinds.index(place.kind), place.id),
    )
    hours: dict[tuple[str, str], int] = {}
    for place in ordered:
        hours.setdefault((place.opening_hours_raw, place.opening_hours), len(hours))
    patterns: dict[tuple[int, ...], int] = {}

    def by_day(osm: str) -> list[int] | None:
        intervals = open_intervals(osm, midnight.date(), DAYS, calendar)
        if intervals is None:
            return None
        return [patterns.setdefault(day, len(patterns)) for day in _days(intervals)]

    def mask(place: Place, value: bool) -> int:
        return sum(
            1 << bit for bit, key in enumerate(amenities) if place.amenities.get(key) is value
        )

    points = [place.point for place in ordered if place.point is not None]
    schedules = [[raw or osm, by_day(osm)] for raw, osm in hours]
    return {
        "format": FORMAT,
        "revision": revision,
        "region": region.key,
        "sample": sample,
        "midnight": midnight.isoformat(),
        "count": len(ordered),
        "days": DAYS,
        "kinds": kinds,
        "districts": districts,
        "amenities": amenities,
        "precisions": precisions,
        "accesses": accesses,
        "day_patterns": [list(edges) for edges in patterns],
        "hours": schedules,
        "id": [place.id for place in ordered],
        "kind": [kinds.index(place.kind) for place in ordered],
        "name": [place.name for place in ordered],
        "address": [place.address for place in ordered],
        "district": [district_index.get(place.district, -1) for place in ordered],
        "lat": [round(point.lat * MICRO) for point in points],
        "lon": [round(point.lon * MICRO) for point in points],
        "precision": [
            precisions.index(place.location_precision or Precision.DOOR) for place in ordered
        ],
        "opening": [hours[place.opening_hours_raw, place.opening_hours] for place in ordered],
        "yes": [mask(place, True) for place in ordered],
        "no": [mask(place, False) for place in ordered],
        "phone": [place.phone for place in ordered],
        "verified": [
            (place.verified_on - EPOCH).days if place.verified_on else -1 for place in ordered
        ],
        "access": [accesses.index(place.access) if place.access else -1 for place in ordered],
        "host": [_host(place) for place in ordered],
        "other_names": {
            str(index): list(place.other_names)
            for index, place in enumerate(ordered)
            if place.other_names
        },
        "township": {
            str(index): place.township
            for index, place in enumerate(ordered)
            if place.township and place.township not in place.address
        },
        "unlocated": Counter(
            place.district
            for place in places
            if not place.is_located and place.district in district_index
        ),
    }


def search_words(
    places: Sequence[Place], *, revision: int, region: Region, vocabulary: Vocabulary
) -> dict[str, Any]:
    """What the browser's search needs beside the list: readings, and what each kind is called."""
    kinds = {kind.key: _called(kind) for kind in vocabulary.kinds}
    texts = [
        text
        for place in places
        if place.is_located
        for text in (place.name, *place.other_names, place.address, place.township)
    ]
    texts += [district.name for district in region.districts]
    texts += [entry.name for entry in region.gazetteer]
    if readings_of(texts):  # where nothing else is Chinese, nobody searches in Chinese
        texts += [word for words in kinds.values() for word in words]
    return {"revision": revision, "readings": readings_of(texts), "kinds": kinds}


def _called(kind: Kind) -> list[str]:
    words = (kind.name, kind.short, *kind.aliases, kind.name_en, kind.short_en)
    return list(dict.fromkeys(words))


def _days(intervals: tuple[tuple[int, int], ...]) -> list[tuple[int, ...]]:
    """Each day's open minutes since its own midnight, flat, cut at both its ends."""
    days: list[list[int]] = [[] for _ in range(DAYS)]
    for begin, end in intervals:
        for day in range(begin // DAY_MINUTES, (end - 1) // DAY_MINUTES + 1):
            midnight = day * DAY_MINUTES
            days[day] += max(begin - midnight, 0), min(end - midnight, DAY_MINUTES)
    return [tuple(day) for day in days]


def _host(place: Place) -> str | int:
    """Who runs it; most names begin with that, so a number says how much of the name it is."""
    name_begins = place.host and place.name.startswith(place.host)
    # The browser counts UTF-16 units.
    return len(place.host) if name_begins and max(place.host) <= "\uffff" else place.host
