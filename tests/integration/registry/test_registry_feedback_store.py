"""One row a phone a place a day, on both databases, and nothing else of the registry moves."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from services.errors import InvalidInput, NotFound, TooOften
from services.locator import Locator
from services.places import PlaceStatus
from services.registry.database import Database
from services.registry.feedback_store import FeedbackStore, Saying
from services.registry.store import PlaceRegistry
from services.settings import Settings
from services.wiring import build
from services.workflows import feedback as workflow
from services.workflows import feedback_json, say
from tests.integration.registry.given import NOON, station

TODAY = date(2026, 11, 23)


@pytest.fixture
def place_ids(database: Database) -> tuple[str, ...]:
    """Eight published places and a draft, which is the last."""
    drafts = [station(number) for number in range(1, 9)]
    with database.writing() as session:
        return (
            PlaceRegistry(session)
            .apply(creates=[*drafts, station(9, status=PlaceStatus.DRAFT)], actor="test")
            .ids
        )


@pytest.fixture
def locator(url: str, place_ids: tuple[str, ...]) -> Iterator[Locator]:
    """A locator on it whose clock stands at Monday noon, UTC+8."""
    locator = build(Settings(database_url=url, secret_key="a secret of the tests"))
    locator.clock = lambda: NOON
    yield locator
    locator.database.dispose()


def saying(place_id: str, **values: object) -> Saying:
    given = Saying(
        place_id=place_id,
        day=TODAY,
        phone_digest="a" * 32,
        said="closed",
        note="",
        at_door=False,
        at=NOON,
    )
    return replace(given, **values)  # type: ignore[arg-type]


def put(database: Database, *sayings: Saying) -> list[bool]:
    with database.writing() as session:
        return [FeedbackStore(session).put(each) for each in sayings]


def test_the_second_word_of_a_day_takes_the_place_of_the_first(
    database: Database, place_ids: tuple[str, ...]
) -> None:
    place = place_ids[0]
    first = saying(place, note="门锁着", at_door=True)
    second = saying(place, said="still_true", at=NOON + timedelta(hours=1))
    assert put(database, first, second) == [True, False]
    with database.session() as session:
        (count,) = FeedbackStore(session).counts(TODAY)
    assert (count.place_id, count.said, count.count) == (place, "still_true", 1)
    assert count.at_door == 1  # it was at the door once
    assert count.last == NOON + timedelta(hours=1)


def test_another_phone_another_day_and_another_place_count_again(
    database: Database, place_ids: tuple[str, ...]
) -> None:
    here, there = place_ids[:2]
    assert (
        put(
            database,
            saying(here),
            saying(here, phone_digest="b" * 32, at_door=True),
            saying(here, day=TODAY + timedelta(days=1), at=NOON + timedelta(days=1)),
            saying(there, said="hours", note="周日不开"),
        )
        == [True] * 4
    )
    with database.session() as session:
        store = FeedbackStore(session)
        assert [(c.place_id, c.said, c.count, c.at_door) for c in store.counts(TODAY)] == sorted(
            [(here, "closed", 3, 1), (there, "hours", 1, 0)]
        )
        assert [c.count for c in store.counts(TODAY + timedelta(days=1))] == [1]
        assert [c.count for c in store.counts(TODAY, there)] == [1]
        assert store.count_of_day(here, TODAY) == 2
        assert [(s.place_id, s.note) for s in store.noted(TODAY, limit=9)] == [(there, "周日不开")]
        assert store.count_noted(TODAY) == 1


def test_notes_come_newest_first_and_no_more_than_asked_for(
    database: Database, place_ids: tuple[str, ...]
) -> None:
    put(
        database,
        *(
            saying(place, note=f"第 {n} 句", at=NOON + timedelta(minutes=n))
            for n, place in enumerate(place_ids[:5])
        ),
    )
    with database.session() as session:
        notes = [each.note for each in FeedbackStore(session).noted(TODAY, limit=3)]
    assert notes == ["第 4 句", "第 3 句", "第 2 句"]


def test_a_damaged_note_and_a_session_that_only_reads_are_refused(
    database: Database, place_ids: tuple[str, ...]
) -> None:
    with pytest.raises(InvalidInput):
        put(database, saying(place_ids[0], note="门\0"))
    with pytest.raises(RuntimeError), database.session() as session:
        FeedbackStore(session).put(saying(place_ids[0]))


def test_nothing_that_is_published_moves(
    locator: Locator, database: Database, place_ids: tuple[str, ...]
) -> None:
    def state() -> object:
        with database.session() as session:
            registry = PlaceRegistry(session)
            return registry.revision(), registry.places(), registry.log.recent(100)

    before = state()
    for number, word in enumerate(("closed", "moved", "hours", "facility", "other", "still_true")):
        assert say(locator, place_ids[0], said=word, phone=f"phone {number}").new
    assert state() == before


def test_a_draft_and_an_unknown_place_are_not_there(
    locator: Locator, place_ids: tuple[str, ...]
) -> None:
    for place in (place_ids[-1], "nothing", ""):
        with pytest.raises(NotFound):
            say(locator, place, said="closed", phone="phone")


def test_a_phone_speaks_of_five_places_an_hour_and_may_change_its_mind(
    locator: Locator, place_ids: tuple[str, ...]
) -> None:
    # Only the clock decides: one word a minute from noon on.
    for minute, place in enumerate(place_ids[:5]):
        locator.clock = lambda minute=minute: NOON + timedelta(minutes=minute)
        assert say(locator, place, said="closed", phone="mine").new
    locator.clock = lambda: NOON + timedelta(minutes=10)
    with pytest.raises(TooOften) as refusal:
        say(locator, place_ids[5], said="closed", phone="mine")
    assert refusal.value.retry_after_s == 50 * 60  # the first was at noon
    assert not say(locator, place_ids[0], said="still_true", phone="mine").new
    assert say(locator, place_ids[5], said="closed", phone="another's").new
    # The second was at 12:01; the first was said again at 12:10.
    locator.clock = lambda: NOON + timedelta(minutes=61)
    assert say(locator, place_ids[5], said="closed", phone="mine").new
    with pytest.raises(TooOften):
        say(locator, place_ids[6], said="closed", phone="mine")
    assert say(locator, place_ids[6], said="closed", phone="mine", rationed=False).new


def test_a_place_takes_so_many_phones_a_day(
    locator: Locator, place_ids: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workflow, "FEEDBACK_PER_PLACE_DAY_MAX", 3)
    place = place_ids[0]
    for number in range(3):
        say(locator, place, said="closed", phone=f"phone {number}")
    with pytest.raises(TooOften, match="3 条") as refusal:
        say(locator, place, said="closed", phone="phone 3")
    assert refusal.value.retry_after_s == 12 * 3600  # it is noon in Yancheng
    assert not say(locator, place, said="moved", phone="phone 1").new
    assert say(locator, place_ids[1], said="closed", phone="phone 3").new
    assert feedback_json(locator, TODAY, place)["total"] == 3
    locator.clock = lambda: NOON + timedelta(hours=12)
    assert say(locator, place, said="closed", phone="phone 3").new


def test_the_day_is_the_citys(locator: Locator, place_ids: tuple[str, ...]) -> None:
    before, after = (
        datetime(2026, 11, 23, 15, 59, tzinfo=UTC),
        datetime(2026, 11, 23, 16, 0, tzinfo=UTC),
    )
    kept = []
    for moment in (before, after):
        locator.clock = lambda moment=moment: moment
        kept.append(say(locator, place_ids[0], said="closed", phone="mine").new)
    assert kept == [True, True]


def test_two_that_speak_at_once_for_one_phone_are_one(
    locator: Locator, place_ids: tuple[str, ...]
) -> None:
    kept: list[bool] = []
    threads = [
        threading.Thread(
            target=lambda: kept.append(say(locator, place_ids[0], said="closed", phone="mine").new)
        )
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(kept) == [False, False, False, True]
    assert feedback_json(locator)["total"] == 1


def test_the_maintainers_list_counts_by_word_and_puts_the_worst_first(
    locator: Locator, place_ids: tuple[str, ...]
) -> None:
    good, bad = place_ids[:2]
    token = token_of(locator, bad)
    for number in range(3):
        say(locator, good, said="still_true", phone=f"phone {number}")
    say(locator, bad, said="closed", phone="phone 1", note="搬空了", door=token)
    say(locator, bad, said="closed", phone="phone 2", door=token_of(locator, good))
    say(locator, bad, said="hours", phone="phone 3")
    report = feedback_json(locator)
    assert (report["since"], report["total"], report["notes_left_out"]) == ("2026-11-16", 6, 0)
    first, second = report["places"]
    assert (first["id"], first["wrong"], first["total"]) == (bad, 3, 3)
    assert first["counts"] == {
        "closed": {"n": 2, "at_door": 1},
        "hours": {"n": 1, "at_door": 0},
    }
    assert first["notes"] == [
        {"at": "2026-11-23T12:00:00+08:00", "said": "closed", "at_door": True, "note": "搬空了"}
    ]
    assert (second["id"], second["wrong"], second["notes"]) == (good, 0, [])
    assert feedback_json(locator, TODAY + timedelta(days=1))["places"] == []
    with pytest.raises(NotFound):
        feedback_json(locator, TODAY, "nothing")


def token_of(locator: Locator, place_id: str) -> str:
    from services.feedback import door_token

    return door_token(locator.secret, place_id)
