"""Does the claim hold? The sentence, the figures beside it, and the table by district."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from services.coverage.assess import DistrictShare, Share, tabulate
from services.reporting.evidence import Evidence
from services.reporting.values import (
    COUNT,
    SHARE,
    Block,
    Bullets,
    Cell,
    Column,
    Highlight,
    Highlights,
    Notice,
    Number,
    Paragraph,
    Table,
)
from services.reporting.words import (
    Amounts,
    full_width,
    limit_words,
    share,
    standard_name,
    switched_off,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """``holds`` is None where there is nothing to judge."""

    holds: bool | None
    word: str
    finding: str


def ground_word(evidence: Evidence) -> str:
    """What the shares are shares of."""
    if evidence.assessment.demand.spacing_m is None:
        return "需求"
    own = evidence.region is not None and evidence.ground == evidence.region.urban_areas
    return "主城区" if own else "评估范围"


def judge(evidence: Evidence) -> Verdict:
    """All of the demand within the standard, or not: there is nothing in between."""
    coverage, measure = evidence.coverage, evidence.assessment.measure
    total, amounts = coverage.table.total, Amounts(evidence.assessment.demand)
    ground = ground_word(evidence)
    if not total.weight:
        return Verdict(None, "无法判断", f"没有可以评估的{ground}，算不出覆盖率，无法判断。")
    whole = f"{evidence.city}{ground} {amounts.phrase(total.weight)}"
    if not evidence.assessment.places:
        return Verdict(False, "不成立", f"没有一个计入的服务点，{whole}全部在服务圈外。")
    way = f"按{standard_name(measure)}（{limit_words(measure)}）计算，{whole}"
    if total.covered == total.weight:
        return Verdict(True, "成立", f"{way}全部在服务圈内，没有缺口。{_band(evidence)}")
    missing = amounts.phrase(total.weight - total.covered)
    return Verdict(
        False,
        "不成立",
        f"{way}中，在服务圈内的占 {share(total.covered, total.weight).text}，没有做到全覆盖；"
        f"还有 {missing}在圈外，分成 {len(evidence.gaps)} 处缺口。{_band(evidence)}",
    )


def _band(evidence: Evidence) -> str:
    low, high = _band_numbers(evidence)
    if low == high:
        return ""
    cause = "速度和绕行" if evidence.assessment.measure.method == "straight" else "速度"
    return f"{cause}从最不利到最有利，覆盖在 {low.text} 到 {high.text} 之间。"


def _band_numbers(evidence: Evidence) -> tuple[Number, Number]:
    low, high = evidence.sensitivity.band
    return share(low.covered, low.weight), share(high.covered, high.weight)


def notices(evidence: Evidence) -> list[Block]:
    """What nobody may overlook: generated data, areas drawn by rule, the engine's own notes."""
    made: list[Block] = []
    if evidence.coverage.sample:
        made.append(
            Notice(
                "示例数据：服务点按公布的数字用程序生成，名称、地址、时间都不是真的。"
                "本报告只演示方法，不能作为核查的依据。"
            )
        )
    if any(area.sample for area in evidence.ground):
        made.append(Notice("主城区范围是按规则画的示例，不是规划的范围。"))
    relaxed = switched_off(evidence.rules)
    if relaxed:
        made.append(Notice(f"计入规则放宽了，不是正式口径：{'；'.join(relaxed)}。"))
    made += [Notice(full_width(note)) for note in evidence.coverage.notes]
    return made


def summary(evidence: Evidence, verdict: Verdict) -> list[Block]:
    """The first chapter."""
    blocks = notices(evidence)
    if evidence.region and evidence.region.claim:
        blocks.append(Paragraph(f"公布的说法：“{evidence.region.claim}”"))
    blocks.append(
        Paragraph(
            f"本报告检验的是：{ground_word(evidence)}是否每一处都在计入的服务点"
            f"{standard_name(evidence.assessment.measure)}以内。不分时间，开门与否另见“一周”一章。"
        )
    )
    blocks.append(Paragraph(f"结论：{verdict.word}。{verdict.finding}", lead=True))
    blocks.append(Highlights(tuple(_highlights(evidence))))
    return blocks


