"""Where the next places should go, or which should stay open longer: asked, and answered.

Every answer says how far it can be from the best possible (``bound``, ``gap_percent``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from services.analysis_files import Candidates, on_existing
from services.coverage.demand import Floats
from services.coverage.extending import extended, until_minute
from services.coverage.nearest import NearestPlaces
from services.coverage.scenario import parse_edits
from services.coverage.week import week_hours
from services.errors import InvalidInput, LimitExceeded
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.jobs import JobState
from services.limits import CANDIDATES_MAX, COORDINATE_DECIMALS
from services.locator import Locator
from services.travel.catchments import Reached
from services.workflows.planning import area_notes, coverage, moment
from services.workflows.study import Question, Study, study_of

if TYPE_CHECKING:
    from services.coverage.siting import Cover, Siting, SitingProblem

Progress = Callable[[int, int], None]
"""Told the covered weight so far and a proven bound on it."""

_FINEST_M: Final = 100.0
"""Closer candidates than this differ by less than anybody can choose between."""
_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: ``k`` sites, at least ``min_spacing_m`` apart from each other.

    ``k`` None: the fewest that cover everything that can be. ``extend_hours`` ("22:00") asks
    instead which ``k`` of the counting places should stay open until then. ``candidates`` None:
    places on the streets, else the demand's own points. The search ends within ``gap_percent`` of
    the best possible, or after ``seconds``.
    """

    k: int | None
    min_spacing_m: float = 0.0
    gap_percent: float = 1.0
    extend_hours: str | None = None
    at: datetime | None = None
    """Count only the places that are surely open then; None: whatever the hour."""
    candidates: Candidates | None = None
    seconds: float = _SECONDS
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Control:
    """How a long run is watched and stopped."""

    progress: Progress = lambda _covered, _bound: None
    cancelled: Callable[[], bool] = lambda: False


def suggest(study: Study, wish: Wish, control: Control = Control()) -> dict[str, Any]:
    """The answer, as ``docs/coverage.md`` has it. Raises ``InvalidInput`` for a wrong wish."""
    if wish.extend_hours is None:
        return _new_places(study, wish, control)
    if wish.k is None:
        raise InvalidInput("延长开放时间要说明几个服务点(k)。", field="k", value=None)
    return _longer_hours(study, wish, wish.k, until_minute(wish.extend_hours), control)


def suggestion_lines(answer: dict[str, Any]) -> list[str]:
    """The answer for a person."""
    before, after = answer["covered_before"], answer["covered_after"]
    weight, bound = answer["weight"], answer["bound"]
    hours = answer["extend_hours"] is not None
    if not weight:
        return ["没有要覆盖的对象。"]
    proof = (
        f"不可能超过 {bound / weight:.2%},离可能的最好最多差 {answer['gap_percent']:.2f}%"
        if answer["at_least"] is None
        else f"用了 {answer['k']} 个点,至少要 {answer['at_least']} 个"
    )
    unit = "(按需求乘小时计)" if hours else ""
    lines = [f"覆盖 {before / weight:.2%} → {after / weight:.2%}{unit};{proof}。"]
    for number, site in enumerate(answer["sites"], start=1):
        where = (
            f"{site['name']}({site['id']}) {site['opening_hours']}"
            if hours
            else (f"{site['lat']:.6f}, {site['lon']:.6f}")
        )
        near = site["nearest_place_m"]
        far = "" if hours or near is None else f",离最近的服务点 {near:.0f} 米"
        share = site["gain"] / weight if weight else 0.0
        lines.append(f"{number:3d}. {where}:增加 {site['gain']:,}({share:.2%}){far}")
    return lines


