"""The file as it is served: right tiles, none where there are none, and damage that is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from pmtiles.reader import MemorySource, all_tiles

from services.base_tiles import TileSource, build_tiles, open_tiles
from services.errors import FileUnreadable
from tests.drawn import LAT, STREETS, across, write_drawn_town, write_extract

SOURCE = TileSource("0" * 64, None)
RAIL = {"railway": "rail"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    build_tiles(write_drawn_town(folder / "town.osm.pbf"), folder / "town.pmtiles", SOURCE)
    return folder / "town.pmtiles"


def test_every_tile_is_given_as_pmtiles_own_reader_finds_it(town: Path) -> None:
    tiles = open_tiles(town)
    stored = list(all_tiles(MemorySource(town.read_bytes())))
    assert len(stored) > 20
    for (z, x, y), data in stored:
        assert tiles.covers(z, x, y)
        assert tiles.tile(z, x, y) == data


def test_outside_there_is_nothing_and_inside_there_may_be_nothing(town: Path) -> None:
    tiles = open_tiles(town)
    there = {zxy for zxy, _ in all_tiles(MemorySource(town.read_bytes()))}
    z, x, y = min(zxy for zxy in there if zxy[0] == 15)
    for other in ((z, x - 9, y), (z, x, y + 99), (16, 2 * x, 2 * y), (8, 134, 89), (0, 0, 0)):
        assert not tiles.covers(*other)
        assert tiles.tile(*other) is None
    assert not tiles.covers(15, -1, -1)
    assert not tiles.covers(15, 1 << 40, 1 << 40)
    xs = range(min(x for z, x, _ in there if z == 15), max(x for z, x, _ in there if z == 15))
    ys = range(min(y for z, _, y in there if z == 15), max(y for z, _, y in there if z == 15))
    empty = [(15, x, y) for x in xs for y in ys if (15, x, y) not in there]
    for each in empty:
        assert tiles.covers(*each)
        assert tiles.tile(*each) is None


def test_an_open_file_outlives_its_replacement(tmp_path: Path, town: Path) -> None:
    path = tmp_path / "x.pmtiles"
    path.write_bytes(town.read_bytes())
    tiles = open_tiles(path)
    (z, x, y), data = next(iter(all_tiles(MemorySource(town.read_bytes()))))
    newer = tmp_path / "newer"
    newer.write_bytes(b"something else")
    newer.replace(path)
    assert tiles.tile(z, x, y) == data


def test_the_version_is_that_of_the_content(tmp_path: Path, town: Path) -> None:
    pbf = write_drawn_town(tmp_path / "other name.osm.pbf")
    build_tiles(pbf, tmp_path / "x.pmtiles", SOURCE)
    assert open_tiles(tmp_path / "x.pmtiles").version == open_tiles(town).version
    more = write_extract(tmp_path / "more.osm.pbf", [*STREETS.values(), (across(LAT), RAIL)])
    build_tiles(more, tmp_path / "more.pmtiles", SOURCE)
    assert open_tiles(tmp_path / "more.pmtiles").version != open_tiles(town).version


def test_what_is_no_file_of_tiles_is_refused(tmp_path: Path, town: Path) -> None:
    whole = town.read_bytes()
    other = bytearray(whole)
    other[98] = 1  # of the header: how the tiles are compressed
    for content in (b"", b"PMTiles", b"PMTiles\x03", whole[:126], whole[:200], b"\0" * 500, other):
        path = tmp_path / "x.pmtiles"
        path.write_bytes(content)
        with pytest.raises(FileUnreadable, match=r"读不了底图文件“x\.pmtiles”"):
            open_tiles(path)
    with pytest.raises(FileUnreadable):
        open_tiles(tmp_path / "none.pmtiles")
    with pytest.raises(FileUnreadable):
        open_tiles(tmp_path)


def test_a_file_that_is_cut_off_tells_it_at_the_tile(tmp_path: Path, town: Path) -> None:
    path = tmp_path / "x.pmtiles"
    path.write_bytes(town.read_bytes()[:-30])
    tiles = open_tiles(path)
    stored = list(all_tiles(MemorySource(town.read_bytes())))
    refused = 0
    for zxy, data in stored:
        try:
            assert tiles.tile(*zxy) == data
        except FileUnreadable:
            refused += 1
    assert refused == 1
