"""The most weight with k more sites, and a proof of how near that is to the best possible.

Sites come from a greedy start, swaps and kicks; the bound from the prices of a Lagrangian
relaxation. The two take turns, each using what the other found. What the prices leave undecided
goes to branch and bound when it is small enough: small problems end at their optimum, however wide
a gap was asked. How much is tried hangs on the problem's size and never on the clock, so the same
seed gives the same answer; the clock only ends what takes too long, and the answer says so.
"""

from __future__ import annotations

import math
from time import monotonic
from typing import Final, Literal

import numpy as np

from services.coverage.siting.compiled import search
from services.coverage.siting.exact import CLASHES_MAX, EXACT_PAIRS_MAX, settled, solve_core
from services.coverage.siting.prices import lagrangian_steps
from services.coverage.siting.problem import (
    Cancelled,
    Floats,
    Numbers,
    Progress,
    Siting,
    SitingProblem,
    check,
)
from services.coverage.siting.reduction import by_gain, reduced

_SWAP_CELLS_MAX: Final = 30_000_000
"""Slots times candidates: beyond it the table of swaps does not fit, and greedy must do."""
_WORK: Final = 60_000_000
"""Pairs of candidate and point that one turn of either side may go through."""
_TURNS: Final = 40
_EXACT_SECONDS: Final = 20.0
_SURELY_PAIRS: Final = 10_000
"""Branch and bound takes seconds at most; beyond it may take all its time and prove little."""
_ENOUGH: Final = 12
"""Turns in a row without progress on either side: nothing more to try."""

Stopped = Literal["optimal", "gap", "work", "time", "cancelled"]


def solve_mclp(
    problem: SitingProblem,
    k: int,
    *,
    seed: int = 0,
    gap_percent: float = 1.0,
    seconds: float = 60.0,
    progress: Progress = lambda _covered, _bound: None,
    cancelled: Cancelled = lambda: False,
) -> Siting:
    """At most k sites, and a bound on every choice of k.

    Ends when the weight that is added is within ``gap_percent`` of the most that could be, when
    nothing more is to be tried, after about ``seconds``, or when it is ``cancelled``. Raises
    ``InvalidInput`` for a wish that cannot be meant.
    """
    check(problem, k)
    run = _Run(problem, k, seed, gap_percent, seconds, progress, cancelled)
    return run.answer(run.go())


