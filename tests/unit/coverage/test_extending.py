"""Longer hours, by hand; and minute for minute what was open stays open."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from services.coverage.extending import extended, until_minute
from services.errors import InvalidInput
from services.hours import HolidayCalendar, is_open

MONDAY = date(2026, 11, 23)
PLAIN = HolidayCalendar()


@pytest.mark.parametrize(
    ("osm", "until", "longer"),
    [
        ("Mo-Su 08:00-18:00", "22:00", "Mo-Su 08:00-22:00"),
        (
            "Mo-Fr 08:30-12:00,14:00-17:30",
            "22:00",
            "Mo-Fr 08:30-12:00,14:00-22:00; Sa-Su off",
        ),
        ("Mo-Su 08:00-18:00", "24:00", "Mo-Su 08:00-24:00"),
        ("Sa 09:00-17:00", "1:00", "Mo-Fr off; Sa 09:00-24:00; Su 00:00-01:00"),
        ("Su 09:00-17:00", "1:00", "Mo 00:00-01:00; Tu-Sa off; Su 09:00-24:00"),
        ("24/7", "22:00", None),
        ("24/7", "02:00", None),
        ("Mo-Su 08:00-23:00", "22:00", None),
        ("", "22:00", None),  # nobody knows
        ("off", "22:00", None),  # a place that never opens stays closed
        # A night's rest until six is no opening of the Saturday on which it ends.
        ("Mo-Fr 22:00-06:00", "22:00", None),
    ],
)
def test_opening_days_are_drawn_out_and_no_others(osm: str, until: str, longer: str | None) -> None:
    assert extended(osm, until_minute(until), MONDAY, PLAIN) == longer


@pytest.mark.parametrize("osm", ["Mo-Fr 08:30-12:00,14:00-17:30", "Mo-Su 19:00-02:00"])
@pytest.mark.parametrize("until", ["20:00", "23:30", "03:00"])
def test_what_was_open_stays_open_and_the_evening_is_added(osm: str, until: str) -> None:
    longer = extended(osm, until_minute(until), MONDAY, PLAIN)
    minutes = [
        datetime(2026, 11, 23) + timedelta(minutes=minute) for minute in range(0, 7 * 1440, 15)
    ]
    before = {at for at in minutes if is_open(osm, at, PLAIN)}
    after = {at for at in minutes if is_open(longer or osm, at, PLAIN)}
    assert before <= after
    # What is new lies between noon and five in the morning: evenings only.
    assert all(at.hour >= 12 or at.hour < 5 for at in after - before)


@pytest.mark.parametrize("text", ["", "22", "25:00", "24:30", "22:60", "十点", "22:00:00"])
def test_an_hour_that_nobody_can_read_is_refused_with_the_way_to_write_it(text: str) -> None:
    with pytest.raises(InvalidInput, match="22:00") as refused:
        until_minute(text)
    assert refused.value.field == "extend_hours"
