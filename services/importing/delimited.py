"""CSV and its relatives (semicolons, tabs, ``sep=`` lines, any line end) to a table of text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from services.errors import FileUnreadable
from services.importing.columns import recognised
from services.importing.table import TITLE_ROWS, Table, table_of

INERT: Final = re.compile("'+[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
"""A text that we wrote with one apostrophe in front so that no spreadsheet runs it."""

_SEP_LINE: Final = re.compile(r'"?sep=(.)"?[\t,;]*(\r\n|\r|\n|$)', re.IGNORECASE)
_CUT: Final = "文件在这一行中间断了:格数不够,也没有换行。请重新导出或下载完整的文件。"
_DELIMITERS: Final = ",;\t|\uff0c"
_REASONS: Final = {
    "unexpected end of data": "有一个双引号没有配对,一直到文件末尾",
    "field larger": "有一格太长,多半是双引号没有配对",
    "expected after": "双引号后面还有内容",
}


def revived(cell: str) -> str:
    """The text behind an inert cell; any other text as it is. Undoes ``exporting.inert``."""
    return cell[1:] if cell[:1] == "'" and INERT.match(cell) else cell


def read_delimited(text: str, *, max_rows: int, notes: Sequence[str] = ()) -> Table:
    """A table of CSV text. Lines are physical lines, the first is 1, also below a ``sep=`` line.

    Raises ``FileUnreadable`` with the line for quotes that do not match, ``LimitExceeded``.
    """
    first_line, said = 1, list(notes)
    declared = _SEP_LINE.match(text)
    if declared:
        delimiter, first_line = declared.group(1), 2
        text = text[declared.end() :]
    else:
        delimiter = _delimiter(text)
    if delimiter != ",":
        said.append(f"分隔符:{'制表符' if delimiter == chr(9) else delimiter}。")
    last: list[str] = []
    records = _remembering(_records(text, delimiter, first_line), last)
    table = table_of(records, max_rows=max_rows, notes=said)
    if table.rows and len(last) < len(table.header) and not text.endswith(("\n", "\r")):
        table.rows[-1] = replace(table.rows[-1], fault=_CUT)
    return table


def _remembering(
    records: Iterator[tuple[int, list[str]]], last: list[str]
) -> Iterator[tuple[int, list[str]]]:
    """The records as they are; the latest one's cells stay in ``last``."""
    for line, cells in records:
        last[:] = cells
        yield line, cells


def _delimiter(text: str) -> str:
    """The one under which the best of the first rows names most of our columns."""
    head = list(islice(io.StringIO(text[:65536], newline=""), TITLE_ROWS))

    def named(delimiter: str) -> int:
        try:
            return max(map(recognised, csv.reader(head, delimiter=delimiter)), default=0)
        except csv.Error:
            return 0

    return max(_DELIMITERS, key=named)


def _records(text: str, delimiter: str, first_line: int) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
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
