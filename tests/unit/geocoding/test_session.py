from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import (
    ProviderBusy,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    ProviderUnreachable,
)
from services.geo.point import Point
from services.geocoding.cache import CachedAnswer
from services.geocoding.gazetteer import Gazetteer
from services.geocoding.match import Match
from services.geocoding.session import Geocoding
from services.places import LocationState, Precision
from services.region import Region
from tests.unit.geocoding.memory import MemoryCache, MemoryLedger

ADDRESS = "双城市西山区建军路5号"
LOCATED, PENDING = LocationState.LOCATED, LocationState.PENDING


class FakeClock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.passed = 0.0
        self.sleeps: list[float] = []

    def now(self) -> datetime:
        return datetime(2026, 11, 23, 2, 0, tzinfo=UTC) + timedelta(seconds=self.passed)

    def monotonic(self) -> float:
        return self.passed

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        self.passed += seconds


class Scripted:
    """A provider that answers from a list, the last answer for ever."""

    def __init__(self, name: str, *script: Match | ProviderError | None) -> None:
        self.name = name
        self._script = list(script)
        self.asked: list[str] = []

    def ask(self, query: str) -> Match | None:
        self.asked.append(query)
        step = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        if isinstance(step, ProviderError):
            raise step
        return step


def door(provider: str, lat: float = 33.1, lon: float = 120.1, confidence: float = 0.9) -> Match:
    return Match(
        point=Point(lat, lon), precision=Precision.DOOR, confidence=confidence, provider=provider
    )


Start = Callable[..., tuple[Geocoding, FakeClock, MemoryCache]]


@pytest.fixture
def start(region: Region) -> Start:
    def make(*providers: Scripted, **options: object) -> tuple[Geocoding, FakeClock, MemoryCache]:
        clock, cache = FakeClock(), options.pop("cache", MemoryCache())
        geocoding = Geocoding(
            providers,
            Gazetteer(region),
            cache,  # type: ignore[arg-type]
            options.pop("ledger", MemoryLedger()),  # type: ignore[arg-type]
            region,
            clock=clock,
            **{"rate_per_s": 2.0, "daily_limit": 100, **options},  # type: ignore[arg-type]
        )
        return geocoding, clock, cache  # type: ignore[return-value]

    return make


def test_without_providers_the_gazetteer_decides(start: Start) -> None:
    geocoding, _clock, _cache = start()
    verdict = geocoding.locate("西山区小海镇温泉路8号", "", "")
    assert verdict.state is LOCATED
    assert verdict.match is not None
    assert (verdict.match.precision, verdict.match.provider) == (Precision.TOWNSHIP, "gazetteer")
    assert geocoding.locate("建军路5号", "", "").state is LocationState.FAILED


def test_the_first_fine_match_ends_the_round(start: Start) -> None:
    first, second = Scripted("tianditu", door("tianditu")), Scripted("amap", door("amap"))
    geocoding, _clock, _cache = start(first, second)
    verdict = geocoding.locate(ADDRESS, "", "")
    assert (verdict.state, verdict.match) == (LOCATED, door("tianditu"))
    assert second.asked == []


@pytest.mark.parametrize(
    "weak",
    [
        None,
        door("tianditu", lat=39.9, lon=116.4),  # another city
        door("tianditu", confidence=0.4),
        Match(
            point=Point(33.1, 120.1),
            precision=Precision.TOWNSHIP,
            confidence=0.4,
            provider="tianditu",
        ),
    ],
)
def test_the_next_provider_is_asked_while_no_fine_match_stands(
    start: Start, weak: Match | None
) -> None:
    second = Scripted("amap", door("amap"))
    geocoding, _clock, _cache = start(Scripted("tianditu", weak), second)
    assert geocoding.locate(ADDRESS, "", "").state is LOCATED
    assert len(second.asked) == 1


