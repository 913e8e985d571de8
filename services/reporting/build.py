"""From the evidence to the report: the cover, the chapters in order, the workbook's sheets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.limits import REPORT_ROWS_MAX
from services.reporting.chapters.gaps import MAIN_ROWS, gap_table, gaps_chapter
from services.reporting.chapters.maps import maps_chapter
from services.reporting.chapters.method import (
    again_chapter,
    limits_chapter,
    method_chapter,
)
from services.reporting.chapters.places import (
    counted_table,
    kind_table,
    left_out_table,
    overlap_chapter,
    places_chapter,
    reason_table,
)
from services.reporting.chapters.sensitivity import (
    sensitivity_chapter,
    sensitivity_table,
    suggestion_chapter,
)
from services.reporting.chapters.verdict import (
    Verdict,
    district_table,
    districts,
    ground_word,
    judge,
    summary,
)
from services.reporting.chapters.week import hours_by_district, hours_table, week_chapter
from services.reporting.evidence import Evidence
from services.reporting.fingerprint import fingerprint
from services.reporting.values import (
    SAMPLE_WORD,
    Block,
    Column,
    Notice,
    Paragraph,
    Report,
    Section,
    Sheet,
    Table,
)
from services.reporting.words import limit_words, standard_name

_NUMERALS: Final = "一二三四五六七八九十"


def build_report(evidence: Evidence) -> Report:
    """Everything that is printed, from what the engine computed."""
    coverage, measure = evidence.coverage, evidence.assessment.measure
    verdict, digest = judge(evidence), fingerprint(evidence)
    title = f"{standard_name(measure)}服务圈覆盖报告"
    sunday = evidence.week.monday + timedelta(days=6)
    head = [evidence.city, title, coverage.source, evidence.made_on.isoformat()]
    facts = (
        ("报告日期", evidence.made_on.isoformat()),
        (
            "数据",
            coverage.source + (f"，{SAMPLE_WORD}" if coverage.sample else ""),
        ),
        ("一周", f"{evidence.week.monday.isoformat()} 至 {sunday.isoformat()}"),
        ("标准", f"{standard_name(measure)}（{limit_words(measure)}）"),
        ("评估对象", ground_word(evidence)),
        ("编制", f"{evidence.product}（软件版本 {evidence.version}）"),
        ("输入校验码", digest),
    )
    return Report(
        title=title,
        city=evidence.city,
        made_on=evidence.made_on,
        sample=coverage.sample,
        running_head=" · ".join(part for part in head if part),
        maker=f"{evidence.product} {evidence.version}",
        facts=facts,
        claim=evidence.region.claim if evidence.region else "",
        holds=verdict.holds,
        verdict=verdict.word,
        finding=verdict.finding,
        sections=tuple(_sections(evidence, verdict, digest)),
        sheets=tuple(_sheets(evidence, verdict, digest, facts)),
    )


def _sections(evidence: Evidence, verdict: Verdict, digest: str) -> list[Section]:
    suggestion = evidence.suggestion
    chapters: list[tuple[str, str, Sequence[Block], bool]] = [
        ("verdict", "结论", summary(evidence, verdict), False),
        ("districts", "分区县", districts(evidence), False),
        ("maps", "地图", maps_chapter(evidence), True),
        ("week", "一周", week_chapter(evidence), True),
        ("gaps", "缺口", gaps_chapter(evidence), True),
        ("places", "计入和没有计入的服务点", places_chapter(evidence), False),
        ("overlap", "重叠", overlap_chapter(evidence), False),
        ("sensitivity", "敏感性", sensitivity_chapter(evidence), False),
        *(
            [("suggestion", "选址建议", suggestion_chapter(evidence, suggestion), False)]
            if suggestion
            else []
        ),
        ("method", "方法", method_chapter(evidence), False),
        ("limits", "数据的局限", limits_chapter(evidence), False),
        ("again", "怎样重做", again_chapter(evidence, digest), False),
    ]
    sections = [
        Section(key, str(number), title, tuple(blocks), new_page)
        for number, (key, title, blocks, new_page) in enumerate(chapters, 1)
    ]
    appendices: list[tuple[str, str, Table]] = [
        ("counted", "计入的服务点", counted_table(evidence)),
        ("left-out", "没有计入的地点", left_out_table(evidence)),
    ]
    if len(evidence.gaps) > MAIN_ROWS:
        appendices.append(
            ("all-gaps", "全部缺口", gap_table(evidence, evidence.gaps, "all-gaps", "全部缺口"))
        )
    for numeral, (key, name, table) in zip(_NUMERALS, appendices, strict=False):
        sections.append(
            Section(
                f"appendix-{key}",
                f"附录{numeral}",
                name,
                tuple(_listed(table)),
                new_page=True,
                wide=True,
            )
        )
    return sections


def _listed(table: Table) -> list[Block]:
    """A list as a page can hold it; what is left to the workbook is said."""
    if not table.rows:
        return [Paragraph("没有。")]
    if len(table.rows) <= REPORT_ROWS_MAX:
        return [table]
    return [
        Notice(
            f"共 {len(table.rows):,} 行，这里只印前 {REPORT_ROWS_MAX:,} 行；"
            "全部在同一份报告的 XLSX 里。"
        ),
        replace(table, rows=table.rows[:REPORT_ROWS_MAX]),
    ]


def _facts_table(facts: Sequence[tuple[str, str]]) -> Table:
    """The cover's lines for the workbook, which has no cover."""
    return Table("facts", "本报告", (Column("项目", 20), Column("内容", 40)), tuple(facts))


def _sheets(
    evidence: Evidence, verdict: Verdict, digest: str, facts: Sequence[tuple[str, str]]
) -> list[Sheet]:
    suggestion = evidence.suggestion
    return [
        Sheet(
            "概要",
            (
                *summary(evidence, verdict),
                _facts_table(facts),
                kind_table(evidence),
                reason_table(evidence),
            ),
        ),
        Sheet("区县", (district_table(evidence), hours_by_district(evidence))),
        Sheet("一周", (hours_table(evidence),)),
        Sheet("缺口", (gap_table(evidence, evidence.gaps, "gaps", "缺口（从大到小）"),)),
        Sheet("计入的服务点", (counted_table(evidence),)),
        Sheet("没有计入", (left_out_table(evidence),)),
        Sheet("敏感性", (sensitivity_table(evidence), *overlap_chapter(evidence))),
        *(
            [Sheet("选址建议", tuple(suggestion_chapter(evidence, suggestion)))]
            if suggestion
            else []
        ),
        Sheet(
            "方法",
            (
                *method_chapter(evidence),
                *limits_chapter(evidence),
                *again_chapter(evidence, digest),
            ),
        ),
    ]
