"""The region's street network: built from an OpenStreetMap extract."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from services.errors import InvalidInput
from services.travel.modes import MODES

if TYPE_CHECKING:
    from services.travel.streets import StreetNetwork


def build_streets(pbf: Path, out: Path, *, progress: Callable[[str], None]) -> StreetNetwork:
    """Read an .osm.pbf and write the network to ``out``, whole or not at all.

    Raises ``FileUnreadable``, ``LimitExceeded`` or ``InvalidInput`` with a sentence.
    """
    from services.travel.streets import build_network  # noqa: PLC0415  pyosmium: only here

    try:
        out.parent.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise InvalidInput(
            f"文件夹“{out.parent}”建不了({os.strerror(problem.errno or 0)})。请换个位置。",
            field="out",
            value=out.name,
        ) from None
    return build_network(pbf, out, progress=progress)


def build_base_tiles(
    pbf: Path, network: StreetNetwork, out: Path, *, progress: Callable[[str], None]
) -> int:
    """Write the tiles that the base map draws, of an extract whose network was just built.

    How many there are. Raises ``FileUnreadable`` or ``InvalidInput`` with a sentence.
    """
    from services.base_tiles import TileSource, build_tiles  # noqa: PLC0415  pyosmium: only here

    source = TileSource(network.source.sha256, network.source.date)
    return build_tiles(pbf, out, source, progress=progress)


def streets_lines(network: StreetNetwork) -> list[str]:
    """What a network holds, for a person."""
    south, west, north, east = network.bounds
    graphs = {mode: network.graph(mode) for mode in network.modes}
    return [
        *(
            f"{MODES[mode].name}:{graph.nodes:,} 个路口,{len(graph):,} 段街道"
            for mode, graph in graphs.items()
        ),
        f"范围:纬度 {south:.4f}–{north:.4f},经度 {west:.4f}–{east:.4f}",
        f"来源:{network.source.name}({network.credit},{network.licence})",
    ]
