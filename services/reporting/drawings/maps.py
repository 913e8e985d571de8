"""The maps: the city with its districts, and each district's areas from near.

North is up. Lengths are those of an equal-area plane round the map's middle, true to 0.01 % there.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import box
from shapely.geometry.base import BaseGeometry

from services.geo.distance import DEGREE_M, LocalProjection
from services.geo.point import Point
from services.reporting.drawings.ground import Ground, Part
from services.reporting.drawings.paper import (
    GAP,
    INK,
    LAND,
    LINE,
    ONCE,
    PAPER,
    QUIET,
    TWICE,
    Paper,
)
from services.typesetting import text_width

Floats = NDArray[np.float64]

_LEGEND_MM: Final = 9.0
_SMALL: Final = 2.5
_TOWN: Final = 2.8
_POINT_MM: Final = 1.0
_MARK_MM: Final = 1.7
_LEAST_M: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class Frame:
    """From degrees to millimetres of the paper: ``middle`` lies in the middle of the frame."""

    plane: LocalProjection
    metres_per_mm: float
    width_mm: float
    height_mm: float

    def place(self, lats: Floats, lons: Floats) -> Floats:
        """Points as rows of x, y in millimetres."""
        return self._on_paper(np.column_stack(self.plane.to_metres(lats, lons)))

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        """A lon/lat shape on the paper, cut to the frame."""
        if shape.is_empty:
            return shape
        drawn = shapely.transform(self.plane.geometry_to_metres(shape), self._on_paper)
        if not drawn.is_valid:  # an edge that the projection bends over its neighbour
            drawn = shapely.make_valid(drawn)
        return shapely.intersection(drawn, self.edge)

    @property
    def edge(self) -> BaseGeometry:
        """The frame itself."""
        return box(0, 0, self.width_mm, self.height_mm)

    def inside(self, points: Floats, margin: float = 0.0) -> NDArray[np.bool_]:
        """Which points lie in the frame, ``margin`` mm from its edge at least."""
        x, y = points[:, 0], points[:, 1]
        return np.asarray(
            (x >= margin)
            & (x <= self.width_mm - margin)
            & (y >= margin)
            & (y <= self.height_mm - margin)
        )

    def _on_paper(self, metres: Floats) -> Floats:
        return np.column_stack(
            (
                self.width_mm / 2 + metres[:, 0] / self.metres_per_mm,
                self.height_mm / 2 - metres[:, 1] / self.metres_per_mm,
            )
        )


def frame_for(
    bounds: tuple[float, float, float, float],
    width_mm: float,
    height_mm: float,
    *,
    margin_m: float,
    margin_mm: float = 4.0,
) -> Frame:
    """The frame that holds (south, west, north, east) degrees and ``margin_m`` more all round."""
    south, west, north, east = bounds
    middle = Point((south + north) / 2, (west + east) / 2)
    tall = max((north - south) * DEGREE_M, _LEAST_M) + 2 * margin_m
    wide_degree = DEGREE_M * math.cos(math.radians(middle.lat))
    wide = max((east - west) * wide_degree, _LEAST_M) + 2 * margin_m
    inner = (width_mm - 2 * margin_mm, height_mm - 2 * margin_mm)
    return Frame(
        LocalProjection(middle), max(wide / inner[0], tall / inner[1]), width_mm, height_mm
    )


def city_map(
    ground: Ground, labels: dict[str, str], width_mm: float, height_mm: float
) -> Paper | None:
    """All districts, with ``labels`` (by adcode) under their names; None when there is nothing."""
    bounds = _whole_bounds(ground)
    if bounds is None:
        return None
    frame = frame_for(bounds, width_mm, height_mm - _LEGEND_MM, margin_m=0.0)
    paper = Paper(width_mm, height_mm)
    _districts(paper, frame, ground)
    _marks(paper, frame, ground, size=0.7)
    for part in ground.parts:
        _part(paper, frame, part, outline=0.15, detail=False)
    _city_labels(paper, frame, ground, labels)
    _furniture(paper, frame, ground, hatched=False)
    return paper


def district_map(ground: Ground, part: Part, width_mm: float, height_mm: float) -> Paper:
    """The areas of one district from near, with its neighbours' where they come into the frame."""
    frame = frame_for(part.bounds, width_mm, height_mm - _LEGEND_MM, margin_m=ground.reach_m / 2)
    paper = Paper(width_mm, height_mm)
    _districts(paper, frame, ground)
    for each in ground.parts:
        if each.adcode != part.adcode:
            _part(paper, frame, each, outline=0.15, detail=True)
    _part(paper, frame, part, outline=0.5, detail=True)
    _marks(paper, frame, ground, size=_MARK_MM)
    _towns(paper, frame, ground)
    _gap_ranks(paper, frame, ground)
    _furniture(paper, frame, ground)
    return paper


