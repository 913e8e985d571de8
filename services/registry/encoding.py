"""A place as a row and back, and the door that every value passes.

``admit`` gives the same verdict whatever database lies behind: it refuses what SQLite would
swallow and PostgreSQL would not (NUL, lone surrogates, numbers out of range), and U+FFFD, the mark
of a text that was already damaged. It takes values as Python has them or as the log's JSON has
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Final, TypeVar

import orjson

from services.errors import InvalidInput
from services.geo.point import Point
from services.limits import COORDINATE_DECIMALS
from services.places import (
    DRAFT_FIELDS,
    Access,
    LocationSource,
    LocationState,
    Place,
    PlaceDraft,
    PlaceStatus,
    Precision,
)
from services.registry.tables import PLACES

LISTS: Final = frozenset({"other_names", "listed_on", "awards"})
DATES: Final = frozenset({"location_checked_on", "verified_on"})
WORDS: Final[Mapping[str, type[StrEnum]]] = {
    "location_source": LocationSource,
    "location_precision": Precision,
    "location_state": LocationState,
    "access": Access,
    "status": PlaceStatus,
}
NEVER_EMPTY: Final = frozenset({"kind", "name", "location_state", "status"})
DEFAULTS: Final[Mapping[str, Any]] = {
    field: getattr(PlaceDraft(kind="", name=""), field) for field in DRAFT_FIELDS
}
CAPACITY_MAX: Final = 1_000_000

W = TypeVar("W", bound=StrEnum)

_DAMAGED: Final = re.compile("[\0\ufffd\ud800-\udfff]")
_texts_of: Final = attrgetter(
    *(field for field in DRAFT_FIELDS if isinstance(DEFAULTS[field], str) and field not in WORDS)
)


def _or_none(words: type[W]) -> dict[str | None, W | None]:
    return {None: None, **{word.value: word for word in words}}


def check_text(field: str, value: str) -> str:
    """The text itself. Raises ``InvalidInput`` when it holds NUL, U+FFFD or a lone surrogate."""
    found = _DAMAGED.search(value)
    if found:
        shown = value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\0")
        raise InvalidInput(
            f"{field} 的内容“{shown[:60]}”含有损坏的字符(U+{ord(found[0]):04X}),"
            "请用正确的编码重新保存后再试。",
            field=field,
            value=shown,
        )
    return value


def admit(field: str, value: Any) -> Any:
    """The value that the registry keeps for this field of a place. Raises ``InvalidInput``."""
    if field not in DEFAULTS:
        raise InvalidInput(f"服务点没有“{field}”这一项。", field=field, value=value)
    try:
        admitted = _admitted(field, value)
    except (TypeError, ValueError, KeyError) as problem:
        raise InvalidInput(
            f"{field} 的值“{str(value)[:60]}”不对,请改正。", field=field, value=str(value)
        ) from problem
    if field in NEVER_EMPTY and not admitted:
        raise InvalidInput(f"{field} 不能为空,请填写。", field=field, value=value)
    return admitted


def _admitted(field: str, value: Any) -> Any:  # noqa: PLR0911  one line a sort of field
    if field == "amenities":
        return {check_text(field, _is(str, key)): _is(bool, has) for key, has in value.items()}
    if field in LISTS:
        return tuple(check_text(field, _is(str, text)) for text in _is((list, tuple), value))
    if field == "point":
        return _point(value)
    if field in WORDS:
        return None if value is None else WORDS[field](value)
    if field in DATES:
        return (
            date.fromisoformat(value) if isinstance(value, str) else _is((date, type(None)), value)
        )
    if field == "capacity":
        return _capacity(value)
    return check_text(field, _is(str, value))


def _is(kind: type | tuple[type, ...], value: Any) -> Any:
    if not isinstance(value, kind):
        raise TypeError(value)
    return value


def _point(value: Any) -> Point | None:
    if isinstance(value, Mapping):
        value = Point(value["lat"], value["lon"])
    if value is None:
        return None
    point: Point = _is(Point, value)
    return point.rounded(COORDINATE_DECIMALS)


def _capacity(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= CAPACITY_MAX:
        raise ValueError(value)
    return value


def check_drafts(drafts: Sequence[PlaceDraft]) -> None:
    """Raise ``InvalidInput`` for the first draft that the registry does not take.

    One look at all their text together costs a twentieth of a look at each field; only when
    something is wrong is each draft gone through to name the field.
    """
    try:
        text = "".join([part for draft in drafts for part in _texts_of(draft)])
        text.encode()
        sound = "\0" not in text and "\ufffd" not in text
    except (TypeError, UnicodeEncodeError):
        sound = False
    if not sound:
        for draft in drafts:
            check_draft(draft)


def check_draft(draft: PlaceDraft) -> None:
    """Raise ``InvalidInput`` naming the first field that the registry does not take."""
    for field in DRAFT_FIELDS:
        admit(field, getattr(draft, field))


def plain(value: Any) -> Any:
    """A field's value as the log's JSON has it."""
    return orjson.loads(orjson.dumps(value))


def columns(draft: PlaceDraft, day: Callable[[date | None], Any]) -> tuple[Any, ...]:
    """A draft's columns of ``places``, ``kind`` to ``source_id`` in the table's order.

    ``day`` makes of a date what the driver takes. Raises ``InvalidInput`` for a value that could
    not be read back.
    """
    if not (draft.kind and draft.name) or draft.capacity is not None:
        check_draft(draft)
    point = draft.point
    try:
        return (
            draft.kind,
            draft.name,
            _json_list(draft.other_names),
            draft.address,
            draft.district,
            draft.township,
            None if point is None else round(point.lat, COORDINATE_DECIMALS),
            None if point is None else round(point.lon, COORDINATE_DECIMALS),
            _SOURCE[draft.location_source],
            _PRECISION[draft.location_precision],
            _STATE[draft.location_state],
            draft.location_reason,
            day(draft.location_checked_on),
            draft.opening_hours,
            draft.opening_hours_raw,
            _ACCESS[draft.access],
            _json_amenities(tuple(draft.amenities.items())),
            draft.phone,
            draft.host,
            draft.host_type,
            draft.capacity,
            _json_list(draft.listed_on),
            _json_list(draft.awards),
            _STATUS[draft.status],
            draft.status_reason,
            day(draft.verified_on),
            draft.verified_by,
            draft.source,
            draft.source_id,
        )
    except (KeyError, TypeError, AttributeError):
        check_draft(draft)
        raise


PLACE_COLUMNS: Final = tuple(
    column
    for column in PLACES.columns
    if column.name not in ("key", "geocode_after", "geocode_attempts")
)
"""What ``place`` unpacks, in the table's order."""


