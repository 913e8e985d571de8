"""Rows that are refused: all counted, the first of them listed."""

from __future__ import annotations

from services.errors import FileUnreadable, InvalidInput
from services.importing.columns import Columns
from services.importing.rows import RowProblem, row_problem
from services.importing.table import Row
from services.limits import REFUSED_ROWS_LISTED


class Refusals:
    """What one file's refused rows were."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._listed: list[RowProblem] = []
        self.count = 0

    def add(self, row: Row, problem: InvalidInput) -> None:
        """A row that cannot be read."""
        self.count += 1
        if len(self._listed) < REFUSED_ROWS_LISTED:
            self._listed.append(row_problem(row, self._columns, problem))

    def add_repeat(self, line: int, identity: str, first_line: int) -> None:
        """A row whose id stands on an earlier line already."""
        cell = {self._columns.header("source_id"): identity}
        self.add(Row(line, cell), repeated(identity, first_line))

    @property
    def listed(self) -> tuple[RowProblem, ...]:
        """The first of them, by line."""
        return tuple(sorted(self._listed, key=lambda problem: problem.line))

    @property
    def notes(self) -> list[str]:
        """How many are not listed, if any."""
        more = self.count - len(self._listed)
        return [f"另有 {more} 行也被拒收,没有列出。"] if more else []


def repeated(identity: str, first_line: int) -> InvalidInput:
    """Why the second row of an id is refused."""
    return InvalidInput(
        f"编号“{identity}”在第 {first_line} 行已经用过。请改成不同的编号。",
        field="source_id",
        value=identity,
    )


def nothing_left(what: str, name: str, rows: int, first: RowProblem | None) -> FileUnreadable:
    """The error for a file without one usable row: it must not become 0 % or 100 %."""
    if first is None:
        return FileUnreadable(
            f"{what}文件“{name}”只有表头,没有一行数据。请确认选对了文件。", value=name
        )
    where = f"第 {first.line} 行" + (f"“{first.column}”列" if first.column else "")
    return FileUnreadable(
        f"{what}文件“{name}”的 {rows} 行全部被拒收。{where}:{first.message}", value=name
    )
