"""The report's words."""

import pytest

from services.coverage.counting import CountingRules
from services.reporting.words import full_width, hour_name, printable, switched_off


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("没有计入的服务点,所以覆盖为 0。", "没有计入的服务点，所以覆盖为 0。"),
        ("速度按 3.6 km/h", "速度按 3.6 km/h"),
        ("又慢又绕(3.6 km/h,1.4)", "又慢又绕（3.6 km/h,1.4）"),
        ("来源:GB 50180(转引)", "来源：GB 50180（转引）"),
        ("10:00 至 1,000 米", "10:00 至 1,000 米"),
        ("Newell (1980)", "Newell (1980)"),
    ],
)
def test_sentences_are_printed_with_chinese_stops_and_figures_keep_theirs(
    written: str, printed: str
) -> None:
    assert full_width(written) == printed


def test_what_no_page_can_show_is_replaced_and_everything_else_stays() -> None:
    assert printable("甲\u202e乙\x00\n丙") == "甲\ufffd乙\ufffd\ufffd丙"
    assert printable("#eval $x$ *b* <script> 🚰 é") == "#eval $x$ *b* <script> 🚰 é"


def test_hours_of_the_week_have_their_names() -> None:
    assert [hour_name(hour) for hour in (0, 10, 146, 167)] == [
        "周一 0:00",
        "周一 10:00",
        "周日 2:00",
        "周日 23:00",
    ]


def test_each_rule_that_is_off_is_said_and_none_that_is_on() -> None:
    assert switched_off(CountingRules()) == []
    assert switched_off(CountingRules(kind=False, verified_within_days=None)) == [
        "其他类别的地点也计入",
        "核实过期的也计入",
    ]
    every = CountingRules(
        kind=False, status=False, location=False, precision=False, verified_within_days=None
    )
    assert len(switched_off(every)) == 5
