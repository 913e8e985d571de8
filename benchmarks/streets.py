"""Reach along streets: every place of a generated city, one moved place, all at once, and the file.

Demand lies on the city's junctions
and the places are at junctions, so that every library answers the same question; before anything
is timed, the sets and the metres of each are compared with ours.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import osmium
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.measuring import Row, interleaved, once, shown
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.travel.streets import StreetCatchments, build_network, load_network
from services.travel.streets.graph import StreetGraph
from services.travel.streets.snap import Snapper

RUNS = 9
SIDE = 316
PLACES = 454
LIMIT_M = 750.0
DEMAND = 500_000
TARGET = 5.0
LOAD_TARGET_S = 1.0
PANDANA_SIDE = 100
PANDANA_PLACES = 45
ROUNDING_M = 1e-6


@dataclass(frozen=True)
class City:
    """A graph, where its nodes are, the nodes with a place, and the extract it was built from."""

    graph: StreetGraph
    lats: NDArray[np.float64]
    lons: NDArray[np.float64]
    places: NDArray[np.int64]
    pbf: Path

    @property
    def name(self) -> str:
        return f"{self.graph.nodes:,} nodes, {len(self.graph.arcs.edge):,} arcs"

    @property
    def reversed(self) -> csr_array:
        """Row n: from where node n is reached, as ``scipy`` wants it."""
        arcs = self.graph.arcs
        return csr_array(
            (arcs.length_m, arcs.other, arcs.indptr), shape=(self.graph.nodes, self.graph.nodes)
        )

    def catchments(self) -> StreetCatchments:
        return StreetCatchments(self.graph, self.lats, self.lons)

    def reach(self, catchments: StreetCatchments) -> Any:
        return catchments.of(self.lats[self.places], self.lons[self.places], [LIMIT_M])


def city(folder: Path, side: int, places: int, seed: int = 1) -> City:
    """Crossings some 100 m apart, each street with a bend; 2 % of them missing, an eighth one-way.

    Drawn as an .osm.pbf and built like any other, for cars (people on foot know no one-way street).
    """
    pbf = folder / f"city-{side}.osm.pbf"
    _draw(pbf, side, seed)
    build_network(pbf, pbf.with_suffix(".streets"))
    graph = load_network(pbf.with_suffix(".streets")).graph("drive")
    lats, lons = np.empty(graph.nodes), np.empty(graph.nodes)
    for nodes, at in (
        (graph.start, graph.shape_indptr[:-1]),
        (graph.end, graph.shape_indptr[1:] - 1),
    ):
        lats[nodes], lons[nodes] = graph.lats[at], graph.lons[at]
    chosen = np.random.default_rng(seed).choice(graph.nodes, places, replace=False)
    return City(graph, lats, lons, chosen, pbf)


def _draw(pbf: Path, side: int, seed: int) -> None:
    chance = np.random.default_rng(seed)
    row, column = np.meshgrid(np.arange(side), np.arange(side), indexing="ij")
    lat = (33.2 + (row + chance.normal(0, 0.15, row.shape)) / 1_109).ravel()
    lon = (119.9 + (column + chance.normal(0, 0.15, row.shape)) / 933).ravel()
    number = np.arange(side * side).reshape(side, side)
    pairs = np.concatenate(
        (
            np.column_stack((number[:, :-1].ravel(), number[:, 1:].ravel())),
            np.column_stack((number[:-1].ravel(), number[1:].ravel())),
        )
    )
    pairs = pairs[chance.random(len(pairs)) < 0.98]
    bends = [each[pairs].mean(axis=1) + chance.normal(0, 1e-4, len(pairs)) for each in (lat, lon)]
    everywhere = zip(
        np.concatenate((lon, bends[1])).tolist(),
        np.concatenate((lat, bends[0])).tolist(),
        strict=True,
    )
    one_way = (chance.random(len(pairs)) < 0.125).tolist()
    mutable = osmium.osm.mutable
    with osmium.SimpleWriter(str(pbf), overwrite=True) as writer:
        for node, location in enumerate(everywhere, start=1):
            writer.add_node(mutable.Node(id=node, location=location))
        for way, (a, b) in enumerate((pairs + 1).tolist()):
            tags = {"highway": "residential", "oneway": "yes" if one_way[way] else "no"}
            nodes = [a, side * side + 1 + way, b]
            writer.add_way(mutable.Way(id=way + 1, nodes=nodes, tags=tags))


def compare(folder: Path) -> list[Row]:
    big = city(folder, SIDE, PLACES)
    catchments = big.catchments()
    return [
        *_every_place(big, catchments),
        _with_pandana(folder),
        _with_valhalla(),
        _one_place(big, catchments),
        _all_at_once(big, catchments),
        _snapping(big),
        *_building(big),
    ]


def _same(reached: Any, others: list[dict[int, float]]) -> None:
    """Each place's points and metres, except where rounding decides at the limit."""
    for row, other in enumerate(others):
        part = slice(reached.indptr[row], reached.indptr[row + 1])
        ours = dict(
            zip(reached.points[part].tolist(), reached.distance_m[part].tolist(), strict=True)
        )
        for point in ours.keys() ^ other.keys():
            metres = ours.get(point, other.get(point))
            assert metres is not None and abs(metres - LIMIT_M) < ROUNDING_M, (row, point)
        for point in ours.keys() & other.keys():
            assert abs(ours[point] - other[point]) < ROUNDING_M, (row, point)