def _new_places(study: Study, wish: Wish, control: Control) -> dict[str, Any]:
    from services.coverage.siting import (  # noqa: PLC0415  numba
        SitingProblem,
        solve_lscp,
        solve_mclp,
    )

    found = study.assessment
    demand = found.demand
    lats, lons, reached, notes = (
        _given(study, wish.candidates) if wish.candidates is not None else _generated(study)
    )
    x, y = _plane(lats, lons)
    problem = SitingProblem(
        weights=demand.weights,
        indptr=reached.indptr,
        demand=reached.points,
        covered=found.counts(moment(study, wish.at).open_for_sure if wish.at else None) > 0,
        x_m=x,
        y_m=y,
        min_spacing_m=wish.min_spacing_m,
    )
    siting: Siting | Cover
    if wish.k is None:
        siting = solve_lscp(problem, seconds=wish.seconds, cancelled=control.cancelled)
    else:
        siting = _solved(solve_mclp, problem, wish.k, wish, control)
    chosen = np.array(siting.sites, dtype=np.int64)
    _, metres = NearestPlaces(found.places).of(lats[chosen], lons[chosen])
    sites = [
        {
            "lat": round(float(lats[site]), COORDINATE_DECIMALS),
            "lon": round(float(lons[site]), COORDINATE_DECIMALS),
            "gain": demand.amount(gain),
            "nearest_place_m": None if np.isnan(m) else round(float(m), 1),
        }
        for site, gain, m in zip(siting.sites, siting.gains, metres, strict=True)
    ]
    weight = demand.amount(int(demand.weights.sum()))
    if wish.at:
        notes = [*notes, f"只算 {wish.at:%Y-%m-%d %H:%M} 确定开着门的;新的点当作那时也开着。"]
    return _answer(study, wish, siting, sites, weight, len(lats), [*notes, *siting.notes])


def _longer_hours(study: Study, wish: Wish, k: int, until: int, control: Control) -> dict[str, Any]:
    from services.coverage.siting import longer_hours, solve_mclp  # noqa: PLC0415  numba

    found, demand = study.assessment, study.assessment.demand
    if not found.places:
        raise InvalidInput(
            "没有一个服务点计入,没有可以延长的。请先登记并核验服务点。",
            field="extend_hours",
            value=wish.extend_hours,
        )
    notes = ["延长开放时间只在已有的服务点里选,没有用候选点文件。"] if wish.candidates else []
    if wish.at:
        notes.append(f"时间 {wish.at:%Y-%m-%d %H:%M} 只决定是哪一周;一周的每个小时都算。")
    texts = [place.opening_hours for place in found.places]
    longer = [extended(text, until, study.monday, study.calendar) for text in texts]
    able = np.array([each is not None for each in longer], dtype=np.bool_)
    if not able.any():
        raise InvalidInput(
            f"没有一个计入的服务点可以延长到 {wish.extend_hours}:"
            "要么开放时间未知,要么那时本来就开着。请换一个钟点,或先补上开放时间。",
            field="extend_hours",
            value=wish.extend_hours,
        )
    words = week_hours(
        [new or old for new, old in zip(longer, texts, strict=True)], study.monday, study.calendar
    )
    problem = longer_hours(found.reach, demand.weights, study.hours.low, words.low, able)
    siting = _solved(solve_mclp, problem, k, wish, control)
    numbers = np.flatnonzero(able)
    sites = []
    for site, gain in zip(siting.sites, siting.gains, strict=True):
        number = int(numbers[site])
        place = found.places[number]
        assert place.point is not None  # noqa: S101 - a place that counts has one
        sites.append(
            {
                "lat": place.point.lat,
                "lon": place.point.lon,
                "gain": demand.amount(gain),
                "nearest_place_m": 0.0,
                "id": place.id,
                "name": place.name,
                "opening_hours": longer[number],
            }
        )
    weight = demand.amount(int(demand.weights.sum()) * 168)
    return _answer(study, wish, siting, sites, weight, len(numbers), [*notes, *siting.notes])


def _solved(
    solve: Callable[..., Siting], problem: SitingProblem, k: int, wish: Wish, control: Control
) -> Siting:
    return solve(
        problem,
        k,
        seed=wish.seed,
        gap_percent=wish.gap_percent,
        seconds=wish.seconds,
        progress=control.progress,
        cancelled=control.cancelled,
    )


