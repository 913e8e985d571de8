"""An .osm.pbf read: the streets as segments between points, with who may pass them.

One look at the relations (a square drawn as a multipolygon is walked along its outline), then one
at the nodes and ways. What an extract has cut off (a way whose far nodes are missing) is left out
and counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import osmium
from numpy.typing import NDArray

from services.errors import FileUnreadable, LimitExceeded
from services.limits import STREET_EXTRACT_BYTES
from services.travel.streets.contraction import Flags, Mask
from services.travel.streets.graph import Ints
from services.travel.streets.ways import (
    BOTH,
    GRAPHS,
    barrier_closes,
    is_street,
    way_directions,
)

_SHIFT: Final = 2
"""Bits that the directions of one graph take in a way's flags."""

_SIGNATURE: Final = b"OSMHeader"
"""The type of every PBF file's first block, after the length of its header."""


@dataclass(frozen=True, slots=True, eq=False)
class Extract:
    """Points in ``MICRO`` degrees and the segments ``a[i] - b[i]`` between them.

    ``directions`` and ``closed`` are one array for each of ``GRAPHS``: of the segments and of the
    points. ``missing`` counts the way's nodes that the file does not hold.
    """

    lat: Ints
    lon: Ints
    a: Ints
    b: Ints
    directions: tuple[Flags, ...]
    closed: tuple[Mask, ...]
    date: datetime | None
    missing: int


def read_extract(path: Path) -> Extract:
    """Read the streets of an .osm.pbf.

    Raises ``FileUnreadable`` when it is missing, no pbf, damaged or cut off, or holds no street,
    and ``LimitExceeded`` when it is larger than ``STREET_EXTRACT_BYTES``.
    """
    if not path.is_file():
        raise _unreadable(path, "没有这个文件,或者它不是文件", "请检查路径。")
    size = path.stat().st_size
    if size > STREET_EXTRACT_BYTES:
        raise LimitExceeded(
            f"文件“{path.name}”有 {size} 字节,上限是 {STREET_EXTRACT_BYTES} 字节。"
            "请先用 osmium extract 截取要分析的城市。",
            limit=STREET_EXTRACT_BYTES,
            field="file",
            value=size,
        )
    with path.open("rb") as stream:
        if _SIGNATURE not in stream.read(32):
            raise _unreadable(path, "它不是 OSM PBF 文件", "请用后缀为 .osm.pbf 的提取。")
    drawn = _Drawn()
    try:
        date = _read(path, drawn)
    except (RuntimeError, ValueError, OSError):  # libosmium has no class of its own
        raise _unreadable(path, "文件损坏,或没有下载完整", "请重新下载再试。") from None
    if not drawn.flags:
        raise _unreadable(path, "里面没有一条可走的街道", "请换一份包含 highway 的 OSM 提取。")
    return drawn.finished(date)


def _unreadable(path: Path, what: str, remedy: str) -> FileUnreadable:
    return FileUnreadable(
        f"读不了路网来源“{path.name}”:{what}。{remedy}", field="file", value=path.name
    )


def _read(path: Path, drawn: _Drawn) -> datetime | None:
    # An absolute path: a bare name could be taken for an address, and a suffix for another format.
    file = osmium.io.File(str(path.resolve()), "pbf")
    outlines: dict[int, dict[str, str]] = {}
    for relation in osmium.FileProcessor(file, osmium.osm.RELATION):
        _note_outline(relation, outlines)
    reader = osmium.FileProcessor(file, osmium.osm.NODE | osmium.osm.WAY)
    date = _replicated(reader.header)
    newest: datetime | None = None
    other_nodes = osmium.filter.KeyFilter("barrier")
    other_nodes.enable_for(osmium.osm.NODE)
    entity: Any  # a node or a way
    for entity in reader.with_locations().with_filter(other_nodes):
        if entity.is_node():
            drawn.add_barrier(entity.id, dict(entity.tags))
            continue
        tags = dict(entity.tags) if "highway" in entity.tags else {}
        if not is_street(tags):
            tags = outlines.get(entity.id, {})
        if drawn.add_way(entity.nodes, tags):
            newest = max(newest or entity.timestamp, entity.timestamp)
    return date or (newest if newest and newest.year > 1970 else None)


