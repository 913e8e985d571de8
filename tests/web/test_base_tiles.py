"""The base map's streets over HTTP, and what a page says of them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import mapbox_vector_tile
import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.settings import Settings
from services.travel.streets import build_network
from services.workflows import build_base_tiles
from tests.conftest import VADUZ
from tests.drawn import LAT, LON, across, write_drawn_town, write_extract

TILE = (14, 8625, 5753)
"""By the formula of wiki.openstreetmap.org, "Slippy map tilenames": of 47.14, 9.52."""


def built(pbf: Path, folder: Path) -> Path:
    streets = folder / "town.streets"
    network = build_network(pbf, streets)
    build_base_tiles(pbf, network, folder / "town.pmtiles", progress=lambda _step: None)
    return streets


def serve(streets: Path | None, folder: Path, **settings: object) -> APIFlask:
    values = {"database_url": f"sqlite:///{folder / 'registry.db'}", "region": VADUZ, **settings}
    return create_app(Settings(streets=streets, **values))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[APIFlask]:
    """A town whose streets were built."""
    folder = tmp_path_factory.mktemp("town")
    app = serve(built(write_drawn_town(folder / "town.osm.pbf"), folder), folder)
    yield app
    app.extensions["locator"].database.dispose()


@pytest.fixture
def town(app: APIFlask) -> FlaskClient:
    return app.test_client()


def address(client: FlaskClient, page: str = "/map") -> str:
    found = re.search(
        r'"url":"(/tiles/[0-9a-f]{16}/\{z\}/\{x\}/\{y\}\.mvt)"', client.get(page).text
    )
    assert found is not None
    return found.group(1)


def tile(client: FlaskClient, z: int, x: int, y: int) -> str:
    return address(client).format(z=z, x=x, y=y)


def test_a_tile_goes_out_as_it_is_stored_and_may_be_kept_for_ever(town: FlaskClient) -> None:
    answer = town.get(tile(town, *TILE), headers={"Accept-Encoding": "gzip, br"})
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/vnd.mapbox-vector-tile"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Vary"] == "Accept-Encoding"
    layers = mapbox_vector_tile.decode(gzip.decompress(answer.data))
    assert "解放路" in {f["properties"].get("name") for f in layers["streets"]["features"]}
    plain = town.get(tile(town, *TILE), headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in plain.headers
    assert plain.data == gzip.decompress(answer.data)


def test_inside_an_empty_tile_is_empty_and_outside_there_is_none(tmp_path: Path) -> None:
    corner = (LAT + 0.05, LON + 0.05)
    pbf = write_extract(
        tmp_path / "x.osm.pbf",
        [
            (across(LAT), {"highway": "primary"}),
            ([corner, (corner[0], corner[1] + 0.001)], {"highway": "primary"}),
        ],
    )
    app = serve(built(pbf, tmp_path), tmp_path)
    client = app.test_client()
    empty = client.get(tile(client, 14, 8627, 5752))
    assert (empty.status_code, empty.data) == (204, b"")
    assert "immutable" in empty.headers["Cache-Control"]
    for z, x, y in ((14, 8600, 5753), (14, 8625, 5700), (16, 34500, 23012), (8, 134, 89)):
        assert client.get(tile(client, z, x, y)).status_code == 404
    for wrong in (
        "/tiles/0000000000000000/14/8625/5753.mvt",
        tile(client, *TILE).replace("8625", "-1"),
        tile(client, *TILE).replace("5753", str(10**30)),
        tile(client, *TILE).replace(".mvt", ".png"),
    ):
        answer = client.get(wrong)
        assert answer.status_code == 404, wrong
        assert "immutable" not in answer.headers.get("Cache-Control", ""), wrong
    app.extensions["locator"].database.dispose()


def test_every_map_knows_the_streets_and_says_whose_they_are(town: FlaskClient) -> None:
    for page in ("/", "/map", "/embed"):
        text = town.get(page).text
        assert address(town, page) == address(town)
        assert "© OpenStreetMap contributors, ODbL" in text
        options = json.loads(re.findall(r'"streets":(\{.*?\})', text.replace("{z}/{x}/{y}", ""))[0])
        assert (options["minZoom"], options["maxZoom"]) == (9, 15)
        assert options["bounds"] == pytest.approx(
            [LAT - 0.02, LON - 0.02, LAT + 0.02, LON + 0.02], abs=1e-6
        )
        assert town.get(options["library"]).status_code == 200
        assert f'src="{options["library"]}"' not in text
        assert f'href="{options["library"]}"' not in text


@pytest.mark.parametrize("what", ["none", "damaged", "another city's"])
def test_without_streets_of_this_city_the_pages_are_as_before(what: str, tmp_path: Path) -> None:
    bare = serve(None, tmp_path)
    before = bare.test_client().get("/map").text
    bare.extensions["locator"].database.dispose()
    assert '"streets":null' in before

    where = LAT if what != "another city's" else LAT - 5
    pbf = write_extract(tmp_path / "x.osm.pbf", [(across(where), {"highway": "primary"})])
    streets = built(pbf, tmp_path)
    tiles = streets.with_suffix(".pmtiles")
    if what == "none":
        tiles.unlink()
    elif what == "damaged":
        tiles.write_bytes(tiles.read_bytes()[:200])
    app = serve(streets, tmp_path)
    client = app.test_client()
    assert normalised(client.get("/map").text) == normalised(before)
    assert client.get("/tiles/0000000000000000/14/8625/5753.mvt").status_code == 404
    app.extensions["locator"].database.dispose()


def normalised(text: str) -> str:
    return re.sub(r'nonce="[^"]+"', 'nonce=""', text)
