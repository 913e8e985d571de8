"""Providers' answers and daily quotas, kept across restarts.

Plain values in and out: the rooms of geocoding and registry do not know each other, and
``workflows`` joins them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import blake2b
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.registry.encoding import check_text
from services.registry.tables import ANSWERS, QUOTA


class GeocodeStore:
    """Answers and quotas through the caller's session.

    ``put_answer`` and ``spend`` want ``Database.writing()``; end that session before the provider
    is asked, or every other writer waits for the network.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def get_answer(
        self, provider: str, query: str
    ) -> tuple[dict[str, Any] | None, datetime] | None:
        """(payload, asked at UTC), or None when it was never asked.

        A payload of None is an answer too: the provider knows no such address.
        """
        row = self._session.execute(
            select(ANSWERS.c.payload, ANSWERS.c.asked_at).where(
                ANSWERS.c.provider == provider, ANSWERS.c.query_digest == _digest(query)
            )
        ).one_or_none()
        if row is None:
            return None
        return (None if row.payload is None else orjson.loads(row.payload)), row.asked_at

    def put_answer(
        self,
        provider: str,
        query: str,
        payload: Mapping[str, Any] | None,
        asked_at: datetime,
    ) -> None:
        """Keep an answer (JSON values; aware time); a newer one replaces the older."""
        values = {
            "query": check_text("query", query),
            "payload": None if payload is None else orjson.dumps(dict(payload)).decode(),
            "asked_at": asked_at,
        }
        insert = self._insert(ANSWERS).values(
            provider=provider, query_digest=_digest(query), **values
        )
        self._session.execute(
            insert.on_conflict_do_update(
                index_elements=["provider", "query_digest"],
                set_=values,
                where=ANSWERS.c.asked_at <= insert.excluded.asked_at,
            )
        )

    def spend(self, provider: str, day: date, limit: int) -> bool:
        """Count one request of that day; False, and nothing counted, when ``limit`` are used up.

        One statement, so that two processes never spend the same last request.
        """
        if limit < 1:
            return False
        insert = self._insert(QUOTA).values(provider=provider, day=day, used=1)
        spent = self._session.execute(
            insert.on_conflict_do_update(
                index_elements=["provider", "day"],
                set_={"used": QUOTA.c.used + 1},
                where=QUOTA.c.used < limit,
            ).returning(QUOTA.c.used)
        ).scalar_one_or_none()
        return spent is not None

    def spent(self, provider: str, day: date) -> int:
        """Requests counted for that day."""
        return (
            self._session.execute(
                select(QUOTA.c.used).where(QUOTA.c.provider == provider, QUOTA.c.day == day)
            ).scalar_one_or_none()
            or 0
        )

    def _insert(self, table: Any) -> Any:
        # The two dialects' INSERT … ON CONFLICT have the same words but no common class.
        dialect = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        return dialect.insert(table)


def _digest(query: str) -> str:
    # A query may be longer than an index entry of PostgreSQL.
    return blake2b(query.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
