"""The report as one page: no script, nothing from elsewhere; it prints on A4 as it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from services.reporting.values import SAMPLE_WORD, Report, shown
from services.settings import ROOT

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES: Final = ROOT / "templates" / "report"


def render_html(report: Report) -> bytes:
    """The page in UTF-8."""
    page = _environment().get_template("report.html").render(report=report, sample_word=SAMPLE_WORD)
    return page.encode("utf-8")


def block_kind(block: object) -> str:
    """What the templates call a block: paragraph, table, …."""
    return type(block).__name__.lower()


def heading_parts(title: str) -> tuple[str, str]:
    """A heading's name and its unit in brackets, which stays whole."""
    name, bracket, unit = title.partition("（")
    return name, bracket + unit


def css_string(text: str) -> str:
    """A text as a CSS string: every character that could mean something, by its number."""
    inner = "".join(
        each if each.isalnum() or each == " " else f"\\{ord(each):06x}" for each in text
    )
    return f'"{inner}"'


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  slow

    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "kind": block_kind,
        "shown": shown,
        "heading_parts": heading_parts,
        "css_string": css_string,
    }
    return made
