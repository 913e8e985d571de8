"""Places into the registry and out of it again: import, sample, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.errors import Conflict, InvalidInput
from services.exporting import write_places
from services.geo.datum import Datum
from services.importing.plan import ImportPlan, plan_import
from services.importing.readers import read_rows
from services.importing.rows import parse_rows
from services.limits import IMPORT_FILE_BYTES, IMPORT_ROWS
from services.locator import Locator
from services.places import SAMPLE_SOURCE, PlaceStatus
from services.registry.store import PlaceRegistry
from services.sample import sample_places
from services.workflows.naming import known_names


@dataclass(frozen=True)
class ImportOutcome:
    """A plan and whether it was carried out."""

    plan: ImportPlan
    committed: bool

    def to_json(self) -> dict[str, Any]:
        """As ``docs/import.md`` has it."""
        return {**self.plan.to_json(), "committed": self.committed}

    def sentences(self) -> list[str]:
        """The same for a person."""
        plan = self.plan
        counts = {
            "新增": plan.new,
            "变更": plan.changed,
            "不变": plan.same,
            "文件里没有": plan.gone,
            "重复": plan.duplicate,
            "存疑": plan.suspicious,
            "拒收": plan.refused,
        }
        return [
            "  ".join(f"{word} {len(rows)}" for word, rows in counts.items()),
            *(
                f"  第 {change.line} 行 {change.name}:{name} {old} → {new}"
                for change in plan.changed
                for name, (old, new) in change.fields.items()
            ),
            *(f"  存疑 第 {row.line} 行:{row.why}" for row in plan.suspicious),
            *(f"  拒收 第 {row.line} 行 {row.column}:{row.message}" for row in plan.refused),
            "已写入登记库。" if self.committed else "只是计划,没有写入(--dry-run)。",
        ]


def import_file(
    locator: Locator,
    path: Path,
    *,
    datum: Datum = Datum.WGS84,
    source: str = "",
    status: PlaceStatus = PlaceStatus.PUBLISHED,
    dry_run: bool = False,
    withdraw_missing: bool = False,
    actor: str = "command line",
) -> ImportOutcome:
    """Read a file, plan it against the registry, and carry the plan out in one transaction.

    The plan is made inside the writing transaction, so two importers at once cannot both add the
    same place. Raises ``FileUnreadable`` or ``LimitExceeded``; bad rows are in ``plan.refused``.
    """
    table = read_rows(path, max_bytes=IMPORT_FILE_BYTES, max_rows=IMPORT_ROWS)
    parsed = parse_rows(
        table,
        region=locator.region,
        vocabulary=locator.vocabulary,
        default_datum=datum,
        source=source or path.name,
        status=status,
        today=locator.now().date(),
    )
    opened = locator.database.session() if dry_run else locator.database.writing()
    with opened as session:
        registry = PlaceRegistry(session)
        plan = plan_import(
            parsed,
            registry.places(),
            source=source or path.name,
            withdraw_missing=withdraw_missing,
        )
        updates = [*plan.updates, *plan.withdrawals]
        if not dry_run and (plan.creates or updates):
            registry.apply(
                creates=plan.creates, updates=updates, actor=actor, reason=f"import {path.name}"
            )
    return ImportOutcome(plan, committed=not dry_run)


def load_sample(locator: Locator) -> int:
    """Fill an empty registry with the labelled sample; how many places were added.

    Raises ``Conflict`` when the registry holds anything else: a sample never mixes with real data.
    """
    drafts = sample_places(locator.region, locator.vocabulary, today=locator.now().date())
    with locator.database.writing() as session:
        registry = PlaceRegistry(session)
        existing = registry.places()
        if any(place.source != SAMPLE_SOURCE for place in existing):
            raise Conflict("登记库里已有真实数据,示例数据不能混进去。请换一个空的登记库。")
        known = {place.source_id for place in existing}
        creates = [draft for draft in drafts if draft.source_id not in known]
        if creates:
            registry.apply(creates=creates, updates=(), actor="sample", reason="sample registry")
    return len(creates)


def is_empty(locator: Locator) -> bool:
    """Whether the registry holds no place at all, of whatever status."""
    with locator.database.session() as session:
        return not PlaceRegistry(session).count_by_kind(PlaceStatus)


def registered(locator: Locator) -> dict[str, int]:
    """How many places of each kind are published."""
    with locator.database.session() as session:
        return PlaceRegistry(session).count_by_kind()


def export_file(
    locator: Locator,
    path: Path,
    *,
    kinds: Sequence[str] = (),
    districts: Sequence[str] = (),
    statuses: Sequence[str] = ("published",),
    datum: Datum = Datum.WGS84,
) -> int:
    """Write the registry's places to a file; how many. Raises ``InvalidInput``."""
    wanted_kinds = known_names(locator, "kind", kinds)
    wanted_districts = known_names(locator, "district", districts)
    try:
        wanted = [PlaceStatus(status) for status in statuses]
    except ValueError as problem:
        known = "、".join(PlaceStatus)
        raise InvalidInput(f"没有这种状态({problem}),可用的是 {known}。", field="status") from None
    with locator.database.session() as session:
        places = [
            place
            for place in PlaceRegistry(session).places(wanted)
            if (not wanted_kinds or place.kind in wanted_kinds)
            and (not wanted_districts or place.district in wanted_districts)
        ]
    sample = any(place.source == SAMPLE_SOURCE for place in places)
    write_places(path, places, sample=sample, datum=datum, districts=locator.region.districts)
    return len(places)
