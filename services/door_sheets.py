"""Printable A4 sheets for doors: a place's name, its address and the code that says "I stand here".

One HTML file with its own style, no script and nothing from elsewhere; black on white, so that it
survives a photocopier.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from services.settings import ROOT

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

TEMPLATES: Final = ROOT / "templates" / "doors"
QUIET_ZONE: Final = 4  # modules; ISO/IEC 18004


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorSheet:
    """One door. ``url`` carries the door's token; ``shown_url`` is what a person may type."""

    name: str
    kind: str
    address: str
    url: str
    shown_url: str
    sample: bool


def render_sheets(sheets: Sequence[DoorSheet], *, product_name: str, hotline: str) -> bytes:
    """The file, a sheet a page, in UTF-8."""
    page = (
        _environment()
        .get_template("sheets.html")
        .render(sheets=sheets, product_name=product_name, hotline=hotline, code=door_code)
    )
    return page.encode()


def door_code(url: str) -> Markup:
    """The QR code as inline SVG that fills its box: level Q, a quarter of it may be lost.

    On a door it gets wet, scratched and bleached. ``url`` goes in as dark squares, never as text.
    """
    import segno  # noqa: PLC0415  only this command wants it
    from markupsafe import Markup  # noqa: PLC0415

    symbol = segno.make_qr(url, error="q", boost_error=False)
    drawn = symbol.svg_inline(border=QUIET_ZONE, omitsize=True, svgclass="code", lineclass=None)
    return Markup(drawn)  # noqa: S704  segno's own squares


def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined  # noqa: PLC0415  slow

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