def _highlights(evidence: Evidence) -> list[Highlight]:
    coverage, amounts = evidence.coverage, Amounts(evidence.assessment.demand)
    total = coverage.table.total
    low, high = _band_numbers(evidence)
    sure, perhaps = evidence.always_covered
    weights = evidence.assessment.demand.weights
    out = sum(coverage.left_out.values())
    missing = amounts.phrase(total.weight - total.covered)
    return [
        Highlight(
            f"{standard_name(evidence.assessment.measure)}覆盖",
            share(total.covered, total.weight),
            f"最不利 {low.text}，最有利 {high.text}",
        ),
        Highlight("缺口", Number(len(evidence.gaps), COUNT), f"处，合计 {missing}"),
        Highlight(
            "一周 168 小时都有覆盖",
            share(int(weights[sure].sum()), total.weight),
            f"没有登记时间的都算开着：{share(int(weights[perhaps].sum()), total.weight).text}",
        ),
        Highlight(
            "计入的服务点", Number(coverage.counted, COUNT), f"处；登记的另有 {out:,} 处没有计入"
        ),
    ]


def districts(evidence: Evidence) -> list[Block]:
    """The second chapter: three standards side by side."""
    table = district_table(evidence)
    beside = evidence.coverage.beside
    rows = evidence.coverage.table.districts
    whole = [each.name for each in rows if each.weight and each.covered == each.weight]
    judged = [each for each in rows if each.weight]
    points = [f"{standard.label}：{full_width(standard.source)}。" for standard, _ in beside]
    streets = evidence.coverage.streets
    if streets and streets.outside_streets:
        amounts = Amounts(evidence.assessment.demand)
        outside = amounts.phrase(streets.outside_streets * evidence.assessment.demand.scale)
        points.append(f"直线在限距以内、沿街道走不到的有 {outside}，算作没有覆盖。")
    if judged:
        points.insert(
            0,
            f"{len(judged)} 个区县有{ground_word(evidence)}，"
            + (
                f"其中 {len(whole)} 个全部覆盖（{'、'.join(whole)}）。"
                if whole
                else "没有一个全部覆盖。"
            )
            + _extremes(judged),
        )
    return [
        Paragraph(
            "同一批服务点，用三种标准量：本报告的标准，以及两种公开的标准（都是直线距离）。"
            "各区县的数相加正好等于合计。"
        ),
        table,
        Bullets(tuple(points)),
    ]


def _extremes(judged: list[DistrictShare]) -> str:
    if len(judged) < 2:
        return ""
    worst = min(judged, key=lambda each: (each.covered / each.weight, each.adcode))
    best = max(judged, key=lambda each: (each.covered / each.weight, each.adcode))
    if worst.covered * best.weight == best.covered * worst.weight:
        return ""
    return (
        f"最低的是{worst.name}（{share(worst.covered, worst.weight).text}），"
        f"最高的是{best.name}（{share(best.covered, best.weight).text}）。"
    )


def district_table(evidence: Evidence) -> Table:
    """One row a district and the total: amounts, three standards, covered twice, gaps."""
    coverage, assessment = evidence.coverage, evidence.assessment
    demand, amounts = assessment.demand, Amounts(assessment.demand)
    twice = tabulate(demand, np.maximum(assessment.reach.counts - 1, 0), coverage.table.limit_m)
    gaps = [sum(gap.adcode == adcode for gap in evidence.gaps) for adcode, _ in demand.districts]
    others = [table for _, table in coverage.beside]

    def row(name: str, own: Share, rest: list[Share], two: Share, found: int) -> tuple[Cell, ...]:
        return (
            name,
            amounts.number(own.weight),
            amounts.number(own.covered),
            Number(own.share, SHARE),
            *(Number(each.share, SHARE) for each in rest),
            Number(two.share, SHARE),
            Number(found, COUNT),
        )

    rows = [
        row(
            each.name,
            each,
            [table.districts[i] for table in others],
            twice.districts[i],
            gaps[i],
        )
        for i, each in enumerate(coverage.table.districts)
    ]
    rows.append(
        row(
            "合计",
            coverage.table.total,
            [table.total for table in others],
            twice.total,
            len(evidence.gaps),
        )
    )
    return Table(
        "districts",
        f"分区县覆盖（{standard_name(assessment.measure)}，{limit_words(assessment.measure)}）",
        (
            Column("区县", 15),
            Column(amounts.title, 17, numeric=True),
            Column("其中覆盖", 14, numeric=True),
            Column(standard_name(assessment.measure), 15, numeric=True),
            *(Column(standard.label, 15, numeric=True) for standard, _ in coverage.beside),
            Column("两处以上", 13, numeric=True),
            Column("缺口（处）", 13, numeric=True),
        ),
        tuple(rows),
        total=True,
    )
