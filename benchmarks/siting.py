"""Sites and their proofs, against HiGHS, greedy and spopt.

The city: a square of 40 km with twelve centres; four fifths of the demand points and of the
candidates lie around the centres (normally distributed, 0.8 to 4.5 km wide, the wider the fuller),
the others anywhere. A point weighs 1 to 20, and a candidate covers the points within the radius.

A gap is (bound - covered) ÷ bound in percent, each solver's bound against its own best sites.
HiGHS gets the problem after our merging of equal points and dropping of candidates that others
outdo, which helps it: the points' variables may then be fractions, since whole sites make them
whole.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass
from pathlib import Path

import highspy
import numpy as np
import pulp
from scipy.spatial import cKDTree
from spopt.locate import MCLP

from benchmarks.measuring import Row, once, shown
from services.coverage.siting import Siting, SitingProblem, solve_mclp
from services.coverage.siting.reduction import Reduced, reduced

POINTS = 50_000
CANDIDATES = 5_000
SITES = 50
CITY_M = 40_000.0
CENTRES = 12
WALK_M, RIDE_M = 577.0, 2_500.0
SECONDS = 60.0
QUICK_S = 2.0
QUICK_TARGET, LONG_TARGET, RIDE_TARGET = 1.3, 0.7, 4.0  # percent
SMALL_POINTS, SMALL_CANDIDATES, SMALL_SITES = 2_000, 200, 10
"""What spopt's dense matrix and CBC take in their stride."""


def compare(_folder: Path) -> list[Row]:
    solve_mclp(city(500, 50, 2_000.0), 5)  # compiles
    return [*_by_foot(), *_by_bicycle(), _small()]


def city(points: int, candidates: int, radius_m: float) -> SitingProblem:
    """The same for the same numbers."""
    chance = np.random.default_rng(1)
    centres = chance.uniform(0.1 * CITY_M, 0.9 * CITY_M, (CENTRES, 2))
    width = chance.uniform(800, 4_500, CENTRES)

    def scattered(count: int) -> np.ndarray:
        around = count * 4 // 5
        of = chance.choice(CENTRES, around, p=width / width.sum())
        near = centres[of] + chance.normal(size=(around, 2)) * width[of, None]
        anywhere = chance.uniform(0, CITY_M, (count - around, 2))
        return np.clip(np.concatenate((near, anywhere)), 0, CITY_M)

    demand, places = scattered(points), scattered(candidates)
    weights = chance.integers(1, 21, points)
    held = cKDTree(demand).query_ball_point(places, radius_m, return_sorted=True)
    return SitingProblem(
        weights=weights.astype(np.int64),
        indptr=np.cumsum([0, *map(len, held)]).astype(np.int64),
        demand=np.concatenate([np.array(each, dtype=np.int32) for each in held]),
        covered=np.zeros(points, dtype=np.bool_),
    )


def _by_foot() -> list[Row]:
    problem = city(POINTS, CANDIDATES, WALK_M)
    job = f"{SITES} of {CANDIDATES:,} for {POINTS:,} points, {WALK_M:.0f} m"
    rows = []
    for seconds, target in ((QUICK_S, QUICK_TARGET), (SECONDS, LONG_TARGET)):
        ours = solve_mclp(problem, SITES, gap_percent=0.0, seconds=seconds)
        rows.append(_against_target(f"{job}: proven in {seconds:.0f} s", ours, target))
    small = reduced(problem)
    bound, taken = _linear_bound(small)
    linear = _gap(ours.covered_after, bound)
    rows.append(
        _against_peer(
            f"{job}: HiGHS's LP bound on our sites",
            ours,
            linear,
            f"{shown(taken)}; HiGHS has no sites of its own by then",
        )
    )
    for name, start in (("cold", ()), ("from our sites", ours.sites)):
        peer = _highs(small, start)
        rows.append(_against_peer(f"{job}: HiGHS, {name}", ours, peer.gap, str(peer)))
    covered, taken = _greedy(problem)
    rows.append(
        Row(
            f"{job}: weight that greedy alone covers",
            f"{ours.covered_after:,}",
            f"{covered:,} in {shown(taken)}, no bound",
            ours.covered_after / covered,
            1,
            "ratio: ours ÷ greedy's",
        )
    )
    return rows


def _by_bicycle() -> list[Row]:
    problem = city(POINTS, CANDIDATES, RIDE_M)
    job = f"{SITES} of {CANDIDATES:,} for {POINTS:,} points, {RIDE_M / 1000:.1f} km"
    ours = solve_mclp(problem, SITES, gap_percent=0.0, seconds=SECONDS)
    peer = _highs(reduced(problem), ours.sites)
    return [
        _against_target(f"{job}: proven in {SECONDS:.0f} s", ours, RIDE_TARGET),
        _against_peer(f"{job}: HiGHS, from our sites", ours, peer.gap, str(peer)),
    ]


