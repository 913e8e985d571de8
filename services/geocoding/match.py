"""What a geocoder's answer is worth, and what several of them together decide (pure).

A provider says how fine its match is in words of its own; the tables translate them. What is
coarser than a district (a city, a province) is no match at all: its point would stand for
everything and nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any, Final

from shapely.geometry import Point as FlatPoint

from services.geo.distance import LocalProjection, distance_m
from services.geo.point import Point
from services.places import LocationState, Precision
from services.region import Region

AGREEMENT_M: Final = 500.0
"""Two fine matches this near confirm each other; farther apart one of them is wrong."""
BORDER_M: Final = 300.0
"""How far outside a district's generalised border a point may lie and still be meant for it."""
DOUBTFUL: Final = 0.5
"""A fine match with less confidence is shown to a person instead of being stored as fact."""

TRUST: Final[Mapping[Precision | None, float]] = MappingProxyType(
    {
        Precision.DOOR: 0.9,
        Precision.STREET: 0.7,
        Precision.VILLAGE: 0.6,
        Precision.TOWNSHIP: 0.4,
        Precision.DISTRICT: 0.2,
    }
)
"""Confidence of a match by its precision, where nobody gives a score of its own."""

PROVIDER_NAMES: Final = MappingProxyType(
    {
        "gazetteer": "离线地名表",
        "tianditu": "天地图",
        "amap": "高德",
        "baidu": "百度",
        "nominatim": "Nominatim",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A point that somebody gives for an address.

    ``point`` is WGS-84 whatever the provider speaks. ``confidence`` runs from 0 to 1.
    ``matched_text`` is what the provider understood; ``district`` the adcode of the district that
    it names, "" when it names none.
    """

    point: Point
    precision: Precision
    confidence: float
    provider: str
    matched_text: str = ""
    district: str = ""

    @property
    def is_fine(self) -> bool:
        """Whether it tells the street or better, so that nobody else need be asked."""
        return self.precision.is_fine

    def to_json(self) -> dict[str, Any]:
        """Plain values, for the cache."""
        return {
            "lat": self.point.lat,
            "lon": self.point.lon,
            "precision": self.precision.value,
            "confidence": self.confidence,
            "provider": self.provider,
            "matched_text": self.matched_text,
            "district": self.district,
        }

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Match:
        """The inverse of ``to_json``. Raises ``KeyError``, ``ValueError`` or ``InvalidInput``."""
        return cls(
            point=Point(float(values["lat"]), float(values["lon"])),
            precision=Precision(values["precision"]),
            confidence=float(values["confidence"]),
            provider=str(values["provider"]),
            matched_text=str(values["matched_text"]),
            district=str(values["district"]),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be done with a place's location.

    ``match`` is there only when ``state`` is LOCATED: nothing else may be stored as fact.
    ``candidates`` are for a person to choose from. PENDING means that nobody could be asked: the
    place keeps the state it has, and may be asked for again in ``retry_after_s``.
    """

    state: LocationState
    match: Match | None
    reason: str
    candidates: tuple[Match, ...] = ()
    retry_after_s: float | None = None


def judge(matches: Sequence[Match], *, named_district: str, region: Region) -> Verdict:
    """Decide among the matches of one address.

    ``named_district`` is the adcode of the district that the address itself names, or "". A match
    outside the region or outside that district contradicts the address and is never taken; when
    no other fine one is left, the place is AMBIGUOUS. Of the rest, two fine ones that disagree are
    AMBIGUOUS; two that agree raise each other's confidence. Only then the finest is taken.
    """
    if not matches:
        return Verdict(LocationState.FAILED, None, "没有找到这个地址,请补充门牌号或在地图上标点。")
    objections = {each: _objection(each, named_district, region) for each in matches}
    sound = [each for each in matches if not objections[each]]
    fine = [each for each in sound if each.is_fine]
    astray = [each for each in matches if objections[each] and (each.is_fine or not sound)]
    if astray and not fine:
        return Verdict(LocationState.AMBIGUOUS, None, objections[astray[0]], tuple(matches))

    for a, b in combinations(fine, 2):
        apart = distance_m(a.point, b.point)
        if apart > AGREEMENT_M:
            reason = (
                f"{_name(a)}与{_name(b)}的结果相差 {apart / 1000:.1f} 千米,请在地图上核对后标点。"
            )
            return Verdict(LocationState.AMBIGUOUS, None, reason, tuple(fine))

    best = min(sound, key=lambda each: (each.precision.rank, -each.confidence))
    if not best.is_fine:
        reason = f"只定位到{_PRECISION_WORDS[best.precision]},不是门牌;请补充地址或在地图上标点。"
        return Verdict(LocationState.LOCATED, best, reason, tuple(sound))
    confidence = _combined(fine)
    if confidence < DOUBTFUL:
        reason = f"{_name(best)}的结果不够可信({confidence:.0%}),请在地图上核对后标点。"
        return Verdict(LocationState.AMBIGUOUS, None, reason, tuple(fine))
    return Verdict(LocationState.LOCATED, _with_confidence(best, confidence), "", tuple(sound))


def precision_of(provider: str, level: str) -> Precision | None:
    """What a provider's word for the level of its match means; None when it is no match."""
    return _LEVELS[provider].get(level, _UNKNOWN_LEVEL.get(provider))


def precision_of_rank(place_rank: int) -> Precision | None:
    """Nominatim's ``place_rank`` (https://nominatim.org/release-docs/latest/customize/Ranking/)."""
    for lowest, precision in _NOMINATIM_RANKS:
        if place_rank >= lowest:
            return precision
    return None


def _objection(match: Match, named_district: str, region: Region) -> str:
    """Why a match contradicts its address, or ""."""
    check = "请在地图上核对后标点。"
    held_by = region.districts.holding(match.point)
    if named_district in region.districts:
        named = region.districts.by_adcode(named_district)
        if held_by == named or _distance_to(named.polygon, match.point) <= BORDER_M:
            return ""
        where = f"在{held_by.name}" if held_by else f"不在{named.name}"
        return f"地址写的是{named.name},{_name(match)}给出的位置却{where},{check}"
    near = held_by or any(
        _distance_to(each.polygon, match.point) <= BORDER_M for each in region.districts
    )
    if region.contains(match.point) and (near or not len(region.districts)):
        return ""
    return f"{_name(match)}给出的位置在{region.name}之外,{check}"


def _distance_to(polygon: Any, point: Point) -> float:
    """Metres from a point to a polygon in degrees, 0 inside."""
    flat = LocalProjection(point).geometry_to_metres(polygon)
    return float(flat.distance(FlatPoint(0, 0)))


def _combined(fine: Sequence[Match]) -> float:
    """The chance that not all are wrong, taking providers as independent."""
    wrong = 1.0
    for each in {each.provider: each for each in sorted(fine, key=lambda m: m.confidence)}.values():
        wrong *= 1 - each.confidence
    return 1 - wrong


def _with_confidence(match: Match, confidence: float) -> Match:
    return Match.from_json({**match.to_json(), "confidence": round(confidence, 4)})


def _name(match: Match) -> str:
    return PROVIDER_NAMES.get(match.provider, match.provider)


def _levels(**words: str) -> dict[str, Precision | None]:
    """``door="门址 兴趣点"`` … as a table from the provider's word; ``none`` is no match."""
    return {
        word: None if key == "none" else Precision(key)
        for key, text in words.items()
        for word in text.split()
    }


_PRECISION_WORDS: Final = {
    Precision.VILLAGE: "村、社区",
    Precision.TOWNSHIP: "乡镇、街道",
    Precision.DISTRICT: "区县",
}

_LEVELS: Final[dict[str, dict[str, Precision | None]]] = {
    # https://lbs.amap.com/api/webservice/guide/api/georegeo, 地理编码匹配级别列表
    "amap": _levels(
        none="国家 省 市 未知",
        district="区县 开发区",
        township="乡镇",
        village="村庄",
        street="热点商圈 道路 道路交叉口 道路交叉路口 住宅区",
        door="兴趣点 门牌号 门址 单元号 楼栋号 公交站台、地铁站 公交地铁站点",
    ),
    # https://lbsyun.baidu.com/faq/api?title=webapi/guide/webservice-geocoding, level
    "baidu": _levels(
        none="国家 省 城市 UNKNOWN NoClass",
        district="区县",
        township="乡镇",
        village="村庄",
        street="道路 交叉路口 交叉口 商圈 地产小区 工业园区 绿地 桥 旅游景点",
        door="门址 商务大厦 政府机构 生活服务 休闲娱乐 餐饮 宾馆 购物 金融 教育 医疗 汽车服务 "
        "火车站 长途汽车站 停车场 停车区 停车场/停车区 港口/码头 收费区/收费站 收费处/收费站 "
        "飞机场 机场 加油站 公司企业",
    ),
    # http://lbs.tianditu.gov.cn/server/geocodinginterface.html gives no closed list
    "tianditu": _levels(
        none="国家 省 省级 直辖市 市 地级市 市级",
        district="区县 区 县 县级市 区县级",
        township="乡镇 街道 镇 乡 乡镇级 乡镇街道",
        village="村 村庄 社区 行政村 自然村 地名 地名地址",
        street="道路 街巷 路 交叉口 交叉路口 道路交叉口 住宅区 小区",
        door="门址 门牌 门牌号 门楼 楼栋 楼牌 POI 兴趣点 兴趣点名称 单位 标志物",
    ),
}
_UNKNOWN_LEVEL: Final = {"tianditu": Precision.TOWNSHIP}
"""What an undocumented word is taken for: coarse, so that it is never shown as a door."""

_NOMINATIM_RANKS: Final = (
    (28, Precision.DOOR),
    (26, Precision.STREET),
    (19, Precision.VILLAGE),
    (15, Precision.TOWNSHIP),
    (12, Precision.DISTRICT),
)
