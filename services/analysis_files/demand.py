"""A file of weighted points as demand: people, riders, counts, wherever they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from services.analysis_files.points import PointRows, read_points
from services.analysis_files.runs import Floats, Ints, Run
from services.analysis_files.weights import scaled, written
from services.coverage.demand import DemandPoints
from services.errors import InvalidInput, LimitExceeded
from services.geo.regions import District, Districts
from services.importing.rows import RowProblem
from services.limits import DEMAND_POINTS_MAX, DISTRICTS_MAX, WEIGHT_DECIMALS
from services.region import UrbanArea

WHAT: Final = "需求点"
WHOLE: Final = ("all", "全部")
"""The one district of points that say none, without areas."""
UNSAID: Final = ("unsaid", "未写区县")
"""That of points whose district is empty where others have one."""


@dataclass(frozen=True, slots=True, eq=False)
class DemandFile:
    """Demand points with their ids, the rows that were refused, and what to say of the file."""

    demand: DemandPoints
    refused: tuple[RowProblem, ...]
    notes: tuple[str, ...]


def read_demand(path: Path, *, areas: Sequence[UrbanArea] | None = None) -> DemandFile:
    """The weighted points of a CSV, XLSX or GeoJSON file: ``id,lat,lon,weight[,district]``.

    A point without a weight weighs 1; one of weight 0, or outside all ``areas``, is left out, and a
    note says how many. Its district is what the row says, else that of the first area that holds
    it, else all are one. Weights have up to three decimals (``DemandPoints.scale``). Notes that
    bear on the figures are also the demand's own.

    Raises ``FileUnreadable``, ``LimitExceeded`` beyond ``DEMAND_POINTS_MAX`` points,
    ``DISTRICTS_MAX`` districts or a sum that is not exact, and ``InvalidInput`` where no weight is
    left.
    """
    rows = read_points(path, what=WHAT, limit=DEMAND_POINTS_MAX, weighted=True)
    notes = _weight_notes(rows)
    run, without = _weighing(rows.run, path.name)
    notes += without
    held = None
    if areas:
        held = _holders(areas, run.lats, run.lons)
        if not np.any(held >= 0):
            raise _all_outside(run, areas, path.name)
        run, held, outside = _inside(run, held)
        notes += outside
    weights, scale = scaled(run.units)
    district, districts = _districts(rows.words, run.district, held, areas or ())
    demand = DemandPoints(
        run.lats,
        run.lons,
        weights,
        district,
        districts,
        notes=tuple(notes),
        scale=scale,
        ids=tuple(run.ids),
    )
    refused = rows.refusals
    return DemandFile(demand, refused.listed, (*rows.notes, *notes, *refused.notes))


def _weight_notes(rows: PointRows) -> list[str]:
    notes = []
    if "weight" not in rows.columns.headers:
        notes.append("文件没有权重(weight)列,每个需求点按权重 1 计。")
    elif rows.unweighted:
        notes.append(f"{rows.unweighted} 个需求点没有写权重,按 1 计。")
    if rows.rounded:
        notes.append(
            f"{rows.rounded} 个权重的小数多于 {WEIGHT_DECIMALS} 位,"
            f"已四舍五入到 {WEIGHT_DECIMALS} 位。"
        )
    return notes


def _weighing(run: Run, name: str) -> tuple[Run, list[str]]:
    """The points that weigh anything."""
    kept = run.units > 0
    if not kept.any():
        raise InvalidInput(
            f"需求点文件“{name}”的 {len(run)} 个点权重都是 0,算不出覆盖率。请检查权重列。",
            field="weight",
            value=0,
        )
    without = len(run) - int(np.count_nonzero(kept))
    notes = [f"{without} 个需求点的权重是 0,没有计入。"] if without else []
    return run.where(kept), notes


def _holders(areas: Sequence[UrbanArea], lats: Floats, lons: Floats) -> Ints:
    """For each point the number of the first area that holds it, or -1."""
    numbered = [District(str(n), area.name, area.polygon) for n, area in enumerate(areas)]
    return Districts(numbered).holding_many(lats, lons)


def _all_outside(run: Run, areas: Sequence[UrbanArea], name: str) -> InvalidInput:
    south, north, west, east = run.lats.min(), run.lats.max(), run.lons.min(), run.lons.max()
    swapped = max(abs(west), abs(east)) <= 90 and np.any(_holders(areas, run.lons, run.lats) >= 0)
    hint = "经纬度是否填反?" if swapped else "请检查是不是同一个城市的文件。"
    return InvalidInput(
        f"需求点文件“{name}”的 {len(run)} 个点(纬度 {south:.4f} 到 {north:.4f},"
        f"经度 {west:.4f} 到 {east:.4f})都在范围之外。{hint}",
        field="areas",
        value=len(run),
    )


def _inside(run: Run, held: Ints) -> tuple[Run, Ints, list[str]]:
    """The points that any area holds."""
    kept = held >= 0
    outside = len(run) - int(np.count_nonzero(kept))
    notes = []
    if outside:
        weight = written(int(run.units[~kept].sum()))
        notes.append(f"{outside} 个需求点(权重合计 {weight})在所有范围之外,没有计入。")
    return run.where(kept), held[kept], notes


def _districts(
    words: Sequence[str], codes: Ints, held: Ints | None, areas: Sequence[UrbanArea]
) -> tuple[Ints, tuple[tuple[str, str], ...]]:
    """Each point's district as an index, and the districts ``(adcode, name)``.

    Where rows say their district, those that occur, in the file's order; else the areas', in
    theirs, those without a point included.
    """
    if len(words) > DISTRICTS_MAX:
        raise LimitExceeded(
            f"区县(district)列有 {len(words)} 个不同的值,最多 {DISTRICTS_MAX} 个。"
            "请填区县的名称,不是每个点的名称。",
            limit=DISTRICTS_MAX,
            field="district",
            value=len(words),
        )
    rows: dict[str, str] = {}
    for area in areas:
        rows.setdefault(area.adcode, area.name)
    adcode_of = {name: adcode for adcode, name in reversed(rows.items())} | {a: a for a in rows}
    if not any(words[code] for code in np.unique(codes).tolist()):
        if held is None:
            return np.zeros(len(codes), dtype=np.int64), (WHOLE,)
        return _area_rows(areas, list(rows))[held], tuple(rows.items())
    said = {adcode_of.get(word, word): word for word in words if word}
    found = {adcode: rows.get(adcode, word) for adcode, word in said.items()}
    found |= {adcode: name for adcode, name in rows.items() if adcode not in found}
    found.setdefault(*UNSAID)
    order = list(found)
    place = {adcode: number for number, adcode in enumerate(order)}
    of_word = [place[adcode_of.get(word, word) if word else UNSAID[0]] for word in words]
    district = np.array(of_word, dtype=np.int64)[codes]
    if held is not None and "" in words:
        silent = codes == words.index("")
        district[silent] = _area_rows(areas, order)[held[silent]]
    used, district = np.unique(district, return_inverse=True)
    return district.astype(np.int64), tuple((order[n], found[order[n]]) for n in used.tolist())


def _area_rows(areas: Sequence[UrbanArea], order: Sequence[str]) -> Ints:
    """The row of each area's district."""
    place = {adcode: number for number, adcode in enumerate(order)}
    return np.array([place[area.adcode] for area in areas], dtype=np.int64)
