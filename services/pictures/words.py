"""What the pictures say, in Chinese and English. Names from the registry stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal

Language = Literal["zh-CN", "en"]


@dataclass(frozen=True, slots=True)
class Words:
    """The sentences of one language; ``{…}`` are filled by ``str.format``."""

    sample: str
    sample_warning: str
    all_places: str
    open_now: str
    open_at: str
    count: str
    count_first: str
    count_framed: str
    nothing: str
    nothing_here: str
    nothing_hint: str
    nearest: str
    no_hours: str
    hours_as_written: str
    no_address: str
    phone: str
    coarse: str
    more: str
    scan: str
    scan_note: str
    data_of: str
    hotline: str
    sources: str
    schematic: str
    urban: str
    urban_sample: str
    metres: str
    kilometres: str
    listing: str
    city_line: str
    # opening hours
    weekdays: tuple[str, ...]
    every_day: str
    to: str
    and_days: str
    and_times: str
    between_rules: str
    whole_day: str
    always_open: str
    never_open: str
    next_day: str

    def day(self, on: date) -> str:
        """A date as it is written."""
        return (
            f"{on.year}年{on.month}月{on.day}日"
            if self is CHINESE
            else f"{on.day} {on:%B} {on.year}"
        )

    def nearest_place(self, name: str, metres: float) -> str:
        """The nearest place and how far it is."""
        return self.nearest.format(name=name, distance=distance_text(metres, self))

    def moment(self, at: datetime) -> str:
        """A date and a time as they are written."""
        clock = f"{at.hour}:{at.minute:02d}"
        return f"{self.day(at.date())} {clock}" if self is CHINESE else f"{clock}, {self.day(at)}"


CHINESE: Final = Words(
    sample="示例数据",
    sample_warning="示例数据：名单是程序生成的，请不要照着去",
    all_places="全部服务点",
    open_now="现在开门",
    open_at="{moment} 开着门的",
    count="共 {total} 处",
    count_first="共 {total} 处，图上标出前 {shown} 处",
    count_framed="图上标出 {shown} 处，符合条件的共 {total} 处",
    nothing="没有符合条件的服务点",
    nothing_here="图上这一片没有符合条件的服务点",
    nothing_hint="扫码打开实时地图，换个条件再找",
    nearest="最近的是 {name}，离图中心 {distance}",
    no_hours="没登记营业时间",
    hours_as_written="营业时间：{raw}",
    no_address="地址没登记",
    phone="电话 {phone}",
    coarse="位置只是大概，去之前请先问清楚",
    more="另有 {n} 处，扫码看全部",
    scan="扫码看实时地图",
    scan_note="现在开没开门、怎么走，以实时地图为准",
    data_of="数据日期 {day}",
    hotline="工会热线 {number}",
    sources="来源 {credits}",
    schematic="示意底图",
    urban="主城区",
    urban_sample="主城区（示例范围）",
    metres="{n:g} 米",
    kilometres="{n:g} 公里",
    listing="、",
    city_line="找最近的、走到时还开着门的地方",
    weekdays=("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    every_day="每天",
    to="至",
    and_days="、",
    and_times="、",
    between_rules="；",
    whole_day="全天",
    always_open="24 小时开放",
    never_open="近期不开放",
    next_day="次日 {clock}",
)

ENGLISH: Final = Words(
    sample="Sample data",
    sample_warning="Sample data: this list is made up, do not go by it",
    all_places="All places",
    open_now="open now",
    open_at="Open at {moment}",
    count="{total} places",
    count_first="{total} places, the first {shown} are on the map",
    count_framed="{shown} places are marked here, {total} match in all",
    nothing="No places match",
    nothing_here="None of them is on this map",
    nothing_hint="Scan the code for the live map and try other filters",
    nearest="The nearest is {name}, {distance} from the middle of the map",
    no_hours="Hours not recorded",
    hours_as_written="Hours as registered: {raw}",
    no_address="Address not recorded",
    phone="Phone {phone}",
    coarse="Only roughly located: ask before you go",
    more="{n} more: scan the code for all of them",
    scan="Scan the QR code for the live map",
    scan_note="It says what is open now, and the way there",
    data_of="Data as of {day}",
    hotline="Union hotline {number}",
    sources="Sources: {credits}",
    schematic="Schematic map",
    urban="Main urban area",
    urban_sample="Main urban area (sample)",
    metres="{n:g} m",
    kilometres="{n:g} km",
    listing=", ",
    city_line="The nearest place that is still open when you get there",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    every_day="Daily",
    to="–",
    and_days=", ",
    and_times=", ",
    between_rules="; ",
    whole_day="all day",
    always_open="Open 24 hours",
    never_open="Not open for now",
    next_day="{clock} (next day)",
)

WORDS: Final[Mapping[Language, Words]] = {"zh-CN": CHINESE, "en": ENGLISH}


def distance_text(metres: float, words: Words) -> str:
    """412 米, 1.3 公里, 120 公里."""
    if metres < 1000:
        return words.metres.format(n=round(metres))
    return words.kilometres.format(n=round(metres / 1000, 1 if metres < 99_950 else None))
