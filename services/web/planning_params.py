"""The parameters of coverage questions: the standard ones, and what edits and siting add."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from services.limits import (
    GRID_SPACING_M,
    GRID_SPACING_MAX_M,
    GRID_SPACING_MIN_M,
    MINUTES_MAX,
    MINUTES_MIN,
    SCENARIO_EDITS_MAX,
    SITES_MAX,
)
from services.web.params import Body, Minutes, Moment, Names, Params, WholeNumber, digits
from services.workflows import Question, areas_from_geojson

Spacing = Annotated[
    int,
    BeforeValidator(digits),
    Field(
        ge=GRID_SPACING_MIN_M,
        le=GRID_SPACING_MAX_M,
        description="metres between the points of the demand grid",
    ),
]


class StandardQuery(Params):
    """A service standard, how it is measured, and which counting rules are switched off."""

    minutes: WholeNumber = Field(10, ge=MINUTES_MIN, le=MINUTES_MAX)
    mode: str = "walk"
    method: str | None = Field(None, description="straight or streets; by default the better one")
    spacing_m: Spacing = round(GRID_SPACING_M)
    weigh: Literal["area", "people"] = "area"
    count_also: Names = Field((), description="counting rules switched off, comma-separated")

    @property
    def question(self) -> Question:
        """The same as a value of the workflows."""
        return _question(self)


def _question(given: StandardQuery | StandardBody) -> Question:
    return Question(
        minutes=given.minutes,
        mode=given.mode,
        method=given.method,
        spacing_m=float(given.spacing_m),
        weigh=given.weigh,
        count_also=frozenset(given.count_also),
    )


class MomentQuery(StandardQuery):
    """The same at an hour."""

    at: Moment | None = Field(None, description="ISO 8601; absent: every hour alike")

    @property
    def question(self) -> Question:
        """The same with the week of ``at``."""
        return replace(super().question, at=self.at)


class StandardBody(Body):
    """``StandardQuery`` in a body."""

    minutes: Minutes = 10
    mode: str = "walk"
    method: str | None = None
    spacing_m: Annotated[int, Field(ge=GRID_SPACING_MIN_M, le=GRID_SPACING_MAX_M)] = round(
        GRID_SPACING_M
    )
    weigh: Literal["area", "people"] = "area"
    count_also: list[str] = Field(default_factory=list, max_length=8)

    @property
    def question(self) -> Question:
        """The same as a value of the workflows."""
        return _question(self)


class AreaBody(StandardBody):
    """Areas drawn by hand, as a GeoJSON FeatureCollection of polygons, and an hour."""

    areas: dict[str, Any]
    at: Moment | None = None

    @property
    def question(self) -> Question:
        """The same over these areas. Raises ``InvalidInput`` for areas that cannot be used."""
        areas = areas_from_geojson(self.areas)
        return replace(super().question, at=self.at, areas=areas)


class ScenarioBody(StandardBody):
    """Edits, applied in their order; ``week``: how finely the hours are answered."""

    edits: list[dict[str, Any]] = Field(max_length=SCENARIO_EDITS_MAX)
    week: Literal["total", "districts"] = "districts"


class SuggestBody(StandardBody):
    """How many sites, or how many places to keep open until an hour."""

    k: int | None = Field(None, ge=1, le=SITES_MAX, description="null: as few as cover all")
    min_spacing_m: float = Field(0, ge=0, le=10_000)
    gap_percent: float = Field(1, ge=0, le=50)
    extend_hours: str | None = Field(None, max_length=5, description="such as 22:00")
    edits: list[dict[str, Any]] = Field(default_factory=list, max_length=SCENARIO_EDITS_MAX)
