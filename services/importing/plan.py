"""Drafts against the registry: what an import would do, before it does anything. Pure.

A row is the same place as a registered one by (source, source_id), else by the normalised
(kind, name, district). What the file does not say (no column, an empty cell) stays as it is. A
doubtful point never replaces another: the row is listed as suspicious, its other fields count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.collector import collector_paused
from services.importing.matching import Register
from services.importing.moves import Pairs, location, verdicts
from services.importing.rows import DraftRow, ParsedRows, RowProblem
from services.places import (
    SAMPLE_SOURCE,
    LocationSource,
    LocationState,
    Place,
    PlaceDraft,
    PlaceStatus,
    PlaceUpdate,
    normalised,
)

_SIMPLE: Final = ("kind", "name", "address", "phone", "host", "access", "amenities", "verified_on")


@dataclass(frozen=True, slots=True)
class Change:
    """New values for a registered place: ``fields`` maps a field to (old, new)."""

    line: int
    place: Place
    fields: Mapping[str, tuple[Any, Any]]

    @property
    def name(self) -> str:
        """The place's name as it is registered."""
        return self.place.name

    @property
    def update(self) -> PlaceUpdate:
        """For the registry."""
        values = {name: new for name, (_, new) in self.fields.items()}
        return PlaceUpdate(self.place.id, self.place.version, values)


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row about the same place as an earlier one; the earlier one counts."""

    line: int
    first_line: int
    name: str
    differs: bool


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A row whose point is doubted, and why."""

    line: int
    why: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What an import would do. ``suspicious`` rows are also in new, changed or same."""

    new: tuple[DraftRow, ...]
    changed: tuple[Change, ...]
    same: tuple[DraftRow, ...]
    gone: tuple[Place, ...]
    duplicate: tuple[Duplicate, ...]
    suspicious: tuple[Suspicion, ...]
    refused: tuple[RowProblem, ...]
    notes: tuple[str, ...] = ()
    """What to know of the file as a whole: columns ignored, hours not understood."""
    withdraw: bool = False
    """Whether those that are gone are withdrawn."""
    sample: tuple[Place, ...] = ()
    """Sample places that real ones take the place of: nobody must walk to a made-up address."""

    @property
    def creates(self) -> list[PlaceDraft]:
        """Places to create."""
        return [row.draft for row in self.new]

    @property
    def updates(self) -> list[PlaceUpdate]:
        """Places to change."""
        return [change.update for change in self.changed]

    @property
    def withdrawals(self) -> list[PlaceUpdate]:
        """Places to withdraw: the file no longer has them, or they were a sample."""
        return [
            PlaceUpdate(
                each.id, each.version, {"status": PlaceStatus.WITHDRAWN, "status_reason": why}
            )
            for places, why in (
                (self.gone if self.withdraw else (), "来源文件中已没有"),
                (self.sample, "示例数据,已由真实登记替换"),
            )
            for each in places
        ]

    def to_json(self) -> dict[str, Any]:
        """Counts of new, changed, same, gone and duplicate; lists of suspicious and refused."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "same": len(self.same),
            "gone": len(self.gone),
            "duplicate": len(self.duplicate),
            "suspicious": [{"line": each.line, "why": each.why} for each in self.suspicious],
            "refused": [problem.to_json() for problem in self.refused],
        }


def plan_import(
    parsed: ParsedRows, existing: Sequence[Place], *, source: str, withdraw_missing: bool
) -> ImportPlan:
    """Compare a file with the registry (all its places, the withdrawn ones too).

    ``gone`` are the places of ``source`` that the file does not have; they are withdrawn only with
    ``withdraw_missing``, and never while a refused row may be one of them.
    """
    with collector_paused():
        return _plan(parsed, existing, source, withdraw_missing)


def _plan(
    parsed: ParsedRows, existing: Sequence[Place], source: str, withdraw_missing: bool
) -> ImportPlan:
    new, pairs, duplicate, refused = _matched(parsed, Register(existing))
    moved = verdicts(pairs)
    changed: list[Change] = []
    same: list[DraftRow] = []
    doubts = {row.line: row.doubt for row in new if row.doubt}
    for row, place in pairs:
        where, doubt = moved.get(row.line) or location(row, place)
        if doubt:
            doubts[row.line] = doubt
        fields = _fields(row, place, doubted=bool(doubt), located=where)
        if fields:
            changed.append(Change(row.line, place, fields))
        else:
            same.append(row)
    gone, withheld = _gone(existing, {place.id for _, place in pairs}, refused, source)
    notes = list(parsed.notes)
    sample = _replaced_sample(existing, [*new, *(row for row, _ in pairs)], pairs)
    if sample:
        notes.append(f"登记库里的 {len(sample)} 个示例服务点由真实登记替换,转为撤下。")
    if withdraw_missing and not (new or pairs):
        notes.append("文件里没有一行可用的服务点,所以没有撤下任何服务点。请检查文件是否完整。")
    elif withdraw_missing and withheld:
        notes.append(
            f"有 {withheld} 行被拒收,认不出是哪个服务点,所以没有撤下任何服务点。请先改好。"
        )
    return ImportPlan(
        new=tuple(new),
        changed=tuple(changed),
        same=tuple(same),
        gone=tuple(gone),
        duplicate=tuple(duplicate),
        suspicious=tuple(Suspicion(line, doubts[line]) for line in sorted(doubts)),
        refused=tuple(sorted(refused, key=lambda problem: problem.line)),
        notes=tuple(notes),
        withdraw=withdraw_missing and not withheld and bool(new or pairs),
        sample=sample,
    )


