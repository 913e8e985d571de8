"""Points for the places that have none: the database is the queue, so a killed run resumes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Event
from typing import Any, Final

from services.errors import InvalidInput
from services.geocoding.cache import CachedAnswer
from services.geocoding.gazetteer import Gazetteer
from services.geocoding.match import Match, Verdict
from services.geocoding.providers import Provider, providers_from
from services.geocoding.session import Geocoding
from services.locator import Locator
from services.places import LocationSource, LocationState, Place
from services.registry.database import Database
from services.registry.geocode_store import GeocodeStore
from services.registry.store import LocationVerdict, PlaceRegistry

BATCH: Final = 100
WATCH_SECONDS: Final = 30.0


class StoredAnswers:
    """The registry's store in the form that geocoding wants; each call is its own transaction.

    What a provider has answered is kept before anything is done with it, so a killed run does not
    ask again, and no transaction is open while the network is waited for.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, provider: str, query: str) -> CachedAnswer | None:
        """The answer kept for this query."""
        with self._database.session() as session:
            kept = GeocodeStore(session).get_answer(provider, query)
        if kept is None:
            return None
        payload, asked_at = kept
        return CachedAnswer(
            provider, query, None if payload is None else Match.from_json(payload), asked_at
        )

    def put(self, answer: CachedAnswer) -> None:
        """Keep an answer."""
        payload = None if answer.match is None else answer.match.to_json()
        with self._database.writing() as session:
            GeocodeStore(session).put_answer(
                answer.provider, answer.query, payload, answer.asked_at
            )

    def spend(self, provider: str, day: date, limit: int) -> bool:
        """Count one request of that day."""
        with self._database.writing() as session:
            return GeocodeStore(session).spend(provider, day, limit)


@dataclass
class GeocodeOutcome:
    """What one run did."""

    located: int = 0
    ambiguous: int = 0
    failed: int = 0
    pending: int = 0
    problems: list[tuple[str, str, str]] = field(default_factory=list)
    """(id, name, reason) of every place that is still without a point."""

    @property
    def provider_failed(self) -> bool:
        """Whether some place could not be asked for."""
        return self.pending > 0

    def add(self, place: Place, verdict: Verdict) -> None:
        """Count one verdict."""
        name = verdict.state.value
        setattr(self, name, getattr(self, name) + 1)
        if verdict.state is not LocationState.LOCATED:
            self.problems.append((place.id, place.name, verdict.reason))

    def to_json(self) -> dict[str, Any]:
        """``{located, ambiguous, failed, pending, problems}``."""
        return {
            "located": self.located,
            "ambiguous": self.ambiguous,
            "failed": self.failed,
            "pending": self.pending,
            "problems": [
                {"id": place_id, "name": name, "reason": reason}
                for place_id, name, reason in self.problems
            ],
        }


def geocode_pending(
    locator: Locator,
    *,
    provider: str | None = None,
    limit: int | None = None,
    watch: bool = False,
    stop: Event | None = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> GeocodeOutcome:
    """Look up the places whose turn it is; each verdict is written before the next question.

    ``stop`` ends the run after the place in hand. ``watch`` waits for more instead of ending.
    Raises ``InvalidInput`` for a provider that is unknown or has no key.
    """
    stop = stop or Event()
    answers = StoredAnswers(locator.database)
    geocoding = Geocoding(
        _providers(locator, provider),
        Gazetteer(locator.region),
        answers,
        answers,
        locator.region,
        rate_per_s=locator.settings.geocode_rate,
        daily_limit=locator.settings.geocode_daily,
    )
    outcome = GeocodeOutcome()
    done = 0
    while not stop.is_set():
        with locator.database.session() as session:
            registry = PlaceRegistry(session)
            waiting = registry.pending(BATCH, locator.clock())
            total = done + registry.count_pending(locator.clock())
        if limit is not None:
            waiting, total = waiting[: limit - done], min(total, limit)
        progress(done, total)
        if not waiting:
            if not watch or done == limit:
                break
            stop.wait(WATCH_SECONDS)
            continue
        for place in waiting:
            verdict = geocoding.locate(place.address, place.name, place.district)
            _record(locator, place, verdict)
            outcome.add(place, verdict)
            done += 1
            progress(done, total)
            if stop.is_set():
                break
    return outcome


def _providers(locator: Locator, name: str | None) -> list[Provider]:
    providers: list[Provider] = list(providers_from(locator.settings))
    if name is None:
        return providers
    chosen = [each for each in providers if each.name == name]
    if not chosen and name != "gazetteer":
        usable = "、".join(["gazetteer", *(each.name for each in providers)])
        raise InvalidInput(
            f"不能用“{name[:40]}”查位置:不认识,或者还没有设置密钥。现在可用的是 {usable}。",
            field="provider",
            value=name,
        )
    return chosen


def _record(locator: Locator, place: Place, verdict: Verdict) -> None:
    now: datetime = locator.clock()
    match = verdict.match
    source = None
    if match is not None:
        offline = match.provider == "gazetteer"
        source = LocationSource.GAZETTEER if offline else LocationSource.PROVIDER
    retry = verdict.retry_after_s
    recorded = LocationVerdict(
        place_id=place.id,
        state=verdict.state,
        point=match.point if match else None,
        source=source,
        precision=match.precision if match else None,
        reason=verdict.reason,
        checked_on=locator.now().date(),
        retry_after=now + timedelta(seconds=retry) if retry is not None else None,
    )
    with locator.database.writing() as session:
        PlaceRegistry(session).set_location(
            recorded, actor="geocode", reason=match.provider if match else ""
        )
