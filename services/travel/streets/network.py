"""A city's street network: its graphs, where they are from, and whether it is the right city's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.errors import InvalidInput
from services.geo.distance import DEGREE_M
from services.travel.modes import MODES
from services.travel.streets.graph import Floats, StreetGraph
from services.travel.streets.ways import GRAPH_OF_MODE

CREDIT: Final = "© OpenStreetMap contributors"
LICENCE: Final = "ODbL 1.0"

Bounds = tuple[float, float, float, float]
"""``(south, west, north, east)`` in degrees."""

_MARGIN_M: Final = 1_000.0
_SHARE_TO_ACCEPT: Final = 0.2
"""Of the demand, this much must lie in the network for it to be meant for this city."""


@dataclass(frozen=True, slots=True)
class Source:
    """The extract that a network was built from.

    ``date`` is the state of OpenStreetMap in it (UTC): as its header says, else the newest edit of
    a street, else None. ``missing`` counts nodes of streets that it does not hold: they had been
    cut off at its edge.
    """

    name: str
    sha256: str
    date: datetime | None = None
    missing: int = 0


class StreetNetwork:
    """``graphs`` by key (``GRAPHS`` of ``ways.py``); those without an edge are left out."""

    credit = CREDIT
    licence = LICENCE

    def __init__(self, graphs: Mapping[str, StreetGraph], source: Source) -> None:
        self.graphs = MappingProxyType({key: graph for key, graph in graphs.items() if len(graph)})
        self.source = source
        if not self.graphs:
            raise ValueError("a network without a street")

    @property
    def bounds(self) -> Bounds:
        """The box round all streets."""
        south, west, north, east = zip(
            *(graph.bounds for graph in self.graphs.values()), strict=True
        )
        return min(south), min(west), max(north), max(east)

    @property
    def modes(self) -> tuple[str, ...]:
        """The keys of the modes that can be asked for."""
        return tuple(mode for mode, graph in GRAPH_OF_MODE.items() if graph in self.graphs)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader of a figure must know of the extract, as sentences."""
        missing = self.source.missing
        if not missing:
            return ()
        return (
            f"路网来源“{self.source.name}”在边缘切断了街道(缺 {missing} 个节点),"
            "范围边上的距离可能偏长。",
        )

    def graph(self, mode: str) -> StreetGraph:
        """The streets of a mode (``walk``, ``bike``, ``ebike``, ``drive``).

        Raises ``InvalidInput`` when the network has none for it.
        """
        found = self.graphs.get(GRAPH_OF_MODE.get(mode, ""))
        if found is None:
            name = MODES[mode].name if mode in MODES else mode
            known = "、".join(MODES[each].name for each in self.modes)
            raise InvalidInput(
                f"路网“{self.source.name}”里没有“{name}”的街道,只有:{known}。"
                "请换一种方式,或换一份路网。",
                field="mode",
                value=mode,
            )
        return found

    def check_covers(self, lats: Floats, lons: Floats, name: str) -> tuple[str, ...]:
        """Whether this is the network for demand at these points, ``name`` saying whose it is.

        Returns what the reader must know when part of the demand lies outside. Raises
        ``InvalidInput`` when most of it does: then this is the network of another city.
        """
        known = np.isfinite(lats) & np.isfinite(lons)
        lats, lons = lats[known], lons[known]
        if not len(lats):
            return ()
        outside = int(np.count_nonzero(~self._near(lats, lons)))
        if len(lats) - outside < _SHARE_TO_ACCEPT * len(lats):
            asked = (lats.min(), lons.min(), lats.max(), lons.max())
            raise InvalidInput(
                f"这份路网是“{self.source.name}”({_spelled(self.bounds)}),和要分析的“{name}”"
                f"({_spelled(asked)})不在一起。请换成当地的路网,或改用直线距离。",
                field="streets",
                value=self.source.name,
            )
        if not outside:
            return ()
        return (
            f"“{name}”的 {len(lats)} 个需求点中有 {outside} 个在路网“{self.source.name}”的范围"
            f"({_spelled(self.bounds)})之外,按街道算不到它们。",
        )

    def lines(self, bounds: Bounds | None = None, mode: str = "walk") -> list[NDArray[np.float64]]:
        """The streets of a mode as lines to draw: arrays (points, 2) of lat, lon.

        Whole edges that touch ``bounds``; all of them without. Raises ``InvalidInput`` as
        ``graph`` does.
        """
        return self.graph(mode).lines(bounds or self.bounds)

    def candidates(
        self, mode: str, spacing_m: float, areas: Sequence[BaseGeometry] | None = None
    ) -> tuple[Floats, Floats]:
        """Places on the streets for siting; see ``street_candidates``."""
        from services.travel.streets.candidates import street_candidates  # noqa: PLC0415  numba

        return street_candidates(self.graph(mode), spacing_m, areas)

    def _near(self, lats: Floats, lons: Floats) -> NDArray[np.bool_]:
        south, west, north, east = self.bounds
        up = _MARGIN_M / DEGREE_M
        across = up / max(np.cos(np.radians(max(abs(south), abs(north)))), 0.01)
        return np.asarray(
            (lats >= south - up)
            & (lats <= north + up)
            & (lons >= west - across)
            & (lons <= east + across)
        )


def _spelled(bounds: Bounds) -> str:
    """A box in words: 北纬 33.21–33.54、东经 119.95–120.31."""
    south, west, north, east = bounds

    def span(low: float, high: float, above: str, below: str) -> str:
        if low >= 0:
            return f"{above} {low:.2f}–{high:.2f}"
        return f"{below} {-low:.2f} 至{above if high >= 0 else below} {abs(high):.2f}"

    return f"{span(south, north, '北纬', '南纬')}、{span(west, east, '东经', '西经')}"
