"""Plain words for times, states and precision: what the pages say, in the page's language.

``static/js/words.js`` and its English twin say the same things in the browser.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from flask_babel import LazyString

from services import workflows
from services.coverage.figures import Coverage
from services.hours import DAY_MINUTES, Opening, OpenState
from services.places import Access, Place, Precision
from services.web.language import gettext as _
from services.web.language import lazy_gettext as later
from services.web.language import plural
from services.web.view import view

STATE_MARKS: Final[Mapping[OpenState, str]] = {
    OpenState.OPEN: "●",
    OpenState.CLOSING_SOON: "◐",
    OpenState.CLOSED_ON_ARRIVAL: "◐",
    OpenState.CLOSED: "○",
    OpenState.UNKNOWN: "?",
}
"""Each state has its own mark beside its word, so that colour is never alone."""

STATE_WORDS: Final[Mapping[OpenState, LazyString]] = {
    OpenState.OPEN: later("营业中"),
    OpenState.CLOSING_SOON: later("即将关闭"),
    OpenState.CLOSED_ON_ARRIVAL: later("到达时已关门"),
    OpenState.CLOSED: later("已打烊"),
    OpenState.UNKNOWN: later("时间未知"),
}

WEEKDAYS: Final = "一二三四五六日"

_WEEKDAYS: Final = (
    later("周一"),
    later("周二"),
    later("周三"),
    later("周四"),
    later("周五"),
    later("周六"),
    later("周日"),
)

MODE_NAMES: Final[Mapping[str, LazyString]] = {
    "walk": later("步行"),
    "bike": later("骑车"),
    "ebike": later("电动车"),
    "drive": later("开车"),
}

MODE_VERBS: Final[Mapping[str, LazyString]] = {
    "walk": later("走过去"),
    "bike": later("骑过去"),
    "ebike": later("骑电动车过去"),
    "drive": later("开过去"),
}

PRECISION_NOTES: Final[Mapping[Precision, LazyString]] = {
    Precision.STREET: later("位置只到街道,到附近请问一下或先打电话。"),
    Precision.VILLAGE: later("位置只到村、社区,请先打电话问清楚再去。"),
    Precision.TOWNSHIP: later("位置只到乡镇、街道,请先打电话问清楚再去。"),
    Precision.DISTRICT: later("位置只到区县,请先打电话问清楚再去。"),
}

PRECISION_LINES: Final[Mapping[Precision, LazyString]] = {
    Precision.DOOR: later("精确到门口"),
    Precision.STREET: later("精确到街道"),
    Precision.VILLAGE: later("只到村、社区"),
    Precision.TOWNSHIP: later("只到乡镇、街道"),
    Precision.DISTRICT: later("只到区县"),
}

UNCOUNTED_WORDS: Final[Mapping[str, LazyString]] = {
    "kind": later("这一类不计入覆盖"),
    "status": later("还没有公布"),
    "location": later("位置还没有确定"),
    "precision": later("位置不够精确"),
    "stale": later("超过 180 天没有核实"),
}

ACCESS_WORDS: Final[Mapping[Access, LazyString]] = {
    Access.OPEN: later("直接进"),
    Access.STAFFED: later("有人值守"),
    Access.QR_DOOR: later("扫码开门"),
    Access.MEMBERS: later("凭工会会员证"),
}

MAP_NAMES: Final[Mapping[str, LazyString]] = {
    "高德": later("高德"),
    "百度": later("百度"),
    "腾讯": later("腾讯"),
}
"""Map apps as registers name them."""


def weekday(day: date) -> str:
    """周三, Wed."""
    return str(_WEEKDAYS[day.weekday()])


def month_day(day: date) -> str:
    """10月9日, 9 Oct."""
    return f"{day.day} {day:%b}" if view().lang == "en" else f"{day.month}月{day.day}日"


def moment(at: datetime, now: datetime) -> str:
    """今晚 22:00, 明早 8:00, 周一 8:30, 10月9日 8:30: a time as one says it."""
    clock = f"{at.hour}:{at.minute:02d}"
    days = (at.date() - now.date()).days
    if days == 0:
        evening = at.hour >= 18
        return _("今晚 %(clock)s", clock=clock) if evening else _("今天 %(clock)s", clock=clock)
    if days == 1:
        if at.hour < 5:
            tonight = now.hour >= 12
            return (
                _("今夜 %(clock)s", clock=clock)
                if tonight
                else _("明天凌晨 %(clock)s", clock=clock)
            )
        morning = at.hour < 10
        return _("明早 %(clock)s", clock=clock) if morning else _("明天 %(clock)s", clock=clock)
    if 1 < days < 7:
        return f"{weekday(at)} {clock}"
    return f"{month_day(at)} {clock}"


def hours_line(opening: Opening, now: datetime) -> str:
    """What follows the state's word: until when, or from when again."""
    if opening.state is OpenState.UNKNOWN:
        return _("没登记营业时间")
    if opening.state in (OpenState.OPEN, OpenState.CLOSING_SOON):
        if opening.closes_at is None:
            return _("全天开放")
        return _("到%(moment)s", moment=moment(opening.closes_at, now))
    if opening.opens_at is None:
        return _("近几天不开")
    return _("%(moment)s 开", moment=moment(opening.opens_at, now))