def _answer(
    study: Study,
    wish: Wish,
    siting: Siting | Cover,
    sites: list[dict[str, Any]],
    weight: int | float,
    candidates: int,
    notes: list[str],
) -> dict[str, Any]:
    demand, measure = study.assessment.demand, study.assessment.measure
    return {
        "k": len(sites) if wish.k is None else wish.k,
        "at_least": siting.at_least,
        "extend_hours": wish.extend_hours,
        "at": wish.at.isoformat() if wish.at else None,
        "mode": measure.mode.key,
        "minutes": measure.minutes,
        "method": measure.method,
        "candidates": candidates,
        "sites": sites,
        "covered_before": demand.amount(siting.covered_before),
        "covered_after": demand.amount(siting.covered_after),
        "bound": demand.amount(siting.bound),
        "weight": weight,
        "gap_percent": round(siting.gap_percent, 4),
        "of_best_percent": (
            round(siting.of_best_percent, 4) if siting.bound > siting.covered_before else None
        ),
        "stopped": siting.stopped,
        "seconds": round(siting.seconds, 3),
        "data": {"revision": study.revision, "sample": study.sample},
        "notes": [*notes, *coverage(study).notes, *area_notes(study)],
    }


_Ground = tuple[Floats, Floats, Reached, list[str]]
"""Where a place may go (latitudes, longitudes), whom it would reach, and what to say of it."""


def _given(study: Study, candidates: Candidates) -> _Ground:
    found = study.assessment
    taken = int(np.count_nonzero(on_existing(candidates, found.places)))
    notes = list(candidates.notes)
    if taken:
        notes.append(f"{taken} 个候选点就在已有的服务点上(1 米之内),选它们不会增加覆盖。")
    lats, lons = candidates.lats, candidates.lons
    return lats, lons, found.catchments.of(lats, lons, (found.measure.limit_m,)), notes


def _generated(study: Study) -> _Ground:
    """On the streets, else at the demand's own points; as close together as there is room for."""
    found = study.assessment
    network, spacing_m = found.measure.network, _FINEST_M
    polygons = [area.polygon for area in study.areas] or None
    while True:
        if network is not None:
            lats, lons = network.candidates(found.measure.mode.key, spacing_m, polygons)
        else:
            lats, lons = _thinned(found.demand.lats, found.demand.lons, spacing_m)
        if len(lats) > CANDIDATES_MAX:
            spacing_m *= float(np.sqrt(len(lats) / CANDIDATES_MAX)) * 1.05
            continue
        try:
            reached = found.catchments.of(lats, lons, (found.measure.limit_m,))
        except LimitExceeded as full:
            if len(lats) <= 1:
                raise
            spacing_m *= float(np.sqrt(float(full.value) / full.limit)) * 1.05
            continue
        where = "街道上" if network is not None else "需求点里"
        note = f"候选点 {len(lats):,} 个,取自{where},相距约 {spacing_m:.0f} 米。"
        return lats, lons, reached, [note]


def _thinned(lats: Floats, lons: Floats, spacing_m: float) -> tuple[Floats, Floats]:
    """The first point of every square of this side; the same points give the same choice."""
    if not len(lats):
        return lats, lons
    x, y = _plane(lats, lons)
    column, line = np.floor(x / spacing_m), np.floor(y / spacing_m)
    _, first = np.unique(np.column_stack((line, column)), axis=0, return_index=True)
    first.sort()
    return lats[first], lons[first]


def _plane(lats: Floats, lons: Floats) -> tuple[Floats, Floats]:
    if not len(lats):
        return lats, lons
    middle = Point(float(np.median(lats)), float(np.median(lons))).rounded(0)
    return LocalProjection(middle).to_metres(lats, lons)


def submit_suggestion(
    locator: Locator, question: Question, edits: list[dict[str, Any]], **wish: Any
) -> JobState:
    """Queue ``suggest`` as a job. What is wrong is said now and not by the job.

    Raises ``InvalidInput`` for a wrong question, edit or wish, ``Busy`` when the queue is full.
    """
    study = study_of(locator, question)
    study.scenarios.apply(parse_edits(edits))
    if wish["extend_hours"] is not None:
        until_minute(wish["extend_hours"])
    asked = {
        "minutes": question.minutes,
        "mode": question.mode,
        "method": question.method,
        "spacing_m": question.spacing_m,
        "weigh": question.weigh,
        "count_also": sorted(question.count_also),
    }
    job_id = locator.jobs.submit("suggest", {"question": asked, "edits": edits, "wish": wish})
    return locator.jobs.state(job_id)
