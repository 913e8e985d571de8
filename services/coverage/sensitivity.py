"""Sensitivity: how much the figure hangs on what was assumed, one assumption changed at a time.

Varied are the speed (within its mode's range), the detour (straight line only), both at their
worst and at their best together (the band that stands beside the headline), and each counting rule
turned the other way. The places are searched once, at the greatest of all limits; each variation
is then a different cut of the same pairs, so all differences are exact whole numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

import numpy as np

from services.coverage.assess import Flags, Share
from services.coverage.counting import CountingRules, why_left_out
from services.coverage.demand import DemandPoints, Floats
from services.coverage.reach import coordinates
from services.errors import LimitExceeded
from services.limits import STALE_DAYS
from services.places import Place, PlaceStatus, Vocabulary
from services.travel.catchments import Catchments
from services.travel.measure import Measure
from services.travel.modes import DETOUR_RANGE

_WHOM: Final[Mapping[str, str]] = {
    "kind": "其他类别的地点",
    "status": "没有发布的服务点",
    "location": "位置没有定下来的服务点",
    "precision": "只定位到村、镇的服务点",
    "stale": f"超过 {STALE_DAYS} 天没有核验的服务点",
}


@dataclass(frozen=True, slots=True)
class Variation:
    """The figure under one changed assumption.

    ``difference`` is its covered weight less the base's. ``key``: speed_slow, speed_fast,
    detour_high, detour_low, worst, best, or a counting rule's reason.
    """

    key: str
    label: str
    share: Share
    difference: int

    def to_json(self) -> dict[str, Any]:
        """``{key, label, share, covered, difference}``, weights as people wrote them."""
        scale = self.share.scale
        return {
            "key": self.key,
            "label": self.label,
            "share": self.share.share,
            "covered": self.share.to_json()["covered"],
            "difference": self.difference if scale == 1 else self.difference / scale,
        }


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The figure as it is published, and its variations.

    ``band`` holds the shares under the slowest with the longest way and under the fastest with the
    shortest.
    """

    base: Share
    variations: tuple[Variation, ...]
    band: tuple[Share, Share]

    @property
    def band_words(self) -> str:
        """The band as 慢 81–快 93, in whole percents, rounded down so that 100 means all.

        "" where there is nothing to cover.
        """
        if not self.base.weight:
            return ""
        low, high = (100 * each.covered // each.weight for each in self.band)
        return f"慢 {low}–快 {high}"

    def to_json(self) -> dict[str, Any]:
        """``{base: {total}, band: {low, high}, variations: [...]}``."""
        low, high = self.band
        return {
            "base": {"total": self.base.to_json()},
            "band": {"low": low.to_json(), "high": high.to_json()},
            "variations": [each.to_json() for each in self.variations],
        }


@dataclass(frozen=True, slots=True)
class _Case:
    """What one variation asks: which places, how far."""

    key: str
    label: str
    rules: CountingRules
    limit_m: float


def sensitivity(
    demand: DemandPoints,
    places: Sequence[Place],
    vocabulary: Vocabulary,
    today: date,
    measure: Measure,
    rules: CountingRules,
    *,
    catchments: Catchments | None = None,
) -> Sensitivity:
    """The figure of ``places`` (all of them, counted or not) and how it would move.

    ``catchments``, where given, were prepared by ``measure`` for these points. Raises
    ``InvalidInput`` for a mode without streets.
    """
    base = _Case("base", "", rules, measure.limit_m)
    band = _extremes(measure)
    # Where only published places are known, the rule that asks for it can make no difference.
    known = {place.status for place in places} - {PlaceStatus.PUBLISHED}
    by_rule = [case for case in _rule_cases(rules, measure) if known or case.key != "status"]
    cases = [base, *_travel_cases(rules, measure), *by_rule]
    asked = [*cases, *(replace(base, limit_m=limit_m) for limit_m in band)]
    counts = {each: _flags(places, vocabulary, today, each) for each in {c.rules for c in asked}}
    prepared = catchments or measure.catchments(demand.lats, demand.lons)
    able = np.flatnonzero(np.any(list(counts.values()), axis=0))
    lats, lons = (each[able] for each in coordinates(places))
    flags = [(counts[case.rules][able], case.limit_m) for case in asked]
    weight = int(demand.weights.sum())
    shares = [
        Share(weight, int(demand.weights[covered].sum()), scale=demand.scale)
        for covered in _covered(len(demand), prepared, lats, lons, flags)
    ]
    variations = (
        Variation(case.key, case.label, share, share.covered - shares[0].covered)
        for case, share in zip(cases[1:], shares[1:], strict=False)
    )
    return Sensitivity(shares[0], tuple(variations), (shares[-2], shares[-1]))


def _travel_cases(rules: CountingRules, measure: Measure) -> list[_Case]:
    slow, fast = measure.mode.speed_range_kmh
    cases = [
        _Case("speed_slow", f"速度按 {slow:g} km/h", rules, _limit_m(measure, speed_kmh=slow)),
        _Case("speed_fast", f"速度按 {fast:g} km/h", rules, _limit_m(measure, speed_kmh=fast)),
    ]
    if measure.method == "straight":
        short, long = DETOUR_RANGE
        worst, best = _extremes(measure)
        cases += [
            _Case("detour_high", f"绕行系数按 {long:g}", rules, _limit_m(measure, detour=long)),
            _Case("detour_low", f"绕行系数按 {short:g}", rules, _limit_m(measure, detour=short)),
            _Case("worst", f"又慢又绕({slow:g} km/h,{long:g})", rules, worst),
            _Case("best", f"又快又直({fast:g} km/h,{short:g})", rules, best),
        ]
    return cases


def _extremes(measure: Measure) -> tuple[float, float]:
    """The least and the greatest limit in metres that speed and detour together allow."""
    slow, fast = measure.mode.speed_range_kmh
    short, long = DETOUR_RANGE
    return (
        _limit_m(measure, speed_kmh=slow, detour=long),
        _limit_m(measure, speed_kmh=fast, detour=short),
    )


def _limit_m(
    measure: Measure, *, speed_kmh: float | None = None, detour: float | None = None
) -> float:
    """The measure's limit under another speed or detour (which along streets means nothing)."""
    return replace(
        measure,
        mode=replace(measure.mode, speed_kmh=speed_kmh or measure.mode.speed_kmh),
        detour_factor=detour or measure.detour_factor,
    ).limit_m


def _rule_cases(rules: CountingRules, measure: Measure) -> list[_Case]:
    """Each rule the other way: off where it is on, on where the caller has switched it off."""
    changed = {
        "kind": replace(rules, kind=not rules.kind),
        "status": replace(rules, status=not rules.status),
        "location": replace(rules, location=not rules.location),
        "precision": replace(rules, precision=not rules.precision),
        "stale": replace(
            rules, verified_within_days=STALE_DAYS if rules.verified_within_days is None else None
        ),
    }
    return [
        _Case(
            key, ("也计入" if _is_on(rules, key) else "不计入") + _WHOM[key], other, measure.limit_m
        )
        for key, other in changed.items()
    ]


def _is_on(rules: CountingRules, key: str) -> bool:
    if key == "stale":
        return rules.verified_within_days is not None
    return bool(getattr(rules, key))


def _flags(
    places: Sequence[Place], vocabulary: Vocabulary, today: date, rules: CountingRules
) -> Flags:
    reasons = (why_left_out(place, vocabulary, today, rules) for place in places)
    return np.fromiter((reason is None for reason in reasons), dtype=np.bool_, count=len(places))


def _covered(
    points: int,
    catchments: Catchments,
    lats: Floats,
    lons: Floats,
    asked: Sequence[tuple[Flags, float]],
) -> list[Flags]:
    """For each of ``asked`` (which places, within how many metres) the points covered.

    More pairs than fit are searched in halves: what is kept is a flag a point, not the pairs.
    """
    limits_m = sorted({limit_m for _, limit_m in asked})
    try:
        reached = catchments.of(lats, lons, limits_m)
    except LimitExceeded:
        half = len(lats) // 2
        if not half:
            raise
        parts = [
            _covered(
                points,
                catchments,
                lats[part],
                lons[part],
                [(flags[part], limit_m) for flags, limit_m in asked],
            )
            for part in (slice(None, half), slice(half, None))
        ]
        return [first | second for first, second in zip(*parts, strict=True)]
    place = reached.places
    found = []
    for flags, limit_m in asked:
        covered = np.zeros(points, dtype=np.bool_)
        covered[reached.points[flags[place] & (reached.distance_m <= limit_m)]] = True
        found.append(covered)
    return found
