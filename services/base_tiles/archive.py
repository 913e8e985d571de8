"""The file of vector tiles, opened to be served."""

from __future__ import annotations

import os
import zlib
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from pmtiles.reader import Reader
from pmtiles.tile import (
    Compression,
    Entry,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    find_tile,
    zxy_to_tileid,
)

from services.base_tiles.features import EXTENT, world
from services.base_tiles.themes import MAX_ZOOM
from services.errors import FileUnreadable

_DIRECTORIES_KEPT: Final = 64
"""Directories of some four thousand tiles each that stay in memory."""

_DEPTH_MAX: Final = 4
_E7: Final = 10_000_000
_NOT_READ: Final = (
    OSError,
    EOFError,
    ValueError,
    KeyError,
    IndexError,
    zlib.error,
    MagicNumberNotFound,
    SpecVersionUnsupported,
)


class BaseTiles:
    """An open file of tiles. It stays the same when a new one takes its place on the disk.

    ``version`` names the tiles' content, ``bounds`` is (south, west, north, east) in degrees, and
    tiles exist from ``min_zoom`` to ``max_zoom``. Threads may share it.
    """

    def __init__(self, path: Path) -> None:
        self._name = path.name
        self._file = path.open("rb")  # as long as the process lives
        reader = Reader(self._bytes)  # type: ignore[no-untyped-call]
        header, about = reader.header(), reader.metadata()  # type: ignore[no-untyped-call]
        if header["tile_type"] != TileType.MVT or header["tile_compression"] != Compression.GZIP:
            raise ValueError("other tiles")
        self._header: dict[str, Any] = dict(header)
        self.version = str(about["digest"])[:16]
        self.credit = str(about["attribution"])
        self.min_zoom, self.max_zoom = int(header["min_zoom"]), int(header["max_zoom"])
        south, west, north, east = (
            int(self._header[key]) / _E7
            for key in ("min_lat_e7", "min_lon_e7", "max_lat_e7", "max_lon_e7")
        )
        self.bounds = (south, west, north, east)
        self._directory = lru_cache(_DIRECTORIES_KEPT)(self._read_directory)

    def covers(self, z: int, x: int, y: int) -> bool:
        """Whether the tile lies in the bounds: it is empty, then, when the file has none."""
        if not self.min_zoom <= z <= self.max_zoom:
            return False
        south, west, north, east = self.bounds
        corners = world(np.array([[west, north], [east, south]])) / (EXTENT << (MAX_ZOOM - z))
        (left, top), (right, bottom) = np.floor(corners).tolist()
        return bool(left <= x <= right and top <= y <= bottom)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """A tile as it is stored, a gzip of a Mapbox Vector Tile; None where nothing is drawn.

        Raises ``FileUnreadable`` where the file is damaged.
        """
        if not self.covers(z, x, y):
            return None
        number = zxy_to_tileid(z, x, y)
        header = self._header
        offset, length = header["root_offset"], header["root_length"]
        try:
            for _ in range(_DEPTH_MAX):
                entry = find_tile(self._directory(offset, length), number)
                if entry is None:
                    return None
                if entry.run_length:
                    return self._bytes(header["tile_data_offset"] + entry.offset, entry.length)
                offset, length = header["leaf_directory_offset"] + entry.offset, entry.length
        except _NOT_READ:
            pass
        raise _damaged(self._name)

    def _bytes(self, offset: int, length: int) -> bytes:
        data = os.pread(self._file.fileno(), length, offset)
        if len(data) < length:
            raise EOFError
        return data

    def _read_directory(self, offset: int, length: int) -> list[Entry]:
        return list(deserialize_directory(self._bytes(offset, length)))


def open_tiles(path: Path) -> BaseTiles:
    """Open a file of ``build_tiles``.

    Raises ``FileUnreadable`` when it is missing, something else, or damaged at its beginning.
    """
    try:
        return BaseTiles(path)
    except _NOT_READ:
        raise _damaged(path.name) from None


def _damaged(name: str) -> FileUnreadable:
    return FileUnreadable(
        f"读不了底图文件“{name}”:它不是本程序写的,或者已经损坏。"
        "请用 locator streets build 重新生成。",
        field="file",
        value=name,
    )