def _dense(metres: NDArray[np.float64]) -> list[dict[int, float]]:
    return [
        {int(point): float(row[point]) for point in np.flatnonzero(np.isfinite(row))}
        for row in metres
    ]


def _every_place(big: City, catchments: StreetCatchments) -> list[Row]:
    streets, chosen = big.reversed, big.places
    arcs = big.graph.arcs
    drawn = nx.DiGraph()
    into = np.repeat(np.arange(big.graph.nodes), np.diff(arcs.indptr))
    drawn.add_weighted_edges_from(
        zip(into.tolist(), arcs.other.tolist(), arcs.length_m.tolist(), strict=True)
    )

    def ours() -> Any:
        return big.reach(catchments)

    def scipy_way() -> Any:
        return dijkstra(streets, indices=chosen, limit=LIMIT_M)

    def networkx_way() -> list[dict[int, float]]:
        return [
            nx.single_source_dijkstra_path_length(drawn, node, LIMIT_M) for node in chosen.tolist()
        ]

    reached = ours()
    _same(reached, networkx_way())
    _same(reached, _dense(scipy_way()))
    taken = interleaved({"ours": ours, "networkx": networkx_way, "scipy": scipy_way}, RUNS)
    job = f"reach of {PLACES} places, {LIMIT_M:.0f} m, {big.name}"
    return [
        Row(
            job,
            shown(taken["ours"]),
            f"scipy dijkstra(limit) {shown(taken['scipy'])}",
            taken["scipy"] / taken["ours"],
            RUNS,
            f"target {TARGET:.0f} ×; {len(reached.points):,} pairs, the same; ours snaps and "
            "lists the pairs, scipy fills a dense matrix that is still to be searched",
        ),
        Row(
            job,
            shown(taken["ours"]),
            f"networkx cutoff {shown(taken['networkx'])}",
            taken["networkx"] / taken["ours"],
            RUNS,
            f"target {TARGET:.0f} ×; the same sets; networkx is given nodes",
        ),
    ]


def _with_pandana(folder: Path) -> Row:
    if importlib.util.find_spec("pandana") is None:
        return Row("reach against pandana", "", "not installed", None, 0)
    import pandana
    import pandas as pd

    small = city(folder, PANDANA_SIDE, PANDANA_PLACES)
    catchments = small.catchments()
    graph, two_way = small.graph, ~small.graph.oneway
    made: list[Any] = []

    def build() -> None:
        nodes = pd.RangeIndex(graph.nodes)
        made.append(
            pandana.Network(  # against the streets: from a place to those who come to it
                pd.Series(small.lons, nodes),
                pd.Series(small.lats, nodes),
                pd.Series(np.concatenate((graph.end, graph.start[two_way]))),
                pd.Series(np.concatenate((graph.start, graph.end[two_way]))),
                pd.DataFrame({"metres": np.concatenate((graph.length_m, graph.length_m[two_way]))}),
                twoway=False,
            )
        )

    build_s = once(build)
    network, chosen = made[0], small.places.tolist()

    def pandana_way() -> Any:
        return network.nodes_in_range(chosen, LIMIT_M)

    found = pandana_way()
    by_place = dict(iter(found.groupby("source")))
    # Its metres are rounded to millimetres on the way; sets are compared, except at the limit.
    reached = small.reach(catchments)
    for row, place in enumerate(chosen):
        part = slice(reached.indptr[row], reached.indptr[row + 1])
        ours = dict(zip(reached.points[part].tolist(), reached.distance_m[part], strict=True))
        theirs = dict(zip(by_place[place]["destination"], by_place[place].iloc[:, -1], strict=True))
        differ = ours.keys() ^ theirs.keys()
        assert all(abs(ours.get(n, theirs.get(n)) - LIMIT_M) < 0.1 for n in differ), place
    taken = interleaved({"ours": lambda: small.reach(catchments), "pandana": pandana_way}, RUNS)
    return Row(
        f"reach of {PANDANA_PLACES} places, {small.name}",
        shown(taken["ours"]),
        f"pandana nodes_in_range {shown(taken['pandana'])}",
        taken["pandana"] / taken["ours"],
        RUNS,
        f"a tenth of the city: its preparation takes {shown(build_s)} even here",
    )


