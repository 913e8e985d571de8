"""Who asks WeChat for a new ticket, when, and who waits for it.

A ticket is kept in the database for all processes and, as long as it is fresh, in the memory of
each: a signature then costs neither a question nor a write. From ``RENEW_AT`` of its life on it is
renewed while it is still good, by **one** refresher among all processes, because a new token ends
the life of the one before it. Who may refresh is a *lease* in the database, taken in a short
transaction; no lock of the database is held while the network is waited for. A lease outlasts the
questions of one refresh and ends by itself when its holder dies.

Nobody waits for WeChat who has a good ticket; who has none waits ``PATIENCE_S`` at most, for the
refresh of this process, which runs in a thread of its own. After a failure WeChat is left alone for
a while, longer each time.

Time: lives are counted from our own clock when we asked. A credential "from the future" (the clock
was set back) is dead beyond ``SKEW_S``, so that no set clock makes a ticket live for ever.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

from services.errors import (
    LocatorError,
    ProviderBusy,
    ProviderError,
    ProviderRefused,
    RegistryUnusable,
)
from services.limits import PROVIDER_BACKOFF_MAX_S
from services.wechat.client import PROVIDER, Issued, TokenDead, WechatClient

TOKEN: Final = "token"  # noqa: S105  a name, not a secret
TICKET: Final = "ticket"
LEASE: Final = "lease"

RENEW_AT: Final = 0.8
SKEW_S: Final = 60
LEASE_S: Final = 40
"""Two tokens and two tickets, each with ``PROVIDER_TIMEOUT_S``, and some more."""
PATIENCE_S: Final = 3.0
"""A page gives up waiting for its signature after as long."""
POLL_S: Final = 0.1
ELSEWHERE_S: Final = 1.0
"""How soon to look again after another process was found refreshing."""
_BACKOFF_FIRST_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Credential:
    """A value with its life: from when we asked for it (aware) until it ends."""

    value: str = field(repr=False)
    fetched_at: datetime
    expires_at: datetime

    def alive(self, now: datetime) -> bool:
        """Whether it may be used."""
        return self.fetched_at - timedelta(seconds=SKEW_S) <= now < self.expires_at

    def fresh(self, now: datetime) -> bool:
        """Whether it need not be renewed yet."""
        return self.alive(now) and now < self.fetched_at + RENEW_AT * (
            self.expires_at - self.fetched_at
        )


class CredentialStore(Protocol):
    """One account's credentials, shared by all processes.

    Any call may raise ``RegistryUnusable``.
    """

    def read(self) -> Mapping[str, Credential]:
        """Those that are kept, by name."""

    def lease(self, holder: str, now: datetime, until: datetime) -> bool:
        """Take the lease unless somebody else holds one that is alive."""

    def keep(self, holder: str, name: str, credential: Credential) -> bool:
        """Replace a credential; False, and nothing kept, when ``holder`` has lost the lease."""

    def release(self, holder: str) -> None:
        """Give the lease back, if it is still this holder's."""


@dataclass(slots=True)
class _Run:
    """One refresh of this process."""

    began_s: float
    done: threading.Event = field(default_factory=threading.Event)
    problem: LocatorError | None = None


def in_a_thread(work: Callable[[], None]) -> None:
    """Run beside whoever asked; the process may end meanwhile."""
    try:
        threading.Thread(target=work, name="wechat-refresh", daemon=True).start()
    except RuntimeError:  # no thread to be had
        work()


