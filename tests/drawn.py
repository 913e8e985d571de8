"""A small town as an .osm.pbf with a little of everything that the base map draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import osmium

Spot = tuple[float, float]
Tags = dict[str, str]

LAT, LON = 47.14, 9.52
"""Its middle crossing."""


def write_extract(
    path: Path,
    ways: Sequence[tuple[Sequence[Spot | None], Tags]],
    areas: Sequence[tuple[Sequence[tuple[int, str]], Tags]] = (),
) -> Path:
    """Ways through spots (lat, lon), numbered from 1, and multipolygons over these numbers.

    None stands for a node that the extract has cut off; the same spot twice is one node.
    """
    numbers: dict[Spot, int] = {}
    missing = 1_000_000
    lines: list[tuple[list[int], Tags]] = []
    for spots, tags in ways:
        refs = []
        for spot in spots:
            if spot is None:
                missing += 1
                refs.append(missing)
            else:
                refs.append(numbers.setdefault(spot, len(numbers) + 1))
        lines.append((refs, tags))
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        make: Any = osmium.osm.mutable
        for (lat, lon), number in numbers.items():
            writer.add_node(make.Node(id=number, location=(lon, lat)))
        for number, (refs, tags) in enumerate(lines, start=1):
            writer.add_way(make.Way(id=number, nodes=refs, tags=tags))
        for number, (members, tags) in enumerate(areas, start=1):
            writer.add_relation(
                make.Relation(
                    id=number,
                    members=[("w", way, role) for way, role in members],
                    tags={"type": "multipolygon", **tags},
                )
            )
    return path


def square(lat: float, lon: float, half: float) -> list[Spot]:
    """A closed ring around a spot."""
    return [
        (lat - half, lon - half),
        (lat - half, lon + half),
        (lat + half, lon + half),
        (lat + half, lon - half),
        (lat - half, lon - half),
    ]


def across(lat: float, *, north: float = 0.0) -> list[Spot]:
    """From west to east through the town, in two pieces' worth of points."""
    return [(lat, LON - 0.02), (lat + north / 2, LON), (lat + north, LON + 0.02)]


STREETS: Mapping[str, tuple[list[Spot], Tags]] = {
    "main": (across(LAT), {"highway": "primary", "name": "解放路", "name:en": "Jiefang Road"}),
    "side": (
        [(LAT - 0.02, LON), (LAT, LON), (LAT + 0.02, LON)],
        {"highway": "residential", "name": "南北街"},
    ),
    "path": (across(LAT + 0.003), {"highway": "footway"}),
}


def write_drawn_town(path: Path) -> Path:
    """Three streets, a river, a lake with an island, a park, a railway and a house."""
    lake, island = square(LAT + 0.008, LON + 0.008, 0.003), square(LAT + 0.008, LON + 0.008, 0.001)
    return write_extract(
        path,
        [
            *STREETS.values(),
            (across(LAT - 0.006), {"waterway": "river", "name": "串场河"}),
            (across(LAT - 0.012), {"railway": "rail"}),
            (square(LAT - 0.003, LON - 0.008, 0.002), {"leisure": "park"}),
            (square(LAT + 0.002, LON + 0.002, 0.0002), {"building": "yes"}),
            (lake, {}),
            (island, {}),
        ],
        [([(8, "outer"), (9, "inner")], {"natural": "water"})],
    )
