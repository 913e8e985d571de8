"""The engine, the sessions, the upgrade and the check.

    with database.session() as session: ...    # to read; one snapshot
    with database.writing() as session: ...    # to write; one writer at a time, all or nothing

A session lives outside the functions that use it. ``writing`` takes the writers' lock at its start
(SQLite: BEGIN IMMEDIATE; PostgreSQL: a lock on the registry's one state row), so that what a plan
assumed can be verified inside the very transaction that carries it out. Every failure of the world
leaves here as ``RegistryUnusable`` or ``Conflict`` with a sentence, and nothing half-written.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, StaticPool, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from services.errors import RegistryUnusable, SettingsInvalid
from services.registry.failures import damaged, not_upgraded, too_new, translated

LOCK_WAIT_S: Final = 30
"""How long a writer waits for the one before it. A bulk import of 200,000 places takes a few."""

WRITING: Final = "registry_writing"
"""Mark of a session that holds the writers' lock (``session.info``)."""

_UPGRADE_LOCK: Final = 0x57534C  # any number, the same in every process
_MIGRATIONS: Final = Path(__file__).resolve().parent / "migrations"
_REVISION: Final = "SELECT revision FROM registry_state WHERE id = 1"


class Database:
    """One database by its URL (``sqlite:///file``, ``sqlite://`` in memory, ``postgresql+psycopg://…``).

    Opens nothing yet, but makes the folder of a SQLite file. Raises ``SettingsInvalid`` for a
    malformed URL. Safe to share between threads; not across a fork.
    """

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self._sqlite = self._url.get_backend_name() == "sqlite"
        file = self._file()
        in_memory = self._sqlite and file is None and "mode=ro" not in url
        # In memory there is one connection, so one user of it at a time.
        self._alone: AbstractContextManager[Any] = threading.RLock() if in_memory else nullcontext()
        if file is not None:
            _make_folder(file.parent, self.where)
        self.engine: Engine = create_engine(self._url, **self._options(in_memory))
        event.listen(self.engine, "connect", _prepare_sqlite if self._sqlite else _prepare_postgres)
        if self._sqlite:
            event.listen(self.engine, "begin", _begin_sqlite)
        self._failures: tuple[type[Exception], ...] = (
            DBAPIError,
            self.engine.dialect.loaded_dbapi.Error,
        )
        # A reader sees one state of the registry from its first question to its last.
        self._reading_engine = (
            self.engine
            if self._sqlite
            else self.engine.execution_options(isolation_level="REPEATABLE READ")
        )
        self._writing_engine = self.engine.execution_options(**{WRITING: True})

    @property
    def where(self) -> str:
        """The database's name for a message: the file, or the URL without its password."""
        if self._sqlite:
            return f" {self._url.database or '(内存)'} "
        return f" {self._url.render_as_string(hide_password=True)} "

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session to read with. Raises ``RegistryUnusable``."""
        with (
            self._alone,
            self._plainly(),
            Session(self._reading_engine) as session,
            session.begin(),
        ):
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that holds the writers' lock; commits at the end, rolls back on any error.

        Raises ``RegistryUnusable`` (also when the lock cannot be had within ``LOCK_WAIT_S``).
        """
        with (
            self._alone,
            self._plainly(),
            Session(self._writing_engine, info={WRITING: True}) as session,
            session.begin(),
        ):
            session.connection()  # SQLite takes the lock with its BEGIN
            if not self._sqlite:
                session.execute(text(f"{_REVISION} FOR UPDATE"))
            yield session

    def revision_now(self) -> int:
        """The public revision by the cheapest way: some 10 µs on SQLite. Thread-safe."""
        with self._alone, self._plainly():
            connection = self.engine.raw_connection()
            try:
                cursor = connection.cursor()
                cursor.execute(_REVISION)
                row = cursor.fetchone()
            finally:
                connection.close()
        if row is None:
            raise not_upgraded(self.where)
        return int(row[0])

    def upgrade(self) -> None:
        """Create the tables or bring them to this release, all or nothing; two at once is fine.

        Where there is nothing to do it takes no lock, so that whoever wants to read can start
        beside a long import. Raises ``RegistryUnusable``.
        """
        from alembic import command  # noqa: PLC0415  a tenth of a second that readers do not need
        from alembic.util.exc import CommandError  # noqa: PLC0415

        with self._alone, self._plainly(), self.engine.connect() as connection:
            if _is_at_head(connection):
                return
        with self._alone, self._plainly(), self._writing_engine.begin() as connection:
            if not self._sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})"))
            try:
                command.upgrade(_alembic_config(connection), "head")
            except CommandError as error:
                raise too_new(self.where) from error

    def check(self) -> None:
        """Raise ``RegistryUnusable`` when the database is damaged, missing or not upgraded.

        Reads all of a SQLite file (an ordinary read does not notice a damaged page): about a second
        for 200,000 places.
        """
        file = self._file()
        if file is not None and not file.exists():
            raise not_upgraded(self.where)
        with self._alone, self._plainly(), self.engine.connect() as connection:
            if self._sqlite:
                finding = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
                if finding != "ok":
                    raise damaged(self.where, str(finding))
            if not _is_at_head(connection):
                raise not_upgraded(self.where)
        self.revision_now()

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()

    def _file(self) -> Path | None:
        name = self._url.database
        if not self._sqlite or not name or name == ":memory:" or name.startswith("file:"):
            return None
        return Path(name)

    def _options(self, in_memory: bool) -> dict[str, Any]:
        if in_memory:
            return {
                "poolclass": StaticPool,
                "pool_reset_on_return": None,
                "connect_args": {"check_same_thread": False},
            }
        if self._sqlite:
            return {"connect_args": {"timeout": LOCK_WAIT_S}}
        # Positional parameters, as SQLite has them: the bulk rows are tuples.
        return {"pool_pre_ping": True, "paramstyle": "format"}

    @contextmanager
    def _plainly(self) -> Iterator[None]:
        try:
            yield
        except self._failures as error:
            ours = translated(error, self.where)
            if ours is None:
                raise
            raise ours from error


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise SettingsInvalid(
            "登记库的网址写法不对,应如 sqlite:///instance/registry.db 或 "
            "postgresql+psycopg://用户@主机/库名。"
        ) from error
    backend = parsed.get_backend_name()
    if backend not in ("sqlite", "postgresql"):
        raise SettingsInvalid(f"登记库不支持“{backend}”,请用 SQLite 或 PostgreSQL。")
    return parsed.set(drivername="sqlite" if backend == "sqlite" else "postgresql+psycopg")


def _make_folder(folder: Path, where: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RegistryUnusable(
            f"建不了登记库{where}所在的文件夹({error.strerror})。请检查路径和写权限。"
        ) from error


def _alembic_config(connection: Connection) -> Any:
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _is_at_head(connection: Connection) -> bool:
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    head = ScriptDirectory(str(_MIGRATIONS)).get_current_head()
    return MigrationContext.configure(connection).get_current_revision() == head


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own guessing of when to begin is off: ``_begin_sqlite`` says it.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",  # readers go on while one writes
        "synchronous = FULL",  # what was acknowledged survives a power cut
        "foreign_keys = ON",
        "recursive_triggers = ON",  # so that REPLACE cannot slip past the log's DELETE trigger
        f"busy_timeout = {LOCK_WAIT_S * 1000}",
        "cache_size = -65536",  # 64 MiB: a bulk import's indexes stay in memory
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get(WRITING)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _prepare_postgres(connection: Any, _record: Any) -> None:
    connection.execute(f"SET lock_timeout = '{LOCK_WAIT_S}s'")
    connection.execute("SET timezone = 'UTC'")
    connection.commit()
