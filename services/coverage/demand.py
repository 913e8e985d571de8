"""Demand points: where people may need a place, with a weight and a district.

A grid stands for area: the cells of an equal-area plane (LAEA) whose centres lie in an area, each
weighing its own size in whole square metres. The cells hang on a fixed origin, so the same area
gives the same points whatever else is assessed, and the sums are exact. A census stands for people:
each district's urban residents on the same cells, as whole persons.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.errors import InvalidInput, LimitExceeded
from services.geo.distance import LocalProjection
from services.geo.point import Point
from services.geo.regions import Districts
from services.limits import DEMAND_POINTS_MAX, GRID_SPACING_M, GRID_SPACING_MIN_M
from services.region import Region, UrbanArea

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_CELLS_AT_ONCE = 500_000


@dataclass(frozen=True, slots=True, eq=False)
class DemandPoints:
    """Arrays of one length: degrees WGS-84, whole weights, and an index into ``districts``."""

    lats: Floats
    lons: Floats
    weights: Ints
    district: Ints
    districts: tuple[tuple[str, str], ...]
    """``(adcode, name)`` of every district of the answer, those without demand included."""
    spacing_m: float | None = None
    """Of a grid; None when the points came from elsewhere."""
    notes: tuple[str, ...] = ()
    """What the reader of a figure must know, as sentences."""
    scale: int = 1
    """Weights are whole numbers of 1/scale: a file with decimals has 10, 100 or 1000."""
    ids: tuple[str, ...] | None = None
    """Of points from a file; a grid's have none."""
    unit: str = "weight"
    """What a weight of 1 is: ``m2`` of a grid, ``people`` of a census, else what a file counted."""

    def __len__(self) -> int:
        return len(self.lats)

    def amount(self, weight: int) -> int | float:
        """A weight, or a sum of weights, as people wrote it."""
        return int(weight) if self.scale == 1 else int(weight) / self.scale


def grid_over(
    areas: Sequence[UrbanArea],
    spacing_m: float = GRID_SPACING_M,
    *,
    districts: Districts | None = None,
) -> DemandPoints:
    """A grid over areas: one point a cell, its weight the cell's area in m², by the area's adcode.

    ``districts`` gives the rows of the answer, their order and their names, those without an area
    included; without it the areas' own. A cell in two areas belongs to the first. Raises
    ``InvalidInput`` for a spacing under ``GRID_SPACING_MIN_M`` and ``LimitExceeded`` beyond
    ``DEMAND_POINTS_MAX`` points, both before anything is built.
    """
    if not math.isfinite(spacing_m) or spacing_m < GRID_SPACING_MIN_M:
        raise InvalidInput(
            f"网格间距“{spacing_m:g}”米太小,最小 {GRID_SPACING_MIN_M:g} 米。",
            field="spacing_m",
            value=spacing_m,
        )
    rows = _rows(areas, districts)
    number = {adcode: index for index, (adcode, _) in enumerate(rows)}
    if not areas:
        none = np.zeros(0)
        whole = none.astype(np.int64)
        notes = ("没有主城区范围,算不出覆盖率。请在城市数据包里放入 urban_areas.geojson。",)
        return DemandPoints(none, none, whole, whole, rows, spacing_m, notes)

    plane = plane_over([area.polygon for area in areas])
    shapes = [plane.geometry_to_metres(area.polygon) for area in areas]
    _refuse_too_many(sum(shape.area for shape in shapes) / spacing_m**2, spacing_m)
    columns, lines, owners = [], [], []
    for index, shape in enumerate(shapes):
        for column, line in _cells(shape, spacing_m):
            columns.append(column)
            lines.append(line)
            owners.append(np.full(len(column), index, dtype=np.int64))
    column, line, owner = (np.concatenate(parts) for parts in (columns, lines, owners))
    # Stable: of equal cells the one of the first area comes first.
    _, first = np.unique((line << 32) + column, return_index=True)
    column, line, owner = column[first], line[first], owner[first]
    centres = (np.column_stack((column, line)) + 0.5).astype(np.float64) * spacing_m
    lats, lons = plane.to_degrees(centres[:, 0], centres[:, 1])
    district_of = np.array([number[area.adcode] for area in areas], dtype=np.int64)
    return DemandPoints(
        lats,
        lons,
        np.full(len(lats), round(spacing_m**2), dtype=np.int64),
        district_of[owner],
        rows,
        spacing_m,
        tuple(
            f"“{area.name}”里没有一个 {spacing_m:g} 米网格的中心,没有计入。请用更小的网格间距。"
            for index, area in enumerate(areas)
            if not np.any(owner == index)
        ),
        unit="m2",
    )


