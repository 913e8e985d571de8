"""The rules are those of the official figure; each case fails one of them and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from services.coverage.counting import REASONS, CountingRules, count_places, why_left_out
from services.places import LocationState, Place, PlaceStatus, Precision, vocabulary

TODAY = date(2026, 11, 23)
MakePlace = Callable[..., Place]

FAILING: dict[str, dict[str, Any]] = {
    "kind": {"kind": "happy_enterprise"},
    "status": {"status": PlaceStatus.SUSPENDED},
    "location": {"location_state": LocationState.AMBIGUOUS},
    "precision": {"location_precision": Precision.VILLAGE},
    "stale": {"verified_on": TODAY - timedelta(days=181)},
}
SWITCHED_OFF = {
    "kind": CountingRules(kind=False),
    "status": CountingRules(status=False),
    "location": CountingRules(location=False),
    "precision": CountingRules(precision=False),
    "stale": CountingRules(verified_within_days=None),
}


def reason(place: Place, rules: CountingRules = CountingRules()) -> str | None:  # noqa: B008
    return why_left_out(place, vocabulary(), TODAY, rules)


@pytest.mark.parametrize("kind", ["station", "trucker_home"])
def test_stations_and_truckers_homes_count(make_place: MakePlace, kind: str) -> None:
    assert reason(make_place(kind=kind)) is None


@pytest.mark.parametrize("rule", REASONS)
def test_a_place_that_fails_one_rule_is_left_out_for_it(make_place: MakePlace, rule: str) -> None:
    counted = count_places([make_place(), make_place("q", **FAILING[rule])], vocabulary(), TODAY)
    assert [place.id for place in counted.places] == ["p"]
    assert counted.left_out == {**dict.fromkeys(REASONS, 0), rule: 1}


@pytest.mark.parametrize("rule", REASONS)
def test_switching_a_rule_off_counts_the_place_again(make_place: MakePlace, rule: str) -> None:
    assert reason(make_place(**FAILING[rule]), SWITCHED_OFF[rule]) is None


def test_a_place_that_fails_every_rule_stands_under_the_first(make_place: MakePlace) -> None:
    place = make_place(**{key: value for each in FAILING.values() for key, value in each.items()})
    assert reason(place) == "kind"
    seen = []
    rules = CountingRules()
    for rule in REASONS:
        seen.append(reason(place, rules))
        name = "verified_within_days" if rule == "stale" else rule
        rules = replace(rules, **{name: None if rule == "stale" else False})
    assert seen == list(REASONS)


@pytest.mark.parametrize(("days", "expected"), [(180, None), (181, "stale")])
def test_180_days_is_the_last_day_of_a_verification(
    make_place: MakePlace, days: int, expected: str | None
) -> None:
    assert reason(make_place(verified_on=TODAY - timedelta(days=days))) == expected


def test_a_place_never_verified_is_stale(make_place: MakePlace) -> None:
    assert reason(make_place(verified_on=None)) == "stale"


def test_a_person_s_confirmation_makes_up_for_a_coarse_point(make_place: MakePlace) -> None:
    place = make_place(location_precision=Precision.VILLAGE, location_state=LocationState.CONFIRMED)
    assert reason(place) is None


def test_an_unknown_precision_is_not_taken_for_a_good_one(make_place: MakePlace) -> None:
    assert reason(make_place(location_precision=None)) == "precision"


def test_a_place_without_a_point_never_counts(make_place: MakePlace) -> None:
    place = replace(make_place(), point=None)
    everything_off = CountingRules(
        kind=False, status=False, location=False, precision=False, verified_within_days=None
    )
    assert reason(place, everything_off) == "location"