def _note_outline(relation: Any, outlines: dict[int, dict[str, str]]) -> None:
    """Of a street that is an area with holes: its tags for each way of its outline."""
    tags = dict(relation.tags)
    if tags.get("type") != "multipolygon" or not is_street(tags):
        return
    for member in relation.members:
        if member.type == "w":
            outlines[member.ref] = tags | {"area": "yes"}


def _replicated(header: Any) -> datetime | None:
    """When the file's state of OpenStreetMap is from, as its header says."""
    text = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return None


class _Drawn:
    """Ways as they are read: the nodes of one after those of the other."""

    def __init__(self) -> None:
        self.refs, self.lat, self.lon = array("q"), array("i"), array("i")
        self.sizes, self.flags = array("i"), array("B")
        self.barriers: dict[int, tuple[bool, ...]] = {}
        self.missing = 0

    def add_barrier(self, node: int, tags: Mapping[str, str]) -> None:
        closes = barrier_closes(tags)
        if any(closes):
            self.barriers[node] = closes

    def add_way(self, nodes: Any, tags: Mapping[str, str]) -> bool:
        """Whether anybody may pass it."""
        directions = way_directions(tags)
        if not any(directions):
            return False
        flags = sum(each << (_SHIFT * row) for row, each in enumerate(directions))
        run = 0
        for node in nodes:
            place = node.location
            if place.valid():
                self.refs.append(node.ref)
                self.lat.append(place.y)
                self.lon.append(place.x)
                run += 1
            else:
                self.missing += 1
                self._end(run, flags)
                run = 0
        self._end(run, flags)
        return True

    def _end(self, run: int, flags: int) -> None:
        if run:
            self.sizes.append(run)
            self.flags.append(flags)

    def finished(self, date: datetime | None) -> Extract:
        refs = np.frombuffer(self.refs, dtype=np.int64)
        nodes, first, inverse = np.unique(refs, return_index=True, return_inverse=True)
        lat = np.frombuffer(self.lat, dtype=np.int32)[first]
        lon = np.frombuffer(self.lon, dtype=np.int32)[first]
        order = _along_a_curve(lat, lon)
        number = np.empty(len(nodes), dtype=np.int32)
        number[order] = np.arange(len(nodes), dtype=np.int32)
        point = number[inverse]

        sizes = np.frombuffer(self.sizes, dtype=np.int32)
        joined = np.ones(len(refs), dtype=np.bool_)
        joined[np.cumsum(sizes) - 1] = False  # the last of a way is not joined to the next way
        a = np.flatnonzero(joined)
        flags: Flags = np.repeat(np.frombuffer(self.flags, dtype=np.uint8), sizes - 1)

        closed = np.zeros((len(GRAPHS), len(nodes)), dtype=np.bool_)
        ids = np.array(list(self.barriers), dtype=np.int64)
        met = np.isin(ids, nodes)
        at = number[np.searchsorted(nodes, ids[met])]
        closed[:, at] = np.array(list(self.barriers.values()), dtype=np.bool_)[met].T
        return Extract(
            lat[order],
            lon[order],
            point[a],
            point[a + 1],
            tuple((flags >> (_SHIFT * row) & BOTH).astype(np.uint8) for row in range(len(GRAPHS))),
            tuple(closed),
            date,
            self.missing,
        )


def _along_a_curve(lat: Ints, lon: Ints) -> NDArray[np.intp]:
    """An order in which near points are near (Morton's): a search then stays in the cache."""
    key = np.zeros(len(lat), dtype=np.uint64)
    for shift, values in enumerate((lat, lon)):
        cells = values.astype(np.int64) + (1 << 31) >> 10  # some ten metres
        for bit in range(22):
            key |= (cells >> bit & 1).astype(np.uint64) << np.uint64(2 * bit + shift)
    return np.argsort(key, kind="stable")
