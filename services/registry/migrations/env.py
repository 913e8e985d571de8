"""What Alembic runs: the connection comes from ``Database.upgrade``, already in a transaction."""

from __future__ import annotations

from alembic import context

from services.registry.tables import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
)
context.run_migrations()
