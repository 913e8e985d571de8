"""The edits of a scenario as values, and the reading of what a page or a file says of them.

    {op: "add", id, lat, lon, name?, opening_hours?}    a place that does not exist
    {op: "move", id, lat, lon}                          the same place elsewhere
    {op: "close", id}   {op: "suspend", id}             it is not counted, for good or for a time
    {op: "hours", id, opening_hours}                    "" = unknown

Here each edit is judged by itself; ``engine.py`` judges them in order and against the places.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from services.errors import InvalidInput, LimitExceeded
from services.geo.point import Point
from services.hours import parse_hours
from services.hours.expression import canonical
from services.limits import NAME_CHARACTERS, SCENARIO_EDITS_MAX, TEXT_CHARACTERS


@dataclass(frozen=True, slots=True)
class AddPlace:
    """A place that does not exist; its ``id`` is the scenario's own. ``opening_hours`` is OSM."""

    op: ClassVar[str] = "add"
    id: str
    point: Point
    name: str = ""
    opening_hours: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is read."""
        return {
            "op": self.op,
            "id": self.id,
            "lat": self.point.lat,
            "lon": self.point.lon,
            "name": self.name,
            "opening_hours": self.opening_hours,
        }


@dataclass(frozen=True, slots=True)
class MovePlace:
    """The same place, with the hours that it has, at another point."""

    op: ClassVar[str] = "move"
    id: str
    point: Point

    def to_json(self) -> dict[str, Any]:
        """As it is read."""
        return {"op": self.op, "id": self.id, "lat": self.point.lat, "lon": self.point.lon}


@dataclass(frozen=True, slots=True)
class ClosePlace:
    """The place is given up."""

    op: ClassVar[str] = "close"
    id: str

    def to_json(self) -> dict[str, Any]:
        """As it is read."""
        return {"op": self.op, "id": self.id}


@dataclass(frozen=True, slots=True)
class SuspendPlace:
    """The place is shut for a time; while it is, it counts as little as a closed one."""

    op: ClassVar[str] = "suspend"
    id: str

    def to_json(self) -> dict[str, Any]:
        """As it is read."""
        return {"op": self.op, "id": self.id}


@dataclass(frozen=True, slots=True)
class ChangeHours:
    """Other opening hours: OSM syntax, or "" for unknown."""

    op: ClassVar[str] = "hours"
    id: str
    opening_hours: str

    def to_json(self) -> dict[str, Any]:
        """As it is read."""
        return {"op": self.op, "id": self.id, "opening_hours": self.opening_hours}


Edit = AddPlace | MovePlace | ClosePlace | SuspendPlace | ChangeHours

_FIELDS: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    "add": (frozenset({"id", "lat", "lon"}), frozenset({"name", "opening_hours"})),
    "move": (frozenset({"id", "lat", "lon"}), frozenset()),
    "close": (frozenset({"id"}), frozenset()),
    "suspend": (frozenset({"id"}), frozenset()),
    "hours": (frozenset({"id", "opening_hours"}), frozenset()),
}
"""What each edit must and may say beside its ``op``."""


def parse_edits(items: object) -> tuple[Edit, ...]:
    """Edits from plain JSON values, in their order.

    Raises ``InvalidInput`` whose ``field`` names the spot (``edits.3.lat``, counted from 0), and
    ``LimitExceeded`` for more than ``SCENARIO_EDITS_MAX``.
    """
    if not isinstance(items, list | tuple):
        raise InvalidInput(
            f"edits 应是一个列表,收到的是“{seen(items)}”。请给出 [{{op, id, …}}, …]。",
            field="edits",
            value=seen(items),
        )
    if len(items) > SCENARIO_EDITS_MAX:
        raise LimitExceeded(
            f"方案里有 {len(items)} 项改动,最多 {SCENARIO_EDITS_MAX} 项。请分成几个方案。",
            limit=SCENARIO_EDITS_MAX,
            field="edits",
            value=len(items),
        )
    return tuple(_edit(number, item) for number, item in enumerate(items))


def refused(number: int, name: str, what: str, value: object) -> InvalidInput:
    """The error for edit ``number`` (from 0), as a sentence that counts from 1."""
    field = f"edits.{number}.{name}" if name else f"edits.{number}"
    shown = None if value is None else seen(value)
    return InvalidInput(f"第 {number + 1} 项改动:{what}", field=field, value=shown)


def seen(value: object) -> str:
    """A value as a message shows it: short, on one line."""
    try:
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):  # no JSON, a huge number, too deep
        text = type(value).__name__
    text = "".join(c if c.isprintable() else " " for c in text[:41])
    return text if len(text) <= 40 else f"{text[:40]}…"


def _edit(number: int, item: object) -> Edit:
    if not isinstance(item, Mapping):
        raise refused(number, "", f"“{seen(item)}”不是一项改动。请写成 {{op, id, …}}。", item)
    op = item.get("op")
    if not isinstance(op, str) or op not in _FIELDS:
        what = f"没有“{seen(op)}”这种改动。" if "op" in item else "没有写是哪一种改动(op)。"
        raise refused(number, "op", f"{what}可用的是 {'、'.join(_FIELDS)}。", op)
    must, may = _FIELDS[op]
    for name in item:
        if name != "op" and name not in must | may:
            allowed = "、".join(sorted(must | may))
            raise refused(
                number,
                seen(name),
                f"{op} 不认得“{seen(name)}”。请只写 {allowed}。",
                item[name],
            )
    for name in sorted(must):
        if item.get(name) is None:
            raise refused(number, name, f"{op} 缺少 {name}。请补上。", None)
    optional = {name: "" if item.get(name) is None else item[name] for name in may}
    identity = _text(number, "id", item["id"], empty=False)
    if op == "add":
        return AddPlace(
            identity,
            _point(number, item),
            _text(number, "name", optional["name"]),
            _hours(number, optional["opening_hours"]),
        )
    if op == "move":
        return MovePlace(identity, _point(number, item))
    if op == "hours":
        return ChangeHours(identity, _hours(number, item["opening_hours"]))
    return ClosePlace(identity) if op == "close" else SuspendPlace(identity)


def _text(number: int, name: str, value: object, *, empty: bool = True) -> str:
    if not isinstance(value, str) or not value.isprintable():
        raise refused(
            number, name, f"{name} 应是一行文字,收到的是“{seen(value)}”。请改成普通文字。", value
        )
    text = value.strip()
    if not text and not empty:
        raise refused(number, name, f"{name} 是空的。请写出服务点的编号。", value)
    if len(text) > NAME_CHARACTERS:
        raise refused(
            number,
            name,
            f"{name} 有 {len(text)} 个字,最多 {NAME_CHARACTERS} 个。请写短一些。",
            value,
        )
    return text


def _point(number: int, item: Mapping[Any, Any]) -> Point:
    degrees = {}
    for name, word in (("lat", "纬度"), ("lon", "经度")):
        value = item[name]
        finite = isinstance(value, int | float) and not isinstance(value, bool)
        if finite:
            try:
                finite = math.isfinite(value)
            except OverflowError:  # a whole number beyond any float
                finite = False
        if not finite:
            raise refused(
                number,
                name,
                f"{word}应是一个有限的数,收到的是“{seen(value)}”。请写十进制的度,如 33.35。",
                value,
            )
        degrees[name] = float(value)
    try:
        return Point(degrees["lat"], degrees["lon"])
    except InvalidInput as error:
        raise refused(number, error.field or "", error.message, error.value) from None


_CLOCK: Final = re.compile(r"\d:\d\d")


def _hours(number: int, value: object) -> str:
    """OSM ``opening_hours``, the registry's spelling of it; also what people write, if plain."""
    if not isinstance(value, str):
        raise refused(
            number,
            "opening_hours",
            f"开放时间应是文字,收到的是“{seen(value)}”。请写如 Mo-Fr 08:00-18:00,未知就留空。",
            value,
        )
    text = value.strip()
    if not text:
        return ""
    osm = canonical(text)
    # In a spelling of one's own 8:30-5:30 is more likely a twelve-hour clock than a long night.
    if osm is None or (osm != text and _CLOCK.search(text)):
        osm = parse_hours(text).osm
    if not osm:
        why = (
            f"开放时间有 {len(text)} 个字,最多 {TEXT_CHARACTERS} 个"
            if len(text) > TEXT_CHARACTERS
            else f"开放时间“{seen(text)}”看不懂"
        )
        raise refused(
            number, "opening_hours", f"{why}。请写如 Mo-Fr 08:00-18:00 或 24/7,未知就留空。", value
        )
    return osm
