"""What WeChat issued to one account, and the lease of whoever renews it.

Plain values in and out; ``services.wechat`` says what they mean. Each credential is
``(value, fetched at, expires at)`` with aware times.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from services.registry.tables import CREDENTIALS

LEASE: Final = "lease"

_KEY: Final = ["app_id", "name"]


class WechatStore:
    """Credentials through the caller's session.

    All but ``read`` want ``Database.writing()``; end that session before WeChat is asked, or every
    other writer waits for the network.
    """

    def __init__(self, session: Session, app_id: str) -> None:
        self._session = session
        self._app_id = app_id

    def read(self) -> dict[str, tuple[str, datetime, datetime]]:
        """All that is kept of the account, by name."""
        rows = self._session.execute(
            select(
                CREDENTIALS.c.name,
                CREDENTIALS.c.value,
                CREDENTIALS.c.fetched_at,
                CREDENTIALS.c.expires_at,
            ).where(CREDENTIALS.c.app_id == self._app_id)
        )
        return {name: (value, fetched, expires) for name, value, fetched, expires in rows}

    def lease(self, holder: str, now: datetime, until: datetime, *, not_after: datetime) -> bool:
        """Take the lease from ``now`` until ``until``; False when another's is alive.

        One that began after ``not_after`` was taken by a clock that has been set back since, and
        counts for nothing.
        """
        return self._put(
            LEASE,
            (holder, now, until),
            where=or_(CREDENTIALS.c.expires_at <= now, CREDENTIALS.c.fetched_at > not_after),
        )

    def holds(self, holder: str) -> bool:
        """Whether the lease is this holder's."""
        found = self._session.execute(
            select(CREDENTIALS.c.value).where(
                CREDENTIALS.c.app_id == self._app_id, CREDENTIALS.c.name == LEASE
            )
        ).scalar_one_or_none()
        return found == holder

    def put(self, name: str, value: str, fetched_at: datetime, expires_at: datetime) -> None:
        """Replace a credential."""
        self._put(name, (value, fetched_at, expires_at))

    def release(self, holder: str) -> None:
        """End the lease if it is still this holder's."""
        self._session.execute(
            delete(CREDENTIALS).where(
                CREDENTIALS.c.app_id == self._app_id,
                CREDENTIALS.c.name == LEASE,
                CREDENTIALS.c.value == holder,
            )
        )

    def _put(
        self, name: str, credential: tuple[str, datetime, datetime], where: Any = None
    ) -> bool:
        value, fetched_at, expires_at = credential
        values = {"value": value, "fetched_at": fetched_at, "expires_at": expires_at}
        # The two dialects' INSERT … ON CONFLICT have the same words but no common class.
        dialect: Any = sqlite if self._session.get_bind().dialect.name == "sqlite" else postgresql
        insert = dialect.insert(CREDENTIALS).values(app_id=self._app_id, name=name, **values)
        done = self._session.execute(
            insert.on_conflict_do_update(index_elements=_KEY, set_=values, where=where).returning(
                CREDENTIALS.c.name
            )
        )
        return done.scalar_one_or_none() is not None
