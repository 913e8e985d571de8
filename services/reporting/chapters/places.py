"""The places: which count, which do not and why, and where cover hangs on a single door."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from services.coverage.counting import REASONS
from services.places import Place
from services.reporting.evidence import Evidence
from services.reporting.values import (
    COUNT,
    DEGREES,
    Block,
    Cell,
    Column,
    Number,
    Paragraph,
    Table,
)
from services.reporting.words import REASONS as WORDS
from services.reporting.words import (
    STATUSES,
    Amounts,
    hours_words,
    location_words,
    printable,
    share,
)

SOLE_ROWS: Final = 10


def places_chapter(evidence: Evidence) -> list[Block]:
    """The chapter."""
    counted, out = len(evidence.assessment.places), len(evidence.left_out)
    if not counted + out:
        return [Paragraph("登记册是空的，没有服务点。请先登记并核实服务点，再做报告。")]
    return [
        Paragraph(
            f"登记的地点共 {counted + out:,} 处，计入 {counted:,} 处，没有计入 {out:,} 处。"
            "计入要同时满足五条规则；没有计入的，记在它不满足的第一条下面。逐处的名单见附录一、附录二。"
        ),
        kind_table(evidence),
        reason_table(evidence),
    ]


def kind_table(evidence: Evidence) -> Table:
    """How many of each kind are registered, and count."""
    counted = Counter(place.kind for place in evidence.assessment.places)
    out = Counter(place.kind for place, _ in evidence.left_out)
    published = evidence.region.published_figures if evidence.region else {}
    rows: list[tuple[Cell, ...]] = []
    for kind in evidence.vocabulary.kinds:
        registered = counted[kind.key] + out[kind.key]
        if not registered and kind.key not in published:
            continue
        rows.append(
            (
                kind.name,
                Number(registered, COUNT),
                Number(published.get(kind.key), COUNT),
                Number(counted[kind.key], COUNT),
                Number(out[kind.key], COUNT),
            )
        )
    total = (counted.total() + out.total(), None, counted.total(), out.total())
    rows.append(("合计", *(Number(each, COUNT) for each in total)))
    return Table(
        "kinds",
        "各类地点登记、公布和计入的数（处）",
        (
            Column("类别", 40),
            Column("登记", 14, numeric=True),
            Column("公布的数", 14, numeric=True),
            Column("计入", 14, numeric=True),
            Column("没有计入", 14, numeric=True),
        ),
        tuple(rows),
        total=True,
    )


def reason_table(evidence: Evidence) -> Table:
    """How many places fail each rule."""
    counts: Mapping[str, int] = Counter(reason for _, reason in evidence.left_out)
    return Table(
        "reasons",
        "没有计入的原因（处）",
        (Column("原因", 20), Column("规则", 60), Column("处数", 12, numeric=True)),
        (
            *((*WORDS[reason], Number(counts.get(reason, 0), COUNT)) for reason in REASONS),
            ("合计", "", Number(len(evidence.left_out), COUNT)),
        ),
        total=True,
    )


def overlap_chapter(evidence: Evidence) -> list[Block]:
    """Covered by one, two, three; and what would be lost with each door."""
    coverage, amounts = evidence.coverage, Amounts(evidence.assessment.demand)
    demand = evidence.assessment.demand
    total = coverage.table.total
    rows: list[tuple[Cell, ...]] = []
    for k, amount in coverage.overlap.items():
        weight = amount * demand.scale
        rows.append((f"至少 {k} 处", amounts.number(weight), share(weight, total.weight)))
    blocks: list[Block] = [
        Paragraph("只有一处覆盖的地方，那一处一关门就没有了。覆盖两处以上的地方经得起一处关门。"),
        Table(
            "overlap",
            "重叠覆盖",
            (
                Column("走得到", 20),
                Column(amounts.title, 20, numeric=True),
                Column("占比", 14, numeric=True),
            ),
            tuple(rows),
        ),
    ]
    alone = [
        index
        for index in evidence.dependence.ranking[:SOLE_ROWS].tolist()
        if evidence.dependence.sole_weight[index]
    ]
    if alone:
        blocks.append(
            Table(
                "sole",
                f"一关门失去覆盖最多的 {len(alone)} 处",
                (
                    Column("名称", 40),
                    Column("区县", 14),
                    Column(f"服务的{amounts.title}", 19, numeric=True),
                    Column("只靠这一处的", 15, numeric=True),
                ),
                tuple(
                    (
                        printable(evidence.assessment.places[index].name),
                        _district(evidence, evidence.assessment.places[index]),
                        amounts.number(int(evidence.dependence.reach_weight[index])),
                        amounts.number(int(evidence.dependence.sole_weight[index])),
                    )
                    for index in alone
                ),
                small=True,
            )
        )
    return blocks


def counted_table(evidence: Evidence) -> Table:
    """All places that count, by district and name."""
    amounts = Amounts(evidence.assessment.demand)
    dependence = evidence.dependence
    order = _in_order(evidence, evidence.assessment.places)
    return Table(
        "counted",
        f"计入的服务点（{len(order):,} 处）",
        (
            *_PLACE_COLUMNS,
            Column("开放时间", 28),
            Column("位置精度", 10),
            Column("核实日期", 10),
            Column(f"服务的{amounts.title}", 12, numeric=True),
            Column("只靠这一处的", 11, numeric=True),
            *_POINT_COLUMNS,
        ),
        tuple(
            (
                *_place_cells(evidence, place),
                printable(hours_words(place)),
                location_words(place),
                place.verified_on or "没有记录",
                amounts.number(int(dependence.reach_weight[index])),
                amounts.number(int(dependence.sole_weight[index])),
                *_point_cells(place),
            )
            for index, place in order
        ),
        small=True,
    )


def left_out_table(evidence: Evidence) -> Table:
    """All places that do not count, by reason, district and name."""
    order = _in_order(evidence, [place for place, _ in evidence.left_out])
    rows = [(place, evidence.left_out[index][1]) for index, place in order]
    rows.sort(key=lambda row: REASONS.index(row[1]))
    return Table(
        "left-out",
        f"没有计入的地点（{len(rows):,} 处）",
        (
            *_PLACE_COLUMNS,
            Column("没有计入的原因", 16),
            Column("状态", 9),
            Column("位置精度", 13),
            Column("核实日期", 11),
            *_POINT_COLUMNS,
        ),
        tuple(
            (
                *_place_cells(evidence, place),
                WORDS[reason][0],
                STATUSES[place.status],
                location_words(place),
                place.verified_on or "没有记录",
                *_point_cells(place),
            )
            for place, reason in rows
        ),
        small=True,
    )


_PLACE_COLUMNS: Final = (
    Column("编号", 12),
    Column("名称", 27),
    Column("类别", 9),
    Column("区县", 8),
    Column("地址", 29),
)
_POINT_COLUMNS: Final = (
    Column("纬度", 11, numeric=True, sheet_only=True),
    Column("经度", 11, numeric=True, sheet_only=True),
)


def _in_order(evidence: Evidence, places: Iterable[Place]) -> list[tuple[int, Place]]:
    """Numbered as they came, in the order of districts, then names."""
    districts = [adcode for adcode, _ in evidence.assessment.demand.districts]
    rank = {adcode: index for index, adcode in enumerate(districts)}
    return sorted(
        enumerate(places),
        key=lambda row: (rank.get(row[1].district, len(rank)), row[1].name, row[1].id),
    )


def _place_cells(evidence: Evidence, place: Place) -> tuple[Cell, ...]:
    return (
        place.id,
        printable(place.name),
        evidence.vocabulary.kind(place.kind).short,
        _district(evidence, place),
        printable(place.address),
    )


def _point_cells(place: Place) -> tuple[Cell, ...]:
    point = place.point
    return (
        Number(point.lat if point else None, DEGREES),
        Number(point.lon if point else None, DEGREES),
    )


def _district(evidence: Evidence, place: Place) -> str:
    names = dict(evidence.assessment.demand.districts)
    if evidence.region:
        return evidence.region.district_name(place.district) or "没有登记"
    return names.get(place.district, place.district)
