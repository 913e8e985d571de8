from datetime import UTC, date, datetime

import pytest

from services.geocoding.cache import CachedAnswer, MemoryCache, MemoryLedger, normalised


@pytest.mark.parametrize(
    ("written", "key"),
    [
        (" 盐城市　亭湖区 建军路 １号 ", "盐城市亭湖区建军路1号"),
        ("Ａ座", "a座"),
        ("1 Main  St", "1 main st"),
        ("A栋 b Block", "a栋b block"),
        ("", ""),
    ],
)
def test_a_query_is_the_same_however_it_is_spaced(written: str, key: str) -> None:
    assert normalised(written) == key


def test_nothing_found_is_remembered_as_an_answer() -> None:
    cache = MemoryCache()
    assert cache.get("amap", "建军路") is None
    answer = CachedAnswer("amap", "建军路", None, datetime(2026, 11, 23, tzinfo=UTC))
    cache.put(answer)
    assert cache.get("amap", "建军路") == answer
    assert cache.get("baidu", "建军路") is None


def test_a_ledger_counts_by_provider_and_day() -> None:
    ledger = MemoryLedger()
    today, tomorrow = date(2026, 11, 23), date(2026, 11, 24)
    assert [ledger.spend("amap", today, 2) for _ in range(3)] == [True, True, False]
    assert ledger.spend("baidu", today, 2)
    assert ledger.spend("amap", tomorrow, 2)
