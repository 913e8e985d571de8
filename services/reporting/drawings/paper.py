"""A sheet of SVG in millimetres: shapes, hatching, marks and text.

Coordinates are written as whole hundredths of a millimetre, so that the same drawing has the same
bytes on every machine, and small ones. x goes to the right and y down, as in SVG.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import LineString, MultiLineString
from shapely.geometry.base import BaseGeometry

from services.geo.outlines import outlines

INK: Final = "#1e2328"
QUIET: Final = "#5b646d"
LINE: Final = "#b9b5aa"
PAPER: Final = "#ffffff"
LAND: Final = "#f4f2ec"
ONCE: Final = "#bcdccb"
TWICE: Final = "#6fb08d"
DEEP: Final = "#2c7a55"
GAP: Final = "#b3261e"
"""Covered once, twice, most; the strokes of a gap. Their lightness is 84, 66, 45 and 39 %."""

FONTS: Final = (
    "Noto Sans S Chinese, Noto Sans SC, Noto Sans CJK SC, PingFang SC, Microsoft YaHei, sans-serif"
)

_UNIT: Final = 100
_HATCH_MM: Final = 1.1
_SMALLEST_MM: Final = 0.04

Floats = NDArray[np.float64]


class Paper:
    """A drawing of ``width_mm`` by ``height_mm``; what comes later lies above."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self.width_mm, self.height_mm = width_mm, height_mm
        self._parts: list[str] = []

    def shape(
        self,
        shape: BaseGeometry,
        *,
        fill: str = "none",
        stroke: str = "none",
        width: float = 0.0,
    ) -> None:
        """Polygons and lines in millimetres of the paper, empty ones included."""
        path = _path(shapely.simplify(shape, _SMALLEST_MM))
        if path:
            line = _stroke(stroke, width)
            self._parts.append(f'<path d="{path}" fill="{fill}" fill-rule="evenodd"{line}/>')

    def hatch(self, shape: BaseGeometry, stroke: str, width: float) -> None:
        """Lines of 45° across polygons: they survive a photocopy, where a tint does not."""
        if shape.is_empty:
            return
        left, top, right, bottom = shape.bounds
        # Lines x + y = c with c on one lattice, so that the hatching of neighbours joins up.
        step = _HATCH_MM * math.sqrt(2)
        sums = np.arange(math.floor((left + top) / step), math.ceil((right + bottom) / step) + 1)
        ends = np.empty((len(sums), 2, 2))
        ends[:, 0] = np.column_stack((sums * step - top, np.full(len(sums), top)))
        ends[:, 1] = np.column_stack((sums * step - bottom, np.full(len(sums), bottom)))
        lines = MultiLineString(list(ends))
        self.shape(lines.intersection(shape), stroke=stroke, width=width)

    def line(self, *points: tuple[float, float], stroke: str = INK, width: float = 0.2) -> None:
        """A line through points."""
        self.shape(LineString(points), stroke=stroke, width=width)

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 0.2,
    ) -> None:
        """A rectangle; nothing when it has no area."""
        if width > 0 and height > 0:
            sides = " ".join(
                f'{name}="{_whole(value)}"'
                for name, value in (("x", x), ("y", y), ("width", width), ("height", height))
            )
            self._parts.append(f'<rect {sides} fill="{fill}"{_stroke(stroke, line)}/>')

    def marks(self, points: Iterable[tuple[float, float]], corners: int, size: float) -> None:
        """Marks of ``size`` mm: a disc for 0 corners, else a triangle, a square on its tip, ….

        Each has a white rim, so that neighbours stay apart.
        """
        radius = size / 2
        drawn = []
        for x, y in points:
            if corners == 0:
                r = _whole(radius)
                drawn.append(
                    f"M{_whole(x - radius)} {_whole(y)}a{r} {r} 0 1 0 {2 * r} 0"
                    f"a{r} {r} 0 1 0 {-2 * r} 0z"
                )
            else:
                turns = np.arange(corners) * (2 * math.pi / corners)
                ring = np.column_stack(
                    (x + radius * 1.2 * np.sin(turns), y - radius * 1.2 * np.cos(turns))
                )
                drawn.append(_ring(ring))
        if drawn:
            self._parts.append(
                f'<path d="{"".join(drawn)}" fill="{INK}"'
                f'{_stroke(PAPER, min(0.25, size / 4))} paint-order="stroke"/>'
            )

    def squares(self, points: Floats, size: float, *, fill: str, stroke: str) -> None:
        """Small squares of ``size`` mm round rows of x, y."""
        side = _whole(size)
        drawn = [
            f"M{_whole(x - size / 2)} {_whole(y - size / 2)}h{side}v{side}h{-side}z"
            for x, y in points.tolist()
        ]
        if drawn:
            self._parts.append(f'<path d="{"".join(drawn)}" fill="{fill}"{_stroke(stroke, 0.1)}/>')

    def crosses(self, points: Floats, size: float, *, stroke: str) -> None:
        """Crosses of ``size`` mm on rows of x, y."""
        side = _whole(size)
        drawn = [
            f"M{_whole(x - size / 2)} {_whole(y - size / 2)}l{side} {side}m0 {-side}l{-side} {side}"
            for x, y in points.tolist()
        ]
        if drawn:
            self._parts.append(f'<path d="{"".join(drawn)}" fill="none"{_stroke(stroke, 0.25)}/>')

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        anchor: str = "start",
        fill: str = INK,
        bold: bool = False,
        halo: bool = False,
    ) -> None:
        """A line of text of ``size`` mm on the base line ``y``."""
        more = ' font-weight="700"' if bold else ""
        if anchor != "start":
            more += f' text-anchor="{anchor}"'
        if halo:
            more += f'{_stroke(PAPER, size / 4)} stroke-linejoin="round" paint-order="stroke"'
        self._parts.append(
            f'<text x="{_whole(x)}" y="{_whole(y)}" font-size="{_whole(size)}" fill="{fill}"{more}>'
            f"{escape(text)}</text>"
        )

    def svg(self) -> str:
        """The drawing."""
        width, height = _whole(self.width_mm), _whole(self.height_mm)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
            f' width="{self.width_mm:g}mm" height="{self.height_mm:g}mm" font-family="{FONTS}">'
            f"{''.join(self._parts)}</svg>"
        )


def _whole(mm: float) -> int:
    return round(mm * _UNIT)


def _stroke(stroke: str, width: float) -> str:
    if stroke == "none":
        return ""
    return f' stroke="{stroke}" stroke-width="{max(1, _whole(width))}"'


def _path(shape: BaseGeometry) -> str:
    return "".join(_ring(run) if closes else _run(run) for run, closes in outlines(shape))


def _ring(points: Floats) -> str:
    run = _run(points)
    return f"{run}z" if run else ""


def _run(points: Floats) -> str:
    """Relative steps between rounded points, so that no error adds up."""
    whole = np.rint(np.asarray(points) * _UNIT).astype(np.int64)
    kept = np.concatenate(([True], np.any(np.diff(whole, axis=0) != 0, axis=1)))
    whole = whole[kept]
    if len(whole) < 2:
        return ""
    steps = np.diff(whole, axis=0)
    return f"M{whole[0][0]} {whole[0][1]}l" + _joined(steps.ravel().tolist())


def _joined(numbers: Sequence[int]) -> str:
    return "".join(
        f"{'' if index == 0 or number < 0 else ' '}{number}" for index, number in enumerate(numbers)
    )
