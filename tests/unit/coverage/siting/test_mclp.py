"""The most weight with k sites: against every choice, HiGHS on the textbook's model, and spopt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from services.coverage.siting import Siting, SitingProblem, mclp, solve_mclp
from services.errors import InvalidInput
from tests.unit.coverage.siting.instances import Instance, by_highs, drawn, town


def points_in_turn(weights: list[int], *sets: set[int], **more: object) -> Instance:
    """Candidates written as the points that they hold, 100 m apart on a line."""
    holds = np.array([[d in each for d in range(len(weights))] for each in sets], dtype=np.bool_)
    at = np.array([[100.0 * j, 0.0] for j in range(len(sets))]).reshape(-1, 2)
    covered = np.zeros(len(weights), dtype=np.bool_)
    return Instance(holds.reshape(len(sets), len(weights)), weights, covered, at, **more)  # type: ignore[arg-type]


def is_sound(instance: Instance, answer: Siting, k: int) -> bool:
    """What every answer must be, however short it was stopped."""
    assert len(set(answer.sites)) == len(answer.sites) <= k
    assert instance.apart(answer.sites)
    assert answer.covered_before == instance.recount(())
    assert answer.covered_after == instance.recount(answer.sites)
    assert answer.bound >= answer.covered_after
    for number, gain in enumerate(answer.gains):
        with_it, without = answer.sites[: number + 1], answer.sites[:number]
        assert gain == instance.recount(with_it) - instance.recount(without) > 0
    assert len(answer.gains) == len(answer.sites)
    assert list(answer.gains) == sorted(answer.gains, reverse=True)
    return True


@pytest.mark.parametrize("spaced", [False, True])
@pytest.mark.parametrize("block", range(10))
def test_small_cases_end_at_the_best_of_all_choices_and_say_so(block: int, spaced: bool) -> None:
    for seed in range(20 * block, 20 * block + 20):
        instance = drawn(seed, spaced=spaced)
        for k in {1, len(instance.holds) // 2 or 1, len(instance.holds)}:
            answer = solve_mclp(instance.problem(), k, seed=seed)
            assert is_sound(instance, answer, k)
            assert answer.covered_after == answer.bound == instance.best(k), (seed, k)
            assert answer.stopped == "optimal"
            assert answer.gap_percent == 0.0


@pytest.mark.parametrize("options", [{"seconds": 0.0}, {"cancelled": lambda: True}])
def test_whoever_stops_at_once_gets_sites_and_a_bound_that_holds(
    options: dict[str, object],
) -> None:
    unproven = 0
    for seed in range(60):
        instance = drawn(seed, spaced=seed % 2 == 1)
        k = min(3, len(instance.holds))
        answer = solve_mclp(instance.problem(), k, **options)  # type: ignore[arg-type]
        assert is_sound(instance, answer, k)
        assert answer.bound >= instance.best(k)
        assert answer.stopped in {"optimal", "time" if "seconds" in options else "cancelled"}
        unproven += answer.stopped != "optimal"
    assert unproven > 10


def test_cancelling_later_keeps_what_was_found_and_proven_by_then() -> None:
    instance = town(1, 6_000, 600, 600.0)
    told: list[tuple[int, int]] = []
    answer = solve_mclp(
        instance.problem(),
        12,
        gap_percent=0.0,
        progress=lambda covered, bound: told.append((covered, bound)),
        cancelled=lambda: len(told) >= 3,
    )
    assert answer.stopped == "cancelled"
    assert (answer.covered_after, answer.bound) == told[-1]
    assert [covered for covered, _ in told] == sorted(covered for covered, _ in told)
    assert [bound for _, bound in told] == sorted((b for _, b in told), reverse=True)


def test_a_wide_gap_ends_the_search_early_and_the_bound_still_holds() -> None:
    instance = town(2, 12_000, 700, 900.0)  # more than branch and bound is given
    problem = instance.problem()
    wide = solve_mclp(problem, 8, gap_percent=50.0)
    near = solve_mclp(problem, 8, gap_percent=0.0)
    assert is_sound(instance, wide, 8)
    assert is_sound(instance, near, 8)
    assert wide.stopped == "gap"
    assert wide.gap_percent <= 50.0
    assert wide.bound >= near.covered_after  # no bound is below any answer
    assert near.bound >= wide.covered_after
    assert near.gap_percent < 1.0


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("reach", "spacing_m"), [(900.0, 0.0), (2_000.0, 0.0), (900.0, 1_200.0)])
def test_medium_cases_equal_highs(seed: int, reach: float, spacing_m: float) -> None:
    instance = town(seed, 300, 60, reach, spacing_m)
    answer = solve_mclp(instance.problem(), 6)
    assert is_sound(instance, answer, 6)
    assert answer.covered_after == answer.bound == by_highs(instance, 6)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # spopt's and pulp's own
def test_medium_cases_equal_spopt() -> None:
    locate = pytest.importorskip("spopt.locate")
    pulp = pytest.importorskip("pulp")
    instance = town(7, 200, 40, 900.0)
    cost = np.where(instance.holds.T, 0.0, 1.0)  # "distance" 0 within the service circle
    model = locate.MCLP.from_cost_matrix(cost, np.array(instance.weights), 0.5, p_facilities=5)
    solved = model.solve(pulp.PULP_CBC_CMD(msg=False))
    sites = [j for j, served in enumerate(solved.fac2cli) if served]
    assert solve_mclp(instance.problem(), 5).covered_after == instance.recount(sites)


def test_exactly_the_spacing_apart_is_far_enough() -> None:
    far = points_in_turn([5, 4, 3], {0}, {1}, {2}, spacing_m=100.0)
    assert solve_mclp(far.problem(), 3).sites == (0, 1, 2)
    farther = replace(far, spacing_m=100.001)
    assert solve_mclp(farther.problem(), 3).sites == (0, 2)
    # Three and four make five, in steps of 0.1 that floats do not hit exactly.
    slanted = replace(far, at=np.array([[0, 0], [0.3, 0.4], [9, 9]]), spacing_m=0.5)
    assert len(solve_mclp(slanted.problem(), 3).sites) == 3


def test_a_spacing_wider_than_everything_leaves_one_site() -> None:
    instance = replace(town(3, 300, 60, 900.0), spacing_m=1e9)
    answer = solve_mclp(instance.problem(), 6)
    assert len(answer.sites) == 1
    assert answer.covered_after == answer.bound == by_highs(instance, 1)
    assert any("太近" in note for note in answer.notes)


def test_many_candidates_within_the_spacing_of_each_other_need_no_list_of_pairs() -> None:
    chance = np.random.default_rng(5)
    at = chance.uniform(0, 1_000, (3_000, 2))  # 4.5 million pairs
    instance = Instance(
        np.eye(3_000, 500, dtype=np.bool_), [1] * 500, np.zeros(500, dtype=np.bool_), at, 1_500.0
    )
    answer = solve_mclp(instance.problem(), 50)
    assert is_sound(instance, answer, 50)
    assert len(answer.sites) == answer.covered_after == 1


def test_the_same_seed_gives_the_same_answer() -> None:
    problem = town(4, 6_000, 500, 900.0).problem()
    first, second = (solve_mclp(problem, 15, seed=3, gap_percent=2.2) for _ in range(2))
    assert (first.sites, first.gains, first.bound) == (second.sites, second.gains, second.bound)
    for seed in (0, 10**12, 2**63):
        assert solve_mclp(problem, 15, seed=seed, gap_percent=5.0).gap_percent <= 5.0


def test_another_candidate_never_lowers_the_optimum() -> None:
    for seed in range(60):
        instance = drawn(seed, spaced=seed % 2 == 1)
        most = len(instance.holds)
        if most < 3:
            continue
        fewer = replace(instance, holds=instance.holds[:-1], at=instance.at[:-1])
        assert (
            solve_mclp(fewer.problem(), 2).covered_after
            <= solve_mclp(instance.problem(), 2).covered_after
        )


def test_points_split_into_their_parts_change_nothing() -> None:
    for seed in range(40):
        instance = drawn(seed)
        chance = np.random.default_rng(seed)
        parts = [int(chance.integers(0, weight + 1)) for weight in instance.weights]
        rest = [weight - part for weight, part in zip(instance.weights, parts, strict=True)]
        split = replace(
            instance,
            holds=np.hstack((instance.holds, instance.holds)),
            weights=parts + rest,
            covered=np.hstack((instance.covered, instance.covered)),
        )
        k = min(3, len(instance.holds))
        whole, halves = solve_mclp(instance.problem(), k), solve_mclp(split.problem(), k)
        assert (whole.covered_after, whole.bound) == (halves.covered_after, halves.bound)


def test_greedy_alone_is_answer_enough_where_the_swaps_do_not_fit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mclp, "_SWAP_CELLS_MAX", 0)
    for seed in range(40):
        instance = drawn(seed, spaced=seed % 2 == 1)
        k = min(3, len(instance.holds))
        answer = solve_mclp(instance.problem(), k)
        assert is_sound(instance, answer, k)
        assert answer.bound == answer.covered_after == instance.best(k)
    large = town(5, 8_000, 700, 900.0)
    answer = solve_mclp(large.problem(), 10, gap_percent=0.0)
    assert is_sound(large, answer, 10)
    assert answer.gap_percent < 5.0
    monkeypatch.undo()
    assert answer.bound >= solve_mclp(large.problem(), 10, gap_percent=1.0).covered_after


@pytest.mark.parametrize("spaced", [False, True])
def test_weights_whose_sum_floats_just_hold_keep_a_bound_that_holds(spaced: bool) -> None:
    for seed in range(60):
        instance = drawn(seed, spaced=spaced)
        if not instance.weights:
            continue
        chance = np.random.default_rng(seed)
        greatest = 2**53 // len(instance.weights)
        heavy = replace(
            instance,
            weights=chance.integers(greatest // 2, greatest, len(instance.weights)).tolist(),
        )
        k = min(3, len(instance.holds))
        answer = solve_mclp(heavy.problem(), k)
        assert is_sound(heavy, answer, k)
        best = heavy.best(k)
        assert answer.bound >= best
        assert answer.covered_after >= best * (1 - 1e-9)
        assert answer.bound <= best * (1 + 1e-9)


def test_heavy_weights_and_medium_cases_keep_their_bounds_too() -> None:
    for seed in range(3):
        light = town(seed, 300, 60, 900.0)
        heavy = replace(light, weights=[weight * 10**12 + 1 for weight in light.weights])
        answer = solve_mclp(heavy.problem(), 6)
        assert is_sound(heavy, answer, 6)
        assert answer.bound >= by_highs(light, 6) * 10**12
        assert answer.gap_percent < 1e-6


@pytest.mark.parametrize("k", [1, 2])
def test_nothing_to_gain_is_no_site_and_a_sentence(k: int) -> None:
    nobody = points_in_turn([5, 4], set(), set())
    weightless = points_in_turn([0, 0], {0}, {1})
    covered = replace(points_in_turn([5, 4], {0}, {1}), covered=np.ones(2, dtype=np.bool_))
    pointless = points_in_turn([], set(), set())
    for instance in (nobody, weightless, covered, pointless):
        answer = solve_mclp(instance.problem(), k)
        assert answer.sites == answer.gains == ()
        assert answer.covered_before == answer.covered_after == answer.bound
        assert answer.stopped == "optimal"
        assert "选 0 个点就到了头" in answer.notes[0]


def test_more_sites_than_are_of_use_are_not_named() -> None:
    instance = points_in_turn([5, 4, 3], {0, 1}, {0, 1}, {1}, {2})
    answer = solve_mclp(instance.problem(), 4)
    assert answer.sites == (0, 3)  # of equal ones the first
    assert answer.gains == (9, 3)
    assert "选 2 个点就到了头" in answer.notes[0]


def test_the_weight_covered_elsewhere_is_in_all_three_figures() -> None:
    instance = replace(
        points_in_turn([5, 4, 3], {0}, {1, 2}), covered=np.array([True, False, False])
    )
    problem = replace(instance.problem(), before=100)
    answer = solve_mclp(problem, 1)
    assert (answer.covered_before, answer.covered_after, answer.bound) == (105, 112, 112)
    assert answer.of_best_percent == 100.0


def refused(problem: SitingProblem, k: int) -> str:
    with pytest.raises(InvalidInput) as told:
        solve_mclp(problem, k)
    return str(told.value)


def test_a_wish_that_cannot_be_meant_is_refused_with_the_value_seen() -> None:
    instance = points_in_turn([5, 4], {0}, {1})
    assert "要选 0 个点" in refused(instance.problem(), 0)
    assert "要选 -3 个点" in refused(instance.problem(), -3)
    too_many = refused(instance.problem(), 3)
    assert "要选 3 个点" in too_many
    assert "只有 2 个" in too_many
    assert "没有一个候选点" in refused(points_in_turn([5, 4]).problem(), 1)
    assert "负数(-4)" in refused(replace(instance, weights=[5, -4]).problem(), 1)
