"""Documents set by Typst: only our fonts, the same bytes, a limit, plain sentences."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from services.errors import LimitExceeded, SettingsInvalid
from services.typesetting import FONT_FAMILY, FONTS, Form, typeset

PAGE = (
    '#set page(width: 300pt, height: auto, margin: 10pt)\n#set text(font: "Noto Sans S Chinese")\n'
)


def made(text: str, form: Form = "pdf", **options: Any) -> bytes:
    given = {"seconds": 30, "cannot": "不行。", "too_long": "太久。", "field": "file"}
    return typeset({"main.typ": PAGE + text}, form=form, **{**given, **options})


def fonts_of(resources: Any) -> set[str]:
    found = {
        font.get_object()["/BaseFont"].lstrip("/").partition("+")[2]
        for font in (resources.get("/Font") or {}).values()
    }
    for each in (resources.get("/XObject") or {}).values():
        inner = each.get_object().get("/Resources")
        if inner is not None:
            found |= fonts_of(inner.get_object())
    return found


def test_chinese_is_set_in_the_projects_own_font() -> None:
    (page,) = PdfReader(io.BytesIO(made("盐城 *职工* 12351"))).pages
    assert "盐城 职工 12351" in page.extract_text()
    assert fonts_of(page["/Resources"]) == {
        "NotoSansHans-Regular-Identity-H",
        "NotoSansHans-Bold-Identity-H",
    }


def test_a_font_of_the_machine_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    """DejaVu Sans and Liberation Sans are on most Linux machines, and would be found by name."""
    monkeypatch.setenv("HOME", "/root")
    for name in ("DejaVu Sans", "Liberation Sans", "Noto Sans CJK SC", "Arial"):
        asked = f'#set text(font: ("{name}", "{FONT_FAMILY}"))\nService 盐城'
        (page,) = PdfReader(io.BytesIO(made(asked))).pages
        assert fonts_of(page["/Resources"]) == {"NotoSansHans-Regular-Identity-H"}


def test_a_point_is_a_pixel_at_72_to_the_inch() -> None:
    body = made("盐城", "png")
    assert body[:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(body[16:20], "big") == 300
    assert int.from_bytes(made("盐城", "png", ppi=144)[16:20], "big") == 600


@pytest.mark.parametrize("form", ["pdf", "png", "svg"])
def test_the_same_document_has_the_same_bytes(form: Form) -> None:
    assert made("盐城", form) == made("盐城", form)


def test_without_fonts_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(SettingsInvalid, match="不行"):
        made("盐城", fonts=tmp_path)


def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(LimitExceeded, match="太久") as stopped:
        made("#for a in range(99999) { for b in range(99999) { let c = a + b } }", seconds=1)
    assert stopped.value.field == "file"


def test_a_broken_document_is_our_fault() -> None:
    with pytest.raises(RuntimeError, match="typesetter failed"):
        made("#panic()")


def test_a_picture_has_one_page() -> None:
    with pytest.raises(RuntimeError, match="typesetter failed"):
        made("a #pagebreak() b", "png")


def test_the_fonts_come_with_a_dependency() -> None:
    assert {path.suffix for path in FONTS.iterdir()} == {".otf"}
