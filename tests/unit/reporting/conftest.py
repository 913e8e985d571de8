"""Reports of the tests: Yancheng's sample, and the small second city."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.locator import Locator
from services.reporting import SUFFIXES, Evidence, Report, build_report, render
from services.settings import Settings
from services.wiring import build
from services.workflows import load_sample
from tests.conftest import VADUZ
from tests.unit.reporting.making import evidence_of


@pytest.fixture(scope="session")
def yancheng(sample_database: Path) -> Iterator[Locator]:
    locator = build(Settings(database_url=f"sqlite:///{sample_database}"))
    yield locator
    locator.database.dispose()


@pytest.fixture(scope="session")
def vaduz(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Locator]:
    """The second city with its own sample registry."""
    path = tmp_path_factory.mktemp("vaduz") / "registry.db"
    locator = build(Settings(database_url=f"sqlite:///{path}", region=VADUZ))
    load_sample(locator)
    yield locator
    locator.database.dispose()


@pytest.fixture(scope="session")
def evidence(yancheng: Locator) -> Evidence:
    return evidence_of(yancheng)


@pytest.fixture(scope="session")
def report(evidence: Evidence) -> Report:
    return build_report(evidence)


@pytest.fixture(scope="session")
def files(report: Report) -> dict[str, bytes]:
    """The sample's report in all its forms."""
    return {suffix: render(report, suffix) for suffix in SUFFIXES}
