"""Places to a file that people open and that our importer reads back: import(export(x)) = x.

CSV is UTF-8 with its mark (Excel needs it); XLSX types every cell; GeoJSON is WGS-84, as RFC 7946
has it. A text that a spreadsheet would run as a formula is made inert: one apostrophe in front in
CSV (the importer takes it off again), a typed string in XLSX. Only points that may be shown as
fact are written. Sample data carries the word 示例数据 in every row.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from services.errors import InvalidInput
from services.geo import geojson
from services.geo.datum import Datum, convert
from services.geo.point import Point
from services.geo.regions import Districts
from services.hours import parse_hours
from services.importing.columns import column_table
from services.importing.delimited import RUNS, inert
from services.importing.reading import SAMPLE_WORD
from services.limits import COORDINATE_DECIMALS
from services.places import PlaceDraft, vocabulary
from services.whole_file import whole_file

COLUMNS: Final = (
    "kind",
    "name",
    "address",
    "district",
    "lat",
    "lon",
    "datum",
    "precision",
    "opening_hours",
    "phone",
    "amenities",
    "source",
    "source_id",
    "host",
    "access",
    "verified_on",
    "status",
)
"""What every export has, in this order; a sample also has ``nature``."""

_XML_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONVERTED_DECIMALS: Final = 8
"""Enough that a point which left in another datum comes back to the same rounded WGS-84."""

Record = dict[str, Any]


def write_places(
    path: Path,
    places: Iterable[PlaceDraft],
    *,
    sample: bool,
    datum: Datum = Datum.WGS84,
    districts: Districts | None = None,
) -> int:
    """Write places to a .csv, .xlsx or .geojson file and say how many.

    ``sample`` labels every row; ``districts`` writes their names instead of adcodes. The file
    appears whole or not at all. Raises ``InvalidInput`` for another suffix, for GeoJSON that is not
    WGS-84, and where the file cannot be written.
    """
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise InvalidInput(
            f"不会写“{path.suffix}”文件。请用 .csv、.xlsx 或 .geojson。",
            field="file",
            value=path.name,
        )
    if write is _write_geojson and datum is not Datum.WGS84:
        raise InvalidInput(
            f"GeoJSON 只能是 WGS-84,不能是 {datum.value}。请去掉坐标系选项,或改用 .csv。",
            field="datum",
            value=datum.value,
        )
    records = [_record(place, sample, datum, districts) for place in places]
    with whole_file(path, field="file") as unfinished:
        write(unfinished, records, sample)
    return len(records)


def _record(place: PlaceDraft, sample: bool, datum: Datum, districts: Districts | None) -> Record:
    """A place by column: text, numbers and dates; amenities as a mapping, words as keys."""
    point = place.point if place.is_located else None
    lat = lon = None
    if point is not None:
        lat, lon = convert(point.lat, point.lon, Datum.WGS84, datum)
        decimals = COORDINATE_DECIMALS if datum is Datum.WGS84 else _CONVERTED_DECIMALS
        lat, lon = round(lat, decimals), round(lon, decimals)
    known = districts is not None and place.district in districts
    record: Record = {
        "kind": place.kind,
        "name": place.name,
        "address": place.address,
        "district": (
            districts.by_adcode(place.district).name if districts and known else place.district
        ),
        "lat": lat,
        "lon": lon,
        "datum": None if point is None else datum.value,
        "precision": place.location_precision if point else None,
        "opening_hours": _hours(place),
        "phone": place.phone,
        "amenities": dict(place.amenities),
        "source": place.source,
        "source_id": place.source_id,
        "host": place.host,
        "access": place.access,
        "verified_on": place.verified_on,
        "status": place.status,
    }
    return record | {"nature": SAMPLE_WORD} if sample else record


def _hours(place: PlaceDraft) -> str:
    """What was written, unless a person has since said better what it means."""
    raw, osm = place.opening_hours_raw, place.opening_hours
    return raw if raw and parse_hours(raw).osm == osm else osm or raw


def _spoken(record: Record) -> Iterator[Any]:
    """The record's values in order, its keys as Chinese words, for a spreadsheet."""
    titles = column_table().word_titles
    for column, value in record.items():
        if column == "kind":
            yield vocabulary().kind(value).name
        elif column == "amenities":
            yield _amenity_list(value)
        elif column in titles and value:
            yield titles[column][str(value)]
        else:
            yield "" if value is None else value


def _amenity_list(amenities: Mapping[str, bool]) -> str:
    name = vocabulary().amenity
    return "、".join(f"{'' if has else '无'}{name(key).name}" for key, has in amenities.items())


def _header(sample: bool) -> list[str]:
    titles = column_table().titles
    return [titles[column] for column in (*COLUMNS, *(("nature",) if sample else ()))]


def _write_csv(path: Path, records: list[Record], sample: bool) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(_header(sample))
        for record in records:
            writer.writerow(
                [
                    inert(value) if isinstance(value, str) else _plain(value)
                    for value in _spoken(record)
                ]
            )


def _plain(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.{_CONVERTED_DECIMALS}f}".rstrip("0").rstrip(".")
    return value.isoformat() if isinstance(value, date) else str(value)


def _write_xlsx(path: Path, records: list[Record], sample: bool) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(SAMPLE_WORD if sample else "服务点")
    sheet.freeze_panes = "A2"

    def cell(value: Any, *, bold: bool = False) -> Any:
        if not isinstance(value, str):
            made = WriteOnlyCell(sheet, value)
            if isinstance(value, date):
                made.number_format = "yyyy-mm-dd"
            return made
        made = WriteOnlyCell(sheet, _XML_ESCAPE.sub("_x005F_", value))
        made.data_type = "s"
        if RUNS.match(value):
            made.quotePrefix = True  # stays text when somebody edits the cell
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(title, bold=True) for title in _header(sample)])
    for record in records:
        sheet.append([cell(value) if value != "" else None for value in _spoken(record)])
    book.save(path)


def _write_geojson(path: Path, records: list[Record], sample: bool) -> None:
    features = []
    for record in records:
        geometry = None
        if record["lat"] is not None:
            geometry = Point(record["lat"], record["lon"])
        properties = {
            column: value.isoformat() if isinstance(value, date) else value
            for column, value in record.items()
            if column not in ("lat", "lon", "datum") and value not in (None, "", {})
        }
        features.append(geojson.feature(None, geometry, properties))
    members: dict[str, Any] = {"sample": True, "title": SAMPLE_WORD} if sample else {}
    text = json.dumps(geojson.collection(features, **members), ensure_ascii=False, allow_nan=False)
    path.write_text(text, encoding="utf-8")


_WRITERS: Final[Mapping[str, Callable[[Path, list[Record], bool], None]]] = {
    ".csv": _write_csv,
    ".xlsx": _write_xlsx,
    ".geojson": _write_geojson,
    ".json": _write_geojson,
}
