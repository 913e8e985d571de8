"""The report's words: what stands for a reason, an amount, an hour; Chinese as it is printed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.coverage.counting import CountingRules
from services.coverage.demand import DemandPoints
from services.limits import STALE_DAYS
from services.places import LocationState, Place, PlaceStatus, Precision
from services.reporting.values import AREA, AREA_CHANGE, SHARE, Form, Number
from services.travel.measure import Measure

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")

RULES: Final[Mapping[str, str]] = {
    "kind": "其他类别的地点也计入",
    "status": "没有公布的也计入",
    "location": "位置没有确定的也计入",
    "precision": "位置不够精确的也计入",
    "verified_within_days": "核实过期的也计入",
}
"""What it means that a counting rule is switched off."""

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "kind": ("类别不计入", "这一类地点不是户外劳动者歇脚的站点，不计入服务圈"),
    "status": ("没有公布", "只计入已经公布的服务点"),
    "location": ("位置没有确定", "没有坐标，或者坐标还没有定下来"),
    "precision": ("位置不够精确", "位置只到村、社区或更粗，也没有人确认过"),
    "stale": ("核实过期", f"超过 {STALE_DAYS} 天没有核实，或者没有核实记录"),
}
"""Each counting rule: its short name, and what it says."""

PRECISIONS: Final[Mapping[Precision, str]] = {
    Precision.DOOR: "门口",
    Precision.STREET: "街道门牌",
    Precision.VILLAGE: "村、社区",
    Precision.TOWNSHIP: "乡镇、街道",
    Precision.DISTRICT: "区县",
}

STATUSES: Final[Mapping[PlaceStatus, str]] = {
    PlaceStatus.DRAFT: "草稿",
    PlaceStatus.PUBLISHED: "已公布",
    PlaceStatus.SUSPENDED: "暂停",
    PlaceStatus.WITHDRAWN: "撤销",
}


@dataclass(frozen=True, slots=True)
class Amounts:
    """How weights are printed: square kilometres of a grid, or the file's own weights as 份."""

    demand: DemandPoints

    @property
    def is_area(self) -> bool:
        """Whether a weight is an area."""
        return self.demand.spacing_m is not None

    @property
    def title(self) -> str:
        """Over a column of weights."""
        return "面积（平方公里）" if self.is_area else "需求（份）"

    def number(self, weight: float) -> Number:
        """A weight in 1/scale of the unit."""
        return Number(self._value(weight), AREA if self.is_area else self._form(signed=False))

    def phrase(self, weight: float) -> str:
        """A weight in a sentence: 258.14 平方公里, 1,234 份."""
        return self.number(weight).phrase

    def change(self, weight: float) -> Number:
        """A difference of weights, with its sign."""
        return Number(self._value(weight), AREA_CHANGE if self.is_area else self._form(signed=True))

    def _value(self, weight: float) -> float | int:
        if self.is_area:
            return weight / 1_000_000
        return weight if self.demand.scale == 1 else weight / self.demand.scale

    def _form(self, *, signed: bool) -> Form:
        return Form(len(str(self.demand.scale)) - 1, "份", signed=signed)


def share(covered: float, weight: float) -> Number:
    """Covered of weight; nothing where there is no weight."""
    return Number(covered / weight if weight else None, SHARE)


def standard_name(measure: Measure) -> str:
    """步行 10 分钟."""
    return f"{measure.mode.name} {measure.minutes:g} 分钟"


def limit_words(measure: Measure) -> str:
    """直线 513 米, 街道路程 667 米."""
    way = "直线" if measure.method == "straight" else "街道路程"
    return f"{way} {measure.limit_m:.0f} 米"


def hour_name(hour: int) -> str:
    """周一 10:00 of 10."""
    return f"{WEEKDAYS[hour // 24]} {hour % 24}:00"


def location_words(place: Place) -> str:
    """How fine a place's point is."""
    if place.point is None:
        return "没有坐标"
    fine = PRECISIONS[place.location_precision] if place.location_precision else "没有登记"
    return f"{fine}（已确认）" if place.location_state is LocationState.CONFIRMED else fine


def hours_words(place: Place) -> str:
    """Opening hours as they were written."""
    return place.opening_hours_raw or place.opening_hours or "没有登记"


def switched_off(rules: CountingRules) -> list[str]:
    """The counting rules that are off, in words."""
    return [words for name, words in RULES.items() if getattr(rules, name) in (False, None)]


def printable(text: str) -> str:
    """The text without characters that no page can show or that reorder what follows."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


_HAN: Final = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’…"
_STOPS: Final = re.compile(rf"(?<=[{_HAN}])[,;:?!]|[,;:?!](?=[{_HAN}])")
_BRACKETS: Final = re.compile(r"\(([^()]*)\)")
_WIDE: Final = str.maketrans(",;:?!", "，；：？！")


def full_width(text: str) -> str:
    """Our own sentences as they are printed: Chinese commas and brackets in Chinese text."""

    def brackets(match: re.Match[str]) -> str:
        before = text[match.start() - 1 : match.start()]
        if re.search(rf"[{_HAN}]", before + match[1]):
            return f"（{match[1]}）"
        return match[0]

    return _STOPS.sub(lambda match: match[0].translate(_WIDE), _BRACKETS.sub(brackets, text))
