"""From an OpenStreetMap extract to the file of vector tiles."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import mapbox_vector_tile
import numpy as np
import shapely
from pmtiles.tile import Compression, TileType, tileid_to_zxy, zxy_to_tileid
from pmtiles.writer import Writer

from services.base_tiles.cutting import LEAST_AREA, Block, Pieces, cut
from services.base_tiles.features import EXTENT, WORLD, Features, Numbers, read_features
from services.base_tiles.themes import LAYERS, MAX_ZOOM, MIN_ZOOM
from services.whole_file import whole_file

Progress = Callable[[str], None]

CREDIT: Final = "© OpenStreetMap contributors, ODbL"

_BLOCK_ZOOMS: Final = 4
"""A block is a tile of this many zooms farther out: 16 x 16 tiles, which are cut together."""

_OPTIONS: Final = {"y_coord_down": True, "check_winding_order": False, "extents": EXTENT}
_E7: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class TileSource:
    """What the tiles say of the extract that they are from."""

    sha256: str
    date: datetime | None


def build_tiles(
    pbf: Path, out: Path, source: TileSource, *, progress: Progress | None = None
) -> int:
    """Read an .osm.pbf, write its tiles to ``out`` (whole or not at all); how many there are.

    The same extract gives the same bytes. Without a street nothing is written and an older file is
    taken away. Raises ``FileUnreadable`` for a damaged extract (its size is the caller's to check)
    and ``InvalidInput`` when ``out`` cannot be written.
    """
    tell = progress or (lambda _step: None)
    tell("读取底图要画的街道、水面、绿地和建筑")
    with read_features(pbf) as features:
        streets = _in_layer(features, "streets")
        if not streets.any():
            out.unlink(missing_ok=True)
            return 0
        west, north = features.bounds[streets, :2].min(axis=0)
        east, south = features.bounds[streets, 2:].max(axis=0)
        frame = (float(west), float(north), float(east), float(south))
        with whole_file(out, field="out") as unfinished, unfinished.open("w+b") as stream:
            writer = Writer(stream)  # type: ignore[no-untyped-call]
            digest = hashlib.sha256()
            for zoom in range(MIN_ZOOM, MAX_ZOOM + 1):
                tell(f"画第 {zoom} 级")
                for number, data in _tiles(features, zoom, frame):
                    digest.update(number.to_bytes(8, "little") + data)
                    writer.write_tile(number, data)  # type: ignore[no-untyped-call]
            writer.finalize(_header(frame), _metadata(source, digest.hexdigest()))  # type: ignore[no-untyped-call]
            stream.flush()
            os.fsync(stream.fileno())
        return int(writer.addressed_tiles)


def _in_layer(features: Features, layer: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    there = np.array([theme.layer == layer for theme in features.themes], dtype=np.bool_)
    return there[features.theme] if len(there) else np.zeros(0, dtype=np.bool_)


def _tiles(
    features: Features, zoom: int, frame: tuple[float, float, float, float]
) -> Iterator[tuple[int, bytes]]:
    """The tiles of a zoom that hold something, in the order of the file."""
    shown = np.flatnonzero(
        np.array([theme.zoom <= zoom for theme in features.themes])[features.theme]
        & (
            (features.area == 0)
            | (zoom == MAX_ZOOM)
            | (features.area * 4.0 ** (zoom - MAX_ZOOM) >= LEAST_AREA)
        )
    )
    for block in _blocks(zoom, frame):
        box = np.array(block.box) / block.scale
        bounds = features.bounds[shown]
        rows = shown[
            (bounds[:, 0] <= box[2])
            & (bounds[:, 2] >= box[0])
            & (bounds[:, 1] <= box[3])
            & (bounds[:, 3] >= box[1])
        ]
        if not len(rows):
            continue
        pieces = cut(features.shapes(rows), block)
        yield from _encoded(features, rows, pieces, zoom, frame)


def _blocks(zoom: int, frame: tuple[float, float, float, float]) -> Iterator[Block]:
    """The blocks over the frame; their tiles follow each other along the file's curve."""
    outer = zoom - _BLOCK_ZOOMS
    size = EXTENT << (MAX_ZOOM - outer)
    west, north, east, south = (int(edge // size) for edge in frame)
    numbers = sorted(
        zxy_to_tileid(outer, x, y) for x in range(west, east + 1) for y in range(north, south + 1)
    )
    side = 1 << _BLOCK_ZOOMS
    for number in numbers:
        _, x, y = tileid_to_zxy(number)
        yield Block(zoom, x * side, y * side, side)


def _encoded(
    features: Features,
    rows: Numbers,
    pieces: Pieces,
    zoom: int,
    frame: tuple[float, float, float, float],
) -> Iterator[tuple[int, bytes]]:
    size = EXTENT << (MAX_ZOOM - zoom)
    west, north, east, south = (int(edge // size) for edge in frame)
    inside = (pieces.x >= west) & (pieces.x <= east) & (pieces.y >= north) & (pieces.y <= south)
    number = np.array(
        [
            zxy_to_tileid(zoom, x, y) if there else -1
            for x, y, there in zip(
                pieces.x.tolist(), pieces.y.tolist(), inside.tolist(), strict=True
            )
        ],
        dtype=np.int64,
    )
    named = np.array([theme.names <= zoom for theme in features.themes])[features.theme[rows]]
    words = np.stack(
        [
            features.theme[rows],
            np.where(named, features.name[rows], 0),
            np.where(named, features.name_en[rows], 0),
        ]
    )[:, pieces.row]
    order = np.lexsort((pieces.row, words[2], words[1], words[0], number))
    order = order[number[order] >= 0]
    edges = np.flatnonzero(np.diff(number[order])) + 1
    for part in np.split(order, edges):
        if len(part):
            tile = _tile(features, words[:, part], pieces.shape[part])
            yield int(number[part[0]]), gzip.compress(tile, compresslevel=9, mtime=0)


def _tile(features: Features, words: Numbers, shapes: np.ndarray[Any, Any]) -> bytes:
    """One tile: of lines with the same tags one feature, joined where they meet."""
    layers: dict[str, list[dict[str, Any]]] = {name: [] for name in LAYERS}
    edges = np.flatnonzero(np.any(np.diff(words, axis=1) != 0, axis=0)) + 1
    for part in np.split(np.arange(len(shapes)), edges):
        theme = features.themes[int(words[0, part[0]])]
        tags = {"kind": theme.kind}
        for key, word in (("name", words[1, part[0]]), ("name_en", words[2, part[0]])):
            if word:
                tags[key] = features.words[int(word)]
        lines = shapely.get_dimensions(shapes[part]) == 1
        if lines.any():
            joined = shapely.line_merge(shapely.multilinestrings(shapes[part][lines]))
            layers[theme.layer].append({"geometry": joined, "properties": tags})
        layers[theme.layer] += [
            {"geometry": shape, "properties": tags} for shape in shapes[part][~lines]
        ]
    return bytes(
        mapbox_vector_tile.encode(
            [{"name": name, "features": each} for name, each in layers.items() if each],
            default_options=_OPTIONS,
        )
    )


def _header(frame: tuple[float, float, float, float]) -> dict[str, Any]:
    west, north, east, south = frame

    def lon(x: float) -> int:
        return round((x / WORLD * 360 - 180) * _E7)

    def lat(y: float) -> int:
        return round(float(np.degrees(np.arctan(np.sinh(np.pi * (1 - 2 * y / WORLD))))) * _E7)

    return {
        "tile_type": TileType.MVT,
        "tile_compression": Compression.GZIP,
        "min_lon_e7": lon(west),
        "min_lat_e7": lat(south),
        "max_lon_e7": lon(east),
        "max_lat_e7": lat(north),
    }


def _metadata(source: TileSource, digest: str) -> dict[str, Any]:
    return {
        "name": "streets",
        "attribution": CREDIT,
        "digest": digest,
        "source": {
            "sha256": source.sha256,
            "date": source.date.isoformat() if source.date else None,
        },
        "vector_layers": [
            {
                "id": layer,
                "fields": {"kind": "String", "name": "String", "name_en": "String"},
                "minzoom": MIN_ZOOM,
                "maxzoom": MAX_ZOOM,
            }
            for layer in LAYERS
        ],
    }
