"""CSV and its relatives (semicolons, tabs, ``sep=`` lines, any line end) to a table of text."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from services.errors import FileUnreadable
from services.importing.columns import recognised
from services.importing.table import (
    TITLE_ROWS,
    Row,
    Table,
    filled,
    header_among,
    rows_under,
)

RUNS: Final = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""A text that a spreadsheet would run as a formula, or that was made inert already."""

_SEP_LINE: Final = re.compile(r'"?sep=(.)"?[\t,;]*(\r\n|\r|\n|$)', re.IGNORECASE)
_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_CUT: Final = "文件在这一行中间断了:格数不够,也没有换行。请重新导出或下载完整的文件。"
_DELIMITERS: Final = ",;\t|\uff0c"
_REASONS: Final = {
    "unexpected end of data": "有一个双引号没有配对,一直到文件末尾",
    "field larger": "有一格太长,多半是双引号没有配对",
    "expected after": "双引号后面还有内容",
}


def inert(text: str) -> str:
    """The text as a CSV cell that no spreadsheet runs; ``revived`` undoes it."""
    return f"'{text}" if RUNS.match(text) else text


def revived(cell: str) -> str:
    """The text behind an inert cell; any other text as it is."""
    return cell[1:] if cell[:1] == "'" and RUNS.match(cell) else cell


@dataclass(frozen=True, slots=True)
class Delimited:
    """Delimited text whose header is found. Its rows begin at ``start``, which is on ``line``.

    Lines are physical lines, the first is 1, also below a ``sep=`` line.
    """

    text: str
    delimiter: str
    header: list[str]
    start: int
    line: int
    notes: list[str]

    def rows(self, start: int, end: int, line: int, *, max_rows: int) -> Iterator[Row]:
        """The rows from ``start``, where ``line`` begins, up to ``end``, one by one.

        Both must be where a line begins outside quotes, or the text ends. Raises
        ``FileUnreadable`` with the line for quotes that do not match, ``LimitExceeded``.
        """
        lines = (match.group() for match in _LINE.finditer(self.text, start, end))
        records = filled(_records(lines, self.delimiter, line))
        held: Row | None = None
        for row in rows_under(self.header, records, max_rows):
            if held is not None:
                yield held
            held = row
        if held is not None:
            short = end == len(self.text) and len(held.values) < len(self.header)
            whole = self.text[-200:].rstrip(" \t").endswith(("\n", "\r"))
            yield replace(held, fault=_CUT) if short and not whole else held


def open_delimited(text: str, *, notes: Sequence[str] = ()) -> Delimited:
    """Find the delimiter and the header of CSV text.

    Raises ``FileUnreadable`` as ``table.table_of`` does, and for quotes that do not match.
    """
    start, line, said = 0, 1, list(notes)
    declared = _SEP_LINE.match(text)
    if declared:
        delimiter, start, line = declared.group(1), declared.end(), 2
    else:
        delimiter = _delimiter(text)
    if delimiter != ",":
        said.append(f"分隔符:{'制表符' if delimiter == chr(9) else delimiter}。")
    ends: list[int] = []
    head: list[tuple[int, list[str]]] = []
    after: list[tuple[int, int]] = []
    for record in filled(_records(_lines(text, start, ends), delimiter, line)):
        head.append(record)
        after.append((ends[-1], line + len(ends)))
        if len(head) == TITLE_ROWS:
            break
    at, header, about = header_among(head)
    return Delimited(text, delimiter, header, *after[at], [*said, *about])


def read_delimited(text: str, *, max_rows: int, notes: Sequence[str] = ()) -> Table:
    """A table of CSV text. Raises ``FileUnreadable``, ``LimitExceeded``."""
    found = open_delimited(text, notes=notes)
    rows = found.rows(found.start, len(text), found.line, max_rows=max_rows)
    return Table(found.header, list(rows), found.notes)


def _lines(text: str, start: int, ends: list[int]) -> Iterator[str]:
    """The physical lines from ``start``; where each ends is added to ``ends``."""
    for match in _LINE.finditer(text, start):
        ends.append(match.end())
        yield match.group()


def _delimiter(text: str) -> str:
    """The one under which the best of the first rows names most of our columns."""
    head = [match.group() for match in islice(_LINE.finditer(text, 0, 65536), TITLE_ROWS)]

    def named(delimiter: str) -> int:
        try:
            return max(map(recognised, csv.reader(head, delimiter=delimiter)), default=0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=named)


def _records(
    lines: Iterable[str], delimiter: str, first_line: int
) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    line = first_line
    try:
        for cells in reader:
            yield line, [revived(cell) for cell in cells] if "'" in "".join(cells) else cells
            line = first_line + reader.line_num
    except csv.Error as problem:
        why = next((said for key, said in _REASONS.items() if key in str(problem)), "格式有误")
        raise FileUnreadable(
            f"从第 {line} 行起{why}。请检查这一行的双引号,内容里的双引号要写成两个。", value=line
        ) from None
