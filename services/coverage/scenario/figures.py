"""The figures before and after a scenario, and two scenarios side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np

from services.coverage.assess import DistrictShare, Share
from services.coverage.demand import DemandPoints, Ints
from services.coverage.week import WeekCoverage
from services.errors import InvalidInput

OVERLAP_UP_TO: Final = 3
_HOURS_NAMED: Final = 5

WeekAsked = Literal["total", "districts"]


@dataclass(frozen=True, slots=True, eq=False)
class Figures:
    """Exact weights, int64, of one state of the places.

    ``weight[districts]`` is the demand's; ``at_least[districts, k - 1]`` that with at least k
    places in reach at whatever hour; ``week`` that with an open place, hour by hour.
    """

    weight: Ints
    at_least: Ints
    week: WeekCoverage

    @property
    def covered(self) -> Ints:
        """Covered weight by district: at least one place in reach."""
        return self.at_least[:, 0]

    @property
    def overlap(self) -> dict[int, int]:
        """Weight with at least k places, for k = 1 to ``OVERLAP_UP_TO``."""
        return {k: int(self.at_least[:, k - 1].sum()) for k in range(1, OVERLAP_UP_TO + 1)}

    def to_json(self, demand: DemandPoints, week: WeekAsked = "districts") -> dict[str, Any]:
        """``{total, districts, overlap, week: {monday, total, districts}}`` in the demand's unit.

        ``week="total"`` leaves the districts' hours out.
        """
        return {
            "total": Share(
                int(self.weight.sum()), int(self.covered.sum()), scale=demand.scale
            ).to_json(),
            "districts": [
                DistrictShare(weight, covered, adcode, name, scale=demand.scale).to_json()
                for (adcode, name), weight, covered in zip(
                    demand.districts, self.weight.tolist(), self.covered.tolist(), strict=True
                )
            ],
            "overlap": {str(k): demand.amount(weight) for k, weight in self.overlap.items()},
            "week": self.week.bands(demand, districts=week == "districts"),
        }


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """What the second scenario covers more (or less) than the first, int64.

    ``covered[districts]``, ``overlap[k - 1]``, and ``low`` and ``high`` of the week [168].
    """

    covered: Ints
    overlap: Ints
    low: Ints
    high: Ints

    @property
    def gaining(self) -> list[int]:
        """The hours that gain most, the most first; at most five."""
        return self._extreme(1)

    @property
    def losing(self) -> list[int]:
        """The hours that lose most, the most first; at most five."""
        return self._extreme(-1)

    def _extreme(self, sign: int) -> list[int]:
        """By the middle of the band, then by the hour."""
        middle = sign * (self.low + self.high)
        order = np.argsort(-middle, kind="stable")[:_HOURS_NAMED]
        return [int(hour) for hour in order if middle[hour] > 0]

    def to_json(self, demand: DemandPoints) -> dict[str, Any]:
        """``{total, districts, overlap, week, gaining, losing}``: differences of weights."""

        def hour(number: int) -> dict[str, int | float]:
            low, high = self.low[number], self.high[number]
            return {"hour": number, "low": demand.amount(low), "high": demand.amount(high)}

        return {
            "total": {"covered": demand.amount(int(self.covered.sum()))},
            "districts": [
                {"adcode": adcode, "name": name, "covered": demand.amount(int(covered))}
                for (adcode, name), covered in zip(demand.districts, self.covered, strict=True)
            ],
            "overlap": {str(k): demand.amount(int(w)) for k, w in enumerate(self.overlap, start=1)},
            "week": [
                {"low": demand.amount(int(low)), "high": demand.amount(int(high))}
                for low, high in zip(self.low, self.high, strict=True)
            ],
            "gaining": [hour(number) for number in self.gaining],
            "losing": [hour(number) for number in self.losing],
        }


def compare(a: Figures, b: Figures) -> Comparison:
    """``b`` minus ``a``. Raises ``InvalidInput`` when they rest on other demand or another week."""
    if not np.array_equal(a.weight, b.weight):
        raise InvalidInput(
            f"两个方案的需求不同(合计 {a.weight.sum()} 和 {b.weight.sum()}),不能相减。"
            "请用同样的范围和网格间距重新计算。",
            field="figures",
        )
    if a.week.monday != b.week.monday:
        raise InvalidInput(
            f"两个方案算的不是同一周({a.week.monday} 和 {b.week.monday}),节假日可能不同。"
            "请对同一周重新计算。",
            field="at",
        )
    return Comparison(
        b.covered - a.covered,
        (b.at_least - a.at_least).sum(axis=0),
        b.week.total_low - a.week.total_low,
        b.week.total_high - a.week.total_high,
    )
