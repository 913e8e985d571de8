"""One reader of coordinates: plain numbers and unambiguous degrees, minutes, seconds."""

from __future__ import annotations

import pytest

from services.errors import InvalidInput
from services.importing.coordinates import parse_coordinate, parse_lon_lat


@pytest.mark.parametrize(
    ("text", "axis", "degrees"),
    [
        ("33.3836", "lat", 33.3836),
        (" 120 ", "lon", 120.0),
        ("-12.5", "lat", -12.5),
        ("+0.5", "lat", 0.5),
        ("\uff13\uff13\uff0e\uff15", "lat", 33.5),
        ("33°23′0.5″N", "lat", 33 + 23 / 60 + 0.5 / 3600),
        ("33°23'0.5\"n", "lat", 33 + 23 / 60 + 0.5 / 3600),
        ("东经120度9分", "lon", 120.15),
        ("12°30′S", "lat", -12.5),
        ("5e-05", "lat", 0.00005),
        ("-1.25E-5", "lon", -0.0000125),
    ],
)
def test_what_cannot_be_misread_is_read(text: str, axis: str, degrees: float) -> None:
    assert parse_coordinate(text, axis) == pytest.approx(degrees, abs=1e-12)


@pytest.mark.parametrize(
    "text",
    [
        "nan", "NaN", "inf", "-Infinity", "1e400", "1e1", "33_3", "0x21", "", ".", "+", "--3",
        "33.3.3", "1e-", "10e-2", "1e-1000", "e-5",
        "33,38", "٣٣.٣", "३३", "33²", "33.38N", "北纬33.38", "33°23′0.5″", "33°23′0.5″E", "33°61′N",
        "北纬33°23′S", "33.38°", "33 38", "\x0033", "1" * 400,
    ],
)  # fmt: skip
def test_everything_else_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_coordinate(text, "lat")
    assert caught.value.field == "lat"
    assert caught.value.message.endswith(("。", "?"))
    assert caught.value.message.isprintable()
    assert len(caught.value.message) < 200


def test_swapped_axes_are_suggested() -> None:
    with pytest.raises(InvalidInput, match=r"纬度“120\.16”超出 ±90,经纬度是否填反"):
        parse_coordinate("120.16", "lat")


def test_a_comma_for_the_decimal_point_is_named() -> None:
    with pytest.raises(InvalidInput, match="小数点"):
        parse_coordinate("33,38", "lat")


@pytest.mark.parametrize(
    "text", ["120.15,33.38", "120.15\uff0c33.38", "(120.15, 33.38)", "120.15 33.38"]
)
def test_a_combined_cell_has_the_longitude_first(text: str) -> None:
    assert parse_lon_lat(text) == (33.38, 120.15)


def test_a_combined_cell_the_other_way_round_is_refused() -> None:
    with pytest.raises(InvalidInput, match="填反"):
        parse_lon_lat("33.38,120.15")


@pytest.mark.parametrize("text", ["120.15", "1,2,3", "", "a,b"])
def test_a_combined_cell_needs_two_numbers(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_lon_lat(text)
