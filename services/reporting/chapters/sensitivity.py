"""What each assumption changes, one at a time; and the sites that were proposed."""

from __future__ import annotations

from services.reporting.evidence import Evidence, Suggestion
from services.reporting.values import (
    DEGREES,
    METRES,
    POINTS,
    RANK,
    Block,
    Cell,
    Column,
    Number,
    Paragraph,
    Table,
)
from services.reporting.words import Amounts, full_width, printable, share


def sensitivity_chapter(evidence: Evidence) -> list[Block]:
    """The chapter."""
    return [
        Paragraph(
            "每次只改一样，其余照旧。差是和本报告的覆盖相比；计入规则逐条放宽，看它单独改变多少。"
        ),
        sensitivity_table(evidence),
    ]


def sensitivity_table(evidence: Evidence) -> Table:
    """The base, then one row a variation."""
    found, amounts = evidence.sensitivity, Amounts(evidence.assessment.demand)
    base = found.base
    rows: list[tuple[Cell, ...]] = [
        (
            "本报告",
            share(base.covered, base.weight),
            amounts.number(base.covered),
            Number(None, POINTS),
            amounts.change(0),
        )
    ]
    for each in found.variations:
        points = 100 * each.difference / base.weight if base.weight else None
        rows.append(
            (
                full_width(each.label),
                share(each.share.covered, each.share.weight),
                amounts.number(each.share.covered),
                Number(points, POINTS),
                amounts.change(each.difference),
            )
        )
    return Table(
        "sensitivity",
        "改一样，覆盖变多少",
        (
            Column("改动", 40),
            Column("覆盖", 14, numeric=True),
            Column(f"覆盖的{amounts.title}", 18, numeric=True),
            Column("差（百分点）", 14, numeric=True),
            Column(f"差（{'平方公里' if amounts.is_area else '份'}）", 15, numeric=True),
        ),
        tuple(rows),
    )


def suggestion_chapter(evidence: Evidence, found: Suggestion) -> list[Block]:
    """What was proposed, what it would give, and how far from the best it can be."""
    amounts = Amounts(evidence.assessment.demand)
    total = evidence.coverage.table.total
    what = f"让 {found.k} 处现有的服务点开到 {found.until}" if found.until else f"新建 {found.k} 处"
    before, after, bound = (
        share(each, total.weight)
        for each in (found.covered_before, found.covered_after, found.bound)
    )
    return [
        Paragraph(
            f"{what}，覆盖从 {before.text} 到 {after.text}。"
            f"任何 {found.k} 处都不会超过 {bound.text}"
            f"（和这个上限相差 {found.gap_percent:.2f}\u00a0%）。"
            "建议只看覆盖，不看用地、产权和费用，选定之前请到现场核对。"
        ),
        Table(
            "sites",
            "建议的位置" if not found.until else "建议延长开放的服务点",
            (
                Column("", 6, numeric=True),
                Column("服务点", 34) if found.until else Column("纬度", 16, numeric=True),
                Column("开放时间", 26) if found.until else Column("经度", 16, numeric=True),
                Column(f"增加的{amounts.title}", 18, numeric=True),
                Column("离最近的服务点（米）", 20, numeric=True),
            ),
            tuple(
                (
                    Number(rank, RANK),
                    printable(site.name) if found.until else Number(site.lat, DEGREES),
                    printable(site.opening_hours) if found.until else Number(site.lon, DEGREES),
                    amounts.number(site.gain),
                    Number(site.nearest_place_m, METRES),
                )
                for rank, site in enumerate(found.sites, 1)
            ),
        ),
    ]
