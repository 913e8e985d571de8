"""The travel modes and what is assumed of each.

Sources: walking 1 km in 15 minutes is the All-China Federation of Trade Unions' "双15" standard
(4.0 km/h; r5r uses 3.6, R5 5.0, Valhalla 5.1). Bicycle: r5r 12, R5 15 km/h. E-bike, door to door,
and car are our own choice; the e-bike's legal cap is 25 km/h (GB 17761). The overhead is for
unlocking, parking and the like.

The range of each speed, for the figure's sensitivity: walking from r5r's 3.6 to R5's 5.0; bicycle
from r5r's 12 to R5's 15; e-bike 12 (a bicycle's pace in traffic) to 20, within the legal cap;
driving 25 to 40, our own choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

DETOUR_FACTOR: Final = 1.3
"""Street length over straight length. Newell (1980) gives about 1.2; pedestrians more."""

DETOUR_RANGE: Final = (1.2, 1.4)
"""Between which it may lie: the least and the greatest detour."""


@dataclass(frozen=True, slots=True)
class TravelMode:
    """A way to move: ``speed_kmh`` on the way plus ``overhead_s`` once."""

    key: str
    name: str
    verb: str
    speed_kmh: float
    overhead_s: float
    speed_range_kmh: tuple[float, float]
    """The slowest and the fastest that is published or plausible."""

    @property
    def speed_ms(self) -> float:
        """Speed in metres per second."""
        return self.speed_kmh / 3.6


MODES: Final[Mapping[str, TravelMode]] = MappingProxyType(
    {
        mode.key: mode
        for mode in (
            TravelMode("walk", "步行", "走过去", 4.0, 0.0, (3.6, 5.0)),
            TravelMode("bike", "骑车", "骑过去", 12.0, 60.0, (12.0, 15.0)),
            TravelMode("ebike", "电动车", "骑过去", 15.0, 60.0, (12.0, 20.0)),
            TravelMode("drive", "开车", "开过去", 30.0, 120.0, (25.0, 40.0)),
        )
    }
)
