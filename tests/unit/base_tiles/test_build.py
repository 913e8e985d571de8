"""An extract that the test draws, its tiles read back with other libraries than wrote them."""

from __future__ import annotations

import gzip
import math
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import mapbox_vector_tile
import pytest
from pmtiles.reader import MemorySource, Reader, all_tiles
from pyproj import Transformer
from shapely.geometry import box, shape

from services.base_tiles import TileSource, build_tiles, open_tiles
from services.errors import FileUnreadable, InvalidInput
from services.settings import ROOT
from tests.drawn import LAT, LON, across, square, write_drawn_town, write_extract

LIECHTENSTEIN = ROOT.parent / "shared" / "data" / "check" / "liechtenstein-latest.osm.pbf"
SOURCE = TileSource("0" * 64, None)
MERCATOR = Transformer.from_crs(4326, 3857, always_xy=True)
HALF_WORLD = math.pi * 6378137


def pixel(lat: float, lon: float, zoom: int) -> tuple[float, float]:
    """Where PROJ puts a spot, in 4096ths of a tile, from the world's north-west corner."""
    x, y = MERCATOR.transform(lon, lat)
    units = 4096 * 2**zoom / (2 * HALF_WORLD)
    return (x + HALF_WORLD) * units, (HALF_WORLD - y) * units


def tile_of(lat: float, lon: float, zoom: int) -> tuple[int, int]:
    x, y = pixel(lat, lon, zoom)
    return int(x // 4096), int(y // 4096)


def decoded(tile: bytes) -> dict[str, list[dict[str, Any]]]:
    # y is to the south, as it is stored
    layers = mapbox_vector_tile.decode(
        gzip.decompress(tile), default_options={"y_coord_down": True, "geojson": False}
    )
    return {name: layer["features"] for name, layer in layers.items()}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    pbf = write_drawn_town(folder / "town.osm.pbf")
    assert build_tiles(pbf, folder / "town.pmtiles", SOURCE) > 0
    return folder / "town.pmtiles"


def at(path: Path, lat: float, lon: float, zoom: int) -> dict[str, list[dict[str, Any]]]:
    stored = open_tiles(path).tile(zoom, *tile_of(lat, lon, zoom))
    assert stored is not None
    return decoded(stored)


def every(path: Path, zoom: int) -> Iterator[tuple[int, int, dict[str, list[dict[str, Any]]]]]:
    for (z, x, y), stored in all_tiles(MemorySource(path.read_bytes())):
        if z == zoom:
            yield x, y, decoded(stored)


def test_everything_is_there_near_by_and_the_large_things_far_away(town: Path) -> None:
    near: dict[str, set[str]] = {}
    for _x, _y, layers in every(town, 15):
        for name, features in layers.items():
            near.setdefault(name, set()).update(f["properties"]["kind"] for f in features)
    assert near == {
        "streets": {"major", "minor", "path"},
        "water": {"river", "water"},
        "green": {"park"},
        "rail": {"rail"},
        "buildings": {"building"},
    }
    (_, _, far), *others = every(town, 9)
    assert others == []
    assert {name: len(features) for name, features in far.items()} == {"water": 2}  # river and lake
    (_, _, middle), *_ = every(town, 12)
    assert {f["properties"]["kind"] for f in middle["streets"]} == {"major", "minor"}


def test_a_street_lies_where_proj_puts_it(town: Path) -> None:
    ends = [pixel(lat, lon, 12) for lat, lon in (across(LAT)[0], across(LAT)[-1])]
    found = [
        (x * 4096 + px, y * 4096 + py)
        for x, y, layers in every(town, 12)
        for feature in layers.get("streets", [])
        if feature["properties"]["kind"] == "major"
        for line in lines(feature)
        for px, py in line
    ]
    assert min(found) == pytest.approx(min(ends), abs=1)
    assert max(found) == pytest.approx(max(ends), abs=1)


def lines(feature: dict[str, Any]) -> list[list[tuple[int, int]]]:
    geometry = feature["geometry"]
    if geometry["type"] == "LineString":
        return [geometry["coordinates"]]
    return list(geometry["coordinates"])


def test_a_tile_reaches_a_little_over_its_edge_and_no_farther(town: Path) -> None:
    for zoom in range(9, 16):
        for _x, _y, layers in every(town, zoom):
            for feature in (f for features in layers.values() for f in features):
                west, north, east, south = shape(feature["geometry"]).bounds
                assert -128 <= west <= east <= 4096 + 128
                assert -128 <= north <= south <= 4096 + 128
                assert east >= -128 and west <= 4096 + 128


def test_a_lake_keeps_its_island(town: Path) -> None:
    middle = at(town, LAT + 0.008, LON + 0.008, 13)
    (lake,) = [f for f in middle["water"] if f["properties"]["kind"] == "water"]
    drawn = shape(lake["geometry"])
    x, y = tile_of(LAT + 0.008, LON + 0.008, 13)

    def local(lat: float, lon: float) -> tuple[float, float]:
        px, py = pixel(lat, lon, 13)
        return px - x * 4096, py - y * 4096

    west, south = local(LAT + 0.005, LON + 0.005)
    east, north = local(LAT + 0.011, LON + 0.011)
    hole_w, hole_s = local(LAT + 0.007, LON + 0.007)
    hole_e, hole_n = local(LAT + 0.009, LON + 0.009)
    expected = box(west, north, east, south).difference(box(hole_w, hole_n, hole_e, hole_s))
    expected = expected.intersection(box(-96, -96, 4192, 4192))
    assert drawn.is_valid
    assert drawn.symmetric_difference(expected).area < 0.01 * expected.area
    # Vector Tile Specification 2.1, 4.3.3.3: the outer ring is positive by the surveyor's formula.
    outer, inner = lake["geometry"]["coordinates"][0], lake["geometry"]["coordinates"][1]
    assert surveyed(outer) > 0 > surveyed(inner)


def surveyed(ring: list[tuple[int, int]]) -> float:
    return sum(
        ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)
    )


