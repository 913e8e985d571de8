"""Pages as schema.org's vocabulary (JSON-LD): a place, a district's list, the site.

Only what the registry knows is said: an amenity that nobody recorded is left out, not "false"; a
point that only means a village is no ``geo``.

Sources: https://schema.org/Place, /OpeningHoursSpecification, /LocationFeatureSpecification,
/ItemList; for closed days and round-the-clock days Google's "Local business (LocalBusiness)
structured data", developers.google.com/search/docs/appearance/structured-data/local-business.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any, Final

from services.hours import DAY_MINUTES, HolidayCalendar
from services.locator import Locator
from services.places import Access, LocationState, Place, Precision
from services.web.addresses import absolute
from services.web.language import gettext as _
from services.web.language import named, product_name
from services.web.seo import page_address, place_description
from services.web.timetable import by_evening
from services.web.view import LANGUAGES

CONTEXT: Final = "https://schema.org"

WEEKDAYS: Final = (*("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),)

LinkedData = dict[str, Any]


def opening_specifications(
    osm: str, start: date, calendar: HolidayCalendar
) -> list[LinkedData] | None:
    """The hours of eight days from ``start`` as ``OpeningHoursSpecification``; None when unknown.

    Each holds for one date. ``closes`` before ``opens`` reaches into the next day (schema.org), so
    a night belongs to the date of its evening, and the rest of a night that began before ``start``
    opens at 00:00. What lasts a day or longer is cut at midnights; a whole day is 00:00–23:59 and a
    day on which it does not open 00:00–00:00 (Google).
    """
    days = by_evening(osm, start, calendar)
    if days is None:
        return None
    said = []
    for day, spans in enumerate(days):
        night_before = any(end > DAY_MINUTES for _, end in days[day - 1]) if day else False
        closed = not spans and not night_before
        on = start + timedelta(days=day)
        said += [
            {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": f"{CONTEXT}/{WEEKDAYS[on.weekday()]}",
                "opens": _clock(begin),
                "closes": "23:59" if end - begin == DAY_MINUTES else _clock(end),
                "validFrom": on.isoformat(),
                "validThrough": on.isoformat(),
            }
            for begin, end in ([(0, 0)] if closed else spans)
        ]
    return said


def _clock(minute: int) -> str:
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}"


def of_place(locator: Locator, place: Place) -> LinkedData:
    """One place."""
    region, vocabulary = locator.region, locator.vocabulary
    point = place.point if place.is_located and _is_exact(place) else None
    hours = opening_specifications(place.opening_hours, locator.now().date(), locator.calendar)
    facts: LinkedData = {
        "@context": CONTEXT,
        "@type": "Place",
        "@id": page_address(f"/p/{place.id}", "zh-CN"),
        "url": page_address(f"/p/{place.id}"),
        "identifier": place.id,
        "name": place.name,
        "alternateName": list(place.other_names),
        "description": place_description(locator, place),
        "keywords": named(vocabulary.kind(place.kind)),
        "image": absolute(f"/p/{place.id}/share.png"),
        "address": _filled(
            {
                "@type": "PostalAddress",
                "streetAddress": place.address,
                "addressLocality": region.district_name(place.district),
                "addressRegion": region.name,
                "addressCountry": region.country,
            }
        ),
        "geo": point and {"@type": "GeoCoordinates", "latitude": point.lat, "longitude": point.lon},
        "telephone": place.phone,
        "openingHoursSpecification": hours,
        "amenityFeature": [
            {
                "@type": "LocationFeatureSpecification",
                "name": named(amenity),
                "value": place.amenities[amenity.key],
            }
            for amenity in vocabulary.amenities
            if amenity.key in place.amenities
        ],
        "maximumAttendeeCapacity": place.capacity,
        "publicAccess": None if place.access is None else place.access is not Access.MEMBERS,
        # That one walks in says that it costs nothing; of the other ways nobody recorded it.
        "isAccessibleForFree": True if place.access is Access.OPEN else None,
        "additionalProperty": place.host
        and {"@type": "PropertyValue", "name": _("谁在管"), "value": place.host},
    }
    return _filled(facts)


def _is_exact(place: Place) -> bool:
    precision = place.location_precision or Precision.DOOR
    return precision.is_fine or place.location_state is LocationState.CONFIRMED


def _filled(facts: LinkedData) -> LinkedData:
    """Without what is not known; ``False`` and 0 are known."""
    return {
        name: value for name, value in facts.items() if value is not None and value not in ("", [])
    }


def of_list(name: str, places: Sequence[tuple[str, str]]) -> LinkedData:
    """A list of places (id, name) in the order of the page; each has a page that describes it."""
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "name": name,
        "numberOfItems": len(places),
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": position,
                "name": place_name,
                "url": page_address(f"/p/{place_id}"),
            }
            for position, (place_id, place_name) in enumerate(places, start=1)
        ],
    }


def of_site(locator: Locator) -> LinkedData:
    """The whole site. It has no search by address: what somebody looks for stays on the phone."""
    region = locator.region
    names = dict.fromkeys((region.product_name, region.english.product_name))
    return {
        "@context": CONTEXT,
        "@type": "WebSite",
        "url": page_address("/"),
        "name": product_name(region),
        "alternateName": [name for name in names if name != product_name(region)],
        "inLanguage": list(dict.fromkeys(LANGUAGES.values())),
    }
