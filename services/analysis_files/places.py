"""A register's file as places, of any city: what an import reads, without a registry or region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final

from services.analysis_files.refusals import nothing_left, repeated
from services.errors import FileUnreadable
from services.geo.datum import Datum
from services.importing.columns import resolve, seen_titles
from services.importing.readers import ORDINARY, read_rows
from services.importing.reading import row_number
from services.importing.rows import DraftRow, RowProblem, parse_rows
from services.limits import IMPORT_FILE_BYTES, IMPORT_ROWS, REFUSED_ROWS_LISTED
from services.places import DRAFT_FIELDS, SAMPLE_SOURCE, Place, PlaceStatus, Vocabulary

WHAT: Final = "服务点"


@dataclass(frozen=True, slots=True)
class PlacesFile:
    """Places in the file's order, the rows that were refused, and what to say of the file."""

    places: tuple[Place, ...]
    refused: tuple[RowProblem, ...]
    notes: tuple[str, ...]

    @property
    def sample(self) -> bool:
        """Whether any of it is generated sample data."""
        return any(place.source == SAMPLE_SOURCE for place in self.places)


def read_places(
    path: Path, *, vocabulary: Vocabulary, today: date, datum: Datum = Datum.WGS84
) -> PlacesFile:
    """The places of a CSV, XLSX or GeoJSON file, with the columns of an import.

    Only coordinates are required. A row without a kind is of the first kind that counts, one
    without a name is called by its number, one without a number ``row-7`` by its line; its status
    is published, its point a door. A row without coordinates is kept: it is left out of every count
    under ``location``. Where the file has no column for the verification, every place counts as
    verified ``today``, and a note says so; where it has, freshness applies as to the registry.

    ``datum`` holds where neither row nor header names one. Raises ``FileUnreadable`` for a file
    without coordinates or one usable row, ``LimitExceeded`` for too long a one.
    """
    table = read_rows(path, max_bytes=IMPORT_FILE_BYTES, max_rows=IMPORT_ROWS)
    headers = resolve(table.header, nameless=True).headers
    if not {"lat", "lon_lat"} & headers.keys():
        seen = seen_titles(table.header)
        raise FileUnreadable(
            f"{WHAT}文件“{path.name}”没有坐标列,看到的表头是:{seen}。"
            "请写上纬度和经度两列;只有地址的文件请先导入登记库再定位。",
            field="lat",
            value=seen,
        )
    parsed = parse_rows(
        table,
        region=None,
        vocabulary=vocabulary,
        default_datum=datum,
        source=path.name,
        status=PlaceStatus.PUBLISHED,
        today=today,
    )
    unverified = "verified_on" not in headers
    instead: dict[str, Any] = {"verified_on": today} if unverified else {}
    places, repeats = _places(parsed.drafts, today, headers.get("source_id", "id"), instead)
    refused = sorted([*parsed.problems, *repeats], key=lambda problem: problem.line)
    if not any(place.point for place in places):
        if places:
            raise FileUnreadable(
                f"{WHAT}文件“{path.name}”的 {len(places)} 个服务点都没有坐标。请填写纬度和经度。",
                field="lat",
            )
        raise nothing_left(WHAT, path.name, len(refused), next(iter(refused), None))
    notes = [note for note in parsed.notes if note != ORDINARY]
    notes += _notes(places, unverified)
    if len(refused) > REFUSED_ROWS_LISTED:
        notes.append(f"另有 {len(refused) - REFUSED_ROWS_LISTED} 行也被拒收,没有列出。")
    return PlacesFile(tuple(places), tuple(refused[:REFUSED_ROWS_LISTED]), tuple(notes))


def _places(
    rows: Sequence[DraftRow], today: date, column: str, instead: dict[str, Any]
) -> tuple[list[Place], list[RowProblem]]:
    """A place for each row; one whose number (in ``column``) was there before is refused."""
    made_at = datetime.combine(today, time(), UTC)
    numbers = Counter((row.draft.source_id, row.draft.source) for row in rows)
    sources_of = Counter(number for number, _ in numbers)
    places: list[Place] = []
    problems: list[RowProblem] = []
    lines: dict[str, int] = {}
    for row in rows:
        draft = row.draft
        identity = draft.source_id or row_number(row.line)
        if draft.source_id and sources_of[draft.source_id] > 1:  # the registers count apart
            identity = f"{draft.source}:{draft.source_id}"
        first = lines.setdefault(identity, row.line)
        if first != row.line:
            said = repeated(identity, first)
            problems.append(
                RowProblem(row.line, column, identity, said.message, draft.name, draft.source_id)
            )
            continue
        values = {name: getattr(draft, name) for name in DRAFT_FIELDS} | instead
        places.append(
            Place(id=identity, created_at=made_at, updated_at=made_at, version=1, **values)
        )
    return places, problems


def _notes(places: Sequence[Place], unverified: bool) -> list[str]:
    notes = []
    if unverified:
        notes.append("文件没有核实日期,没有按新鲜度剔除。")
    elif never := sum(place.verified_on is None for place in places):
        notes.append(f"{never} 个服务点没有核实日期,按久未核实不计入。")
    if unplaced := sum(place.point is None for place in places):
        notes.append(f"{unplaced} 个服务点没有坐标,不能计入。")
    return notes
