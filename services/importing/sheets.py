"""XLSX to a table of text, suspecting everything.

Here, in the parent: the zip's directory (entries, sizes, ratios), its checksums, the beginning of
every XML part (no DOCTYPE, UTF-8 only) and cell addresses far outside what we take. Then
``sheet_child.py`` parses it under a limit of memory and time.
"""

from __future__ import annotations

import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

import orjson

from services.errors import FileUnreadable, LimitExceeded
from services.importing.columns import recognised
from services.importing.table import TITLE_ROWS, Table, cell_text, table_of
from services.limits import (
    IMPORT_COLUMNS,
    READER_MEMORY_BYTES,
    READER_SECONDS,
    XLSX_ENTRIES,
    XLSX_RATIO,
    XLSX_UNPACKED_BYTES,
)

SAVE_AS_XLSX: Final = "请用 Excel 或 WPS 打开,另存为 .xlsx,再导入。"

_DIRECTORY_BYTES: Final = 1024 * 1024
_CHUNK: Final = 1024 * 1024
_PROLOG: Final = 8192
_SPARE_CELLS: Final = 1_000_000
_AREA_PER_CELL: Final = 16
"""A sheet whose cells stand farther apart than this is laid out for nothing, and refused."""
_BASE_MEMORY: Final = 512 * 1024 * 1024
_BYTES_PER_CELL: Final = 64
"""A small file gets little memory, so that it cannot fill it slowly."""
_MEBIBYTE: Final = 1024 * 1024
_SPARE_ROWS: Final = 1_000
"""Blank rows that a sheet may have beside those that count."""


def read_sheets(path: Path, *, max_rows: int, max_characters: int) -> Table:
    """The first visible sheet that has our header, as text.

    ``max_characters`` bounds the text of all sheets together. Raises ``FileUnreadable`` for
    anything but a plain, whole workbook, ``LimitExceeded`` for too much of one.
    """
    cells, unpacked = _check_archive(path, max_rows + _SPARE_ROWS)
    area = _SPARE_CELLS + _AREA_PER_CELL * cells
    memory = min(READER_MEMORY_BYTES, _BASE_MEMORY + _BYTES_PER_CELL * area + 8 * unpacked)
    limits = (memory, READER_SECONDS, max_rows + _SPARE_ROWS, IMPORT_COLUMNS, area, max_characters)
    names, sheets = _sheets(path, limits, max_rows)
    if not sheets:
        raise FileUnreadable("工作簿里没有可见的工作表。请确认选对了文件。")
    best = max(sheets, key=lambda name: (_named(sheets[name]), -names.index(name)))
    others = [name for name in names if name != best and sheets.get(name)]
    notes = [f"只读了工作表“{best}”,没有读:{'、'.join(others)}。"] if others else []
    rows = ((line, list(map(cell_text, cells))) for line, cells in enumerate(sheets[best], 1))
    return table_of(rows, max_rows=max_rows, notes=notes)


def _named(rows: list[list[Any]]) -> int:
    filled = (row for row in rows[: 10 * TITLE_ROWS] if any(row))
    return max((recognised(list(map(cell_text, row))) for row in filled), default=-1)


# --- the archive ---------------------------------------------------------------------------


def _check_archive(path: Path, max_rows: int) -> tuple[int, int]:
    """Look at every part; how many cells the sheets really have, and the size unpacked."""
    cells = unpacked = 0
    _check_directory_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            _check_entries(entries)
            unpacked = sum(entry.file_size for entry in entries)
            far = _far_cells(max_rows)
            for entry in entries:
                if not entry.is_dir():
                    with archive.open(entry) as part:
                        cells += _check_part(part, entry.filename, far)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        RuntimeError,  # encrypted, or packed in a way that zipfile does not know
        ValueError,
    ):
        raise FileUnreadable(f"这个 .xlsx 文件已损坏或不完整。{SAVE_AS_XLSX}") from None
    return cells, unpacked


