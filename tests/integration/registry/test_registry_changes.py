"""The log: complete, append-only, and a way back."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from services.errors import Conflict, InvalidInput, NotFound
from services.geo.point import Point
from services.places import DRAFT_FIELDS, PlaceStatus, PlaceUpdate
from services.registry.database import Database
from services.registry.store import PlaceRegistry
from tests.integration.registry.given import NOON, station


def registered(database: Database, **values: object) -> str:
    with database.writing() as session:
        registry = PlaceRegistry(session, clock=lambda: NOON)
        return registry.apply(creates=[station(**values)], actor="李强", reason="首次导入").ids[0]


def change(database: Database, place_id: str, **values: object) -> int:
    """Change a place; the number of the change."""
    with database.writing() as session:
        registry = PlaceRegistry(session, clock=lambda: NOON)
        version = registry.get_many([place_id])[place_id].version
        registry.apply(
            updates=[PlaceUpdate(place_id, version, values)], actor="王敏", reason="核实"
        )
        return registry.log.recent(1)[0].id


def test_the_log_says_who_when_what_from_what_to_and_why(database: Database) -> None:
    place_id = registered(database)
    change(database, place_id, phone="1", point=Point(33.5, 120.5), capacity=None)
    with database.session() as session:
        created, changed = PlaceRegistry(session).history(place_id)
    assert (created.action, created.actor, created.version) == ("create", "李强", 1)
    assert (changed.action, changed.actor, changed.reason) == ("update", "王敏", "核实")
    assert (changed.place_id, changed.version, changed.revision) == (place_id, 2, 2)
    assert changed.at == NOON
    assert changed.at.utcoffset() is not None
    assert changed.fields == {
        "phone": ("0515-88888888", "1"),
        "point": ({"lat": 33.377123, "lon": 120.161456}, {"lat": 33.5, "lon": 120.5}),
        "capacity": (12, None),
    }


def test_the_first_line_holds_the_values_that_a_place_was_created_with(
    database: Database,
) -> None:
    place_id = registered(database, host="", amenities={"water": True})
    change(database, place_id, phone="1", host="工会")
    change(database, place_id, phone="2", amenities={})
    with database.session() as session:
        created = PlaceRegistry(session).history(place_id)[0]
    assert created.fields["phone"] == (None, "0515-88888888")
    assert created.fields["amenities"] == (None, {"water": True})
    assert "host" not in created.fields


REFUSED = {
    "sqlite": ["REPLACE INTO changes SELECT * FROM changes"],
    "postgresql": ["TRUNCATE changes", "TRUNCATE places CASCADE"],
}


def test_the_database_itself_refuses_to_rewrite_history(database: Database) -> None:
    place_id = registered(database)
    for statement in (
        "UPDATE changes SET actor = 'nobody'",
        "DELETE FROM changes",
        "DELETE FROM places",
        *REFUSED[database.engine.dialect.name],
    ):
        with (
            pytest.raises(IntegrityError, match=r"never deleted|append-only"),
            database.writing() as session,
        ):
            session.execute(text(statement))
    with database.session() as session:
        assert [line.actor for line in PlaceRegistry(session).history(place_id)] == ["李强"]


def test_to_revert_is_another_change(database: Database) -> None:
    place_id = registered(database)
    number = change(
        database,
        place_id,
        phone="1",
        point=None,
        verified_on=None,
        status=PlaceStatus.SUSPENDED,
        amenities={},
        other_names=[],
    )
    with database.session() as session:
        before = PlaceRegistry(session).history(place_id)
    with database.writing() as session:
        applied = PlaceRegistry(session).revert(number, actor="王敏", reason="改错了")
    assert (applied.updated, applied.revision) == (1, 3)
    with database.session() as session:
        registry = PlaceRegistry(session)
        place = registry.get_many([place_id])[place_id]
        assert {f: getattr(place, f) for f in DRAFT_FIELDS} == {
            f: getattr(station(), f) for f in DRAFT_FIELDS
        }
        assert place.version == 3
        history = registry.history(place_id)
        assert history[:-1] == before
        assert (history[-1].action, history[-1].reason) == ("revert", "改错了")
        assert history[-1].fields["phone"] == ("1", "0515-88888888")


def test_a_revert_can_be_reverted(database: Database) -> None:
    place_id = registered(database)
    number = change(database, place_id, phone="1")
    for _ in range(2):
        with database.writing() as session:
            registry = PlaceRegistry(session)
            registry.revert(number, actor="王敏", reason="")
            number = registry.log.recent(1)[0].id
    with database.session() as session:
        assert PlaceRegistry(session).get_many([place_id])[place_id].phone == "1"


def test_to_revert_a_create_withdraws_the_place(database: Database) -> None:
    place_id = registered(database)
    with database.writing() as session:
        registry = PlaceRegistry(session)
        registry.revert(registry.history(place_id)[0].id, actor="王敏", reason="误录")
        place = registry.get_many([place_id])[place_id]
        assert (place.status, place.status_reason) == (PlaceStatus.WITHDRAWN, "误录")
        assert registry.public() == []


def test_a_revert_never_undoes_a_later_change_silently(database: Database) -> None:
    place_id = registered(database)
    number = change(database, place_id, phone="1", host="工会")
    change(database, place_id, phone="2")
    with pytest.raises(Conflict, match="phone"), database.writing() as session:
        PlaceRegistry(session).revert(number, actor="王敏", reason="")


def test_a_change_that_does_not_exist_is_not_found(database: Database) -> None:
    with pytest.raises(NotFound, match="999"), database.writing() as session:
        PlaceRegistry(session).revert(999, actor="王敏", reason="")


def test_nobody_is_not_an_actor(database: Database) -> None:
    with pytest.raises(InvalidInput, match="谁"), database.writing() as session:
        PlaceRegistry(session).apply(creates=[station()], actor="")


def test_recent_changes_are_paged_from_the_newest(database: Database) -> None:
    place_id = registered(database)
    numbers = [change(database, place_id, phone=str(i)) for i in range(4)]
    with database.session() as session:
        log = PlaceRegistry(session).log
        assert [line.id for line in log.recent(2)] == numbers[:1:-1]
        assert [line.id for line in log.recent(2, before=numbers[2])] == numbers[1::-1]
