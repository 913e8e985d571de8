"""Documents set by Typst in a process of their own; every text goes in as data, never as markup.

The only fonts are those of the project's own packages, so a document is the same on every machine,
also on one without any Chinese font.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

from services.errors import LimitExceeded, SettingsInvalid
from services.settings import ROOT

FONTS: Final = ROOT / "node_modules" / "@embedpdf" / "fonts-sc" / "fonts"
FONT_FAMILY: Final = "Noto Sans S Chinese"

Form = Literal["pdf", "png", "svg"]

_CHILD: Final = Path(__file__).with_name("typesetting_child.py")


def typeset(
    files: Mapping[str, str],
    *,
    form: Form,
    seconds: int,
    cannot: str,
    too_long: str,
    field: str,
    fonts: Path = FONTS,
    timestamp: int = 0,
    ppi: float = 72.0,
) -> bytes:
    """The document that ``main.typ`` of these files describes; the same bytes for the same files.

    ``timestamp`` is written into a PDF as its date. At 72 pixels to the inch a point is a pixel.
    A PNG or SVG must be of one page.

    Raises ``SettingsInvalid`` with the sentence ``cannot`` when there are no fonts at ``fonts``,
    ``LimitExceeded`` on ``field`` with ``too_long`` when it takes longer than ``seconds``.
    """
    if not any(fonts.glob("*.otf")):
        raise SettingsInvalid(
            f"没有找到排版用的中文字体(文件夹 {fonts.name} 里没有 .otf 文件),{cannot}"
        )
    try:
        # The command is our own interpreter and script; all that is said goes through its input.
        done = subprocess.run(  # noqa: S603
            [
                *(sys.executable, "-I", str(_CHILD)),
                *(str(fonts.resolve()), str(timestamp), form, f"{ppi:g}"),
            ],
            input=json.dumps(files).encode("ascii"),
            capture_output=True,
            timeout=seconds,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LimitExceeded(too_long, limit=seconds, field=field) from None
    if done.returncode:
        raise RuntimeError(f"the typesetter failed: {done.stderr.decode(errors='replace')[-2000:]}")
    return done.stdout


def text_width(text: str, size: float) -> float:
    """About how wide a text is: Chinese takes its size, Latin a little over half."""
    return sum(1.0 if ord(each) > 0x2E7F else 0.56 for each in text) * size
