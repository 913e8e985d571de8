"""The pages of another city: nothing on them is Yancheng's, and nothing is left hanging."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask

from app import create_app
from services.settings import Settings
from tests.conftest import VADUZ


@pytest.fixture
def vaduz(tmp_path: Path) -> Iterator[APIFlask]:
    """The application of a city without a hotline, its registry empty."""
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'registry.db'}", region=VADUZ))
    yield app
    app.extensions["locator"].database.dispose()


@pytest.mark.parametrize("path", ["/", "/map", "/embed", "/about", "/d/700101", "/nowhere"])
def test_a_city_without_a_hotline_shows_no_empty_one(vaduz: APIFlask, path: str) -> None:
    page = vaduz.test_client().get(path).get_data(as_text=True)
    assert "瓦杜兹" in page
    assert "盐城" not in page
    assert "热线" not in page
    assert 'href="tel:"' not in page
