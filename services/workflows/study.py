"""A study: everything that one coverage analysis rests on, from the registry or from files alone.

The same functions (``planning.py``) answer from either; what differs is only where the demand and
the places come from, and that stands in ``source``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from services.coverage.assess import Assessment, assess
from services.coverage.counting import REASONS, CountingRules, count_places, why_left_out
from services.coverage.demand import DemandPoints, census_over, grid_over
from services.coverage.figures import StreetFacts
from services.coverage.gaps import Gap, find_gaps
from services.coverage.reach import coordinates
from services.coverage.scenario import ScenarioBase
from services.coverage.sensitivity import Sensitivity, sensitivity
from services.coverage.week import WeekCoverage, WeekHours, assess_week, monday_of, week_hours
from services.errors import InvalidInput
from services.hours import HolidayCalendar
from services.limits import (
    GRID_SPACING_M,
    GRID_SPACING_MAX_M,
    GRID_SPACING_MIN_M,
    MINUTES_MAX,
    MINUTES_MIN,
    SNAP_FAR_M,
    STALE_DAYS,
)
from services.locator import Locator
from services.places import Place, Vocabulary
from services.region import Region, UrbanArea
from services.travel.catchments import Floats
from services.travel.measure import Measure
from services.travel.modes import DETOUR_FACTOR
from services.workflows.naming import local_time, travel_mode

if TYPE_CHECKING:
    from services.travel.streets import StreetNetwork

UNCOUNTED_WORDS: Final[Mapping[str, str]] = {
    "kind": "这一类不计入覆盖",
    "status": "还没有公布",
    "location": "位置还没有确定",
    "precision": "位置不够精确",
    "stale": "超过 180 天没有核实",
}

_DETOUR_WITHIN_M: Final = 1_000.0

METHODS: Final = ("straight", "streets")
WEIGHS: Final = ("area", "people")


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The standard parameters of every coverage question; see ``docs/coverage.md``.

    ``method`` None: by streets where there is a network, else straight. ``count_also`` holds the
    counting rules that are switched off. ``at`` None: every hour alike, and this week's hours.
    """

    minutes: float = 10
    mode: str = "walk"
    method: str | None = None
    spacing_m: float = GRID_SPACING_M
    count_also: frozenset[str] = frozenset()
    at: datetime | None = None
    weigh: str = "area"
    """What the grid stands for: area, or people (the census spread over the areas)."""
    areas: tuple[UrbanArea, ...] | None = None
    """Drawn by hand or from a file; None: the region's main urban areas."""


@dataclass(frozen=True, eq=False)
class Study:
    """What the figures rest on. ``places`` are all that were considered, counted or not."""

    assessment: Assessment
    places: tuple[Place, ...]
    rules: CountingRules
    vocabulary: Vocabulary
    calendar: HolidayCalendar
    region: Region | None
    areas: tuple[UrbanArea, ...]
    """Those of the demand; none for points from a file without areas."""
    today: date
    monday: date
    """The first day of the week that is studied."""
    revision: int | None
    """Of the registry; None when the places came from a file."""
    sample: bool
    notes: tuple[str, ...] = ()
    """What the reader must know besides the notes of the figures themselves."""

    @cached_property
    def hours(self) -> WeekHours:
        """The counting places' opening in that week."""
        texts = [place.opening_hours for place in self.assessment.places]
        return week_hours(texts, self.monday, self.calendar)

    @cached_property
    def week(self) -> WeekCoverage:
        """The covered weight of every district in every hour of that week."""
        return assess_week(self.assessment.reach, self.hours, self.assessment.demand)

    @cached_property
    def left_out(self) -> Mapping[str, str]:
        """Why each place that does not count does not: a reason of ``REASONS``, by id."""
        reasons = (
            (place.id, why_left_out(place, self.vocabulary, self.today, self.rules))
            for place in self.places
        )
        return {identity: reason for identity, reason in reasons if reason is not None}

    @cached_property
    def scenarios(self) -> ScenarioBase:
        """Ready for edits."""
        return ScenarioBase(
            self.assessment,
            self.hours,
            {identity: UNCOUNTED_WORDS[reason] for identity, reason in self.left_out.items()},
        )

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """The uncovered demand as places to go to, the heaviest first."""
        found = self.assessment
        return find_gaps(
            found.demand,
            found.reach.counts > 0,
            found.places,
            measure=found.measure,
            region=self.region,
        )

    @cached_property
    def sensitivity(self) -> Sensitivity:
        """The figure under other assumptions, one at a time."""
        found = self.assessment
        return sensitivity(
            found.demand,
            self.places,
            self.vocabulary,
            self.today,
            found.measure,
            self.rules,
            catchments=found.catchments,
        )

    @cached_property
    def street_notes(self) -> tuple[str, ...]:
        """What the reader of a figure by streets must know, as sentences."""
        network, found = self.assessment.measure.network, self.assessment
        if network is None:
            return ()
        cut_off = found.demand.weights[found.catchments.cut_off].sum()  # type: ignore[attr-defined]
        weight = found.demand.weights.sum()
        if not cut_off:
            return network.notes
        return (
            *network.notes,
            f"{cut_off / weight:.1%} 的需求所在的街道和路网的主体不相连(围墙里、岛上,或数据有缺口),"
            "只能走到同一片里的服务点。",
        )

    @cached_property
    def streets(self) -> StreetFacts | None:
        """What a figure by streets says of its streets; None by straight line."""
        return street_facts(self.assessment)