def test_names_come_with_both_languages_and_only_near_by(town: Path) -> None:
    def names(zoom: int) -> set[tuple[str | None, str | None]]:
        return {
            (f["properties"].get("name"), f["properties"].get("name_en"))
            for _x, _y, layers in every(town, zoom)
            for features in layers.values()
            for f in features
        }

    assert names(10) == {(None, None)}
    assert names(11) == {(None, None), ("解放路", "Jiefang Road"), ("串场河", None)}
    assert ("南北街", None) in names(13)


def test_pieces_of_one_street_are_joined(tmp_path: Path) -> None:
    spots = [(LAT, LON + 0.0005 * n) for n in range(9)]
    tags = {"highway": "primary", "name": "长街"}
    pieces = [([a, b], tags) for a, b in pairwise(spots)]
    pbf = write_extract(tmp_path / "x.osm.pbf", pieces)
    build_tiles(pbf, tmp_path / "x.pmtiles", SOURCE)
    for _x, _y, layers in every(tmp_path / "x.pmtiles", 14):
        (street,) = layers["streets"]
        assert street["geometry"]["type"] == "LineString"


def test_what_the_extract_cuts_off_is_drawn_as_far_as_its_nodes(tmp_path: Path) -> None:
    a, b, c = across(LAT)
    pbf = write_extract(
        tmp_path / "x.osm.pbf",
        [
            ([a, b, None, c], {"highway": "primary"}),
            ([*square(LAT, LON, 0.001)[:3], None], {"building": "yes"}),
        ],
        [([(2, "outer"), (99, "outer")], {"natural": "water"})],
    )
    build_tiles(pbf, tmp_path / "x.pmtiles", SOURCE)
    west, _south, east, _north = bounds(tmp_path / "x.pmtiles")
    assert (west, east) == pytest.approx((a[1], b[1]), abs=1e-6)
    for _x, _y, layers in every(tmp_path / "x.pmtiles", 15):
        assert set(layers) == {"streets"}


def bounds(path: Path) -> tuple[float, float, float, float]:
    header = Reader(MemorySource(path.read_bytes())).header()
    west, south = header["min_lon_e7"] / 1e7, header["min_lat_e7"] / 1e7
    return west, south, header["max_lon_e7"] / 1e7, header["max_lat_e7"] / 1e7


