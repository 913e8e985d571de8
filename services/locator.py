"""What one process works with: the settings, the city, the registry, and the state it has read.

A ``Snapshot`` is the published registry at one revision. It never changes; a new revision is a new
snapshot, so no answer mixes two states and every cache dies at the right moment.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import Any, Final, TypeVar

from services.coverage.demand import DemandPoints, grid_over
from services.finding import PlaceIndex
from services.hours import HolidayCalendar
from services.places import SAMPLE_SOURCE, Place, Vocabulary
from services.region import Region
from services.registry.database import Database
from services.registry.store import PlaceRegistry
from services.settings import Settings

T = TypeVar("T")

KEPT_MAX: Final = 64
"""Derived values that a snapshot keeps: a day's list, coverage by standard, and the like."""


@dataclass(frozen=True)
class Snapshot:
    """The published registry at one revision, with what is computed from it, once.

    Immutable: a new revision is a new snapshot, so no answer mixes two states.
    """

    revision: int
    places: tuple[Place, ...]
    """Published places in id order, located or not."""
    _kept: dict[Hashable, Any] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def by_id(self) -> Mapping[str, Place]:
        """The published places by id."""
        return {place.id: place for place in self.places}

    @cached_property
    def located(self) -> tuple[Place, ...]:
        """Those whose point may be shown as fact."""
        return tuple(place for place in self.places if place.is_located)

    @cached_property
    def index(self) -> PlaceIndex:
        """The located ones, ready for finding."""
        return PlaceIndex(self.located)

    @cached_property
    def sample(self) -> bool:
        """Whether any of it is generated sample data."""
        return any(place.source == SAMPLE_SOURCE for place in self.places)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave for this key, for as long as this snapshot lives.

        Two threads may both make it at first; either value is right.
        """
        kept: T | None = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= KEPT_MAX:
                self._kept.clear()
            kept = self._kept[key] = make()
        return kept


@dataclass
class Locator:
    """What one process works with: the settings, the city, the registry and a clock."""

    settings: Settings
    region: Region
    vocabulary: Vocabulary
    calendar: HolidayCalendar
    database: Database
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _snapshot: Snapshot | None = None
    _lock: Lock = field(default_factory=Lock)

    @cached_property
    def demand(self) -> DemandPoints:
        """The main urban areas as a grid; it hangs on the region alone."""
        return grid_over(self.region.urban_areas, districts=self.region.districts)

    def now(self) -> datetime:
        """The time in the city."""
        return self.clock().astimezone(self.region.tz)

    def snapshot(self) -> Snapshot:
        """The published registry as it stands: read again only when its revision moved."""
        revision = self.database.revision_now()
        current = self._snapshot
        if current is not None and current.revision == revision:
            return current
        with self._lock:
            if self._snapshot is None or self._snapshot.revision != revision:
                with self.database.session() as session:
                    registry = PlaceRegistry(session)
                    self._snapshot = Snapshot(registry.revision(), tuple(registry.public()))
            return self._snapshot
