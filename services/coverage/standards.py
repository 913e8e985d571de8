"""The published standards that stand beside the headline, each with its source.

A figure under one standard says nothing without the others: 10 minutes on foot is 513 m here,
the union's programme says 1,000 m, and the planners' living circle 500 m.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from services.travel.modes import DETOUR_FACTOR, MODES
from services.travel.straight_line import reach_limit_m


@dataclass(frozen=True, slots=True)
class Standard:
    """A service standard: either a mode with minutes, or straight metres."""

    key: str
    label: str
    source: str
    mode: str | None = None
    minutes: float | None = None
    straight_m: float | None = None

    def limit_m(self, detour_factor: float = DETOUR_FACTOR) -> float:
        """Straight metres within which a place serves."""
        if self.straight_m is not None:
            return self.straight_m
        if self.mode is None or self.minutes is None:
            raise ValueError(f"{self.key}: neither metres nor a mode with minutes")
        return reach_limit_m(MODES[self.mode], self.minutes, detour_factor)


STANDARDS: Final = (
    Standard("walk_10", "步行 10 分钟", "盐城市 10 分钟服务圈", mode="walk", minutes=10),
    Standard(
        "straight_1000",
        "直线 1 公里",
        "中华全国总工会 2023 年“双15”行动:1 公里、步行 15 分钟",
        straight_m=1000.0,
    ),
    Standard(
        "straight_500",
        "直线 500 米",
        "GB 50180-2018 十分钟生活圈居住区(转引)",
        straight_m=500.0,
    ),
    Standard("ride_10", "骑电动车 10 分钟", "快递员、外卖员", mode="ebike", minutes=10),
    Standard("drive_10", "开车 10 分钟", "货车司机之家", mode="drive", minutes=10),
)

BESIDE: Final = tuple(each for each in STANDARDS if each.straight_m is not None)
"""Those whose table every assessment shows beside its own."""
