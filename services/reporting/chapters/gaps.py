"""The gaps: where the circle does not close, the worst first, each with what is nearest to it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.coverage.gaps import Gap
from services.reporting.evidence import Evidence
from services.reporting.values import (
    DEGREES,
    METRES,
    MINUTES,
    RANK,
    Block,
    Cell,
    Column,
    Number,
    Paragraph,
    Table,
)
from services.reporting.words import Amounts, printable

MAIN_ROWS: Final = 20
"""The gaps that the chapter lists; the appendix lists all."""


def gaps_chapter(evidence: Evidence) -> list[Block]:
    """The chapter."""
    gaps = evidence.gaps
    if not gaps:
        none = "没有缺口。" if evidence.coverage.table.total.weight else "没有可以评估的范围。"
        return [Paragraph(none)]
    amounts = Amounts(evidence.assessment.demand)
    total = sum(gap.weight for gap in gaps)
    head = gaps[:MAIN_ROWS]
    part = sum(gap.weight for gap in head)
    text = (
        "连在一起的没有覆盖的地方算一处缺口，按大小排位；排位和地图上的号码一致。"
        "直线距离和时间从缺口中间算到最近的、计入的服务点。"
    )
    if len(head) < len(gaps):
        text += (
            f"共 {len(gaps)} 处，合计 {amounts.phrase(total)}；"
            f"这里列最大的 {len(head)} 处，合计 {amounts.phrase(part)}，其余见附录三。"
        )
    return [Paragraph(text), gap_table(evidence, head, "gaps", "缺口（从大到小）")]


def gap_table(evidence: Evidence, gaps: Sequence[Gap], key: str, caption: str) -> Table:
    """One row a gap."""
    amounts = Amounts(evidence.assessment.demand)

    def row(gap: Gap) -> tuple[Cell, ...]:
        return (
            Number(gap.rank, RANK),
            gap.district,
            printable(gap.where),
            amounts.number(gap.weight),
            printable(gap.nearest_place_name or "没有"),
            printable(gap.nearest_place_address or ""),
            Number(gap.nearest_place_m, METRES),
            Number(None if gap.travel_s is None else gap.travel_s / 60, MINUTES),
            Number(gap.lat, DEGREES),
            Number(gap.lon, DEGREES),
        )

    return Table(
        key,
        caption,
        (
            Column("排位", 7, numeric=True),
            Column("区县", 12, sheet_only=True),  # a page reads it in the place's words
            Column("位置", 34),
            Column(amounts.title, 13, numeric=True),
            Column("最近的服务点", 26),
            Column("地址", 26),
            Column("直线（米）", 11, numeric=True),
            Column("要走（分钟）", 11, numeric=True),
            Column("纬度", 11, numeric=True, sheet_only=True),
            Column("经度", 11, numeric=True, sheet_only=True),
        ),
        tuple(row(gap) for gap in gaps),
        small=True,
    )
