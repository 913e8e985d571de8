"""Rows of text to drafts, or to the reasons why not. Pure.

A cell that is empty and a column that is not there both mean "the file says nothing of this":
``DraftRow.given`` lists what the row does say. A given point is taken to be the door
(``Precision.DOOR``) unless the row says what it stands for. One bad row never loses the others: it
becomes a ``RowProblem``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.collector import collector_paused
from services.errors import FileUnreadable, InvalidInput
from services.geo.datum import Datum
from services.importing.columns import Columns, column_table, resolve
from services.importing.coordinates import shown
from services.importing.locating import DATUM_NAMES, Located, locate
from services.importing.reading import Reading, RowReader
from services.importing.table import Row, Table
from services.places import (
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    Vocabulary,
)
from services.region import Region

_MOBILE: Final = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_SHOWN_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A row that can be stored. ``doubt`` says why its point is not to be shown as fact."""

    line: int
    draft: PlaceDraft
    warnings: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    """Names of the draft's fields that the file itself states."""
    doubt: str = ""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that is refused: where, what was seen, and a sentence with what to do."""

    line: int
    column: str
    value: str
    message: str
    name: str = ""
    source_id: str = ""

    def to_json(self) -> dict[str, Any]:
        """``{line, column, value, message}``."""
        return {
            "line": self.line,
            "column": self.column,
            "value": self.value,
            "message": self.message,
        }


@dataclass(frozen=True, slots=True)
class ParsedRows:
    """A file as drafts and problems, each in the order of its lines."""

    drafts: list[DraftRow]
    problems: list[RowProblem]
    notes: list[str] = field(default_factory=list)


def parse_rows(
    table: Table,
    *,
    region: Region | None,
    vocabulary: Vocabulary,
    default_datum: Datum,
    source: str,
    status: PlaceStatus,
    today: date,
) -> ParsedRows:
    """Read every row of a table.

    ``default_datum`` holds where neither the row nor the header names one; ``source`` and
    ``status`` where their cells are empty; no verification is later than ``today``. Without a
    ``region`` (a file that is analysed alone) a point may be anywhere on earth, and kind and name
    may be missing. With one, raises ``FileUnreadable`` when the header lacks either.
    """
    columns = resolve(table.header, nameless=region is None)
    if region and "kind" not in columns.headers and len(vocabulary.kinds) != 1:
        raise FileUnreadable("没有“类别”列。请补上,每行写类别,如“户外劳动者服务站”。", field="kind")
    reader = RowReader(
        columns,
        region,
        vocabulary,
        datum=columns.datum or default_datum,
        source=source,
        status=status,
        today=today,
    )
    with collector_paused():
        drafts, problems = _read(table, reader, columns, region)
    return ParsedRows(drafts, problems, [*table.notes, *_notes(columns, drafts, default_datum)])


def _read(
    table: Table, reader: RowReader, columns: Columns, region: Region | None
) -> tuple[list[DraftRow], list[RowProblem]]:
    readings: list[Reading] = []
    problems: list[RowProblem] = []
    for row in table.rows:
        try:
            readings.append(reader.read(row))
        except InvalidInput as problem:
            problems.append(row_problem(row, columns, problem))
    located = iter(locate([each.spot for each in readings if each.spot], region))
    drafts = []
    for reading in readings:
        where = next(located) if reading.spot else Located(None, doubt=reading.doubt)
        if where.problem:
            outside = InvalidInput(where.problem, field="lat")
            problems.append(row_problem(reading.row, columns, outside))
        else:
            drafts.append(_draft_row(reading, where))
    problems.sort(key=lambda problem: problem.line)
    return drafts, problems


def _draft_row(reading: Reading, where: Located) -> DraftRow:
    fields = reading.fields
    if where.point is not None:
        fields["point"] = where.point
        fields["district"] = where.district
        fields["location_source"] = LocationSource.GIVEN
        fields["location_precision"] = reading.precision
        fields["location_state"] = LocationState.AMBIGUOUS if where.doubt else LocationState.LOCATED
        fields["location_reason"] = where.doubt
    return DraftRow(
        reading.row.line,
        PlaceDraft(**fields),
        reading.warnings,
        reading.given,
        where.doubt,
    )


def row_problem(row: Row, columns: Columns, problem: InvalidInput) -> RowProblem:
    """What is wrong with a row, with the column and the cell that the error's field names."""
    key = problem.field
    if key in ("lat", "lon") and key not in columns.headers and "lon_lat" in columns.headers:
        key = "lon_lat"
    known = column_table().titles.keys() | columns.headers.keys()
    column = columns.header(key) if key and key in known else ""
    value = row.values.get(column, "") if column else ""

    def cell(name: str) -> str:
        return row.values.get(columns.headers.get(name, ""), "").strip()

    return RowProblem(
        row.line,
        column,
        shown(value, _SHOWN_CHARACTERS),
        problem.message,
        cell("name"),
        cell("source_id"),
    )


def column_notes(columns: Columns, default_datum: Datum) -> list[str]:
    """What people should know of how a header was read."""
    notes = []
    if columns.personal:
        notes.append(f"个人信息列没有读取:{'、'.join(columns.personal)}。")
    if columns.ignored:
        notes.append(f"不认识的列没有导入:{'、'.join(columns.ignored)}。")
    if columns.datum and columns.datum != default_datum:
        notes.append(f"表头写明坐标系是 {DATUM_NAMES[columns.datum]},按它换算。")
    return notes


def _notes(columns: Columns, drafts: list[DraftRow], default_datum: Datum) -> list[str]:
    """What people should know of the file as a whole."""
    notes = column_notes(columns, default_datum)
    timed = [row.draft for row in drafts if row.draft.opening_hours_raw]
    if timed:
        read = sum(bool(draft.opening_hours) for draft in timed)
        notes.append(f"开放时间 {len(timed)} 行,读懂 {read} 行({read / len(timed):.0%})。")
    mobiles = sum(bool(_MOBILE.search(row.draft.phone)) for row in drafts if row.draft.phone)
    if mobiles:
        notes.append(f"{mobiles} 行的电话像个人手机号,电话会公开显示,请确认。")
    for warning, count in Counter(text for row in drafts for text in row.warnings).most_common(20):
        lines = [str(row.line) for row in drafts if warning in row.warnings][:5]
        more = "…" if count > len(lines) else ""
        notes.append(f"第 {'、'.join(lines)}{more} 行:{warning}")
    return notes
