"""What if: the change that edits make, by the engine and by a whole run again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from time import perf_counter
from typing import Any, Literal

from services.coverage.assess import assess
from services.coverage.counting import Counted
from services.coverage.figures import data_json
from services.coverage.scenario import (
    AddPlace,
    ChangeHours,
    Edit,
    MovePlace,
    Scenario,
    parse_edits,
)
from services.places import LocationState, Place, Precision
from services.workflows.study import Study


def scenario_json(
    study: Study, edits: object, *, week: Literal["total", "districts"] = "districts"
) -> dict[str, Any]:
    """The exact change that these edits (plain JSON values) make.

    Raises ``InvalidInput`` that names the edit.
    """
    began = perf_counter()
    change = study.scenarios.apply(parse_edits(edits))
    measure, counted = study.assessment.measure, study.assessment.counted
    return {
        "mode": measure.mode.key,
        "minutes": measure.minutes,
        "method": measure.method,
        "data": data_json(
            study.revision, study.sample, study.today, len(counted.places), counted.left_out
        ),
        **change.to_json(study.assessment.demand, week),
        "seconds": perf_counter() - began,
    }


def study_with(study: Study, edits: Sequence[Edit]) -> Study:
    """The study as a whole run again after the edits: for every figure that hangs on places.

    Raises ``InvalidInput`` as the engine does.
    """
    study.scenarios.apply(edits)
    before = study.assessment.counted
    counted = Counted(edited(before.places, edits, study), before.left_out)
    found = study.assessment
    known = {place.id for place in before.places}
    return replace(
        study,
        assessment=assess(found.demand, counted, found.measure, catchments=found.catchments),
        places=(*counted.places, *(p for p in study.places if p.id not in known)),
    )


def study_with_edits(study: Study, edits: object) -> Study:
    """``study_with`` from plain JSON values; the study itself without any."""
    parsed = parse_edits(edits)
    return study_with(study, parsed) if parsed else study


def edited(places: Sequence[Place], edits: Sequence[Edit], study: Study) -> tuple[Place, ...]:
    """The counting places after the edits, which must fit them."""
    standing = {place.id: place for place in places}
    for edit in edits:
        match edit:
            case AddPlace():
                standing[edit.id] = _added(edit, study)
            case MovePlace():
                standing[edit.id] = replace(standing[edit.id], point=edit.point)
            case ChangeHours():
                standing[edit.id] = replace(
                    standing[edit.id],
                    opening_hours=edit.opening_hours,
                    opening_hours_raw=edit.opening_hours,
                )
            case _:
                del standing[edit.id]
    return tuple(standing.values())


def _added(edit: AddPlace, study: Study) -> Place:
    born = datetime.combine(study.today, datetime.min.time(), UTC)
    return Place(
        id=edit.id,
        kind=next(iter(sorted(study.vocabulary.counting_kinds))),
        name=edit.name or f"方案里新增的 {edit.id}",
        point=edit.point,
        location_state=LocationState.CONFIRMED,
        location_precision=Precision.DOOR,
        opening_hours=edit.opening_hours,
        verified_on=study.today,
        source="scenario",
        created_at=born,
        updated_at=born,
        version=1,
    )


def scenario_lines(study: Study, saved: Scenario) -> list[str]:
    """Whether a saved scenario gives the numbers again that were saved with it.

    The hours of the week are compared where both are of the same one: holidays differ.
    """
    now = study.scenarios.apply(saved.edits).after.to_json(study.assessment.demand)
    parts = {"total": "合计", "districts": "区县", "overlap": "重叠"}
    if saved.monday == study.monday:
        parts["week"] = "一周每个小时"
    moved = [word for key, word in parts.items() if not _holds(now[key], saved.figures.get(key))]
    head = f"方案“{saved.name or '(没有名称)'}”:{len(saved.edits)} 项改动,"
    revised = (
        ""
        if study.revision in (None, saved.revision)
        else f"登记册从第 {saved.revision} 版到了第 {study.revision} 版。"
    )
    if not moved:
        return [f"{head}{'、'.join(parts.values())}的数字都和保存时相同。{revised}"]
    why = revised or "数据或需求和保存时不一样。"
    return [f"{head}{'、'.join(moved)}的数字和保存时不同。{why}下面是现在的数字。"]


def _holds(now: object, saved: object) -> bool:
    """Whether what was saved is still so; of a week it may have been the total alone."""
    if isinstance(now, Mapping) and isinstance(saved, Mapping) and saved:
        return all(now.get(key) == value for key, value in saved.items())
    return now == saved
