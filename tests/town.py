"""Streets for tests of whole workflows: a lattice over the second region's towns, with a river."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from services.travel.streets import build_network
from tests.integration.test_streets_build import Spot, Way, write_pbf

SOUTH, WEST, ROWS, COLUMNS = 47.128, 9.496, 26, 20
UNIT = 0.002
"""Degrees between crossings: 222 m to the north, 152 m to the east."""
RIVER = 7
"""No street leads from this row of crossings to the next one."""


def crossing(row: int, column: int) -> int:
    return 1 + row * COLUMNS + column


def lattice(
    south: float = SOUTH, west: float = WEST, along: str = "residential"
) -> tuple[dict[int, Spot], list[Way]]:
    """Streets ``along`` every row, and footways across all rows but the river."""
    nodes = {
        crossing(row, column): (south + row * UNIT, west + column * UNIT)
        for row in range(ROWS)
        for column in range(COLUMNS)
    }
    return nodes, list(_streets(along))


def _streets(along: str) -> Iterator[Way]:
    for row in range(ROWS):
        yield [crossing(row, column) for column in range(COLUMNS)], {"highway": along}
    for column in range(COLUMNS):
        for rows in (range(RIVER + 1), range(RIVER + 1, ROWS)):
            yield [crossing(row, column) for row in rows], {"highway": "footway"}


def write_town(path: Path, **streets: Any) -> Path:
    """The lattice as an .osm.pbf."""
    return write_pbf(path, *lattice(**streets))


def build_town(folder: Path, name: str = "town", **streets: Any) -> Path:
    """The lattice as a network file."""
    pbf = write_town(folder / f"{name}.osm.pbf", **streets)
    build_network(pbf, folder / f"{name}.streets")
    return folder / f"{name}.streets"
