"""What visitors say of a place, and the tokens that WeChat issued."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

PlaceId = sa.String(10).with_variant(sa.String(10, collation="C"), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
Time = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", Serial, nullable=False),
        sa.Column("place_id", PlaceId, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("phone_digest", sa.String(32), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at_door", sa.Boolean(), nullable=False),
        sa.Column("at", Time, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_feedback"),
        sa.ForeignKeyConstraint(["place_id"], ["places.id"], name="fk_feedback_place_id"),
        sa.UniqueConstraint(
            "place_id", "day", "phone_digest", name="uq_feedback_place_id_day_phone_digest"
        ),
    )
    op.create_index("ix_feedback_day", "feedback", ["day"])
    op.create_table(
        "wechat_credentials",
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("fetched_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.PrimaryKeyConstraint("app_id", "name", name="pk_wechat_credentials"),
    )
