"""The exact change that edits make, in every district and every hour, from what they touch alone.

A demand point is touched when a place that is edited served it or serves it now. For each touched
point the places in reach, old and new, are gone through once (``bit_sums.edit_edges``): their
number gives coverage and overlap, the OR of their hours the week. All other points are as they
were, so the figures after are the figures before plus whole numbers.

A base is made once and only read: many threads may apply many scenarios to one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.coverage.assess import Assessment
from services.coverage.demand import DemandPoints, Ints
from services.coverage.scenario.edits import (
    AddPlace,
    ChangeHours,
    ClosePlace,
    Edit,
    MovePlace,
    SuspendPlace,
    refused,
    seen,
)
from services.coverage.scenario.figures import OVERLAP_UP_TO, Figures, WeekAsked
from services.coverage.week import (
    HOURS,
    WeekCoverage,
    WeekHours,
    Words,
    assess_week,
    hour_words,
    hourly,
    listed,
)
from services.geo.point import Point
from services.travel.catchments import Reached

Numbers = NDArray[np.int32]

_WORDS: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """The figures before and after, and the demand points whose number of places changed.

    ``points`` (numbers, ascending) are served by ``counts`` places after the edits; ``notes`` say
    what the reader must know of the edits, as sentences.
    """

    before: Figures
    after: Figures
    points: Numbers
    counts: Ints
    notes: tuple[str, ...] = ()

    def to_json(self, demand: DemandPoints, week: WeekAsked = "districts") -> dict[str, Any]:
        """``{before, after, points: [[index, count], …], notes}``."""
        return {
            "before": self.before.to_json(demand, week),
            "after": self.after.to_json(demand, week),
            "points": np.column_stack((self.points, self.counts)).tolist(),
            "notes": list(self.notes),
        }


@dataclass(slots=True)
class _Standing:
    """A place as the edits so far have it. ``point`` and ``words`` None: as the base has them."""

    base: int | None
    label: str
    point: Point | None = None
    words: tuple[int, ...] | None = None
    gone: tuple[int, str] | None = None
    """The edit (its number and ``op``) that closed or suspended it."""


class ScenarioBase:
    """An assessment with its week, ready for edits; ``hours`` are those of its places, in order.

    ``left_out`` maps the id of each place that exists but does not count to the words for why: an
    edit of such a place is refused with them, since it could change no figure.
    """

    def __init__(
        self,
        assessment: Assessment,
        hours: WeekHours,
        left_out: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        if len(hours) != len(assessment.places):
            raise ValueError(f"{len(hours)} hours for {len(assessment.places)} places")
        self._assessment, self._hours, self._left_out = assessment, hours, left_out
        self._week = hours.words
        self._number = {place.id: number for number, place in enumerate(assessment.places)}
        demand, counts = assessment.demand, assessment.reach.counts
        districts = len(demand.districts)
        weight, at_least = (
            np.zeros(districts, np.int64),
            np.zeros((districts, OVERLAP_UP_TO), np.int64),
        )
        np.add.at(weight, demand.district, demand.weights)
        for k in range(1, OVERLAP_UP_TO + 1):
            enough = counts >= k
            np.add.at(at_least[:, k - 1], demand.district[enough], demand.weights[enough])
        self._figures = Figures(weight, at_least, assess_week(assessment.reach, hours, demand))

    @property
    def figures(self) -> Figures:
        """The figures without any edit."""
        return self._figures

    @property
    def demand(self) -> DemandPoints:
        """What all figures are about."""
        return self._assessment.demand

    def apply(self, edits: Sequence[Edit]) -> Change:
        """The change that ``edits`` make, one after the other.

        Raises ``InvalidInput`` whose ``field`` names the edit (``edits.3.id``) for an id that is
        unknown, taken, not counted, or closed by an earlier edit, and ``LimitExceeded`` when the
        new places have more pairs than fit.
        """
        standing = self._in_order(edits)
        placed = [each for each in standing if each.point is not None and each.gone is None]
        lats = np.array([each.point.lat for each in placed if each.point], dtype=np.float64)
        lons = np.array([each.point.lon for each in placed if each.point], dtype=np.float64)
        limit_m = self._assessment.measure.limit_m
        new = self._assessment.catchments.of(lats, lons, (limit_m,))
        points, counts, at_least, edges = self._changes(standing, placed, new)
        before, (low, high) = self._figures, hourly(edges)
        after = Figures(
            before.weight,
            before.at_least + at_least,
            WeekCoverage(before.week.monday, before.week.low + low, before.week.high + high),
        )
        order = np.argsort(points)
        notes = self._notes(standing, placed, np.diff(new.indptr))
        return Change(before, after, points[order], counts[order], notes)

    def _changes(
        self, standing: Sequence[_Standing], placed: Sequence[_Standing], new: Reached
    ) -> tuple[Numbers, Ints, Ints, Ints]:
        """Changed points, their counts, and the changes of ``at_least`` and of the week's edges.

        ``new`` is the reach of the ``placed``, which stand where no place of the base stands.
        """
        from services.coverage.bit_sums import edit_edges  # noqa: PLC0415  numba: only here

        edited = [each for each in standing if each.base is not None]
        becomes = np.zeros(len(self._week), dtype=np.int32)
        new_words: list[tuple[int, ...]] = []
        for each in edited:
            if each.gone is not None or each.point is not None:
                becomes[each.base] = -1
            elif each.words is not None:
                new_words.append(each.words)
                becomes[each.base] = len(new_words)
        demand, reach = self.demand, self._assessment.reach
        at_least = np.zeros((len(demand.districts), OVERLAP_UP_TO), dtype=np.int64)
        edges = np.zeros((2, len(demand.districts), HOURS + 1), dtype=np.int64)
        points, counts = edit_edges(
            reach.indptr,
            reach.indices,
            reach.reached.indptr,
            reach.reached.points,
            self._week,
            demand.weights,
            demand.district,
            np.array([each.base for each in edited], dtype=np.int32),
            becomes,
            _array(new_words),
            new.indptr,
            new.points,
            _array([self._words_of(each) for each in placed]),
            np.zeros(len(demand), dtype=np.int32),
            at_least,
            edges,
        )
        return points, counts, at_least, edges

    def _in_order(self, edits: Sequence[Edit]) -> list[_Standing]:
        """How the edited places stand at the end. Raises ``InvalidInput``."""
        standing: dict[str, _Standing] = {}
        for number, edit in enumerate(edits):
            if isinstance(edit, AddPlace):
                self._refuse_taken(number, edit.id, standing)
                words = self._hour_words(edit.opening_hours)
                label = f"{edit.name}({edit.id})" if edit.name else edit.id
                standing[edit.id] = _Standing(None, label, edit.point, words)
                continue
            place = standing.get(edit.id) or self._known(number, edit.id)
            if place.gone is not None:
                raise refused(
                    number,
                    "id",
                    f"“{seen(edit.id)}”在第 {place.gone[0] + 1} 项已经停掉了({place.gone[1]})。"
                    "请删去其中一项。",
                    edit.id,
                )
            standing[edit.id] = place
            match edit:
                case MovePlace():
                    place.point = edit.point
                case ChangeHours():
                    place.words = self._hour_words(edit.opening_hours)
                case ClosePlace() | SuspendPlace():
                    place.gone = number, edit.op
        return list(standing.values())

    def _refuse_taken(self, number: int, identity: str, standing: Mapping[str, _Standing]) -> None:
        if identity in standing or identity in self._number or identity in self._left_out:
            raise refused(
                number,
                "id",
                f"已经有编号是“{seen(identity)}”的服务点。请给新增的点另取一个编号。",
                identity,
            )

    def _known(self, number: int, identity: str) -> _Standing:
        if identity in self._number:
            base = self._number[identity]
            return _Standing(base, f"{self._assessment.places[base].name}({identity})")
        if identity in self._left_out:
            raise refused(
                number,
                "id",
                f"“{seen(identity)}”没有计入覆盖({self._left_out[identity]}),改它不会改变任何数字。"
                "请先放宽那条计入规则,或删去这一项。",
                identity,
            )
        raise refused(
            number,
            "id",
            f"没有编号是“{seen(identity)}”的服务点。请核对编号,或用 add 新增。",
            identity,
        )

    def _hour_words(self, osm: str) -> tuple[int, ...]:
        return hour_words(osm, self._hours.monday, self._hours.calendar)

    def _words_of(self, place: _Standing) -> tuple[int, ...]:
        if place.words is not None or place.base is None:
            return place.words or ()
        return tuple(self._week[place.base].tolist())

    def _notes(
        self, standing: Sequence[_Standing], placed: Sequence[_Standing], sizes: Ints
    ) -> tuple[str, ...]:
        lost = [each.label for each, size in zip(placed, sizes, strict=True) if not size]
        never = [
            each.label
            for each in standing
            if each.gone is None and each.words is not None and not any(each.words)
        ]
        notes = []
        if lost:
            notes.append(
                f"{listed(lost)} 周围在服务标准内没有一个需求点,所以不增加覆盖。"
                "请核对位置,经纬度是否填反?"
            )
        if never:
            notes.append(
                f"{listed(never)} 按方案里的开放时间,这一周没有一个整点开门。请核对开放时间。"
            )
        return tuple(notes)


def _array(words: Sequence[tuple[int, ...]]) -> Words:
    return np.array(words, dtype=np.uint64).reshape(-1, _WORDS)
