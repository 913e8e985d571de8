"""What visitors say of a place: taken in, counted, shown to the maintainers.

It changes nothing that is published.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from services.errors import NotFound, SettingsInvalid, TooOften
from services.feedback import Said, is_at_door, phone_digest, said_of
from services.importing.cells import clean
from services.limits import (
    FEEDBACK_LISTED_MAX,
    FEEDBACK_NOTE_CHARACTERS,
    FEEDBACK_PER_HOUR,
    FEEDBACK_PER_PLACE_DAY_MAX,
)
from services.locator import Locator
from services.places import Place
from services.registry.feedback_store import FeedbackStore, Saying, SayingCount
from services.registry.store import PlaceRegistry

HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Kept:
    """What was kept of a saying."""

    new: bool
    """False: it took the place of what the same phone said earlier that day."""
    said: Said
    at_door: bool
    """Whether this one was said with the door's code."""

    def to_json(self) -> dict[str, Any]:
        """As ``docs/api.md`` has it."""
        return {
            "kept": "new" if self.new else "replaced",
            "said": self.said.value,
            "at_door": self.at_door,
        }


def say(
    locator: Locator,
    place_id: str,
    *,
    said: str,
    phone: str,
    note: str = "",
    door: str = "",
    rationed: bool = True,
) -> Kept:
    """Keep what ``phone`` says of a published place; one row a phone a place a day.

    ``phone`` is any name of it (``feedback.phone_of``) and is not kept, only its digest of the day.
    ``door`` is the token of the door's code, a wrong one counts as none. ``rationed``: the phone
    may speak of ``FEEDBACK_PER_HOUR`` places an hour. Raises ``NotFound``, ``InvalidInput``,
    ``TooOften``, ``RegistryUnusable``, ``SettingsInvalid``.
    """
    if place_id not in locator.snapshot().by_id:
        raise NotFound("没有这个服务点,或者它已经撤下。")
    word = said_of(said)
    text = note_text(note)
    now = locator.now()
    saying = Saying(
        place_id=place_id,
        day=now.date(),
        phone_digest=phone_digest(locator.secret, now.date(), phone),
        said=word.value,
        note=text,
        at_door=bool(door) and is_at_door(locator.secret, place_id, door),
        at=now,
    )
    with locator.database.writing() as session:
        store = FeedbackStore(session)
        if rationed:
            _check_hour(store, saying)
        new = store.put(saying)
        # Counted after: a phone that spoke of the place already may always change its mind.
        if new and store.count_of_day(place_id, saying.day) > FEEDBACK_PER_PLACE_DAY_MAX:
            raise TooOften(
                f"今天说这一处的人已经很多(满 {FEEDBACK_PER_PLACE_DAY_MAX} 条),"
                "管理员会来核对。明天还可以再说,急事请打电话。",
                retry_after_s=_until_tomorrow(now),
            )
    return Kept(new, word, saying.at_door)


def at_door(locator: Locator, place_id: str, door: str) -> bool:
    """Whether this page was opened by the code at the place's door.

    Never raises: without a secret (a read-only disk) nobody is at a door.
    """
    try:
        return bool(door) and is_at_door(locator.secret, place_id, door)
    except SettingsInvalid:
        return False


def note_text(note: str) -> str:
    """A note as it is kept: NFC, one line, nothing invisible.

    Format characters are dropped (phones paste them unseen, around numbers and inside emoji);
    everything else is as strict as a cell of an import. Raises ``InvalidInput`` on ``note``.
    """
    seen = "".join(each for each in note if unicodedata.category(each) != "Cf")
    return clean(seen, "note", FEEDBACK_NOTE_CHARACTERS)


