"""Which places count for the official figure, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from services.limits import STALE_DAYS
from services.places import LocationState, Place, PlaceStatus, Vocabulary

REASONS: Final = ("kind", "status", "location", "precision", "stale")
"""Why a place may be left out, in the order in which the rules are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountingRules:
    """Each rule is a switch that people can see; all on is the official figure.

    A place without a point can never be counted, whatever the switches say.
    """

    kind: bool = True
    """Only kinds that count for coverage (``counts`` in ``data/kinds.toml``)."""
    status: bool = True
    """Only published places."""
    location: bool = True
    """Only places that are located or confirmed."""
    precision: bool = True
    """Only points at street precision or better, or confirmed by a person."""
    verified_within_days: int | None = STALE_DAYS
    """Only places verified this recently; None counts them however old."""


@dataclass(frozen=True, slots=True)
class Counted:
    """The places that count, in the order given, and how many were left out by reason.

    Each place left out stands under the first rule that it failed; every reason has its number.
    """

    places: tuple[Place, ...]
    left_out: Mapping[str, int]


def count_places(
    places: Iterable[Place],
    vocabulary: Vocabulary,
    today: date,
    rules: CountingRules = CountingRules(),
) -> Counted:
    """Sort places into those that count on ``today`` and those that do not."""
    kinds = vocabulary.counting_kinds
    counted: list[Place] = []
    left_out = dict.fromkeys(REASONS, 0)
    for place in places:
        reason = _reason(place, kinds, today, rules)
        if reason is None:
            counted.append(place)
        else:
            left_out[reason] += 1
    return Counted(tuple(counted), MappingProxyType(left_out))


def why_left_out(
    place: Place,
    vocabulary: Vocabulary,
    today: date,
    rules: CountingRules = CountingRules(),
) -> str | None:
    """The first rule of ``REASONS`` that a place fails, or None when it counts."""
    return _reason(place, vocabulary.counting_kinds, today, rules)


def _reason(place: Place, kinds: frozenset[str], today: date, rules: CountingRules) -> str | None:
    if rules.kind and place.kind not in kinds:
        return "kind"
    if rules.status and place.status is not PlaceStatus.PUBLISHED:
        return "status"
    if place.point is None or (rules.location and not place.is_located):
        return "location"
    if rules.precision and not _is_precise(place):
        return "precision"
    if rules.verified_within_days is not None and (
        place.verified_on is None or (today - place.verified_on).days > rules.verified_within_days
    ):
        return "stale"
    return None


def _is_precise(place: Place) -> bool:
    if place.location_state is LocationState.CONFIRMED:
        return True
    return place.location_precision is not None and place.location_precision.is_fine
