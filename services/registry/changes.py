"""The append-only log of changes: who, when, what from, what to, and why.

Rows are only ever inserted; triggers in the database refuse anything else. To undo a change is
another change (``undoing``), so that the log tells the whole story.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson
from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from services.errors import Conflict, NotFound
from services.places import DRAFT_FIELDS, Place, PlaceStatus, PlaceUpdate
from services.registry.encoding import DEFAULTS, plain
from services.registry.tables import CHANGES


class Action(StrEnum):
    """What was done."""

    CREATE = "create"
    UPDATE = "update"
    LOCATE = "locate"
    REVERT = "revert"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of the log.

    ``version`` is the place's and ``revision`` the registry's after the change. ``fields`` maps a
    field to (old, new) as JSON has them. A create's line holds none: see ``with_initial_values``.
    """

    id: int
    place_id: str
    version: int
    revision: int
    at: datetime
    actor: str
    action: Action
    fields: Mapping[str, tuple[Any, Any]]
    reason: str


class ChangeLog:
    """The log, seen through the caller's session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, change_id: int) -> Change:
        """One line. Raises ``NotFound``."""
        row = self._session.execute(_all().where(CHANGES.c.id == change_id)).one_or_none()
        if row is None:
            raise NotFound(f"没有编号为 {change_id} 的更改。")
        return _change(row)

    def of_place(self, place_id: str) -> list[Change]:
        """All changes of a place, oldest first."""
        query = _all().where(CHANGES.c.place_id == place_id).order_by(CHANGES.c.id)
        return [_change(row) for row in self._session.execute(query)]

    def recent(self, limit: int, before: int | None = None) -> list[Change]:
        """The newest changes of all places, newest first; ``before`` is a change's id, to page."""
        query = _all().order_by(CHANGES.c.id.desc()).limit(limit)
        if before is not None:
            query = query.where(CHANGES.c.id < before)
        return [_change(row) for row in self._session.execute(query)]


def with_initial_values(changes: Sequence[Change], place: Place) -> list[Change]:
    """A place's whole history with the values that it was created with.

    The log does not repeat what the row holds: the first values are the place as it stands with all
    later changes undone. Kept that way, 200,000 creates are written in half the time.
    """
    values = {field: plain(getattr(place, field)) for field in DRAFT_FIELDS}
    for change in reversed(changes):
        values |= {field: old for field, (old, _) in change.fields.items()}
    initial = {
        field: (None, value) for field, value in values.items() if value != plain(DEFAULTS[field])
    }
    return [
        replace(change, fields=initial) if change.action is Action.CREATE else change
        for change in changes
    ]


def undoing(change: Change, place: Place, reason: str) -> PlaceUpdate:
    """The update that takes a change back, for the place as it stands.

    A created place is withdrawn with ``reason`` (nothing is ever deleted). Raises ``Conflict`` when
    a later change touched the same field: that one is to be reverted first.
    """
    if change.action is Action.CREATE:
        values: dict[str, Any] = {"status": PlaceStatus.WITHDRAWN, "status_reason": reason}
        return PlaceUpdate(place.id, place.version, values)
    later = [
        field for field, (_, new) in change.fields.items() if plain(getattr(place, field)) != new
    ]
    if later:
        raise Conflict(
            f"“{place.name}”({place.id})的 {'、'.join(later)} 在第 {change.id} 号更改之后又改过,"
            "不能直接撤回。请先撤回后来的更改。"
        )
    values = {field: old for field, (old, _) in change.fields.items()}
    return PlaceUpdate(place.id, place.version, values)


def _all() -> Select[Any]:
    columns = CHANGES.c
    return select(
        columns.id,
        columns.place_id,
        columns.version,
        columns.revision,
        columns.at,
        columns.actor,
        columns.action,
        columns.fields,
        columns.reason,
    )


def _change(row: Row[Any]) -> Change:
    values = row._asdict()
    values["action"] = Action(values["action"])
    values["fields"] = {
        field: (old, new) for field, (old, new) in orjson.loads(values["fields"]).items()
    }
    return Change(**values)
