"""``locator streets build`` also writes what the base map draws."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.base_tiles import open_tiles
from services.cli import main
from services.settings import load_settings
from services.travel.streets import load_network
from tests.conftest import VADUZ
from tests.drawn import LAT, across, write_drawn_town, write_extract


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*words: object) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)


def test_both_files_are_written_side_by_side_and_found_together(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pbf = write_drawn_town(folder / "town.osm.pbf")
    ran = run("streets", "build", pbf, "--out", "town.streets")
    assert ran.exit_code == 0
    assert "底图的街道已写到 town.pmtiles" in ran.stdout
    assert "画第 15 级" in ran.stderr
    network, tiles = load_network(folder / "town.streets"), open_tiles(folder / "town.pmtiles")
    assert tiles.bounds == pytest.approx(network.bounds, abs=1e-6)
    assert tiles.credit == "© OpenStreetMap contributors, ODbL"
    settings = load_settings({"LOCATOR_STREETS": "town.streets", "LOCATOR_REGION": str(VADUZ)})
    assert settings.base_tiles == folder / "town.pmtiles"
    (folder / "town.pmtiles").unlink()
    assert settings.base_tiles is None


def test_the_default_place_is_the_region_s(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.settings.INSTANCE", folder / "instance")
    monkeypatch.setenv("LOCATOR_REGION", str(VADUZ))
    ran = run("streets", "build", write_drawn_town(folder / "town.osm.pbf"))
    assert ran.exit_code == 0
    made = sorted(each.name for each in (folder / "instance").iterdir())
    assert made == ["vaduz.pmtiles", "vaduz.streets"]


def test_a_name_that_is_the_tiles_own_is_refused(folder: Path) -> None:
    pbf = write_drawn_town(folder / "town.osm.pbf")
    ran = run("streets", "build", pbf, "--out", "town.pmtiles")
    assert ran.exit_code == 2
    assert "town.streets" in ran.stderr
    named = pbf.rename(folder / "x.pmtiles")
    before = named.read_bytes()
    ran = run("streets", "build", named, "--out", "x.streets")
    assert ran.exit_code == 2
    assert "正是要读的文件" in ran.stderr
    assert named.read_bytes() == before


def test_streets_that_the_map_does_not_draw_leave_no_tiles(folder: Path) -> None:
    pbf = write_extract(folder / "x.osm.pbf", [(across(LAT), {"highway": "corridor"})])
    ran = run("streets", "build", pbf, "--out", "x.streets")
    assert ran.exit_code == 0
    assert "没有底图要画的街道" in ran.stdout
    assert not (folder / "x.pmtiles").exists()
