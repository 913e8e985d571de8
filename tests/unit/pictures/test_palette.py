"""The pages' own colours and symbols."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.pictures.palette import palette, paths, symbol_svg
from services.places import vocabulary

SHEET = """/* :root { --paper: #000000; } */
:root { --paper: #ffffff; --ink: #111111; --space: 4px; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #222222; }
}
@media print {
  :root { --paper: #333333; }
}
.other { --paper: #444444; }
"""


def test_light_and_dark_are_read_from_the_sheet(tmp_path: Path) -> None:
    path = tmp_path / "tokens.css"
    path.write_text(SHEET)
    assert palette("light", path) == {"paper": "#ffffff", "ink": "#111111"}
    assert palette("dark", path) == {"paper": "#222222", "ink": "#111111"}


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_is_written_can_be_read(theme: str) -> None:
    colours = palette(theme)  # type: ignore[arg-type]
    pairs = [("ink", "paper"), ("quiet", "paper"), ("quiet", "raised"), ("closing", "paper")]
    pairs += [("raised", "accent"), ("quiet", "land"), ("ink", "land")]
    for ink, ground in pairs:
        assert contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)
    for kind in vocabulary().kinds:
        colour = kind.colour if theme == "light" else kind.colour_dark
        assert contrast(colours["raised"], colour) >= 4.5, kind.key


def test_every_kind_has_its_own_symbol() -> None:
    drawn = [paths(kind.symbol) for kind in vocabulary().kinds]
    assert len(set(drawn)) == len(drawn)
    assert all(each.startswith("<path") for each in drawn)
    assert paths("shelter").startswith("<path")


def test_a_symbol_that_nobody_drew_is_a_disc() -> None:
    assert "circle" in symbol_svg("no-such", "#123456")
