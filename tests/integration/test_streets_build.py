"""A real .osm.pbf, written by the test with libosmium, built, loaded and walked on."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import networkx as nx
import numpy as np
import osmium
import pytest
from pyproj import Geod

from services.errors import FileUnreadable, InvalidInput, LimitExceeded
from services.settings import ROOT
from services.travel.streets import StreetCatchments, StreetNetwork, build_network, load_network
from services.travel.streets import extract as extract_module
from services.travel.streets.ways import BACKWARD, FORWARD, GRAPHS, barrier_closes, way_directions

LIECHTENSTEIN = ROOT.parent / "shared" / "data" / "check" / "liechtenstein-latest.osm.pbf"

Spot = tuple[float, float]
Way = tuple[Sequence[int], dict[str, str]]
BuildTown = Callable[..., StreetNetwork]

# One unit is 0.001 degrees: 110.9 m to the north, 93.2 m to the east.
SOUTH, WEST, UNIT = 33.35, 120.15, 0.001
STREET = {"highway": "residential"}
GEOD = Geod(ellps="WGS84")


def at(north: float, east: float) -> Spot:
    return SOUTH + north * UNIT, WEST + east * UNIT


def metres(*spots: Spot) -> float:
    return sum(GEOD.inv(a[1], a[0], b[1], b[0])[2] for a, b in pairwise(spots))


def write_pbf(
    path: Path,
    nodes: dict[int, Spot],
    ways: Sequence[Way],
    *,
    barriers: dict[int, dict[str, str]] | None = None,
    relations: Sequence[tuple[dict[str, str], Sequence[int]]] = (),
    replicated: str | None = "2026-10-01T20:21:02Z",
) -> Path:
    """An extract: nodes, ways numbered from 1, and relations over these numbers."""
    header = osmium.io.Header()
    if replicated:
        header.set("osmosis_replication_timestamp", replicated)
    with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
        for number, (lat, lon) in sorted(nodes.items()):
            tags = (barriers or {}).get(number, {})
            writer.add_node(osmium.osm.mutable.Node(id=number, location=(lon, lat), tags=tags))
        for number, (refs, way) in enumerate(ways, start=1):
            writer.add_way(osmium.osm.mutable.Way(id=number, nodes=refs, tags=way))
        for number, (tags, members) in enumerate(relations, start=1):
            writer.add_relation(
                osmium.osm.mutable.Relation(
                    id=number, members=[("w", member, "outer") for member in members], tags=tags
                )
            )
    return path


@pytest.fixture
def build_town(tmp_path: Path) -> BuildTown:
    """Write a town, build its network, and load it from the file."""

    def build(nodes: dict[int, Spot], ways: Sequence[Way], **more: object) -> StreetNetwork:
        pbf = write_pbf(tmp_path / "town.osm.pbf", nodes, ways, **more)  # type: ignore[arg-type]
        build_network(pbf, tmp_path / "town.streets")
        return load_network(tmp_path / "town.streets")

    return build


def way_m(network: StreetNetwork, mode: str, demand: Spot, place: Spot) -> float | None:
    """Metres from one spot to the other, or None."""
    streets = StreetCatchments(network.graph(mode), *np.array([demand]).T)
    found = streets.of(*np.array([place]).T, [100_000.0]).distance_m
    return float(found[0]) if len(found) else None


RIVER = {1: at(0, 0), 2: at(0, 30), 3: at(2.7, 0), 4: at(2.7, 30), 5: at(0, 15), 6: at(2.7, 15)}


def test_300_metres_across_a_river_are_far_without_a_bridge(build_town: BuildTown) -> None:
    banks: list[Way] = [([1, 5, 2], STREET), ([3, 6, 4], STREET), ([5, 6], {"waterway": "canal"})]
    here, there = at(0, 10), at(2.7, 10)
    assert metres(here, there) == pytest.approx(299.5, abs=0.5)
    apart = build_town(RIVER, banks)
    assert way_m(apart, "walk", here, there) is None
    joined = build_town(RIVER, [*banks, ([5, 6], STREET | {"bridge": "yes"})])
    assert way_m(joined, "walk", here, there) == pytest.approx(
        metres(here, RIVER[5], RIVER[6], there), rel=1e-6
    )
    streets = StreetCatchments(joined.graph("walk"), *np.array([here]).T)
    assert len(streets.of(*np.array([there]).T, [666.7]).points) == 0  # ten minutes


@pytest.mark.parametrize(
    ("tags", "modes"),
    [
        (STREET, "walk bike drive"),
        ({"highway": "footway"}, "walk"),
        ({"highway": "cycleway"}, "bike"),
        ({"highway": "steps"}, "walk"),
        ({"highway": "motorway", "oneway": "no"}, "drive"),
        ({"highway": "trunk", "motorroad": "yes"}, "drive"),
        (STREET | {"access": "private"}, ""),
        (STREET | {"access": "no", "foot": "yes"}, "walk"),
        ({"route": "ferry", "foot": "yes", "motor_vehicle": "yes"}, ""),
        (STREET | {"route": "ferry"}, ""),
        ({"highway": "construction", "construction": "residential"}, ""),
        (STREET | {"oneway": "yes"}, "walk bike drive"),
        (STREET | {"oneway": "-1"}, "walk"),
        (STREET | {"oneway": "-1", "oneway:bicycle": "no"}, "walk bike"),
    ],
)
def test_who_may_cross_depends_on_the_way_across(
    build_town: BuildTown, tags: dict[str, str], modes: str
) -> None:
    network = build_town(RIVER, [([1, 5, 2], STREET), ([3, 6, 4], STREET), ([5, 6], tags)])
    across = [mode for mode in GRAPHS if way_m(network, mode, at(0, 10), at(2.7, 10)) is not None]
    assert " ".join(across) == modes


@pytest.mark.parametrize(
    ("barrier", "modes"),
    [
        ({}, "walk bike drive"),
        ({"barrier": "gate"}, "walk bike drive"),
        ({"barrier": "bollard"}, "walk bike"),
        ({"barrier": "kissing_gate"}, "walk"),
        ({"barrier": "gate", "access": "private"}, ""),
        ({"barrier": "gate", "access": "no", "foot": "yes"}, "walk"),
        ({"barrier": "fence"}, ""),
    ],
)
def test_a_barrier_on_a_bridge_stops_whom_it_stops(
    build_town: BuildTown, barrier: dict[str, str], modes: str
) -> None:
    ways: list[Way] = [([1, 5, 2], STREET), ([3, 6, 4], STREET), ([5, 9, 6], STREET)]
    network = build_town(RIVER | {9: at(1, 15)}, ways, barriers={9: barrier})
    across = [mode for mode in GRAPHS if way_m(network, mode, at(0, 10), at(2.7, 10)) is not None]
    assert " ".join(across) == modes
    # Up to the barrier everybody gets, from either side.
    assert way_m(network, "drive", at(0.9, 15), at(0, 10)) == pytest.approx(
        metres(at(0.9, 15), RIVER[5], at(0, 10)), rel=1e-6
    )


def test_a_roundabout_is_driven_one_way_and_walked_both_ways(build_town: BuildTown) -> None:
    corners = {1: at(0, 0), 2: at(0, 1), 3: at(1, 1), 4: at(1, 0)}
    network = build_town(corners, [([1, 2, 3, 4, 1], STREET | {"junction": "roundabout"})])
    place, behind = at(0, 0.6), at(0, 0.4)
    assert way_m(network, "walk", place, behind) == pytest.approx(metres(place, behind), rel=1e-6)
    assert way_m(network, "drive", behind, place) == pytest.approx(metres(behind, place), rel=1e-6)
    round_it = metres(place, corners[2], corners[3], corners[4], corners[1], behind)
    assert way_m(network, "drive", place, behind) == pytest.approx(round_it, rel=1e-6)


def test_a_square_is_walked_along_its_outline_also_when_it_is_a_multipolygon(
    build_town: BuildTown,
) -> None:
    corners = {1: at(0, 0), 2: at(0, 1), 3: at(1, 1), 4: at(1, 0)}
    square = {"highway": "pedestrian", "area": "yes"}
    around = metres(corners[1], corners[4], corners[3])  # a millimetre less than by the south
    drawn = build_town(corners, [([1, 2, 3, 4, 1], square)])
    assert way_m(drawn, "walk", corners[1], corners[3]) == pytest.approx(around, rel=1e-6)
    ways: list[Way] = [([1, 2, 3], {}), ([3, 4, 1], {"barrier": "kerb"})]
    tags = {"type": "multipolygon", "highway": "pedestrian"}
    drawn = build_town(corners, ways, relations=[(tags, [1, 2])])
    assert way_m(drawn, "walk", corners[1], corners[3]) == pytest.approx(around, rel=1e-6)
    assert drawn.modes == ("walk",)


def test_a_street_on_the_edge_of_a_square_keeps_its_own_rules(build_town: BuildTown) -> None:
    ways: list[Way] = [([1, 5, 2], {"highway": "footway"}), ([3, 6, 4], {})]
    tags = {"type": "multipolygon", "highway": "service", "foot": "no"}
    network = build_town(RIVER, ways, relations=[(tags, [1, 2])])
    assert network.graph("walk").bounds == pytest.approx((SOUTH, WEST, SOUTH, WEST + 30 * UNIT))
    assert network.graph("drive").bounds[0] == pytest.approx(SOUTH + 2.7 * UNIT)


def test_the_file_says_where_the_streets_are_from(tmp_path: Path) -> None:
    pbf = write_pbf(tmp_path / "盐城.osm.pbf", RIVER, [([1, 5, 2], STREET)])
    steps: list[str] = []
    built = build_network(pbf, tmp_path / "out.streets", progress=steps.append)
    loaded = load_network(tmp_path / "out.streets")
    assert loaded.source == built.source
    assert loaded.source.name == "盐城.osm.pbf"
    assert loaded.source.sha256 == hashlib.sha256(pbf.read_bytes()).hexdigest()
    assert loaded.source.date is not None
    assert loaded.source.date.isoformat() == "2026-10-01T20:21:02+00:00"
    assert loaded.bounds == pytest.approx((SOUTH, WEST, SOUTH, WEST + 30 * UNIT))
    assert steps[0] == "读取“盐城.osm.pbf”"
    assert steps[-1] == "写入“out.streets”"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out.streets", "盐城.osm.pbf"]


def test_an_extract_that_does_not_say_its_date_has_none(build_town: BuildTown) -> None:
    assert build_town(RIVER, [([1, 2], STREET)], replicated=None).source.date is None


def test_a_street_that_the_extract_cuts_off_goes_as_far_as_its_nodes(build_town: BuildTown) -> None:
    network = build_town(RIVER, [([1, 77, 5, 2, 78, 79], STREET)])
    assert network.source.missing == 3
    assert network.graph("walk").length_m.sum() == pytest.approx(
        metres(RIVER[5], RIVER[2]), rel=1e-6
    )


def refused(pbf: Path, sentence: str, error: type[InvalidInput] = FileUnreadable) -> None:
    out = pbf.with_name("out.streets")
    with pytest.raises(error, match=sentence) as problem:
        build_network(pbf, out)
    assert type(problem.value) is error
    assert problem.value.message.endswith("。")
    assert not out.exists()


def test_a_file_that_is_no_pbf_is_refused(tmp_path: Path) -> None:
    pbf = tmp_path / "x.osm.pbf"
    for content in (b"", b"\0", b"<osm version='0.6'></osm>", b"PK\3\4" + bytes(200), b"\xff" * 99):
        pbf.write_bytes(content)
        refused(pbf, r"“x\.osm\.pbf”:它不是 OSM PBF 文件")
    refused(tmp_path / "none.osm.pbf", "没有这个文件")
    refused(tmp_path, "没有这个文件,或者它不是文件")


def test_a_pbf_that_was_cut_off_or_damaged_is_refused(tmp_path: Path) -> None:
    nodes = {n: at(n % 40, n // 40) for n in range(1, 2_000)}
    ways: list[Way] = [([n, n + 1], STREET) for n in range(1, 1_999)]
    whole = write_pbf(tmp_path / "whole.osm.pbf", nodes, ways).read_bytes()
    pbf = tmp_path / "x.osm.pbf"
    for size in (40, len(whole) // 2, len(whole) - 1):
        pbf.write_bytes(whole[:size])
        refused(pbf, "文件损坏,或没有下载完整")
    middle = len(whole) // 2
    pbf.write_bytes(whole[:middle] + bytes(64) + whole[middle + 64 :])
    refused(pbf, "文件损坏,或没有下载完整")


def test_a_pbf_without_a_street_is_refused(tmp_path: Path) -> None:
    pbf = tmp_path / "x.osm.pbf"
    write_pbf(pbf, RIVER, [([1, 2], {"waterway": "river"}), ([3, 4], {"route": "ferry"})])
    refused(pbf, "没有一条可走的街道")
    write_pbf(pbf, RIVER, [])
    refused(pbf, "没有一条可走的街道")
    write_pbf(pbf, RIVER, [([1], STREET), ([77, 78], STREET), ([2, 2], STREET)])
    refused(pbf, "没有一条完整的街道")


def test_an_extract_that_is_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pbf = write_pbf(tmp_path / "x.osm.pbf", RIVER, [([1, 2], STREET)])
    monkeypatch.setattr(extract_module, "STREET_EXTRACT_BYTES", 100)
    refused(pbf, "上限是 100 字节", LimitExceeded)


def test_an_old_network_stays_when_the_new_one_cannot_be_built(tmp_path: Path) -> None:
    pbf = write_pbf(tmp_path / "x.osm.pbf", RIVER, [([1, 2], STREET)])
    build_network(pbf, tmp_path / "out.streets")
    before = (tmp_path / "out.streets").read_bytes()
    pbf.write_bytes(pbf.read_bytes()[:-3])
    with pytest.raises(FileUnreadable):
        build_network(pbf, tmp_path / "out.streets")
    assert (tmp_path / "out.streets").read_bytes() == before


def raw_streets(pbf: Path, mode: str) -> tuple[nx.DiGraph, dict[int, Spot]]:
    """Every segment of every way for networkx, keyed by OpenStreetMap's own node numbers."""
    row = GRAPHS.index(mode)
    streets, spots, closed = nx.DiGraph(), {}, set()
    for entity in osmium.FileProcessor(str(pbf), osmium.osm.NODE | osmium.osm.WAY):
        tags = dict(entity.tags)
        if entity.is_node():
            spots[entity.id] = (entity.location.lat, entity.location.lon)
            if barrier_closes(tags)[row]:
                closed.add(entity.id)
            continue
        directions = way_directions(tags)[row]
        refs = [node.ref for node in entity.nodes] if directions else []
        for a, b in pairwise(refs):
            if a == b or closed & {a, b} or not {a, b} <= spots.keys():
                continue  # where nobody comes through; the test asks at other nodes
            length = metres(spots[a], spots[b])
            if directions & FORWARD:
                streets.add_edge(a, b, metres=length)
            if directions & BACKWARD:
                streets.add_edge(b, a, metres=length)
    return streets, spots


