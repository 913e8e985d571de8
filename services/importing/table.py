"""Rows of text with the line they stand on: what every reader hands over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Final, TypeVar

from services.errors import FileUnreadable, LimitExceeded
from services.importing.columns import recognised
from services.limits import IMPORT_COLUMNS

V = TypeVar("V", bound=Sequence[str])

TITLE_ROWS: Final = 10
"""How far down the header may stand: registers often begin with a title and a date."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``line`` counts from 1 in the file (a feature's number in GeoJSON)."""

    line: int
    values: dict[str, str]
    """The file's header -> the cell's text. An absent key is an empty cell."""
    fault: str = ""
    """Why the row as a whole cannot be read; it is refused with this sentence."""


@dataclass(frozen=True, slots=True)
class Table:
    """A file as text."""

    header: list[str]
    rows: list[Row]
    notes: list[str] = field(default_factory=list)
    """What the reader noticed, for people."""


def cell_text(value: Any) -> str:
    """A typed value as the text that a person would have written: 120.0 is "120", true is 是.

    A list is joined with 、; a mapping of yes and no is its keys, each no with 无 in front.
    """
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "", True: "是", False: "否"}[value]
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, Mapping):
        return "、".join(
            f"{'无' if has is False else ''}{key}" for key, has in value.items() if has is not None
        )
    if isinstance(value, list):
        return "、".join(cell_text(each) for each in value)
    return str(value)


def table_of(
    records: Iterable[tuple[int, Sequence[str]]], *, max_rows: int, notes: Sequence[str] = ()
) -> Table:
    """Find the header among the first rows and put the other rows under it.

    ``records`` are (line, cells). Empty rows are passed over. Raises ``FileUnreadable`` for no
    rows, doubled headers or too many columns, and ``LimitExceeded`` for too many rows.
    """
    rest = filled(records)
    head = list(islice(rest, TITLE_ROWS))
    at, header, said = header_among(head)
    rows = list(rows_under(header, chain(head[at + 1 :], rest), max_rows))
    return Table(header, rows, [*notes, *said])


def filled(records: Iterable[tuple[int, V]]) -> Iterator[tuple[int, V]]:
    """The records with anything in them."""
    return ((line, cells) for line, cells in records if any(map(str.strip, cells)))


def header_among(head: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, list[str], list[str]]:
    """Which of the first records is the header, what it says, and notes on those above it.

    Raises ``FileUnreadable`` for none, doubled headers or too many columns.
    """
    if not head:
        raise FileUnreadable("文件里没有内容。请确认选对了文件。")
    # The fullest of the first rows, the first one when equal.
    at = max(range(len(head)), key=lambda index: (recognised(head[index][1]), -index))
    notes = [f"表头在第 {head[at][0]} 行,上面 {at} 行当作标题,没有导入。"] if at else []
    return at, _checked_header(head[at][1]), notes


def _checked_header(cells: Sequence[str]) -> list[str]:
    header = [cell.strip("\ufeff \t\r\n\u3000\u00a0").replace("\n", "") for cell in cells]
    while header and not header[-1]:
        header.pop()
    if len(header) > IMPORT_COLUMNS:
        raise FileUnreadable(
            f"表头有 {len(header)} 列,最多 {IMPORT_COLUMNS} 列。请删去无关的列。", value=len(header)
        )
    seen: set[str] = set()
    for title in header:
        if title and title in seen:
            raise FileUnreadable(f"表头“{title[:40]}”出现了两次。请只留一列。", value=title[:40])
        seen.add(title)
    return header


def rows_under(
    header: list[str], records: Iterable[tuple[int, Sequence[str]]], max_rows: int
) -> Iterator[Row]:
    """The filled records below a header as rows. Raises ``LimitExceeded``."""
    width, count = len(header), 0
    for line, cells in records:
        if cells[0] == header[0] and list(cells[:width]) == header:
            continue  # files that were joined, and headers merged over two rows, repeat it
        count += 1
        if count > max_rows:
            raise LimitExceeded(
                f"文件超过 {max_rows} 行。请分成几个文件导入。", limit=max_rows, value=count
            )
        fault = ""
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            fault = (
                f"这一行有 {len(cells)} 格,表头只有 {width} 列。"
                "请检查是否有多余的分隔符,含逗号的内容要用双引号括起来。"
            )
        yield Row(line, dict(zip(header, cells, strict=False)), fault)