def _check_directory_size(path: Path) -> None:
    """Read the zip's end record by hand: a hostile directory is not to be listed at all."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 65_557))
        tail = file.read()
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise FileUnreadable(f"这个 .xlsx 文件不完整,多半没有传完。{SAVE_AS_XLSX}")
    entries, size = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > XLSX_ENTRIES or size > _DIRECTORY_BYTES:
        raise FileUnreadable(
            f"这个 .xlsx 里有 {entries} 个部件,最多 {XLSX_ENTRIES} 个,不像普通的表格。"
            f"{SAVE_AS_XLSX}",
            value=entries,
        )


def _check_entries(entries: Sequence[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if "xl/workbook.bin" in names:
        raise FileUnreadable(f"这是 .xlsb 二进制工作簿。{SAVE_AS_XLSX}")
    if "xl/workbook.xml" not in names:
        raise FileUnreadable(f"这个文件不是 Excel 工作簿。{SAVE_AS_XLSX}")
    if any("vbaproject" in name.lower() or "macrosheets" in name.lower() for name in names):
        raise FileUnreadable(f"工作簿带有宏,不接受。{SAVE_AS_XLSX}")
    if len(set(names)) < len(names) or len(names) > XLSX_ENTRIES:
        raise FileUnreadable(f"这个 .xlsx 里有重名的部件,不像普通的表格。{SAVE_AS_XLSX}")
    if any(entry.flag_bits & 1 for entry in entries):
        raise FileUnreadable("工作簿加了密码。请去掉密码后另存,再导入。")
    unpacked = sum(entry.file_size for entry in entries)
    swollen = any(
        entry.file_size > max(_MEBIBYTE, XLSX_RATIO * max(1, entry.compress_size))
        for entry in entries
    )
    if unpacked > XLSX_UNPACKED_BYTES or swollen:
        raise FileUnreadable(
            f"这个 .xlsx 解压后有 {unpacked // _MEBIBYTE} MB,大得不像普通的表格。{SAVE_AS_XLSX}",
            value=unpacked,
        )


def _far_cells(max_rows: int) -> re.Pattern[bytes]:
    """Addresses of cells beyond our columns (IV is the 256th) or beyond ``max_rows``.

    One such cell makes a parser lay out everything between it and A1.
    """
    digits = str(max_rows)
    above = [rf"\d{{{len(digits) + 1},}}"] + [
        rf"{digits[:place]}[{int(digit) + 1}-9]\d{{{len(digits) - place - 1}}}"
        for place, digit in enumerate(digits)
        if digit != "9"
    ]
    columns = r"(?:[A-Z]{3}|[J-Z][A-Z]|I[W-Z])"
    address = rf"\sr\s*=\s*[\"'](?:{columns}|[A-Z]{{0,2}}(?:{'|'.join(above)})[\"'])"
    return re.compile(address.encode())


def _check_part(part: IO[bytes], name: str, far: re.Pattern[bytes]) -> int:
    """Read one part to its end (which checks its size and checksum), looking at the XML in it.

    The number of a sheet's cells, 0 for other parts.
    """
    cells = 0
    is_xml = name.lower().endswith((".xml", ".rels"))
    is_sheet = name.lower().startswith("xl/worksheets/")
    kept = part.read(_CHUNK)
    if is_xml:
        _check_prolog(kept[:_PROLOG])
    if b"macroEnabled" in kept and name == "[Content_Types].xml":
        raise FileUnreadable(f"工作簿带有宏,不接受。{SAVE_AS_XLSX}")
    while kept:
        if is_sheet and (found := far.search(kept)):
            where = found.group().split(b"=")[1].strip(b" \"'").decode()
            raise FileUnreadable(
                f"工作表远处有内容(单元格 {where}…),超出了能读的范围。请删去它,再导入。",
                value=where,
            )
        if is_sheet:
            cells += kept.count(b"<c ") + kept.count(b"<c>") + kept.count(b":c ")
        chunk = part.read(_CHUNK)
        kept = kept[-64:] + chunk if chunk else b""
    return cells


def _check_prolog(start: bytes) -> None:
    text = start.removeprefix(b"\xef\xbb\xbf")
    declared = re.match(rb"\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)", text)
    if not text.lstrip()[:1] == b"<" or (
        declared and declared[1].lower() not in (b"utf-8", b"us-ascii")
    ):
        raise FileUnreadable(f"工作簿里的 XML 不是 UTF-8 编码。{SAVE_AS_XLSX}")
    root = re.search(rb"<[A-Za-z_]", text)
    if re.search(rb"<!(?:DOCTYPE|ENTITY)", text[: root.start()] if root else text):
        raise FileUnreadable(f"工作簿里的 XML 带有 DOCTYPE,不安全,不接受。{SAVE_AS_XLSX}")
    if root is None:
        raise FileUnreadable(f"工作簿里的 XML 已损坏。{SAVE_AS_XLSX}")


# --- the child -----------------------------------------------------------------------------


def _sheets(
    path: Path, limits: Sequence[int], max_rows: int
) -> tuple[list[str], dict[str, list[list[Any]]]]:
    """The visible sheets' names and rows; ``limits`` are those of ``sheet_child``."""
    lines = _child_lines(path, limits)
    names: list[str] = next(lines, [])
    sheets: dict[str, list[list[Any]]] = {}
    rows: list[list[Any]] = []
    for line in lines:
        if not isinstance(line, dict):
            rows.append(line)
        elif "too_much" in line:
            raise LimitExceeded(line["too_much"], limit=max_rows)
        elif "damaged" in line:
            raise FileUnreadable(f"{line['damaged']}{SAVE_AS_XLSX}")
        else:
            rows = sheets.setdefault(line["sheet"], [])
    return names, sheets


def _child_lines(path: Path, limits: Sequence[int]) -> Iterator[Any]:
    child = Path(__file__).with_name("sheet_child.py")
    command = [sys.executable, "-I", str(child), str(path.resolve()), *map(str, limits)]
    try:
        # The command is our own interpreter and script; the path is an argument, not a shell word.
        done = subprocess.run(  # noqa: S603
            command, capture_output=True, timeout=READER_SECONDS, env={}, check=False
        )
    except subprocess.TimeoutExpired:
        raise FileUnreadable(
            f"读这个工作簿超过 {READER_SECONDS} 秒,已停止。请分成几个文件,或另存为 CSV。"
        ) from None
    if done.returncode:
        raise FileUnreadable(f"这个工作簿读不出来,或展开后太大,已停止。{SAVE_AS_XLSX}")
    return map(orjson.loads, done.stdout.splitlines())
