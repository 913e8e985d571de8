"""Tianditu (天地图), ``/geocoder?ds=…``. Its points are CGCS2000, which we take as WGS-84.

Documentation: http://lbs.tianditu.gov.cn/server/geocodinginterface.html. Answers hold ``status``
("0" good, "101" nothing found, "404" failed) and one ``location``; a refused key gives another
form, ``{"code": 301xxx, "msg": …, "resolve": …}``, under status 200, 403 or 418.
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from geopy.adapters import AdapterHTTPError
from geopy.exc import (
    GeocoderAuthenticationFailure,
    GeocoderParseError,
    GeocoderQuotaExceeded,
    GeocoderServiceError,
)
from geopy.geocoders.base import DEFAULT_SENTINEL, Geocoder
from geopy.location import Location

from services.geocoding.reading import number, table, text

_SPENT: Final = ("配额", "超", "上限", "次数", "频")
_NOTHING: Final = ("无结果", "结果为空", "not found", "no result")


class Tianditu(Geocoder):  # type: ignore[misc]  # geopy is not typed
    """A geopy geocoder for Tianditu."""

    def __init__(self, api_key: str, *, base_url: str, **options: Any) -> None:
        super().__init__(**options)
        self.api_key = api_key
        self.api = f"{base_url}/geocoder"

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL
    ) -> Any:
        """The ``Location`` (in a list unless ``exactly_one``), None when there is none. WGS-84."""
        question = json.dumps({"keyWord": query}, ensure_ascii=False)
        url = f"{self.api}?{urlencode({'ds': question, 'tk': self.api_key})}"
        return self._call_geocoder(
            url, partial(self._parse_json, exactly_one=exactly_one), timeout=timeout
        )

    def _parse_json(self, page: Any, exactly_one: bool) -> Any:
        page = table(page)
        _check_key(page)
        status, message = str(page.get("status")), text(page.get("msg")).lower()
        if status == "101" or any(word in message for word in _NOTHING):
            return None
        if status != "0":
            raise GeocoderServiceError("status is not 0")
        found = page.get("location")
        if found is None:
            raise GeocoderParseError("status 0 without a location")
        found = table(found)
        point = (number(found.get("lat"), 90), number(found.get("lon"), 180))
        place = Location(text(found.get("keyWord")), point, found)
        return place if exactly_one else [place]

    def _geocoder_exception_handler(self, error: Exception) -> None:
        """Read what a refused key or a spent quota says under an HTTP error."""
        if not isinstance(error, AdapterHTTPError):
            return
        try:
            page = json.loads(error.body)
        except (ValueError, RecursionError):
            page = None
        if isinstance(page, dict):
            _check_key(page)
        if error.status_code == 418:  # Tianditu's answer to an unknown key
            raise GeocoderAuthenticationFailure("status 418") from None


def _check_key(page: dict[str, Any]) -> None:
    code = str(page.get("code", ""))
    if not (code.isdigit() and code.startswith(("300", "301", "302"))):
        return
    if any(word in text(page.get("msg")) for word in _SPENT):
        raise GeocoderQuotaExceeded(f"code {code}")
    raise GeocoderAuthenticationFailure(f"code {code}")
