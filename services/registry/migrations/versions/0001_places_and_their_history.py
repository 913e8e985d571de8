"""Places, their history, the public revision, and what the geocoders answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

PlaceId = sa.String(10).with_variant(sa.String(10, collation="C"), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    _create_places()
    _create_changes()
    state = op.create_table(
        "registry_state",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("revision", Serial, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_registry_state"),
        sa.CheckConstraint("id = 1", name=op.f("ck_registry_state_one_row")),
    )
    op.bulk_insert(state, [{"id": 1, "revision": 0}])
    op.create_table(
        "geocode_answers",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("query_digest", sa.String(32), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text()),
        sa.Column("asked_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("provider", "query_digest", name="pk_geocode_answers"),
    )
    op.create_table(
        "geocode_quota",
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("provider", "day", name="pk_geocode_quota"),
    )
    if op.get_context().dialect.name == "sqlite":
        _guard_on_sqlite()
    else:
        _guard_on_postgresql()


def _create_places() -> None:
    def text(name: str, *, nullable: bool = False) -> sa.Column[str]:
        return sa.Column(name, sa.Text(), nullable=nullable)

    op.create_table(
        "places",
        sa.Column("id", PlaceId, nullable=False),
        sa.Column("key", sa.String(32), nullable=False),
        text("kind"),
        text("name"),
        text("other_names"),
        text("address"),
        text("district"),
        text("township"),
        sa.Column("lat", sa.Float(53)),
        sa.Column("lon", sa.Float(53)),
        text("location_source", nullable=True),
        text("location_precision", nullable=True),
        text("location_state"),
        text("location_reason"),
        sa.Column("location_checked_on", sa.Date()),
        text("opening_hours"),
        text("opening_hours_raw"),
        text("access", nullable=True),
        text("amenities"),
        text("phone"),
        text("host"),
        text("host_type"),
        sa.Column("capacity", sa.Integer()),
        text("listed_on"),
        text("awards"),
        text("status"),
        text("status_reason"),
        sa.Column("verified_on", sa.Date()),
        text("verified_by"),
        text("source"),
        text("source_id"),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("updated_at", Time, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("geocode_after", Time),
        sa.Column("geocode_attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_places"),
        sa.UniqueConstraint("key", name="uq_places_key"),
        sa.CheckConstraint(
            " OR ".join(
                f"status = '{word}'" for word in ("draft", "published", "suspended", "withdrawn")
            ),
            name=op.f("ck_places_status"),
        ),
        sa.CheckConstraint(
            " OR ".join(
                f"location_state = '{word}'"
                for word in ("pending", "located", "ambiguous", "failed", "confirmed")
            ),
            name=op.f("ck_places_location_state"),
        ),
        sa.CheckConstraint("(lat IS NULL) = (lon IS NULL)", name=op.f("ck_places_point")),
    )
    op.create_index(
        "ix_places_pending",
        "places",
        ["id"],
        sqlite_where=sa.text("location_state = 'pending'"),
        postgresql_where=sa.text("location_state = 'pending'"),
    )


def _create_changes() -> None:
    op.create_table(
        "changes",
        sa.Column("id", Serial, nullable=False),
        sa.Column("place_id", PlaceId, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", Serial, nullable=False),
        sa.Column("at", Time, nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_changes_place_id"),
    )
    op.create_index("ix_changes_place_id_id", "changes", ["place_id", "id"])


def _guard_on_sqlite() -> None:
    for name, event, table, sentence in (
        ("changes_never_updated", "UPDATE", "changes", "the log of changes is append-only"),
        ("changes_never_deleted", "DELETE", "changes", "the log of changes is append-only"),
        ("places_never_deleted", "DELETE", "places", "places are withdrawn, never deleted"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {event} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
        )


def _guard_on_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION registry_refuses() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation'; "
        "END $$"
    )
    for name, events, table, sentence in (
        (
            "changes_append_only",
            "UPDATE OR DELETE OR TRUNCATE",
            "changes",
            "the log of changes is append-only",
        ),
        (
            "places_never_deleted",
            "DELETE OR TRUNCATE",
            "places",
            "places are withdrawn, never deleted",
        ),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE {events} ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION registry_refuses('{sentence}')"
        )
