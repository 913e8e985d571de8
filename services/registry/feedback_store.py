"""What visitors said, one row a phone a place a day.

It never touches a place, the revision or the change log: what is published changes by a
maintainer's hand only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, cast, func, select, update
from sqlalchemy.orm import Session

from services.registry.database import WRITING
from services.registry.encoding import check_text
from services.registry.tables import FEEDBACK


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """What one phone said of one place on one day."""

    place_id: str
    day: date
    """In the city."""
    phone_digest: str
    said: str
    note: str
    at_door: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class SayingCount:
    """How often one thing was said of one place, and how often of that at the door."""

    place_id: str
    said: str
    count: int
    at_door: int
    last: datetime


class FeedbackStore:
    """What visitors said, through the caller's session; ``put`` wants ``Database.writing()``."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def put(self, saying: Saying) -> bool:
        """Keep it; whether it is new.

        A second word of the same phone on the same day takes the place of the first, and was said
        at the door when either was. Raises ``InvalidInput`` for a damaged note.
        """
        if not self._session.info.get(WRITING):
            raise RuntimeError("the registry is written through Database.writing()")
        values = {
            "said": saying.said,
            "note": check_text("note", saying.note),
            "at_door": saying.at_door,
            "at": saying.at,
        }
        same = (
            FEEDBACK.c.place_id == saying.place_id,
            FEEDBACK.c.day == saying.day,
            FEEDBACK.c.phone_digest == saying.phone_digest,
        )
        first = self._session.execute(select(FEEDBACK.c.id, FEEDBACK.c.at_door).where(*same))
        row = first.one_or_none()
        if row is None:
            keys = {
                "place_id": saying.place_id,
                "day": saying.day,
                "phone_digest": saying.phone_digest,
            }
            self._session.execute(FEEDBACK.insert().values(**keys, **values))
            return True
        values["at_door"] = saying.at_door or row.at_door
        self._session.execute(update(FEEDBACK).where(FEEDBACK.c.id == row.id).values(**values))
        return False

    def times(self, day: date, phone_digest: str, since: datetime) -> list[tuple[str, datetime]]:
        """(place, time) of what this phone said after ``since`` on that day, oldest first."""
        query = (
            select(FEEDBACK.c.place_id, FEEDBACK.c.at)
            .where(
                FEEDBACK.c.day == day,
                FEEDBACK.c.phone_digest == phone_digest,
                FEEDBACK.c.at > since,
            )
            .order_by(FEEDBACK.c.at, FEEDBACK.c.id)
        )
        return [(row.place_id, row.at) for row in self._session.execute(query)]

    def count_of_day(self, place_id: str, day: date) -> int:
        """How many phones spoke of the place on that day."""
        query = (
            select(func.count())
            .select_from(FEEDBACK)
            .where(FEEDBACK.c.place_id == place_id, FEEDBACK.c.day == day)
        )
        return self._session.execute(query).scalar_one()

    def counts(self, since: date, place_id: str | None = None) -> list[SayingCount]:
        """What was said from that day on, by place and word."""
        query = (
            select(
                FEEDBACK.c.place_id,
                FEEDBACK.c.said,
                func.count(),
                func.sum(cast(FEEDBACK.c.at_door, Integer)),
                func.max(FEEDBACK.c.at, type_=FEEDBACK.c.at.type),
            )
            .where(*_asked(since, place_id))
            .group_by(FEEDBACK.c.place_id, FEEDBACK.c.said)
            .order_by(FEEDBACK.c.place_id, FEEDBACK.c.said)
        )
        return [SayingCount(*row) for row in self._session.execute(query)]

    def count_noted(self, since: date, place_id: str | None = None) -> int:
        """How many of them have a note."""
        query = select(func.count()).select_from(FEEDBACK)
        query = query.where(*_asked(since, place_id), FEEDBACK.c.note != "")
        return self._session.execute(query).scalar_one()

    def noted(self, since: date, place_id: str | None = None, *, limit: int) -> list[Saying]:
        """Those with a note, newest first."""
        columns = FEEDBACK.c
        query = (
            select(
                columns.place_id,
                columns.day,
                columns.phone_digest,
                columns.said,
                columns.note,
                columns.at_door,
                columns.at,
            )
            .where(*_asked(since, place_id), columns.note != "")
            .order_by(columns.at.desc(), columns.id.desc())
            .limit(limit)
        )
        return [Saying(**row._asdict()) for row in self._session.execute(query)]


def _asked(since: date, place_id: str | None) -> Sequence[ColumnElement[Any]]:
    conditions: list[ColumnElement[Any]] = [FEEDBACK.c.day >= since]
    if place_id is not None:
        conditions.append(FEEDBACK.c.place_id == place_id)
    return conditions
