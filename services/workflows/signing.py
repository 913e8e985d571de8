"""Signatures for pages inside WeChat: the keeper of tickets joined with the registry's store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from services.errors import LocatorError
from services.locator import Locator
from services.registry.database import Database
from services.registry.wechat_store import WechatStore
from services.wechat.client import WechatClient
from services.wechat.keeper import SKEW_S, Credential, TicketKeeper
from services.wechat.signing import PageSigner


class StoredCredentials:
    """The registry's store in the form that the keeper wants; each call is its own transaction."""

    def __init__(self, database: Database, app_id: str) -> None:
        self._database = database
        self._app_id = app_id

    def read(self) -> Mapping[str, Credential]:
        """Those that are kept, by name."""
        with self._database.session() as session:
            kept = WechatStore(session, self._app_id).read()
        return {name: Credential(*values) for name, values in kept.items()}

    def lease(self, holder: str, now: datetime, until: datetime) -> bool:
        """Take the lease unless somebody else holds one that is alive."""
        with self._database.writing() as session:
            return WechatStore(session, self._app_id).lease(
                holder, now, until, not_after=now + timedelta(seconds=SKEW_S)
            )

    def keep(self, holder: str, name: str, credential: Credential) -> bool:
        """Replace a credential; False, and nothing kept, when ``holder`` has lost the lease."""
        with self._database.writing() as session:
            store = WechatStore(session, self._app_id)
            if not store.holds(holder):
                return False
            store.put(name, credential.value, credential.fetched_at, credential.expires_at)
        return True

    def release(self, holder: str) -> None:
        """Give the lease back, if it is still this holder's."""
        with self._database.writing() as session:
            WechatStore(session, self._app_id).release(holder)


def ticket_keeper(
    locator: Locator, report: Callable[[LocatorError], None] = lambda problem: None
) -> TicketKeeper:
    """The keeper of this process; one is enough."""
    settings = locator.settings
    return TicketKeeper(
        WechatClient(
            settings.wechat_app_id, settings.wechat_app_secret, base_url=settings.wechat_url
        ),
        StoredCredentials(locator.database, settings.wechat_app_id),
        clock=locator.now,
        report=report,
    )


def page_signer(
    locator: Locator, report: Callable[[LocatorError], None] = lambda problem: None
) -> PageSigner:
    """The signer of this process, for an account that is set up.

    ``report`` is told of every refresh that failed, in the thread in which it did.
    """
    keeper = ticket_keeper(locator, report)
    return PageSigner(locator.settings.wechat_app_id, keeper, locator.now)
