"""The street network: an OpenStreetMap extract as graphs of metres, one a way of moving.

Reading order is the data's order: ``ways`` (which tags let whom pass), ``extract`` (an .osm.pbf
read), ``contraction`` (chains of segments become edges), ``build`` (all of that, written down),
``network_file`` (the file), ``graph`` and ``network`` (what is asked), ``snap`` and
``nearest_segment`` (points onto edges), ``search`` and ``dijkstra`` (which demand points reach
which places), ``candidates`` (places on the streets), ``detour`` (street against straight line).

``StreetCatchments`` and ``build_network`` bring in numba and pyosmium, which take a second to
import; they are loaded by whoever names them first and by nobody else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from services.travel.streets.network import StreetNetwork
from services.travel.streets.network_file import load_network

if TYPE_CHECKING:
    from services.travel.streets.build import build_network
    from services.travel.streets.search import StreetCatchments

__all__ = ["StreetCatchments", "StreetNetwork", "build_network", "load_network"]


def __getattr__(name: str) -> Any:
    if name == "StreetCatchments":
        from services.travel.streets.search import StreetCatchments  # noqa: PLC0415

        return StreetCatchments
    if name == "build_network":
        from services.travel.streets.build import build_network  # noqa: PLC0415

        return build_network
    raise AttributeError(name)
