"""The fewest sites for all that can be covered: against every choice, HiGHS, and the recount."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from services.coverage.siting import Cover, solve_lscp
from services.errors import InvalidInput
from tests.unit.coverage.siting.instances import Instance, drawn, town


def covers_all_that_can_be(instance: Instance, answer: Cover) -> bool:
    held = instance.holds.any(axis=0) | instance.covered
    possible = sum(w for w, can in zip(instance.weights, held, strict=True) if can)
    assert instance.recount(answer.sites) == possible == answer.covered_after == answer.bound
    assert answer.beyond == sum(instance.weights) - possible
    assert answer.covered_before == instance.recount(())
    assert sum(answer.gains) == answer.covered_after - answer.covered_before
    assert len(set(answer.sites)) == len(answer.sites) == len(answer.gains)
    return True


@pytest.mark.parametrize("block", range(10))
def test_small_cases_take_as_few_as_any_choice_does(block: int) -> None:
    for seed in range(20 * block, 20 * block + 20):
        instance = drawn(seed)
        answer = solve_lscp(instance.problem())
        assert covers_all_that_can_be(instance, answer)
        assert len(answer.sites) == answer.at_least == instance.fewest(), seed
        assert answer.stopped == "optimal"
        assert answer.gap_percent == 0.0


@pytest.mark.parametrize("options", [{"seconds": 0.0}, {"cancelled": lambda: True}])
def test_whoever_stops_at_once_gets_a_cover_and_a_bound_that_holds(
    options: dict[str, object],
) -> None:
    for seed in range(60):
        instance = drawn(seed)
        answer = solve_lscp(instance.problem(), **options)  # type: ignore[arg-type]
        assert covers_all_that_can_be(instance, answer)
        assert answer.at_least <= instance.fewest() <= len(answer.sites)


def by_highs(instance: Instance, *, whole: bool) -> float:
    """The size of the smallest cover; of the smallest in fractions of sites."""
    held = instance.holds[:, instance.holds.any(axis=0)]
    answer = milp(
        np.ones(len(held)),
        constraints=LinearConstraint(csr_array(held.T.astype(float)), lb=1.0),
        integrality=np.full(len(held), int(whole)),
        bounds=Bounds(0, 1),
    )
    assert answer.status == 0
    return float(answer.fun)


@pytest.mark.parametrize("seed", range(4))
def test_medium_cases_equal_highs(seed: int) -> None:
    instance = town(seed, 300, 60, 900.0)
    answer = solve_lscp(instance.problem())
    assert covers_all_that_can_be(instance, answer)
    assert len(answer.sites) == answer.at_least == round(by_highs(instance, whole=True))


@pytest.mark.parametrize("reach", [1_100.0, 1_600.0])
def test_what_is_too_large_for_the_optimum_has_nearly_the_bound_of_the_linear_programme(
    reach: float,
) -> None:
    instance = town(2, 6_000, 600, reach)
    answer = solve_lscp(instance.problem())
    assert covers_all_that_can_be(instance, answer)
    linear = by_highs(instance, whole=False)
    assert 0.9 * linear < answer.at_least <= math.ceil(linear - 1e-6)
    assert answer.at_least <= len(answer.sites)


def test_no_site_is_idle_and_the_sentence_says_what_is_sure() -> None:
    instance = town(9, 300, 60, 900.0)
    answer = solve_lscp(instance.problem())
    for left_out in answer.sites:
        fewer = [site for site in answer.sites if site != left_out]
        assert instance.recount(fewer) < answer.covered_after
    assert f"{len(answer.sites)} 个点够了,不能再少" in answer.notes[0]


def test_a_spacing_is_not_heeded_and_the_answer_says_so() -> None:
    instance = town(9, 300, 60, 900.0)
    spaced = solve_lscp(replace(instance, spacing_m=1_500.0).problem())
    assert spaced.sites == solve_lscp(instance.problem()).sites
    assert not replace(instance, spacing_m=1_500.0).apart(spaced.sites)
    assert "没有采用 1500 米的最小间距" in spaced.notes[1]


def test_nothing_to_cover_needs_nobody() -> None:
    instance = replace(drawn(4), weights=[0] * len(drawn(4).weights))
    answer = solve_lscp(instance.problem())
    assert answer.sites == ()
    assert answer.at_least == 0
    assert answer.stopped == "optimal"


def test_no_candidate_at_all_is_refused() -> None:
    empty = replace(drawn(4), holds=drawn(4).holds[:0], at=drawn(4).at[:0])
    with pytest.raises(InvalidInput, match="没有一个候选点"):
        solve_lscp(empty.problem())
