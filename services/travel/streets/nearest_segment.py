"""The nearest of many short segments, in a plane: a grid of cells, each with what touches it.

Rings of cells round the point are looked through until no unseen cell can hold anything nearer.
Exact; equal distances go to the lower number. Whoever is far from everything (outside the grid, or
out at sea) would look through thousands of empty cells, and is left to a tree instead.
"""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

_CELL_MIN_M: Final = 20.0
_CELLS_PER_SEGMENT: Final = 2.0
_RINGS: Final = 24

FAR: Final = -2


class SegmentGrid(NamedTuple):
    """Segment i joins the points ``first[i]`` and ``first[i] + 1`` of ``x``, ``y`` (metres)."""

    x: Floats
    y: Floats
    first: Ints
    west: float
    south: float
    cell_m: float
    columns: int
    rows: int
    indptr: NDArray[np.int64]
    segment: Ints


def segment_grid(x: Floats, y: Floats, first: Ints) -> SegmentGrid:
    """The grid over at least one segment; its cells are as many as the segments, roughly."""
    west, south = float(x.min()), float(y.min())
    width, height = float(x.max()) - west, float(y.max()) - south
    cell_m = max(_CELL_MIN_M, np.sqrt(width * height / (_CELLS_PER_SEGMENT * len(first))))
    # A single street has hardly an area: then its length decides.
    cell_m = max(cell_m, (width + height) / (_CELLS_PER_SEGMENT * len(first) + 1_000.0))
    columns, rows = int(width / cell_m) + 1, int(height / cell_m) + 1
    empty = SegmentGrid(
        x,
        y,
        first,
        west,
        south,
        float(cell_m),
        columns,
        rows,
        np.zeros(columns * rows + 1, dtype=np.int64),
        np.zeros(0, dtype=np.int32),
    )
    counts = np.zeros(columns * rows + 1, dtype=np.int64)
    _fill(empty, counts, False)
    indptr = np.concatenate(([0], np.cumsum(counts[:-1])))
    grid = empty._replace(indptr=indptr, segment=np.empty(int(indptr[-1]), dtype=np.int32))
    _fill(grid, indptr[:-1].copy(), True)
    return grid


@njit(cache=True, nogil=True)
def _fill(grid, cursor, write):  # type: ignore[no-untyped-def]
    """Put every segment into every cell that it comes near; or only count."""
    half = 0.7072 * grid.cell_m
    for segment in range(len(grid.first)):
        a = grid.first[segment]
        x0, y0, x1, y1 = grid.x[a], grid.y[a], grid.x[a + 1], grid.y[a + 1]
        left = int((min(x0, x1) - grid.west) / grid.cell_m)
        right = int((max(x0, x1) - grid.west) / grid.cell_m)
        low = int((min(y0, y1) - grid.south) / grid.cell_m)
        high = int((max(y0, y1) - grid.south) / grid.cell_m)
        for row in range(low, min(high, grid.rows - 1) + 1):
            for column in range(left, min(right, grid.columns - 1) + 1):
                middle_x = grid.west + (column + 0.5) * grid.cell_m
                middle_y = grid.south + (row + 0.5) * grid.cell_m
                squared, _ = _foot(middle_x, middle_y, x0, y0, x1, y1)
                if squared <= half * half:
                    cell = row * grid.columns + column
                    if write:
                        grid.segment[cursor[cell]] = segment
                    cursor[cell] += 1


@njit(cache=True, nogil=True)
def _foot(x, y, x0, y0, x1, y1):  # type: ignore[no-untyped-def]
    """Squared distance to a segment, and where along it (0 to 1) its nearest point lies."""
    along_x, along_y = x1 - x0, y1 - y0
    squared = along_x * along_x + along_y * along_y
    part = 0.0
    if squared > 0.0:
        part = ((x - x0) * along_x + (y - y0) * along_y) / squared
        part = min(max(part, 0.0), 1.0)
    away_x, away_y = x - (x0 + part * along_x), y - (y0 + part * along_y)
    return away_x * away_x + away_y * away_y, part


@njit(cache=True, nogil=True)
def nearest_segments(grid, x, y, segment, part):  # type: ignore[no-untyped-def]
    """For each point the nearest ``segment`` and the ``part`` of it (0 to 1) before its foot.

    Both are filled. A point that is not finite gets -1, one that is far from all segments ``FAR``.
    """
    for row in range(len(x)):
        segment[row] = -1
        part[row] = 0.0
        if np.isfinite(x[row]) and np.isfinite(y[row]):
            segment[row], part[row] = _nearest(grid, x[row], y[row])


@njit(cache=True, nogil=True)
def feet(grid, x, y, segment, part):  # type: ignore[no-untyped-def]
    """The ``part`` of known segments before the foot of each point; it is filled."""
    for row in range(len(x)):
        a = grid.first[segment[row]]
        _, part[row] = _foot(x[row], y[row], grid.x[a], grid.y[a], grid.x[a + 1], grid.y[a + 1])


@njit(cache=True, nogil=True)
def _nearest(grid, x, y):  # type: ignore[no-untyped-def]
    column = np.floor((x - grid.west) / grid.cell_m)
    row = np.floor((y - grid.south) / grid.cell_m)
    outside = max(0.0, -column, column - grid.columns + 1, -row, row - grid.rows + 1)
    if outside > _RINGS:
        return FAR, 0.0
    column, row = int(column), int(row)
    best, best_segment, best_part = np.inf, FAR, 0.0
    for ring in range(int(outside), _RINGS + 1):
        for at_row in range(max(row - ring, 0), min(row + ring, grid.rows - 1) + 1):
            # The ring's upper and lower row whole; of those between, only the two ends.
            step = 1 if abs(at_row - row) == ring else 2 * ring
            for at_column in range(column - ring, column + ring + 1, step):
                if at_column < 0 or at_column >= grid.columns:
                    continue
                cell = at_row * grid.columns + at_column
                for entry in range(grid.indptr[cell], grid.indptr[cell + 1]):
                    candidate = grid.segment[entry]
                    a = grid.first[candidate]
                    squared, part = _foot(x, y, grid.x[a], grid.y[a], grid.x[a + 1], grid.y[a + 1])
                    if squared < best or (squared == best and candidate < best_segment):
                        best, best_segment, best_part = squared, candidate, part
        # What has not been seen lies beyond the ring's outer edge.
        seen = min(
            x - (grid.west + (column - ring) * grid.cell_m),
            grid.west + (column + ring + 1) * grid.cell_m - x,
            y - (grid.south + (row - ring) * grid.cell_m),
            grid.south + (row + ring + 1) * grid.cell_m - y,
        )
        if best < seen * seen:
            return best_segment, best_part
    return FAR, 0.0
