"""The report as a PDF, set by Typst from our template: every text is data, never markup."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

from services.limits import REPORT_SECONDS
from services.reporting.html import TEMPLATES, block_kind
from services.reporting.values import SAMPLE_WORD, Drawing, Number, Report, Table
from services.typesetting import FONTS, typeset


def render_pdf(report: Report, fonts: Path = FONTS) -> bytes:
    """The pages.

    Raises ``SettingsInvalid`` when there are no fonts at ``fonts``, ``LimitExceeded`` when they
    take longer than ``REPORT_SECONDS``.
    """
    drawings: list[str] = []
    document = {
        "title": report.title,
        "city": report.city,
        "sample": SAMPLE_WORD if report.sample else "",
        "running_head": report.running_head,
        "maker": report.maker,
        "made_on": [report.made_on.year, report.made_on.month, report.made_on.day],
        "facts": report.facts,
        "claim": report.claim,
        "verdict": report.verdict,
        "finding": report.finding,
        "sections": [_plain(section, drawings) for section in report.sections],
    }
    files = {
        "main.typ": (TEMPLATES / "report.typ").read_text(encoding="utf-8"),
        "report.json": json.dumps(document, ensure_ascii=False),
        **{f"{number}.svg": svg for number, svg in enumerate(drawings)},
    }
    midnight = datetime.combine(report.made_on, time(), UTC)
    return typeset(
        files,
        form="pdf",
        seconds=REPORT_SECONDS,
        cannot="印不出 PDF。请先运行 make setup,或改用 .html、.xlsx。",
        too_long=f"排这份报告的 PDF 超过 {REPORT_SECONDS} 秒,已停止。请改用 .html 或 .xlsx。",
        field="file",
        fonts=fonts,
        timestamp=int(midnight.timestamp()),
    )


def _plain(value: Any, drawings: list[str]) -> Any:
    """Dataclasses as dictionaries with their kind; drawings as numbers of files."""
    if isinstance(value, Number):
        return value.text
    if isinstance(value, Table):
        return {
            "kind": "table",
            "caption": value.caption,
            "columns": [
                {"title": each.title, "width": each.width, "numeric": each.numeric}
                for each in value.printed_columns
            ],
            "rows": value.printed_rows,
            "total": value.total,
            "small": value.small,
        }
    if isinstance(value, Drawing):
        drawings.append(value.svg)
        return {
            "kind": "drawing",
            "file": f"{len(drawings) - 1}.svg",
            "width_mm": value.width_mm,
            "description": value.description,
            "caption": value.caption,
        }
    if is_dataclass(value):
        return {"kind": block_kind(value)} | {
            each.name: _plain(getattr(value, each.name), drawings) for each in fields(value)
        }
    if isinstance(value, tuple | list):
        return [_plain(each, drawings) for each in value]
    return value
