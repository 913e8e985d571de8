"""The registry: places in, places out, and every change in the log.

All writing goes through ``apply``, which verifies inside the write transaction what its caller
assumed outside of it: versions for updates, keys for creates. Bulk rows go by Core executemany.
The public revision moves by one with each ``apply`` that touches a place which is published before
or after it, and with nothing else: caches and ETags hang on it, and drafts must not show in them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update
from sqlalchemy.orm import Session

from services.collector import collector_paused
from services.errors import InvalidInput
from services.geo.point import Point
from services.places import (
    LocationSource,
    LocationState,
    Place,
    PlaceDraft,
    PlaceStatus,
    PlaceUpdate,
    Precision,
)
from services.registry.bulk import (
    PARAMETERS_AT_ONCE,
    Rows,
    queue,
    revised,
    slices,
)
from services.registry.changes import Action, Change, ChangeLog, undoing, with_initial_values
from services.registry.database import WRITING
from services.registry.encoding import PLACE_COLUMNS, check_text, place
from services.registry.tables import PLACES, STATE


def utc_now() -> datetime:
    """The time of a change."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Applied:
    """What ``apply`` did; ``ids`` are those of the created places, in the order of the drafts."""

    created: int
    updated: int
    revision: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationVerdict:
    """What geocoding found for one place.

    A verdict PENDING (not this time: quota, time-out) keeps the place's point and says why in
    ``reason``; ``retry_after`` is an aware time before which it is not its turn again. ``version``
    None = whatever the place has become meanwhile.
    """

    place_id: str
    state: LocationState
    version: int | None = None
    point: Point | None = None
    source: LocationSource | None = None
    precision: Precision | None = None
    reason: str = ""
    checked_on: date | None = None
    retry_after: datetime | None = None

    def values(self) -> dict[str, Any]:
        """The place's fields that it sets."""
        if self.state is LocationState.PENDING:
            return {"location_state": self.state, "location_reason": self.reason}
        return {
            "location_state": self.state,
            "location_reason": self.reason,
            "point": self.point,
            "location_source": self.source,
            "location_precision": self.precision,
            "location_checked_on": self.checked_on,
        }


