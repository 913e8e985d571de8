"""A geometry as the runs of points that whoever draws it has to follow."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry


def outlines(shape: BaseGeometry) -> Iterator[tuple[NDArray[np.float64], bool]]:
    """Rows of x, y of each line and ring, and whether it closes; a ring's end is not repeated.

    Points have no outline, and empty parts none either.
    """
    for part in shapely.get_parts(shape):
        if part.is_empty:
            continue
        if part.geom_type == "Polygon":
            for ring in (part.exterior, *part.interiors):
                yield shapely.get_coordinates(ring)[:-1], True
        elif part.geom_type == "LineString":
            yield shapely.get_coordinates(part), False
