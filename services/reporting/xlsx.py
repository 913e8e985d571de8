"""The report as a workbook: numbers as numbers, every text inert, the same bytes every time.

A spreadsheet writes the moment of its saving into its properties and into its ZIP's entries; here
both are the day of the report.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.xml.constants import ARC_CORE
from openpyxl.xml.functions import tostring

from services.reporting.values import (
    NOTHING,
    SAMPLE_WORD,
    Block,
    Bullets,
    Cell,
    Drawing,
    Highlights,
    Lines,
    Notice,
    Number,
    Paragraph,
    Plates,
    Report,
    Sheet,
    Table,
)

_RUNS: Final = re.compile("'*[=+\\-@\t\r\uff1d\uff0b\uff0d\uff20]")
_XML_ESCAPE: Final = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CELL_MAX: Final = 32_767
_MARGIN_MAX: Final = 100

_FONT: Final = "Microsoft YaHei"
_PLAIN: Final = Font(name=_FONT, size=10)
_BOLD: Final = Font(name=_FONT, size=10, bold=True)
_TITLE: Final = Font(name=_FONT, size=15, bold=True)
_LARGE: Final = Font(name=_FONT, size=12, bold=True)
_QUIET: Final = Font(name=_FONT, size=9, color="FF5B646D")
_SAMPLE: Final = Font(name=_FONT, size=11, bold=True, color="FFB3261E")
_HEADER_FILL: Final = PatternFill("solid", fgColor="FFEFECE4")
_RULE: Final = Side("thin", color="FFB9B5AA")
_UNDER: Final = Border(bottom=_RULE)
_OVER: Final = Border(top=Side("medium", color="FF1E2328"))
_WRAP: Final = Alignment(wrap_text=True, vertical="top")
_RIGHT: Final = Alignment(horizontal="right", vertical="top")
_HEAD: Final = Alignment(wrap_text=True, vertical="center")
_HEAD_RIGHT: Final = Alignment(wrap_text=True, vertical="center", horizontal="right")

_A4: Final = 9
_FITTING_COLUMNS: Final = 16
"""More than these are not legible on one page's width."""
_PROSE_COLUMNS: Final = 8
_LINE_POINTS: Final = 15.0
_WIDTH_PER_PART: Final = 0.95
_LEAST_WIDTH: Final = 8.5


def render_xlsx(report: Report) -> bytes:
    """The workbook."""
    book = Workbook(write_only=True)
    made_at = datetime.combine(report.made_on, time())
    book.properties.title = _inert(f"{report.city}{report.title}")
    book.properties.creator = _inert(report.maker)
    book.properties.language = report.language
    book.properties.created = made_at
    for sheet in report.sheets:
        _Page(book, report, sheet).write()
    file = io.BytesIO()
    book.save(file)
    book.properties.modified = made_at
    return _fixed(file.getvalue(), made_at, tostring(book.properties.to_tree()))


