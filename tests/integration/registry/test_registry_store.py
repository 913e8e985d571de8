"""The registry's reading and writing, on both engines."""

import base64
import hashlib
from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest

from services.errors import Conflict, InvalidInput, NotFound
from services.geo.point import Point
from services.places import (
    DRAFT_FIELDS,
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    PlaceUpdate,
    Precision,
)
from services.registry import identity
from services.registry.database import Database
from services.registry.store import Applied, LocationVerdict, PlaceRegistry
from tests.integration.registry.given import NOON, station

DRAFT, PUBLISHED, SUSPENDED, WITHDRAWN = PlaceStatus


def write(database: Database, *creates: PlaceDraft, updates: list[PlaceUpdate] = []) -> Applied:  # noqa: B006
    with database.writing() as session:
        registry = PlaceRegistry(session, clock=lambda: NOON)
        return registry.apply(creates=creates, updates=updates, actor="王敏", reason="导入")


def update(database: Database, place_id: str, **values: object) -> Applied:
    with database.session() as session:
        version = PlaceRegistry(session).get_many([place_id])[place_id].version
    return write(database, updates=[PlaceUpdate(place_id, version, values)])


def test_a_place_comes_back_as_it_was_written(database: Database) -> None:
    draft = station()
    applied = write(database, draft)
    with database.session() as session:
        place = PlaceRegistry(session).get(applied.ids[0])
    assert place is not None
    assert {f: getattr(place, f) for f in DRAFT_FIELDS} == {
        f.name: getattr(draft, f.name) for f in fields(draft)
    }
    assert (place.created_at, place.updated_at, place.version) == (NOON, NOON, 1)
    assert place.created_at.tzinfo is UTC


def test_a_place_of_which_nothing_is_known_comes_back_with_nothing(database: Database) -> None:
    draft = PlaceDraft(kind="station", name="某站")
    (place_id,) = write(database, draft).ids
    with database.session() as session:
        place = PlaceRegistry(session).get(place_id)
    assert place is not None
    assert {f: getattr(place, f) for f in DRAFT_FIELDS} == {
        f: getattr(draft, f) for f in DRAFT_FIELDS
    }


def test_coordinates_are_kept_to_a_millionth_of_a_degree(database: Database) -> None:
    (place_id,) = write(database, station(point=Point(33.12345649, 120.98765451))).ids
    with database.session() as session:
        place = PlaceRegistry(session).get(place_id)
    assert place is not None
    assert place.point == Point(33.123456, 120.987655)


def test_ids_are_the_first_fifty_bits_of_the_identity_in_crockford_base32(
    database: Database,
) -> None:
    (with_number,) = write(database, station(7)).ids
    (by_name,) = write(database, station(8, name="ＡＢ 站", source_id="")).ids

    def expected(text: str) -> str:
        digits = base64.b32encode(hashlib.blake2b(text.encode(), digest_size=16).digest()).decode()
        rfc, crockford = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789abcdefghjkmnpqrstvwxyz"
        return digits[:10].translate(str.maketrans(rfc, crockford))

    assert with_number == expected("union\0U7")
    assert by_name == expected("station\0ab站\x00320902")


def test_an_id_that_is_taken_gives_way_to_the_next_counter(database: Database) -> None:
    first = PlaceDraft(kind="station", name="旧名")
    (old,) = write(database, first).ids
    update(database, old, name="新名")
    (second,) = write(database, first).ids
    assert second == next(identity.next_ids(first)) != old


def test_what_is_registered_is_not_registered_twice(database: Database) -> None:
    write(database, station(1), station(2, source_id="", name="工会 驿站（东）"))
    with pytest.raises(Conflict, match="已经登记为“解放南路1号"):
        write(database, station(3), station(1, name="换了名字"))
    with pytest.raises(Conflict, match=r"“工会驿站\(东\)”已经登记"):
        write(database, station(9, source_id="", name="工会驿站(东)", source="别处"))
    with database.session() as session:
        assert len(PlaceRegistry(session).places()) == 2


def test_a_withdrawn_place_still_holds_its_key(database: Database) -> None:
    (place_id,) = write(database, station()).ids
    update(database, place_id, status=WITHDRAWN, status_reason="拆迁")
    with pytest.raises(Conflict):
        write(database, station())


def test_a_batch_that_names_a_place_twice_is_refused_whole(database: Database) -> None:
    with pytest.raises(Conflict, match="出现了两次"):
        write(database, station(1), station(2), station(2))
    assert database.revision_now() == 0


def test_a_rename_onto_another_place_is_refused(database: Database) -> None:
    ids = write(database, station(1, source_id=""), station(2, source_id="")).ids
    with pytest.raises(Conflict, match="已经登记"):
        update(database, ids[1], name=station(1).name)


