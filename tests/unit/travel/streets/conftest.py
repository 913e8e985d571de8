"""Streets that are drawn at random, and the same question asked of networkx and shapely.

The judge keeps every drawn segment (no contraction), measures with geographiclib's geodesics,
finds the nearest street by looking at all of them with shapely, and lets networkx walk.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np
import pytest
import shapely
from geographiclib.geodesic import Geodesic
from numpy.typing import NDArray
from pyproj import Proj

from services.travel.streets.contraction import contracted
from services.travel.streets.graph import StreetGraph

FORWARD, BACKWARD, BOTH = 1, 2, 3
SOUTH, WEST = 33.35, 120.15


@dataclass
class Drawing:
    """Points and the segments between them; nobody passes through a closed point."""

    lats: NDArray[np.float64]
    lons: NDArray[np.float64]
    segments: list[tuple[int, int, int]]
    closed: set[int]

    def graph(self) -> StreetGraph:
        """As the code under test has it."""
        a, b, directions = (np.array(column) for column in zip(*self.segments, strict=True))
        mask = np.zeros(len(self.lats), dtype=bool)
        mask[list(self.closed)] = True
        return contracted(
            a.astype(np.int32),
            b.astype(np.int32),
            directions.astype(np.uint8),
            mask,
            np.round(self.lats * 1e7).astype(np.int32),
            np.round(self.lons * 1e7).astype(np.int32),
        )

    def judge(self) -> Judge:
        return Judge(self)


class Judge:
    """The streets as drawn, for networkx."""

    def __init__(self, drawing: Drawing) -> None:
        self.drawing = drawing
        self.streets = nx.MultiDiGraph()
        once: dict[tuple[int, int], int] = {}  # the same segment drawn twice is one street
        for a, b, directions in drawing.segments:
            turned = {0: 0, FORWARD: BACKWARD, BACKWARD: FORWARD, BOTH: BOTH}[directions]
            pair, way = ((a, b), directions) if a < b else ((b, a), turned)
            once[pair] = once.get(pair, 0) | way
        self.used = [(a, b, way) for (a, b), way in once.items() if a != b and way]
        for number, (a, b, directions) in enumerate(self.used):
            self._join(self.name(a, number), self.name(b, number), directions, self.metres(a, b))
        self.plane = Proj(f"+proj=tmerc +lat_0={SOUTH} +lon_0={WEST} +datum=WGS84")
        self.x, self.y = self.plane(drawing.lons, drawing.lats)
        ends = [(a, b) for a, b, _ in self.used]
        self.lines = shapely.linestrings(
            [[(self.x[a], self.y[a]), (self.x[b], self.y[b])] for a, b in ends]
        )

    def name(self, point: int, segment: int) -> object:
        """A closed point is another one for every segment that ends there."""
        return (point, segment) if point in self.drawing.closed else point

    def metres(self, a: int, b: int) -> float:
        lats, lons = self.drawing.lats, self.drawing.lons
        return float(Geodesic.WGS84.Inverse(lats[a], lons[a], lats[b], lons[b])["s12"])

    def _join(self, a: object, b: object, directions: int, metres: float) -> None:
        if directions & FORWARD:
            self.streets.add_edge(a, b, metres=metres)
        if directions & BACKWARD:
            self.streets.add_edge(b, a, metres=metres)

    def snap(self, lat: float, lon: float) -> tuple[int, float, float]:
        """The nearest segment, the share of it before the foot, and the metres to the foot."""
        here = shapely.Point(*self.plane(lon, lat))
        number = int(np.argmin(shapely.distance(self.lines, here)))
        share = float(shapely.line_locate_point(self.lines[number], here, normalized=True))
        for end in (0.0, 1.0):  # a millimetre from the end is the end
            if abs(share - end) * self.lines[number].length < 0.001:
                share = end
        a, b, _ = self.used[number]
        lats, lons = self.drawing.lats, self.drawing.lons
        foot = (lats[a] + share * (lats[b] - lats[a]), lons[a] + share * (lons[b] - lons[a]))
        return number, share, float(Geodesic.WGS84.Inverse(lat, lon, *foot)["s12"])

    def at_a_barrier(self, lat: float, lon: float) -> bool:
        """On a closed point itself it is a matter of taste which side one is on."""
        number, share, _ = self.snap(lat, lon)
        a, b, _ = self.used[number]
        return (share == 0 and a in self.drawing.closed) or (
            share == 1 and b in self.drawing.closed
        )

    def reached(
        self, demand: list[tuple[float, float]], place: tuple[float, float]
    ) -> dict[int, float]:
        """Metres from every demand point that can get to the place at all."""
        feet = [self.snap(*point) for point in [place, *demand]]
        streets = self.streets.copy()
        for number, (a, b, directions) in enumerate(self.used):
            on = sorted((share, row) for row, (n, share, _) in enumerate(feet) if n == number)
            if not on:
                continue
            length = self.metres(a, b)
            stops = [(0.0, self.name(a, number))]
            stops += [(share, ("foot", row)) for share, row in on]
            stops += [(1.0, self.name(b, number))]
            for (before, one), (after, two) in pairwise(stops):
                # Whoever stands at the very end of a street, or at the same spot, is free to turn.
                free = BOTH if after == before else directions
                if free & FORWARD:
                    streets.add_edge(one, two, metres=(after - before) * length)
                if free & BACKWARD:
                    streets.add_edge(two, one, metres=(after - before) * length)
        goal = ("foot", 0)
        ways = nx.single_source_dijkstra_path_length(
            streets.reverse(copy=False), goal, weight="metres"
        )
        return {
            row - 1: metres + feet[row][2] + feet[0][2]
            for (kind, row), metres in (
                (node, metres) for node, metres in ways.items() if isinstance(node, tuple)
            )
            if kind == "foot" and row
        }


@pytest.fixture(scope="session")
def draw() -> Callable[..., Drawing]:
    """Streets of a seed: crossings, chains, loops, one-way streets, doubles, islands, barriers."""
    return drawn


def drawn(seed: int, *, wheels: bool = True, barriers: bool = True) -> Drawing:
    chance = np.random.default_rng(seed)
    count = int(chance.integers(4, 14))
    lats = list(SOUTH + chance.uniform(0, 0.01, count))
    lons = list(WEST + chance.uniform(0, 0.012, count))
    segments: list[tuple[int, int, int]] = []
    for _ in range(int(chance.integers(3, 22))):
        a, b = (int(each) for each in chance.integers(0, count, 2))
        directions = int(chance.choice([BOTH, BOTH, FORWARD, BACKWARD] if wheels else [BOTH]))
        if a == b and chance.random() < 0.5:
            segments.append((a, b, directions))  # a segment from a point to itself
            continue
        at = a
        for _ in range(int(chance.integers(0, 4))):  # a chain of points on the way
            lats.append(float(SOUTH + chance.uniform(0, 0.01)))
            lons.append(float(WEST + chance.uniform(0, 0.012)))
            segments.append((at, len(lats) - 1, directions))
            at = len(lats) - 1
        segments.append((at, b, directions))
        if chance.random() < 0.1:
            segments.append((b, at, int(chance.integers(0, 4))))  # drawn twice
    if not any(a != b and directions for a, b, directions in segments):
        segments.append((0, 1, BOTH))
    closed = {n for n in range(len(lats)) if barriers and chance.random() < 0.08}
    # What the file keeps: whole units of 1e-7 degrees.
    return Drawing(np.round(np.array(lats), 7), np.round(np.array(lons), 7), segments, closed)