def census_over(
    areas: Sequence[UrbanArea],
    region: Region,
    spacing_m: float = GRID_SPACING_M,
) -> DemandPoints:
    """Urban residents in place of area: each district's spread evenly over its cells of the grid.

    Cell i of n holds ⌊(i+1)·R/n⌋ - ⌊i·R/n⌋ of the R residents: all the same but for one person, and
    R in all. ``region`` has the residents and the districts; an area belongs to the district of its
    adcode. A note says that this is an estimate, another which districts have residents but no
    cell, and how many people are left out. Raises as ``grid_over`` does.
    """
    grid = grid_over(areas, spacing_m, districts=region.districts)
    weights = np.zeros(len(grid), dtype=np.int64)
    left_out: dict[str, int] = {}
    unknown: list[str] = []
    for number, (adcode, name) in enumerate(grid.districts):
        cells = np.flatnonzero(grid.district == number)
        residents = region.urban_residents(adcode)
        if len(cells) and not residents:
            unknown.append(name)
        elif len(cells):
            weights[cells] = np.diff(np.arange(len(cells) + 1) * residents // len(cells))
        elif residents:
            left_out[name] = residents
    notes = ["按人口普查的城镇常住人口平均摊到主城区网格,是估计。"]
    if left_out:
        notes.append(
            f"{'、'.join(left_out)}没有主城区网格,{sum(left_out.values())} 名城镇常住人口没有计入。"
        )
    if unknown:
        notes.append(f"普查里没有{'、'.join(unknown)}的居民,这些范围没有计入。请核对 adcode。")
    peopled = weights > 0
    return DemandPoints(
        grid.lats[peopled],
        grid.lons[peopled],
        weights[peopled],
        grid.district[peopled],
        grid.districts,
        spacing_m,
        (*grid.notes, *notes),
        unit="people",
    )


def plane_over(polygons: Sequence[BaseGeometry]) -> LocalProjection:
    """The equal-area plane for these lon/lat shapes.

    Its centre is a whole degree, so that redrawing an area does not move the grid under the others.
    """
    west, south, east, north = shapely.total_bounds(polygons)
    return LocalProjection(
        Point(float(round((south + north) / 2)), float(round((west + east) / 2)))
    )


def _rows(areas: Sequence[UrbanArea], districts: Districts | None) -> tuple[tuple[str, str], ...]:
    rows = {each.adcode: each.name for each in districts or ()}
    for area in areas:
        rows.setdefault(area.adcode, area.name)
    return tuple(rows.items())


def _refuse_too_many(points: float, spacing_m: float) -> None:
    if points > DEMAND_POINTS_MAX:
        raise LimitExceeded(
            f"这些范围按 {spacing_m:g} 米网格约有 {points:.0f} 个点,"
            f"上限是 {DEMAND_POINTS_MAX} 个。请加大网格间距或减少范围。",
            limit=DEMAND_POINTS_MAX,
            field="spacing_m",
            value=spacing_m,
        )


def _cells(shape: BaseGeometry, spacing_m: float) -> Iterator[tuple[Ints, Ints]]:
    """Column and line numbers of the cells whose centre is in ``shape`` or on its border."""
    # Part by part: the box round far-apart parts would be nearly all empty.
    for part in shapely.get_parts(shape):
        west, south, east, north = (
            math.floor(edge / spacing_m - 0.5) for edge in shapely.bounds(part)
        )
        columns = np.arange(west, east + 2, dtype=np.int64)
        step = max(1, _CELLS_AT_ONCE // len(columns))
        shapely.prepare(part)
        for start in range(south, north + 2, step):
            lines = np.arange(start, min(start + step, north + 2), dtype=np.int64)
            column, line = (grid.ravel() for grid in np.meshgrid(columns, lines))
            inside = shapely.intersects_xy(
                part, (column + 0.5) * spacing_m, (line + 0.5) * spacing_m
            )
            yield column[inside], line[inside]