def verified_line(place: Place, today: date) -> str:
    """12 天前核实."""
    if place.verified_on is None:
        return _("没有核实记录")
    days = (today - place.verified_on).days
    return _("今天核实") if days <= 0 else plural("%(num)s 天前核实", days)


def day_label(day: date, today: date) -> str:
    """今天, 明天, 周三, each with its date."""
    offset = (day - today) // timedelta(days=1)
    word = {0: _("今天"), 1: _("明天")}.get(offset, weekday(day))
    return f"{word} {month_day(day)}"


def span_text(begin: int, end: int) -> str:
    """8:00–12:00, 22:00–次日 6:00: minutes since a day's midnight."""
    if (begin, end) == (0, DAY_MINUTES):
        return _("24 小时")
    if end <= DAY_MINUTES:
        return f"{_clock(begin)}–{_clock(end)}"
    return _("%(begin)s–次日 %(end)s", begin=_clock(begin), end=_clock(end - DAY_MINUTES))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


STANDARDS: Final[Mapping[str, LazyString]] = {
    "直线 1 公里": later("直线 1 公里"),
    "直线 500 米": later("直线 500 米"),
}


def coverage_headings(found: Coverage) -> list[str]:
    """What stands over the shares of a coverage table: its own standard, then the others."""
    own, *others = found.headings
    minutes = _("%(n)s 分钟", n=f"{found.minutes:g}") if view().lang == "en" else own
    return [minutes, *(str(STANDARDS.get(label, label)) for label in others)]


def coverage_caption(found: Coverage) -> str:
    """Method, parameters, date, and the word sample, as ``workflows.coverage_caption`` has them."""
    if view().lang != "en":
        return workflows.coverage_caption(found)
    measure = found.measure
    way = (
        f"straight line ÷ {measure.detour_factor:g} ({measure.limit_m:.0f} m)"
        if measure.method == "straight"
        else f"{measure.limit_m:.0f} m along the streets"
    )
    parts = (
        f"{found.minutes:g} min {MODE_VERBS[found.mode.key]!s}",
        way,
        f"{found.mode.speed_kmh:g} km/h",
        f"registry revision {found.revision}" if found.revision is not None else "",
        f"{found.made_on:%Y-%m-%d}",
        _("示例数据") if found.sample else "",
    )
    return " · ".join(filter(None, parts))


def percent(share: float | None) -> str:
    """87.4 %, or a dash where there is nothing to take a share of.

    What lacks something is never 100.0 %: whoever claims that all is covered is checked on it.
    """
    if share is None:
        return "–"
    return f"{min(share * 100, 99.9) if share < 1 else 100:.1f} %"