def feedback_json(
    locator: Locator, since: date | None = None, place: str | None = None
) -> dict[str, Any]:
    """What was said from ``since`` (a week ago) on, of all places or of one, as JSON values.

    Places of which most is said to be wrong come first; notes are the newest, at most
    ``FEEDBACK_LISTED_MAX`` (``notes_left_out`` counts the others). Raises ``NotFound``.
    """
    since = since or locator.now().date() - timedelta(days=7)
    with locator.database.session() as session:
        registry, store = PlaceRegistry(session), FeedbackStore(session)
        if place is not None and registry.get(place) is None:
            raise NotFound(f"没有编号为“{place}”的服务点。")
        counts = store.counts(since, place)
        notes = store.noted(since, place, limit=FEEDBACK_LISTED_MAX)
        noted = store.count_noted(since, place)
        known = registry.get_many(sorted({each.place_id for each in counts}))
    said_of_place: dict[str, tuple[list[SayingCount], list[Saying]]] = {
        place_id: ([], []) for place_id in known
    }
    for each in counts:
        said_of_place[each.place_id][0].append(each)
    for note in notes:
        said_of_place[note.place_id][1].append(note)
    listed = [
        _place_json(locator, known[place_id], counted, noted_here)
        for place_id, (counted, noted_here) in said_of_place.items()
    ]
    listed.sort(key=lambda row: (-row["wrong"], -row["total"], row["id"]))
    return {
        "since": since.isoformat(),
        "total": sum(row["total"] for row in listed),
        "notes_left_out": noted - len(notes),
        "places": listed,
    }


def feedback_lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The same for a person."""
    if not report["places"]:
        yield f"{report['since']} 以来没有人说过什么。"
        return
    yield f"{report['since']} 以来 {report['total']} 条,{len(report['places'])} 处。"
    for row in report["places"]:
        what = " · ".join(filter(None, (row["kind"], row["district"])))
        yield f"{row['id']} {row['name']}({what})"
        for word, count in row["counts"].items():
            door = f",其中 {count['at_door']} 条在门口" if count["at_door"] else ""
            yield f"  {Said(word).word} {count['n']} 条{door}"
        for note in row["notes"]:
            door = "(在门口)" if note["at_door"] else ""
            at = note["at"][:16].replace("T", " ")
            yield f"    {at} {Said(note['said']).word}{door}:{note['note']}"
    if report["notes_left_out"]:
        left_out = report["notes_left_out"]
        yield f"另有 {left_out} 条更早的附言没有列出,用 --since 或 --place 缩小范围。"


def _check_hour(store: FeedbackStore, saying: Saying) -> None:
    times = store.times(saying.day, saying.phone_digest, saying.at - HOUR)
    others = [at for place_id, at in times if place_id != saying.place_id]
    if len(others) >= FEEDBACK_PER_HOUR:
        raise TooOften(
            f"这部手机一小时里已经说了 {FEEDBACK_PER_HOUR} 处,谢谢。请过一会儿再说下一处。",
            retry_after_s=(others[-FEEDBACK_PER_HOUR] + HOUR - saying.at).total_seconds(),
        )


def _until_tomorrow(now: datetime) -> float:
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    return (midnight - now).total_seconds()


def _place_json(
    locator: Locator, place: Place, counted: list[SayingCount], notes: list[Saying]
) -> dict[str, Any]:
    by_word = {each.said: each for each in counted}
    tz = locator.region.tz
    return {
        "id": place.id,
        "name": place.name,
        "kind": locator.vocabulary.kind(place.kind).name,
        "district": locator.region.district_name(place.district),
        "status": place.status.value,
        "total": sum(each.count for each in counted),
        "wrong": sum(each.count for each in counted if Said(each.said).wrong),
        "last": max(each.last for each in counted).astimezone(tz).isoformat(timespec="seconds"),
        "counts": {
            word.value: {"n": by_word[word].count, "at_door": by_word[word].at_door}
            for word in Said
            if word in by_word
        },
        "notes": [
            {
                "at": each.at.astimezone(tz).isoformat(timespec="seconds"),
                "said": each.said,
                "at_door": each.at_door,
                "note": each.note,
            }
            for each in notes
        ],
    }
