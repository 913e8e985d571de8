"""The week: what is covered in each of its 168 hours, with a band for hours that nobody knows."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.coverage.week import HOURS
from services.reporting.drawings.strips import district_rows, week_bars
from services.reporting.evidence import Evidence
from services.reporting.values import (
    SHARE,
    Block,
    Bullets,
    Cell,
    Column,
    Drawing,
    Number,
    Paragraph,
    Table,
)
from services.reporting.words import full_width, hour_name, share

WORKDAY_MORNING: Final = 10
SUNDAY_NIGHT: Final = 6 * 24 + 2
CALLED_OUT: Final = (WORKDAY_MORNING, SUNDAY_NIGHT)
"""A working hour and the depth of night: what every week is judged by."""

_WIDTH_MM: Final = 170.0


def week_chapter(evidence: Evidence) -> list[Block]:
    """The chapter."""
    week, demand = evidence.week, evidence.assessment.demand
    weight = int(demand.weights.sum())
    last = week.monday + timedelta(days=6)
    span = f"{week.monday.isoformat()}（周一）至 {last.isoformat()}（周日）"
    blocks: list[Block] = [
        Paragraph(
            f"上面的覆盖不分时间。这里按登记的开放时间，看 {span}每一个整点，"
            "走得到的服务点里有没有一处开着；节假日和调休按当周的安排。"
            "没有登记时间的服务点当作关着是下限，当作开着是上限。"
        )
    ]
    if weight:
        low, high = week.total_low / weight, week.total_high / weight
        blocks += [_bars(evidence, low, high), Bullets(tuple(_sentences(evidence, low, high)))]
        blocks.append(_rows(evidence))
    blocks.append(hours_by_district(evidence))
    if evidence.week_notes:
        blocks.append(Bullets(tuple(full_width(note) for note in evidence.week_notes)))
    return blocks


def _bars(evidence: Evidence, low: NDArray[np.float64], high: NDArray[np.float64]) -> Drawing:
    called = [
        (hour, f"{hour_name(hour)}　{_band(float(low[hour]), float(high[hour]))}")
        for hour in CALLED_OUT
    ]
    paper = week_bars(low, high, called, _WIDTH_MM)
    return Drawing(
        "week",
        paper.svg(),
        paper.width_mm,
        paper.height_mm,
        "一周 168 小时的覆盖：" + "；".join(words.replace("　", " ") for _, words in called),
        f"{evidence.city}一周每小时的覆盖（整点有一处开着的服务点）",
    )


def _rows(evidence: Evidence) -> Drawing:
    demand = evidence.assessment.demand
    weights = np.array([each.weight for each in evidence.coverage.table.districts])
    with_demand = np.flatnonzero(weights)
    shares = evidence.week.low[with_demand] / weights[with_demand, None]
    names = [demand.districts[i][1] for i in with_demand.tolist()]
    paper = district_rows(names, shares, _WIDTH_MM)
    return Drawing(
        "week-districts",
        paper.svg(),
        paper.width_mm,
        paper.height_mm,
        "各区县一周 168 小时的覆盖，颜色越深覆盖越多，数见下表",
        "各区县一周每小时的覆盖（肯定有一处开着的）",
    )


def _sentences(
    evidence: Evidence, low: NDArray[np.float64], high: NDArray[np.float64]
) -> list[str]:
    best, worst = int(np.argmax(low)), int(np.argmin(low))
    day, night = CALLED_OUT
    sure, perhaps = evidence.always_covered
    weights = evidence.assessment.demand.weights
    total = int(weights.sum())
    always = _band(int(weights[sure].sum()) / total, int(weights[perhaps].sum()) / total)
    verb = "只有" if low[night] < low[day] else "覆盖"
    return [
        f"{hour_name(day)} 覆盖 {_band(float(low[day]), float(high[day]))}，"
        f"{hour_name(night)} {verb} {_band(float(low[night]), float(high[night]))}。",
        f"最高的一小时是{hour_name(best)}（下限 {_share(low[best])}），"
        f"最低的一小时是{hour_name(worst)}（下限 {_share(low[worst])}）。",
        f"168 个小时里每一个小时都有一处开着的，占 {always}。",
    ]


def hours_by_district(evidence: Evidence) -> Table:
    """Both called out hours and all hours, as bands, district by district."""
    demand, week = evidence.assessment.demand, evidence.week
    sure, perhaps = evidence.always_covered
    table = evidence.coverage.table
    always_low, always_high = (np.zeros(len(demand.districts), dtype=np.int64) for _ in range(2))
    np.add.at(always_low, demand.district[sure], demand.weights[sure])
    np.add.at(always_high, demand.district[perhaps], demand.weights[perhaps])
    columns = [
        *(each for hour in CALLED_OUT for each in (week.low[:, hour], week.high[:, hour])),
        always_low,
        always_high,
    ]

    def row(name: str, of: int, values: list[int]) -> tuple[Cell, ...]:
        return (name, *(share(value, of) for value in values))

    rows = [
        row(each.name, each.weight, [int(column[i]) for column in columns])
        for i, each in enumerate(table.districts)
    ]
    rows.append(row("合计", table.total.weight, [int(column.sum()) for column in columns]))
    day, night = CALLED_OUT
    return Table(
        "week-districts",
        "各区县在两个时刻和全部 168 小时的覆盖（下限：没有登记时间的当作关着；上限：当作开着）",
        (
            Column("区县", 16),
            *(
                Column(f"{when}{bound}", 14, numeric=True)
                for when in (hour_name(day), hour_name(night), "168 小时")
                for bound in ("（下限）", "（上限）")
            ),
        ),
        tuple(rows),
        total=True,
    )


def hours_table(evidence: Evidence) -> Table:
    """All 168 hours of the total, for the workbook."""
    week, table = evidence.week, evidence.coverage.table
    total_low, total_high = week.total_low, week.total_high
    rows: list[tuple[Cell, ...]] = []
    for hour in range(HOURS):
        rows.append(
            (
                hour_name(hour),
                share(int(total_low[hour]), table.total.weight),
                share(int(total_high[hour]), table.total.weight),
                *(
                    share(int(bound[i, hour]), each.weight)
                    for i, each in enumerate(table.districts)
                    for bound in (week.low, week.high)
                ),
            )
        )
    return Table(
        "week",
        "一周每小时的覆盖",
        (
            Column("时刻", 12),
            Column("合计下限", 11, numeric=True),
            Column("合计上限", 11, numeric=True),
            *(
                Column(f"{each.name}{bound}", 13, numeric=True)
                for each in table.districts
                for bound in ("下限", "上限")
            ),
        ),
        tuple(rows),
    )


def _band(low: float, high: float) -> str:
    return _share(low) if low == high else f"{_share(low)}–{_share(high)}"


def _share(value: float) -> str:
    return Number(float(value), SHARE).text
