"""Answers and quotas that outlive the process."""

import threading
from datetime import date, timedelta

import pytest

from services.errors import InvalidInput
from services.registry.database import Database
from services.registry.geocode_store import GeocodeStore
from tests.integration.registry.given import NOON

TODAY = date(2026, 11, 23)


def test_an_answer_comes_back_with_the_time_it_was_given(database: Database) -> None:
    answer = {"lat": 33.4, "lon": 120.2, "precision": "street", "text": "解放南路"}
    with database.writing() as session:
        GeocodeStore(session).put_answer("amap", "解放南路1号", answer, NOON)
    with database.session() as session:
        store = GeocodeStore(session)
        assert store.get_answer("amap", "解放南路1号") == (answer, NOON)
        assert store.get_answer("baidu", "解放南路1号") is None
        assert store.get_answer("amap", "解放南路2号") is None


def test_that_nothing_is_known_is_an_answer_too(database: Database) -> None:
    with database.writing() as session:
        store = GeocodeStore(session)
        store.put_answer("amap", "无此路", None, NOON)
        assert store.get_answer("amap", "无此路") == (None, NOON)


def test_a_newer_answer_replaces_and_an_older_one_does_not(database: Database) -> None:
    with database.writing() as session:
        store = GeocodeStore(session)
        for value, hours in ((1, 0), (2, 5), (3, 2)):
            store.put_answer("amap", "路", {"n": value}, NOON + timedelta(hours=hours))
        assert store.get_answer("amap", "路") == ({"n": 2}, NOON + timedelta(hours=5))


def test_a_query_may_be_longer_than_an_index_entry(database: Database) -> None:
    long = "盐" * 10_000
    with database.writing() as session:
        GeocodeStore(session).put_answer("amap", long, {}, NOON)
        assert GeocodeStore(session).get_answer("amap", long) == ({}, NOON)


def test_a_damaged_query_is_refused(database: Database) -> None:
    with pytest.raises(InvalidInput), database.writing() as session:
        GeocodeStore(session).put_answer("amap", "路\0", {}, NOON)


def test_a_day_has_so_many_requests_and_the_next_day_starts_anew(database: Database) -> None:
    with database.writing() as session:
        store = GeocodeStore(session)
        assert [store.spend("amap", TODAY, 3) for _ in range(5)] == [True] * 3 + [False] * 2
        assert store.spent("amap", TODAY) == 3
        assert store.spend("baidu", TODAY, 3)
        assert store.spend("amap", TODAY + timedelta(days=1), 3)
        assert not store.spend("tianditu", TODAY, 0)
        assert store.spent("tianditu", TODAY) == 0


def test_processes_that_spend_at_once_never_spend_more_than_the_day_has(
    database: Database,
) -> None:
    granted: list[bool] = []

    def spend() -> None:
        for _ in range(10):
            with database.writing() as session:
                granted.append(GeocodeStore(session).spend("amap", TODAY, 25))

    threads = [threading.Thread(target=spend) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (granted.count(True), granted.count(False)) == (25, 15)
