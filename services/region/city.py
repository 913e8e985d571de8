"""The values of a city: districts, towns, names, census, main urban areas, published figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from zoneinfo import ZoneInfo

from shapely.geometry import MultiPolygon, Polygon

from services.geo.point import Point
from services.geo.regions import Districts
from services.places import Precision

LIGHT_TOLERANCE_M: Final = 700.0
"""How coarse the drawing for the phone is; see ``Districts.simplified``."""

NEIGHBOURHOOD_DEGREES: Final = 0.2
"""About 20 km: how far outside its bounds a point may be and still be meant for the region."""


@dataclass(frozen=True, slots=True)
class Township:
    """A township or street office. ``district`` is an adcode."""

    code: str
    name: str
    district: str
    point: Point | None


@dataclass(frozen=True, slots=True)
class Village:
    """A village or community. ``township`` is a code of ``Region.townships`` or "" when the
    statistics put it under a farm, a park or a zone that is no township (``township_name``).
    """

    code: str
    name: str
    township: str
    township_name: str
    district: str

    @property
    def short_name(self) -> str:
        """As addresses write it: 汤舍村 for 汤舍村委会, 毓龙社区 for 毓龙居委会."""
        for ending in ("居民委员会", "居委会"):
            if self.name.endswith(ending):
                stem = self.name.removesuffix(ending)
                return stem if stem.endswith("社区") else stem + "社区"
        for ending in ("村民委员会", "村委会"):
            if self.name.endswith(ending):
                return self.name.removesuffix(ending).removesuffix("村") + "村"
        return self.name


@dataclass(frozen=True, slots=True)
class GazetteerEntry:
    """A named point: what an address may be matched to without asking anyone."""

    name: str
    aliases: tuple[str, ...]
    district: str
    point: Point
    precision: Precision
    source: str


@dataclass(frozen=True, slots=True)
class UrbanArea:
    """A main urban area; ``sample`` says that it was drawn by rule and is nobody's plan."""

    name: str
    adcode: str
    polygon: Polygon | MultiPolygon
    sample: bool


@dataclass(frozen=True, slots=True)
class CensusRow:
    """Residents and the share of them that is urban (0–1).

    ``within`` is the adcode of the district whose polygon holds a division that the census counts
    apart and that has no polygon; "" otherwise.
    """

    adcode: str
    name: str
    population: int
    urban_share: float
    within: str = ""


@dataclass(frozen=True, slots=True)
class EnglishNames:
    """What an English page calls the city; the Chinese where the folder gives no English."""

    name: str
    product_name: str
    claim: str
    districts: Mapping[str, str]
    """By adcode; those that have an English name."""


@dataclass(frozen=True, eq=False)
class Region:
    """A city. Compared by identity, so it can key a cache."""

    key: str
    name: str
    product_name: str
    country: str
    """ISO 3166 code: whose holidays and whose map datum apply."""
    time_zone: str
    """Key of the tz database, such as ``Asia/Shanghai``."""
    hotline: str
    center: Point
    zoom: int
    districts: Districts
    townships: tuple[Township, ...]
    villages: tuple[Village, ...]
    gazetteer: tuple[GazetteerEntry, ...]
    urban_areas: tuple[UrbanArea, ...]
    census: tuple[CensusRow, ...]
    published_figures: Mapping[str, int]
    claim: str
    credits: tuple[str, ...]
    seats: Mapping[str, Point]
    sample_roads: tuple[str, ...]
    english: EnglishNames

    @cached_property
    def districts_light(self) -> Districts:
        """The districts drawn for a phone. Never asked which one holds a point."""
        return self.districts.simplified(LIGHT_TOLERANCE_M)

    @property
    def tz(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.time_zone)

    def product(self, *, english: bool) -> str:
        """What the product is called here: 盐城职工服务地图, or its English name."""
        return self.english.product_name if english else self.product_name

    def contains(self, point: Point) -> bool:
        """Whether a point is in the region's bounds, grown by about 20 km."""
        south, west, north, east = self.districts.bounds
        grown = NEIGHBOURHOOD_DEGREES
        return (
            south - grown <= point.lat <= north + grown
            and west - grown <= point.lon <= east + grown
        )

    def district_name(self, adcode: str) -> str:
        """The name of a district, "" for an adcode that is none of ours."""
        return self.districts.by_adcode(adcode).name if adcode in self.districts else ""

    def population(self, adcode: str) -> int:
        """Residents of a district, those counted apart inside it included."""
        return sum(row.population for row in self._rows(adcode))

    def urban_residents(self, adcode: str) -> int:
        """Urban residents of a district, those counted apart inside it included."""
        return round(sum(row.population * row.urban_share for row in self._rows(adcode)))

    def _rows(self, adcode: str) -> Iterator[CensusRow]:
        return (row for row in self.census if adcode in (row.adcode, row.within))