def rules_without(count_also: Iterable[str]) -> CountingRules:
    """The counting rules with these switched off. Raises ``InvalidInput``."""
    off = frozenset(count_also)
    for name in off:
        if name not in REASONS:
            raise InvalidInput(
                f"没有“{name[:40]}”这条计入规则,可以放宽的是 {'、'.join(REASONS)}。",
                field="count_also",
                value=name,
            )
    return CountingRules(
        kind="kind" not in off,
        status="status" not in off,
        location="location" not in off,
        precision="precision" not in off,
        verified_within_days=None if "stale" in off else STALE_DAYS,
    )


def measure_of(
    minutes: float,
    mode: str,
    method: str | None,
    network: StreetNetwork | None,
    detour_factor: float = DETOUR_FACTOR,
) -> Measure:
    """The measure that these words mean. Raises ``InvalidInput`` naming the one that is wrong."""
    if not MINUTES_MIN <= minutes <= MINUTES_MAX:  # a NaN is in no range
        raise InvalidInput(
            f"“{minutes:g}”分钟不对,应在 {MINUTES_MIN} 到 {MINUTES_MAX} 之间。",
            field="minutes",
            value=minutes,
        )
    if method is not None and method not in METHODS:
        raise InvalidInput(
            f"没有“{method[:40]}”这种算法,可用的是 {'、'.join(METHODS)}。",
            field="method",
            value=method,
        )
    if method == "streets" and network is None:
        raise InvalidInput(
            "没有街道路网,不能按街道算。请先用 locator streets build 建路网,"
            "再用 --streets 或设置 LOCATOR_STREETS 给出。",
            field="method",
            value=method,
        )
    return Measure(
        mode=travel_mode(mode),
        minutes=minutes,
        detour_factor=detour_factor,
        network=None if method == "straight" else network,
    )