def test_an_answer_is_asked_for_once(start: Start) -> None:
    provider = Scripted("amap", door("amap"))
    geocoding, _clock, cache = start(provider)
    for spelling in (ADDRESS, " 双城市 西山区建军路 ５号", "西山区建军路5号"):
        assert geocoding.locate(spelling, "", "").state is LOCATED
    assert len(provider.asked) == 1
    assert len(cache) == 1


def test_nothing_found_is_believed_for_a_month_only(start: Start) -> None:
    cache, key = MemoryCache(), "双城市西山区建军路5号"
    provider = Scripted("amap", door("amap"))
    geocoding, clock, _cache = start(provider, cache=cache)
    cache.put(CachedAnswer("amap", key, None, clock.now() - timedelta(days=29)))
    assert geocoding.locate(ADDRESS, "", "").match != door("amap")
    assert provider.asked == []
    cache.put(CachedAnswer("amap", key, None, clock.now() - timedelta(days=31)))
    assert geocoding.locate(ADDRESS, "", "").match == door("amap")


def test_the_registered_district_goes_into_the_question(start: Start) -> None:
    provider = Scripted("amap", door("amap"))
    geocoding, _clock, _cache = start(provider)
    geocoding.locate("建军路5号", "", "320001")
    assert provider.asked == ["双城市西山区建军路5号"]


def test_the_name_is_asked_for_where_there_is_no_address(start: Start) -> None:
    provider = Scripted("amap", door("amap"))
    geocoding, _clock, _cache = start(provider)
    geocoding.locate(" ", "工会驿站", "320001")
    assert provider.asked == ["双城市西山区工会驿站"]
    assert geocoding.locate("", "", "320001").state is LocationState.FAILED


def test_an_address_that_contradicts_the_registered_district_is_not_asked_for(
    start: Start,
) -> None:
    provider = Scripted("amap", door("amap"))
    geocoding, _clock, _cache = start(provider)
    verdict = geocoding.locate(ADDRESS, "", "320002")
    assert (verdict.state, verdict.match) == (LocationState.AMBIGUOUS, None)
    assert "西山区" in verdict.reason
    assert "东台市" in verdict.reason
    assert provider.asked == []


def test_requests_keep_to_the_rate(start: Start) -> None:
    provider = Scripted("amap", door("amap"))
    geocoding, clock, _cache = start(provider, rate_per_s=2.0)
    for number in range(5):
        geocoding.locate(f"西山区建军路{number}号", "", "")
    assert clock.sleeps == pytest.approx([0.5] * 4)


def test_what_passes_is_tried_again_with_growing_waits(start: Start) -> None:
    down = ProviderUnreachable("down", provider="amap")
    provider = Scripted("amap", down, down, door("amap"))
    geocoding, clock, _cache = start(provider, rate_per_s=1000.0)
    assert geocoding.locate(ADDRESS, "", "").state is LOCATED
    assert clock.sleeps == pytest.approx([1.0, 2.0])


def test_three_attempts_are_enough(start: Start) -> None:
    provider = Scripted("amap", ProviderUnreachable("down", provider="amap"))
    geocoding, _clock, cache = start(provider)
    verdict = geocoding.locate(ADDRESS, "", "")
    assert (verdict.state, verdict.match, verdict.reason) == (PENDING, None, "down")
    assert verdict.retry_after_s == 60.0
    assert len(provider.asked) == 3
    assert len(cache) == 0


def test_a_wait_that_the_provider_asks_for_is_kept_to(start: Start) -> None:
    busy = ProviderBusy("busy", provider="amap", retry_after_s=7.0)
    geocoding, clock, _cache = start(Scripted("amap", busy, door("amap")), rate_per_s=1000.0)
    assert geocoding.locate(ADDRESS, "", "").state is LOCATED
    assert clock.sleeps == pytest.approx([7.0])


