"""Plain Chinese for minutes, metres, times and states: what the pages say.

``static/js/words.js`` says the same things in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from services.hours import DAY_MINUTES, Opening, OpenState
from services.places import Access, Place, Precision

STATE_MARKS: Final[Mapping[OpenState, str]] = {
    OpenState.OPEN: "●",
    OpenState.CLOSING_SOON: "◐",
    OpenState.CLOSED_ON_ARRIVAL: "◐",
    OpenState.CLOSED: "○",
    OpenState.UNKNOWN: "?",
}
"""Each state has its own mark beside its word, so that colour is never alone."""

WEEKDAYS: Final = "一二三四五六日"

PRECISION_NOTES: Final[Mapping[Precision, str]] = {
    Precision.STREET: "位置只到街道,到附近请问一下或先打电话。",
    Precision.VILLAGE: "位置只到村、社区,请先打电话问清楚再去。",
    Precision.TOWNSHIP: "位置只到乡镇、街道,请先打电话问清楚再去。",
    Precision.DISTRICT: "位置只到区县,请先打电话问清楚再去。",
}

PRECISION_LINES: Final[Mapping[Precision, str]] = {
    Precision.DOOR: "精确到门口",
    Precision.STREET: "精确到街道",
    Precision.VILLAGE: "只到村、社区",
    Precision.TOWNSHIP: "只到乡镇、街道",
    Precision.DISTRICT: "只到区县",
}

ACCESS_WORDS: Final[Mapping[Access, str]] = {
    Access.OPEN: "直接进",
    Access.STAFFED: "有人值守",
    Access.QR_DOOR: "扫码开门",
    Access.MEMBERS: "凭工会会员证",
}


def moment(at: datetime, now: datetime) -> str:
    """今晚 22:00, 明早 8:00, 周一 8:30, 10月9日 8:30: a time as one says it."""
    clock = f"{at.hour}:{at.minute:02d}"
    days = (at.date() - now.date()).days
    if days == 0:
        return f"今晚 {clock}" if at.hour >= 18 else f"今天 {clock}"
    if days == 1:
        if at.hour < 5:
            return f"今夜 {clock}" if now.hour >= 12 else f"明天凌晨 {clock}"
        return f"明早 {clock}" if at.hour < 10 else f"明天 {clock}"
    if 1 < days < 7:
        return f"周{WEEKDAYS[at.weekday()]} {clock}"
    return f"{at.month}月{at.day}日 {clock}"


def hours_line(opening: Opening, now: datetime) -> str:
    """What follows the state's word: until when, or from when again."""
    if opening.state is OpenState.UNKNOWN:
        return "没登记营业时间"
    if opening.state in (OpenState.OPEN, OpenState.CLOSING_SOON):
        return f"到{moment(opening.closes_at, now)}" if opening.closes_at else "全天开放"
    return f"{moment(opening.opens_at, now)} 开" if opening.opens_at else "近几天不开"


def verified_line(place: Place, today: date) -> str:
    """12 天前核实."""
    if place.verified_on is None:
        return "没有核实记录"
    days = (today - place.verified_on).days
    return "今天核实" if days <= 0 else f"{days} 天前核实"


def day_label(day: date, today: date) -> str:
    """今天, 明天, 周三."""
    offset = (day - today) // timedelta(days=1)
    word = {0: "今天", 1: "明天"}.get(offset, f"周{WEEKDAYS[day.weekday()]}")
    return f"{word} {day.month}月{day.day}日"


def day_hours(intervals: list[list[int]]) -> str:
    """8:00–12:00、14:00–18:00 of one day's open minutes."""
    if not intervals:
        return "不开"
    if intervals == [[0, DAY_MINUTES]]:
        return "24 小时"
    return "、".join(f"{_clock(start)}–{_clock(end)}" for start, end in intervals)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


def percent(share: float | None) -> str:
    """87.4 %, or a dash where there is nothing to take a share of.

    What lacks something is never 100.0 %: whoever claims that all is covered is checked on it.
    """
    if share is None:
        return "–"
    return f"{min(share * 100, 99.9) if share < 1 else 100:.1f} %"
