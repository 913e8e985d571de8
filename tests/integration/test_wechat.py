"""The client and the keeper against a stub of WeChat that kills an old token with a new one."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

import pytest

from services.errors import (
    LocatorError,
    ProviderBusy,
    ProviderError,
    ProviderNonsense,
    ProviderRefused,
    ProviderUnreachable,
    RegistryUnusable,
)
from services.registry.database import Database
from services.settings import ROOT
from services.wechat import Credential, TicketKeeper, WechatClient
from services.wechat import keeper as keeping
from services.workflows.signing import StoredCredentials
from tests.integration.wechat_stub import APP_ID, APP_SECRET, MISBEHAVIOURS, WechatStub

START = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Clock:
    """A clock that is set by hand; waiting moves it."""

    def __init__(self) -> None:
        self.now = START
        self.elapsed_s = 0.0

    def __call__(self) -> datetime:
        return self.now

    def monotonic(self) -> float:
        return self.elapsed_s

    def sleep(self, seconds: float) -> None:
        self.ahead(seconds)

    def ahead(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.elapsed_s += seconds

    def set_back(self, seconds: float) -> None:
        self.now -= timedelta(seconds=seconds)


@pytest.fixture
def stub() -> Iterator[WechatStub]:
    with WechatStub() as stub:
        yield stub


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'registry.db'}")
    database.upgrade()
    yield database
    database.dispose()


@pytest.fixture
def store(database: Database) -> StoredCredentials:
    return StoredCredentials(database, APP_ID)


@pytest.fixture
def keeper_of(
    stub: WechatStub, clock: Clock, store: StoredCredentials
) -> Callable[..., TicketKeeper]:
    """A keeper as another process would have it; its refreshes are done at once."""

    def make(**options: object) -> TicketKeeper:
        values = {
            "clock": clock,
            "monotonic": clock.monotonic,
            "sleep": clock.sleep,
            "spawn": lambda work: work(),
            **options,
        }
        client = WechatClient(APP_ID, APP_SECRET, stub.url)
        return TicketKeeper(client, store, **values)  # type: ignore[arg-type]

    return make


@pytest.fixture
def keeper(keeper_of: Callable[..., TicketKeeper]) -> TicketKeeper:
    return keeper_of()


def client_of(stub: WechatStub, **options: float) -> WechatClient:
    return WechatClient(APP_ID, APP_SECRET, stub.url, **options)


# ---------------------------------------------------------------- the client

EXPECTED: dict[str, type[ProviderError]] = {
    "forbidden": ProviderRefused,
    "rate_limited": ProviderBusy,
    "server_error": ProviderUnreachable,
    "silence": ProviderUnreachable,
    "drip": ProviderUnreachable,
    "cut": ProviderUnreachable,
    "reset": ProviderUnreachable,
}
"""Every other misbehaviour is nonsense."""

CODES: dict[int, type[ProviderError]] = {
    -1: ProviderBusy,
    40001: ProviderRefused,
    40013: ProviderRefused,
    40125: ProviderRefused,
    40164: ProviderRefused,
    45009: ProviderBusy,
    48001: ProviderRefused,
}


@pytest.mark.parametrize("how", sorted(MISBEHAVIOURS))
@pytest.mark.parametrize("what", ["token", "ticket"])
def test_whatever_comes_back_is_one_of_our_errors_and_tells_no_secret(
    stub: WechatStub, what: str, how: str
) -> None:
    client = client_of(stub, timeout_s=0.3 if how in ("silence", "drip") else 8.0)
    stub.misbehave(what, how)
    with pytest.raises(EXPECTED.get(how, ProviderNonsense)) as raised:
        client.token() if what == "token" else client.ticket("TOKEN-of-a-test")
    assert_tells_no_secret(raised.value)
    assert stub.strays == []  # the redirect was not followed


@pytest.mark.parametrize("code", sorted(CODES))
def test_an_error_code_is_said_with_its_number(stub: WechatStub, code: int) -> None:
    stub.misbehave("token", f"code {code}")
    with pytest.raises(CODES[code]) as raised:
        client_of(stub).token()
    assert str(code) in raised.value.message
    assert_tells_no_secret(raised.value)


def test_a_wrong_secret_and_a_server_that_is_away_are_said(stub: WechatStub) -> None:
    with pytest.raises(ProviderRefused):
        WechatClient(APP_ID, "0therSecret0therSecret", stub.url).token()
    with pytest.raises(ProviderUnreachable):
        WechatClient(APP_ID, APP_SECRET, "http://127.0.0.1:9").token()


def test_the_documented_answer_is_read(stub: WechatStub) -> None:
    client = client_of(stub)
    token = client.token()
    ticket = client.ticket(token.value)
    assert stub.good(ticket.value)
    assert (token.life_s, ticket.life_s) == (7200, 7200)


def test_more_life_than_documented_is_not_believed(stub: WechatStub) -> None:
    stub.expires_in = 80_000
    assert client_of(stub).token().life_s == 7200


def assert_tells_no_secret(problem: BaseException) -> None:
    chain: BaseException | None = problem
    while chain is not None:
        said = f"{chain!s} {chain!r} {vars(chain)}"
        if chain.__suppress_context__:
            chain = chain.__cause__
        else:
            chain = chain.__cause__ or chain.__context__
        for secret in (APP_SECRET, "TOKEN-", "TICKET-", "secret=", "access_token="):
            assert secret not in said


# ---------------------------------------------------------------- the keeper


def test_one_ticket_serves_every_process_until_four_fifths_of_its_life(
    stub: WechatStub, clock: Clock, keeper_of: Callable[..., TicketKeeper]
) -> None:
    one, two = keeper_of(), keeper_of()
    first = one.ticket()
    assert stub.good(first)
    for _ in range(57):
        assert one.ticket() == two.ticket() == first
        clock.ahead(100)
    assert stub.asked == ["token", "ticket"]
    clock.ahead(60)  # 5,760 s: four fifths of 7,200
    one.ticket()
    second = one.ticket()
    assert second != first
    assert stub.good(second)
    assert two.ticket() == second
    assert stub.asked == ["token", "ticket"] * 2


def test_a_fresh_ticket_costs_neither_a_question_nor_a_look_into_the_database(
    clock: Clock, keeper: TicketKeeper, store: StoredCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = keeper.ticket()

    def no(*_: object) -> None:
        raise AssertionError

    for name in ("read", "lease", "keep", "release"):
        monkeypatch.setattr(store, name, no)
    clock.ahead(5_000)
    assert keeper.ticket() == ticket


def test_a_new_process_takes_what_the_last_one_left(
    stub: WechatStub, clock: Clock, keeper_of: Callable[..., TicketKeeper]
) -> None:
    ticket = keeper_of().ticket()
    clock.ahead(3_600)
    assert keeper_of().ticket() == ticket
    assert len(stub.asked) == 2


def test_an_expired_ticket_is_never_given(
    stub: WechatStub, clock: Clock, keeper: TicketKeeper
) -> None:
    first = keeper.ticket()
    stub.misbehave("token", "server_error")
    clock.ahead(7_199)
    assert keeper.ticket() == first
    clock.ahead(2)
    with pytest.raises(ProviderUnreachable):
        keeper.ticket()
    stub.behave()
    clock.ahead(60)
    assert stub.good(keeper.ticket())


def test_a_short_life_is_kept_to(stub: WechatStub, clock: Clock, keeper: TicketKeeper) -> None:
    stub.expires_in = 100
    first = keeper.ticket()
    clock.ahead(79)
    assert keeper.ticket() == first
    assert len(stub.asked) == 2
    clock.ahead(2)
    keeper.ticket()
    assert len(stub.asked) == 4


@pytest.mark.parametrize("code", [40001, 40014, 42001])
def test_a_token_that_was_killed_elsewhere_is_replaced_once(
    stub: WechatStub,
    clock: Clock,
    keeper_of: Callable[..., TicketKeeper],
    store: StoredCredentials,
    code: int,
) -> None:
    first = keeper_of().ticket()
    # The ticket's life ends before the token's.
    assert store.lease("a test", START, START + timedelta(hours=1))
    assert store.keep("a test", "ticket", Credential(first, START, START))
    store.release("a test")
    clock.ahead(600)
    stub.misbehave("ticket", f"code {code}", times=1)
    second = keeper_of().ticket()
    assert second != first
    assert stub.good(second)
    assert stub.asked == ["token", "ticket", "ticket", "token", "ticket"]


def test_a_token_that_is_refused_again_is_not_asked_for_a_third_time(
    stub: WechatStub, keeper: TicketKeeper
) -> None:
    stub.misbehave("ticket", "code 40001")
    with pytest.raises(ProviderRefused) as raised:
        keeper.ticket()
    assert_tells_no_secret(raised.value)
    assert stub.asked == ["token", "ticket"] * 2


def test_somebody_elses_token_is_noticed_and_mended(
    stub: WechatStub, clock: Clock, keeper: TicketKeeper
) -> None:
    keeper.ticket()
    clock.ahead(5_800)
    stub.misbehave("ticket", "server_error", times=1)
    keeper.ticket()  # a new token, but no ticket
    stub.kill_token()
    clock.ahead(30)
    keeper.ticket()
    assert stub.good(keeper.ticket())
    assert stub.asked == ["token", "ticket", "token", "ticket", "ticket", "token", "ticket"]


def test_wechats_own_date_is_not_looked_at(stub: WechatStub, keeper: TicketKeeper) -> None:
    for date in ("Mon, 01 Jan 2001 00:00:00 GMT", "Fri, 31 Dec 2055 23:59:59 GMT", "yesterday"):
        stub.date = date
        assert stub.good(keeper.ticket())
    assert len(stub.asked) == 2


@pytest.mark.parametrize("memory", [True, False])
def test_a_clock_that_is_set_back_makes_no_ticket_live_longer(
    stub: WechatStub, clock: Clock, keeper_of: Callable[..., TicketKeeper], memory: bool
) -> None:
    keeper = keeper_of()
    first = keeper.ticket()
    clock.set_back(30)  # a correction
    assert keeper.ticket() == first
    clock.set_back(86_400)
    later = keeper if memory else keeper_of()
    second = later.ticket()
    assert second != first
    assert stub.good(second)
    clock.ahead(86_400 + 30)  # and set right again: that one is from the past now
    third = later.ticket()
    assert third not in (first, second)
    assert stub.good(third)


def test_wechat_is_left_alone_for_a_while_after_a_failure_and_longer_each_time(
    stub: WechatStub, clock: Clock, keeper: TicketKeeper
) -> None:
    stub.misbehave("token", "server_error")
    asked = []
    for _ in range(600):
        with pytest.raises(ProviderUnreachable) as raised:
            keeper.ticket()
        asked.append(len(stub.asked))
        assert raised.value.message
        clock.ahead(1)
    times = [second for second in range(1, 600) if asked[second] > asked[second - 1]]
    waits = [later - earlier for earlier, later in zip([0, *times], times, strict=False)]
    assert waits[:5] == [2, 4, 8, 16, 32]
    assert set(waits[5:]) == {60}


def test_whoever_is_refused_for_now_is_told_when_to_come_back(
    clock: Clock, stub: WechatStub, keeper: TicketKeeper
) -> None:
    stub.misbehave("token", "code 45009", times=1)
    with pytest.raises(ProviderBusy):
        keeper.ticket()
    clock.ahead(100)
    with pytest.raises(ProviderBusy) as raised:
        keeper.ticket()
    assert raised.value.retry_after_s == 500
    assert len(stub.asked) == 1


def test_a_failure_is_reported_and_the_old_ticket_goes_on(
    stub: WechatStub, clock: Clock, keeper_of: Callable[..., TicketKeeper]
) -> None:
    told: list[LocatorError] = []
    keeper = keeper_of(report=told.append)
    first = keeper.ticket()
    clock.ahead(5_800)
    stub.misbehave("token", "code 40164")
    assert [keeper.ticket() for _ in range(5)] == [first] * 5
    assert [type(problem) for problem in told] == [ProviderRefused]
    assert "白名单" in told[0].message


def test_a_database_that_fails_leaves_the_ticket_in_memory(
    clock: Clock, keeper: TicketKeeper, store: StoredCredentials, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = keeper.ticket()

    def broken(*_: object) -> None:
        raise RegistryUnusable("磁盘满了。")

    monkeypatch.setattr(store, "read", broken)
    clock.ahead(6_000)
    assert keeper.ticket() == first
    clock.ahead(6_000)
    with pytest.raises(RegistryUnusable):
        keeper.ticket()


# ---------------------------------------------------------------- several at once


def test_who_has_a_ticket_does_not_wait_for_the_process_that_renews_it(
    stub: WechatStub, clock: Clock, keeper: TicketKeeper, store: StoredCredentials
) -> None:
    first = keeper.ticket()
    clock.ahead(5_800)
    assert store.lease("another process", clock(), clock() + timedelta(seconds=40))
    assert [keeper.ticket() for _ in range(3)] == [first] * 3
    assert len(stub.asked) == 2
    assert clock.elapsed_s == 5_800  # nobody slept


def test_the_lease_of_a_process_that_died_ends_by_itself(
    stub: WechatStub, clock: Clock, keeper: TicketKeeper, store: StoredCredentials
) -> None:
    assert store.lease("a dead process", clock(), clock() + timedelta(seconds=30))
    assert stub.good(keeper.ticket())
    assert 30 <= clock.elapsed_s < 31


def test_a_ticket_that_came_just_before_the_lease_is_taken_as_it_is(
    stub: WechatStub,
    clock: Clock,
    keeper_of: Callable[..., TicketKeeper],
    store: StoredCredentials,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other, lease = keeper_of(), store.lease

    def lease_after_the_other(*values: object) -> bool:
        monkeypatch.setattr(store, "lease", lease)
        other.ticket()
        return lease(*values)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "lease", lease_after_the_other)
    assert keeper_of().ticket() == other.ticket()
    assert stub.asked == ["token", "ticket"]


def test_a_refresher_that_lost_its_lease_keeps_nothing(
    stub: WechatStub, clock: Clock, keeper_of: Callable[..., TicketKeeper], store: StoredCredentials
) -> None:
    class Slow(WechatClient):
        def token(self) -> object:  # type: ignore[override]
            issued = super().token()
            clock.ahead(41)
            assert store.lease("a faster one", clock(), clock() + timedelta(seconds=40))
            return issued

    keeper = keeper_of()
    keeper._client = Slow(APP_ID, APP_SECRET, stub.url)
    with pytest.raises(ProviderBusy):
        keeper.ticket()
    assert "token" not in store.read()
    assert store.read()["lease"].value == "a faster one"


def test_the_writers_lock_is_free_while_wechat_is_asked(
    stub: WechatStub, clock: Clock, database: Database, keeper_of: Callable[..., TicketKeeper]
) -> None:
    stub.open.clear()
    keeper = keeper_of()
    asking = threading.Thread(target=keeper.ticket)
    asking.start()
    stub.wait_for(1)
    with database.writing():
        pass
    stub.open.set()
    asking.join()


def test_threads_of_one_process_share_one_refresh(
    stub: WechatStub, clock: Clock, keeper_of: Callable[..., TicketKeeper],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(keeping, "PATIENCE_S", 60.0)
    keeper = keeper_of(spawn=keeping.in_a_thread)
    stub.open.clear()
    found: list[str] = []
    threads = [threading.Thread(target=lambda: found.append(keeper.ticket())) for _ in range(8)]
    for thread in threads:
        thread.start()
    stub.wait_for(1)
    stub.open.set()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert stub.good(found[0])
    assert stub.asked == ["token", "ticket"]


def test_who_has_none_does_not_wait_for_ever(
    stub: WechatStub, keeper_of: Callable[..., TicketKeeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "PATIENCE_S", 0.05)
    keeper = keeper_of(spawn=keeping.in_a_thread)
    stub.open.clear()
    for _ in range(3):
        with pytest.raises(ProviderBusy):
            keeper.ticket()
    stub.open.set()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_two_processes_at_once_ask_for_one_token_and_both_get_a_good_ticket(
    stub: WechatStub, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    url = f"sqlite:///{tmp_path / 'shared.db'}"
    if engine == "postgresql":
        url = request.getfixturevalue("fresh_postgres_url")()
    Database(url).upgrade()
    stub.open.clear()
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.integration.asking_wechat", url, stub.url],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    outs: list[IO[str]] = []
    for process in processes:
        assert process.stdin is not None
        assert process.stdout is not None
        outs.append(process.stdout)
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    assert [out.readline() for out in outs] == ["asking\n"] * 2
    stub.wait_for(1)
    stub.open.set()
    tickets = [process.communicate(timeout=60)[0].strip() for process in processes]
    assert [process.returncode for process in processes] == [0, 0]
    assert stub.asked == ["token", "ticket"]
    assert [stub.good(ticket) for ticket in tickets] == [True, True]


def test_nothing_secret_is_logged(
    stub: WechatStub, clock: Clock, keeper: TicketKeeper, caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    ticket = keeper.ticket()
    for how in sorted(MISBEHAVIOURS.keys() - {"silence", "drip"}):
        stub.misbehave("ticket", how)
        clock.ahead(7_300)
        with pytest.raises(ProviderError):
            keeper.ticket()
    written = caplog.text + "".join(capfd.readouterr()) + repr(vars(keeper))
    for secret in (APP_SECRET, ticket, "TOKEN-", "TICKET-", "access_token"):
        assert secret not in written
