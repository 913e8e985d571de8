"""Rows of text to drafts, or to the reasons why not. Pure.

A cell that is empty and a column that is not there both mean "the file says nothing of this":
``DraftRow.given`` lists what the row does say. A given point is taken to be the door
(``Precision.DOOR``). One bad row never loses the others: it becomes a ``RowProblem``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from services.errors import FileUnreadable, InvalidInput
from services.geo.datum import Datum
from services.hours import parse_hours
from services.importing.cells import (
    Remembered,
    amenity_reader,
    clean,
    date_reader,
    kind_reader,
    read_access,
    read_datum,
    read_status,
)
from services.importing.columns import Columns, column_table, resolve
from services.importing.coordinates import parse_coordinate, parse_lon_lat, shown
from services.importing.locating import (
    DATUM_NAMES,
    Located,
    Spot,
    disagreement,
    district_reader,
    locate,
    named_in_address,
)
from services.importing.table import Row, Table
from services.limits import NAME_CHARACTERS
from services.places import (
    SAMPLE_SOURCE,
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    Precision,
    Vocabulary,
)
from services.region import Region

SAMPLE_WORD: Final = "示例数据"
"""In the column 数据性质 of everything that we export from the sample registry."""

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


@dataclass(slots=True)
class _Reading:
    """One row on its way to a draft."""

    row: Row
    fields: dict[str, Any]
    warnings: list[str]
    given: frozenset[str] = frozenset()
    spot: Spot | None = None
    doubt: str = ""


def parse_rows(
    table: Table,
    *,
    region: Region,
    vocabulary: Vocabulary,
    default_datum: Datum,
    source: str,
    status: PlaceStatus,
    today: date,
) -> ParsedRows:
    """Read every row of a table.

    ``default_datum`` holds where neither the row nor the header names one; ``source`` and
    ``status`` where their cells are empty; no verification is later than ``today``. Raises
    ``FileUnreadable`` when the header lacks the name or the kind.
    """
    columns = resolve(table.header)
    if "kind" not in columns.headers and len(vocabulary.kinds) != 1:
        raise FileUnreadable("没有“类别”列。请补上,每行写类别,如“户外劳动者服务站”。", field="kind")
    reader = _RowReader(
        columns, region, vocabulary, columns.datum or default_datum, source, status, today
    )
    readings: list[_Reading] = []
    problems: list[RowProblem] = []
    for row in table.rows:
        try:
            readings.append(reader.read(row))
        except InvalidInput as problem:
            problems.append(_problem(row, columns, problem))
    drafts = _drafts(readings, problems, columns, region)
    problems.sort(key=lambda problem: problem.line)
    return ParsedRows(drafts, problems, [*table.notes, *_notes(columns, drafts, default_datum)])


class _RowReader:
    """Reads the cells of a row; what a file says again and again is read once."""

    def __init__(
        self,
        columns: Columns,
        region: Region,
        vocabulary: Vocabulary,
        datum: Datum,
        source: str,
        status: PlaceStatus,
        today: date,
    ) -> None:
        self._columns, self._region, self._datum = columns, region, datum
        self._only_kind = vocabulary.kinds[0].key if "kind" not in columns.headers else ""
        self._defaults: dict[str, Any] = {"source": source, "status": status}
        self._givens: dict[frozenset[str], frozenset[str]] = {}
        self._amenities = Remembered(amenity_reader(vocabulary))
        self._districts = Remembered(district_reader(region))
        self._hours = Remembered(lambda text: parse_hours(clean(text, "opening_hours")))
        self._datums = Remembered(read_datum)
        self._accesses = Remembered(read_access)
        self._in_address = named_in_address(region)
        readers: dict[str, Callable[[str], Any]] = {
            "kind": Remembered(kind_reader(vocabulary)).__getitem__,
            "name": lambda text: clean(text, "name", NAME_CHARACTERS),
            "address": lambda text: clean(text, "address"),
            "phone": lambda text: clean(text, "phone", NAME_CHARACTERS),
            "source": Remembered(lambda text: clean(text, "source", NAME_CHARACTERS)).__getitem__,
            "source_id": lambda text: clean(text, "source_id", NAME_CHARACTERS),
            "host": Remembered(lambda text: clean(text, "host")).__getitem__,
            "verified_on": Remembered(date_reader(today)).__getitem__,
            "status": Remembered(read_status).__getitem__,
        }
        self._simple = [
            (key, columns.headers[key], read)
            for key, read in readers.items()
            if key in columns.headers
        ]

    def read(self, row: Row) -> _Reading:
        """One row; raises ``InvalidInput`` for the first thing that is wrong with it."""
        if row.fault:
            raise InvalidInput(row.fault)
        fields: dict[str, Any] = {}
        for key, header, read in self._simple:
            text = row.values.get(header)
            if text and not text.isspace():
                fields[key] = read(text)
        if self._only_kind:
            fields["kind"] = self._only_kind
        for key, word in (("name", "名称"), ("kind", "类别")):
            if not fields.get(key):
                raise InvalidInput(f"{word}为空。请填写。", field=key, value="")
        reading = _Reading(row, fields, [])
        self._read_words(reading)
        self._read_place(reading)
        if SAMPLE_WORD in self._cell(row, "nature"):
            fields.setdefault("source", SAMPLE_SOURCE)
        given = frozenset(fields)
        reading.given = self._givens.setdefault(given, given)
        reading.fields = self._defaults | fields
        return reading

    def _cell(self, row: Row, key: str) -> str:
        header = self._columns.headers.get(key)
        return row.values.get(header, "").strip() if header else ""

    def _read_words(self, reading: _Reading) -> None:
        """Cells whose unknown words are a warning, not a refusal."""
        fields, row = reading.fields, reading.row
        if text := self._cell(row, "opening_hours"):
            hours = self._hours[text]
            fields["opening_hours_raw"], fields["opening_hours"] = hours.raw, hours.osm
            if not hours.understood:
                reading.warnings.append(f"开放时间“{hours.raw[:40]}”看不懂,按原文保留,时间算未知。")
        if text := self._cell(row, "amenities"):
            fields["amenities"], strange = self._amenities[text]
            if strange:
                reading.warnings.append(f"设施“{'、'.join(strange)}”不认识,没有录入。")
        if text := self._cell(row, "access"):
            try:
                fields["access"] = self._accesses[text]
            except InvalidInput as problem:
                reading.warnings.append(f"{problem.message}没有录入。")

    def _read_place(self, reading: _Reading) -> None:
        """The district that the row names, in its column and in its address, and its point."""
        fields, row = reading.fields, reading.row
        by_address = self._in_address(fields.get("address", ""))
        by_column = ""
        if text := self._cell(row, "district"):
            by_column = self._districts[clean(text, "district", NAME_CHARACTERS)]
            if not by_column:
                reading.warnings.append(f"区县“{text[:40]}”不认识,没有录入。")
        if by_column or by_address:
            fields["district"] = by_column or by_address
        pair = self._coordinates(row)
        if pair is None:
            reading.doubt = disagreement(by_column, by_address, self._region)
            return
        text = self._cell(row, "datum")
        datum = self._datums[text] if text else self._datum
        reading.spot = Spot(pair[0], pair[1], datum, by_column, by_address)

    def _coordinates(self, row: Row) -> tuple[float, float] | None:
        if text := self._cell(row, "lon_lat"):
            return parse_lon_lat(text)
        lat, lon = self._cell(row, "lat"), self._cell(row, "lon")
        if not lat and not lon:
            return None
        for key, word, cell in (("lat", "纬度", lat), ("lon", "经度", lon)):
            if not cell:
                raise InvalidInput(f"{word}为空,另一个坐标却填了。请补上。", field=key, value="")
        return parse_coordinate(lat, "lat"), parse_coordinate(lon, "lon")


def _drafts(
    readings: list[_Reading], problems: list[RowProblem], columns: Columns, region: Region
) -> list[DraftRow]:
    located = iter(locate([each.spot for each in readings if each.spot], region))
    drafts = []
    for reading in readings:
        where = next(located) if reading.spot else Located(None, doubt=reading.doubt)
        if where.problem:
            key = "lat" if "lat" in columns.headers else "lon_lat"
            problem = InvalidInput(where.problem, field=key)
            problems.append(_problem(reading.row, columns, problem))
        else:
            drafts.append(_draft_row(reading, where))
    return drafts


def _draft_row(reading: _Reading, where: Located) -> DraftRow:
    fields = reading.fields
    if where.point is not None:
        fields["point"] = where.point
        fields["district"] = where.district
        fields["location_source"] = LocationSource.GIVEN
        fields["location_precision"] = Precision.DOOR
        fields["location_state"] = LocationState.AMBIGUOUS if where.doubt else LocationState.LOCATED
        fields["location_reason"] = where.doubt
    return DraftRow(
        reading.row.line,
        PlaceDraft(**fields),
        tuple(reading.warnings),
        reading.given,
        where.doubt,
    )


def _problem(row: Row, columns: Columns, problem: InvalidInput) -> RowProblem:
    key = problem.field
    if key == "lat" and "lat" not in columns.headers and "lon_lat" in columns.headers:
        key = "lon_lat"
    if key == "lon" and "lon" not in columns.headers and "lon_lat" in columns.headers:
        key = "lon_lat"
    known = column_table().titles
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


def _notes(columns: Columns, drafts: list[DraftRow], default_datum: Datum) -> list[str]:
    """What people should know of the file as a whole."""
    notes = []
    if columns.personal:
        notes.append(f"个人信息列没有读取:{'、'.join(columns.personal)}。")
    if columns.ignored:
        notes.append(f"不认识的列没有导入:{'、'.join(columns.ignored)}。")
    if columns.datum and columns.datum != default_datum:
        notes.append(f"表头写明坐标系是 {DATUM_NAMES[columns.datum]},按它换算。")
    timed = [row.draft for row in drafts if row.draft.opening_hours_raw]
    if timed:
        read = sum(bool(draft.opening_hours) for draft in timed)
        notes.append(f"开放时间 {len(timed)} 行,读懂 {read} 行({read / len(timed):.0%})。")
    mobiles = sum(bool(_MOBILE.search(row.draft.phone)) for row in drafts if row.draft.phone)
    if mobiles:
        notes.append(f"{mobiles} 行的电话像个人手机号,电话会公开显示,请确认。")
    for warning, count in Counter(text for row in drafts for text in row.warnings).most_common(20):
        lines = [str(row.line) for row in drafts if warning in row.warnings][:5]
        more = " 等" if count > len(lines) else ""
        notes.append(f"第 {'、'.join(lines)}{more} 行:{warning}")
    return notes
