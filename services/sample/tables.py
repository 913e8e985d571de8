"""What the sample draws from. Shares are plausible, not measured; nothing here names a person.

National figures that the night hours follow: at the end of 2024, 6.5 % of 186,100 stations were
open 24 hours and 10.9 % had extended hours (All-China Federation of Trade Unions).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.places import Access

FULL_KINDS: Final = ("station", "recuperation_base", "happy_enterprise")
"""Kinds drawn in their published number; of the others there are a few (``Profile.few``)."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours as a register writes them, and the same in OSM syntax ("" when nobody could tell)."""

    raw: str
    osm: str


ROUND_THE_CLOCK: Final = (Hours("24小时", "24/7"), Hours("全天24小时开放", "24/7"))
EXTENDED: Final = (
    Hours("每天 6:00-22:00", "06:00-22:00"),
    Hours("每天 7:00-22:00", "07:00-22:00"),
    Hours("每天 8:00-22:30", "08:00-22:30"),
    Hours("周一至周日 7:00-23:00", "Mo-Su 07:00-23:00"),
    Hours("22:00-次日6:00", "22:00-06:00"),
)
UNKNOWN: Final = (
    Hours("", ""),
    Hours("", ""),
    Hours("以门口公告为准", ""),
    Hours("随网点营业时间", ""),
)
DAYTIME: Final = (
    Hours("周一至周五 8:00-18:00", "Mo-Fr 08:00-18:00"),
    Hours("周一至周五 8:30-12:00,14:00-17:30", "Mo-Fr 08:30-12:00,14:00-17:30"),
    Hours("周一至周日 8:00-18:00", "Mo-Su 08:00-18:00"),
    Hours("每天 8:30-17:30", "08:30-17:30"),
    Hours("每天 7:00-19:00", "07:00-19:00"),
    Hours("每天 5:00-20:00", "05:00-20:00"),
    Hours("周一至周六 8:00-17:30", "Mo-Sa 08:00-17:30"),
    Hours("每天 8:00-11:30,13:30-18:00", "08:00-11:30,13:30-18:00"),
    Hours("工作日 9:00-17:00", "Mo-Fr 09:00-17:00; PH closed"),
)
OFFICE: Final = (
    Hours("工作日 9:00-17:00", "Mo-Fr 09:00-17:00; PH closed"),
    Hours("周一至周五 8:30-12:00,14:00-17:30", "Mo-Fr 08:30-12:00,14:00-17:30"),
    Hours("周一至周五 8:00-18:00", "Mo-Fr 08:00-18:00"),
)
FAIRS: Final = (
    Hours("周六 9:00-12:00", "Sa 09:00-12:00"),
    Hours("周日 14:00-17:00", "Su 14:00-17:00"),
    Hours("周五 14:00-17:30", "Fr 14:00-17:30"),
)


@dataclass(frozen=True, slots=True)
class HoursShares:
    """When a kind opens: shares of 24 hours, extended and unknown; the rest is ``plain``."""

    round_the_clock: float
    extended: float
    unknown: float
    plain: tuple[Hours, ...]


@dataclass(frozen=True, slots=True)
class Host:
    """Who runs a place: how it is called, what it is, and what the place in it is called.

    Patterns may hold ``{district} {town} {village} {road} {company} {trade}``.
    """

    kind: str
    name: str
    place: str
    share: float
    access: Access = Access.OPEN
    nights: bool = False
    """Whether its places may keep extended hours."""


STATION_HOSTS: Final = (
    Host("银行", "{town}农商银行{road}网点", "{town}{road}劳动者港湾", 0.22, Access.STAFFED),
    Host("邮政", "{town}邮政支局", "{town}{road}邮政暖心驿站", 0.10, Access.STAFFED),
    Host("加油站", "{town}{road}加油站", "{town}{road}加油站司机驿站", 0.12, nights=True),
    Host("环卫", "{district}环卫所", "{town}{road}环卫驿站", 0.18, nights=True),
    Host("社区", "{village}", "{village}户外劳动者服务站", 0.24),
    Host("企业", "{company}", "{town}{road}爱心驿站", 0.08, Access.STAFFED),
    Host("工会", "{town}工会", "{town}{road}工会驿站", 0.06, Access.QR_DOOR, nights=True),
)

STATION_AMENITIES: Final[Mapping[str, tuple[float, float]]] = {
    # amenity: (share of places where it was recorded, share of those that have it)
    "water": (0.97, 0.99),
    "seats": (0.96, 0.98),
    "charging": (0.92, 0.92),
    "air_conditioning": (0.90, 0.90),
    "meal_heating": (0.88, 0.74),
    "first_aid": (0.86, 0.85),
    "toilet": (0.82, 0.62),
    "wifi": (0.75, 0.72),
    "reading": (0.60, 0.50),
    "fridge": (0.50, 0.34),
    "nursing_room": (0.36, 0.14),
    "battery_swap": (0.34, 0.12),
    "shower": (0.30, 0.04),
    "laundry": (0.30, 0.03),
    "truck_parking": (0.22, 0.06),
}


