"""Spans of time in plain Chinese: 8:30-12:00, 早8点半-晚10点, 下午2:00-5:30, 22:00-次日6:00.

Dashes are "-" here and digits ASCII; ``wording.py`` saw to that. Nothing is guessed: what can be
read in two ways raises ``NotPlain``.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

DAY_MINUTES: Final = 24 * 60
NOON: Final = 12 * 60


class NotPlain(Exception):
    """The text says something that the tables do not know, or could be read in two ways."""


_PARTS: Final = {
    **dict.fromkeys(("凌晨", "清晨", "早晨", "早上", "上午", "早"), "morning"),
    **dict.fromkeys(("中午", "正午"), "noon"),
    **dict.fromkeys(("下午", "午后"), "afternoon"),
    **dict.fromkeys(("傍晚", "晚上", "晚间", "夜间", "夜里", "夜晚", "晚", "夜"), "evening"),
}
_PART: Final = "|".join(_PARTS)


def _time_pattern(name: str) -> str:
    return (
        rf"(?P<{name}_next>次日|翌日|第二天)?(?P<{name}_part>{_PART})?(?P<{name}_hour>\d{{1,2}})"
        rf"(?P<{name}_rest>:(?P<{name}_colon>\d\d)(?::00)?(?!\d)"
        rf"|[点时](?:(?P<{name}_half>半)|(?P<{name}_minute>\d{{1,2}})分|整|钟)?)?"
    )


SPAN_PATTERN: Final = f"{_time_pattern('a')}-{_time_pattern('b')}"
"""With the groups that ``span`` reads."""


def span(match: re.Match[str]) -> tuple[int, int]:
    """Minutes of a span; past midnight the end is beyond 1440. Raises ``NotPlain``."""
    marked = any(match[name] for name in ("a_rest", "b_rest", "a_part", "b_part"))
    if not marked or match["a_next"]:
        raise NotPlain  # "8-18" may be anything
    a_part, b_part = (_PARTS.get(match[f"{name}_part"] or "", "") for name in "ab")
    begin, end = _clock(match, "a", a_part), _clock(match, "b", b_part)
    if b_part in ("afternoon", "evening") and not a_part and 0 < begin < 6 * 60:
        raise NotPlain  # "2:00-下午5:30"
    if match["b_next"]:
        end += DAY_MINUTES
    elif not b_part and a_part in ("noon", "afternoon", "evening") and end <= NOON:
        # "下午2:00-5:30": the part of the day holds for both ends, unless it is a night's.
        inherited = end + NOON
        if inherited > begin:
            end = inherited
        elif a_part != "evening":
            raise NotPlain
    if end <= begin:
        two_digits = match["a_colon"] and len(match["a_hour"]) == len(match["b_hour"]) == 2
        if begin < NOON and end > 0 and not two_digits and b_part != "morning":
            raise NotPlain  # "8:30-5:30"
        end += DAY_MINUTES
    if not begin < end <= begin + DAY_MINUTES or begin >= DAY_MINUTES:
        raise NotPlain
    return begin, end


def _clock(match: re.Match[str], name: str, part: str) -> int:
    """Minutes since midnight of one end, with its part of the day."""
    hour = int(match[f"{name}_hour"])
    minute = int(match[f"{name}_colon"] or match[f"{name}_minute"] or 0)
    minute = 30 if match[f"{name}_half"] else minute
    if hour > 24 or minute > 59 or (hour == 24 and minute):
        raise NotPlain
    possible = {
        "": hour <= 24,
        "morning": hour < 12 or (hour == 12 and minute == 0 and name == "b"),
        "noon": 11 <= hour <= 14 or hour in (1, 2),
        "afternoon": 1 <= hour <= 19,
        "evening": 5 <= hour <= 12 or 17 <= hour <= 24,
    }
    if not possible[part] or (match[f"{name}_part"] == "凌晨" and hour > 6):
        raise NotPlain
    last_to_shift = {"": -1, "morning": -1, "noon": 2, "afternoon": 11, "evening": 12}[part]
    return (hour + 12 if hour <= last_to_shift else hour) * 60 + minute


def times(items: list[tuple[int, int] | str]) -> str:
    """OSM times, or "off". A span that is said to be a break is taken out of the one round it."""
    if items == ["off"]:
        return "off"
    spans = [item for item in items if not isinstance(item, str)]
    marks = [i for i, item in enumerate(items) if isinstance(item, str)]
    if marks:
        # The last span is the break: "…,午休12:00-13:00", "…(12:00-13:00午休)", "…12:00-13:00休息".
        from_the_end = len(items) - marks[0]
        too_far = from_the_end > (2 if items[marks[0]] == "break" else 1)
        if len(marks) > 1 or len(spans) < 2 or too_far:
            raise NotPlain
        pause = spans.pop()
        around = next((s for s in spans if s[0] < pause[0] and pause[1] < s[1]), None)
        if around is None:
            raise NotPlain
        at = spans.index(around)
        spans[at : at + 1] = [(around[0], pause[0]), (pause[1], around[1])]
    spans = list(dict.fromkeys(spans))
    if not spans or any(b[0] < a[1] for a, b in pairwise(spans)):
        raise NotPlain
    if spans[-1][1] > spans[0][0] + DAY_MINUTES:
        raise NotPlain
    return ",".join(f"{_written(begin)}-{_written_end(begin, end)}" for begin, end in spans)


def _written_end(begin: int, end: int) -> str:
    return _written(end - DAY_MINUTES if 0 < end - DAY_MINUTES < begin else end)


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
