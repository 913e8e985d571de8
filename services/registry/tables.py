"""The tables, typed, with no behaviour.

The same metadata serves SQLite and PostgreSQL; ``migrations/`` builds it (never ``create_all``),
because the triggers that guard the log and the places live there. Lists, amenities and the fields
of a change are JSON text on both engines: nothing is ever queried inside them, and plain text reads
the same everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, ClassVar, Final, cast

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeEngine

from services.places import LocationState, PlaceStatus


class UtcTime(TypeDecorator[datetime]):
    """An aware time in, an aware UTC time out.

    ``timestamptz`` on PostgreSQL; on SQLite, which has no times, ISO 8601 text with +00:00 and
    always six decimals, so that it sorts.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Text on SQLite."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else self.impl_instance)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """To UTC. A time without a zone is a bug: ``ValueError``."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time for the registry must carry its zone")
        utc = value.astimezone(UTC)
        return utc.isoformat(timespec="microseconds") if dialect.name == "sqlite" else utc

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """Back to an aware UTC time."""
        return _read_time


@lru_cache(maxsize=4096)  # a bulk import gives thousands of places the same time
def _read_time(value: str | datetime | None) -> datetime | None:
    if value is None:
        return None
    return (datetime.fromisoformat(value) if isinstance(value, str) else value).astimezone(UTC)


# Byte order of ids on both engines: a database's own language must not reorder lists and pages.
PlaceId = String(10).with_variant(String(10, collation="C"), "postgresql")
# Only INTEGER PRIMARY KEY counts by itself on SQLite.
Serial = BigInteger().with_variant(Integer(), "sqlite")


def _one_of(column: str, words: type[PlaceStatus] | type[LocationState]) -> str:
    # Not IN (…): SQLite would build a set of the words for each row, a third of a bulk insert.
    return " OR ".join(f"{column} = '{word.value}'" for word in words)


class Base(DeclarativeBase):
    """Names every constraint, so that a migration can refer to it on both engines."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        str: Text(),
        float: Float(53),
        int: Integer(),
        date: Date(),
        datetime: UtcTime(),
    }


class PlaceRow(Base):
    """One place as it stands now. A row is never deleted (a trigger refuses)."""

    __tablename__ = "places"
    __table_args__: Any = (
        CheckConstraint(_one_of("status", PlaceStatus), name="status"),
        CheckConstraint(_one_of("location_state", LocationState), name="location_state"),
        CheckConstraint("(lat IS NULL) = (lon IS NULL)", name="point"),
        Index(
            "ix_places_pending",
            "id",
            sqlite_where=text("location_state = 'pending'"),
            postgresql_where=text("location_state = 'pending'"),
        ),
    )

    id: Mapped[str] = mapped_column(PlaceId, primary_key=True)
    key: Mapped[str] = mapped_column(String(32), unique=True)
    """Digest of what makes two rows the same place (``identity.place_key``)."""
    kind: Mapped[str]
    name: Mapped[str]
    other_names: Mapped[str]
    address: Mapped[str]
    district: Mapped[str]
    township: Mapped[str]
    lat: Mapped[float | None]
    lon: Mapped[float | None]
    location_source: Mapped[str | None]
    location_precision: Mapped[str | None]
    location_state: Mapped[str]
    location_reason: Mapped[str]
    location_checked_on: Mapped[date | None]
    opening_hours: Mapped[str]
    opening_hours_raw: Mapped[str]
    access: Mapped[str | None]
    amenities: Mapped[str]
    phone: Mapped[str]
    host: Mapped[str]
    host_type: Mapped[str]
    capacity: Mapped[int | None]
    listed_on: Mapped[str]
    awards: Mapped[str]
    status: Mapped[str]
    status_reason: Mapped[str]
    verified_on: Mapped[date | None]
    verified_by: Mapped[str]
    source: Mapped[str]
    source_id: Mapped[str]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    version: Mapped[int]
    geocode_after: Mapped[datetime | None]
    """Not to be looked up again before this time; NULL = whenever it is its turn."""
    geocode_attempts: Mapped[int] = mapped_column(server_default=text("0"))


class ChangeRow(Base):
    """One line of the log. Triggers refuse UPDATE, DELETE and (PostgreSQL) TRUNCATE."""

    __tablename__ = "changes"
    __table_args__: Any = (Index("ix_changes_place_id_id", "place_id", "id"),)

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    place_id: Mapped[str] = mapped_column(PlaceId, ForeignKey("places.id"))
    version: Mapped[int]
    """The place's version after the change."""
    revision: Mapped[int] = mapped_column(Serial)
    """The registry's revision after the change."""
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    fields: Mapped[str]
    """JSON ``{field: [old, new]}``; empty for a create (``changes.with_initial_values``)."""
    reason: Mapped[str]


class StateRow(Base):
    """The registry's one row: its public revision."""

    __tablename__ = "registry_state"
    __table_args__: Any = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    revision: Mapped[int] = mapped_column(Serial)


class AnswerRow(Base):
    """What a provider answered to one query; ``payload`` NULL = it knows no such address."""

    __tablename__ = "geocode_answers"

    provider: Mapped[str] = mapped_column(primary_key=True)
    query_digest: Mapped[str] = mapped_column(String(32), primary_key=True)
    query: Mapped[str]
    payload: Mapped[str | None]
    asked_at: Mapped[datetime]


class QuotaRow(Base):
    """Requests sent to one provider on one day."""

    __tablename__ = "geocode_quota"

    provider: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    used: Mapped[int]


class FeedbackRow(Base):
    """What one phone said of one place on one day; it never changes what is published."""

    __tablename__ = "feedback"
    __table_args__: Any = (
        UniqueConstraint("place_id", "day", "phone_digest"),
        Index("ix_feedback_day", "day"),
    )

    id: Mapped[int] = mapped_column(Serial, primary_key=True)
    place_id: Mapped[str] = mapped_column(PlaceId, ForeignKey("places.id"))
    day: Mapped[date]
    phone_digest: Mapped[str] = mapped_column(String(32))
    """Keyed by that day: the same phone is another one tomorrow."""
    said: Mapped[str]
    note: Mapped[str]
    at_door: Mapped[bool]
    """Whether the code at the door led here."""
    at: Mapped[datetime]


class CredentialRow(Base):
    """A token that WeChat issued to this account, shared by all processes."""

    __tablename__ = "wechat_credentials"

    app_id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
    fetched_at: Mapped[datetime]
    expires_at: Mapped[datetime]


PLACES: Final = cast(Table, PlaceRow.__table__)
CHANGES: Final = cast(Table, ChangeRow.__table__)
STATE: Final = cast(Table, StateRow.__table__)
ANSWERS: Final = cast(Table, AnswerRow.__table__)
QUOTA: Final = cast(Table, QuotaRow.__table__)
FEEDBACK: Final = cast(Table, FeedbackRow.__table__)
CREDENTIALS: Final = cast(Table, CredentialRow.__table__)
"""The same as Core tables, for statements on many rows."""