def test_a_shape_that_crosses_itself_stops_nothing(tmp_path: Path) -> None:
    bow = [
        (LAT, LON),
        (LAT + 0.004, LON + 0.004),
        (LAT, LON + 0.004),
        (LAT + 0.004, LON),
        (LAT, LON),
    ]
    spike = [(LAT, LON), (LAT, LON + 0.003), (LAT, LON + 0.006), (LAT, LON)]
    pbf = write_extract(
        tmp_path / "x.osm.pbf",
        [
            (across(LAT), {"highway": "primary"}),
            (bow, {"leisure": "park"}),
            (spike, {"leisure": "park"}),
            ([(LAT, LON), (LAT, LON)], {"highway": "primary"}),
        ],
    )
    assert build_tiles(pbf, tmp_path / "x.pmtiles", SOURCE) > 0
    for _x, _y, layers in every(tmp_path / "x.pmtiles", 15):
        for feature in layers.get("green", []):
            assert shape(feature["geometry"]).is_valid


def test_the_same_extract_gives_the_same_bytes_in_another_process(tmp_path: Path) -> None:
    pbf = write_drawn_town(tmp_path / "town.osm.pbf")
    program = (
        "import sys; from pathlib import Path; from services.base_tiles import *\n"
        "build_tiles(Path(sys.argv[1]), Path(sys.argv[2]), TileSource('0' * 64, None))"
    )
    bodies = []
    for seed in ("1", "2"):
        out = tmp_path / f"{seed}.pmtiles"
        subprocess.run(
            [sys.executable, "-c", program, pbf, out],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed, "PATH": ""},
            check=True,
        )
        bodies.append(out.read_bytes())
    assert bodies[0] == bodies[1]


def test_the_file_says_whose_the_streets_are(town: Path) -> None:
    reader = Reader(MemorySource(town.read_bytes()))
    about = reader.metadata()
    assert about["attribution"] == "© OpenStreetMap contributors, ODbL"
    assert about["source"] == {"sha256": "0" * 64, "date": None}
    assert [layer["id"] for layer in about["vector_layers"]] == [
        "green",
        "water",
        "buildings",
        "rail",
        "streets",
    ]
    header = reader.header()
    assert (header["min_zoom"], header["max_zoom"]) == (9, 15)
    assert header["clustered"]
    assert bounds(town) == pytest.approx((LON - 0.02, LAT - 0.02, LON + 0.02, LAT + 0.02), abs=1e-6)


def test_without_a_street_to_draw_there_is_no_file_and_none_stays(tmp_path: Path) -> None:
    pbf = write_extract(tmp_path / "x.osm.pbf", [(across(LAT), {"waterway": "river"})])
    out = tmp_path / "x.pmtiles"
    out.write_bytes(b"older")
    assert build_tiles(pbf, out, SOURCE) == 0
    assert not out.exists()


def test_a_damaged_extract_leaves_the_older_file(tmp_path: Path) -> None:
    pbf = write_drawn_town(tmp_path / "town.osm.pbf")
    pbf.write_bytes(pbf.read_bytes()[:-3])
    out = tmp_path / "town.pmtiles"
    out.write_bytes(b"older")
    with pytest.raises(FileUnreadable, match=r"“town\.osm\.pbf”:文件损坏"):
        build_tiles(pbf, out, SOURCE)
    assert out.read_bytes() == b"older"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["town.osm.pbf", "town.pmtiles"]


def test_where_nothing_can_be_written_it_is_said(tmp_path: Path) -> None:
    pbf = write_drawn_town(tmp_path / "town.osm.pbf")
    (tmp_path / "out.pmtiles").mkdir()
    with pytest.raises(InvalidInput, match=r"“out\.pmtiles”写不进去"):
        build_tiles(pbf, tmp_path / "out.pmtiles", SOURCE)


@pytest.mark.skipif(
    not LIECHTENSTEIN.is_file(),
    reason="shared/data/check/liechtenstein-latest.osm.pbf is not there",
)
def test_a_country_is_small_enough_to_be_served(tmp_path: Path) -> None:
    out = tmp_path / "li.pmtiles"
    count = build_tiles(LIECHTENSTEIN, out, SOURCE)
    sizes = [len(stored) for _zxy, stored in all_tiles(MemorySource(out.read_bytes()))]
    assert count == len(sizes) > 300
    assert out.stat().st_size < 3_000_000
    assert max(sizes) < 60_000
    castle = at(out, 47.13945, 9.52438, 15)
    assert len(castle["buildings"]) > 5