def _with_valhalla() -> Row:
    if importlib.util.find_spec("valhalla") is None:
        version = ".".join(map(str, sys.version_info[:2]))
        why = f"pyvalhalla has no wheel for Python {version} (from 3.12 on)"
    else:
        why = "its isochrones are polygons, no sets of demand points to compare"
    return Row("reach against Valhalla", "", "not measured", None, 0, why)


def _one_place(big: City, catchments: StreetCatchments) -> Row:
    chance = np.random.default_rng(2)
    streets = big.reversed
    lats = chance.uniform(big.lats.min(), big.lats.max(), 64)
    lons = chance.uniform(big.lons.min(), big.lons.max(), 64)
    turn = iter(range(10**9))

    def ours() -> None:
        at = next(turn) % 64
        catchments.of(lats[at : at + 1], lons[at : at + 1], [LIMIT_M])

    def scipy_way() -> None:
        dijkstra(streets, indices=big.places[next(turn) % PLACES], limit=LIMIT_M)

    taken = interleaved({"ours": ours, "scipy": scipy_way}, 200)
    return Row(
        "one place moved: its reach anew",
        shown(taken["ours"]),
        f"scipy {shown(taken['scipy'])}",
        taken["scipy"] / taken["ours"],
        200,
        "ours snaps the place; scipy is given a node",
    )


def _all_at_once(big: City, catchments: StreetCatchments) -> Row:
    streets, chosen = big.reversed, big.places

    def ours() -> Any:
        return catchments.nearest(big.lats[chosen], big.lons[chosen], LIMIT_M)[1]

    def scipy_way() -> Any:
        return dijkstra(streets, indices=chosen, limit=LIMIT_M, min_only=True)

    assert np.allclose(ours(), scipy_way(), rtol=0, atol=ROUNDING_M)
    taken = interleaved({"ours": ours, "scipy": scipy_way}, RUNS)
    return Row(
        "the nearest place of every demand point, one search",
        shown(taken["ours"]),
        f"scipy min_only {shown(taken['scipy'])}",
        taken["scipy"] / taken["ours"],
        RUNS,
        "the same metres; ours also says which place",
    )


def _snapping(big: City) -> Row:
    side = int(DEMAND**0.5)
    lat, lon = np.meshgrid(
        np.linspace(big.lats.min(), big.lats.max(), side),
        np.linspace(big.lons.min(), big.lons.max(), side),
        indexing="ij",
    )
    lats, lons = lat.ravel(), lon.ravel()
    graph = big.graph
    plane = LocalProjection(Point(float(np.mean(big.lats)), float(np.mean(big.lons))))
    shape = np.column_stack(plane.to_metres(graph.lats, graph.lons))
    ends = np.stack((shape[graph.segments], shape[graph.segments + 1]), axis=1)
    points = shapely.points(np.column_stack(plane.to_metres(lats, lons)))

    def ours() -> Any:
        return Snapper(graph).snap(lats, lons)

    def shapely_way() -> Any:
        return shapely.STRtree(shapely.linestrings(ends)).nearest(points)

    apart = shapely.distance(shapely.linestrings(ends)[shapely_way()], points)
    assert np.allclose(ours().snap_m, apart, rtol=1e-3, atol=0.01)
    taken = interleaved({"ours": ours, "shapely": shapely_way}, 3)
    return Row(
        f"{len(lats):,} demand points on the nearest of {len(ends):,} segments",
        shown(taken["ours"]),
        f"shapely STRtree.nearest {shown(taken['shapely'])}",
        taken["shapely"] / taken["ours"],
        3,
        "index included; ours gives the foot and both ways along the street too",
    )


def _building(big: City) -> list[Row]:
    out = big.pbf.with_suffix(".streets")
    build_s = once(lambda: build_network(big.pbf, out))

    def load() -> Any:
        return load_network(out).graph("drive").arcs

    taken = interleaved({"ours": load}, RUNS)["ours"]
    return [
        Row(
            f"build the network from {big.pbf.stat().st_size / 1e6:.0f} MB of .osm.pbf",
            shown(build_s),
            "",
            None,
            1,
            "three modes",
        ),
        Row(
            f"load it, {out.stat().st_size / 1e6:.0f} MB",
            shown(taken),
            f"target {LOAD_TARGET_S:.0f} s",
            LOAD_TARGET_S / taken,
            RUNS,
            "checksum compared, arcs of one mode made",
        ),
    ]


if __name__ == "__main__":
    import tempfile

    from benchmarks.measuring import table

    with tempfile.TemporaryDirectory() as name:
        print(table(compare(Path(name))))
