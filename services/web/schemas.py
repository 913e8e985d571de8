"""What the API answers, as models: they make the OpenAPI document, and the tests hold the answers
against it. The answers themselves are written by ``representations`` and ``workflows``.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field


class Answer(BaseModel):
    """Base: an answer holds the members that it documents and no others."""

    model_config = ConfigDict(extra="forbid")


class Problem(Answer):
    """What went wrong, where, and what to do."""

    code: str
    field: str | None
    message: str


class ErrorAnswer(Answer):
    """Every error of the API."""

    error: Problem


class NearPlace(Answer):
    """A place in an answer to "where?"."""

    id: str
    kind: str
    name: str
    address: str
    lat: float
    lon: float
    distance_m: float = Field(description="straight, on the WGS-84 ellipsoid")
    travel_s: float = Field(description="with the mode's speed, detour factor and overhead")
    state: Literal["open", "closing_soon", "closed_on_arrival", "closed", "unknown"]
    opens_at: datetime | None
    closes_at: datetime | None


class NearAnswer(Answer):
    """The nearest places: open on arrival, then unknown, then closed; each by distance."""

    at: datetime
    mode: str
    minutes: float | None
    places: list[NearPlace]


class CheckAnswer(Answer):
    """Whether a point is within the standard."""

    covered: bool
    covered_by: list[str] = Field(
        description="ids of the counting places within limit_m, nearest first"
    )
    mode: str
    minutes: float
    method: Literal["straight", "streets"]
    limit_m: float
    nearest: NearPlace | None = Field(description="the nearest place that counts")


class Geometry(BaseModel):
    """A GeoJSON geometry: [lon, lat], WGS-84."""

    type: str
    coordinates: list[Any]


class Day(Answer):
    """Opening intervals of one day, minutes since its midnight."""

    date: date
    holiday: bool
    makeup_workday: bool
    tentative: bool
    open: list[list[int]]


class PlaceProperties(Answer):
    """The public facts of a place."""

    id: str
    kind: str
    kind_name: str
    name: str
    other_names: list[str]
    address: str
    district: str | None
    district_name: str | None
    township: str | None
    location_source: str | None
    location_precision: str | None
    location_state: str
    opening_hours: str | None = Field(description="OSM opening_hours syntax; null: unknown")
    opening_hours_raw: str | None
    access: str | None
    amenities: dict[str, bool | None] = Field(description="null: not recorded")
    phone: str | None
    host: str | None
    host_type: str | None
    capacity: int | None
    listed_on: list[str]
    awards: list[str]
    verified_on: date | None
    source: str
    sample: bool
    updated_at: datetime
    version: int
    datum: str | None = Field(None, description="only when another datum than WGS-84 was asked for")
    schedule: list[Day] | None = Field(None, description="eight days; of a single place only")


class PlaceFeature(Answer):
    """A place as a GeoJSON feature."""

    type: Literal["Feature"]
    id: str
    geometry: Geometry | None
    properties: PlaceProperties


class Link(Answer):
    """A link, as OGC API – Features has them."""

    rel: str
    type: str
    href: str


class PlacesPage(Answer):
    """A page of the published list."""

    type: Literal["FeatureCollection"]
    features: list[PlaceFeature]
    numberMatched: int  # noqa: N815
    numberReturned: int  # noqa: N815
    links: list[Link]
    revision: int
    sample: bool
    datum: str


class AreaFeature(Answer):
    """A district, or a covered, twice covered or uncovered area."""

    type: Literal["Feature"]
    id: str | None = None
    geometry: Geometry
    properties: dict[str, Any]


class AreaCollection(BaseModel):
    """Areas as GeoJSON."""

    type: Literal["FeatureCollection"]
    features: list[AreaFeature]


class CompactPlaces(Answer):
    """The published list as columns of equal length; see ``docs/api.md``."""

    format: Literal[2]
    revision: int
    region: str
    sample: bool
    midnight: datetime
    count: int
    days: int
    kinds: list[str]
    districts: list[tuple[str, str]]
    amenities: list[str]
    precisions: list[str]
    accesses: list[str]
    day_patterns: list[list[int]]
    hours: list[tuple[str, list[int] | None]]
    id: list[str]
    kind: list[int]
    name: list[str]
    address: list[str]
    district: list[int]
    lat: list[int]
    lon: list[int]
    precision: list[int]
    opening: list[int]
    yes: list[int]
    no: list[int]
    phone: list[str]
    verified: list[int]
    access: list[int]
    host: list[str | int]
    other_names: dict[str, list[str]]
    township: dict[str, str]
    unlocated: dict[str, int]


class SearchWords(Answer):
    """How Chinese characters are read and what the kinds are called; see ``docs/api.md``."""

    revision: int
    readings: dict[str, str] = Field(description="syllable without tones -> the characters")
    kinds: dict[str, list[str]]


class KindRow(Answer):
    """A kind of place, with how many are registered beside how many were announced."""

    key: str
    name: str
    name_en: str
    short: str
    colour: str
    colour_dark: str
    symbol: str
    counts: bool
    mode: str
    published_figure: int | None
    registered: int


class AmenityRow(Answer):
    """An amenity."""

    key: str
    name: str
    name_en: str


class KindsAnswer(Answer):
    """The vocabulary."""

    kinds: list[KindRow]
    amenities: list[AmenityRow]


class BasemapAnswer(BaseModel):
    """The base map's drawing list; rings are lat, lon, lat, lon … in whole micro-degrees."""

    bounds: list[float]
    districts: list[dict[str, Any]]
    urban: list[dict[str, Any]]
    towns: list[dict[str, Any]]
    credits: list[str]
