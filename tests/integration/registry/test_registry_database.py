"""The database: made by migrations, one writer at a time, and plain words when the world fails."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import event, text

from services.errors import Conflict, LocatorError, RegistryUnusable, SettingsInvalid
from services.places import PlaceUpdate
from services.registry.database import Database
from services.registry.store import PlaceRegistry
from services.registry.tables import Base
from tests.integration.registry.given import station


def differences(database: Database) -> list[object]:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, Base.metadata)


def add(database: Database, number: int = 1) -> None:
    with database.writing() as session:
        PlaceRegistry(session).apply(creates=[station(number)], actor="王敏")


def count(database: Database) -> int:
    with database.session() as session:
        return len(PlaceRegistry(session).places())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "registry.db"


@pytest.fixture
def sqlite(file: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{file}")
    database.upgrade()
    add(database)
    yield database
    database.dispose()


def test_the_migrations_make_exactly_the_tables_that_the_program_knows(database: Database) -> None:
    assert differences(database) == []
    with database.writing() as session:
        session.execute(text("ALTER TABLE places ADD COLUMN stray TEXT"))
    assert len(differences(database)) == 1


def test_an_upgrade_of_a_current_registry_changes_nothing(database: Database) -> None:
    add(database)
    database.upgrade()
    database.check()
    assert count(database) == 1


def test_a_database_of_another_program_is_left_alone(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE places (anything TEXT)")
    database = Database(f"sqlite:///{file}")
    with pytest.raises(RegistryUnusable, match="不是登记库"):
        database.upgrade()
    database.dispose()
    with sqlite3.connect(file) as connection:
        assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (1,)


def test_two_processes_that_upgrade_at_once_make_one_registry(url: str) -> None:
    failures: list[Exception] = []

    def upgrade() -> None:
        database = Database(url)
        try:
            database.upgrade()
            database.check()
        except LocatorError as error:
            failures.append(error)
        finally:
            database.dispose()

    threads = [threading.Thread(target=upgrade) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_a_registry_that_was_never_made_says_what_to_run(url: str) -> None:
    database = Database(url)
    for question in (database.revision_now, database.check, lambda: count(database)):
        with pytest.raises(RegistryUnusable, match="locator init"):
            question()
    database.dispose()


def test_a_registry_of_a_newer_release_is_left_alone(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(RegistryUnusable, match="更新的版本"):
        database.upgrade()


def test_an_error_in_a_writing_session_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        PlaceRegistry(session).apply(creates=[station()], actor="王敏")
        1 / 0  # noqa: B018
    assert (count(database), database.revision_now()) == (0, 0)


def test_of_two_importers_with_the_same_plan_one_wins_and_one_is_told(database: Database) -> None:
    outcomes: list[str] = []
    plan = [station(number) for number in range(2_000)]
    start = threading.Barrier(2)

    def run(name: str) -> None:
        start.wait()
        try:
            with database.writing() as session:
                PlaceRegistry(session).apply(creates=plan, actor=name)
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=run, args=(name,)) for name in ("甲", "乙")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]
    assert count(database) == 2_000
    assert database.revision_now() == 1


def test_writers_at_once_lose_no_change(database: Database) -> None:
    add(database)

    def bump() -> None:
        for _ in range(10):
            with database.writing() as session:
                registry = PlaceRegistry(session)
                (place,) = registry.places()
                more = PlaceUpdate(place.id, place.version, {"capacity": (place.capacity or 0) + 1})
                registry.apply(updates=[more], actor="王敏")

    threads = [threading.Thread(target=bump) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.session() as session:
        (place,) = PlaceRegistry(session).places()
        assert (place.capacity, place.version) == (12 + 40, 41)
        assert len(PlaceRegistry(session).history(place.id)) == 41


def test_a_reader_goes_on_with_its_snapshot_while_another_writes(database: Database) -> None:
    add(database, 1)
    with database.writing() as session:
        PlaceRegistry(session).apply(creates=[station(2)], actor="王敏")
        assert count(database) == 1
        assert database.revision_now() == 1
    with database.session() as session:
        registry = PlaceRegistry(session)
        assert registry.revision() == 2
        add(database, 3)
        assert len(registry.places()) == 2
    assert count(database) == 3


def test_a_database_in_memory_serves_several_threads() -> None:
    database = Database("sqlite://")
    database.upgrade()
    threads = [threading.Thread(target=add, args=(database, number)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.check()
    assert (count(database), database.revision_now()) == (5, 5)


def test_the_folder_of_a_database_file_is_made(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'a' / 'b' / 'registry.db'}")
    database.upgrade()
    database.check()
    database.dispose()


def test_a_folder_that_cannot_be_made_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a file, not a folder")
    with pytest.raises(RegistryUnusable, match="文件夹"):
        Database(f"sqlite:///{tmp_path / 'a' / 'registry.db'}")


def test_a_file_that_is_no_database_is_said_plainly(file: Path) -> None:
    file.write_bytes(b"kind,name\n" * 1000)
    database = Database(f"sqlite:///{file}")
    for question in (database.check, database.upgrade, database.revision_now):
        with pytest.raises(RegistryUnusable, match=r"已损坏.*备份"):
            question()


def test_a_damaged_page_is_found_by_the_check_and_not_by_an_ordinary_read(
    sqlite: Database, file: Path
) -> None:
    with sqlite.writing() as session:
        PlaceRegistry(session).apply(creates=[station(n) for n in range(2, 400)], actor="王敏")
    with sqlite.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        root = connection.exec_driver_sql(
            "SELECT rootpage FROM sqlite_schema WHERE name = 'changes'"
        ).scalar_one()
        size = connection.exec_driver_sql("PRAGMA page_size").scalar_one()
    sqlite.dispose()
    with file.open("r+b") as pages:
        pages.seek((root - 1) * size)
        pages.write(b"\xff" * size)
    assert sqlite.revision_now() == 2
    with pytest.raises(RegistryUnusable, match=r"已损坏.*备份"):
        sqlite.check()


def test_a_read_only_database_refuses_to_write_and_goes_on_reading(
    sqlite: Database, file: Path
) -> None:
    reader = Database(f"sqlite:///file:{file}?mode=ro&uri=true")
    with pytest.raises(RegistryUnusable, match="只读"):
        add(reader, 2)
    assert count(reader) == 1
    reader.dispose()


def test_a_full_disk_refuses_to_write_and_goes_on_reading(file: Path, sqlite: Database) -> None:
    @event.listens_for(sqlite.engine, "begin")
    def no_more_pages(connection: object) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]

    with pytest.raises(RegistryUnusable, match="磁盘已满"), sqlite.writing() as session:
        many = [station(number) for number in range(2, 500)]
        PlaceRegistry(session).apply(creates=many, actor="王敏")
    assert count(sqlite) == 1
    assert sqlite.revision_now() == 1


def test_a_server_that_is_not_there_is_said_plainly_and_without_the_password() -> None:
    database = Database("postgresql://user:geheim@/nowhere?host=/nonexistent")
    with pytest.raises(RegistryUnusable, match="打不开登记库") as caught:
        database.revision_now()
    assert "geheim" not in caught.value.message
    with pytest.raises(RegistryUnusable, match="打不开登记库"):
        count(database)


@pytest.mark.parametrize("url", ["registry.db", "mysql://root@localhost/x", ""])
def test_a_url_that_we_cannot_serve_is_a_wrong_setting(url: str) -> None:
    with pytest.raises(SettingsInvalid):
        Database(url)