class TicketKeeper:
    """Gives the ticket of one account. One a process; safe to share between threads."""

    def __init__(
        self,
        client: WechatClient,
        store: CredentialStore,
        *,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        spawn: Callable[[Callable[[], None]], None] = in_a_thread,
        report: Callable[[LocatorError], None] = lambda problem: None,
    ) -> None:
        self._client = client
        self._store = store
        self._clock = clock
        self._monotonic = monotonic
        self._sleep = sleep
        self._spawn = spawn
        self._report = report
        self._ticket: Credential | None = None
        self._lock = threading.Lock()
        self._run: _Run | None = None
        self._rests_until_s = float("-inf")
        self._failures = 0
        self._problem: LocatorError | None = None

    def ticket(self) -> str:
        """A ticket that is good now. Raises ``ProviderError`` or ``RegistryUnusable``."""
        now = self._clock()
        kept = self._known(now)
        if kept is not None and kept.fresh(now):
            return kept.value
        run = self._refreshing()
        if kept is not None:
            return kept.value
        if run is None:
            raise self._resting()
        if not run.done.wait(max(0.0, PATIENCE_S - (self._monotonic() - run.began_s))):
            raise ProviderBusy(
                "微信还没有答复。请稍后再试。", provider=PROVIDER, retry_after_s=PATIENCE_S
            )
        kept = self._known(self._clock())
        if kept is None:
            raise _again(run.problem, None) or self._resting()
        return kept.value

    def _known(self, now: datetime) -> Credential | None:
        """The living ticket, from memory while it is fresh, else as the database has it."""
        known = self._ticket
        if known is not None and known.fresh(now):
            return known
        try:
            stored = self._store.read().get(TICKET)
        except RegistryUnusable:
            # What is in memory stays good though the database does not answer.
            if known is None or not known.alive(now):
                raise
            return known
        if stored is not None:
            self._ticket = known = stored
        return known if known is not None and known.alive(now) else None

    # ------------------------------------------------------------ this process's one refresh

    def _refreshing(self) -> _Run | None:
        """The refresh that is under way, or a new one; None while WeChat is left alone."""
        with self._lock:
            if self._run is not None:
                return self._run
            if self._monotonic() < self._rests_until_s:
                return None
            self._run = run = _Run(self._monotonic())
        self._spawn(lambda: self._carry_out(run))
        return run

    def _carry_out(self, run: _Run) -> None:
        rest_s = PROVIDER_BACKOFF_MAX_S  # of a crash
        try:
            rest_s = 0.0 if self._refresh() else ELSEWHERE_S
            self._failures, self._problem = 0, None
        except LocatorError as problem:
            run.problem = self._problem = problem
            rest_s = self._rest_after(problem)
            self._report(problem)
        finally:
            with self._lock:
                self._rests_until_s = self._monotonic() + rest_s
                self._run = None
            run.done.set()

    def _rest_after(self, problem: LocatorError) -> float:
        self._failures += 1
        if isinstance(problem, ProviderRefused):  # the same the next second
            return PROVIDER_BACKOFF_MAX_S
        doubled: float = _BACKOFF_FIRST_S * 2 ** min(self._failures - 1, 10)
        asked_for: float = getattr(problem, "retry_after_s", None) or 0.0
        return max(asked_for, min(doubled, PROVIDER_BACKOFF_MAX_S))

    def _resting(self) -> LocatorError:
        """Why there is no ticket, with the time after which to ask again."""
        left_s = max(1.0, self._rests_until_s - self._monotonic())
        return _again(self._problem, left_s) or _elsewhere(left_s)

    # ------------------------------------------------------------ the one refresher of all

    def _refresh(self) -> bool:
        """Renew the ticket; False when another process does or did."""
        holder = secrets.token_hex(8)
        if not self._lease(holder):
            return False
        try:
            return self._renew(holder)
        finally:
            with suppress(RegistryUnusable):  # then it ends by itself
                self._store.release(holder)

    def _lease(self, holder: str) -> bool:
        """Take the lease. Whoever has a living ticket does not wait for another's refresh."""
        began_s = self._monotonic()
        while True:
            now, kept = self._clock(), self._store.read()
            ticket, lease = kept.get(TICKET), kept.get(LEASE)
            if ticket is not None and ticket.fresh(now):
                return False
            free = lease is None or not lease.alive(now)
            if free and self._store.lease(holder, now, now + timedelta(seconds=LEASE_S)):
                return True
            if ticket is not None and ticket.alive(now):
                return False
            if self._monotonic() - began_s > LEASE_S:
                raise _elsewhere(ELSEWHERE_S)
            self._sleep(POLL_S)

    def _renew(self, holder: str) -> bool:
        now, kept = self._clock(), self._store.read()
        ticket, token = kept.get(TICKET), kept.get(TOKEN)
        if ticket is not None and ticket.fresh(now):
            return False  # it came between our look and our lease
        if token is None or not token.fresh(now):
            token = self._ask(holder, TOKEN, self._client.token)
        try:
            ticket = self._ask_ticket(holder, token)
        except TokenDead:
            # Somebody else asked for a token of this account. Once more, with a new one.
            ticket = self._ask_ticket(holder, self._ask(holder, TOKEN, self._client.token))
        self._ticket = ticket
        return True

    def _ask_ticket(self, holder: str, token: Credential) -> Credential:
        return self._ask(holder, TICKET, lambda: self._client.ticket(token.value))

    def _ask(self, holder: str, name: str, question: Callable[[], Issued]) -> Credential:
        """Ask, and keep the answer at once: a token that is not kept is lost."""
        asked_at = self._clock()
        issued = question()
        got = Credential(issued.value, asked_at, asked_at + timedelta(seconds=issued.life_s))
        if not self._store.keep(holder, name, got):
            raise _elsewhere(ELSEWHERE_S)
        return got


def _again(problem: LocatorError | None, retry_after_s: float | None) -> LocatorError | None:
    """The same failure to be raised once more: several requests may meet it at once."""
    if isinstance(problem, ProviderError):
        wait_s = problem.retry_after_s if retry_after_s is None else retry_after_s
        return type(problem)(problem.message, provider=PROVIDER, retry_after_s=wait_s)
    return None if problem is None else type(problem)(problem.message)


def _elsewhere(retry_after_s: float) -> ProviderBusy:
    return ProviderBusy(
        "另一个进程正在向微信更新票据。请稍后再试。", provider=PROVIDER, retry_after_s=retry_after_s
    )
