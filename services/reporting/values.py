"""A report as plain values: what it says, in the order in which it says it.

Every number is made once, here, with the form in which it is printed; a page, a PDF and a workbook
only set it. So the three can not disagree.

    Report ── cover lines, claim, finding
      ├── Section ── Block: Paragraph, Bullets, Notice, Lines, Highlights, Table, Drawing, Plates
      └── Sheet   ── the same blocks, as the workbook orders them
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, TypeAlias

SAMPLE_WORD: Final = "示例数据"
"""Stands on every page and every sheet of a report on generated data."""

NOTHING: Final = "–"
"""Where there is no number: not 0, not 100 %."""

_HARD_SPACE: Final = "\u00a0"
_MINUS: Final = "\u2212"


@dataclass(frozen=True, slots=True)
class Form:
    """How a number is printed: decimals, unit, sign."""

    decimals: int
    unit: str = ""
    signed: bool = False
    grouped: bool = True

    @property
    def spreadsheet(self) -> str:
        """The number format of a cell that shows what ``Number.text`` says."""
        if self is SHARE:
            # A share that only rounds to 100 % is not 100 %.
            return '[=1]0.0%;[>=0.9995]">99.9%";0.0%'
        plain = ("#,##0" if self.grouped else "0") + "." * (self.decimals > 0) + "0" * self.decimals
        return f"+{plain};{_MINUS}{plain};{plain}" if self.signed else plain


SHARE: Final = Form(1, "%")
"""Values 0 to 1."""
POINTS: Final = Form(1, "个百分点", signed=True)
AREA: Final = Form(2, "平方公里")
AREA_CHANGE: Final = Form(2, "平方公里", signed=True)
METRES: Final = Form(0, "米")
MINUTES: Final = Form(1, "分钟")
COUNT: Final = Form(0)
RANK: Final = Form(0, grouped=False)
DEGREES: Final = Form(6, "°", grouped=False)


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the form's own unit; None where there is nothing to state."""

    value: float | int | None
    form: Form

    @property
    def text(self) -> str:
        """As it stands in a table whose heading names the unit: ``1,234.50``, ``87.4 %``, ``–``."""
        if self.value is None:
            return NOTHING
        form = self.form
        if form is SHARE:
            return _percent(self.value)
        rounded = _rounded(self.value, form.decimals)
        digits = f"{abs(rounded):{',' if form.grouped else ''}.{form.decimals}f}"
        if rounded < 0:
            return _MINUS + digits
        return f"+{digits}" if form.signed and rounded > 0 else digits

    @property
    def phrase(self) -> str:
        """As it stands in a sentence: ``1,234 米``."""
        if self.value is None or self.form is SHARE or not self.form.unit:
            return self.text
        return f"{self.text}{_HARD_SPACE}{self.form.unit}"


def _rounded(value: float | int, decimals: int) -> Decimal:
    """Half away from zero on the decimal digits, as spreadsheets round what they show."""
    return Decimal(repr(value)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)


def _percent(share: float | int) -> str:
    shown = _rounded(share, 3)
    if share < 1 and shown == 1:
        return f">99.9{_HARD_SPACE}%"
    return f"{shown * 100:.1f}{_HARD_SPACE}%"


Cell: TypeAlias = str | Number | date | None


def shown(cell: Cell) -> str:
    """A cell as text; nothing is an empty text."""
    if isinstance(cell, Number):
        return cell.text
    if isinstance(cell, date):
        return cell.isoformat()
    return cell or ""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``width`` is its part of the line, relative to the others'.

    ``sheet_only`` columns are for the workbook; a page has no room for them.
    """

    title: str
    width: float
    numeric: bool = False
    sheet_only: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under columns. ``total`` says that the last row sums up the others."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False
    small: bool = False
    """Long lists are set smaller."""

    @property
    def printed_columns(self) -> tuple[Column, ...]:
        """The columns of a page."""
        return tuple(column for column in self.columns if not column.sheet_only)

    @property
    def printed_rows(self) -> list[list[str]]:
        """The rows of a page, as text."""
        kept = [i for i, column in enumerate(self.columns) if not column.sheet_only]
        return [[shown(row[i]) for i in kept] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or several. ``lead`` ones carry the finding."""

    text: str
    lead: bool = False


@dataclass(frozen=True, slots=True)
class Bullets:
    """Sentences that stand side by side."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """What must not be overlooked."""

    text: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Formulas or a command line, set as they are."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Highlight:
    """One figure, large, with what it is and what stands beside it."""

    label: str
    figure: Number
    note: str = ""


@dataclass(frozen=True, slots=True)
class Highlights:
    """The figures that a reader takes away."""

    items: tuple[Highlight, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A picture of our own: ``svg`` has no script, no style, no link and no id."""

    key: str
    svg: str
    width_mm: float
    height_mm: float
    description: str
    """What it shows, for whoever cannot see it."""
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Plate:
    """A drawing with the facts that belong to it."""

    title: str
    drawing: Drawing
    facts: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Plates:
    """Plates one after the other, two to a page."""

    items: tuple[Plate, ...]


Block: TypeAlias = Paragraph | Bullets | Notice | Lines | Highlights | Table | Drawing | Plates


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter: ``key`` is its stable name, ``number`` its number as printed."""

    key: str
    number: str
    title: str
    blocks: tuple[Block, ...]
    new_page: bool = False
    wide: bool = False
    """Its pages lie on their side: long lists have many columns."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook."""

    name: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that is printed. ``holds`` is None where there is nothing to judge."""

    title: str
    city: str
    made_on: date
    sample: bool
    running_head: str
    """What stands on every page: product, revision, date."""
    maker: str
    """The product's name and version."""
    facts: tuple[tuple[str, str], ...]
    claim: str
    holds: bool | None
    verdict: str
    """The verdict in a word or two."""
    finding: str
    sections: tuple[Section, ...]
    sheets: tuple[Sheet, ...]
    language: str = field(default="zh-CN")