class _Run:
    """One run: the best sites so far, the least bound so far, and the clock."""

    def __init__(
        self,
        problem: SitingProblem,
        k: int,
        seed: int,
        gap_percent: float,
        seconds: float,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        self.began = monotonic()
        self.problem, self.asked = problem, k
        self.small = reduced(problem)
        self.k = min(k, len(self.small))
        self.seed, self.gap, self.seconds = seed, gap_percent / 100.0, seconds
        self.progress, self.cancelled = progress, cancelled
        self.sites: tuple[int, ...] = ()
        self.covered = 0
        self.bound = int(self.small.weights.sum())
        self.divisor = max(int(np.gcd.reduce(self.small.weights)), 1)
        self.before = problem.covered_before
        self.prices: Floats = self.small.weights.astype(np.float64) * 0.5
        self.best_prices = self.prices.copy()
        self.direction = np.zeros(len(self.small.weights))
        self.state = np.array([0.1, 0.0, np.inf])

    def go(self) -> Stopped:
        """Work until one of the ends."""
        if not self.k:
            self.bound = 0
            return "optimal"
        self._search(0)
        small = len(self.small.demand) <= EXACT_PAIRS_MAX
        idle = 0
        for turn in range(_TURNS):
            stopped = self._ended(small)
            if stopped:
                return stopped
            before = self.covered, self.bound
            self._price()
            stopped = self._ended(small)
            if stopped:
                return stopped
            self._search(turn + 1)
            idle = 0 if (self.covered, self.bound) != before else idle + 1
            if (small and turn >= 2) or idle >= _ENOUGH:
                break
        return self._finish()

    def _ended(self, small: bool) -> Stopped | None:
        self.progress(self.before + self.covered, self.before + self.bound)
        if self.covered >= self.bound:
            return "optimal"
        if not small and self.bound - self.covered <= self.gap * self.bound:
            return "gap"
        if self.cancelled():
            return "cancelled"
        return "time" if monotonic() - self.began > self.seconds else None

    def _search(self, turn: int) -> None:
        """Kicks and swaps from the best sites so far; the first time from the greedy ones."""
        small = self.small
        swaps = self.k * len(small) <= _SWAP_CELLS_MAX
        if turn and not swaps:
            return
        start: Numbers = np.full(self.k, -1, dtype=np.int32)
        start[: len(self.sites)] = self.sites
        # A kick touches some six sites: their points, and the candidates of each of these.
        a_kick = 12 * len(small.demand) ** 2 / max(len(small.weights) * len(small), 1)
        rounds = int(min(max(_WORK / 20 / (a_kick + 50 * len(small)), 20), 1000)) if turn else 0
        value, sites = search(
            small.indptr,
            small.demand,
            small.point_indptr,
            small.candidates,
            small.weights,
            small.x_m,
            small.y_m,
            small.apart_m,
            self.k,
            start,
            rounds,
            (self.seed * 1_000 + turn) % 2**32,
            swaps,
        )
        if int(value) > self.covered or not self.sites:
            self.covered = int(value)
            self.sites = tuple(int(site) for site in sites if site >= 0)

    def _price(self) -> None:
        """Steps of the prices; every second time from the best ones, with longer steps."""
        small = self.small
        steps = int(min(max(_WORK / max(len(small.demand), 1), 40), 200))
        least = lagrangian_steps(
            small.indptr,
            small.demand,
            small.weights,
            self.k,
            float(self.covered),
            steps,
            self.prices,
            self.direction,
            self.state,
            self.best_prices,
        )
        if self.state[0] < 1e-3:  # the steps have become too short to move anything
            self.prices[:] = self.best_prices
            self.direction[:] = 0.0
            self.state[:2] = 0.03, 0.0
        # Only whole sums can be covered. A sum of so many floats is off by this much at most.
        terms = len(small.weights) + int(np.diff(small.indptr).max()) + self.k
        self._bounded(math.floor(least * (1 + terms * np.finfo(float).eps)))

    def _bounded(self, bound: int) -> None:
        """Nothing covers more than ``bound``; and only whole multiples of the weights' divisor."""
        self.bound = max(self.covered, min(self.bound, bound - bound % self.divisor))

    def _finish(self) -> Stopped:
        """Branch and bound on what the prices leave undecided, when that is little enough."""
        small, least = self.small, float(self.state[2])
        core = settled(small, self.k, self.best_prices, least, self.covered)
        kept_in = int(core.kept_in.sum())
        # What the settled sites hold needs nobody else.
        held = np.zeros(len(small.weights), dtype=np.bool_)
        place = np.repeat(np.arange(len(small)), np.diff(small.indptr))
        held[small.demand[core.kept_in[place]]] = True
        blocked = small.clashing(core.kept_in)
        rest = small.part(core.open & ~blocked, ~held)
        certain = int(small.weights[held].sum())
        possible = kept_in <= self.k and not (blocked & core.kept_in).any()
        if not possible or not len(rest) or kept_in == self.k:
            if possible and certain > self.covered:
                self.covered, self.sites = certain, tuple(np.flatnonzero(core.kept_in).tolist())
            self.bound = self.covered
            return "optimal"
        clashes = rest.clashes(CLASHES_MAX)
        if len(rest.demand) > EXACT_PAIRS_MAX or clashes is None:
            return self._ended(False) or "work"
        # What takes HiGHS long is not begun when the answer is near enough already.
        stopped = self._ended(len(rest.demand) <= _SURELY_PAIRS)
        if stopped:
            return stopped
        left = min(max(self.seconds - (monotonic() - self.began), 1.0), _EXACT_SECONDS)
        solved = solve_core(rest, self.k - kept_in, self.covered - certain, clashes, seconds=left)
        if solved.sites is not None and certain + solved.covered > self.covered:
            by_original = {int(o): index for index, o in enumerate(small.original)}
            chosen = [by_original[int(rest.original[site])] for site in solved.sites]
            self.covered = certain + solved.covered
            self.sites = (*np.flatnonzero(core.kept_in).tolist(), *chosen)
        # Answers that the prices ruled out cover no more than the one we had.
        self._bounded(certain + solved.bound)
        return self._ended(False) or "work"

    def answer(self, stopped: Stopped) -> Siting:
        """The sites in the order of what each adds."""
        order, gains = by_gain(self.small, self.sites)
        sites = [int(self.small.original[site]) for site in order]
        notes = []
        if len(sites) < self.asked and self.covered >= self.bound:
            notes.append(
                f"选 {len(sites)} 个点就到了头:再多的候选点也不增加覆盖"
                + ("(或离已选的太近)。" if self.problem.min_spacing_m > 0 else "。")
            )
        return Siting(
            sites=tuple(sites),
            gains=tuple(gains),
            covered_before=self.before,
            covered_after=self.before + self.covered,
            bound=self.before + self.bound,
            seconds=monotonic() - self.began,
            stopped=stopped,
            notes=tuple(notes),
        )