def test_an_update_of_a_version_that_has_passed_is_refused_with_the_name(
    database: Database,
) -> None:
    (place_id,) = write(database, station()).ids
    update(database, place_id, phone="1")
    with pytest.raises(Conflict, match=f"解放南路1号.*{place_id}.*第 1 版,现为第 2 版"):
        write(database, updates=[PlaceUpdate(place_id, 1, {"phone": "2"})])


def test_an_update_of_a_place_that_is_not_there_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="0000000000"):
        write(database, updates=[PlaceUpdate("0000000000", 1, {"phone": "2"})])


def test_an_update_that_changes_nothing_leaves_no_trace(database: Database) -> None:
    (place_id,) = write(database, station()).ids
    applied = update(
        database, place_id, phone="0515-88888888", other_names=["工会驿站", "暖心驿站"]
    )
    assert (applied.updated, applied.revision) == (0, 1)
    with database.session() as session:
        registry = PlaceRegistry(session)
        assert len(registry.history(place_id)) == 1
        assert registry.get_many([place_id])[place_id].version == 1


def test_one_bad_update_undoes_the_whole_batch(database: Database) -> None:
    (place_id,) = write(database, station()).ids
    with pytest.raises(InvalidInput):
        write(
            database,
            station(2),
            updates=[
                PlaceUpdate(place_id, 1, {"phone": "1"}),
                PlaceUpdate(place_id, 2, {"colour": "red"}),
            ],
        )
    with database.session() as session:
        registry = PlaceRegistry(session)
        assert [(p.phone, p.version) for p in registry.places()] == [("0515-88888888", 1)]
        assert registry.revision() == 1


@pytest.mark.parametrize("text", ["一\0二", "一\ufffd二", "一\ud800二"])
@pytest.mark.parametrize("field", ["name", "address", "other_names", "amenities"])
def test_damaged_text_is_refused_on_both_engines_alike(
    database: Database, field: str, text: str
) -> None:
    value = {"other_names": (text,), "amenities": {text: True}}.get(field, text)
    with pytest.raises(InvalidInput, match="损坏的字符") as creating:
        write(database, station(1), station(2, **{field: value}))
    (place_id,) = write(database, station(3)).ids
    with pytest.raises(InvalidInput, match="损坏的字符") as updating:
        update(database, place_id, **{field: value})
    assert creating.value.field == updating.value.field == field
    assert database.revision_now() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("kind", ""),
        ("capacity", -1),
        ("capacity", 10**12),
        ("status", "gone"),
        ("access", "sometimes"),
        ("location_precision", "exact"),
        ("phone", None),
    ],
)
def test_values_that_could_not_be_read_back_are_refused(
    database: Database, field: str, value: object
) -> None:
    with pytest.raises(InvalidInput) as creating:
        write(database, station(1, **{field: value}))
    (place_id,) = write(database, station(3)).ids
    with pytest.raises(InvalidInput) as updating:
        update(database, place_id, **{field: value})
    assert creating.value.field == updating.value.field == field


def test_the_text_of_an_escape_is_not_a_nul(database: Database) -> None:
    (place_id,) = write(database, station(1, other_names=("\\u0000",))).ids
    with database.session() as session:
        assert PlaceRegistry(session).get_many([place_id])[place_id].other_names == ("\\u0000",)


@pytest.mark.parametrize("status", list(PlaceStatus))
def test_a_create_moves_the_revision_only_when_it_is_published(
    database: Database, status: PlaceStatus
) -> None:
    write(database, station(1, status=status))
    assert database.revision_now() == (1 if status is PUBLISHED else 0)


@pytest.mark.parametrize(
    ("before", "after", "moves"),
    [
        (DRAFT, DRAFT, 0),
        (DRAFT, PUBLISHED, 1),
        (PUBLISHED, PUBLISHED, 1),
        (PUBLISHED, SUSPENDED, 1),
        (PUBLISHED, WITHDRAWN, 1),
        (SUSPENDED, WITHDRAWN, 0),
        (WITHDRAWN, PUBLISHED, 1),
    ],
)
def test_an_update_moves_the_revision_when_the_public_can_see_a_difference(
    database: Database, before: PlaceStatus, after: PlaceStatus, moves: int
) -> None:
    (place_id,) = write(database, station(1, status=before)).ids
    start = database.revision_now()
    applied = update(database, place_id, status=after, phone="1")
    assert applied.updated == 1
    assert applied.revision == database.revision_now() == start + moves


def test_a_batch_moves_the_revision_once(database: Database) -> None:
    assert write(database, *(station(i) for i in range(20))).revision == 1


