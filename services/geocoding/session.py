"""One run of geocoding: the gazetteer, then each provider in turn, politely.

Nothing is kept but answers: a failure leaves no trace in the cache, so that the next run asks
again, and a run that is killed loses at most the answer that was on its way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from services.errors import ProviderBusy, ProviderError, ProviderRefused, ProviderUnreachable
from services.geocoding.cache import AnswerCache, CachedAnswer, QuotaLedger, normalised
from services.geocoding.gazetteer import Gazetteer
from services.geocoding.match import PROVIDER_NAMES, Match, Verdict, judge
from services.geocoding.pacing import Clock, Pace, SystemClock
from services.geocoding.providers import QUOTA_RETRY_S, Provider
from services.limits import PROVIDER_BACKOFF_MAX_S
from services.places import LocationState
from services.region import Region

FOUND_DAYS: Final = 365
"""How long a provider's match is believed without asking again."""
NOT_FOUND_DAYS: Final = 30
"""How long "no such address" is believed: maps grow."""


class Geocoding:
    """The way from an address to a verdict, for one run over many places.

    ``rate_per_s`` and ``daily_limit`` hold for each provider by itself. ``ledger`` counts the
    day's requests in the region's own days and outlives the run.
    """

    def __init__(
        self,
        providers: Sequence[Provider],
        gazetteer: Gazetteer,
        cache: AnswerCache,
        ledger: QuotaLedger,
        region: Region,
        *,
        rate_per_s: float,
        daily_limit: int,
        clock: Clock | None = None,
    ) -> None:
        self._providers = tuple(providers)
        self._gazetteer = gazetteer
        self._cache = cache
        self._ledger = ledger
        self._region = region
        self._daily_limit = daily_limit
        self._clock = clock or SystemClock()
        self._paces = {
            each.name: Pace(rate_per_s=rate_per_s, clock=self._clock) for each in self._providers
        }

    def locate(self, address: str, name: str, district: str) -> Verdict:
        """Find the point of an address.

        ``name`` is the place's, used when it has no address; ``district`` the adcode that the
        place is registered in, or "". Never raises ``ProviderError``: when the providers cannot
        be asked the verdict is PENDING and the place keeps the state it has.
        """
        text = address.strip() or name.strip()
        if not text:
            return Verdict(LocationState.FAILED, None, "没有地址,请补充地址或在地图上标点。")
        written = self._gazetteer.district_named(text)
        if district and written and written != district:
            return self._contradiction(written, district)
        named = written or district

        coarse = self._gazetteer.look_up(text, named)
        matches = [coarse] if coarse else []
        query = self._query(text, named)
        answered = 0
        failures: list[ProviderError] = []
        for provider in self._providers:
            if self._is_finely_located(matches, named):
                break
            try:
                match = self._answer(provider, query)
            except ProviderError as problem:
                failures.append(problem)
                continue
            answered += 1
            if match is not None:
                matches.append(match)

        if failures and not self._is_finely_located(matches, named):
            passing = [e for e in failures if isinstance(e, ProviderBusy | ProviderUnreachable)]
            if passing or not answered:
                return _pending(passing or failures)
        return judge(matches, named_district=named, region=self._region)

    def _is_finely_located(self, matches: Sequence[Match], named: str) -> bool:
        verdict = judge(matches, named_district=named, region=self._region)
        return verdict.match is not None and verdict.match.is_fine

    def _answer(self, provider: Provider, query: str) -> Match | None:
        """The provider's answer, remembered or new. Raises ``ProviderError``."""
        key = normalised(query)
        kept = self._cache.get(provider.name, key)
        if kept is not None and self._is_fresh(kept):
            return kept.match
        match = self._ask(provider, query)
        self._cache.put(CachedAnswer(provider.name, key, match, self._clock.now()))
        return match

    def _is_fresh(self, answer: CachedAnswer) -> bool:
        days = NOT_FOUND_DAYS if answer.match is None else FOUND_DAYS
        return self._clock.now() - answer.asked_at < timedelta(days=days)

    def _ask(self, provider: Provider, query: str) -> Match | None:
        pace = self._paces[provider.name]
        attempt = 0
        while True:
            attempt += 1
            if pace.rests_s > 0:
                raise _resting(provider.name, pace)
            self._spend(provider.name)
            pace.wait_for_turn()
            try:
                match = provider.ask(query)
            except ProviderError as problem:
                wait = pace.failed(problem, attempt)
                if wait is None:
                    raise
                self._clock.sleep(wait)
            else:
                pace.succeeded()
                return match

    def _spend(self, provider: str) -> None:
        now = self._clock.now().astimezone(self._region.tz)
        if not self._ledger.spend(provider, now.date(), self._daily_limit):
            midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
            raise ProviderBusy(
                f"今天向{PROVIDER_NAMES.get(provider, provider)}查询的 {self._daily_limit} 次"
                "已经用完,明天自动继续。",
                provider=provider,
                retry_after_s=(midnight - now).total_seconds(),
            )

    def _query(self, text: str, named: str) -> str:
        """The address with the city in front, and the district where it does not name one."""
        if self._region.country != "CN":
            return text
        rest = self._gazetteer.without_city(text)
        if named in self._region.districts and not self._gazetteer.district_named(text):
            rest = self._region.districts.by_adcode(named).name + rest
        return self._region.name + rest

    def _contradiction(self, written: str, registered: str) -> Verdict:
        districts = self._region.districts
        names = [
            districts.by_adcode(e).name if e in districts else e for e in (written, registered)
        ]
        reason = f"地址写的是{names[0]},登记的区县却是{names[1]},请核对后再查。"
        return Verdict(LocationState.AMBIGUOUS, None, reason)


def _resting(provider: str, pace: Pace) -> ProviderError:
    last, seconds = pace.last_failure, pace.rests_s
    if last is not None and math.isinf(seconds):
        return ProviderRefused(last.message, provider=provider)
    message = (
        last.message if last is not None else f"{PROVIDER_NAMES.get(provider, provider)}休息中。"
    )
    return ProviderBusy(message, provider=provider, retry_after_s=seconds)


def _pending(failures: Sequence[ProviderError]) -> Verdict:
    """Nobody could be asked: why, and when to try again."""
    soonest = min(
        each.retry_after_s
        or (QUOTA_RETRY_S if isinstance(each, ProviderRefused) else PROVIDER_BACKOFF_MAX_S)
        for each in failures
    )
    reason = " ".join(dict.fromkeys(each.message for each in failures))
    return Verdict(LocationState.PENDING, None, reason, retry_after_s=soonest)
