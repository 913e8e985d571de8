"""What is drawn: OpenStreetMap's tags of a way or an area, and the theme that they come to.

A theme is a layer of the tiles, a kind within it, and the zooms from which the shape and its name
are in them. (Zoom here is the tiles' own: a tile covers 512 pixels, so the map shows zoom *z* at
its own *z* + 1.) Sources, all of wiki.openstreetmap.org: "Key:highway", "Key:waterway",
"Key:natural", "Key:landuse", "Key:leisure", "Key:railway". What lies below ground is not drawn.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

Tags = Mapping[str, str]

MIN_ZOOM: Final = 9
MAX_ZOOM: Final = 15

LAYERS: Final = ("green", "water", "buildings", "rail", "streets")
"""In the order in which they cover each other."""

KEYS: Final = ("highway", "railway", "waterway", "natural", "landuse", "leisure", "building")
"""A way or a relation with none of these keys is not drawn."""

_NEVER: Final = 99
_NO: Final = frozenset({"no", "false", "0"})


@dataclass(frozen=True, slots=True)
class Theme:
    """How one feature stands in the tiles: from ``zoom`` on, its name from ``names`` on."""

    layer: str
    kind: str
    zoom: int
    names: int = _NEVER


_MAJOR: Final = Theme("streets", "major", 9, 11)
_MEDIUM: Final = Theme("streets", "medium", 10, 12)
_MINOR: Final = Theme("streets", "minor", 12, 13)
_SERVICE: Final = Theme("streets", "service", 14, 14)
_PATH: Final = Theme("streets", "path", 14, 15)
_WALK: Final = Theme("streets", "walk", 13, 14)
_SQUARE: Final = Theme("streets", "square", 13, 14)

_STREETS: Final[Mapping[str, Theme]] = {
    "motorway": _MAJOR,
    "trunk": _MAJOR,
    "primary": Theme("streets", "major", 10, 11),
    "secondary": _MEDIUM,
    "tertiary": Theme("streets", "medium", 11, 12),
    "motorway_link": Theme("streets", "minor", 12),
    "trunk_link": Theme("streets", "minor", 12),
    "primary_link": Theme("streets", "minor", 13),
    "secondary_link": Theme("streets", "minor", 13),
    "tertiary_link": Theme("streets", "minor", 13),
    "unclassified": _MINOR,
    "residential": _MINOR,
    "living_street": _MINOR,
    "road": _MINOR,
    "service": _SERVICE,
    "pedestrian": _WALK,
    "track": _PATH,
    "path": _PATH,
    "footway": _PATH,
    "cycleway": _PATH,
    "bridleway": _PATH,
    "steps": _PATH,
}
_SQUARES: Final = frozenset({"pedestrian", "footway", "living_street", "service", "path"})

_WATER_LINES: Final[Mapping[str, Theme]] = {
    "river": Theme("water", "river", 9, 11),
    "canal": Theme("water", "river", 11, 12),
    "stream": Theme("water", "stream", 13, 14),
    "ditch": Theme("water", "stream", 14),
    "drain": Theme("water", "stream", 14),
}
_RAILWAYS: Final = frozenset({"rail", "light_rail", "narrow_gauge", "subway", "tram", "monorail"})
_RAIL: Final = Theme("rail", "rail", 10)
_SIDING: Final = Theme("rail", "siding", 14)

_LAKE: Final = Theme("water", "water", 9)
_WOOD: Final = Theme("green", "wood", 9)
_PARK: Final = Theme("green", "park", 10)
_BUILDING: Final = Theme("buildings", "building", 15)

_AREAS: Final[Mapping[str, Mapping[str, Theme]]] = {
    "natural": {"water": _LAKE, "wood": _WOOD, "scrub": _WOOD},
    "waterway": {"riverbank": _LAKE, "dock": _LAKE},
    "landuse": {
        "reservoir": _LAKE,
        "basin": _LAKE,
        "forest": _WOOD,
        "grass": _PARK,
        "village_green": _PARK,
        "recreation_ground": _PARK,
        "cemetery": _PARK,
        "allotments": _PARK,
    },
    "leisure": {
        "park": _PARK,
        "garden": _PARK,
        "playground": _PARK,
        "pitch": _PARK,
        "golf_course": _PARK,
    },
}


def line_theme(tags: Tags) -> Theme | None:
    """What a way is drawn as along its course; None for nothing."""
    if _is_underground(tags):
        return None
    street = tags.get("highway")
    if street is not None:
        return _STREETS.get(street) if tags.get("area", "no") in _NO else None
    if tags.get("railway") in _RAILWAYS:
        return _SIDING if tags.get("service") else _RAIL
    return _WATER_LINES.get(tags.get("waterway", ""))


def area_theme(tags: Tags, *, drawn_as_area: bool) -> Theme | None:
    """What an area is filled as; None for nothing.

    ``drawn_as_area``: whether it is a multipolygon, which needs no ``area=yes`` to be a square.
    """
    if _is_underground(tags):
        return None
    if tags.get("building", "no") not in _NO:
        return _BUILDING
    for key, values in _AREAS.items():
        theme = values.get(tags.get(key, ""))
        if theme is not None:
            return theme
    if tags.get("highway") in _SQUARES and (drawn_as_area or tags.get("area") == "yes"):
        return _SQUARE
    return None


def _is_underground(tags: Tags) -> bool:
    if tags.get("tunnel", "no") not in _NO or tags.get("location") == "underground":
        return True
    return tags.get("layer", "").startswith("-") and "building" in tags
