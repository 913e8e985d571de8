"""The application on a copy of the sample registry, and its client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.settings import Settings


@pytest.fixture(scope="session")
def reading_app(sample_database: Path) -> Iterator[APIFlask]:
    """One application for all tests that only read."""
    app = create_app(Settings(database_url=f"sqlite:///{sample_database}"))
    yield app
    app.extensions["locator"].database.dispose()


@pytest.fixture
def client(reading_app: APIFlask) -> FlaskClient:
    """A client of the application that is only read."""
    return reading_app.test_client()


@pytest.fixture
def app(sample_settings: Settings) -> Iterator[APIFlask]:
    """An application whose registry the test may change."""
    app = create_app(sample_settings)
    yield app
    app.extensions["locator"].database.dispose()
