"""The hash of the inputs: it moves with every input, and with nothing else."""

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.coverage.counting import Counted, CountingRules
from services.locator import Locator
from services.reporting import Evidence, fingerprint
from services.reporting.fingerprint import inputs
from tests.unit.reporting.making import evidence_of


@pytest.fixture(scope="module")
def evidence(vaduz: Locator) -> Evidence:
    return evidence_of(vaduz)


def with_first_place(evidence: Evidence, **values: Any) -> Evidence:
    found = evidence.assessment
    first, *rest = found.places
    counted = Counted((replace(first, **values), *rest), found.counted.left_out)
    return replace(evidence, assessment=replace(found, counted=counted))


def test_it_is_the_sha256_of_the_inputs_as_sorted_json_without_spaces(evidence: Evidence) -> None:
    text = json.dumps(inputs(evidence), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert fingerprint(evidence) == hashlib.sha256(text.encode()).hexdigest()


def test_it_knows_every_place_and_every_demand_point(evidence: Evidence) -> None:
    document = inputs(evidence)
    ids = [place.id for place in evidence.assessment.places]
    ids += [place.id for place, _ in evidence.left_out]
    assert [row["id"] for row in document["places"]] == sorted(ids)
    assert document["demand"]["points"] == len(evidence.assessment.demand)


def test_it_moves_with_each_input(evidence: Evidence, vaduz: Locator) -> None:
    found = evidence.assessment
    heavier = found.demand.weights.copy()
    heavier[-1] += 1
    farther = found.demand.lats.copy()
    farther[0] += 1e-6
    closed = evidence.hours.low.copy()
    closed[0, 0] ^= closed.dtype.type(1)
    changed = [
        with_first_place(evidence, name="别的名字"),
        with_first_place(evidence, address="别的地址"),
        with_first_place(evidence, opening_hours="24/7"),
        replace(evidence, left_out=evidence.left_out[1:]),
        replace(evidence, left_out=[(evidence.left_out[0][0], "stale"), *evidence.left_out[1:]]),
        replace(evidence, hours=replace(evidence.hours, low=closed)),
        replace(evidence, rules=CountingRules(kind=False)),
        replace(evidence, network="another"),
        replace(evidence, coverage=replace(evidence.coverage, revision=99)),
        replace(evidence, coverage=replace(evidence.coverage, sample=False)),
        replace(evidence, assessment=replace(found, demand=replace(found.demand, weights=heavier))),
        replace(evidence, assessment=replace(found, demand=replace(found.demand, lats=farther))),
        replace(evidence, assessment=replace(found, measure=replace(found.measure, minutes=11))),
        replace(
            evidence, assessment=replace(found, measure=replace(found.measure, detour_factor=1.2))
        ),
        evidence_of(vaduz, mode="bike"),
    ]
    hashes = [fingerprint(each) for each in [evidence, *changed]]
    assert len(set(hashes)) == len(hashes)


def test_the_day_of_the_report_is_no_input(evidence: Evidence) -> None:
    later = replace(
        evidence,
        coverage=replace(evidence.coverage, made_on=evidence.coverage.made_on + timedelta(days=40)),
        week=replace(evidence.week, monday=evidence.week.monday + timedelta(days=42)),
    )
    assert fingerprint(later) == fingerprint(evidence)
