"""A fresh registry for each test, on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.registry.database import Database


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'registry.db'}"
    return request.getfixturevalue("fresh_postgres_url")()


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    """A registry that was just made."""
    database = Database(url)
    database.upgrade()
    yield database
    database.dispose()
