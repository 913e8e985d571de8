"""Links that hand a place over to a map app. Each names its datum: the apps' own differ.

Nothing is converted here: each app takes WGS-84 when told so, and converts for itself.

- AMap 高德, ``uri.amap.com/marker``: ``coordinate=wgs84``
  (lbs.amap.com/api/uri-api/guide/mobile-web/point)
- Baidu 百度, ``api.map.baidu.com/marker``: ``coord_type=wgs84``
  (lbsyun.baidu.com, URI API for the web, marker)
- Tencent 腾讯, ``apis.map.qq.com/uri/v1/marker``: ``coord_type=1``, that is GPS
  (lbs.qq.com, URI API, marker)
- the phone's own, ``geo:lat,lon``: WGS-84 is what it means without ``crs``
  (RFC 5870, section 3.4.2)

``static/js/navigation.js`` builds the first of them for the finder, the same. Inside WeChat a
script opens WeChat's own map instead, in GCJ-02 (``static/js/wechat.js``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, urlencode

from services.geo.point import Point

SOURCE: Final = "worker-services-locator"
"""Who sends the visitor: the apps ask for a name, and get the same from every installation."""

_TENCENT_MARKS: Final = str.maketrans(":;", "\uff1a\uff1b")
"""Tencent's ``marker`` is itself a list of ``key:value;``: a name's own marks become wide ones."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """Where one place's links lead; ``geo`` is not for desktops, which have no app for it."""

    amap: str
    baidu: str
    tencent: str
    geo: str


def handoff(point: Point, name: str, address: str = "") -> Handoff:
    """The links to ``point`` (WGS-84). ``name`` and ``address`` are any text, sent as they are."""
    lat, lon = point.lat, point.lon
    return Handoff(
        amap=_link(
            "https://uri.amap.com/marker",
            {
                "position": f"{lon},{lat}",
                "name": name,
                "src": SOURCE,
                "coordinate": "wgs84",
                "callnative": "1",
            },
        ),
        baidu=_link(
            "https://api.map.baidu.com/marker",
            {
                "location": f"{lat},{lon}",
                "title": name,
                "content": address or name,
                "output": "html",
                "coord_type": "wgs84",
                "src": SOURCE,
            },
        ),
        tencent=_link(
            "https://apis.map.qq.com/uri/v1/marker",
            {
                "marker": f"coord:{lat},{lon};title:{name.translate(_TENCENT_MARKS)}"
                f";addr:{(address or name).translate(_TENCENT_MARKS)}",
                "coord_type": "1",
                "referer": SOURCE,
            },
        ),
        # "q" is Android's: it puts a named pin there instead of only moving the map.
        geo=f"geo:{lat},{lon}?q={lat},{lon}({quote(name, safe='')})",
    )


def _link(address: str, query: Mapping[str, str]) -> str:
    return f"{address}?{urlencode(query, safe=',', quote_via=quote)}"
