"""The maximal covering location problem as arrays, and its answer.

maximise    sum of weights[d] over the points d that are covered
such that   d is covered when a chosen candidate holds it, or ``covered[d]`` was already
            k candidates are chosen, no two of them nearer than ``min_spacing_m``
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInput

Ints = NDArray[np.int64]
Numbers = NDArray[np.int32]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

Progress = Callable[[int, int], None]
"""Told the covered weight so far and the bound that is proven by then."""
Cancelled = Callable[[], bool]

_NOWHERE: Final = np.zeros(0)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SitingProblem:
    """``weights`` int64[n]; candidate j holds ``demand[indptr[j]:indptr[j + 1]]`` (ascending).

    ``covered`` flags the points that places already cover; ``before`` is weight that is covered
    outside these points. ``x_m``, ``y_m`` are the candidates' positions in a plane, needed only
    for a spacing.
    """

    weights: Ints
    indptr: Ints
    demand: Numbers
    covered: Flags
    before: int = 0
    x_m: Floats = field(default_factory=lambda: _NOWHERE)
    y_m: Floats = field(default_factory=lambda: _NOWHERE)
    min_spacing_m: float = 0.0

    @property
    def candidates(self) -> int:
        """How many there are."""
        return len(self.indptr) - 1

    @property
    def covered_before(self) -> int:
        """The weight that is covered without any new site."""
        return self.before + int(self.weights[self.covered].sum())


@dataclass(frozen=True, slots=True)
class Siting:
    """``sites`` are numbers of candidates, the one that adds most first, ``gains`` what each adds.

    No choice of k candidates covers more than ``bound``. ``gap_percent`` is how far the answer can
    be from that, in percent of the bound; ``of_best_percent`` how much of the weight that could be
    added at most has been. ``stopped``: optimal, gap (near enough), work (nothing more to try),
    time or cancelled.
    """

    sites: tuple[int, ...]
    gains: tuple[int, ...]
    covered_before: int
    covered_after: int
    bound: int
    seconds: float
    stopped: Literal["optimal", "gap", "work", "time", "cancelled"]
    notes: tuple[str, ...] = ()

    @property
    def at_least(self) -> int | None:
        """None: how few would do was not asked; see ``lscp.Cover``."""
        return None

    @property
    def gap_percent(self) -> float:
        """100 · (bound - covered_after) ÷ bound."""
        return 100.0 * (self.bound - self.covered_after) / self.bound if self.bound else 0.0

    @property
    def of_best_percent(self) -> float:
        """100 · (covered_after - covered_before) ÷ (bound - covered_before)."""
        possible = self.bound - self.covered_before
        return 100.0 * (self.covered_after - self.covered_before) / possible if possible else 100.0


def check(problem: SitingProblem, k: int) -> None:
    """Raise ``InvalidInput`` for a wish that cannot be meant."""
    if k < 1:
        raise InvalidInput(f"要选 {k} 个点,至少应是 1 个。请改 k。", field="k", value=k)
    if not problem.candidates:
        raise InvalidInput(
            "没有一个候选点,无处可选。请给出候选点,或扩大范围。", field="candidates", value=0
        )
    if k > problem.candidates:
        raise InvalidInput(
            f"要选 {k} 个点,候选点只有 {problem.candidates} 个。请减少 k 或增加候选点。",
            field="k",
            value=k,
        )
    if len(problem.weights) and int(problem.weights.min()) < 0:
        raise InvalidInput(
            f"需求的权重有负数({int(problem.weights.min())})。请改成 0 或正数。",
            field="weight",
            value=int(problem.weights.min()),
        )
    if problem.min_spacing_m > 0 and len(problem.x_m) != problem.candidates:
        raise ValueError("a spacing needs the candidates' positions")
