"""What a report is made from: the computed parts, as the engine gives them, and whence they came.

``build_report`` turns it into a ``Report``; nothing is computed about coverage here that the engine
computes itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.metadata import version
from typing import Final

import numpy as np

from services.coverage.assess import Assessment, Flags
from services.coverage.counting import CountingRules
from services.coverage.figures import Coverage
from services.coverage.gaps import Gap
from services.coverage.overlap import Dependence
from services.coverage.reach import Reach
from services.coverage.sensitivity import Sensitivity
from services.coverage.week import HOURS, WeekCoverage, WeekHours, Words
from services.places import Place, Vocabulary
from services.region import Region, UrbanArea

PRODUCT: Final = "worker-services-locator"


@dataclass(frozen=True, slots=True)
class SuggestedSite:
    """A site that was proposed; ``gain`` is the weight that it adds, in 1/scale of the unit."""

    lat: float
    lon: float
    gain: int
    nearest_place_m: float | None
    name: str = ""
    """Of an existing place whose hours would be extended; "" for a new one."""
    opening_hours: str = ""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An answer of the siting engine with its proof; weights in 1/scale of the unit."""

    k: int
    sites: tuple[SuggestedSite, ...]
    covered_before: int
    covered_after: int
    bound: int
    gap_percent: float
    until: str = ""
    """Until when the places would stay open, for a suggestion over hours."""


@dataclass(frozen=True, eq=False, kw_only=True)
class Evidence:
    """Everything that a report rests on.

    ``areas`` are the polygons of the demand (none for points from a file), ``left_out`` the places
    that do not count with the rule of ``counting.REASONS`` that each fails. ``hours`` are those of
    ``assessment.places``. ``command`` makes this report again.
    """

    assessment: Assessment
    coverage: Coverage
    hours: WeekHours
    week: WeekCoverage
    week_notes: Sequence[str]
    gaps: Sequence[Gap]
    dependence: Dependence
    sensitivity: Sensitivity
    left_out: Sequence[tuple[Place, str]]
    vocabulary: Vocabulary
    region: Region | None
    areas: Sequence[UrbanArea]
    command: str
    rules: CountingRules = CountingRules()
    network: str = ""
    """What tells this street network from any other; "" by straight line."""
    map_review_number: str = ""
    suggestion: Suggestion | None = None

    @cached_property
    def always_covered(self) -> tuple[Flags, Flags]:
        """Point by point: is an open place in reach in every hour of the week? Surely, possibly."""
        reach = self.assessment.reach
        return _always(reach, self.hours.low), _always(reach, self.hours.high)

    @property
    def ground(self) -> tuple[UrbanArea, ...]:
        """The areas that the grid lies on; none for points from a file."""
        return () if self.assessment.demand.spacing_m is None else tuple(self.areas)

    @property
    def made_on(self) -> date:
        """The day of the report."""
        return self.coverage.made_on

    @property
    def city(self) -> str:
        """The city's name, "" for files without a region."""
        return self.region.name if self.region else ""

    @property
    def product(self) -> str:
        """The product's name as its users know it."""
        return self.region.product_name if self.region else PRODUCT

    @property
    def version(self) -> str:
        """The product's version."""
        return version(PRODUCT)


_ALL_BITS: Final = tuple(
    np.uint64(sum(1 << bit for bit in range(min(64, HOURS - 64 * word)))) for word in range(3)
)


def _always(reach: Reach, words: Words) -> Flags:
    """The points whose places together are open in all hours."""
    whole = np.diff(reach.indptr) > 0
    served = np.flatnonzero(whole)
    if len(served):
        starts = reach.indptr[served]
        for word, bits in enumerate(_ALL_BITS):
            together = np.bitwise_or.reduceat(words[reach.indices, word], starts)
            whole[served] &= together == bits
    return whole
