"""How fast and how stubbornly one provider is asked: rate, back-off, rest, circuit breaker.

A provider is *resting* while it is not to be asked: after it said when to come back, after too
many failures in a row, or for good when it refused our key.
"""

from __future__ import annotations

import math
import time
from datetime import UTC, datetime
from typing import Final, Protocol

from services.errors import ProviderBusy, ProviderError, ProviderRefused, ProviderUnreachable
from services.limits import (
    PROVIDER_ATTEMPTS,
    PROVIDER_BACKOFF_MAX_S,
    PROVIDER_FAILURES_TO_OPEN_CIRCUIT,
)

_BACKOFF_FIRST_S: Final = 1.0


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> datetime:
        """The time of day, aware UTC."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The time of day, aware UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


class Pace:
    """The state of one provider in this run."""

    def __init__(self, *, rate_per_s: float, clock: Clock) -> None:
        self._interval_s = 1.0 / rate_per_s
        self._clock = clock
        self._next_at = -math.inf
        self._rests_until = -math.inf
        self._failures = 0
        self._last: ProviderError | None = None

    @property
    def rests_s(self) -> float:
        """Seconds until the provider may be asked again; 0 now, infinite never in this run."""
        return max(0.0, self._rests_until - self._clock.monotonic())

    @property
    def last_failure(self) -> ProviderError | None:
        """Why it rests."""
        return self._last

    def wait_for_turn(self) -> None:
        """Sleep until the next request keeps to the rate."""
        now = self._clock.monotonic()
        if self._next_at > now:
            self._clock.sleep(self._next_at - now)
            now = self._clock.monotonic()
        self._next_at = now + self._interval_s

    def succeeded(self) -> None:
        """Note an answer: found or not, it came."""
        self._failures = 0

    def failed(self, problem: ProviderError, attempt: int) -> float | None:
        """Note a failure; the seconds to wait before trying again, None to give up for now.

        ``attempt`` counts from 1. Only what passes by itself is tried again: a refused key or
        nonsense is the same the second time. A wait that the provider asks for is kept to; when
        it is longer than ``limits.PROVIDER_BACKOFF_MAX_S`` the provider rests that long instead.
        """
        self._last = problem
        self._failures += 1
        if isinstance(problem, ProviderRefused):
            self._rests_until = math.inf
            return None
        if self._failures >= PROVIDER_FAILURES_TO_OPEN_CIRCUIT:
            self._rest(max(PROVIDER_BACKOFF_MAX_S, problem.retry_after_s or 0.0))
            return None
        if not isinstance(problem, ProviderBusy | ProviderUnreachable):
            return None
        asked_for = problem.retry_after_s or 0.0
        if asked_for > PROVIDER_BACKOFF_MAX_S:
            self._rest(asked_for)
            return None
        doubled: float = _BACKOFF_FIRST_S * 2 ** (attempt - 1)
        wait = max(asked_for, min(doubled, PROVIDER_BACKOFF_MAX_S))
        if attempt >= PROVIDER_ATTEMPTS:
            if asked_for:
                self._rest(asked_for)
            return None
        return wait

    def _rest(self, seconds: float) -> None:
        self._rests_until = self._clock.monotonic() + seconds