def _matched(
    parsed: ParsedRows, register: Register
) -> tuple[list[DraftRow], Pairs, list[Duplicate], list[RowProblem]]:
    new: list[DraftRow] = []
    pairs: Pairs = []
    duplicate: list[Duplicate] = []
    refused = list(parsed.problems)
    first: dict[tuple[str, str, str], DraftRow] = {}
    taken: dict[str, DraftRow] = {}
    for row in parsed.drafts:
        draft = row.draft
        earlier = first.setdefault(register.key(draft), row)
        candidates = register.candidates(draft) if earlier is row else []
        if draft.source_id:  # two numbers are two places, whatever they are called
            candidates = [place for place in candidates if place.id not in taken]
        if len(candidates) > 1:
            refused.append(_ambiguous(row, len(candidates)))
            continue
        if candidates:
            earlier = taken.setdefault(candidates[0].id, row)
        if earlier is not row:
            differs = draft != earlier.draft
            duplicate.append(Duplicate(row.line, earlier.line, draft.name, differs))
        elif candidates:
            pairs.append((row, candidates[0]))
        else:
            new.append(row)
    return new, pairs, duplicate, refused


def _ambiguous(row: DraftRow, count: int) -> RowProblem:
    name = row.draft.name
    return RowProblem(
        row.line,
        "名称",
        name,
        f"登记库里有 {count} 个“{name}”,分不清是哪一个。请填写区县或来源编号。",
        name,
        row.draft.source_id,
    )


def _fields(
    row: DraftRow, place: Place, *, doubted: bool, located: Mapping[str, Any]
) -> dict[str, tuple[Any, Any]]:
    """Field -> (old, new) for everything that the row says and the registry has otherwise."""
    draft, given = row.draft, row.given
    values: dict[str, Any] = {name: getattr(draft, name) for name in _SIMPLE if name in given}
    if "opening_hours_raw" in given:
        values |= _hours(draft, place)
    if "status" in given or place.status is PlaceStatus.WITHDRAWN:
        values["status"] = draft.status
        if draft.status is not place.status:
            values["status_reason"] = ""
    sample_becomes_real = place.source == SAMPLE_SOURCE != draft.source
    if "source" in given or sample_becomes_real:
        values["source"] = draft.source
    if draft.source_id and ("source" in values or not place.source_id):
        values |= {"source": draft.source, "source_id": draft.source_id}
    if draft.district and not doubted:
        moved = "point" in located
        if "district" in given or moved or not place.district:
            values["district"] = draft.district
    values |= located or _stale_location(draft, place, values)
    return {
        name: (getattr(place, name), value)
        for name, value in values.items()
        if getattr(place, name) != value
    }


def _stale_location(draft: PlaceDraft, place: Place, values: Mapping[str, Any]) -> dict[str, Any]:
    """A point that was found by the old address is looked for again when the address changes."""
    found_by_address = place.location_source in (LocationSource.PROVIDER, LocationSource.GAZETTEER)
    if (
        draft.point is None
        and found_by_address
        and place.location_state is not LocationState.CONFIRMED
        and values.get("address", place.address) != place.address
    ):
        return {
            "location_state": LocationState.PENDING,
            "location_reason": "地址变了,等待重新定位",
        }
    return {}


def _hours(draft: PlaceDraft, place: Place) -> dict[str, Any]:
    """New hours, unless the file repeats the text whose meaning a person has set since."""
    if draft.opening_hours_raw in (place.opening_hours_raw, place.opening_hours):
        # Our own export writes the meaning where the text does not say it.
        if not draft.opening_hours or draft.opening_hours == place.opening_hours:
            return {}
        return {"opening_hours": draft.opening_hours}
    return {"opening_hours_raw": draft.opening_hours_raw, "opening_hours": draft.opening_hours}


def _replaced_sample(
    existing: Sequence[Place], rows: Sequence[DraftRow], pairs: Pairs
) -> tuple[Place, ...]:
    """The sample places that no row is about, once a row is a published real place."""
    found = {place.id for _, place in pairs}
    real = any(
        row.draft.source != SAMPLE_SOURCE and row.draft.status is PlaceStatus.PUBLISHED
        for row in rows
    )
    return tuple(
        place
        for place in existing
        if real
        and place.source == SAMPLE_SOURCE
        and place.id not in found
        and place.status is not PlaceStatus.WITHDRAWN
    )


# --- what the file no longer has -----------------------------------------------------------


def _gone(
    existing: Sequence[Place], found: set[str], refused: Sequence[RowProblem], source: str
) -> tuple[list[Place], int]:
    """Places of the source that no row is about, and how many refused rows may be any of them."""
    missing = [
        place
        for place in existing
        if place.source == source
        and place.id not in found
        and place.status is not PlaceStatus.WITHDRAWN
    ]
    names = {normalised(problem.name) for problem in refused if problem.name}
    numbers = {problem.source_id for problem in refused if problem.source_id}
    refused_places = [
        place
        for place in missing
        if normalised(place.name) in names or place.source_id in numbers - {""}
    ]
    known_names = {normalised(place.name) for place in refused_places}
    known_numbers = {place.source_id for place in refused_places} - {""}
    unknown = sum(
        normalised(problem.name) not in known_names and problem.source_id not in known_numbers
        for problem in refused
    )
    spared = {place.id for place in refused_places}
    return [place for place in missing if place.id not in spared], unknown
