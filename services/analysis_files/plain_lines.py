"""Many plain lines of a file of points at once: one pattern for all, then whole columns.

A city's demand is half a million lines of which every one looks like ``d17,33.38,120.15,42,甲区``.
A block of such lines is checked by one regular expression made from the header, and split into
columns without a look at the single line. The pattern holds only what the careful reader
(``careful_rows.py``) reads to the same values; a block with anything else in it is left to that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from services.analysis_files.runs import Floats, Run, Words
from services.analysis_files.weights import UNITS
from services.geo.datum import Datum
from services.importing.columns import Columns
from services.importing.delimited import Delimited
from services.importing.reading import row_number
from services.limits import NAME_CHARACTERS

BLOCK_CHARACTERS: Final = 256 * 1024

_LETTERS: Final = (
    r"0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0400-\u045f\u4e00-\u9fa5_.:/()#\-"
)
"""Letters that stay as they are when a cell is cleaned."""
_WORD: Final = rf"[{_LETTERS}]++(?:\x20[{_LETTERS}]++)*+"
_DEGREES: Final = r"[+-]?+[0-9]{1,3}+(?:\.[0-9]{0,20}+)?+"
_WEIGHT: Final = r"[0-9]{1,9}+(?:\.[0-9]{0,3}+0{0,20}+)?+"
_CELLS: Final = {
    "source_id": _WORD,
    "lat": _DEGREES,
    "lon": _DEGREES,
    "weight": _WEIGHT,
    "district": f"(?:{_WORD})?+",
}
_PLAIN_DELIMITERS: Final = ",;\t|"


class PlainLines:
    """The pattern of one file's plain lines."""

    def __init__(self, found: Delimited, columns: Columns, words: Words) -> None:
        self._width = len(found.header)
        self._delimiter = found.delimiter
        self._words = words
        key_of = {title: key for key, title in columns.headers.items()}
        keys = [key_of.get(title, "") for title in found.header]
        self._at = {key: place for place, key in enumerate(keys) if key in _CELLS}
        other = rf'[^{re.escape(found.delimiter)}"\r\n]*+'
        cells = (_CELLS.get(key, other) for key in keys)
        line = re.escape(found.delimiter).join(cells)
        self._lines = re.compile(rf"(?:{line}\r?+\n)++")
        self.usable = (
            found.delimiter in _PLAIN_DELIMITERS
            and {"lat", "lon"} <= self._at.keys()
            and "datum" not in columns.headers
            and columns.datum in (None, Datum.WGS84)
            and '"' not in found.text
        )
        """Whether the text may be cut wherever a line ends, and holds nothing else to heed."""

    def run(self, block: str, line: int) -> Run | None:
        """The points of a block of whole lines, ``line`` the first; None unless all are plain."""
        if not block.endswith("\n"):
            block += "\n"  # a last line that has all its cells is whole
        if not self._lines.fullmatch(block):
            return None
        if "\r" in block:
            block = block.replace("\r", "")
        cells = block.replace("\n", self._delimiter).split(self._delimiter)
        cells.pop()
        column = {key: cells[place :: self._width] for key, place in self._at.items()}
        lats, lons = _numbers(column["lat"]), _numbers(column["lon"])
        long = (len(max(column.get(key, ("",)), key=len)) for key in ("source_id", "district"))
        if max(long) > NAME_CHARACTERS or np.abs(lats).max() > 90 or np.abs(lons).max() > 180:
            return None
        lines = np.arange(line, line + len(lats))
        units = np.full(len(lats), UNITS)
        if "weight" in column:
            units = np.rint(_numbers(column["weight"]) * UNITS).astype(np.int64)
        return Run(
            lines,
            column.get("source_id") or [row_number(each) for each in lines.tolist()],
            lats,
            lons,
            units,
            self._words.codes(column.get("district") or [""] * len(lats)),
        )


def _numbers(cells: list[str]) -> Floats:
    return np.array(list(map(float, cells)))


def blocks(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where to cut a text without quotes: (start, end) of runs of whole lines."""
    while start < len(text):
        end = start + BLOCK_CHARACTERS
        cut = text.rfind("\n", start, end) if end < len(text) else -1
        if cut < 0 and end < len(text):
            cut = text.find("\n", end)
        end = cut + 1 if cut >= 0 else len(text)
        yield start, end
        start = end


def line_count(block: str) -> int:
    """How many line ends of any kind a block has."""
    return block.count("\n") + block.count("\r") - block.count("\r\n")
