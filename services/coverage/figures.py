"""The figures of an assessment with everything that they rest on: what leaves the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.coverage.assess import Assessment, Flags, Table, tabulate
from services.coverage.standards import Standard
from services.travel.measure import Measure
from services.travel.modes import TravelMode

OVERLAP_UP_TO: Final = 3


@dataclass(frozen=True, slots=True)
class StreetFacts:
    """What a figure by streets must say of its streets.

    ``detour`` is the median of street over straight length among the pairs in reach, None without
    a pair; ``outside_streets`` the weight inside some circle that no place reaches by street.
    """

    source: str
    date: str
    points_snapped_far: int
    places_snapped_far: int
    detour: float | None
    outside_streets: int | float

    def to_json(self) -> dict[str, Any]:
        """The member ``streets`` of a coverage answer."""
        return {
            "source": self.source,
            "date": self.date,
            "snapped_far": {
                "points": self.points_snapped_far,
                "places": self.places_snapped_far,
            },
            "detour_measured": self.detour,
            "inside_circle_outside_streets": self.outside_streets,
        }


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant with what is surely and what is possibly open then, place by place."""

    at: datetime
    open_for_sure: Flags
    open_perhaps: Flags
    """Unknown hours counted as open."""


@dataclass(frozen=True, slots=True, eq=False)
class Coverage:
    """The figures, and what the reader must know of them.

    ``overlap[k]`` is the weight covered by at least k places; ``beside`` the same table under the
    published standards; ``table_high`` the table with unknown hours open, at a moment only.
    """

    measure: Measure
    at: datetime | None
    revision: int | None
    """Of the registry; None when the places came from a file."""
    sample: bool
    made_on: date
    counted: int
    left_out: Mapping[str, int]
    points: int
    spacing_m: float | None
    unit: str
    """Of all weights: m2, people, or whatever a file counted."""
    table: Table
    table_high: Table | None
    overlap: Mapping[int, int | float]
    beside: tuple[tuple[Standard, Table], ...]
    streets: StreetFacts | None
    notes: tuple[str, ...]
    sample_areas: bool = False
    """Whether the demand's areas were drawn by rule and are nobody's plan."""

    @property
    def mode(self) -> TravelMode:
        """How one travels."""
        return self.measure.mode

    @property
    def minutes(self) -> float:
        """The standard's minutes."""
        return self.measure.minutes

    @property
    def source(self) -> str:
        """Which state of which places was counted, in words."""
        return "服务点来自文件" if self.revision is None else f"登记册第 {self.revision} 版"

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
        """As ``docs/coverage.md`` has it. ``at`` is null when every hour counts alike."""
        table = self.table.to_json()
        if self.table_high is not None:
            high = self.table_high.to_json()
            _add_high(table["total"], high["total"])
            for own, upper in zip(table["districts"], high["districts"], strict=True):
                _add_high(own, upper)
        return {
            "mode": self.mode.key,
            "minutes": self.minutes,
            "method": self.measure.method,
            "detour_factor": self.measure.detour_factor,
            "speed_kmh": self.mode.speed_kmh,
            "at": self.at.isoformat() if self.at else None,
            "data": data_json(
                self.revision, self.sample, self.made_on, self.counted, self.left_out
            ),
            "demand": {
                "points": self.points,
                "spacing_m": self.spacing_m,
                "unit": self.unit,
                "sample": self.sample_areas,
            },
            **table,
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
            "streets": self.streets.to_json() if self.streets else None,
            "notes": list(self.notes),
        }


def data_json(
    revision: int | None,
    sample: bool,
    made_on: date,
    counted: int,
    left_out: Mapping[str, int],
) -> dict[str, Any]:
    """The member ``data`` of every coverage answer: what its figures rest on."""
    return {
        "revision": revision,
        "sample": sample,
        "date": made_on.isoformat(),
        "counted": counted,
        "left_out": dict(left_out),
    }


def _add_high(own: dict[str, Any], upper: Mapping[str, Any]) -> None:
    own |= {"covered_high": upper["covered"], "share_high": upper["share"]}


def figures(
    assessment: Assessment,
    *,
    revision: int | None,
    sample: bool,
    made_on: date,
    moment: Moment | None = None,
    streets: StreetFacts | None = None,
    overlap_up_to: int = OVERLAP_UP_TO,
) -> Coverage:
    """The figures at a moment, or with every hour alike.

    ``revision``, ``sample`` and ``made_on`` are the data's, and go with every figure.
    """
    demand, measure = assessment.demand, assessment.measure
    sure = moment.open_for_sure if moment else None
    counts = assessment.counts(sure)
    limit_m = measure.limit_m
    beside = [(each, each.limit_m(measure.detour_factor)) for each in assessment.standards]
    return Coverage(
        measure=measure,
        at=moment.at if moment else None,
        revision=revision,
        sample=sample,
        made_on=made_on,
        counted=len(assessment.places),
        left_out=assessment.counted.left_out,
        points=len(demand),
        spacing_m=demand.spacing_m,
        unit=demand.unit,
        table=tabulate(demand, counts, limit_m),
        table_high=(
            tabulate(demand, assessment.counts(moment.open_perhaps), limit_m) if moment else None
        ),
        overlap={
            k: demand.amount(demand.weights[counts >= k].sum()) for k in range(1, overlap_up_to + 1)
        },
        beside=tuple(
            (each, tabulate(demand, assessment.straight_counts(metres, sure), metres))
            for each, metres in beside
        ),
        streets=streets,
        notes=(*demand.notes, *_notes(assessment, moment)),
    )


def _notes(assessment: Assessment, moment: Moment | None) -> list[str]:
    demand, counted, limit_m = assessment.demand, assessment.counted, assessment.measure.limit_m
    notes = []
    if not counted.places:
        out = sum(counted.left_out.values())
        because = f"(登记的 {out} 个都不符合计入条件)" if out else "(登记库是空的)"
        notes.append(f"没有一个服务点计入{because},所以覆盖为 0。请先登记并核验服务点。")
    elif moment is not None and not moment.open_perhaps.any():
        notes.append(f"{moment.at:%Y-%m-%d %H:%M} 没有一个计入的服务点开门,所以覆盖为 0。")
    if not int(demand.weights.sum()):
        notes.append("没有要覆盖的对象(需求合计为 0),所以没有百分比。")
    if limit_m <= 0:
        notes.append("这个时间还不够取车、停车,走不出一步,覆盖为 0。请加长时间。")
    if demand.spacing_m is not None and 0 < limit_m < 2 * demand.spacing_m:
        notes.append(
            f"服务半径 {limit_m:.0f} 米不到网格间距 {demand.spacing_m:g} 米的两倍,"
            "结果很粗。请用更小的网格间距。"
        )
    return notes
