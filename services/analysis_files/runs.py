"""Points on their way to arrays: runs of rows as columns, joined at the end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """Some rows of a file of points, in its order; columns of one length.

    ``lats`` and ``lons`` are degrees WGS-84, ``units`` thousandths of a weight, ``district`` codes
    of ``Words``.
    """

    lines: Ints
    ids: list[str]
    lats: Floats
    lons: Floats
    units: Ints
    district: Ints

    def __len__(self) -> int:
        return len(self.ids)

    def where(self, kept: NDArray[np.bool_]) -> Run:
        """Only the rows that are kept."""
        if kept.all():
            return self
        ids = [each for each, keep in zip(self.ids, kept.tolist(), strict=True) if keep]
        return Run(
            self.lines[kept],
            ids,
            self.lats[kept],
            self.lons[kept],
            self.units[kept],
            self.district[kept],
        )


def joined(runs: Sequence[Run]) -> Run:
    """All runs as one."""
    whole: list[Ints] = [np.zeros(0, dtype=np.int64)]
    parts: list[Floats] = [np.zeros(0)]
    return Run(
        np.concatenate(whole + [run.lines for run in runs]),
        [each for run in runs for each in run.ids],
        np.concatenate(parts + [run.lats for run in runs]),
        np.concatenate(parts + [run.lons for run in runs]),
        np.concatenate(whole + [run.units for run in runs]),
        np.concatenate(whole + [run.district for run in runs]),
    )


class Words(dict[str, int]):
    """The districts' names of a file, numbered as they come."""

    def __missing__(self, word: str) -> int:
        number = self[word] = len(self)
        return number

    def codes(self, words: Iterable[str]) -> Ints:
        """The number of each word."""
        return np.array([self[word] for word in words], dtype=np.int64)
