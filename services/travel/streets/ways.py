"""Who may pass: OpenStreetMap's tags of a way or a barrier, read for three ways of moving.

Sources, all of wiki.openstreetmap.org: "Key:access" and "Computing access restrictions" (the more
particular key wins), "OSM tags for routing/Access restrictions" (what a class of street means when
nothing else is said; its worldwide row), "Key:oneway", "Key:junction", "Key:cycleway" and
"Key:barrier" (what a barrier lets through; one without documented access lets nobody through).

Decisions of our own, where the wiki leaves room: cars stay off field tracks; a bicycle that has to
be pushed (``dismount``, steps) does not ride; a lane whose direction changes with the hour
(``oneway=reversible``) is closed to wheels; restrictions by hour, weight or turn are not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

Tags = Mapping[str, str]

FORWARD: Final = 1
"""Along the way as it is drawn."""
BACKWARD: Final = 2
BOTH: Final = FORWARD | BACKWARD

_ALL: Final = frozenset({"walk", "bike", "drive"})
_WALK: Final = frozenset({"walk"})
_BIKE: Final = frozenset({"bike"})
_DRIVE: Final = frozenset({"drive"})
_UNPOWERED: Final = _WALK | _BIKE
_NOBODY: Final[frozenset[str]] = frozenset()

_CLASSES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "motorway": _DRIVE,
        "motorway_link": _DRIVE,
        "trunk": _ALL,
        "trunk_link": _ALL,
        "primary": _ALL,
        "primary_link": _ALL,
        "secondary": _ALL,
        "secondary_link": _ALL,
        "tertiary": _ALL,
        "tertiary_link": _ALL,
        "unclassified": _ALL,
        "residential": _ALL,
        "living_street": _ALL,
        "service": _ALL,
        "road": _ALL,
        "track": _UNPOWERED,
        "path": _UNPOWERED,
        "cycleway": _BIKE,
        "footway": _WALK,
        "pedestrian": _WALK,
        "steps": _WALK,
        "corridor": _WALK,
        "elevator": _WALK,
        "bridleway": _NOBODY,
        "busway": _NOBODY,
    }
)
"""``highway`` and the modes that it admits when no access tag speaks. What is not here is no
street: ``construction``, ``proposed``, ``raceway``, ``rest_area``, and the platforms of railways,
which often lie below the streets and joined to none."""

_NO_STREET: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "route": frozenset({"ferry"}),
        "construction": frozenset({"yes", "1", "true"}),
        "proposed": frozenset({"yes"}),
        "disused": frozenset({"yes"}),
        "abandoned": frozenset({"yes"}),
        "impassable": frozenset({"yes"}),
    }
)
"""Tags that make a way of whatever class impassable."""

_WHEELS_NEVER: Final = frozenset({"steps"})

_BARRIERS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    dict.fromkeys(
        (
            "gate",
            "lift_gate",
            "swing_gate",
            "sliding_gate",
            "hampshire_gate",
            "bump_gate",
            "cattle_grid",
            "entrance",
            "border_control",
            "toll_booth",
            "sally_port",
            "height_restrictor",
            "kerb",
            "coupure",
            "no",
        ),
        _ALL,
    )
    | dict.fromkeys(
        (
            "bollard",
            "bar",
            "block",
            "bus_trap",
            "chain",
            "cycle_barrier",
            "debris",
            "jersey_barrier",
            "log",
            "motorcycle_barrier",
            "planter",
            "rope",
            "sump_buster",
        ),
        _UNPOWERED,
    )
    | dict.fromkeys(
        ("full-height_turnstile", "horse_stile", "kissing_gate", "stile", "turnstile"), _WALK
    )
)
"""Whom a barrier on a node lets through when no access tag speaks. Any other lets nobody through:
``wall``, ``fence``, and those that the wiki does not describe."""

_VERDICTS: Final[Mapping[str, bool]] = MappingProxyType(
    dict.fromkeys(
        (
            "yes",
            "designated",
            "permissive",
            "destination",
            "customers",
            "official",
            "permit",
            "public",
            "discouraged",
        ),
        True,
    )
    | dict.fromkeys(
        (
            "no",
            "private",
            "agricultural",
            "forestry",
            "delivery",
            "dismount",
            "emergency",
            "employees",
            "military",
            "residents",
            "use_sidepath",
        ),
        False,
    )
)
"""What an access tag says. Values that are not here say nothing, and the next key is asked."""

_ONEWAY: Final[Mapping[str, int]] = MappingProxyType(
    {
        "yes": FORWARD,
        "true": FORWARD,
        "1": FORWARD,
        "-1": BACKWARD,
        "reverse": BACKWARD,
        "no": BOTH,
        "false": BOTH,
        "0": BOTH,
        "alternating": BOTH,
        "reversible": 0,
    }
)

_ONEWAY_IMPLIED: Final = (
    ("junction", "roundabout"),
    ("junction", "circular"),
    ("highway", "motorway"),
)

_CONTRAFLOW: Final = frozenset(
    (key, value)
    for side in ("", ":left", ":right", ":both")
    for key, values in (
        (
            f"cycleway{side}",
            ("opposite", "opposite_lane", "opposite_track", "opposite_share_busway"),
        ),
        (f"cycleway{side}:oneway", ("no", "-1")),
    )
    for value in values
)
"""Tags that let bicycles go against a one-way street."""

_CONTRAFLOW_KEYS: Final = tuple(sorted({key for key, _ in _CONTRAFLOW}))

_CONVEYING: Final[Mapping[str, int]] = MappingProxyType({"forward": FORWARD, "backward": BACKWARD})
"""Escalators and moving walkways; those that change their direction count as both."""


@dataclass(frozen=True, slots=True)
class _Rule:
    """``access`` from the particular to the general; the last, ``access``, opens nothing that the
    class keeps closed: a footway that is open to everybody is still no road for cars."""

    mode: str
    access: tuple[str, ...]
    oneway: tuple[str, ...]
    motorroad: bool


_RULES: Final = (
    _Rule("walk", ("foot", "access"), ("oneway:foot",), motorroad=False),
    _Rule("bike", ("bicycle", "vehicle", "access"), ("oneway:bicycle", "oneway"), motorroad=False),
    _Rule(
        "drive",
        ("motorcar", "motor_vehicle", "vehicle", "access"),
        ("oneway:motorcar", "oneway:motor_vehicle", "oneway"),
        motorroad=True,
    ),
)

_READ: Final = frozenset(
    {"highway", "junction", "area", "motorroad", "conveying", *_NO_STREET, *_CONTRAFLOW_KEYS}
    | {key for rule in _RULES for key in rule.oneway}
    | {
        key + suffix
        for rule in _RULES
        for key in rule.access
        for suffix in ("", ":forward", ":backward")
    }
)
"""The keys that anything here looks at."""

GRAPHS: Final = tuple(rule.mode for rule in _RULES)
"""The graphs of a network, in the order of every result here."""

GRAPH_OF_MODE: Final[Mapping[str, str]] = MappingProxyType(
    {"walk": "walk", "bike": "bike", "ebike": "bike", "drive": "drive"}
)
"""Which graph a mode of ``travel/modes.py`` moves on."""


def way_directions(tags: Tags) -> tuple[int, ...]:
    """For each of ``GRAPHS`` the directions that a way with these tags may be passed in.

    0, ``FORWARD``, ``BACKWARD`` or ``BOTH``.
    """
    return _said_by(frozenset(pair for pair in tags.items() if pair[0] in _READ))


@lru_cache(maxsize=4_096)
def _said_by(pairs: frozenset[tuple[str, str]]) -> tuple[int, ...]:
    """A city's ways have names by the thousand, but what is read of them is mostly the same."""
    tags = dict(pairs)
    if not is_street(tags):
        return (0,) * len(_RULES)
    return tuple(_directions(tags, rule) for rule in _RULES)