@pytest.mark.skipif(
    not LIECHTENSTEIN.is_file(),
    reason="shared/data/check/liechtenstein-latest.osm.pbf is not there",
)
@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_a_country_is_walked_as_networkx_walks_it(mode: str, tmp_path: Path) -> None:
    built = build_network(LIECHTENSTEIN, tmp_path / "li.streets")
    network = load_network(tmp_path / "li.streets")
    assert network.source == built.source
    assert network.source.date is not None
    assert network.source.date.year == 2015
    streets, spots = raw_streets(LIECHTENSTEIN, mode)
    # Ask at every node, except where two lie in one spot: there it is a matter of taste.
    alone = Counter(spots[node] for node in streets)
    nodes = np.array(sorted(node for node in streets if alone[spots[node]] == 1))
    where = np.array([spots[int(node)] for node in nodes])
    catchments = StreetCatchments(network.graph(mode), *where.T)
    assert catchments.snap_m.max() < 0.001
    chosen = np.random.default_rng(4).choice(len(nodes), 12, replace=False)
    limit = 3_000.0
    reached = catchments.of(*where[chosen].T, [limit])
    back = streets.reverse(copy=False)
    for row, source in enumerate(nodes[chosen]):
        part = slice(reached.indptr[row], reached.indptr[row + 1])
        found = dict(
            zip(
                nodes[reached.points[part]].tolist(), reached.distance_m[part].tolist(), strict=True
            )
        )
        expected = nx.single_source_dijkstra_path_length(back, int(source), limit, weight="metres")
        expected = {node: way for node, way in expected.items() if alone[spots[node]] == 1}
        assert set(found) == set(expected)
        assert [found[node] for node in expected] == pytest.approx(
            list(expected.values()), rel=1e-6, abs=0.01
        )