def test_a_long_wait_is_not_slept_through_but_the_provider_rests(start: Start) -> None:
    busy = ProviderBusy("busy", provider="amap", retry_after_s=600.0)
    provider = Scripted("amap", busy, door("amap"))
    geocoding, clock, _cache = start(provider, rate_per_s=1000.0)
    assert geocoding.locate(ADDRESS, "", "").retry_after_s == 600.0
    clock.passed += 599.0
    assert geocoding.locate(ADDRESS, "", "").state is PENDING
    assert len(provider.asked) == 1
    clock.passed += 1.0
    assert geocoding.locate(ADDRESS, "", "").state is LOCATED


def test_a_refused_key_is_shown_once_and_not_again_in_this_run(start: Start) -> None:
    provider = Scripted("amap", ProviderRefused("wrong key", provider="amap"))
    geocoding, clock, _cache = start(provider)
    for number in range(3):
        verdict = geocoding.locate(f"西山区建军路{number}号", "", "")
        assert (verdict.state, verdict.reason) == (PENDING, "wrong key")
    assert len(provider.asked) == 1
    assert clock.sleeps == []


def test_nonsense_is_not_asked_for_again(start: Start) -> None:
    provider = Scripted("amap", ProviderNonsense("html", provider="amap"))
    geocoding, _clock, cache = start(provider)
    assert geocoding.locate(ADDRESS, "", "").state is PENDING
    assert (len(provider.asked), len(cache)) == (1, 0)


def test_five_failures_in_a_row_open_the_circuit_for_a_minute(start: Start) -> None:
    nonsense = ProviderNonsense("html", provider="amap")
    provider = Scripted("amap", *[nonsense] * 5, door("amap"))
    geocoding, clock, _cache = start(provider, rate_per_s=1000.0)
    for number in range(8):
        assert geocoding.locate(f"西山区建军路{number}号", "", "").state is PENDING
    assert len(provider.asked) == 5
    clock.passed += 60.0
    assert geocoding.locate(ADDRESS, "", "").state is LOCATED


def test_the_day_s_quota_outlives_the_run(start: Start) -> None:
    provider, ledger = Scripted("amap", door("amap")), MemoryLedger()
    for number in range(2):
        geocoding, _clock, _cache = start(provider, ledger=ledger, daily_limit=2)
        assert geocoding.locate(f"西山区建军路{number}号", "", "").state is LOCATED
    geocoding, clock, _cache = start(provider, ledger=ledger, daily_limit=2)
    verdict = geocoding.locate(ADDRESS, "", "")
    assert verdict.state is PENDING
    # It is 10:00 in Shanghai; the day ends in 14 hours.
    assert verdict.retry_after_s == pytest.approx(14 * 3600)
    clock.passed += 14 * 3600
    assert geocoding.locate(ADDRESS, "", "").state is LOCATED


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (ProviderUnreachable("down", provider="tianditu"), PENDING),
        (ProviderBusy("busy", provider="tianditu", retry_after_s=90.0), PENDING),
        (ProviderRefused("wrong key", provider="tianditu"), LOCATED),
        (ProviderNonsense("html", provider="tianditu"), LOCATED),
    ],
)
def test_a_coarse_place_waits_for_a_provider_that_will_come_back_and_for_no_other(
    start: Start, failure: ProviderError, state: LocationState
) -> None:
    geocoding, _clock, _cache = start(Scripted("tianditu", failure), Scripted("amap", None))
    verdict = geocoding.locate(ADDRESS, "", "")
    assert verdict.state is state
    if state is LOCATED:
        assert verdict.match is not None
        assert verdict.match.precision is Precision.DISTRICT


def test_a_fine_match_stands_whatever_became_of_the_others(start: Start) -> None:
    down = ProviderUnreachable("down", provider="tianditu")
    geocoding, _clock, _cache = start(Scripted("tianditu", down), Scripted("amap", door("amap")))
    assert geocoding.locate(ADDRESS, "", "").match == door("amap")
