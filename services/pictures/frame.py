"""The part of the earth that a picture's map shows, and where a point lies in it.

North is up. Lengths are those of an equal-area plane round the map's middle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from services.geo.distance import DEGREE_M, LocalProjection
from services.geo.point import Point

Floats = NDArray[np.float64]

LEAST_M: Final = 1_500.0
"""No map is narrower: nearer, nobody would know what part of the town it is."""

FITTED_LEAST_M: Final = 2_500.0
"""A map fitted to one place or a few is a little wider, so that it shows where in the town."""

EDGE: Final = 24
FURNITURE: Final = 64
"""Px of the map's lower edge that the scale and the review number take."""

PHONE_PX: Final = 360
"""How wide a phone shows a picture, in the pixels that web maps count their zoom by."""

EQUATOR_M_PER_PX: Final = 2 * math.pi * 6_378_137.0 / 256
"""At zoom 0, as all web maps have it (EPSG:3857, tiles of 256 px)."""


@dataclass(frozen=True, slots=True)
class Frame:
    """From degrees to pixels: ``plane.center`` lies in the middle; x to the right, y down."""

    plane: LocalProjection
    metres_per_px: float
    width: int
    height: int

    def place(self, points: Sequence[Point]) -> Floats:
        """Points as rows of x, y in pixels."""
        lats = np.array([point.lat for point in points], dtype=float)
        lons = np.array([point.lon for point in points], dtype=float)
        return self.on_paper(lats, lons)

    def on_paper(self, lats: Floats, lons: Floats) -> Floats:
        """Degrees as rows of x, y in pixels."""
        return self._scaled(np.column_stack(self.plane.to_metres(lats, lons)))

    def shape(self, shape: BaseGeometry) -> BaseGeometry:
        """A lon/lat shape in pixels, cut a little outside the frame."""
        # The degrees are cut first: a province's border has thousands of corners elsewhere.
        near = shapely.clip_by_rect(shape, *self.degrees())
        if near.is_empty:
            return near
        drawn = shapely.transform(self.plane.geometry_to_metres(near), self._scaled)
        margin = 20
        return shapely.clip_by_rect(
            drawn, -margin, -margin, self.width + margin, self.height + margin
        )

    def holds(self, points: Floats) -> NDArray[np.bool_]:
        """Which rows of x, y lie where a mark can be seen: off the edge, above the scale."""
        x, y = points[:, 0], points[:, 1]
        return np.asarray(
            (x >= EDGE)
            & (x <= self.width - EDGE)
            & (y >= EDGE)
            & (y <= self.height - EDGE - FURNITURE)
        )

    def degrees(self) -> tuple[float, float, float, float]:
        """A box of degrees round all that is shown: west, south, east, north."""
        half_x = self.width * self.metres_per_px * 0.6
        half_y = self.height * self.metres_per_px * 0.6
        xs = np.array([-half_x, 0.0, half_x, -half_x, 0.0, half_x])
        ys = np.array([-half_y, -half_y, -half_y, half_y, half_y, half_y])
        lats, lons = self.plane.to_degrees(xs, ys)
        return float(lons.min()), float(lats.min()), float(lons.max()), float(lats.max())

    def _scaled(self, metres: Floats) -> Floats:
        return np.column_stack(
            (
                self.width / 2 + metres[:, 0] / self.metres_per_px,
                self.height / 2 - metres[:, 1] / self.metres_per_px,
            )
        )


def around(center: Point, zoom: float, width: int, height: int) -> Frame:
    """What a phone shows at a web map's zoom, though never less than ``LEAST_M``."""
    degree = math.cos(math.radians(min(abs(center.lat), 85.0)))
    across = EQUATOR_M_PER_PX * degree / 2.0**zoom * PHONE_PX
    return Frame(LocalProjection(center), max(across, LEAST_M) / width, width, height)


def fitted(points: Sequence[Point], width: int, margin: int, heights: tuple[int, int]) -> Frame:
    """All the points, ``margin`` px from every edge at least; as high as their spread asks for.

    Raises ``ValueError`` without a point.
    """
    south, north = min(p.lat for p in points), max(p.lat for p in points)
    west, east = min(p.lon for p in points), max(p.lon for p in points)
    middle = Point((south + north) / 2, (west + east) / 2)
    wide = (east - west) * DEGREE_M * math.cos(math.radians(middle.lat))
    tall = (north - south) * DEGREE_M
    scale = max(wide / (width - 2 * margin), FITTED_LEAST_M / width)
    height = min(max(math.ceil(tall / scale) + 2 * margin, heights[0]), heights[1])
    scale = max(scale, tall / (height - 2 * margin))
    return Frame(LocalProjection(middle), scale, width, height)
