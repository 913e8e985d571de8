"""Baidu Maps v3 over geopy's ``BaiduV3``. Its points are BD-09.

Documentation: https://lbsyun.baidu.com/faq/api?title=webapi/guide/webservice-geocoding. geopy
takes whatever the answer holds: a missing latitude becomes 0, and its ``Location.address`` is the
level of the match. Here the answer is read strictly and the level stays in ``Location.raw``.
"""

from __future__ import annotations

from typing import Any

from geopy.exc import GeocoderParseError, GeocoderRateLimited, GeocoderUnavailable
from geopy.geocoders import BaiduV3
from geopy.location import Location

from services.geocoding.reading import number, table, text

_CONCURRENCY = 401
_NOTHING = "无相关结果"


class Baidu(BaiduV3):  # type: ignore[misc]  # geopy is not typed
    """geopy's Baidu with a base address of our choice and strict reading."""

    def __init__(self, api_key: str, *, base_url: str, **options: Any) -> None:
        super().__init__(api_key, **options)
        self.api = f"{base_url}{self.api_path}"

    def _parse_json(self, page: Any, exactly_one: bool = True) -> Any:
        page = table(page)
        status = page.get("status")
        if isinstance(status, bool) or not isinstance(status, int):
            raise GeocoderParseError("no status")
        message = text(page.get("msg")) or text(page.get("message"))
        if status == 1 and _NOTHING in message:
            return None
        if status == 1:
            raise GeocoderUnavailable("status 1")
        if status == _CONCURRENCY:
            raise GeocoderRateLimited("status 401")
        self._check_status(status)
        if not page.get("result"):
            return None
        found = table(page["result"])
        at = table(found.get("location"))
        point = (number(at.get("lat"), 90), number(at.get("lng"), 180))
        place = Location(text(found.get("level")), point, found)
        return place if exactly_one else [place]
