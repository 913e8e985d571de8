"""Coverage: which share of the demand has a place within the standard, by district and in all.

    covered  = sum of the weights of the demand points with at least one counting place in reach
    share    = covered / weight, and None where there is no weight
    overlap k = sum of the weights with at least k

All sums are whole numbers; the districts' add up to the total exactly.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from services.coverage.counting import Counted
from services.coverage.demand import DemandPoints, Ints
from services.coverage.reach import straight_reach
from services.coverage.standards import BESIDE, Standard
from services.travel.modes import DETOUR_FACTOR, TravelMode
from services.travel.straight_line import reach_limit_m

METHOD: Final = "straight"


@dataclass(frozen=True, slots=True)
class Share:
    """Covered weight of a weight; whole numbers in the demand's own unit (m² for a grid)."""

    weight: int
    covered: int

    @property
    def share(self) -> float | None:
        """0 to 1, or None where there is nothing to cover: that is neither 0 % nor 100 %."""
        return self.covered / self.weight if self.weight else None

    def to_json(self) -> dict[str, Any]:
        """``{weight, covered, share}``."""
        return {"weight": self.weight, "covered": self.covered, "share": self.share}


@dataclass(frozen=True, slots=True)
class DistrictShare(Share):
    """A district's part."""

    adcode: str
    name: str

    def to_json(self) -> dict[str, Any]:
        """``{adcode, name, weight, covered, share}``."""
        return {"adcode": self.adcode, "name": self.name, **Share.to_json(self)}


@dataclass(frozen=True, slots=True)
class Table:
    """One standard's figures."""

    limit_m: float
    districts: tuple[DistrictShare, ...]
    total: Share

    def to_json(self) -> dict[str, Any]:
        """``{limit_m, districts, total}``."""
        return {
            "limit_m": round(self.limit_m, 1),
            "districts": [each.to_json() for each in self.districts],
            "total": self.total.to_json(),
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """The figures with everything that they rest on.

    ``overlap[k]`` is the weight covered by at least k places; ``beside`` the same table under the
    published standards; ``notes`` what the reader must know, as sentences.
    """

    mode: TravelMode
    minutes: float
    detour_factor: float
    revision: int
    sample: bool
    counted: int
    left_out: Mapping[str, int]
    points: int
    spacing_m: float | None
    table: Table
    overlap: Mapping[int, int]
    beside: tuple[tuple[Standard, Table], ...]
    notes: tuple[str, ...]

    @property
    def headings(self) -> list[str]:
        """What stands over the columns of ``rows``."""
        return [f"{self.minutes:g} 分钟", *(standard.label for standard, _ in self.beside)]

    @property
    def rows(self) -> list[tuple[str, list[float | None]]]:
        """Name and shares of each district and of the total: its own, then the standards'."""
        tables = [self.table, *(table for _, table in self.beside)]
        return [
            *(
                (district.name, [table.districts[i].share for table in tables])
                for i, district in enumerate(self.table.districts)
            ),
            ("合计", [table.total.share for table in tables]),
        ]

    def to_json(self) -> dict[str, Any]:
        """As ``docs/coverage.md`` has it. ``at`` is null: every hour counts alike here."""
        return {
            "mode": self.mode.key,
            "minutes": self.minutes,
            "method": METHOD,
            "detour_factor": self.detour_factor,
            "at": None,
            "data": {
                "revision": self.revision,
                "sample": self.sample,
                "counted": self.counted,
                "left_out": dict(self.left_out),
            },
            "demand": {"points": self.points, "spacing_m": self.spacing_m},
            **self.table.to_json(),
            "overlap": {str(k): covered for k, covered in self.overlap.items()},
            "standards": [
                {
                    "key": standard.key,
                    "label": standard.label,
                    "source": standard.source,
                    **table.to_json(),
                }
                for standard, table in self.beside
            ],
            "notes": list(self.notes),
        }


def assess_straight(
    demand: DemandPoints,
    counted: Counted,
    *,
    mode: TravelMode,
    minutes: float,
    detour_factor: float = DETOUR_FACTOR,
    overlap_up_to: int = 3,
    standards: Sequence[Standard] = BESIDE,
    revision: int,
    sample: bool,
) -> Coverage:
    """Coverage by straight distance with a detour factor.

    ``revision`` and ``sample`` are the data's, and go with every figure.
    Raises ``LimitExceeded`` when the reach does not fit (``reach.py``).
    """
    limit_m = reach_limit_m(mode, minutes, detour_factor)
    other_m = [standard.limit_m(detour_factor) for standard in standards]
    reach = straight_reach(demand, counted.places, (limit_m, *other_m))
    counts = reach.counts_within(limit_m)
    return Coverage(
        mode=mode,
        minutes=minutes,
        detour_factor=detour_factor,
        revision=revision,
        sample=sample,
        counted=len(counted.places),
        left_out=counted.left_out,
        points=len(demand),
        spacing_m=demand.spacing_m,
        table=tabulate(demand, counts, limit_m),
        overlap={k: int(demand.weights[counts >= k].sum()) for k in range(1, overlap_up_to + 1)},
        beside=tuple(
            (standard, tabulate(demand, reach.counts_within(metres), metres))
            for standard, metres in zip(standards, other_m, strict=True)
        ),
        notes=(*demand.notes, *_notes(demand, counted, limit_m)),
    )


def tabulate(demand: DemandPoints, counts: Ints, limit_m: float) -> Table:
    """Sum the weights of the points that ``counts`` says are covered, district by district."""
    weight = np.zeros(len(demand.districts), dtype=np.int64)
    covered = np.zeros_like(weight)
    np.add.at(weight, demand.district, demand.weights)
    served = counts > 0
    np.add.at(covered, demand.district[served], demand.weights[served])
    return Table(
        limit_m,
        tuple(
            DistrictShare(int(w), int(c), adcode, name)
            for (adcode, name), w, c in zip(demand.districts, weight, covered, strict=True)
        ),
        Share(int(weight.sum()), int(covered.sum())),
    )


def _notes(demand: DemandPoints, counted: Counted, limit_m: float) -> list[str]:
    notes = []
    if not counted.places:
        out = sum(counted.left_out.values())
        because = f"(登记的 {out} 个都不符合计入条件)" if out else "(登记库是空的)"
        notes.append(f"没有一个服务点计入{because},所以覆盖为 0。请先登记并核验服务点。")
    if limit_m <= 0:
        notes.append("这个时间还不够取车、停车,走不出一步,覆盖为 0。请加长时间。")
    if demand.spacing_m is not None and 0 < limit_m < 2 * demand.spacing_m:
        notes.append(
            f"服务半径 {limit_m:.0f} 米不到网格间距 {demand.spacing_m:g} 米的两倍,"
            "结果很粗。请用更小的网格间距。"
        )
    return notes
