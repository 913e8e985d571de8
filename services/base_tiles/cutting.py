"""Shapes into tiles: simplified for a zoom, clipped, put on the tile's grid of whole units.

All in arrays: each pair of a tile and a shape in it is moved to the tile's own corner, so that one
call clips them all with one rectangle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from services.base_tiles.features import EXTENT, Numbers, Reals, Shapes
from services.base_tiles.themes import MAX_ZOOM

BUFFER: Final = 96
"""Units that a shape reaches beyond its tile, so that a wide line has no end at the edge."""

TOLERANCE: Final = 4.0
"""Units within which a shape may be simplified: half a pixel. At the largest zoom, which is shown
larger than it is, one."""

LEAST_AREA: Final = 400.0
"""Square units: an area under some six square pixels is left out, except at the largest zoom."""

_POLYGON: Final = 3
_MULTIPOLYGON: Final = 6


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """A square of ``side`` x ``side`` tiles at ``zoom``; ``x`` and ``y`` are its first tile's."""

    zoom: int
    x: int
    y: int
    side: int

    @property
    def scale(self) -> float:
        """Units of this zoom to one of the largest."""
        return float(2.0 ** (self.zoom - MAX_ZOOM))

    @property
    def box(self) -> tuple[float, float, float, float]:
        """With the buffer: west, north, east, south in units of this zoom."""
        west, north, size = self.x * EXTENT, self.y * EXTENT, self.side * EXTENT
        return west - BUFFER, north - BUFFER, west + size + BUFFER, north + size + BUFFER


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """``shape[i]``, in units of its tile, is what tile (``x[i]``, ``y[i]``) has of ``row[i]``."""

    x: Numbers
    y: Numbers
    row: Numbers
    shape: Shapes


def cut(shapes: Shapes, block: Block) -> Pieces:
    """What each tile of the block has of the shapes (units of the largest zoom), in a fixed order.

    ``row`` counts within ``shapes``; a shape may come in several pieces of its own dimension.
    """
    scale = block.scale
    shapes = shapely.transform(shapes, lambda xy: xy * scale)
    tolerance = TOLERANCE if block.zoom < MAX_ZOOM else 1.0
    filled = shapely.get_dimensions(shapes) == 2
    shapes[~filled] = shapely.simplify(shapes[~filled], tolerance, preserve_topology=False)
    shapes[filled] = shapely.simplify(shapes[filled], tolerance, preserve_topology=True)
    shapes = shapely.clip_by_rect(shapes, *block.box)

    tile, row = _met(shapes, block)
    x, y = block.x + tile % block.side, block.y + tile // block.side
    moved = _moved(shapes[row], EXTENT * np.column_stack([x, y]).astype(np.float64))
    cut_off = shapely.clip_by_rect(moved, -BUFFER, -BUFFER, EXTENT + BUFFER, EXTENT + BUFFER)
    fine, of = _on_the_grid(cut_off)
    return Pieces(x[of], y[of], row[of], fine)


def _met(shapes: Shapes, block: Block) -> tuple[Numbers, Numbers]:
    """Pairs of a tile's number in the block and a shape, sorted."""
    number = np.arange(block.side**2)
    west = (block.x + number % block.side) * float(EXTENT) - BUFFER
    north = (block.y + number // block.side) * float(EXTENT) - BUFFER
    size = EXTENT + 2 * BUFFER
    boxes = shapely.box(west, north, west + size, north + size)
    tile, row = shapely.STRtree(shapes).query(boxes, predicate="intersects")
    order = np.lexsort((row, tile))
    return tile[order].astype(np.int64), row[order].astype(np.int64)


def _moved(shapes: Shapes, origins: Reals) -> Shapes:
    coordinates = shapely.get_coordinates(shapes)
    coordinates -= np.repeat(origins, shapely.get_num_coordinates(shapes), axis=0)
    return np.asarray(shapely.set_coordinates(shapes.copy(), coordinates), dtype=object)


def _on_the_grid(shapes: Shapes) -> tuple[Shapes, Numbers]:
    """Whole units; what has shrunk to nothing is gone. Also from which shape each is."""
    dimensions = shapely.get_dimensions(shapes)
    lines, of_lines = shapely.get_parts(shapes[dimensions == 1], return_index=True)
    lines = shapely.remove_repeated_points(shapely.transform(lines, np.rint))
    kept = shapely.length(lines) > 0
    areas = _whole_areas(shapes[dimensions == 2])
    parts, of_areas = shapely.get_parts(areas, return_index=True)
    flat = shapely.get_type_id(parts) == _POLYGON
    parts, of_areas = parts[flat], of_areas[flat]
    parts = shapely.orient_polygons(parts)  # with y to the south: as the tiles' specification asks
    of = np.concatenate(
        [np.flatnonzero(dimensions == 1)[of_lines[kept]], np.flatnonzero(dimensions == 2)[of_areas]]
    )
    return np.concatenate([lines[kept], parts]), of


def _whole_areas(areas: Shapes) -> Shapes:
    wrong = ~shapely.is_valid(areas)
    areas[wrong] = shapely.make_valid(areas[wrong])
    try:
        return np.asarray(shapely.set_precision(areas, 1.0), dtype=object)
    except shapely.GEOSException:
        return np.array([_whole_area(each) for each in areas], dtype=object)


def _whole_area(area: shapely.Geometry) -> shapely.Geometry:
    try:
        return shapely.set_precision(area, 1.0)
    except shapely.GEOSException:
        return shapely.Polygon()  # one shape that cannot be drawn is not worth a map