class _Page:
    """One sheet while it is written, row by row."""

    def __init__(self, book: Workbook, report: Report, sheet: Sheet) -> None:
        self._report, self._sheet = report, sheet
        self._page = book.create_sheet(sheet.name)
        self._row = 0
        tables = [block for block in sheet.blocks if isinstance(block, Table)]
        widths = [
            max(
                (table.columns[i].width for table in tables if i < len(table.columns)),
                default=0.0,
            )
            for i in range(max((len(table.columns) for table in tables), default=0))
        ]
        self._columns = max(len(widths), 1)
        for index in range(max(self._columns, _PROSE_COLUMNS)):
            part = widths[index] if index < len(widths) else 12.0
            letter = get_column_letter(index + 1)
            width = max(part * _WIDTH_PER_PART, _LEAST_WIDTH)
            self._page.column_dimensions[letter].width = width
        self._prose = max(self._columns, _PROSE_COLUMNS) if self._columns < 4 else self._columns
        self._prose_width = sum(
            self._page.column_dimensions[get_column_letter(i + 1)].width for i in range(self._prose)
        )

    def write(self) -> None:
        self._set_up()
        report = self._report
        self._text(f"{report.city}{report.title} · {self._sheet.name}", _TITLE)
        self._text(report.running_head, _QUIET)
        if report.sample:
            self._text(SAMPLE_WORD, _SAMPLE)
        self._append([])
        for block in self._sheet.blocks:
            self._block(block)

    def _set_up(self) -> None:
        page, report = self._page, self._report
        page.page_setup.paperSize = _A4
        page.page_setup.orientation = "landscape"
        page.page_setup.fitToHeight = 0
        page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        if self._columns > _FITTING_COLUMNS:
            page.sheet_properties.pageSetUpPr = None
            page.print_title_cols = "A:A"
        page.oddHeader.left.text = _margin(report.running_head)
        page.oddHeader.right.text = SAMPLE_WORD if report.sample else ""
        page.oddFooter.left.text = _margin(report.maker)
        page.oddFooter.right.text = "&P / &N"
        first = self._sheet.blocks[0] if self._sheet.blocks else None
        if isinstance(first, Table):
            header = 4 + report.sample + 1  # title, head, sample, a free row, the caption
            page.freeze_panes = f"B{header + 1}"
            if sum(isinstance(block, Table) for block in self._sheet.blocks) == 1:
                page.print_title_rows = f"{header}:{header}"

    def _block(self, block: Block) -> None:
        if isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Paragraph):
            self._text(block.text, _LARGE if block.lead else _PLAIN)
        elif isinstance(block, Notice):
            self._text(block.text, _SAMPLE)
        elif isinstance(block, Bullets):
            for item in block.items:
                self._text(f"· {item}", _PLAIN)
        elif isinstance(block, Lines):
            for line in block.lines:
                self._text(line, _PLAIN)
        elif isinstance(block, Highlights):
            for each in block.items:
                self._append(
                    [
                        self._cell(each.label, _BOLD),
                        self._cell(each.figure, _LARGE, _RIGHT),
                        self._cell(each.note, _QUIET),
                    ]
                )
            self._append([])
        else:
            assert isinstance(block, Drawing | Plates)  # noqa: S101 - pages only

    def _table(self, table: Table) -> None:
        self._text(table.caption, _BOLD)
        self._append(
            [
                self._cell(
                    column.title,
                    _BOLD,
                    _HEAD_RIGHT if column.numeric else _HEAD,
                    fill=_HEADER_FILL,
                    border=_UNDER,
                )
                for column in table.columns
            ],
            height=2 * _LINE_POINTS,
        )
        last = len(table.rows) - 1
        for number, row in enumerate(table.rows):
            is_total = table.total and number == last
            self._append(
                [
                    self._cell(
                        value,
                        _BOLD if is_total else _PLAIN,
                        _RIGHT if column.numeric else _WRAP,
                        border=_OVER if is_total else None,
                    )
                    for value, column in zip(row, table.columns, strict=True)
                ]
            )
        self._append([])

    def _text(self, text: str, font: Font) -> None:
        """A line over all columns, as high as it needs to be."""
        # A Chinese character is two of a column's units wide, and larger type more.
        units = sum(2.0 if ord(each) > 0x2E7F else 1.05 for each in text) * font.size / 11
        lines = max(1, -(-int(units) // max(int(self._prose_width), 1)))
        row = self._row + 1
        self._append([self._cell(text, font, _WRAP)], height=lines * _LINE_POINTS * font.size / 10)
        if self._prose > 1:
            self._page.merged_cells.add(f"A{row}:{get_column_letter(self._prose)}{row}")

    def _append(self, cells: Sequence[Any], height: float | None = None) -> None:
        self._row += 1
        if height is not None:
            self._page.row_dimensions[self._row].height = height
        self._page.append(cells)

    def _cell(
        self,
        value: Cell,
        font: Font,
        alignment: Alignment | None = None,
        *,
        fill: PatternFill | None = None,
        border: Border | None = None,
    ) -> Any:
        made: Any
        if isinstance(value, Number):
            made = WriteOnlyCell(self._page, NOTHING if value.value is None else value.value)
            if value.value is not None:
                made.number_format = value.form.spreadsheet
        elif isinstance(value, date):
            made = WriteOnlyCell(self._page, datetime.combine(value, time()))
            made.number_format = "yyyy-mm-dd"
        else:
            made = WriteOnlyCell(self._page, _inert(value or ""))
            made.data_type = "s"
            if _RUNS.match(value or ""):
                made.quotePrefix = True  # stays text when somebody edits the cell
        made.font = font
        if alignment is not None:
            made.alignment = alignment
        if fill is not None:
            made.fill = fill
        if border is not None:
            made.border = border
        return made


def _inert(text: str) -> str:
    """The text as a typed string of a cell can hold it."""
    return _XML_ESCAPE.sub("_x005F_", text)[:_CELL_MAX]


def _margin(text: str) -> str:
    """A text for a page's margin, where & begins a code and 255 characters are all there are."""
    return text[:_MARGIN_MAX].replace("&", "&&")


def _fixed(book: bytes, made_at: datetime, properties: bytes) -> bytes:
    """The same archive with one moment everywhere."""
    stamp = (max(made_at.year, 1980), made_at.month, made_at.day, 0, 0, 0)
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.infolist():
            content = properties if entry.filename == ARC_CORE else old.read(entry)
            info = zipfile.ZipInfo(entry.filename, stamp)
            info.create_system = 3
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            new.writestr(info, content)
    return file.getvalue()
