"""An .osm.pbf read: every shape that is drawn, on disk, and a few numbers about each in memory.

Two looks at the file, which is what areas need (libosmium joins the ways of a multipolygon): one at
the relations, one at everything. Shapes go to a spool file as they come, so that what is held is
the nodes' places and some forty bytes a shape.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

import numpy as np
import osmium
import shapely
from numpy.typing import NDArray

from services.base_tiles.themes import KEYS, MAX_ZOOM, Theme, area_theme, line_theme
from services.errors import FileUnreadable, InvalidInput

Numbers = NDArray[np.int64]
Reals = NDArray[np.float64]
Shapes = NDArray[np.object_]

EXTENT: Final = 4096
"""Units to a side of a tile."""

WORLD: Final = EXTENT << MAX_ZOOM
"""Units to a side of the world, at the largest zoom: x to the east, y to the south."""

_BATCH: Final = 20_000
_LAT_MAX: Final = 85.05112878


@dataclass(frozen=True, slots=True, eq=False)
class Features:
    """All shapes: arrays of one row a shape.

    ``bounds`` is west, north, east, south in units of the largest zoom; ``area`` in their square,
    0 for a line. ``theme``, ``name`` and ``name_en`` are places in ``themes`` and ``words``
    (word 0 is "").
    """

    spool: IO[bytes]
    start: Numbers
    size: Numbers
    bounds: Reals
    area: Reals
    theme: Numbers
    name: Numbers
    name_en: Numbers
    themes: tuple[Theme, ...]
    words: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.start)

    def shapes(self, rows: Numbers) -> Shapes:
        """These rows' shapes, in units of the largest zoom."""
        wkb: list[bytes] = []
        for start, size in zip(self.start[rows].tolist(), self.size[rows].tolist(), strict=True):
            self.spool.seek(start)
            wkb.append(self.spool.read(size))
        return np.asarray(shapely.from_wkb(wkb), dtype=object)


@contextmanager
def read_features(pbf: Path) -> Iterator[Features]:
    """The shapes of an extract, for as long as the block lasts.

    Raises ``FileUnreadable`` for a damaged file, ``InvalidInput`` where the disk is full.
    """
    with tempfile.TemporaryFile() as spool:
        reading = _Reading(spool)
        try:
            reading.read(pbf)
        except (RuntimeError, ValueError, OSError):  # libosmium has no class of its own
            raise FileUnreadable(
                f"读不了底图来源“{pbf.name}”:文件损坏,或没有下载完整。请重新下载再试。",
                field="file",
                value=pbf.name,
            ) from None
        yield reading.finished()


def world(lonlat: Reals) -> Reals:
    """Web Mercator in units of the largest zoom, of rows (lon, lat) in degrees WGS-84."""
    lat = np.radians(np.clip(lonlat[:, 1], -_LAT_MAX, _LAT_MAX))
    x = (lonlat[:, 0] + 180) / 360
    y = (1 - np.arcsinh(np.tan(lat)) / np.pi) / 2
    return np.stack([x, y], axis=1) * WORLD


class _Reading:
    def __init__(self, spool: IO[bytes]) -> None:
        self.spool = spool
        self.end = 0
        self.themes: dict[Theme, int] = {}
        self.words: dict[str, int] = {"": 0}
        self.waiting: list[tuple[str, int, int, int]] = []
        self.parts: list[tuple[Numbers, Reals, Reals, Numbers]] = []

    def read(self, pbf: Path) -> None:
        file = osmium.io.File(str(pbf.resolve()), "pbf")
        reader = osmium.FileProcessor(file).with_areas(osmium.filter.KeyFilter(*KEYS))
        shape = osmium.geom.WKBFactory()
        entity: Any
        for entity in reader.with_filter(osmium.filter.KeyFilter(*KEYS)):
            if entity.is_way():
                tags = dict(entity.tags)
                theme = line_theme(tags)
                if theme is not None:
                    for wkb in _course(entity, shape):
                        self.add(wkb, theme, tags)
            elif entity.is_area():
                tags = dict(entity.tags)
                theme = area_theme(tags, drawn_as_area=not entity.from_way())
                filled = _filled(entity, shape) if theme is not None else None
                if theme is not None and filled is not None:
                    self.add(filled, theme, tags)
        self.flush()

    def add(self, wkb: str, theme: Theme, tags: dict[str, str]) -> None:
        named = theme.names <= MAX_ZOOM
        name = tags.get("name", "") if named else ""
        english = tags.get("name:en", "") if named else ""
        self.waiting.append(
            (
                wkb,
                self.themes.setdefault(theme, len(self.themes)),
                self.words.setdefault(name, len(self.words)),
                self.words.setdefault(english if english != name else "", len(self.words)),
            )
        )
        if len(self.waiting) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Project what waits, mend it, and put it away."""
        if not self.waiting:
            return
        shapes = shapely.transform(
            np.asarray(shapely.from_wkb([each[0] for each in self.waiting]), dtype=object), world
        )
        wrong = ~shapely.is_valid(shapes)
        shapes[wrong] = shapely.make_valid(shapes[wrong])
        wkb = shapely.to_wkb(shapes, byte_order=1, output_dimension=2)
        sizes = np.fromiter(map(len, wkb), dtype=np.int64, count=len(wkb))
        try:
            self.spool.write(b"".join(wkb))
        except OSError as problem:
            raise InvalidInput(
                f"临时文件写不进去({os.strerror(problem.errno or 0)})。请腾出空间再试。",
                field="out",
            ) from None
        about = np.array([each[1:] for each in self.waiting], dtype=np.int64)
        starts = self.end + np.cumsum(sizes) - sizes
        self.parts.append(
            (
                np.column_stack([starts, sizes]),
                shapely.bounds(shapes),
                shapely.area(shapes),
                about,
            )
        )
        self.end += int(sizes.sum())
        self.waiting.clear()

    def finished(self) -> Features:
        nothing = (np.empty((0, 2), int), np.empty((0, 4)), np.empty(0), np.empty((0, 3), int))
        where, bounds, area, about = (
            np.concatenate(each) for each in zip(nothing, *self.parts, strict=True)
        )
        return Features(
            spool=self.spool,
            start=where[:, 0],
            size=where[:, 1],
            bounds=bounds,
            area=area,
            theme=about[:, 0],
            name=about[:, 1],
            name_en=about[:, 2],
            themes=tuple(self.themes),
            words=tuple(self.words),
        )


def _filled(area: Any, shape: Any) -> str | None:
    """An area as WKB; None where its outline crosses itself or lacks a piece."""
    try:
        return str(shape.create_multipolygon(area))
    except (osmium.InvalidLocationError, RuntimeError):
        return None


def _course(way: Any, shape: Any) -> list[str]:
    """A way as WKB; in pieces where the extract has cut nodes off."""
    try:
        return [shape.create_linestring(way)]
    except (osmium.InvalidLocationError, RuntimeError):
        pass
    pieces: list[str] = []
    run: list[tuple[float, float]] = []
    for node in [*way.nodes, None]:
        if node is not None and node.location.valid():
            run.append((node.lon, node.lat))
            continue
        if len(set(run)) > 1:
            pieces.append(shapely.LineString(run).wkb_hex)
        run = []
    return pieces
