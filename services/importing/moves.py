"""The point of a row against the point of its place: what to keep, and what to doubt.

A point that lies one datum's offset from its earlier self is most likely a missed conversion.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.geo.datum import Datum, convert
from services.geo.distance import mid_latitude_m
from services.geo.point import Point
from services.importing.locating import DATUM_NAMES
from services.importing.rows import DraftRow
from services.places import LocationSource, LocationState, Place, PlaceDraft

OFFSET_TOLERANCE_M: Final = 15.0
"""How near a new point must lie to where a missed conversion would have put the old one."""
FAR_MOVE_M: Final = 5_000.0
"""A station that moves farther keeps its old point until a person looks."""

_SAME_DEGREES: Final = 1.5e-6
"""Two points closer than this on both axes differ by rounding only."""
_LOCATION: Final = (
    "point",
    "location_source",
    "location_precision",
    "location_state",
    "location_reason",
)

Floats = NDArray[np.float64]
Pairs = list[tuple[DraftRow, Place]]
"""Rows of a file with the registered places that they are about."""


def _same_point(draft: PlaceDraft, place: Place) -> bool:
    old, new = place.point, draft.point
    return (
        old is not None
        and new is not None
        and abs(old.lat - new.lat) < _SAME_DEGREES
        and abs(old.lon - new.lon) < _SAME_DEGREES
    )


def _is_surveyed(place: Place) -> bool:
    return (
        place.location_state is LocationState.CONFIRMED
        or place.location_source is LocationSource.SURVEYED
    )


def location(row: DraftRow, place: Place) -> tuple[dict[str, Any], str]:
    """New values for the location's fields, and why the row's point is doubted."""
    draft = row.draft
    if draft.point is None:
        return {}, row.doubt
    if not _same_point(draft, place):
        if row.doubt and place.is_located:
            return {}, row.doubt
        return {name: getattr(draft, name) for name in _LOCATION}, row.doubt
    if place.location_state is LocationState.CONFIRMED:
        return {}, ""  # a person has looked at this very point
    if row.doubt or place.is_located:
        return {}, row.doubt
    return {name: getattr(draft, name) for name in _LOCATION[1:]}, ""


def verdicts(pairs: Pairs) -> dict[int, tuple[dict[str, Any], str]]:
    """Line -> verdict for the rows whose point would replace one that is shown as fact."""
    found: dict[int, tuple[dict[str, Any], str]] = {}
    moved: Pairs = []
    for row, place in pairs:
        if row.draft.point is None or not place.is_located or _same_point(row.draft, place):
            continue
        if _is_surveyed(place):
            found[row.line] = {}, "这个点位已有人核实过,文件里的不同,没有改动。请在维护台核对。"
        elif not row.doubt and _is_fine(place):
            moved.append((row, place))
    doubts = doubts_of_moves(
        [place.point for _, place in moved if place.point],
        [row.draft.point for row, _ in moved if row.draft.point],
    )
    for (row, _), doubt in zip(moved, doubts, strict=True):
        if doubt:
            found[row.line] = {}, doubt
    return found


def _is_fine(place: Place) -> bool:
    """Whether the old point is exact enough for its distance to the new one to mean something."""
    return place.location_precision is None or place.location_precision.is_fine


def doubts_of_moves(old: Sequence[Point], new: Sequence[Point]) -> list[str]:
    """For each pair a sentence why the new point is not to be believed, or "" when it is.

    All pairs at once: a file with the wrong datum moves every place in it. For each datum that
    the numbers may really be in and each other one that they were taken for, the old point is put
    through that mistake; the nearest of the results that lies within ``OFFSET_TOLERANCE_M``
    explains the move.
    """
    if not old:
        return []
    lats, lons = _arrays(old)
    new_lats, new_lons = _arrays(new)
    moved_m = mid_latitude_m(lats, lons, new_lats, new_lons)
    mistakes = list(permutations(Datum, 2))
    missed_m = np.stack(
        [
            mid_latitude_m(
                *convert(*convert(lats, lons, Datum.WGS84, really), taken_for, Datum.WGS84),
                new_lats,
                new_lons,
            )
            for really, taken_for in mistakes
        ]
    )
    # Outside China a mistake moves nothing, and then it explains nothing.
    missed_m = np.where(missed_m < moved_m, missed_m, np.inf)
    best = missed_m.argmin(axis=0)
    doubts = []
    for distance_m, off_m, which in zip(
        moved_m.tolist(), missed_m.min(axis=0).tolist(), best.tolist(), strict=True
    ):
        doubt = ""
        if off_m <= OFFSET_TOLERANCE_M < distance_m:
            really, taken_for = mistakes[which]
            doubt = (
                f"点位移动了 {distance_m:.0f} 米,正好是把 {DATUM_NAMES[really]} 坐标"
                f"当作 {DATUM_NAMES[taken_for]} 的偏差,没有改动。请核对 --datum 或坐标系列;"
                "若原来的点位才是错的,请先撤回上次导入。"
            )
        elif distance_m > FAR_MOVE_M:
            doubt = f"点位移动了 {distance_m / 1000:.1f} 公里,没有改动。请核对坐标。"
        doubts.append(doubt)
    return doubts


def _arrays(points: Sequence[Point]) -> tuple[Floats, Floats]:
    return (
        np.array([point.lat for point in points], dtype=np.float64),
        np.array([point.lon for point in points], dtype=np.float64),
    )
