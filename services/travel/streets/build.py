"""From an OpenStreetMap extract to the file of a network."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from services.errors import FileUnreadable
from services.travel.modes import MODES
from services.travel.streets.contraction import contracted
from services.travel.streets.extract import read_extract
from services.travel.streets.network import Source, StreetNetwork
from services.travel.streets.network_file import save_network
from services.travel.streets.ways import GRAPHS

Progress = Callable[[str], None]


def build_network(pbf: Path, out: Path, *, progress: Progress | None = None) -> StreetNetwork:
    """Read an .osm.pbf, write the network to ``out`` (whole or not at all) and return it.

    ``progress`` is told each step as a sentence. Raises ``FileUnreadable`` and ``LimitExceeded``
    as ``read_extract`` does, and ``InvalidInput`` when ``out`` cannot be written.
    """
    tell = progress or (lambda _step: None)
    tell(f"读取“{pbf.name}”")
    extract = read_extract(pbf)
    graphs = {}
    for row, key in enumerate(GRAPHS):
        tell(f"合并“{MODES[key].name}”的路段")
        graphs[key] = contracted(
            extract.a,
            extract.b,
            extract.directions[row],
            extract.closed[row],
            extract.lat,
            extract.lon,
        )
    if not any(len(graph) for graph in graphs.values()):
        raise FileUnreadable(
            f"读不了路网来源“{pbf.name}”:里面没有一条完整的街道。"
            "请换一份包含 highway 的 OSM 提取。",
            field="file",
            value=pbf.name,
        )
    with pbf.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    network = StreetNetwork(graphs, Source(pbf.name, sha256, extract.date, extract.missing))
    tell(f"写入“{out.name}”")
    save_network(network, out)
    return network