def test_only_published_places_are_public(database: Database) -> None:
    write(database, *(station(i, status=status) for i, status in enumerate(PlaceStatus)))
    with database.session() as session:
        registry = PlaceRegistry(session)
        assert [place.status for place in registry.public()] == [PUBLISHED]
        assert registry.count_by_kind() == {"station": 1}
        assert registry.count_by_kind(PlaceStatus) == {"station": 4}
        both = registry.places([DRAFT, WITHDRAWN])
        assert {place.status for place in both} == {DRAFT, WITHDRAWN}


def test_places_come_in_the_order_of_their_ids(database: Database) -> None:
    ids = write(database, *(station(i) for i in range(300))).ids
    with database.session() as session:
        assert [place.id for place in PlaceRegistry(session).places()] == sorted(ids)


def test_a_session_that_holds_no_lock_may_not_write(database: Database) -> None:
    with database.session() as session, pytest.raises(RuntimeError, match="writing"):
        PlaceRegistry(session).apply(creates=[station()], actor="王敏")


def waiting(number: int, **values: object) -> PlaceDraft:
    return station(
        number,
        point=None,
        location_state=LocationState.PENDING,
        location_source=None,
        location_precision=None,
        **values,
    )


def test_pending_places_wait_in_the_order_of_their_ids_until_it_is_their_turn(
    database: Database,
) -> None:
    ids = write(
        database, *(waiting(i) for i in range(5)), waiting(9, status=WITHDRAWN), station(10)
    ).ids
    queue = sorted(ids[:5])
    later = NOON + timedelta(hours=1)
    with database.writing() as session:
        registry = PlaceRegistry(session)
        verdict = LocationVerdict(
            place_id=queue[0], state=LocationState.PENDING, reason="配额用完", retry_after=later
        )
        registry.set_location(verdict, actor="geocoder")
        assert [place.id for place in registry.pending(3, NOON)] == queue[1:4]
        assert registry.count_pending(NOON) == 4
        assert [place.id for place in registry.pending(9, later)] == queue
        assert registry.get_many(queue)[queue[0]].location_reason == "配额用完"


def test_a_verdict_reaches_place_history_and_queue(database: Database) -> None:
    (place_id,) = write(database, waiting(1)).ids
    verdict = LocationVerdict(
        place_id=place_id,
        version=1,
        state=LocationState.LOCATED,
        point=Point(33.4, 120.2),
        source=LocationSource.PROVIDER,
        precision=Precision.STREET,
        reason="高德",
        checked_on=NOON.date(),
    )
    with database.writing() as session:
        applied = PlaceRegistry(session).set_location(verdict, actor="geocoder")
    assert (applied.updated, applied.revision) == (1, 2)
    with database.session() as session:
        registry = PlaceRegistry(session)
        place = registry.get_many([place_id])[place_id]
        assert place.is_located
        assert (place.point, place.location_precision) == (Point(33.4, 120.2), Precision.STREET)
        change = registry.history(place_id)[-1]
        assert (change.action, change.actor) == ("locate", "geocoder")
        assert change.fields["point"] == (None, {"lat": 33.4, "lon": 120.2})
        assert registry.pending(9, NOON) == []
    with pytest.raises(Conflict), database.writing() as session:
        PlaceRegistry(session).set_location(verdict, actor="geocoder")


def test_the_same_failure_again_moves_the_queue_but_no_version_and_no_revision(
    database: Database,
) -> None:
    (place_id,) = write(database, waiting(1)).ids
    for hour in (1, 2, 3):
        with database.writing() as session:
            PlaceRegistry(session).set_location(
                LocationVerdict(
                    place_id=place_id,
                    state=LocationState.PENDING,
                    reason="超时",
                    retry_after=NOON + timedelta(hours=hour),
                ),
                actor="geocoder",
            )
    with database.session() as session:
        registry = PlaceRegistry(session)
        assert registry.get_many([place_id])[place_id].version == 2
        assert registry.revision() == 2
        assert registry.count_pending(NOON + timedelta(hours=2)) == 0
        assert registry.count_pending(NOON + timedelta(hours=3)) == 1


def test_a_new_address_puts_a_waiting_place_at_once_back_in_the_queue(database: Database) -> None:
    (place_id,) = write(database, waiting(1)).ids
    with database.writing() as session:
        verdict = LocationVerdict(
            place_id=place_id,
            state=LocationState.PENDING,
            retry_after=datetime(2030, 1, 1, tzinfo=UTC),
        )
        PlaceRegistry(session).set_location(verdict, actor="geocoder")
    update(database, place_id, address="解放北路1号")
    with database.session() as session:
        assert [place.id for place in PlaceRegistry(session).pending(9, NOON)] == [place_id]