def _small() -> Row:
    problem = city(SMALL_POINTS, SMALL_CANDIDATES, RIDE_M)
    holds = np.ones((SMALL_POINTS, SMALL_CANDIDATES))
    holds[problem.demand, np.repeat(np.arange(SMALL_CANDIDATES), np.diff(problem.indptr))] = 0.0

    def by_spopt() -> int:
        model = MCLP.from_cost_matrix(holds, problem.weights, 0.5, p_facilities=SMALL_SITES)
        model.solve(pulp.PULP_CBC_CMD(msg=False))
        return _covered(problem, [j for j, served in enumerate(model.fac2cli) if served])

    answers: list[int] = []
    ours = once(lambda: answers.append(solve_mclp(problem, SMALL_SITES).covered_after))
    theirs = once(lambda: answers.append(by_spopt()))
    if answers[0] != answers[1]:
        raise AssertionError(f"two optima: {answers}")
    return Row(
        f"{SMALL_SITES} of {SMALL_CANDIDATES} for {SMALL_POINTS:,} points, to the optimum",
        shown(ours),
        f"spopt (CBC) {shown(theirs)}",
        theirs / ours,
        1,
        "equal answers; spopt's model of the large city is a dense matrix of 2 GB",
    )


def _against_target(job: str, ours: Siting, target: float) -> Row:
    return Row(
        job,
        f"gap {ours.gap_percent:.2f} %",
        f"target {target} %",
        target / ours.gap_percent if ours.gap_percent else None,
        1,
        f"ended after {ours.seconds:.1f} s ({ours.stopped}), covers {ours.covered_after:,}",
    )


def _against_peer(job: str, ours: Siting, gap: float, note: str) -> Row:
    return Row(
        job,
        f"gap {ours.gap_percent:.2f} % in {ours.seconds:.1f} s",
        f"gap {gap:.2f} %",
        gap / ours.gap_percent if ours.gap_percent else None,
        1,
        note,
    )


def _gap(covered: float, bound: float) -> float:
    return 100.0 * (bound - covered) / bound


# --- the peers ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Proof:
    """What HiGHS had when its time was over."""

    covered: float
    bound: float
    seconds: float

    @property
    def gap(self) -> float:
        return _gap(self.covered, self.bound)

    def __str__(self) -> str:
        return f"after {self.seconds:.0f} s, covers {self.covered:,.0f}"


def _model(small: Reduced, integral: bool) -> highspy.Highs:
    """maximise w·y: y_d - sum of x over its holders ≤ 0, sum of x ≤ k, 0 ≤ x, y ≤ 1."""
    points, candidates = len(small.weights), len(small)
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = candidates + points, points + 1
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate((np.zeros(candidates), small.weights.astype(np.float64)))
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    lp.row_lower_ = np.full(points + 1, -highspy.kHighsInf)
    lp.row_upper_ = np.concatenate((np.zeros(points), [float(SITES)]))
    # By columns: a candidate's points and the count of sites, then each point's own.
    ends = small.indptr[1:]
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(
        (
            small.indptr + np.arange(candidates + 1),
            ends[-1] + candidates + np.arange(1, points + 1),
        )
    )
    lp.a_matrix_.index_ = np.concatenate((np.insert(small.demand, ends, points), np.arange(points)))
    lp.a_matrix_.value_ = np.concatenate(
        (np.insert(np.full(len(small.demand), -1.0), ends, 1.0), np.ones(points))
    )
    if integral:
        whole, real = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
        lp.integrality_ = [whole] * candidates + [real] * points
    highs = highspy.Highs()
    highs.silent()
    highs.setOptionValue("time_limit", SECONDS)
    highs.setOptionValue("mip_rel_gap", 0.0)
    highs.passModel(lp)
    return highs


def _linear_bound(small: Reduced) -> tuple[float, float]:
    highs = _model(small, integral=False)
    taken = once(highs.run)
    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise AssertionError("the LP was not solved in time")
    return highs.getInfo().objective_function_value, taken


def _highs(small: Reduced, sites: tuple[int, ...]) -> Proof:
    highs = _model(small, integral=True)
    if sites:
        chosen = np.isin(small.original, sites)
        held = np.zeros(len(small.weights))
        held[small.demand[np.repeat(chosen, np.diff(small.indptr))]] = 1.0
        start = highspy.HighsSolution()
        start.col_value = [*chosen.astype(float).tolist(), *held.tolist()]
        highs.setSolution(start)
    taken = once(highs.run)
    info = highs.getInfo()
    return Proof(info.objective_function_value, info.mip_dual_bound, taken)


def _greedy(problem: SitingProblem) -> tuple[int, float]:
    """Each time the candidate that adds most, counting again only those that may be it."""
    began = time.perf_counter()
    sets = np.split(problem.demand, problem.indptr[1:-1])
    is_open = problem.weights.copy()
    queue = [(-int(is_open[mine].sum()), j) for j, mine in enumerate(sets)]
    heapq.heapify(queue)
    covered = chosen = 0
    while chosen < SITES:
        before, j = heapq.heappop(queue)
        adds = int(is_open[sets[j]].sum())
        if adds < -before:
            heapq.heappush(queue, (-adds, j))
            continue
        covered += adds
        chosen += 1
        is_open[sets[j]] = 0
    return covered, time.perf_counter() - began


def _covered(problem: SitingProblem, sites: list[int]) -> int:
    held = np.zeros(len(problem.weights), dtype=np.bool_)
    for site in sites:
        held[problem.demand[problem.indptr[site] : problem.indptr[site + 1]]] = True
    return int(problem.weights[held].sum())
