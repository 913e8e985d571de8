"""Links to map apps: each gets the point, its datum and the name, whatever the name is."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from services.geo.point import Point
from services.settings import ROOT
from services.web.navigation import handoff
from tests.web.test_hostile_names import NAMES

NODE = shutil.which("node") or shutil.which(str(ROOT / ".venv" / "bin" / "node"))
DOOR = Point(33.390123, 120.140456)


def query_of(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


@pytest.mark.parametrize("name", [*NAMES, "门口;的:驿站", "A&B=C#D%20?+", "名字(旧)"])
def test_each_map_app_gets_the_point_its_datum_and_the_name(name: str) -> None:
    links = handoff(DOOR, name, f"{name} 1 号")
    amap, baidu, tencent = map(query_of, (links.amap, links.baidu, links.tencent))
    assert links.amap.startswith("https://uri.amap.com/marker?")
    assert amap == {
        "position": "120.140456,33.390123",
        "name": name,
        "coordinate": "wgs84",
        "callnative": "1",
        "src": baidu["src"],
    }
    assert links.baidu.startswith("https://api.map.baidu.com/marker?")
    assert baidu["location"] == "33.390123,120.140456"
    assert baidu["coord_type"] == "wgs84"
    assert (baidu["title"], baidu["content"]) == (name, f"{name} 1 号")
    assert baidu["output"] == "html"
    assert links.tencent.startswith("https://apis.map.qq.com/uri/v1/marker?")
    assert tencent["coord_type"] == "1"  # GPS, that is WGS-84
    fields = dict(part.split(":", 1) for part in tencent["marker"].split(";"))
    plain = name.translate({ord(":"): "\uff1a", ord(";"): "\uff1b"})
    assert fields == {"coord": "33.390123,120.140456", "title": plain, "addr": f"{plain} 1 号"}
    assert tencent["referer"] == baidu["src"] != ""
    place, label = links.geo.split("?q=")
    assert place == "geo:33.390123,120.140456"
    assert unquote(label) == f"33.390123,120.140456({name})"
    assert re.fullmatch(r"[\w.,%~()-]+", label)


@pytest.mark.skipif(NODE is None, reason="no Node on this machine")
def test_the_finder_builds_the_same_link_to_amap() -> None:
    script = (
        'import { amapUrl } from "./static/js/navigation.js";'
        "console.log(amapUrl(JSON.parse(process.argv[1])))"
    )
    for name in ["门口的驿站", *NAMES]:
        place = json.dumps({"lat": DOOR.lat, "lon": DOOR.lon, "name": name, "address": "x"})
        assert NODE is not None
        done = subprocess.run(
            [NODE, "--input-type=module", "-e", script, place],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert query_of(done.stdout.strip()) == query_of(handoff(DOOR, name).amap)