class PlaceRegistry:
    """The registry, seen through the caller's session (``Database.session`` or ``.writing``)."""

    def __init__(self, session: Session, clock: Callable[[], datetime] = utc_now) -> None:
        self._session = session
        self._clock = clock
        self.log = ChangeLog(session)

    # --- reading ---------------------------------------------------------------------------------

    def revision(self) -> int:
        """The public revision: moves exactly when something that the public sees has changed."""
        return int(self._session.execute(select(STATE.c.revision)).scalar_one())

    def get(self, place_id: str) -> Place | None:
        """The place with this id, whatever its status."""
        return self.get_many([place_id]).get(place_id)

    def get_many(self, ids: Iterable[str]) -> dict[str, Place]:
        """The places with these ids, by id; unknown ids are left out."""
        return {
            found.id: found
            for some in slices(list(ids), PARAMETERS_AT_ONCE)
            for found in self._select(PLACES.c.id.in_(some))
        }

    def places(self, statuses: Iterable[PlaceStatus] | None = None) -> list[Place]:
        """All places, or those of some statuses, in the order of their ids."""
        if statuses is None:
            return self._select()
        return self._select(PLACES.c.status.in_([status.value for status in statuses]))

    def public(self) -> list[Place]:
        """The published places in the order of their ids."""
        return self.places([PlaceStatus.PUBLISHED])

    def count_by_kind(
        self, statuses: Iterable[PlaceStatus] = (PlaceStatus.PUBLISHED,)
    ) -> dict[str, int]:
        """How many places of each kind are registered (a kind without any is absent)."""
        query = (
            select(PLACES.c.kind, func.count())
            .where(PLACES.c.status.in_([status.value for status in statuses]))
            .group_by(PLACES.c.kind)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def history(self, place_id: str) -> list[Change]:
        """All changes of a place, oldest first; the first with the values it was created with."""
        found = self.get(place_id)
        return [] if found is None else with_initial_values(self.log.of_place(place_id), found)

    def pending(self, limit: int, now: datetime) -> list[Place]:
        """Places that wait for a point and whose turn it is, in the order of their ids.

        Withdrawn places wait for nothing.
        """
        return self._select(*_due(now), limit=limit)

    def count_pending(self, now: datetime) -> int:
        """How many ``pending`` would give without a limit."""
        query = select(func.count()).select_from(PLACES).where(*_due(now))
        return self._session.execute(query).scalar_one()

    # --- writing: wants Database.writing() -------------------------------------------------------

    def apply(
        self,
        *,
        creates: Sequence[PlaceDraft] = (),
        updates: Sequence[PlaceUpdate] = (),
        actor: str,
        reason: str = "",
    ) -> Applied:
        """Create and update places and log it, all or nothing (the session is the caller's).

        An update that changes nothing leaves no trace. Raises ``Conflict`` naming the place when it
        has moved on since its version was read, or when a created or renamed place is registered
        already; ``NotFound``; ``InvalidInput`` naming the field.
        """
        return self._apply(creates, updates, actor, reason, Action.UPDATE)

    def set_location(self, verdict: LocationVerdict, *, actor: str, reason: str = "") -> Applied:
        """Carry one geocoding verdict into the place, its history and the queue."""
        return self.set_locations([verdict], actor=actor, reason=reason)

    def set_locations(
        self, verdicts: Sequence[LocationVerdict], *, actor: str, reason: str = ""
    ) -> Applied:
        """Carry geocoding verdicts into places, history and queue; raises as ``apply`` does."""
        versions = {
            found.id: found.version
            for found in self.get_many(v.place_id for v in verdicts if v.version is None).values()
        }
        updates = [
            PlaceUpdate(
                v.place_id,
                versions.get(v.place_id, 0) if v.version is None else v.version,
                v.values(),
            )
            for v in verdicts
        ]
        applied = self._apply([], updates, actor, reason, Action.LOCATE)
        queue(self._session, {v.place_id: v.retry_after for v in verdicts}, attempts=1)
        return applied

    def revert(self, change_id: int, *, actor: str, reason: str) -> Applied:
        """Take one change back by a new change (a created place is withdrawn).

        Raises ``NotFound``, or ``Conflict`` when a later change touched the same fields.
        """
        change = self.log.get(change_id)
        current = self.get_many([change.place_id])[change.place_id]
        undo = undoing(change, current, reason)
        return self._apply([], [undo], actor, reason, Action.REVERT)

    def _apply(
        self,
        creates: Sequence[PlaceDraft],
        updates: Sequence[PlaceUpdate],
        actor: str,
        reason: str,
        action: Action,
    ) -> Applied:
        if not self._session.info.get(WRITING):
            raise RuntimeError("the registry is written through Database.writing()")
        if not actor:
            raise InvalidInput("没有写明是谁做的更改。", field="actor", value=actor)
        now = self._clock()
        check_text("actor", actor)
        check_text("reason", reason)
        changed = revised(self.get_many(each.id for each in updates), updates, now)
        visible = any(draft.status is PlaceStatus.PUBLISHED for draft in creates) or any(
            before.is_public or after.is_public for before, after in changed
        )
        revision = self._move_revision() if visible else self.revision()
        rows = Rows(self._session, at=now, actor=actor, reason=reason, revision=revision)
        rows.update(changed, action)
        with collector_paused():
            ids = rows.create(creates)
        return Applied(len(creates), len(changed), revision, ids)

    def _move_revision(self) -> int:
        moved = update(STATE).values(revision=STATE.c.revision + 1).returning(STATE.c.revision)
        return int(self._session.execute(moved).scalar_one())

    def _select(self, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Place]:
        query = select(*PLACE_COLUMNS).where(*conditions).order_by(PLACES.c.id).limit(limit)
        with collector_paused():
            return [place(row) for row in self._session.connection().execute(query)]


def _due(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        PLACES.c.location_state == LocationState.PENDING.value,
        PLACES.c.status != PlaceStatus.WITHDRAWN.value,
        or_(PLACES.c.geocode_after.is_(None), PLACES.c.geocode_after <= now),
    )