@dataclass(frozen=True, slots=True)
class Profile:
    """How the places of one kind are drawn."""

    few: int
    """How many, where the published number does not apply."""
    urban_share: float
    """Share inside the main urban areas."""
    hours: HoursShares
    hosts: tuple[Host, ...]
    amenities: Mapping[str, tuple[float, float]]
    capacity: tuple[int, int] | None = None
    hotline_share: float = 0.0
    """Share that lists the union's hotline; no other number is ever made up."""
    award: str = ""
    award_share: float = 0.0


_FEW_FACILITIES: Final[Mapping[str, tuple[float, float]]] = {
    "water": (0.7, 0.95),
    "seats": (0.7, 0.95),
    "toilet": (0.6, 0.9),
    "wifi": (0.4, 0.6),
}

PROFILES: Final[Mapping[str, Profile]] = {
    "station": Profile(
        few=12,
        urban_share=0.75,
        hours=HoursShares(0.07, 0.11, 0.08, DAYTIME),
        hosts=STATION_HOSTS,
        amenities=STATION_AMENITIES,
        capacity=(4, 24),
        hotline_share=0.6,
        award="2022 年最美户外劳动者服务站点",
        award_share=0.03,
    ),
    "recuperation_base": Profile(
        few=6,
        urban_share=0.1,
        hours=HoursShares(0.3, 0.2, 0.2, DAYTIME),
        hosts=(
            Host("企业", "{town}湿地度假酒店", "{town}湿地疗休养基地", 0.4),
            Host("企业", "{town}生态农庄", "{village}生态疗休养基地", 0.4),
            Host("企业", "{town}康养中心", "{town}康养疗休养基地", 0.2),
        ),
        amenities={**_FEW_FACILITIES, "shower": (0.9, 1.0), "laundry": (0.7, 0.9)},
        capacity=(40, 260),
    ),
    "happy_enterprise": Profile(
        few=12,
        urban_share=0.45,
        hours=HoursShares(0.0, 0.0, 0.4, OFFICE),
        hosts=(Host("企业", "{company}", "{company}", 1.0, Access.MEMBERS),),
        amenities={},
        award="{year} 年幸福企业",
        award_share=1.0,
    ),
    "trucker_home": Profile(
        few=12,
        urban_share=0.2,
        hours=HoursShares(0.5, 0.2, 0.1, DAYTIME),
        hosts=(
            Host("企业", "{town}物流园", "{town}物流园卡友之家", 0.5),
            Host("加油站", "{town}{road}加油站", "{town}{road}卡友之家", 0.5),
        ),
        amenities={**STATION_AMENITIES, "truck_parking": (0.98, 0.97), "shower": (0.9, 0.8)},
        capacity=(8, 40),
        hotline_share=0.6,
    ),
    "rights_centre": Profile(
        few=9,
        urban_share=0.8,
        hours=HoursShares(0.0, 0.0, 0.0, OFFICE),
        hosts=(Host("工会", "{district}总工会", "{town}职工维权服务中心", 1.0, Access.STAFFED),),
        amenities=_FEW_FACILITIES,
        hotline_share=1.0,
    ),
    "skill_certifier": Profile(
        few=12,
        urban_share=0.6,
        hours=HoursShares(0.0, 0.0, 0.2, OFFICE),
        hosts=(Host("企业", "{company}", "{company}职业技能等级认定站", 1.0, Access.STAFFED),),
        amenities={},
    ),
    "innovation_studio": Profile(
        few=12,
        urban_share=0.5,
        hours=HoursShares(0.0, 0.0, 0.4, OFFICE),
        hosts=(Host("企业", "{company}", "{company}{trade}工匠创新工作室", 1.0, Access.MEMBERS),),
        amenities={},
    ),
    "service_fair": Profile(
        few=8,
        urban_share=0.7,
        hours=HoursShares(0.0, 0.0, 0.1, FAIRS),
        hosts=(Host("社区", "{village}", "{village}综合服务集市", 1.0),),
        amenities=_FEW_FACILITIES,
    ),
}

OTHER: Final = Profile(
    few=6,
    urban_share=0.6,
    hours=HoursShares(0.0, 0.1, 0.2, DAYTIME),
    hosts=(Host("工会", "{district}总工会", "{town}{kind}", 1.0),),
    amenities=_FEW_FACILITIES,
)
"""For a kind that ``data/kinds.toml`` has and this file does not know."""

COMPANY_HEADS: Final = "恒瑞嘉德润海丰华盛泰鑫隆宏远博诚锦元康宁安顺"
COMPANY_TRADES: Final = (
    *("纺织", "机械", "电子", "新能源", "食品", "汽车部件", "环保科技", "新材料"),
    *("物流", "建设", "农业科技", "风电装备", "光伏", "阀门", "海洋生物", "服饰"),
)
