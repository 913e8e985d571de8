"""Files on disk, the real city pack, and one way to read and parse them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from services.geo.datum import Datum
from services.importing.readers import Table, read_rows
from services.importing.rows import ParsedRows, parse_rows
from services.places import PlaceStatus, vocabulary
from services.region import DEFAULT_REGION, Region, load_region

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="session")
def yancheng() -> Region:
    return load_region(DEFAULT_REGION)


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Table]:
    def read(data: bytes | str, name: str = "places.csv", max_rows: int = 1000) -> Table:
        path = tmp_path / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read_rows(path, max_bytes=10_000_000, max_rows=max_rows)

    return read


@pytest.fixture
def parse(read: Callable[..., Table], yancheng: Region) -> Callable[..., ParsedRows]:
    def parse(
        data: bytes | str,
        name: str = "places.csv",
        datum: Datum = Datum.WGS84,
        source: str = "register",
        status: PlaceStatus = PlaceStatus.PUBLISHED,
    ) -> ParsedRows:
        return parse_rows(
            read(data, name),
            region=yancheng,
            vocabulary=vocabulary(),
            default_datum=datum,
            source=source,
            status=status,
            today=TODAY,
        )

    return parse
