"""A server on loopback that speaks the providers' documented JSON, and can misbehave.

In a test::

    with ProviderStub() as stub:
        stub.misbehave("rate_limited", times=1)
        settings = load_settings({"LOCATOR_AMAP_KEY": KEY, "LOCATOR_AMAP_URL": stub.url})

By itself, so that a run can be killed in the middle and started again::

    python -m tests.integration.provider_stub --port 8200 --delay 0.2 --log asked.txt

Every address has one true point, made from its text near the middle of the district that it names
(亭湖区 when it names none). Each provider gives it in its own datum, computed by geocoordinates-rs,
which knows nothing of ours. Every query is logged as one line: provider, tab, query.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import sys
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import geocoordinates_ffi as oracle

from tests.integration.stub_server import FAILURES, StubRequest, StubServer

MIDDLES = {
    "亭湖区": ("320902", 33.377, 120.274),
    "盐都区": ("320903", 33.28, 119.98),
    "大丰区": ("320904", 33.181, 120.581),
    "响水县": ("320921", 34.159, 119.717),
    "滨海县": ("320922", 34.082, 120.002),
    "阜宁县": ("320923", 33.765, 119.677),
    "射阳县": ("320924", 33.764, 120.293),
    "建湖县": ("320925", 33.504, 119.829),
    "东台市": ("320981", 32.775, 120.749),
}
"""Of each district its adcode and a point deep inside, WGS-84."""
PEKING = (39.9075, 116.3972)
LEVELS = {"amap": "门牌号", "tianditu": "门址", "baidu": "门址", "nominatim": 30}


def true_point(query: str) -> tuple[float, float]:
    """(lat, lon), WGS-84: within about 2 km of the middle of the district that is named."""
    _adcode, lat, lon = MIDDLES[named_district(query)]
    digest = hashlib.blake2b(query.encode(), digest_size=4).digest()
    north, east = (int.from_bytes(part) / 65535 - 0.5 for part in (digest[:2], digest[2:]))
    return round(lat + 0.03 * north, 6), round(lon + 0.03 * east, 6)


def named_district(query: str) -> str:
    found = [name for name in MIDDLES if name in query or name[:-1] in query]
    return found[0] if found else "亭湖区"


def in_datum_of(provider: str, lat: float, lon: float) -> tuple[float, float]:
    point = oracle.Wgs84(lat=lat, lon=lon)
    if provider == "amap":
        point = oracle.wgs84_to_gcj02(point)
    elif provider == "baidu":
        point = oracle.wgs84_to_bd09(point)
    return point.lat, point.lon


# ---------------------------------------------------------------- the documented answers


def answer(provider: str, query: str, point: tuple[float, float]) -> Any:
    """The provider's JSON for a match at a WGS-84 point."""
    lat, lon = in_datum_of(provider, *point)
    return place(provider, query, lat, lon, adcode=MIDDLES[named_district(query)][0])


def place(
    provider: str, query: str, lat: Any, lon: Any, *, adcode: str = "320902", level: Any = None
) -> Any:
    """The provider's JSON for one match at a point in its own datum."""
    level = LEVELS[provider] if level is None else level
    if provider == "amap":
        geocode = {
            "formatted_address": query,
            "country": "中国",
            "province": "江苏省",
            "citycode": "0515",
            "city": "盐城市",
            "district": named_district(query),
            "township": [],
            "neighborhood": {"name": [], "type": []},
            "building": {"name": [], "type": []},
            "adcode": adcode,
            "street": "",
            "number": [],
            "location": f"{lon},{lat}",
            "level": level,
        }
        head = {"status": "1", "info": "OK", "infocode": "10000", "count": "1"}
        return {**head, "geocodes": [geocode]}
    if provider == "tianditu":
        found = {"score": 100, "level": level, "lon": lon, "lat": lat, "keyWord": query}
        return {"msg": "ok", "location": found, "searchVersion": "6.0.0", "status": "0"}
    if provider == "baidu":
        scores = {"precise": 1, "confidence": 80, "comprehension": 100}
        result = {"location": {"lng": lon, "lat": lat}, **scores, "level": level}
        return {"status": 0, "result": result}
    return [
        {
            "place_id": 1,
            "licence": "Data © OpenStreetMap contributors, ODbL 1.0.",
            "osm_type": "node",
            "osm_id": 1,
            "lat": str(lat),
            "lon": str(lon),
            "class": "building",
            "type": "yes",
            "place_rank": level,
            "importance": 0.0001,
            "addresstype": "building",
            "name": query,
            "display_name": query,
            "boundingbox": ["0", "0", "0", "0"],
        }
    ]