def place(row: Sequence[Any]) -> Place:
    """The place that a row of ``PLACE_COLUMNS`` holds."""
    (
        id_, kind, name, other_names, address, district, township, lat, lon,
        location_source, location_precision, location_state, location_reason,
        location_checked_on, opening_hours, opening_hours_raw, access, amenities,
        phone, host, host_type, capacity, listed_on, awards, status,
        status_reason, verified_on, verified_by, source, source_id, created_at,
        updated_at, version,
    ) = row  # fmt: skip
    return Place(
        id=id_,
        kind=kind,
        name=name,
        other_names=_tuple(other_names),
        address=address,
        district=district,
        township=township,
        point=None if lat is None else Point(lat, lon),
        location_source=_SOURCE[location_source],
        location_precision=_PRECISION[location_precision],
        location_state=_STATE[location_state],
        location_reason=location_reason,
        location_checked_on=location_checked_on,
        opening_hours=opening_hours,
        opening_hours_raw=opening_hours_raw,
        access=_ACCESS[access],
        amenities={} if amenities == "{}" else dict(_mapping(amenities)),
        phone=phone,
        host=host,
        host_type=host_type,
        capacity=capacity,
        listed_on=_tuple(listed_on),
        awards=_tuple(awards),
        status=_STATUS[status],
        status_reason=status_reason,
        verified_on=verified_on,
        verified_by=verified_by,
        source=source,
        source_id=source_id,
        created_at=created_at,
        updated_at=updated_at,
        version=version,
    )


# A dictionary finds a word ten times faster than the enumeration's constructor does.
_SOURCE: Final = _or_none(LocationSource)
_PRECISION: Final = _or_none(Precision)
_ACCESS: Final = _or_none(Access)
_STATE: Final = {word.value: word for word in LocationState}
_STATUS: Final = {word.value: word for word in PlaceStatus}


@lru_cache(maxsize=4096)
def _json_list(values: tuple[str, ...]) -> str:
    return orjson.dumps([check_text("other_names", value) for value in values]).decode()


@lru_cache(maxsize=4096)
def _json_amenities(items: tuple[tuple[str, bool], ...]) -> str:
    return orjson.dumps({check_text("amenities", key): has for key, has in items}).decode()


def _tuple(text: str) -> tuple[str, ...]:
    return () if text == "[]" else _texts(text)


@lru_cache(maxsize=4096)
def _texts(text: str) -> tuple[str, ...]:
    return tuple(orjson.loads(text))


@lru_cache(maxsize=4096)
def _mapping(text: str) -> dict[str, bool]:
    loaded: dict[str, bool] = orjson.loads(text)
    return loaded
