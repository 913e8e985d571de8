"""Files written on the spot, read back as demand, places, areas and candidates."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.analysis_files import PlacesFile, read_places
from services.places import vocabulary

TODAY = date(2026, 11, 23)

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """``write(name, text, bytes or a JSON value)`` -> the file's path."""

    def write(name: str, data: Any) -> Path:
        path = tmp_path / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        else:
            text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
            path.write_bytes(text.encode())
        return path

    return write


@pytest.fixture
def places_of(write: Write) -> Callable[..., PlacesFile]:
    """``places_of(data, name="places.csv")`` -> what is read of it."""

    def places_of(data: Any, name: str = "places.csv") -> PlacesFile:
        return read_places(write(name, data), vocabulary=vocabulary(), today=TODAY)

    return places_of
