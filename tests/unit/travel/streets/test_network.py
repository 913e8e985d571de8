"""The file of a network and what is asked of a network as a whole."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.spatial import cKDTree
from shapely.geometry import box

from services.errors import FileUnreadable, InvalidInput
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.settings import ROOT
from services.travel.streets import StreetNetwork, load_network
from services.travel.streets.graph import StreetGraph
from services.travel.streets.network import Source
from services.travel.streets.network_file import save_network

Draw = Callable[..., Any]
SOURCE = Source("某市.osm.pbf", "ab" * 32, datetime(2026, 10, 1, 20, 21, tzinfo=UTC), 3)


@pytest.fixture
def network(draw: Draw) -> StreetNetwork:
    """On foot and by bicycle; nobody drives. Around 33.35 N 120.15 E, some 1.1 km wide."""
    nobody = draw(1).graph()
    none = np.zeros(0, dtype=np.int32)
    nobody = StreetGraph(
        start=none,
        end=none,
        oneway=np.zeros(0, dtype=bool),
        shape_indptr=np.zeros(1, dtype=np.int32),
        shape_lat=none,
        shape_lon=none,
        nodes=0,
    )
    return StreetNetwork(
        {"walk": draw(11).graph(), "bike": draw(12).graph(), "drive": nobody}, SOURCE
    )


@pytest.fixture
def file(network: StreetNetwork, tmp_path: Path) -> Path:
    path = tmp_path / "某市.streets"
    save_network(network, path)
    return path


def test_what_is_read_is_what_was_written(network: StreetNetwork, file: Path) -> None:
    again = load_network(file)
    assert again.source == SOURCE
    assert again.bounds == network.bounds
    assert list(again.graphs) == ["walk", "bike"]
    for key, graph in network.graphs.items():
        assert again.graphs[key].nodes == graph.nodes
        for name, values in graph.arrays().items():
            assert np.array_equal(again.graphs[key].arrays()[name], values)
            assert again.graphs[key].arrays()[name].dtype == values.dtype
    assert again.credit == "© OpenStreetMap contributors"
    assert "© OpenStreetMap contributors".encode() in file.read_bytes()[:200]


def test_the_same_network_is_the_same_file(network: StreetNetwork, tmp_path: Path) -> None:
    for name in ("a", "b"):
        save_network(network, tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_file_that_cannot_be_written_leaves_nothing_behind(
    network: StreetNetwork, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InvalidInput, match="“folder”写不进去"):
        save_network(network, tmp_path / "folder")
    with pytest.raises(InvalidInput, match=r"“x\.streets”写不进去"):
        save_network(network, tmp_path / "nowhere" / "x.streets")
    assert [each.name for each in tmp_path.iterdir()] == ["folder"]


def test_damage_in_any_part_is_noticed(file: Path, tmp_path: Path) -> None:
    whole = file.read_bytes()
    damaged = tmp_path / "damaged.streets"
    for at in [*range(0, 60, 3), len(whole) // 3, len(whole) // 2, len(whole) - 1]:
        damaged.write_bytes(whole[:at] + bytes([whole[at] ^ 0x40]) + whole[at + 1 :])
        with pytest.raises(FileUnreadable, match=r"damaged\.streets"):
            load_network(damaged)


@pytest.mark.parametrize(
    ("keep", "sentence"),
    [
        (0, "它不是路网文件"),
        (7, "它不是路网文件"),
        (30, "文件不完整"),
        (200, "文件不完整,应有 .* 字节,只有 200 字节"),
        (-1, "文件不完整"),
    ],
)
def test_a_file_that_was_cut_off_says_so(file: Path, keep: int, sentence: str) -> None:
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(FileUnreadable, match=sentence) as refused:
        load_network(file)
    assert "locator streets build" in refused.value.message


def test_a_file_with_more_behind_it_is_refused(file: Path) -> None:
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(FileUnreadable, match="文件不完整"):
        load_network(file)


def test_a_file_of_another_kind_or_none_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "page.streets").write_text("<!doctype html><title>404</title>" * 9)
    with pytest.raises(FileUnreadable, match="它不是路网文件"):
        load_network(tmp_path / "page.streets")
    with pytest.raises(FileUnreadable, match="打不开"):
        load_network(tmp_path / "none.streets")
    with pytest.raises(FileUnreadable, match="打不开"):
        load_network(tmp_path)


def test_another_version_is_named(file: Path) -> None:
    whole = bytearray(file.read_bytes())
    struct.pack_into("<I", whole, 8, 7)
    file.write_bytes(whole)
    with pytest.raises(FileUnreadable, match="第 7 版的路网文件,本程序读第 1 版"):
        load_network(file)


def test_a_right_sum_over_wrong_content_is_refused(file: Path) -> None:
    """Whoever writes such a file by hand must not bring a search out of its arrays."""
    whole = file.read_bytes()
    for old, new in ((b'"nodes": ', b'"nodes":-'), (b'"start"', b'"sturt"'), (b"{", b"[")):
        body = whole[60:].replace(old, new, 1)
        head = struct.pack("<8sIQ", whole[:8], 1, struct.unpack_from("<Q", whole, 12)[0])
        head += struct.pack("<Q", 60 + len(body)) + hashlib.sha256(body).digest()
        file.write_bytes(head + body)
        with pytest.raises(FileUnreadable, match="前后不一致"):
            load_network(file)


def test_a_mode_without_streets_is_refused_with_those_that_there_are(
    network: StreetNetwork,
) -> None:
    assert network.graph("ebike") is network.graph("bike")
    assert network.modes == ("walk", "bike", "ebike")
    with pytest.raises(InvalidInput, match="没有“开车”的街道,只有:步行、骑车、电动车") as refused:
        network.graph("drive")
    assert (refused.value.field, refused.value.value) == ("mode", "drive")
    with pytest.raises(InvalidInput, match="没有“swim”的街道"):
        network.graph("swim")


def test_streets_that_the_extract_cut_off_are_a_note(network: StreetNetwork) -> None:
    (note,) = network.notes
    assert "缺 3 个节点" in note
    assert StreetNetwork(network.graphs, Source("x", "")).notes == ()


def test_demand_inside_the_network_needs_no_note(network: StreetNetwork) -> None:
    south, west, north, east = network.bounds
    lats, lons = np.linspace(south, north, 9), np.linspace(west, east, 9)
    assert network.check_covers(lats, lons, "盐城") == ()
    assert network.check_covers(lats + 0.0085, lons, "盐城") == ()  # less than a kilometre outside
    assert network.check_covers(np.array([np.nan]), np.array([np.nan]), "盐城") == ()
    assert network.check_covers(np.zeros(0), np.zeros(0), "盐城") == ()


def test_a_network_of_another_city_is_refused_with_both_boxes(network: StreetNetwork) -> None:
    with pytest.raises(InvalidInput) as refused:
        network.check_covers(np.array([47.1, 47.2]), np.array([-9.6, 9.5]), "瓦杜兹")
    assert "“某市.osm.pbf”(北纬 33.35–33.3" in refused.value.message
    assert "“瓦杜兹”(北纬 47.10–47.20、西经 9.60 至东经 9.50)" in refused.value.message
    assert refused.value.field == "streets"


def test_demand_partly_outside_is_a_note_with_its_number(network: StreetNetwork) -> None:
    south, west, *_ = network.bounds
    lats = np.concatenate((np.full(3, south), np.full(7, south - 1)))
    (note,) = network.check_covers(lats, np.full(10, west), "盐城")
    assert "10 个需求点中有 7 个" in note


def test_lines_are_the_whole_streets_that_touch_the_box(network: StreetNetwork) -> None:
    graph = network.graph("walk")
    every = network.lines()
    assert len(every) == len(graph)
    assert sum(map(len, every)) == len(graph.lats)
    lat, lon = every[0][0]
    near = network.lines((lat - 1e-9, lon - 1e-9, lat + 1e-9, lon + 1e-9))
    assert any(np.array_equal(each, every[0]) for each in near)
    assert network.lines((0, 0, 1, 1)) == []


def flat(network: StreetNetwork, lats: Any, lons: Any) -> Any:
    south, west, north, east = network.bounds
    plane = LocalProjection(Point((south + north) / 2, (west + east) / 2))
    return np.column_stack(plane.to_metres(lats, lons))


@pytest.mark.parametrize("spacing", [25.0, 80.0, 300.0, 50_000.0])
def test_candidates_keep_their_spacing_and_leave_no_street_out(
    network: StreetNetwork, spacing: float
) -> None:
    lats, lons = network.candidates("walk", spacing)
    kept = cKDTree(flat(network, lats, lons))
    if len(lats) > 1:
        assert kept.query(kept.data, k=2)[0][:, 1].min() >= spacing * (1 - 1e-6)
    graph = network.graph("walk")
    chance = np.random.default_rng(1)
    edge = chance.integers(0, len(graph), 500).astype(np.int32)
    on_streets = graph.positions(edge, chance.uniform(0, graph.length_m[edge]))
    assert kept.query(flat(network, *on_streets))[0].max() <= spacing * 1.25
    again = network.candidates("walk", spacing)
    assert np.array_equal(again[0], lats)
    assert np.array_equal(again[1], lons)


def test_candidates_stay_in_their_areas(network: StreetNetwork) -> None:
    south, west, north, east = network.bounds
    middle = (west + east) / 2
    lats, lons = network.candidates("walk", 30, [box(west, south, middle, north)])
    assert len(lats) > 3
    assert lons.max() <= middle
    lats, _ = network.candidates("walk", 30, [box(0, 0, 1, 1)])
    assert len(lats) == 0


@pytest.mark.parametrize("spacing", [0.0, -5.0, 24.9, float("nan"), float("inf")])
def test_candidates_closer_than_a_grid_may_be_are_refused(
    network: StreetNetwork, spacing: float
) -> None:
    with pytest.raises(InvalidInput, match="候选点间距"):
        network.candidates("walk", spacing)


def test_a_position_along_a_street_is_between_its_points(network: StreetNetwork) -> None:
    graph = network.graph("walk")
    edge = np.repeat(np.arange(len(graph), dtype=np.int32), 2)
    ends = np.column_stack((np.zeros(len(graph)), graph.length_m)).ravel()
    lats, lons = graph.positions(edge, ends)
    at = np.column_stack((graph.shape_indptr[:-1], graph.shape_indptr[1:] - 1)).ravel()
    assert lats == pytest.approx(graph.lats[at], abs=1e-9)
    assert lons == pytest.approx(graph.lons[at], abs=1e-9)


def test_a_network_without_a_street_is_no_network() -> None:
    with pytest.raises(ValueError, match="without a street"):
        StreetNetwork({}, SOURCE)


def test_a_network_is_loaded_without_numba_and_osmium(file: Path) -> None:
    """They take a second to import; the command line must not wait for what it does not use."""
    code = (
        "import sys; from pathlib import Path; from services.travel.streets import load_network; "
        "load_network(Path(sys.argv[1])); print({'numba', 'osmium'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "set()"
