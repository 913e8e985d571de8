"""A sheet of SVG in pixels. What comes later lies above; numbers have one decimal.

The same drawing has the same bytes everywhere. x goes to the right and y down.
"""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

import shapely
from shapely.geometry.base import BaseGeometry

from services.geo.outlines import outlines
from services.pictures.palette import BOX, paths
from services.typesetting import FONT_FAMILY

_SMALLEST_PX: Final = 0.4


class Sheet:
    """A drawing of ``width`` by ``height`` px."""

    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._parts: list[str] = []

    def shape(
        self,
        shape: BaseGeometry,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 0.0,
        dashes: str = "",
        opacity: float = 1.0,
    ) -> None:
        """Polygons and lines, empty ones included."""
        path = _path(shapely.simplify(shape, _SMALLEST_PX))
        if path:
            more = f' stroke-dasharray="{dashes}"' if dashes else ""
            more += f' opacity="{opacity:g}"' if opacity < 1 else ""
            self._parts.append(
                f'<path d="{path}" fill="{fill}" fill-rule="evenodd" stroke="{stroke}"'
                f' stroke-width="{line:g}" stroke-linejoin="round" stroke-linecap="round"{more}/>'
            )

    def box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        *,
        fill: str = "none",
        stroke: str = "none",
        line: float = 0.0,
        corner: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """A rectangle with round corners."""
        more = f' opacity="{opacity:g}"' if opacity < 1 else ""
        self._parts.append(
            f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}"'
            f' rx="{corner:g}" fill="{fill}" stroke="{stroke}" stroke-width="{line:g}"{more}/>'
        )

    def disc(
        self, x: float, y: float, radius: float, *, fill: str, stroke: str, line: float
    ) -> None:
        """A filled circle with a rim."""
        self._parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}" fill="{fill}" stroke="{stroke}"'
            f' stroke-width="{line:g}"/>'
        )

    def line(
        self, x: float, y: float, to_x: float, to_y: float, *, stroke: str, line: float
    ) -> None:
        """A straight line."""
        self._parts.append(
            f'<path d="M{x:.1f} {y:.1f}L{to_x:.1f} {to_y:.1f}" fill="none" stroke="{stroke}"'
            f' stroke-width="{line:g}" stroke-linecap="round"/>'
        )

    def symbol(
        self, name: str, left: float, top: float, side: float, colour: str, *, rim: str = ""
    ) -> None:
        """One of the pages' symbols in a square; ``rim`` is the colour of an edge round it."""
        stroke = (
            f' stroke="{rim}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
            if rim
            else ""
        )
        self._parts.append(
            f'<g transform="translate({left:.1f} {top:.1f}) scale({side / BOX:.4f})"'
            f' fill="{colour}"{stroke}>{paths(name)}</g>'
        )

    def text(
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        *,
        fill: str,
        anchor: str = "start",
        bold: bool = False,
        halo: str = "",
        turn: float = 0.0,
    ) -> None:
        """A line of text on the base line ``y``; ``halo`` is the colour of a rim round it.

        With ``turn``, in degrees to the right, ``x`` and ``y`` are its middle.
        """
        more = ' font-weight="700"' if bold else ""
        if anchor != "start":
            more += f' text-anchor="{anchor}"'
        if halo:
            more += (
                f' stroke="{halo}" stroke-width="{size / 4:g}" stroke-linejoin="round"'
                ' paint-order="stroke"'
            )
        if turn:
            more += f' transform="rotate({turn:.1f} {x:.1f} {y:.1f})"'
            y += size * 0.36
        self._parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:g}" fill="{fill}"{more}>'
            f"{escape(text)}</text>"
        )

    def svg(self) -> str:
        """The drawing."""
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}"'
            f' width="{self.width}" height="{self.height}" font-family="{FONT_FAMILY}">'
            f"{''.join(self._parts)}</svg>"
        )


def _path(shape: BaseGeometry) -> str:
    return "".join(
        "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points.tolist()) + "Z" * closes
        for points, closes in outlines(shape)
        if len(points) > 1
    )
