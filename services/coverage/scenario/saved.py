"""A scenario as a file: exported, kept, and read again with the same numbers."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from services.coverage.counting import REASONS
from services.coverage.scenario.edits import Edit, parse_edits, seen
from services.errors import FileUnreadable, InvalidInput, LimitExceeded
from services.limits import (
    GRID_SPACING_MAX_M,
    GRID_SPACING_MIN_M,
    MINUTES_MAX,
    MINUTES_MIN,
    NAME_CHARACTERS,
    SCENARIO_FILE_BYTES,
)
from services.travel.modes import MODES

FORMAT: Final = "scenario/1"

_AGAIN: Final = "请重新导出,或换一个文件。"


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """What the file says. ``standard`` has ``{minutes, mode, method, spacing_m, count_also}``.

    ``figures`` are those that were saved, as JSON: what the edits should give again on the data of
    ``revision``.
    """

    name: str
    saved_at: datetime
    standard: Mapping[str, Any]
    edits: tuple[Edit, ...]
    figures: Mapping[str, Any]
    revision: int

    @property
    def monday(self) -> date | None:
        """The week that the saved figures are of: only for it are they the same again."""
        week = self.figures.get("week")
        text = week.get("monday") if isinstance(week, Mapping) else None
        try:
            day = date.fromisoformat(text) if isinstance(text, str) else None
        except ValueError:
            return None
        return day if day is not None and day.weekday() == 0 else None


def scenario_to_json(
    name: str,
    saved_at: datetime,
    *,
    standard: Mapping[str, Any],
    edits: Sequence[Edit],
    figures: Mapping[str, Any],
    revision: int,
) -> dict[str, Any]:
    """The file's content; ``figures`` is ``Figures.to_json`` of the state after the edits."""
    return {
        "format": FORMAT,
        "name": name,
        "saved_at": saved_at.isoformat(),
        "standard": dict(standard),
        "edits": [edit.to_json() for edit in edits],
        "figures": dict(figures),
        "data": {"revision": revision},
    }


def read_scenario(content: str | bytes) -> Scenario:
    """A scenario from the file's content.

    Raises ``FileUnreadable`` for what is no whole scenario of this format, ``InvalidInput`` (with
    ``standard.mode``, ``edits.3.lat``) for a value that cannot be used, and ``LimitExceeded``.
    """
    document = _document(content)
    name = document.get("name")
    if not isinstance(name, str) or len(name) > NAME_CHARACTERS or not name.isprintable():
        raise FileUnreadable(
            f"方案的名称“{seen(name)}”应是最多 {NAME_CHARACTERS} 个字的文字。请改名后重新导出。",
            field="name",
            value=seen(name),
        )
    return Scenario(
        name=name.strip(),
        saved_at=_time(document.get("saved_at")),
        standard=_standard(_part(document, "standard")),
        edits=parse_edits(document.get("edits")),
        figures=_part(document, "figures"),
        revision=_revision(_part(document, "data").get("revision")),
    )


def _document(content: str | bytes) -> Mapping[str, Any]:
    size = len(content)
    if size > SCENARIO_FILE_BYTES:
        raise LimitExceeded(
            f"方案文件有 {size} 字节,最多 {SCENARIO_FILE_BYTES} 字节。请确认选对了文件。",
            limit=SCENARIO_FILE_BYTES,
            value=size,
        )
    try:
        text = content.decode("utf-8") if isinstance(content, bytes) else content
        document = json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except (ValueError, RecursionError):  # the first: also the bytes and the numbers
        raise FileUnreadable(f"这个方案文件已损坏或不完整,不是合法的 JSON。{_AGAIN}") from None
    if not isinstance(document, Mapping) or "format" not in document:
        raise FileUnreadable(f"这不是方案文件:里面没有 format。{_AGAIN}")
    if document["format"] != FORMAT:
        raise FileUnreadable(
            f"方案文件的格式是“{seen(document['format'])}”,这里只认 {FORMAT}。{_AGAIN}",
            field="format",
            value=seen(document["format"]),
        )
    return document


def _no_constant(word: str) -> Any:
    raise ValueError(word)


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = document.get(name)
    if not isinstance(part, Mapping):
        raise FileUnreadable(
            f"方案文件不完整:{name} 应是一组名字和值,看到的是“{seen(part)}”。{_AGAIN}",
            field=name,
            value=seen(part),
        )
    return part


def _time(value: object) -> datetime:
    try:
        return datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise FileUnreadable(
            f"方案文件的保存时间“{seen(value)}”不是 ISO 时间。{_AGAIN}",
            field="saved_at",
            value=seen(value),
        ) from None


def _revision(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise FileUnreadable(
            f"方案文件的数据版本“{seen(value)}”不是整数。{_AGAIN}",
            field="data.revision",
            value=seen(value),
        )
    return value


def _standard(given: Mapping[str, Any]) -> dict[str, Any]:
    """Whether everything can be used; what each value is good for is the caller's to know."""
    accepted: dict[str, tuple[Callable[[Any], bool], str]] = {
        "minutes": (
            lambda value: _is_within(value, MINUTES_MIN, MINUTES_MAX),
            f"{MINUTES_MIN} 到 {MINUTES_MAX} 的数",
        ),
        "mode": (lambda value: value in tuple(MODES), "、".join(MODES)),
        "method": (lambda value: value in ("straight", "streets"), "straight、streets"),
        "spacing_m": (  # null: the demand came from a file
            lambda value: (
                value is None or _is_within(value, GRID_SPACING_MIN_M, GRID_SPACING_MAX_M)
            ),
            f"{GRID_SPACING_MIN_M:g} 到 {GRID_SPACING_MAX_M:g} 的数",
        ),
        "count_also": (
            lambda value: isinstance(value, list) and all(each in REASONS for each in value),
            f"{'、'.join(REASONS)} 中的几项",
        ),
    }
    for name, (fits, wanted) in accepted.items():
        if not fits(given.get(name)):
            raise InvalidInput(
                f"方案的服务标准里 {name} 是“{seen(given.get(name))}”。应是{wanted}。",
                field=f"standard.{name}",
                value=seen(given.get(name)),
            )
    return {name: given[name] for name in accepted}


def _is_within(value: object, least: float, most: float) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and least <= value <= most  # a NaN is in no range
    )
