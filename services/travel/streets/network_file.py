"""The file of a street network: a few lines of JSON, then the arrays as they lie in memory.

    8 bytes   ``STREETS\\n``
    4 bytes   version of this layout, little-endian
    8 bytes   length of the JSON, little-endian
    8 bytes   length of the whole file, little-endian
    32 bytes  SHA-256 of everything after it
    JSON      UTF-8: where the streets are from, and name, type, length and place of every array
    arrays    little-endian, each at a multiple of 64 bytes from the start of the file

Loading reads the file in one go, compares the sum, and looks whether the arrays belong together.
"""

from __future__ import annotations

import hashlib
import json
import os
import struct
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from services.errors import FileUnreadable
from services.travel.streets.graph import StreetGraph
from services.travel.streets.network import Source, StreetNetwork
from services.whole_file import whole_file

VERSION: Final = 1

_MAGIC: Final = b"STREETS\n"
_HEAD: Final = struct.Struct("<8sIQQ32s")
_ALIGNED: Final = 64
_ARRAYS: Final = {
    "start": np.dtype("<i4"),
    "end": np.dtype("<i4"),
    "oneway": np.dtype(np.bool_),
    "shape_indptr": np.dtype("<i4"),
    "shape_lat": np.dtype("<i4"),
    "shape_lon": np.dtype("<i4"),
}
_REMEDY: Final = "请用 locator streets build 重新生成。"


def save_network(network: StreetNetwork, path: Path) -> None:
    """Write the file; it appears whole or not at all.

    Raises ``InvalidInput`` where it cannot be written.
    """
    data = _packed(network)
    with whole_file(path, field="out") as unfinished, unfinished.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def load_network(path: Path) -> StreetNetwork:
    """Read a file of ``save_network``.

    Raises ``FileUnreadable`` when it is missing, something else, of another version, cut off or
    damaged.
    """
    try:
        data = bytearray(path.read_bytes())
    except OSError as problem:
        raise _unreadable(
            path, f"打不开({os.strerror(problem.errno or 0)})", "请检查路径。"
        ) from None
    if not data.startswith(_MAGIC):
        raise _unreadable(path, "它不是路网文件", _REMEDY)
    if len(data) < _HEAD.size:
        raise _unreadable(path, "文件不完整", _REMEDY)
    _, version, described, size, digest = _HEAD.unpack_from(data)
    if version != VERSION:
        raise _unreadable(path, f"它是第 {version} 版的路网文件,本程序读第 {VERSION} 版", _REMEDY)
    if len(data) != size:
        raise _unreadable(path, f"文件不完整,应有 {size} 字节,只有 {len(data)} 字节", _REMEDY)
    if hashlib.sha256(memoryview(data)[_HEAD.size :]).digest() != digest:
        raise _unreadable(path, "内容和校验值不符,文件已损坏", _REMEDY)
    try:
        return _unpacked(data, described)
    except (ValueError, KeyError, TypeError, IndexError):  # a right sum over wrong content
        raise _unreadable(path, "内容前后不一致,文件已损坏", _REMEDY) from None


def _packed(network: StreetNetwork) -> bytes:
    graphs: dict[str, Any] = {}
    arrays: list[NDArray[Any]] = []
    for key, graph in network.graphs.items():
        named = graph.arrays()
        graphs[key] = {"nodes": graph.nodes, "lengths": {n: len(v) for n, v in named.items()}}
        arrays += [np.asarray(named[name], dtype=kind) for name, kind in _ARRAYS.items()]
    source = network.source
    described = json.dumps(
        {
            "credit": network.credit,
            "licence": network.licence,
            "bounds": network.bounds,
            "source": {
                "name": source.name,
                "sha256": source.sha256,
                "date": source.date.isoformat() if source.date else None,
                "missing": source.missing,
            },
            "graphs": graphs,
        },
        ensure_ascii=False,
    ).encode()
    body = bytearray(described)
    for values in arrays:
        body += bytes(-(_HEAD.size + len(body)) % _ALIGNED)
        body += values.tobytes()
    head = _HEAD.pack(
        _MAGIC,
        VERSION,
        len(described),
        _HEAD.size + len(body),
        hashlib.sha256(body).digest(),
    )
    return head + body


def _unpacked(data: bytearray, described: int) -> StreetNetwork:
    content = json.loads(data[_HEAD.size : _HEAD.size + described])
    at = _HEAD.size + described
    graphs = {}
    for key, each in content["graphs"].items():
        arrays: dict[str, NDArray[Any]] = {}
        for name, kind in _ARRAYS.items():
            at += -at % _ALIGNED
            arrays[name] = np.frombuffer(data, kind, each["lengths"][name], at)
            at += arrays[name].nbytes
        graphs[key] = StreetGraph(nodes=each["nodes"], **arrays)
    source = content["source"]
    date = source["date"]
    return StreetNetwork(
        graphs,
        Source(
            name=source["name"],
            sha256=source["sha256"],
            date=datetime.fromisoformat(date) if date else None,
            missing=source["missing"],
        ),
    )


def _unreadable(path: Path, what: str, remedy: str) -> FileUnreadable:
    return FileUnreadable(
        f"读不了路网文件“{path.name}”:{what}。{remedy}", field="file", value=path.name
    )