def study_of(locator: Locator, question: Question, *, notes: tuple[str, ...] = ()) -> Study:
    """The study of the published registry as it stands; ``notes`` go with its figures.

    Raises ``InvalidInput`` for a wrong value, and for a street network that cannot be used.
    """
    spacing = question.spacing_m
    if not GRID_SPACING_MIN_M <= spacing <= GRID_SPACING_MAX_M:
        raise InvalidInput(
            f"网格间距“{spacing:g}”米不对,应在 {GRID_SPACING_MIN_M:g} 到"
            f" {GRID_SPACING_MAX_M:g} 米之间。",
            field="spacing_m",
            value=spacing,
        )
    snapshot, today = locator.snapshot(), locator.now().date()
    monday = monday_of(local_time(locator, question.at).date() if question.at else today)
    network = None if question.method == "straight" else locator.streets
    measure = measure_of(question.minutes, question.mode, question.method, network)
    rules = rules_without(question.count_also)
    identity = (
        measure.minutes,
        measure.mode.key,
        measure.method,
        spacing,
        question.weigh,
        question.count_also,
    )

    def make() -> Study:
        demand = _grid(locator, question)
        # First: the network of another city is refused and not searched.
        street_notes = streets_notes(measure, demand, locator.region.name)

        def search() -> Assessment:
            counted = count_places(snapshot.places, locator.vocabulary, today, rules)
            return assess(demand, counted, measure)

        found = (
            search()
            if question.areas is not None
            else snapshot.keep(("assessment", today, *identity), search)
        )
        return Study(
            assessment=found,
            places=snapshot.places,
            rules=rules,
            vocabulary=locator.vocabulary,
            calendar=locator.calendar,
            region=locator.region,
            areas=locator.region.urban_areas if question.areas is None else question.areas,
            today=today,
            monday=monday,
            revision=snapshot.revision,
            sample=snapshot.sample,
            notes=(*notes, *street_notes),
        )

    if question.areas is not None:
        return make()
    return snapshot.keep(("study", today, monday, *identity, notes), make)


def study_for_page(locator: Locator, question: Question) -> Study:
    """``study_of``, but by straight line where the street network cannot be used: a note says why.

    A page must not fail because of a file. Raises ``InvalidInput`` for a wrong value.
    """
    try:
        return study_of(locator, question)
    except InvalidInput as problem:
        if locator.settings.streets is None or question.method == "straight":
            raise
        instead = replace(question, method="straight")
        note = f"街道路网用不了,这里按直线距离算。{problem.message}"
        return study_of(locator, instead, notes=(note,))


def _grid(locator: Locator, question: Question) -> DemandPoints:
    people = question.weigh == "people"
    if question.areas is None:
        return locator.grid(question.spacing_m, people=people)
    if people:
        return census_over(question.areas, locator.region, question.spacing_m)
    return grid_over(question.areas, question.spacing_m)


def streets_notes(measure: Measure, demand: DemandPoints, name: str) -> tuple[str, ...]:
    """What must be said of demand that the street network does not hold.

    Raises ``InvalidInput`` when the network is another city's, or does not know the mode.
    """
    if measure.network is None:
        return ()
    measure.network.graph(measure.mode.key)
    return measure.network.check_covers(demand.lats, demand.lons, name)


def street_facts(assessment: Assessment) -> StreetFacts | None:
    """What a figure by streets says of its streets; None by straight line."""
    network = assessment.measure.network
    if network is None:
        return None
    from services.travel.streets import StreetCatchments  # noqa: PLC0415  numba: only with streets

    catchments, demand = assessment.catchments, assessment.demand
    assert isinstance(catchments, StreetCatchments)  # noqa: S101  a network makes no others
    date = network.source.date
    return StreetFacts(
        source=f"{network.source.name} ({network.credit}, {network.licence})",
        date=date.date().isoformat() if date else "",
        points_snapped_far=_far(catchments.snap_m),
        places_snapped_far=_far(catchments.snap_of(*coordinates(assessment.places))),
        detour=_detour(assessment),
        outside_streets=demand.amount(demand.weights[assessment.outside_streets].sum()),
    )


def _detour(assessment: Assessment) -> float | None:
    """Measured over the pairs within the circle, or within a kilometre of a wider one."""
    from services.travel.streets.detour import LONGEST, measured_detour  # noqa: PLC0415

    limit_m = LONGEST * min(assessment.measure.straight_limit_m, _DETOUR_WITHIN_M)
    reached = assessment.catchments.of(*coordinates(assessment.places), (limit_m,))
    weights = assessment.demand.weights
    return measured_detour(assessment.straight, reached, limit_m, weights)


def _far(snap_m: Floats) -> int:
    return int(np.count_nonzero(snap_m > SNAP_FAR_M))
