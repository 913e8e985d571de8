"""What the coverage routes answer, as models; see ``schemas.py``."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from services.web.schemas import Answer

Weight = Annotated[int | float, Field(description="in the demand's own unit; m² for a grid")]


class Share(Answer):
    """Weights, and covered ÷ weight; at an hour also with unknown hours open."""

    weight: Weight
    covered: Weight
    share: float | None = Field(description="null where the weight is 0")
    covered_high: Weight | None = None
    share_high: float | None = None


class DistrictShare(Share):
    """A district's part; the districts add up to the total exactly."""

    adcode: str
    name: str


class Standard(Answer):
    """The same figures under a published standard."""

    key: str
    label: str
    source: str
    limit_m: float
    districts: list[DistrictShare]
    total: Share


class CoverageData(Answer):
    """What the figures rest on."""

    revision: int | None
    sample: bool
    date: date
    counted: int
    left_out: dict[str, int]


class Demand(Answer):
    """The grid, or the points of a file."""

    points: int
    spacing_m: float | None
    unit: Literal["m2", "people", "weight"]
    sample: bool = Field(description="the areas were drawn by rule and are nobody's plan")


class Snapped(Answer):
    """How many lie farther than 300 m from any street."""

    points: int
    places: int


class Streets(Answer):
    """The street network that was used."""

    source: str
    date: str
    snapped_far: Snapped
    detour_measured: float | None = Field(description="median of street over straight length")
    inside_circle_outside_streets: Weight


class CoverageAnswer(Answer):
    """Share of the demand within the standard."""

    mode: str
    minutes: float
    method: Literal["straight", "streets"]
    detour_factor: float
    speed_kmh: float
    limit_m: float
    at: datetime | None
    data: CoverageData
    demand: Demand
    districts: list[DistrictShare]
    total: Share
    overlap: dict[str, Weight]
    standards: list[Standard]
    streets: Streets | None
    notes: list[str] = Field(description="what the reader must know, as sentences")


class Band(Answer):
    """Covered weight at an hour: unknown hours closed, and open."""

    low: Weight
    high: Weight


class WeekAnswer(Answer):
    """168 hours from Monday 00:00, local time; all in the unit of ``weight``."""

    monday: date
    weight: Weight
    weights: dict[str, Weight] = Field(description="weight by district")
    total: list[Band]
    districts: dict[str, list[Band]]
    notes: list[str]


class PointsAnswer(Answer):
    """The demand points for a map; each coordinate is the difference to the last one."""

    micro: int
    spacing_m: float | None
    lat: list[int]
    lon: list[int]
    weight: Weight | list[Weight]
    district: list[int]
    districts: list[list[str]]
    count: list[int] = Field(description="places in reach, at most 9")


class PlaceRole(Answer):
    """What one place means for the coverage."""

    id: str
    name: str
    kind: str
    lat: float
    lon: float
    counted: bool
    reason: str | None = Field(description="the rule by which it does not count")
    reach: Weight
    sole: Weight = Field(description="weight that loses all cover when it closes")
    opening_hours: str


class PlacesAnswer(Answer):
    """The places of counting kinds, counted or not."""

    places: list[PlaceRole]


class GapRow(Answer):
    """A gap, with where it is and what is nearest to it."""

    rank: int
    weight: Weight
    points: int
    lat: float
    lon: float
    adcode: str
    district: str
    where: str
    extent_m: float
    nearest_place: str | None
    nearest_place_name: str | None
    nearest_place_address: str | None
    nearest_place_m: float | None
    farthest_m: float | None
    travel_s: float | None


class GapsAnswer(Answer):
    """The worst first."""

    gaps: list[GapRow]
    count: int
    weight: Weight


class VariationRow(Answer):
    """The figure under one other assumption."""

    key: str
    label: str
    share: float | None
    covered: Weight
    difference: Weight


class SensitivityBase(Answer):
    """What the variations are compared with."""

    total: Share


class SensitivityAnswer(Answer):
    """How much each assumption and each counting rule matters."""

    base: SensitivityBase
    band: dict[Literal["low", "high"], Share]
    variations: list[VariationRow]


class WeekFigures(Answer):
    """Hours of the week of one state."""

    monday: date
    total: list[Band]
    districts: dict[str, list[Band]] | None = None


class Figures(Answer):
    """The figures of one state."""

    total: Share
    districts: list[DistrictShare]
    overlap: dict[str, Weight]
    week: WeekFigures


class ScenarioAnswer(Answer):
    """The exact change that the edits make."""

    mode: str
    minutes: float
    method: Literal["straight", "streets"]
    data: CoverageData
    before: Figures
    after: Figures
    points: list[list[int]] = Field(description="[point, new count] of every changed point")
    notes: list[str]
    seconds: float


class JobAnswer(Answer):
    """A long run."""

    id: str
    state: Literal["queued", "running", "done", "failed", "cancelled"]
    ahead: int | None = Field(None, description="how many come before it while it is queued")
    progress: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None
