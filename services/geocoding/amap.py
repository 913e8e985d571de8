"""AMap (高德), Web service API v3 ``/v3/geocode/geo``. Its points are GCJ-02.

Documentation: https://lbs.amap.com/api/webservice/guide/api/georegeo (fields) and
https://lbs.amap.com/api/webservice/guide/tools/info (infocodes).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderParseError,
    GeocoderQueryError,
    GeocoderQuotaExceeded,
    GeocoderRateLimited,
    GeocoderServiceError,
    GeocoderUnavailable,
)
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from services.geocoding.reading import number, table, text

_FAILURES: Final = (
    (
        GeocoderAuthenticationFailure,
        "10001 10002 10005 10006 10007 10008 10009 10011 10012 10013 10026 10041",
    ),
    (GeocoderQuotaExceeded, "10003 10010 10044 40000 40002"),
    (GeocoderRateLimited, "10004 10014 10019 10020 10021"),
    (GeocoderUnavailable, "10015 10016 10017 20003"),
)
_UNREADABLE_ADDRESS: Final = "30001"
"""ENGINE_RESPONSE_DATA_ERROR: what AMap says of an address that it cannot make sense of."""


class AMap(Geocoder):  # type: ignore[misc]  # geopy is not typed
    """A geopy geocoder for AMap."""

    def __init__(self, api_key: str, *, base_url: str, **options: Any) -> None:
        super().__init__(**options)
        self.api_key = api_key
        self.api = f"{base_url}/v3/geocode/geo"

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """The best ``Location`` (or the list of all), None when AMap knows none. GCJ-02."""
        url = f"{self.api}?{urlencode({'key': self.api_key, 'address': query, 'output': 'JSON'})}"
        return self._call_geocoder(
            url, partial(self._parse_json, exactly_one=exactly_one), timeout=timeout
        )

    def _parse_json(self, page: Any, exactly_one: bool) -> Any:
        page = table(page)
        if str(page.get("status")) != "1":
            if text(page.get("infocode")) == _UNREADABLE_ADDRESS:
                return None
            raise _failure(text(page.get("infocode")))
        found = page.get("geocodes")
        if not isinstance(found, list):
            raise GeocoderParseError("no list of geocodes")
        places = [_location(table(each), len(found)) for each in found]
        if not places:
            return None
        return places[0] if exactly_one else places


def _location(geocode: dict[str, Any], candidates: int) -> Location:
    lon, comma, lat = text(geocode.get("location")).partition(",")
    if not comma:
        raise GeocoderParseError("no location")
    point = (number(lat, 90), number(lon, 180))
    return Location(
        text(geocode.get("formatted_address")), point, {**geocode, "candidates": candidates}
    )


def _failure(infocode: str) -> GeocoderServiceError:
    """The geopy error for an infocode. The free text beside it is not passed on."""
    shown = infocode if infocode.isascii() and infocode.isdigit() else "?"
    for kind, codes in _FAILURES:
        if infocode in codes.split():
            failure: GeocoderServiceError = kind(f"infocode {shown}")
            return failure
    if infocode.startswith("20"):
        return GeocoderQueryError(f"infocode {shown}")
    return GeocoderServiceError(f"infocode {shown}")
