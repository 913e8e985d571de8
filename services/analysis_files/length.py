"""How many rows a text file holds at least, found by its bytes before any of it is kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from services.importing.readers import DELIMITED, FEATURES
from services.importing.table import TITLE_ROWS

_CHUNK: Final = 1024 * 1024
_FEATURE: Final = b'"Feature"'
_LEAST_ROW_BYTES: Final = 4
"""The shortest row of a point: ``1,2`` and the line's end."""
_LONGEST_ROW_BYTES: Final = 4 * _CHUNK


def rows_at_least(path: Path, limit: int) -> int:
    """A number of rows that the file surely has, 0 where nothing is sure or it is short.

    Read only when the file is long enough for ``limit`` rows. Raises ``OSError``.
    """
    suffix = path.suffix.lower()
    if not path.is_file() or path.stat().st_size < limit * _LEAST_ROW_BYTES:
        return 0
    if suffix in FEATURES:
        return _features(path)
    if suffix not in DELIMITED or _line_ends(path) < limit:
        return 0
    return max(0, _lines(path) - TITLE_ROWS)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _features(path: Path) -> int:
    count, end = 0, b""
    for chunk in _chunks(path):
        piece = end + chunk
        count += piece.count(_FEATURE)
        end = piece[-len(_FEATURE) + 1 :]
    return count


def _line_ends(path: Path) -> int:
    """Line ends wherever they are: no fewer than there are rows."""
    return sum(chunk.count(b"\n") + chunk.count(b"\r") for chunk in _chunks(path))


def _lines(path: Path) -> int:
    """Lines with a digit that end outside quotes."""
    count, rest = 0, b""
    for chunk in _chunks(path):
        if b"\0" in chunk or len(rest) > _LONGEST_ROW_BYTES:
            break  # UTF-16, or a quote that is never closed: the reader knows what to say
        piece = rest + chunk
        raw = np.frombuffer(piece, dtype=np.uint8)
        ends = np.flatnonzero((raw == ord("\n")) | (raw == ord("\r")))
        ends = ends[np.cumsum(raw == ord('"'))[ends] % 2 == 0]
        digits = np.cumsum((raw >= ord("0")) & (raw <= ord("9")))[ends]
        count += int(np.count_nonzero(np.diff(digits, prepend=0)))
        cut = int(ends[-1]) + 1 if len(ends) else 0
        rest = piece[cut:]
    return count
