"""What one process works with: the settings, the city, the registry, and the state it has read.

A ``Snapshot`` is the published registry at one revision. It never changes; a new revision is a new
snapshot, so no answer mixes two states and every cache dies at the right moment.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, TypeVar

import structlog

from services.coverage.demand import DemandPoints, census_over, grid_over
from services.errors import FileUnreadable
from services.finding import PlaceIndex
from services.hours import HolidayCalendar
from services.jobs import JobQueue
from services.places import SAMPLE_SOURCE, Place, Vocabulary
from services.region import Region
from services.secret import load_secret
from services.settings import Settings

if TYPE_CHECKING:
    from services.base_tiles import BaseTiles
    from services.registry.database import Database
    from services.travel.streets import StreetNetwork

T = TypeVar("T")

log = structlog.get_logger()

JOB_COMMAND: Final = (sys.executable, "-m", "services.job_child")
"""The process of one job: it knows the workflows."""

KEPT_MAX: Final = 64
"""Derived values that a snapshot keeps: a day's list, coverage by standard, and the like."""

GRIDS_MAX: Final = 4
"""Grids of different spacing that a process keeps."""

KEPT_HEAVY: Final[Mapping[str, int]] = {
    "assessment": 3,
    "study": 3,
    "report": 3,
    "points": 8,
    "areas": 8,
    "still": 16,
    "share": 48,
    "photo": 64,
}
"""How many it keeps of those that may weigh megabytes or a hundred, by their key's first word."""


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

    def kept(self, key: Hashable) -> Any:
        """What was kept for this key, None when there is nothing."""
        return self._kept.get(key)

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """What ``make`` gave for this key, for as long as this snapshot lives.

        Two threads may both make it at first; either value is right.
        """
        kept: T | None = self._kept.get(key)
        if kept is None:
            kept = make()
            self._make_room(key)
            self._kept[key] = kept
        return kept

    def _make_room(self, key: Hashable) -> None:
        """Drop the oldest of a heavy group, or everything when there is too much of it."""
        group = key[0] if isinstance(key, tuple) else key
        most = KEPT_HEAVY.get(str(group))
        if most is not None:
            alike = [k for k in list(self._kept) if isinstance(k, tuple) and k[0] == group]
            for oldest in alike[: max(0, len(alike) - most + 1)]:
                self._kept.pop(oldest, None)
        elif len(self._kept) >= KEPT_MAX:
            self._kept.clear()


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

    _grids: dict[tuple[float, bool], DemandPoints] = field(default_factory=dict)

    def grid(self, spacing_m: float, *, people: bool = False) -> DemandPoints:
        """The main urban areas as a grid of area, or of the census's people; the region's alone.

        Raises ``InvalidInput`` or ``LimitExceeded`` for a spacing that is too fine.
        """
        key = (spacing_m, people)
        if key not in self._grids:
            region = self.region
            made = (
                census_over(region.urban_areas, region, spacing_m)
                if people
                else grid_over(region.urban_areas, spacing_m, districts=region.districts)
            )
            if len(self._grids) >= GRIDS_MAX:
                self._grids.clear()
            self._grids[key] = made
        return self._grids[key]

    @cached_property
    def streets(self) -> StreetNetwork | None:
        """The region's street network, where one is configured or was built; read once.

        Raises ``FileUnreadable`` for a damaged file.
        """
        if self.settings.streets is None:
            return None
        from services.travel.streets import load_network  # noqa: PLC0415  numba: only with streets

        return load_network(self.settings.streets)

    @cached_property
    def base_tiles(self) -> BaseTiles | None:
        """The streets that the map draws, where they were built for this region.

        A damaged file or another city's is logged and not drawn: it costs no page.
        """
        path = self.settings.base_tiles
        if path is None:
            return None
        from services.base_tiles import open_tiles  # noqa: PLC0415  only where they were built

        try:
            tiles = open_tiles(path)
        except FileUnreadable as problem:
            log.warning("base map not drawn", why=problem.message)
            return None
        south, west, north, east = self.region.districts.bounds
        if (
            tiles.bounds[0] > north
            or tiles.bounds[1] > east
            or tiles.bounds[2] < south
            or tiles.bounds[3] < west
        ):
            log.warning("base map not drawn", why=f"“{path.name}”不是{self.region.name}的街道。")
            return None
        return tiles

    @cached_property
    def secret(self) -> bytes:
        """What this installation signs with; made when first asked for.

        Raises ``SettingsInvalid``: only what needs a signature fails on a read-only disk.
        """
        return load_secret(self.settings.secret_key, self.settings.secret_file)

    @cached_property
    def jobs(self) -> JobQueue:
        """Long runs, shared by all processes that work on this registry."""
        settings = self.settings
        return JobQueue(settings.jobs_folder, JOB_COMMAND, settings.environment())

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
                # SQLAlchemy: an analysis of files alone has no need of it.
                from services.registry.store import PlaceRegistry  # noqa: PLC0415

                with self.database.session() as session:
                    registry = PlaceRegistry(session)
                    self._snapshot = Snapshot(registry.revision(), tuple(registry.public()))
            return self._snapshot
