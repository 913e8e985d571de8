"""A Nominatim of one's own, over geopy's. Its points are WGS-84.

Documentation: https://nominatim.org/release-docs/latest/api/Search/. The public server at
openstreetmap.org forbids bulk use; the setting asks for one's own.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from geopy.exc import GeocoderParseError
from geopy.geocoders import Nominatim as GeopyNominatim
from geopy.geocoders.base import DEFAULT_SENTINEL
from geopy.location import Location

from services.geocoding.reading import number, table, text


class Nominatim(GeopyNominatim):  # type: ignore[misc]  # geopy is not typed
    """geopy's Nominatim with a base address of our choice and strict reading."""

    def __init__(self, *, base_url: str, **options: Any) -> None:
        parts = urlsplit(base_url)
        super().__init__(domain=parts.netloc + parts.path, scheme=parts.scheme, **options)

    def geocode(
        self, query: str, *, exactly_one: bool = True, timeout: Any = DEFAULT_SENTINEL, **more: Any
    ) -> Any:
        """The best ``Location``, None when there is none. WGS-84."""
        return super().geocode(
            query, exactly_one=exactly_one, timeout=timeout, **{"language": "zh-CN,zh", **more}
        )

    def _parse_json(self, places: Any, exactly_one: bool = True) -> Any:
        if not isinstance(places, list):
            raise GeocoderParseError("not a list of places")
        found = [_location(table(each)) for each in places]
        if not found:
            return None
        return found[0] if exactly_one else found


def _location(place: dict[str, Any]) -> Location:
    point = (number(place.get("lat"), 90), number(place.get("lon"), 180))
    return Location(text(place.get("display_name")), point, place)
