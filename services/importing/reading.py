"""One row's cells to the fields of a draft and the spot that it says it is at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from services.errors import InvalidInput
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
    read_precision,
    read_status,
)
from services.importing.columns import Columns
from services.importing.coordinates import parse_coordinate, parse_lon_lat, shown
from services.importing.locating import Spot, disagreement, district_reader, named_in_address
from services.importing.table import Row
from services.limits import NAME_CHARACTERS
from services.places import SAMPLE_SOURCE, PlaceStatus, Precision, Vocabulary
from services.region import Region

SAMPLE_WORD: Final = "示例数据"
"""In the column 数据性质 of everything that we export from the sample registry."""

Cells = Mapping[str, str]
"""Column key -> text, for the cells of a row that are not blank."""


@dataclass(slots=True)
class Reading:
    """One row on its way to a draft."""

    row: Row
    fields: dict[str, Any]
    """Names and values for ``PlaceDraft``, the point's apart."""
    warnings: tuple[str, ...] = ()
    given: frozenset[str] = frozenset()
    """The fields that the row itself states, before defaults."""
    spot: Spot | None = None
    precision: Precision = Precision.DOOR
    """What the spot stands for; a point that is given without a word is the door."""
    doubt: str = ""


def row_number(line: int) -> str:
    """What a row of a file that is analysed alone is called when it has no number of its own."""
    return f"row-{line}"


class RowReader:
    """Reads the cells of a row; what a file says again and again is read once.

    Without a region, a row without a kind is of the first kind that counts, and one without a name
    is called by its number.
    """

    def __init__(
        self,
        columns: Columns,
        region: Region | None,
        vocabulary: Vocabulary,
        *,
        datum: Datum,
        source: str,
        status: PlaceStatus,
        today: date,
    ) -> None:
        self._columns = list(columns.headers.items())
        self._region, self._datum = region, datum
        self._usual_kind = "" if "kind" in columns.headers else vocabulary.kinds[0].key
        if region is None:
            self._usual_kind = next(kind.key for kind in vocabulary.kinds if kind.counts)
        self._defaults: dict[str, Any] = {"source": source, "status": status}
        self._givens: dict[frozenset[str], frozenset[str]] = {}
        self._amenities = Remembered(amenity_reader(vocabulary))
        self._districts = Remembered(district_reader(region))
        self._in_address = named_in_address(region)
        self._hours = Remembered(lambda text: parse_hours(clean(text, "opening_hours")))
        self._datums = Remembered(read_datum)
        self._precisions = Remembered(read_precision)
        self._accesses = Remembered(read_access)
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
        self._simple = [(key, read) for key, read in readers.items() if key in columns.headers]

    def read(self, row: Row) -> Reading:
        """One row; raises ``InvalidInput`` for the first thing that is wrong with it."""
        if row.fault:
            raise InvalidInput(row.fault)
        values = row.values
        cells = {
            key: text
            for key, header in self._columns
            if (text := values.get(header)) and not text.isspace()
        }
        fields: dict[str, Any] = {"kind": self._usual_kind} if self._usual_kind else {}
        for key, read in self._simple:
            if key in cells and (value := read(cells[key])) != "":
                fields[key] = value
        if self._region is None:
            fields.setdefault("name", fields.get("source_id") or row_number(row.line))
        for key, word in (("name", "名称"), ("kind", "类别")):
            if key not in fields:
                raise InvalidInput(f"{word}为空。请填写。", field=key, value="")
        reading = Reading(row, fields)
        self._read_words(reading, cells)
        self._read_place(reading, cells)
        if "nature" in cells and SAMPLE_WORD in cells["nature"]:
            fields.setdefault("source", SAMPLE_SOURCE)
        given = frozenset(fields)
        reading.given = self._givens.setdefault(given, given)
        reading.fields = self._defaults | fields
        return reading

    def _read_words(self, reading: Reading, cells: Cells) -> None:
        """Cells whose unknown words are a warning, not a refusal."""
        fields = reading.fields
        if text := cells.get("opening_hours"):
            hours = self._hours[text]
            fields["opening_hours_raw"], fields["opening_hours"] = hours.raw, hours.osm
            if not hours.understood:
                said = f"开放时间“{shown(hours.raw, 40)}”看不懂,按原文保留,时间算未知。"
                reading.warnings += (said,)
        if text := cells.get("amenities"):
            found, strange = self._amenities[text]
            if found:
                fields["amenities"] = found
            if strange:
                reading.warnings += (f"设施“{'、'.join(strange)}”不认识,没有录入。",)
        if text := cells.get("access"):
            try:
                fields["access"] = self._accesses[text]
            except InvalidInput as problem:
                reading.warnings += (f"{problem.message}没有录入。",)

    def _read_place(self, reading: Reading, cells: Cells) -> None:
        """The district that the row names, in its column and in its address, and its point."""
        fields = reading.fields
        by_address = self._in_address(fields["address"]) if "address" in fields else ""
        by_column = ""
        if text := cells.get("district"):
            by_column = self._districts[clean(text, "district", NAME_CHARACTERS)]
            if not by_column:
                reading.warnings += (f"区县“{shown(text, 40)}”不认识,没有录入。",)
        if by_column or by_address:
            fields["district"] = by_column or by_address
        pair = coordinates_in(cells)
        if pair is None:
            reading.doubt = disagreement(by_column, by_address, self._region)
            return
        text = cells.get("datum")
        datum = self._datums[text] if text else self._datum
        if text := cells.get("precision"):
            reading.precision = self._precisions[text]
        reading.spot = Spot(pair[0], pair[1], datum, by_column, by_address)


def coordinates_in(cells: Cells) -> tuple[float, float] | None:
    """``(lat, lon)`` of a row, None where it has neither. Raises ``InvalidInput``."""
    if "lon_lat" in cells:
        return parse_lon_lat(cells["lon_lat"])
    if "lat" in cells and "lon" in cells:
        return parse_coordinate(cells["lat"], "lat"), parse_coordinate(cells["lon"], "lon")
    for key, word in (("lat", "纬度"), ("lon", "经度")):
        if key not in cells and ("lat" in cells or "lon" in cells):
            raise InvalidInput(f"{word}为空,另一个坐标却填了。请补上。", field=key, value="")
    return None
