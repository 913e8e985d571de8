"""A file of candidates: points where a place might go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.analysis_files.points import read_points
from services.analysis_files.runs import Floats
from services.coverage.reach import coordinates
from services.importing.rows import RowProblem
from services.limits import DEMAND_POINTS_MAX
from services.places import Place
from services.travel.straight_catchments import StraightCatchments

WHAT: Final = "候选点"
SAME_SPOT_M: Final = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Candidates in the file's order: ids, and degrees WGS-84 as arrays of their length."""

    ids: tuple[str, ...]
    lats: Floats
    lons: Floats
    refused: tuple[RowProblem, ...]
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


def read_candidates(path: Path) -> Candidates:
    """The candidates of a CSV, XLSX or GeoJSON file: ``id,lat,lon``; other columns are passed over.

    Raises ``FileUnreadable`` for a file without one, ``LimitExceeded`` beyond
    ``DEMAND_POINTS_MAX``.
    """
    rows = read_points(path, what=WHAT, limit=DEMAND_POINTS_MAX, weighted=False)
    return Candidates(
        tuple(rows.run.ids),
        rows.run.lats,
        rows.run.lons,
        rows.refusals.listed,
        (*rows.notes, *rows.refusals.notes),
    )


def on_existing(candidates: Candidates, places: Sequence[Place]) -> NDArray[np.bool_]:
    """Which candidates lie within ``SAME_SPOT_M`` of a place that has a point."""
    found = np.zeros(len(candidates), dtype=bool)
    near = StraightCatchments(candidates.lats, candidates.lons).of(
        *coordinates(places), (SAME_SPOT_M,)
    )
    found[near.points] = True
    return found