def nothing(provider: str) -> Any:
    """The provider's JSON for an address that it does not know."""
    return {
        "amap": {
            "status": "1",
            "info": "OK",
            "infocode": "10000",
            "count": "0",
            "geocodes": [],
        },
        "tianditu": {"msg": "无结果", "status": "101"},
        "baidu": {"status": 1, "msg": "Internal Service Error:无相关结果", "results": []},
        "nominatim": [],
    }[provider]


def quota_spent(provider: str) -> Any:
    """The provider's JSON, under status 200, when the day's quota is spent."""
    return {
        "amap": {"status": "0", "info": "DAILY_QUERY_OVER_LIMIT", "infocode": "10003"},
        "tianditu": {"code": 302001, "msg": "配额超限", "resolve": "请升级"},
        "baidu": {"status": 302, "message": "天配额超限，限制访问"},
        "nominatim": [],
    }[provider]


def wrong_key(provider: str, key: str) -> Any:
    """The provider's JSON, under status 200, for a key that it does not know (and echoes)."""
    return {
        "amap": {"status": "0", "info": f"INVALID_USER_KEY {key}", "infocode": "10001"},
        "tianditu": {"code": 301006, "msg": f"权限类型错误 {key}", "resolve": "请更换密钥"},
        "baidu": {"status": 200, "message": f"APP不存在，AK有误请检查再重试 {key}"},
        "nominatim": [],
    }[provider]


def without_location(provider: str, query: str) -> Any:
    """A match whose coordinates are null."""
    body = place(provider, query, None, None)
    if provider == "amap":
        body["geocodes"][0]["location"] = None
    elif provider == "tianditu":
        body["location"] = None
    elif provider == "baidu":
        body["result"]["location"] = {"lng": None, "lat": None}
    else:
        body[0]["lat"] = body[0]["lon"] = None
    return body


def odd_text(request: Request) -> Any:
    """A good match whose text will hold what no text should."""
    return place(request.provider, f"ODD{request.query}", *_true(request))


# ---------------------------------------------------------------- the misbehaviours


