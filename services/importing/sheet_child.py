"""The child process that parses one workbook: the only code that touches a hostile XLSX's content.

Run by path, isolated from everything else of the product: ``sheet_child.py FILE MEMORY SECONDS
ROWS COLUMNS AREA CHARACTERS``. Writes one JSON value a line to standard output: first the sheets'
names, then for each sheet ``{"sheet": name}`` and its rows; ``{"too_much": sentence}`` or
``{"damaged": sentence}`` where it has to stop.

Memory and time are limited by the kernel, so a workbook that lies about itself ends this process
and nothing else.
"""

from __future__ import annotations

import contextlib
import resource
import sys
from collections.abc import Iterator
from typing import Any

import orjson
import python_calamine


class Refused(Exception):
    """The workbook is more than we take. The message is for the user."""


def _limit(memory_bytes: int, seconds: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of the address space
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _lines(path: str, rows: int, columns: int, area: int, characters: int) -> Iterator[Any]:
    book = python_calamine.CalamineWorkbook.from_path(path)
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.visible == python_calamine.SheetVisibleEnum.Visible
        and sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
    ]
    yield names
    for name in names:
        sheet = book.get_sheet_by_name(name)
        height, width = (place + 1 for place in sheet.end or (-1, -1))
        if width > columns:
            raise Refused(f"工作表“{name}”有 {width} 列,最多 {columns} 列。请删去无关的列。")
        if height > rows:
            raise Refused(
                f"工作表“{name}”有 {height} 行,最多 {rows} 行。请删去空行,或分成几个文件导入。"
            )
        if height * width > area:
            raise Refused(f"工作表“{name}”的内容相隔太远({height} 行 {width} 列)。请删去空行空列。")
        yield {"sheet": name}
        merged = _downward(sheet.merged_cell_ranges or [], budget=2 * rows)
        above: list[Any] = []
        for number, cells in enumerate(sheet.iter_rows()):
            for column in merged.get(number, ()):
                if column < len(cells):
                    cells[column] = above[column]
            above = cells
            characters -= sum(len(cell) for cell in cells if isinstance(cell, str))
            if characters < 0:
                raise Refused("工作表里的文字太多。请分成几个文件导入。")
            yield cells


def _downward(
    ranges: list[tuple[tuple[int, int], tuple[int, int]]], budget: int
) -> dict[int, list[int]]:
    """Row -> columns whose cell is merged with the one above, for merges one column wide.

    Registers merge the district's cell over all of its rows; such a cell means all of them.
    ``budget`` bounds the cells that a hostile list of merges may name.
    """
    merged: dict[int, list[int]] = {}
    for (top, left), (bottom, right) in ranges:
        budget -= bottom - top
        if left == right and budget >= 0:
            for row in range(top + 1, bottom + 1):
                merged.setdefault(row, []).append(left)
    return merged


def main(path: str, *limits: str) -> None:
    """Write the workbook's rows to standard output."""
    memory_bytes, seconds, *bounds = map(int, limits)
    _limit(memory_bytes, seconds)
    out = sys.stdout.buffer
    try:
        for line in _lines(path, *bounds):
            out.write(orjson.dumps(line, default=str) + b"\n")
    except Refused as refusal:
        out.write(orjson.dumps({"too_much": str(refusal)}) + b"\n")
    except python_calamine.CalamineError:
        out.write(orjson.dumps({"damaged": "工作簿的内容已损坏。"}) + b"\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
