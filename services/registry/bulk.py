"""Rows into ``places`` and ``changes``: verified first, then written by Core executemany.

For ``store.py`` only. Everything here runs inside a transaction that holds the writers' lock, so
what is verified stays true until it is committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Column, Dialect, Insert, Update, bindparam, insert, select, update
from sqlalchemy.orm import Session

from services.errors import Conflict, NotFound
from services.places import DRAFT_FIELDS, Place, PlaceDraft, PlaceUpdate
from services.registry.changes import Action
from services.registry.encoding import PLACE_COLUMNS, admit, check_drafts, columns
from services.registry.identity import first_id, next_ids, place_key
from services.registry.tables import CHANGES, PLACES

_THIS: Final = PLACES.c.id == bindparam("this_id")


class _Many:
    """A statement for many rows: compiled by Core, executed by the driver with bare tuples.

    Core's own work on each row of an executemany costs three times what SQLite's does.
    """

    def __init__(self, statement: Insert | Update, *order: str) -> None:
        self._statement = statement
        self._order = order
        self.sql: Callable[[Dialect], str] = lru_cache(maxsize=4)(self._compiled)

    def _compiled(self, dialect: Dialect) -> str:
        names = [name for name in self._order if name != "this_id"]
        compiled = self._statement.compile(dialect=dialect, column_keys=names)
        if compiled.positiontup != list(self._order):
            raise RuntimeError(f"columns out of order: {compiled.positiontup}")
        return str(compiled)


_NAMES: Final = tuple(column.name for column in PLACE_COLUMNS[1:-3])
_INSERT: Final = _Many(insert(PLACES), "id", "key", *_NAMES, "created_at", "updated_at", "version")
_UPDATE: Final = _Many(
    update(PLACES).where(_THIS), "key", *_NAMES, "updated_at", "version", "this_id"
)
_APPEND: Final = _Many(
    insert(CHANGES),
    *("place_id", "version", "revision", "at", "actor", "action", "fields", "reason"),
)

ROWS_AT_ONCE: Final = 5_000
"""Rows of one executemany: bounds the memory; more is not faster."""
PARAMETERS_AT_ONCE: Final = 10_000
"""Values of one IN (…): SQLite takes 32,766, PostgreSQL 65,535."""

T = TypeVar("T")

_MOVES_THE_QUEUE: Final = frozenset({"name", "address", "district", "location_state"})


def slices(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The values in runs of at most ``size``."""
    return (values[start : start + size] for start in range(0, len(values), size))


def revised(
    current: Mapping[str, Place], updates: Sequence[PlaceUpdate], now: datetime
) -> list[tuple[Place, Place]]:
    """(before, after) of each update that changes something.

    Raises ``NotFound``, ``Conflict`` (naming the place that moved on), ``InvalidInput``.
    """
    latest = dict(current)
    pairs = []
    for each in updates:
        before = latest.get(each.id)
        if before is None:
            raise NotFound(f"没有编号为“{each.id}”的服务点。")
        if before.version != each.version:
            raise Conflict(
                f"“{before.name}”({before.id})在读取之后被改过(读到第 {each.version} 版,"
                f"现为第 {before.version} 版)。请重新读取后再试。"
            )
        values = {field: admit(field, value) for field, value in each.values.items()}
        if all(getattr(before, field) == value for field, value in values.items()):
            continue
        after = replace(before, **values, version=before.version + 1, updated_at=now)
        latest[each.id] = after
        pairs.append((before, after))
    return pairs


def queue(session: Session, after: Mapping[str, datetime | None], *, attempts: int) -> None:
    """Set when places may be looked up again; ``attempts`` 1 counts one more, 0 starts anew.

    The queue is not part of a place's history: it moves no version and no revision.
    """
    if not after:
        return
    tried = PLACES.c.geocode_attempts + 1 if attempts else 0
    session.connection().execute(
        update(PLACES)
        .where(_THIS)
        .values(geocode_after=bindparam("after"), geocode_attempts=tried),
        [{"this_id": place_id, "after": time} for place_id, time in after.items()],
    )