class Request(StubRequest):
    """One question."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        values = {name: texts[0] for name, texts in parse_qs(parts.query).items()}
        self.provider, self.query, self.key = _question(parts.path, values)
        if not self.provider:
            self.stray()
            return
        self.stub.note(self.provider, self.query)
        with contextlib.suppress(OSError):  # the other side has had enough of it
            MISBEHAVIOURS[self.stub.next_behaviour()](self)

    def send_match(self, lat: Any, lon: Any) -> None:
        self.send_json(place(self.provider, self.query, lat, lon))

    def drip_headers(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not self.stub.closing.wait(0.02):
            self.wfile.write(b"x")
            self.wfile.flush()


def _question(path: str, values: dict[str, str]) -> tuple[str, str, str]:
    """(provider, query, key), three times "" for any other page."""
    if path == "/v3/geocode/geo":
        return "amap", values.get("address", ""), values.get("key", "")
    if path == "/geocoder":
        return "tianditu", json.loads(values["ds"])["keyWord"], values.get("tk", "")
    if path == "/geocoding/v3/":
        return "baidu", values.get("address", ""), values.get("ak", "")
    if path.endswith("/search"):
        return "nominatim", values.get("q", ""), ""
    return "", "", ""


def _true(request: Request) -> tuple[float, float]:
    return in_datum_of(request.provider, *true_point(request.query))


MISBEHAVIOURS: dict[str, Callable[[Any], Any]] = FAILURES | {
    "good": lambda r: r.send_json(answer(r.provider, r.query, true_point(r.query))),
    "unauthorised": lambda r: r.send(401, f"who is {r.key}?".encode(), "text/plain"),
    "forbidden": lambda r: r.send(403, f"not {r.key}".encode(), "text/plain"),
    "wrong_key": lambda r: r.send_json(wrong_key(r.provider, r.key)),
    "rate_limited": lambda r: r.send(429, b"slow down", "text/plain", Retry_After="7"),
    "rate_limited_long": lambda r: r.send(429, b"tomorrow", "text/plain", Retry_After="7200"),
    "server_error": lambda r: r.send(500, b"oops", "text/plain"),
    "bad_gateway": lambda r: r.send(502, b"<html>bad gateway</html>", "text/html"),
    "quota_spent": lambda r: r.send_json(quota_spent(r.provider)),
    "cut_json": lambda r: r.send_json('{"status": "1", "geoc'),
    "other_json": lambda r: r.send_json([["status", 1], None]),
    "scalar_json": lambda r: r.send_json("1"),
    "nested": lambda r: r.send_json("[" * 100_000),
    "redirect": lambda r: r.send(302, b"", "text/plain", Location="/elsewhere?to=attacker"),
    "drip_headers": Request.drip_headers,
    "wrong_city": lambda r: r.send_json(answer(r.provider, r.query, PEKING)),
    "wrong_district": lambda r: r.send_json(answer(r.provider, r.query, MIDDLES["东台市"][1:])),
    "empty": lambda r: r.send_json(nothing(r.provider)),
    "swapped": lambda r: r.send_match(*reversed(_true(r))),
    "nan": lambda r: r.send_match(float("nan"), float("nan")),
    "huge": lambda r: r.send_match(1e308, -1e308),
    "out_of_range": lambda r: r.send_match(33.4, 480.1),
    "words": lambda r: r.send_match("北纬三十三度", "东经一百二十度"),
    "strings": lambda r: r.send_match(*(f"{degrees:.6f}" for degrees in _true(r))),
    "odd_text": lambda r: r.send_json(
        json.dumps(odd_text(r)).replace("ODD", r"\ud800\u0000\u202e")
    ),
    "null_location": lambda r: r.send_json(without_location(r.provider, r.query)),
    "zero": lambda r: r.send_match(0.0, 0.0),
}
"""What the stub may do instead of a good answer."""


class ProviderStub(StubServer):
    """The server."""

    def __init__(self, *, port: int = 0, delay_s: float = 0.0, log: Path | None = None) -> None:
        super().__init__(Request, port=port)
        self._delay_s = delay_s
        self._log = log
        self._script: deque[str] = deque()
        self._otherwise = "good"
        self.asked: list[tuple[str, str]] = []

    def misbehave(self, how: str, *, times: int | None = None) -> None:
        """From now on, or for the next ``times`` questions and well afterwards."""
        if times is None:
            self._otherwise = MISBEHAVIOURS[how] and how
        else:
            self._script.extend([how] * times)

    def forget(self) -> None:
        """Behave again, and forget who asked."""
        with self.lock:
            self._otherwise = "good"
            self._script.clear()
            self.asked.clear()
            self.strays.clear()

    def next_behaviour(self) -> str:
        with self.lock:
            return self._script.popleft() if self._script else self._otherwise

    def note(self, provider: str, query: str) -> None:
        with self.lock:
            self.asked.append((provider, query))
            self.lock.notify_all()
            if self._log:
                with self._log.open("a", encoding="utf-8") as file:
                    file.write(f"{provider}\t{query}\n")
        self.closing.wait(self._delay_s)


def main() -> None:
    parser = argparse.ArgumentParser(description="A stub of the geocoding providers.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before each answer")
    parser.add_argument("--log", type=Path, help="file to which each query is added as a line")
    parser.add_argument("--behave", choices=sorted(MISBEHAVIOURS), default="good")
    options = parser.parse_args()
    stub = ProviderStub(port=options.port, delay_s=options.delay, log=options.log)
    stub.misbehave(options.behave)
    sys.stdout.write(f"listening on {stub.url}\n")
    sys.stdout.flush()
    with contextlib.suppress(KeyboardInterrupt):
        stub.serve()


if __name__ == "__main__":
    main()