def _whole_bounds(ground: Ground) -> tuple[float, float, float, float] | None:
    boxes = [part.bounds for part in ground.parts]
    for _, _, polygon in ground.borders:
        west, south, east, north = polygon.bounds
        boxes.append((south, west, north, east))
    if not boxes:
        return None
    souths, wests, norths, easts = zip(*boxes, strict=True)
    return min(souths), min(wests), max(norths), max(easts)


def _districts(paper: Paper, frame: Frame, ground: Ground) -> None:
    for _, _, polygon in ground.borders:
        paper.shape(frame.shape(polygon), fill=LAND, stroke=LINE, width=0.2)


def _part(paper: Paper, frame: Frame, part: Part, *, outline: float, detail: bool) -> None:
    edge = frame.shape(part.outline)
    paper.shape(edge, fill=PAPER)
    paper.shape(frame.shape(part.once), fill=ONCE)
    paper.shape(frame.shape(part.twice), fill=TWICE)
    gap = frame.shape(part.gap)
    if detail:
        paper.hatch(gap, GAP, 0.22)
        paper.shape(gap, stroke=GAP, width=0.18)
    paper.shape(edge, stroke=INK, width=outline)
    if len(part.lats):
        _demand_points(paper, frame, part)


def _demand_points(paper: Paper, frame: Frame, part: Part) -> None:
    """Points that have no area: the uncovered as crosses, the others as squares of two tones.

    Points of one kind that would fall on one another are drawn once.
    """
    at = frame.place(part.lats, part.lons)
    inside = frame.inside(at)
    for low, high, tone in ((1, 1, ONCE), (2, np.inf, TWICE)):
        chosen = at[inside & (part.counts >= low) & (part.counts <= high)]
        paper.squares(_apart(chosen), _POINT_MM, fill=tone, stroke=QUIET)
    paper.crosses(_apart(at[inside & (part.counts == 0)]), _POINT_MM, stroke=GAP)


def _apart(points: Floats) -> Floats:
    return np.unique(np.rint(points / _POINT_MM * 2), axis=0) * _POINT_MM / 2


def _marks(paper: Paper, frame: Frame, ground: Ground, *, size: float) -> None:
    for mark in ground.marks:
        at = frame.place(mark.lats, mark.lons)
        paper.marks([(x, y) for x, y in at[frame.inside(at)]], mark.corners, size)


def _gap_ranks(paper: Paper, frame: Frame, ground: Ground) -> None:
    """The numbers of the gaps, the greatest first; one that has no room is left out."""
    taken: list[BaseGeometry] = []
    for rank, lat, lon in ground.gaps:
        at = frame.place(np.array([lat]), np.array([lon]))
        if not frame.inside(at, 2.0)[0]:
            continue
        x, y = at[0]
        half = text_width(str(rank), _SMALL) / 2 + 0.5
        label = box(x - half, y - _SMALL / 2, x + half, y + _SMALL / 2)
        if any(label.intersects(other) for other in taken):
            continue
        taken.append(label)
        paper.text(x, y + _SMALL * 0.36, str(rank), _SMALL, anchor="middle", bold=True, halo=True)


def _towns(paper: Paper, frame: Frame, ground: Ground) -> None:
    """Names to find one's way by, out of the way of the gaps' numbers."""
    ranks = frame.place(
        np.array([lat for _, lat, _ in ground.gaps]), np.array([lon for _, _, lon in ground.gaps])
    )
    for name, lat, lon in ground.towns:
        at = frame.place(np.array([lat]), np.array([lon]))
        if not frame.inside(at, 8.0)[0]:
            continue
        x, y = at[0]
        half = text_width(name, _TOWN) / 2 + 2
        near = ranks[np.abs(ranks[:, 0] - x) < half, 1]
        clear = (step for step in (0, -4, 4, -8, 8) if np.all(np.abs(near - y - step) > 3))
        paper.text(x, y + next(clear, 0), name, _TOWN, anchor="middle", fill=QUIET, halo=True)