class Rows:
    """The rows of one ``apply``; all its lines in the log share time, actor, reason, revision."""

    def __init__(
        self, session: Session, *, at: datetime, actor: str, reason: str, revision: int
    ) -> None:
        self._session = session
        self._connection = session.connection()
        dialect = self._connection.dialect
        self._day = lru_cache(_stored(PLACES.c.verified_on, dialect))
        self._at = _stored(CHANGES.c.at, dialect)(at)
        self._actor = actor
        self._reason = reason
        self._revision = revision

    def update(self, changed: Sequence[tuple[Place, Place]], action: Action) -> None:
        """Write changed places and their lines in the log; queue the re-addressed anew."""
        keys = {after.id: place_key(after) for _, after in changed}
        moved = [
            (keys[after.id], after)
            for before, after in changed
            if place_key(before) != keys[after.id]
        ]
        self._refuse_doubles(moved, own={after.id for _, after in moved})
        for some in slices(changed, ROWS_AT_ONCE):
            self._write(
                _UPDATE,
                [
                    (keys[new.id], *columns(new, self._day), self._at, new.version, new.id)
                    for _, new in some
                ],
            )
            fields = [_differences(before, after) for before, after in some]
            self._log(
                action,
                [
                    (after.id, after.version, orjson.dumps(each).decode())
                    for (_, after), each in zip(some, fields, strict=True)
                ],
            )
            if action is not Action.LOCATE:
                again = {
                    after.id: None
                    for (_, after), each in zip(some, fields, strict=True)
                    if not _MOVES_THE_QUEUE.isdisjoint(each)
                }
                queue(self._session, again, attempts=0)

    def create(self, drafts: Sequence[PlaceDraft]) -> tuple[str, ...]:
        """Write new places and their lines in the log; the ids in the order of the drafts."""
        for some in slices(drafts, ROWS_AT_ONCE):
            check_drafts(some)
        keys = [place_key(draft) for draft in drafts]
        self._refuse_doubles(zip(keys, drafts, strict=True), own=())
        ids = self._new_ids(drafts, keys)
        # In the order of the keys, so that rows and indexes grow at their end.
        order = sorted(range(len(drafts)), key=keys.__getitem__)
        for run in slices(order, ROWS_AT_ONCE):
            self._write(
                _INSERT,
                [
                    (ids[i], keys[i], *columns(drafts[i], self._day), self._at, self._at, 1)
                    for i in run
                ],
            )
            self._log(Action.CREATE, [(ids[i], 1, "{}") for i in run])
        return tuple(ids)

    def _log(self, action: Action, lines: Iterable[tuple[str, int, str]]) -> None:
        self._write(
            _APPEND,
            [
                (id_, version, self._revision, self._at, self._actor, action, fields, self._reason)
                for id_, version, fields in lines
            ],
        )

    def _write(self, many: _Many, rows: list[tuple[Any, ...]]) -> None:
        if rows:
            self._connection.exec_driver_sql(many.sql(self._connection.dialect), rows)

    def _refuse_doubles(self, keyed: Iterable[tuple[str, PlaceDraft]], own: Iterable[str]) -> None:
        drafts: dict[str, PlaceDraft] = {}
        for key, draft in keyed:
            if key in drafts:
                raise Conflict(f"“{draft.name}”在这一批里出现了两次,请只留一条。")
            drafts[key] = draft
        registered = self._existing(PLACES.c.key, list(drafts))
        if not registered:
            return
        owners = select(PLACES.c.key, PLACES.c.id, PLACES.c.name).where(
            PLACES.c.key.in_(sorted(registered)[:PARAMETERS_AT_ONCE])
        )
        for key, owner, name in self._session.execute(owners):
            if owner not in own:
                raise Conflict(
                    f"“{drafts[key].name}”已经登记为“{name}”({owner})。请重新读取后再试。"
                )

    def _new_ids(self, drafts: Sequence[PlaceDraft], keys: Sequence[str]) -> list[str]:
        ids = [first_id(key) for key in keys]
        taken = self._existing(PLACES.c.id, ids)
        for i, draft in enumerate(drafts):
            if ids[i] in taken:
                ids[i] = next(
                    each
                    for each in next_ids(draft)
                    if each not in taken and not self._existing(PLACES.c.id, [each])
                )
            taken.add(ids[i])
        return ids

    def _existing(self, column: Column[str], values: Sequence[str]) -> set[str]:
        if len(values) > PARAMETERS_AT_ONCE:
            return set(self._connection.scalars(select(column))) & set(values)
        if not values:
            return set()
        return set(self._connection.scalars(select(column).where(column.in_(values))))


def _stored(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any]:
    """What makes of a column's value the one that the driver takes."""
    processor = column.type.dialect_impl(dialect).bind_processor(dialect)
    return processor if processor is not None else lambda value: value


def _differences(before: Place, after: Place) -> dict[str, tuple[Any, Any]]:
    return {
        field: (old, new)
        for field in DRAFT_FIELDS
        if (old := getattr(before, field)) != (new := getattr(after, field))
    }
