"""The week as pictures: 168 bars of the city with their band, and a row of tones a district."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.reporting.drawings.paper import (
    DEEP,
    GAP,
    INK,
    LINE,
    ONCE,
    PAPER,
    QUIET,
    TWICE,
    Paper,
)
from services.typesetting import text_width

Floats = NDArray[np.float64]

WEEKDAYS: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_HOURS: Final = 168
_SMALL: Final = 2.5
_TONES: Final = ("#ffffff", "#e4f1e9", ONCE, "#96c6ac", TWICE, "#4e956f", DEEP)
"""White is nothing at all; each further tone is another sixth."""


def week_bars(
    low: Floats, high: Floats, called_out: Sequence[tuple[int, str]], width_mm: float
) -> Paper:
    """The city's shares (0 to 1, shape (168,)): a bar up to ``low``, its band on to ``high``.

    ``called_out`` are hours with what is written over them.
    """
    left, top, tall = 11.0, 9.5, 30.0
    hour_mm = (width_mm - left) / _HOURS
    paper = Paper(width_mm, top + tall + 13.0)
    for step in range(5):
        y = top + tall * (1 - step / 4)
        paper.line((left, y), (width_mm, y), stroke=LINE, width=0.12)
        paper.text(left - 1.2, y + 0.9, f"{step * 25} %", _SMALL, anchor="end", fill=QUIET)
    for hour in range(_HOURS):
        x = left + hour * hour_mm
        sure, perhaps = float(low[hour]) * tall, float(high[hour]) * tall
        paper.box(x, top + tall - perhaps, hour_mm * 0.86, perhaps - sure, fill=ONCE)
        paper.box(x, top + tall - sure, hour_mm * 0.86, sure, fill=DEEP)
    _days(paper, left, top, tall, hour_mm)
    for row, (hour, words) in enumerate(called_out):
        _call_out(paper, left + (hour + 0.43) * hour_mm, top, tall, words, row)
    paper.line((left, top + tall), (width_mm, top + tall), stroke=INK, width=0.25)
    x = left
    for label, tone in (("肯定有一处开着", DEEP), ("加上没有登记时间的,可能开着", ONCE)):
        paper.box(x, top + tall + 8.4, 5.5, 3.0, fill=tone, stroke=QUIET, line=0.1)
        paper.text(x + 6.8, top + tall + 10.8, label, _SMALL)
        x += 6.8 + text_width(label, _SMALL) + 5
    return paper


def district_rows(names: Sequence[str], low: Floats, width_mm: float) -> Paper:
    """A row of 168 tones for each district; ``low`` has shape (districts, 168), NaN where none."""
    left, row_mm = 22.0, 4.8
    hour_mm = (width_mm - left) / _HOURS
    tall = row_mm * len(names)
    paper = Paper(width_mm, tall + 13.0)
    for row, name in enumerate(names):
        y = row * row_mm
        paper.text(0, y + 3.4, name, 2.9)
        tones = np.ceil(np.nan_to_num(low[row]) * (len(_TONES) - 1)).astype(int)
        # Hours of one tone side by side are one box.
        edges = np.flatnonzero(np.diff(tones, prepend=-1, append=-1))
        for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
            paper.box(
                left + start * hour_mm,
                y + 0.4,
                (end - start) * hour_mm,
                row_mm - 0.8,
                fill=_TONES[tones[start]],
            )
        paper.box(left, y + 0.4, _HOURS * hour_mm, row_mm - 0.8, stroke=QUIET, line=0.1)
    _days(paper, left, 0.0, tall, hour_mm)
    x, y = left, tall + 8.6
    paper.text(x, y + 2.3, "0 %", _SMALL, fill=QUIET)
    x += 6
    for tone in _TONES:
        paper.box(x, y, 5.5, 3.0, fill=tone, stroke=QUIET, line=0.1)
        x += 5.5
    paper.text(x + 1.5, y + 2.3, "100 %", _SMALL, fill=QUIET)
    return paper


def _days(paper: Paper, left: float, top: float, tall: float, hour_mm: float) -> None:
    for day, name in enumerate(WEEKDAYS):
        x = left + day * 24 * hour_mm
        if day:
            paper.line(
                (x - hour_mm * 0.07, top), (x - hour_mm * 0.07, top + tall + 5.5), stroke=QUIET
            )
        paper.text(x + 12 * hour_mm, top + tall + 6.6, name, 2.9, anchor="middle")
        for hour in (6, 12, 18):
            at = x + hour * hour_mm
            paper.line((at, top + tall), (at, top + tall + 0.8), stroke=QUIET, width=0.15)
            paper.text(at, top + tall + 3.0, str(hour), 2.0, anchor="middle", fill=QUIET)


def _call_out(paper: Paper, x: float, top: float, tall: float, words: str, row: int) -> None:
    y = 2.8 + row * 3.6
    wide = text_width(words, 2.8)
    at_right = x + wide + 2 > paper.width_mm
    paper.line((x, y - 2.2), (x, top + tall), stroke=GAP, width=0.3)
    paper.box(x - wide - 2 if at_right else x + 0.6, y - 2.6, wide + 1.4, 3.4, fill=PAPER)
    paper.text(
        x - 1.2 if at_right else x + 1.2,
        y,
        words,
        2.8,
        anchor="end" if at_right else "start",
        fill=GAP,
        bold=True,
    )
