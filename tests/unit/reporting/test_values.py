"""Numbers as they are printed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reporting.values import (
    AREA,
    AREA_CHANGE,
    COUNT,
    METRES,
    NOTHING,
    POINTS,
    SHARE,
    Column,
    Form,
    Number,
    Table,
)


@pytest.mark.parametrize(
    ("value", "form", "text"),
    [
        (0.874, SHARE, "87.4\u00a0%"),
        (1, SHARE, "100.0\u00a0%"),
        (1.0, SHARE, "100.0\u00a0%"),
        (0, SHARE, "0.0\u00a0%"),
        (0.8125, SHARE, "81.3\u00a0%"),  # a spreadsheet shows 81.3 %, not the even 81.2 %
        (None, SHARE, NOTHING),
        (1234.5, METRES, "1,235"),
        (0.125, AREA, "0.13"),
        (258.14, AREA, "258.14"),
        (-6.1, POINTS, "\u22126.1"),
        (16.1, POINTS, "+16.1"),
        (0, AREA_CHANGE, "0.00"),
        (1_234_567, COUNT, "1,234,567"),
    ],
)
def test_a_number_is_printed_by_its_form(value: float | None, form: Form, text: str) -> None:
    assert Number(value, form).text == text


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_a_part_is_never_printed_as_the_whole(covered: int, more: int) -> None:
    assert not Number(covered / (covered + more), SHARE).text.startswith("100")


@given(st.floats(0, 1))
def test_a_share_is_printed_to_the_nearest_tenth_of_a_percent(share: float) -> None:
    text = Number(share, SHARE).text
    if text.startswith(">"):
        assert 0.9995 <= share < 1
    else:
        assert abs(Decimal(text.split("\u00a0")[0]) - Decimal(share) * 100) <= Decimal("0.05000001")


def test_a_sentence_names_the_unit_and_a_table_does_not() -> None:
    assert Number(412, METRES).phrase == "412\u00a0米"
    assert Number(412, METRES).text == "412"
    assert Number(None, METRES).phrase == NOTHING


def test_a_spreadsheet_does_not_round_a_part_up_to_the_whole_either() -> None:
    whole, nearly, other = SHARE.spreadsheet.split(";")
    assert (whole, nearly, other) == ("[=1]0.0%", '[>=0.9995]">99.9%"', "0.0%")


def test_columns_for_the_workbook_only_are_left_out_of_a_page() -> None:
    table = Table(
        "t",
        "",
        (Column("名称", 1), Column("纬度", 1, sheet_only=True), Column("米", 1, numeric=True)),
        (("甲", Number(33.1, AREA), Number(5, METRES)),),
    )
    assert [column.title for column in table.printed_columns] == ["名称", "米"]
    assert table.printed_rows == [["甲", "5"]]
