"""Values into JSON and GeoJSON: what leaves the product, in one place.

All JSON is strict (orjson writes ``null`` for what is not finite, and refuses to read it).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import orjson
from apiflask import APIFlask
from flask import Response, request
from flask.json.provider import JSONProvider

from services.coverage.areas import CoverageAreas
from services.geo import geojson
from services.geo.datum import Datum, convert
from services.geo.point import Point
from services.hours import DAY_MINUTES, HolidayCalendar, open_intervals
from services.limits import COORDINATE_DECIMALS, SCHEDULE_DAYS
from services.places import SAMPLE_SOURCE, Place, Vocabulary
from services.region import Region

MICRO: Final = 10**COORDINATE_DECIMALS

COMPRESSED: Final = ["text/html", "application/json", "application/geo+json"]
"""Content types that are compressed as they go out; assets and packed lists are so already."""


class StrictJSON(JSONProvider):
    """orjson in both directions: no NaN, no Infinity, no deep recursion."""

    def dumps(self, obj: Any, **options: Any) -> str:
        """Text of ``obj``."""
        return orjson.dumps(obj).decode()

    def loads(self, s: str | bytes, **options: Any) -> Any:
        """Value of ``s``. Raises ``ValueError``."""
        return orjson.loads(s)


def install(app: APIFlask) -> None:
    """Make the application read and write strict JSON."""
    app.json = StrictJSON(app)


def json_bytes(value: Any) -> bytes:
    """Strict JSON."""
    return orjson.dumps(value)


def json_response(value: Any, *, content_type: str = "application/json") -> Response:
    """A response with ETag and 304 where the method allows it."""
    response = Response(json_bytes(value), content_type=content_type)
    if request.method in ("GET", "HEAD"):
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response


# --- places --------------------------------------------------------------------------------


def place_properties(place: Place, region: Region, vocabulary: Vocabulary) -> dict[str, Any]:
    """The public facts of a place; nothing of a person."""
    district = region.district_name(place.district)
    return {
        "id": place.id,
        "kind": place.kind,
        "kind_name": vocabulary.kind(place.kind).name,
        "name": place.name,
        "other_names": list(place.other_names),
        "address": place.address,
        "district": place.district or None,
        "district_name": district or None,
        "township": place.township or None,
        "location_source": place.location_source,
        "location_precision": place.location_precision,
        "location_state": place.location_state,
        "opening_hours": place.opening_hours or None,
        "opening_hours_raw": place.opening_hours_raw or None,
        "access": place.access,
        "amenities": {
            amenity.key: place.amenities.get(amenity.key) for amenity in vocabulary.amenities
        },
        "phone": place.phone or None,
        "host": place.host or None,
        "host_type": place.host_type or None,
        "capacity": place.capacity,
        "listed_on": list(place.listed_on),
        "awards": list(place.awards),
        "verified_on": place.verified_on.isoformat() if place.verified_on else None,
        "source": place.source,
        "sample": place.source == SAMPLE_SOURCE,
        "updated_at": place.updated_at.isoformat(),
        "version": place.version,
    }


def place_feature(
    place: Place, region: Region, vocabulary: Vocabulary, datum: Datum = Datum.WGS84
) -> dict[str, Any]:
    """A place as a GeoJSON feature; another datum than WGS-84 only when asked for, and labelled."""
    point = place.point if place.is_located else None
    properties = place_properties(place, region, vocabulary)
    if datum is not Datum.WGS84:
        properties["datum"] = datum.value
        if point:
            lat, lon = convert(point.lat, point.lon, Datum.WGS84, datum)
            point = Point(lat, lon).rounded(COORDINATE_DECIMALS)
    return geojson.feature(place.id, point, properties)


def schedule(place: Place, start: date, calendar: HolidayCalendar) -> list[dict[str, Any]] | None:
    """Opening hours for eight days from ``start``; None when unknown.

    Each day: its date, whether it is a holiday or a make-up working day, and its open intervals
    as minutes since that day's midnight (an interval may end after 1,440: past midnight).
    """
    intervals = open_intervals(place.opening_hours, start, SCHEDULE_DAYS, calendar)
    if intervals is None:
        return None
    days = []
    for offset in range(SCHEDULE_DAYS):
        day = start + timedelta(days=offset)
        midnight = offset * DAY_MINUTES
        days.append(
            {
                "date": day.isoformat(),
                "holiday": calendar.is_holiday(day),
                "makeup_workday": calendar.is_makeup_workday(day),
                "tentative": calendar.is_tentative(day),
                "open": [
                    [max(begin, midnight) - midnight, min(end, midnight + DAY_MINUTES) - midnight]
                    for begin, end in intervals
                    if begin < midnight + DAY_MINUTES and end > midnight
                ],
            }
        )
    return days


def kinds_json(
    vocabulary: Vocabulary, region: Region, registered: Mapping[str, int]
) -> dict[str, Any]:
    """The vocabulary, with how many places are registered beside how many were announced."""
    return {
        "kinds": [
            {
                "key": kind.key,
                "name": kind.name,
                "name_en": kind.name_en,
                "short": kind.short,
                "colour": kind.colour,
                "colour_dark": kind.colour_dark,
                "symbol": kind.symbol,
                "counts": kind.counts,
                "mode": kind.mode,
                "published_figure": region.published_figures.get(kind.key),
                "registered": registered.get(kind.key, 0),
            }
            for kind in vocabulary.kinds
        ],
        "amenities": [
            {"key": amenity.key, "name": amenity.name, "name_en": amenity.name_en}
            for amenity in vocabulary.amenities
        ],
    }


# --- areas ---------------------------------------------------------------------------------


def districts_json(region: Region) -> dict[str, Any]:
    """The districts as GeoJSON, simplified for the phone."""
    return geojson.collection(
        [
            geojson.feature(
                district.adcode,
                district.polygon,
                {"adcode": district.adcode, "name": district.name},
            )
            for district in region.districts_light
        ]
    )


def basemap_json(region: Region) -> dict[str, Any]:
    """The base map's drawing list, from the region's folder only."""

    def rings(geometry: Any) -> list[list[int]]:
        polygons = getattr(geometry, "geoms", [geometry])
        return [
            [round(value * MICRO) for lon, lat in ring.coords for value in (lat, lon)]
            for polygon in polygons
            for ring in (polygon.exterior, *polygon.interiors)
        ]

    def label(geometry: Any) -> list[float]:
        point = geometry.representative_point()
        return [round(point.y, 4), round(point.x, 4)]

    seats = {(round(p.lat, 4), round(p.lon, 4)) for p in region.seats.values()}
    return {
        "bounds": [round(edge, 4) for edge in region.districts.bounds],
        "districts": [
            {
                "adcode": district.adcode,
                "name": district.name,
                "label": label(district.polygon),
                "rings": rings(district.polygon),
            }
            for district in region.districts_light
        ],
        "urban": [
            {"name": a.name, "adcode": a.adcode, "sample": a.sample, "rings": rings(a.polygon)}
            for a in region.urban_areas
        ],
        "towns": [
            {
                "name": entry.name,
                "lat": round(entry.point.lat, 4),
                "lon": round(entry.point.lon, 4),
                "seat": (round(entry.point.lat, 4), round(entry.point.lon, 4)) in seats,
            }
            for entry in region.gazetteer
        ],
        "credits": list(region.credits),
    }


def coverage_areas_json(found: CoverageAreas) -> dict[str, Any]:
    """Covered, twice covered and uncovered parts of the main urban areas."""
    return geojson.collection(
        [geojson.feature(None, area.polygon, area.properties()) for area in found.areas],
        note=found.note,
    )
