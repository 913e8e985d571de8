"""WeChat's credentials in the database, and the lease of whoever renews them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from services.registry.database import Database
from services.registry.wechat_store import WechatStore
from tests.integration.registry.given import NOON

APP = "wx0123456789abcdef"
MINUTE = timedelta(minutes=1)


@contextmanager
def writing(database: Database, app_id: str = APP) -> Iterator[WechatStore]:
    with database.writing() as session:
        yield WechatStore(session, app_id)


def take(store: WechatStore, holder: str, now: datetime) -> bool:
    return store.lease(holder, now, now + MINUTE, not_after=now + MINUTE)


def test_a_credential_comes_back_and_a_newer_one_replaces_it(database: Database) -> None:
    with writing(database) as store:
        store.put("ticket", "first", NOON, NOON + MINUTE)
        store.put("token", "other", NOON, NOON + MINUTE)
        store.put("ticket", "second", NOON + MINUTE, NOON + 2 * MINUTE)
    with database.session() as session:
        assert WechatStore(session, APP).read() == {
            "ticket": ("second", NOON + MINUTE, NOON + 2 * MINUTE),
            "token": ("other", NOON, NOON + MINUTE),
        }
        assert WechatStore(session, "wxother").read() == {}


def test_one_holds_the_lease_and_another_only_when_it_has_ended(database: Database) -> None:
    with writing(database) as store:
        assert take(store, "a", NOON)
    with writing(database) as store:
        assert not take(store, "b", NOON + 0.9 * MINUTE)
        assert store.holds("a")
        assert take(store, "b", NOON + MINUTE)
        assert not store.holds("a")
        assert store.holds("b")


def test_a_lease_is_given_back_by_its_holder_alone(database: Database) -> None:
    with writing(database) as store:
        assert take(store, "a", NOON)
        store.release("b")
        assert store.holds("a")
        store.release("a")
        assert take(store, "b", NOON)


def test_accounts_do_not_share_a_lease(database: Database) -> None:
    with writing(database) as store:
        assert take(store, "a", NOON)
    with writing(database, "wxother") as store:
        assert take(store, "b", NOON)


def test_a_lease_from_a_clock_that_was_set_back_holds_nobody_up(database: Database) -> None:
    with writing(database) as store:
        assert take(store, "a", NOON)
    with writing(database) as store:
        assert not take(store, "b", NOON - MINUTE)  # two hosts' clocks differ a little
        assert take(store, "b", NOON - 60 * MINUTE)
