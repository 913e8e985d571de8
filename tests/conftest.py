"""What the tests of several rooms share: a registry with the sample, made once."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.locator import Locator
from services.settings import ROOT, Settings
from services.wiring import build
from services.workflows import load_sample

VADUZ = ROOT / "tests" / "regions" / "vaduz"


@pytest.fixture(scope="session")
def sample_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with Yancheng's sample registry; copy it before writing to it."""
    path = tmp_path_factory.mktemp("sample") / "registry.db"
    locator = build(Settings(database_url=f"sqlite:///{path}"))
    load_sample(locator)
    # The write-ahead log goes into the file, so that a copy of the file is the whole registry.
    with locator.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    locator.database.dispose()
    return path


@pytest.fixture
def sample_settings(sample_database: Path, tmp_path: Path) -> Settings:
    """Settings on a copy of the sample registry that the test may change."""
    path = tmp_path / "registry.db"
    shutil.copy(sample_database, path)
    return Settings(database_url=f"sqlite:///{path}")


@pytest.fixture
def make_locator(tmp_path: Path) -> Iterator[Callable[..., Locator]]:
    """Build locators on a registry of the test's own, empty at first."""
    made: list[Locator] = []

    def make(**settings: object) -> Locator:
        values = {"database_url": f"sqlite:///{tmp_path / 'registry.db'}", **settings}
        made.append(build(Settings(**values)))  # type: ignore[arg-type]
        return made[-1]

    yield make
    for each in made:
        each.database.dispose()
