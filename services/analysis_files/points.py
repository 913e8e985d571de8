"""A file of points, weighted or not, to arrays: two ways of reading that mean the same.

Plain lines of CSV are read by the block (``plain_lines.py``); everything else (quotes, XLSX,
GeoJSON, a cell that is out of the ordinary) row by row (``careful_rows.py``). Half a million rows
take well under a second one way, and a few seconds the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from services.analysis_files.careful_rows import CarefulRows
from services.analysis_files.length import rows_at_least
from services.analysis_files.plain_lines import PlainLines, blocks, line_count
from services.analysis_files.refusals import Refusals, nothing_left
from services.analysis_files.runs import Run, Words, joined
from services.collector import collector_paused
from services.errors import FileUnreadable, LimitExceeded
from services.geo.datum import Datum
from services.importing.columns import Columns, resolve, seen_titles
from services.importing.delimited import Delimited, open_delimited
from services.importing.readers import DELIMITED, ORDINARY, Row, read_rows, read_text
from services.importing.rows import column_notes
from services.limits import IMPORT_FILE_BYTES

_ROWS_AT_ONCE: Final = 20_000


@dataclass(frozen=True, slots=True, eq=False)
class PointRows:
    """The rows that could be read, and what is to be said of the file.

    ``words`` are the districts' names that ``run.district`` numbers, "" where a row has none.
    """

    run: Run
    words: tuple[str, ...]
    columns: Columns
    refusals: Refusals
    notes: list[str]
    rounded: int
    unweighted: int


def read_points(path: Path, *, what: str, limit: int, weighted: bool) -> PointRows:
    """The points of a CSV, XLSX or GeoJSON file: ``id``, ``lat``, ``lon``, where ``weighted`` also
    ``weight``, and ``district``; ``what`` is what messages call them.

    Rows that cannot be read, and ids that stood on an earlier line, are refused one by one. Raises
    ``FileUnreadable`` for a file without coordinates or without one usable row, ``LimitExceeded``
    for more than ``limit`` rows, before they are read where the file's kind allows.
    """
    with collector_paused():
        _refuse_long(path, what, limit)
        file = _PointFile(path, what, limit, weighted)
        run = file.unrepeated(joined(list(file.runs())))
    if not len(run):
        first = next(iter(file.refusals.listed), None)
        raise nothing_left(what, path.name, file.refusals.count, first)
    notes = [*file.notes, *column_notes(file.columns, Datum.WGS84)]
    return PointRows(
        run,
        tuple(file.words),
        file.columns,
        file.refusals,
        [note for note in notes if note != ORDINARY],
        file.careful.rounded,
        file.careful.unweighted,
    )


class _PointFile:
    """One file on its way to a run."""

    def __init__(self, path: Path, what: str, limit: int, weighted: bool) -> None:
        self._what, self._limit, self._count = what, limit, 0
        self._found: Delimited | None = None
        self._rows: list[Row] = []
        if path.suffix.lower() in DELIMITED:
            text, notes = read_text(path, max_bytes=IMPORT_FILE_BYTES)
            self._found = open_delimited(text, notes=notes)
            header, self.notes = self._found.header, self._found.notes
        else:
            table = read_rows(path, max_bytes=IMPORT_FILE_BYTES, max_rows=limit)
            header, self._rows, self.notes = table.header, table.rows, table.notes
        self.columns = resolve(header, nameless=True, weighted=weighted)
        if not {"lat", "lon_lat"} & self.columns.headers.keys():
            seen = seen_titles(header)
            raise FileUnreadable(
                f"{what}文件“{path.name}”没有坐标列,看到的表头是:{seen}。"
                "请写上 lat 和 lon 两列(WGS-84,十进制的度)。",
                field="lat",
                value=seen,
            )
        self.words = Words()
        self.refusals = Refusals(self.columns)
        self.careful = CarefulRows(self.columns, self.words, self.refusals)

    def runs(self) -> Iterator[Run]:
        """The file's rows in order."""
        if self._found is None:
            yield from self._carefully(iter(self._rows))
        else:
            yield from self._text_runs(self._found)

    def _text_runs(self, found: Delimited) -> Iterator[Run]:
        text, line, most = found.text, found.line, self._limit + 2 * _ROWS_AT_ONCE
        plain = PlainLines(found, self.columns, self.words)
        if not plain.usable:
            yield from self._carefully(found.rows(found.start, len(text), line, max_rows=most))
            return
        for start, end in blocks(text, found.start):
            block = text[start:end]
            run = plain.run(block, line)
            if run is None:
                yield from self._carefully(found.rows(start, end, line, max_rows=most))
                line += line_count(block)
            else:
                self._add(len(run))
                yield run
                line += len(run)

    def _carefully(self, rows: Iterator[Row]) -> Iterator[Run]:
        while some := list(islice(rows, _ROWS_AT_ONCE)):
            self._add(len(some))
            yield self.careful.run(some)

    def _add(self, rows: int) -> None:
        self._count += rows
        if self._count > self._limit:
            raise _too_many(self._what, self._limit, self._count)

    def unrepeated(self, run: Run) -> Run:
        """The run without the rows whose id stood on an earlier line; those are refused."""
        if len(set(run.ids)) == len(run.ids):
            return run
        first: dict[str, int] = {}
        kept = np.ones(len(run), dtype=bool)
        for number, identity in enumerate(run.ids):
            earlier = first.setdefault(identity, number)
            if earlier != number:
                kept[number] = False
                self.refusals.add_repeat(int(run.lines[number]), identity, int(run.lines[earlier]))
        return run.where(kept)


def _too_many(what: str, limit: int, count: int) -> LimitExceeded:
    return LimitExceeded(
        f"{what}文件至少有 {count} 个点,最多 {limit} 个。请把相近的点合并,或分片计算。",
        limit=limit,
        value=count,
    )


def _refuse_long(path: Path, what: str, limit: int) -> None:
    try:
        count = rows_at_least(path, limit)
    except OSError:
        return  # whoever opens it next says why it cannot be read
    if count > limit:
        raise _too_many(what, limit, count)