def is_street(tags: Tags) -> bool:
    """Whether a way (or an area) with these tags is a street for anybody."""
    return tags.get("highway") in _CLASSES and not any(
        tags.get(key) in values for key, values in _NO_STREET.items()
    )


def barrier_closes(tags: Tags) -> tuple[bool, ...]:
    """For each of ``GRAPHS`` whether a node with these tags stops whoever comes along."""
    barrier = tags.get("barrier")
    if barrier is None:
        return (False,) * len(_RULES)
    default = _NOBODY if tags.get("locked") == "yes" else _BARRIERS.get(barrier, _NOBODY)
    closes = []
    for rule in _RULES:
        spoken, opens = _access(tags, rule.access)
        closes.append(not (opens if spoken else rule.mode in default))
    return tuple(closes)


def _directions(tags: Tags, rule: _Rule) -> int:
    kind = tags["highway"]
    if kind in _WHEELS_NEVER and rule.mode != "walk":
        return 0
    default = rule.mode in _CLASSES[kind]
    if tags.get("motorroad") == "yes" and not rule.motorroad:
        default = False
    key, opens = _access(tags, rule.access)
    passable = (opens and (default or key != "access")) if key else default
    directions = _oneway(tags, rule) if passable else 0
    for direction, suffix in ((FORWARD, "forward"), (BACKWARD, "backward")):
        key, opens = _access(tags, tuple(f"{each}:{suffix}" for each in rule.access))
        if key:  # a tag for one direction has the last word on it
            directions = directions | direction if opens else directions & ~direction
    return directions


def _access(tags: Tags, keys: tuple[str, ...]) -> tuple[str, bool]:
    """The first of ``keys`` that says something, and what; "" when none does."""
    for key in keys:
        said = [_VERDICTS[each] for each in _values(tags.get(key, "")) if each in _VERDICTS]
        if said:
            return key, any(said)
    return "", False


def _values(text: str) -> list[str]:
    """``agricultural;forestry`` are two values."""
    return [part.strip() for part in text.split(";")]


def _oneway(tags: Tags, rule: _Rule) -> int:
    if rule.mode == "walk":
        return _ONEWAY.get(tags.get("oneway:foot", ""), 0) or _CONVEYING.get(
            tags.get("conveying", ""), BOTH
        )
    if tags.get("area") == "yes":
        return BOTH
    own, general = rule.oneway[:-1], rule.oneway[-1]
    for key in own:
        if tags.get(key) in _ONEWAY:
            return _ONEWAY[tags[key]]
    if rule.mode == "bike" and any((key, tags.get(key)) in _CONTRAFLOW for key in _CONTRAFLOW_KEYS):
        return BOTH
    if tags.get(general) in _ONEWAY:
        return _ONEWAY[tags[general]]
    implied = any(tags.get(key) == value for key, value in _ONEWAY_IMPLIED)
    return FORWARD if implied else BOTH
