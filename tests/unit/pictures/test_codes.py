"""QR codes: what they say, that they are the same every time, and what is too long."""

from __future__ import annotations

import pytest

from services.errors import LimitExceeded
from services.pictures.codes import modules, qr_png, qr_svg
from tests.unit.pictures.codes_read import (
    decoded,
    modules_of_png,
    modules_of_svg,
    modules_of_text,
    png_size,
)

LONG = "https://map.example.org/?kind=station,trucker_home&amenity=water&center=33.3,120.2&lang=en"


@pytest.mark.parametrize("text", ["https://a.cn/p/0ecvcyc6kn", "http://example.org/盐城"])
def test_a_code_says_its_text(text: str) -> None:
    assert decoded(modules_of_svg(qr_svg(text))) == text
    assert decoded(modules_of_png(qr_png(text))) == text


def test_longer_addresses_are_drawn_as_the_symbol_is() -> None:
    wanted = modules_of_text(LONG)
    assert modules_of_svg(qr_svg(LONG, module_px=3)) == wanted
    assert modules_of_png(qr_png(LONG, least_px=100)) == wanted


def test_a_png_is_as_large_as_asked_in_whole_modules() -> None:
    side, _ = png_size(qr_png(LONG, least_px=600))
    assert side >= 600
    assert side % modules(LONG) == 0
    assert side - modules(LONG) < 600


def test_the_same_text_has_the_same_bytes() -> None:
    assert qr_png(LONG) == qr_png(LONG)
    assert qr_svg(LONG) == qr_svg(LONG)


def test_markup_in_an_address_is_only_encoded() -> None:
    assert "<script" not in qr_svg("https://a.cn/?x=<script>")


def test_too_long_an_address_is_refused_with_the_limit() -> None:
    modules("https://a.cn/" + "a" * 1987)
    for text in ("https://a.cn/" + "a" * 1988, "盐" * 700):
        with pytest.raises(LimitExceeded, match="2000"):
            qr_svg(text)