def _city_labels(paper: Paper, frame: Frame, ground: Ground, labels: dict[str, str]) -> None:
    """Names with their figures, each beside its areas or in the middle of its district."""
    bounds = {part.adcode: part.bounds for part in ground.parts}
    names = {adcode: name for adcode, name, _ in ground.borders}
    names |= {part.adcode: part.name for part in ground.parts}
    middles = {adcode: polygon.representative_point() for adcode, _, polygon in ground.borders}
    taken: list[BaseGeometry] = []
    for adcode, name in names.items():
        if adcode in bounds:
            south, west, north, east = bounds[adcode]
            corners = frame.place(np.array([north, south]), np.array([west, east]))
            (left, top), (right, bottom) = corners
        else:
            (left, top) = (right, bottom) = frame.place(
                np.array([middles[adcode].y]), np.array([middles[adcode].x])
            )[0]
        lines = [name, *([labels[adcode]] if labels.get(adcode) else [])]
        wide = max(text_width(line, 3.2) for line in lines) + 1
        tall = 4.0 * len(lines)
        spots = (
            (right + 1, (top + bottom - tall) / 2),
            (left - 1 - wide, (top + bottom - tall) / 2),
            ((left + right - wide) / 2, top - 1 - tall),
            ((left + right - wide) / 2, bottom + 1),
        )
        spot = next(
            (s for s in spots if _is_free(s, wide, tall, frame, taken)),
            spots[0],
        )
        taken.append(box(spot[0], spot[1], spot[0] + wide, spot[1] + tall))
        for index, line in enumerate(lines):
            paper.text(
                spot[0] + 0.5, spot[1] + 3.2 + 4.0 * index, line, 3.2, bold=index == 0, halo=True
            )


def _is_free(
    spot: tuple[float, float], wide: float, tall: float, frame: Frame, taken: list[BaseGeometry]
) -> bool:
    label = box(spot[0], spot[1], spot[0] + wide, spot[1] + tall)
    return bool(frame.edge.contains(label)) and not any(label.intersects(t) for t in taken)


def _furniture(paper: Paper, frame: Frame, ground: Ground, *, hatched: bool = True) -> None:
    """Edge, north, scale and legend."""
    paper.box(0, 0, frame.width_mm, frame.height_mm, stroke=INK, line=0.25)
    x, y = frame.width_mm - 5.5, 4.0
    paper.box(x - 3, y - 2.5, 6, 11, fill=PAPER)
    paper.shape(shapely.polygons([(x, y - 1), (x - 1.6, y + 4), (x, y + 2.8)]), fill=INK)
    paper.shape(
        shapely.polygons([(x, y - 1), (x + 1.6, y + 4), (x, y + 2.8)]),
        fill=PAPER,
        stroke=INK,
        width=0.15,
    )
    paper.text(x, y + 7.4, "北", 2.8, anchor="middle", bold=True)
    _scale_bar(paper, frame)
    _legend(paper, frame, ground, hatched)


def _scale_bar(paper: Paper, frame: Frame) -> None:
    longest = frame.width_mm / 4 * frame.metres_per_mm
    power = 10.0 ** math.floor(math.log10(longest))
    length_m = max(step * power for step in (1, 2, 5) if step * power <= longest)
    length = length_m / frame.metres_per_mm
    x, y = 3.0, frame.height_mm - 3.0
    label = f"{length_m / 1000:g} 公里" if length_m >= 1000 else f"{length_m:g} 米"
    paper.box(x - 1.5, y - 5.5, length + 4, 7.5, fill=PAPER)
    paper.box(x, y - 1, length / 2, 1, fill=INK, stroke=INK, line=0.15)
    paper.box(x + length / 2, y - 1, length / 2, 1, fill=PAPER, stroke=INK, line=0.15)
    paper.text(x, y - 2, "0", _SMALL)
    paper.text(x + length, y - 2, label, _SMALL, anchor="end")


def _legend(paper: Paper, frame: Frame, ground: Ground, hatched: bool) -> None:
    points = any(len(part.lats) for part in ground.parts)
    x, y = 0.0, frame.height_mm + 3.0
    base = y + 2.6
    for label, fill in (("一处覆盖", ONCE), ("两处以上覆盖", TWICE), ("缺口", PAPER)):
        if points and fill == PAPER:
            paper.crosses(np.array([[x + 4, y + 1.6]]), _POINT_MM, stroke=GAP)
        elif points:
            paper.squares(np.array([[x + 4, y + 1.6]]), _POINT_MM, fill=fill, stroke=QUIET)
        else:
            paper.box(x, y, 5.5, 3.2, fill=fill, stroke=QUIET, line=0.15)
            if fill == PAPER and hatched:
                paper.hatch(box(x, y, x + 5.5, y + 3.2), GAP, 0.22)
        paper.text(x + 6.8, base, label, _SMALL)
        x += 6.8 + text_width(label, _SMALL) + 3.5
    for mark in ground.marks:
        paper.marks([(x + 1, y + 1.6)], mark.corners, _MARK_MM)
        paper.text(x + 2.8, base, mark.name, _SMALL)
        x += 2.8 + text_width(mark.name, _SMALL) + 3.5
