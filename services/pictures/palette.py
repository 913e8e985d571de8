"""Colours and shapes of the pictures: those of the pages, from the same files.

``static/css/tokens.css`` is the only file that names a colour, ``static/icons/kinds.svg`` and
``templates/_symbols.svg`` the only ones that draw a symbol.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal

from services.settings import ROOT

Theme = Literal["light", "dark"]

TOKENS: Final = ROOT / "static" / "css" / "tokens.css"
SYMBOLS: Final = (ROOT / "static" / "icons" / "kinds.svg", ROOT / "templates" / "_symbols.svg")
SHELTER: Final = "shelter"
"""The product's own sign."""
BOX: Final = 24
"""Every symbol is drawn in a square of this side."""

_DARK: Final = "prefers-color-scheme: dark"


@cache
def palette(theme: Theme, path: Path = TOKENS) -> Mapping[str, str]:
    """Colours by the token's name, without its dashes: ``palette("light")["paper"]``."""
    light: dict[str, str] = {}
    dark: dict[str, str] = {}
    for media, selector, body in _rules(path.read_text(encoding="utf-8")):
        found = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-fA-F]{6})\b", body))
        if not media and selector == ":root":
            light |= found
        elif _DARK in media and selector.startswith(":root"):
            dark |= found
    return light if theme == "light" else light | dark


def _rules(css: str) -> Iterator[tuple[str, str, str]]:
    """(media, selector, declarations) of a sheet whose blocks are nested at most once."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    media, start = "", 0
    for match in re.finditer(r"[{}]", css):
        head = css[start : match.start()].strip()
        if match[0] == "{":
            if head.startswith("@"):
                media = head
            else:
                selector = " ".join(head.split())
        elif head:
            yield media, selector, head
        else:
            media = ""  # the end of an @media block: nothing stands before its brace
        start = match.end()


@cache
def paths(symbol: str) -> str:
    """The ``<path>`` elements of a symbol; a disc for one that is not drawn."""
    for file in SYMBOLS:
        drawn = re.search(
            rf'<symbol id="{re.escape(symbol)}"[^>]*>(.*?)</symbol>',
            file.read_text(encoding="utf-8"),
            flags=re.S,
        )
        if drawn:
            return drawn[1].strip()
    return '<circle cx="12" cy="12" r="9"/>'


def symbol_svg(symbol: str, colour: str) -> str:
    """A symbol as a picture of its own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BOX} {BOX}" width="{BOX}"'
        f' height="{BOX}" fill="{colour}">{paths(symbol)}</svg>'
    )
