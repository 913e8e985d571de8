"""An OSM ``opening_hours`` expression over a run of days: the only user of opening-hours-py.

The library judges a day well, but not what we need at two places, so the text it gets is prepared:

* **Nights.** It takes a night's second half from whatever the *next* day says: "22:00-06:00; Th
  off" would close Wednesday's night at midnight and open Friday at 00:00. Here a night belongs to
  the day on which it begins. The expression is split into what happens before midnight
  and what is left of it after, and the second is moved by one day.
* **Holidays.** It knows China's statutory days only, and no make-up working days. So for
  each day every list of weekdays (``Mo-Fr,PH``) is replaced by one that matches or misses that day:

  - a public holiday matches ``PH`` and its own weekday (of two rules the later wins);
  - a make-up working day, **where the expression mentions PH**, matches the nearest
    working weekday (Saturday Friday's, Sunday Monday's) and not its own: who follows the official
    holidays follows the official working days;
  - without PH an expression follows the plain weekday.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

from opening_hours import OpeningHours, ParserError, State  # type: ignore[attr-defined]

from services.hours.holidays import HolidayCalendar
from services.hours.timespans import DAY_MINUTES
from services.limits import TEXT_CHARACTERS

WEEKDAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")

_DAY: Final = "(?:" + "|".join(WEEKDAYS) + ")"
_DAY_OR_PH: Final = rf"(?:{_DAY}(?:-{_DAY})?|PH)"
_DAY_LIST: Final = re.compile(rf"\b{_DAY_OR_PH}(?:,{_DAY_OR_PH})*\b")
_TIME_SPAN: Final = r"(\d\d):(\d\d)-(\d\d):(\d\d)"
_TIME_LIST: Final = re.compile(rf"{_TIME_SPAN}(?:,{_TIME_SPAN})*")

_UNDECIDABLE: Final = re.compile(
    rf"""["+|]|unknown|SH|sunrise|sunset|dawn|dusk|:\d\d/|(\d\d:\d\d)-\1
    |PH\s*-|PH\s+{_DAY}|{_DAY}\s+PH|\[.*PH|PH.*\[""",
    re.VERBOSE | re.DOTALL,
)
"""Valid, but not decidable here: comments, fallbacks, open ends, the sun, school holidays, repeats,
empty spans, days counted from a holiday, and orders of PH and weekdays that readers disagree on."""


@lru_cache(maxsize=16_384)
def canonical(text: str) -> str | None:
    """The library's own spelling of an expression, or ``None`` where it cannot be decided.

    Never raises. What it returns it returns unchanged when asked again.
    """
    if len(text) > TEXT_CHARACTERS or not text.strip():  # blank means 24/7 to the library
        return None
    try:
        spelled = str(_engine(text))
        stable = str(_engine(spelled)) == spelled  # a few odd lists of dates change their meaning
    except (ParserError, UnicodeEncodeError):  # the second: half a surrogate pair
        return None
    undecidable = _UNDECIDABLE.search(text) or _UNDECIDABLE.search(spelled)
    return spelled if stable and not undecidable and len(spelled) <= TEXT_CHARACTERS else None


def open_minutes(
    osm: str, start: date, days: int, calendar: HolidayCalendar
) -> tuple[tuple[int, int], ...]:
    """Open intervals of a ``canonical`` expression, in minutes since midnight of ``start``.

    Ordered, merged where they touch, end exclusive, cut to ``days`` days.
    """
    official = calendar if "PH" in osm else None
    evening, morning = _halves(osm)
    spans = list(_spans(evening, start, days, official))
    if morning:
        # Judged by the day on which the night begins, open a day later: the two shifts cancel.
        spans += _spans(morning, start - timedelta(days=1), days, official)
    return _merged(spans)


def _spans(
    text: str, first: date, days: int, official: HolidayCalendar | None
) -> Iterator[tuple[int, int]]:
    """Open spans over ``days`` days from ``first``, counted from midnight of ``first``."""
    if official is None:
        yield from _library_spans(text, first, days)
        return
    for i in range(days):
        day = first + timedelta(days=i)
        for begin, end in _library_spans(_for_day(text, day, official), day, 1):
            yield begin + i * DAY_MINUTES, end + i * DAY_MINUTES


def _library_spans(text: str, first: date, days: int) -> Iterator[tuple[int, int]]:
    midnight = datetime.combine(first, time())
    minute = timedelta(minutes=1)
    for begin, end, state, _ in _engine(text).intervals(midnight, midnight + timedelta(days=days)):
        if state == State.OPEN:
            yield (begin - midnight) // minute, (end - midnight) // minute


@lru_cache(maxsize=16_384)
def _engine(text: str) -> OpeningHours:
    return OpeningHours(text, auto_country=False, auto_timezone=False)


def _for_day(text: str, day: date, calendar: HolidayCalendar) -> str:
    """``text`` with each list of weekdays replaced by a weekday that matches or misses ``day``."""
    own = day.weekday()
    holiday = calendar.is_holiday(day)
    worked_as = own
    if calendar.is_makeup_workday(day):
        worked_as = 4 if own == 5 else 0

    def replaced(match: re.Match[str]) -> str:
        items = match[0].split(",")
        hit = (holiday and "PH" in items) or worked_as in _weekdays_of(items)
        return WEEKDAYS[own if hit else (own + 1) % 7]

    return _DAY_LIST.sub(replaced, text)


def _weekdays_of(items: Sequence[str]) -> set[int]:
    found: set[int] = set()
    for item in items:
        if item != "PH":
            first, last = WEEKDAYS.index(item[:2]), WEEKDAYS.index(item[-2:])
            found |= {(first + i) % 7 for i in range((last - first) % 7 + 1)}
    return found


@lru_cache(maxsize=16_384)
def _halves(osm: str) -> tuple[str, str]:
    """The expression up to midnight, and what it says of the hours after (``""``: nothing).

    In the second half a rule that replaces the whole day's hours by hours without a night closes
    the night of that day, as it does in the first.
    """
    parts = re.split(r"(; |, )", osm)
    evening, morning, has_nights = "", "", False
    for separator, rule in zip(["; ", *parts[1::2]], parts[0::2], strict=True):
        closing = rule.endswith("closed")
        times = _TIME_LIST.search(rule)
        before, after = rule, ""
        if times:
            today, tomorrow = _split_at_midnight(times[0])
            before = rule[: times.start()] + today + rule[times.end() :]
            if tomorrow:
                has_nights = True
                after = rule[: times.start()] + tomorrow + rule[times.end() :]
        if not after and closing and not times:
            after = rule
        elif not after and not closing and separator == "; ":
            selectors = rule[: times.start()] if times else rule.removesuffix("24/7")
            after = f"{selectors.strip()} closed".strip()
        evening += (separator if evening else "") + before
        if after:
            morning += (separator if morning else "") + after
    return evening, morning if has_nights else ""


def _split_at_midnight(times: str) -> tuple[str, str]:
    today, tomorrow = [], []
    for item in times.split(","):
        match = re.fullmatch(_TIME_SPAN, item)
        assert match is not None  # noqa: S101 - _TIME_LIST is made of _TIME_SPAN
        hour, minute, end_hour, end_minute = (int(group) for group in match.groups())
        begin, end = hour * 60 + minute, end_hour * 60 + end_minute
        if end <= begin:
            end += DAY_MINUTES
        today.append(f"{hour:02}:{minute:02}-{_clock(min(end, DAY_MINUTES))}")
        if end > DAY_MINUTES:
            tomorrow.append(f"00:00-{_clock(end - DAY_MINUTES)}")
    return ",".join(today), ",".join(tomorrow)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _merged(spans: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return tuple(merged)
