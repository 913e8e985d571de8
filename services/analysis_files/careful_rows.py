"""Rows of a file of points one by one: what is wrong with one is said, with its line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.analysis_files.refusals import Refusals
from services.analysis_files.runs import Run, Words
from services.analysis_files.weights import UNITS, read_weight
from services.errors import InvalidInput
from services.geo.datum import Datum, convert
from services.importing.cells import Remembered, clean, read_datum
from services.importing.columns import Columns
from services.importing.coordinates import shown
from services.importing.reading import coordinates_in, row_number
from services.importing.table import Row
from services.limits import NAME_CHARACTERS

_Point = tuple[str, float, float, int, str, Datum]
_REMEMBERED_WEIGHTS: Final = 10_000
_COLUMNS: Final = ("source_id", "lat", "lon", "lon_lat", "datum", "weight", "district")


class CarefulRows:
    """Reads rows of any file. ``rounded`` and ``unweighted`` count what a note must tell."""

    def __init__(self, columns: Columns, words: Words, refusals: Refusals) -> None:
        self._columns = [(key, columns.headers[key]) for key in _COLUMNS if key in columns.headers]
        self._datum = columns.datum or Datum.WGS84
        self._words, self._refusals = words, refusals
        self._weight = lru_cache(_REMEMBERED_WEIGHTS)(read_weight)
        self._datums = Remembered(read_datum)
        self._districts = Remembered(lambda text: clean(text, "district", NAME_CHARACTERS))
        self.rounded = 0
        self.unweighted = 0

    def run(self, rows: Sequence[Row]) -> Run:
        """The rows that can be read; the others go to the refusals."""
        good: list[tuple[Row, _Point]] = []
        for row in rows:
            try:
                good.append((row, self._point(row)))
            except InvalidInput as problem:
                self._refusals.add(row, problem)
        points = [point for _, point in good]
        run = Run(
            np.array([row.line for row, _ in good], dtype=np.int64),
            [point[0] for point in points],
            np.array([point[1] for point in points], dtype=np.float64),
            np.array([point[2] for point in points], dtype=np.float64),
            np.array([point[3] for point in points], dtype=np.int64),
            self._words.codes(point[4] for point in points),
        )
        datums = np.array([point[5] for point in points], dtype=object)
        return run.where(self._converted(run, datums, [row for row, _ in good]))

    def _point(self, row: Row) -> _Point:
        if row.fault:
            raise InvalidInput(row.fault)
        cells = {
            key: text
            for key, header in self._columns
            if (text := row.values.get(header)) and not text.isspace()
        }
        pair = coordinates_in(cells)
        if pair is None:
            raise InvalidInput("没有坐标。请填写纬度和经度。", field="lat", value="")
        identity = clean(cells.get("source_id", ""), "source_id", NAME_CHARACTERS)
        units = UNITS
        if "weight" in cells:
            units, rounded = self._weight(cells["weight"])
            self.rounded += rounded
        else:
            self.unweighted += 1
        word = self._districts[cells["district"]] if "district" in cells else ""
        datum = self._datums[cells["datum"]] if "datum" in cells else self._datum
        return identity or row_number(row.line), *pair, units, word, datum

    def _converted(
        self, run: Run, datums: NDArray[np.object_], rows: Sequence[Row]
    ) -> NDArray[np.bool_]:
        """Bring the run to WGS-84, in place; which rows are still on the map."""
        kept = np.ones(len(run), dtype=bool)
        for datum in (Datum.GCJ02, Datum.BD09):
            those = datums == datum
            if those.any():
                run.lats[those], run.lons[those] = convert(
                    run.lats[those], run.lons[those], datum, Datum.WGS84
                )
        off = (np.abs(run.lats) > 90.0) | (np.abs(run.lons) > 180.0)
        for number in np.flatnonzero(off).tolist():
            kept[number] = False
            where = shown(f"{run.lats[number]:.6f}, {run.lons[number]:.6f}")
            said = f"换算到 WGS-84 后的坐标({where})超出范围。请检查坐标和坐标系。"
            self._refusals.add(rows[number], InvalidInput(said, field="lat"))
        return kept
