"""What a planner asks of a study: shares, the week, gaps, who depends on one door, what if."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.coverage.areas import CoverageAreas, coverage_areas, coverage_cells
from services.coverage.figures import OVERLAP_UP_TO, Coverage, Moment, figures
from services.coverage.overlap import dependence
from services.coverage.week import never_open_notes, week_notes
from services.hours import is_open
from services.workflows.study import Study

COUNT_SHOWN_MAX: Final = 9
MICRO: Final = 1_000_000


def coverage(
    study: Study, at: datetime | None = None, *, overlap_up_to: int = OVERLAP_UP_TO
) -> Coverage:
    """The figures at ``at`` (local), or with every hour alike."""
    asked = moment(study, at) if at else None
    found = figures(
        study.assessment,
        revision=study.revision,
        sample=study.sample,
        made_on=study.today,
        moment=asked,
        streets=study.streets,
        overlap_up_to=overlap_up_to,
    )
    notes = (
        *study.notes,
        *study.street_notes,
        *found.notes,
        *_none_covered(study, found, asked),
        *never_open_notes(study.hours, study.assessment.places),
    )
    return replace(found, notes=notes, sample_areas=any(area.sample for area in study.areas))


def _none_covered(study: Study, found: Coverage, asked: Moment | None) -> list[str]:
    """Why the figure is 0 though there are places and demand: nobody should have to guess."""
    total, reach_m = found.table.total, found.measure.limit_m
    if total.covered or not total.weight or not found.counted or reach_m <= 0:
        return []
    if asked is not None and not asked.open_perhaps.any():
        return []  # said by the figures
    if not study.assessment.reach.counts.any():
        return [f"没有一个需求点在任何服务点的 {reach_m:.0f} 米以内。请核对两边的坐标,或加长时间。"]
    return ["那时附近没有确定开着门的服务点,所以覆盖为 0;开放时间未知的没有算上。"]


def area_notes(study: Study) -> list[str]:
    """What must be said of the areas themselves; pages and the report have words of their own."""
    if any(area.sample for area in study.areas):
        return ["主城区范围是按规则画的示例,不是规划的范围。"]
    return []


def moment(study: Study, at: datetime) -> Moment:
    """Which of the counting places are open at ``at`` (the city's own time)."""
    states = [is_open(place.opening_hours, at, study.calendar) for place in study.assessment.places]
    return Moment(
        at,
        np.array([state is True for state in states], dtype=np.bool_),
        np.array([state is not False for state in states], dtype=np.bool_),
    )


def week_json(study: Study) -> dict[str, Any]:
    """The 168 hours of the week, in all and by district; weights by district beside them."""
    demand, places = study.assessment.demand, study.assessment.places
    totals = np.zeros(len(demand.districts), dtype=np.int64)
    np.add.at(totals, demand.district, demand.weights)
    return study.week.to_json(demand, week_notes(study.hours, places)) | {
        "weights": {
            adcode: demand.amount(weight)
            for (adcode, _), weight in zip(demand.districts, totals.tolist(), strict=True)
        }
    }


def week_lines(study: Study) -> list[str]:
    """The week as text: a line a day, a percentage an hour, unknown hours closed; its notes."""
    weight = int(study.assessment.demand.weights.sum())
    if not weight:
        return []
    low = study.week.total_low.reshape(7, 24) / weight
    hours = " ".join(f"{hour:3d}" for hour in range(24))
    return [
        f"{study.monday} 起的一周,每个整点的覆盖率(%),时间未知的当作关门:",
        f"   {hours}",
        *(
            f"{day} " + " ".join(f"{100 * share:3.0f}" for share in shares)
            for day, shares in zip("一二三四五六日", low, strict=True)
        ),
        *week_notes(study.hours, study.assessment.places),
    ]


def sensitivity_json(study: Study) -> dict[str, Any]:
    """The figure under other assumptions and without each counting rule."""
    return study.sensitivity.to_json()


def points_json(study: Study, at: datetime | None = None) -> dict[str, Any]:
    """The demand points with how many places serve each, small enough for a phone."""
    demand = study.assessment.demand
    counts = study.assessment.counts(moment(study, at).open_for_sure if at else None)
    weights = demand.weights
    same = len(weights) > 0 and bool((weights == weights[0]).all())
    return {
        "micro": MICRO,
        "spacing_m": demand.spacing_m,
        "lat": _differences(demand.lats),
        "lon": _differences(demand.lons),
        "weight": (
            demand.amount(weights[0])
            if same
            else [demand.amount(each) for each in weights.tolist()]
        ),
        "district": demand.district.tolist(),
        "districts": [list(each) for each in demand.districts],
        "count": np.minimum(counts, COUNT_SHOWN_MAX).tolist(),
    }


def _differences(degrees: NDArray[np.float64]) -> list[int]:
    whole = np.round(degrees * MICRO).astype(np.int64)
    made: list[int] = np.diff(whole, prepend=0).tolist()
    return made


def roles_json(study: Study) -> list[dict[str, Any]]:
    """What each located place of a counting kind means: counted or why not, whom it serves."""
    demand, counted = study.assessment.demand, study.assessment.places
    depends = dependence(study.assessment.reach, demand)
    number = {place.id: index for index, place in enumerate(counted)}
    kinds = study.vocabulary.counting_kinds
    shown = []
    for place in study.places:
        index = number.get(place.id)
        shown_at_all = place.is_located and place.kind in kinds
        if place.point is None or not (shown_at_all or index is not None):
            continue
        shown.append(
            {
                "id": place.id,
                "name": place.name,
                "kind": place.kind,
                "lat": place.point.lat,
                "lon": place.point.lon,
                "counted": index is not None,
                "reason": study.left_out.get(place.id),
                "reach": demand.amount(0 if index is None else depends.reach_weight[index]),
                "sole": demand.amount(0 if index is None else depends.sole_weight[index]),
                "opening_hours": place.opening_hours,
            }
        )
    return shown


def gaps_json(study: Study) -> dict[str, Any]:
    """The gaps, the worst first, with how many there are and what they weigh together."""
    gaps, demand = study.gaps, study.assessment.demand
    return {
        "gaps": [gap.to_json() for gap in gaps],
        "count": len(gaps),
        "weight": demand.amount(sum(gap.weight for gap in gaps)),
    }


def areas(study: Study) -> CoverageAreas:
    """Covered, twice covered and uncovered parts of the demand's areas as shapes."""
    found = study.assessment
    if found.measure.method == "straight":
        return coverage_areas(study.areas, found.counted, found.measure.limit_m)
    return coverage_cells(study.areas, found.counted, found.demand, found.reach.counts)


def coverage_caption(found: Coverage) -> str:
    """What stands beside every figure: method, parameters, date, and "sample" where it is one."""
    measure, sample = found.measure, " · 示例数据" if found.sample else ""
    way = (
        f"直线÷{measure.detour_factor:g}({measure.limit_m:.0f} 米)"
        if measure.method == "straight"
        else f"按街道 {measure.limit_m:.0f} 米"
    )
    people = " · 按普查摊算的人口" if found.unit == "people" else ""
    when = f" · {found.at:%Y-%m-%d %H:%M} 开着门的" if found.at else ""
    return (
        f"{found.minutes:g} 分钟{found.mode.name} · {way} · {found.mode.speed_kmh:g} km/h"
        f"{people}{when} · {found.source} · {found.made_on:%Y-%m-%d}{sample}"
    )
