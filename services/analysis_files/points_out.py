"""The answer point by point, to a CSV file: which places serve it, and how far the nearest is."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.coverage.demand import DemandPoints
from services.coverage.reach import Reach
from services.errors import InvalidInput
from services.importing.delimited import inert
from services.limits import COORDINATE_DECIMALS
from services.places import Place
from services.travel.measure import Measure
from services.whole_file import whole_file

HEADER: Final = ("id", "travel_s", "distance_m", "nearest_place", "covered_by")
SPOT: Final = ("lat", "lon")
"""Two more columns for the points of a grid, which are known by nothing but where they are."""

_ROWS_AT_ONCE: Final = 20_000


def write_points(
    path: Path,
    demand: DemandPoints,
    places: Sequence[Place],
    *,
    nearest: NDArray[np.integer],
    distance_m: NDArray[np.float64],
    reach: Reach,
    measure: Measure,
) -> int:
    """Write one row a demand point, in the demand's order; how many.

    ``nearest`` is for each point the number of its nearest place, -1 where none is known;
    ``distance_m`` the way to it in the measure's metres (it may be beyond the limit). ``reach``
    gives the places that cover a point, written as ids with ``;`` between.

    UTF-8 with its mark; ids are inert in a spreadsheet. The file appears whole or not at all.
    Raises ``InvalidInput`` for another suffix than .csv and where the file cannot be written.
    """
    if path.suffix.lower() != ".csv":
        raise InvalidInput(
            f"逐点结果只写 .csv,不写“{path.suffix or path.name}”。请换成 .csv 文件名。",
            field="points_out",
            value=path.name,
        )
    names = [inert(place.id) for place in places]
    with (
        whole_file(path, field="points_out") as unfinished,
        unfinished.open("w", encoding="utf-8-sig", newline="") as file,
    ):
        writer = csv.writer(file)
        writer.writerow(HEADER if demand.ids is not None else (*HEADER, *SPOT))
        for start in range(0, len(demand), _ROWS_AT_ONCE):
            part = slice(start, min(start + _ROWS_AT_ONCE, len(demand)))
            way = _way(measure, names, nearest[part], distance_m[part])
            covered_by = _covered_by(places, reach, part)
            identity, *spot = _own(demand, part)
            writer.writerows(zip(identity, *way, covered_by, *spot, strict=True))
    return len(demand)


def _own(demand: DemandPoints, part: slice) -> list[Iterable[str]]:
    """What names each point: its id; of a grid, its number from 1 and where it is."""
    if demand.ids is not None:
        return [map(inert, demand.ids[part])]
    degrees = f"%.{COORDINATE_DECIMALS}f"
    return [
        map(str, range(part.start + 1, part.stop + 1)),
        map(degrees.__mod__, demand.lats[part].tolist()),
        map(degrees.__mod__, demand.lons[part].tolist()),
    ]


def _way(
    measure: Measure,
    names: Sequence[str],
    nearest: NDArray[np.integer],
    distance_m: NDArray[np.float64],
) -> tuple[list[str], list[str], list[str]]:
    """Seconds, metres and id of each point's nearest place; "" where none is known."""
    numbers = np.where(np.isfinite(distance_m), nearest, -1).tolist()
    seconds = np.asarray(measure.travel_s(distance_m)).tolist()
    metres = distance_m.tolist()
    return (
        [f"{s:.1f}" if n >= 0 else "" for n, s in zip(numbers, seconds, strict=True)],
        [f"{m:.1f}" if n >= 0 else "" for n, m in zip(numbers, metres, strict=True)],
        [names[n] if n >= 0 else "" for n in numbers],
    )


def _covered_by(places: Sequence[Place], reach: Reach, part: slice) -> Iterator[str]:
    """The ids of the places that cover each point."""
    ends = reach.indptr[part.start : part.stop + 1].tolist()
    ids = [places[n].id for n in reach.indices[ends[0] : ends[-1]].tolist()]
    for start, end in pairwise(ends):
        yield inert(";".join(ids[start - ends[0] : end - ends[0]])) if end > start else ""
