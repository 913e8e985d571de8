"""A file to rows of text: is it what its name says, and is it small enough?

.csv .tsv .txt   encoding -> delimited
.xlsx            sheets (a child process)
.geojson .json   encoding -> features
"""

from __future__ import annotations

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from services.collector import collector_paused
from services.errors import FileUnreadable, LimitExceeded
from services.importing.delimited import read_delimited
from services.importing.encoding import decode
from services.importing.features import read_features
from services.importing.sheets import SAVE_AS_XLSX, read_sheets
from services.importing.table import Row, Table
from services.limits import XLSX_UNPACKED_BYTES

__all__ = ["DELIMITED", "FEATURES", "ORDINARY", "Row", "Table", "read_rows", "read_text"]

DELIMITED: Final = frozenset((".csv", ".tsv", ".txt"))
FEATURES: Final = frozenset((".geojson", ".json"))
_ENCODING: Final = "编码:{}。"
ORDINARY: Final = _ENCODING.format("UTF-8")
"""The note on a file in the usual encoding, for whoever does not want to repeat it."""
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\3\4"
_TEXT_PER_BYTE: Final = 8
"""Characters that a packed workbook may hold for each byte of the file that we take."""


def read_rows(path: Path, *, max_bytes: int, max_rows: int) -> Table:
    """The rows of a CSV, XLSX or GeoJSON file as text, with their lines.

    Raises ``FileUnreadable`` (with the line where one is to blame) for anything that cannot be read
    exactly, and ``LimitExceeded`` for a file above ``max_bytes`` or ``max_rows``.
    """
    suffix = path.suffix.lower()
    with collector_paused():
        if suffix == ".xlsx":
            with _opening(path):
                _checked(path, max_bytes)
                text_limit = min(_TEXT_PER_BYTE * max_bytes, XLSX_UNPACKED_BYTES)
                return read_sheets(path, max_rows=max_rows, max_characters=text_limit)
        text, notes = read_text(path, max_bytes=max_bytes)
        read = read_features if suffix in FEATURES else read_delimited
        return read(text, max_rows=max_rows, notes=notes)


def read_text(path: Path, *, max_bytes: int) -> tuple[str, list[str]]:
    """The text of a CSV or GeoJSON file (of no workbook), and notes on how it was read.

    Raises ``FileUnreadable`` and ``LimitExceeded`` as ``read_rows`` does.
    """
    with _opening(path):
        size = _checked(path, max_bytes)
        data = path.read_bytes()
    if len(data) != size:
        raise FileUnreadable(f"读的时候文件“{path.name}”变了。请等它写完再导入。", value=path.name)
    text, encoding = decode(data, is_json=path.suffix.lower() in FEATURES)
    return text, [_ENCODING.format(encoding)]


@contextmanager
def _opening(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise FileUnreadable(
            f"文件“{path.name}”打不开({problem.strerror})。请检查路径和权限。", value=path.name
        ) from None


def _checked(path: Path, max_bytes: int) -> int:
    """The size of a file that is not too large and is what its name says."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise FileUnreadable(f"“{path.name}”不是普通文件。请给出一个文件。", value=path.name)
    if status.st_size > max_bytes:
        raise LimitExceeded(
            f"文件有 {status.st_size / 2**20:.1f} MB,最多 {max_bytes / 2**20:g} MB。"
            "请分成几个文件导入。",
            limit=max_bytes,
            value=status.st_size,
        )
    if not status.st_size:
        raise FileUnreadable(f"文件“{path.name}”是空的。请确认选对了文件。", value=path.name)
    with path.open("rb") as file:
        _check_kind(file.read(4096), path.suffix.lower())
    return status.st_size


def _check_kind(head: bytes, suffix: str) -> None:
    """Refuse a file that is not what its name says, in words that say what it is."""
    if suffix in (".xlsm", ".xlsb", ".xltm", ".xltx", ".ods", ".et"):
        raise FileUnreadable(f"不接受 {suffix} 文件。{SAVE_AS_XLSX}", value=suffix)
    if suffix not in DELIMITED | FEATURES | {".xlsx", ".xls"}:
        raise FileUnreadable(
            f"不认识“{suffix or '没有扩展名'}”的文件。请用 .csv、.xlsx 或 .geojson。", value=suffix
        )
    beginning = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(_OLE):
        raise FileUnreadable(f"这是旧版 .xls,或加了密码的工作簿。请去掉密码;{SAVE_AS_XLSX}")
    if beginning.startswith((b"<!doctype", b"<html", b"<table", b"<?xml", b"<meta", b"<head")):
        raise FileUnreadable(f"这是网页或 XML,不是表格文件。{SAVE_AS_XLSX}")
    if suffix == ".xls":
        raise FileUnreadable(f"不接受 .xls 文件。{SAVE_AS_XLSX}")
    if suffix == ".xlsx" and not head.startswith(_ZIP):
        raise FileUnreadable(
            f"扩展名是 .xlsx,内容却不是。若是文本表格,请改名为 .csv;或{SAVE_AS_XLSX}"
        )
    if suffix != ".xlsx" and head.startswith(_ZIP):
        raise FileUnreadable(f"扩展名是 {suffix},内容却是压缩包或工作簿。请把扩展名改为 .xlsx。")
    if head.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b")):
        raise FileUnreadable("这是图片、PDF 或压缩包,不是表格。请用 .csv、.xlsx 或 .geojson。")
