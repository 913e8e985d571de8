"""The maps: the city on one page, then each district with what belongs to it."""

from __future__ import annotations

from typing import Final

from services.reporting.chapters.verdict import ground_word
from services.reporting.chapters.week import CALLED_OUT
from services.reporting.drawings.ground import Ground, Part, ground
from services.reporting.drawings.maps import city_map, district_map
from services.reporting.evidence import Evidence
from services.reporting.values import (
    COUNT,
    Block,
    Cell,
    Drawing,
    Number,
    Paragraph,
    Plate,
    Plates,
)
from services.reporting.words import Amounts, hour_name, share, standard_name

_CITY_MM: Final = (170.0, 186.0)
_DISTRICT_MM: Final = (112.0, 104.0)


def maps_chapter(evidence: Evidence) -> list[Block]:
    """The chapter; without demand there is nothing to draw."""
    drawn = _ground(evidence)
    if not drawn.parts:
        return [Paragraph("没有可以画的范围。")]
    table = evidence.coverage.table
    labels = {
        each.adcode: share(each.covered, each.weight).text
        for each in table.districts
        if each.weight
    }
    blocks: list[Block] = [
        Paragraph(
            f"地图只评估{ground_word(evidence)}；其余地方没有评估，不是没有服务。"
            + (
                "缺口用斜线，复印后也看得清；"
                if Amounts(evidence.assessment.demand).is_area
                else "没有覆盖的点用叉，复印后也看得清；"
            )
            + "号码是缺口的排位，挤不下的没有标。"
        )
    ]
    overview = city_map(drawn, labels, *_CITY_MM)
    if overview is not None:
        blocks.append(
            Drawing(
                "city",
                overview.svg(),
                overview.width_mm,
                overview.height_mm,
                f"{evidence.city}各区县{ground_word(evidence)}的覆盖："
                + "，".join(
                    f"{each.name} {labels[each.adcode]}"
                    for each in table.districts
                    if each.adcode in labels
                ),
                f"{evidence.city}总图：{standard_name(evidence.assessment.measure)}覆盖。{drawn.credits}",
            )
        )
    blocks.append(Plates(tuple(_plate(evidence, drawn, part) for part in drawn.parts)))
    return blocks


def _ground(evidence: Evidence) -> Ground:
    kinds = [
        (kind.key, kind.name)
        for kind in evidence.vocabulary.kinds
        if any(place.kind == kind.key for place in evidence.assessment.places)
    ]
    return ground(
        evidence.assessment,
        evidence.ground,
        region=evidence.region,
        kinds=kinds,
        gaps=[(gap.rank, gap.lat, gap.lon) for gap in evidence.gaps],
        credits=_credits(evidence),
    )


def _credits(evidence: Evidence) -> str:
    """Whose data the map shows, and in which datum."""
    streets = evidence.coverage.streets
    parts = [
        *(evidence.region.credits if evidence.region else ()),
        *([f"街道：{streets.source}"] if streets else []),
    ]
    credit = f"© {'；'.join(parts)}。" if parts else ""
    review = f"审图号：{evidence.map_review_number}。" if evidence.map_review_number else ""
    return f"{credit}{review}坐标系 WGS-84，等面积投影。"


def _plate(evidence: Evidence, drawn: Ground, part: Part) -> Plate:
    index = [adcode for adcode, _ in evidence.assessment.demand.districts].index(part.adcode)
    own, amounts = evidence.coverage.table.districts[index], Amounts(evidence.assessment.demand)
    gaps = [gap for gap in evidence.gaps if gap.adcode == part.adcode]
    paper = district_map(drawn, part, *_DISTRICT_MM)
    week = evidence.week
    facts: list[tuple[str, Cell]] = [
        (f"{standard_name(evidence.assessment.measure)}覆盖", share(own.covered, own.weight)),
        *(
            (standard.label, share(table.districts[index].covered, own.weight))
            for standard, table in evidence.coverage.beside
        ),
        (amounts.title, amounts.number(own.weight)),
        ("没有覆盖", amounts.number(own.weight - own.covered)),
        ("缺口（处）", Number(len(gaps), COUNT)),
        *(
            (f"{hour_name(hour)}（下限）", share(int(week.low[index, hour]), own.weight))
            for hour in CALLED_OUT
        ),
    ]
    return Plate(
        part.name,
        Drawing(
            f"district-{part.adcode}",
            paper.svg(),
            paper.width_mm,
            paper.height_mm,
            f"{part.name}：覆盖 {share(own.covered, own.weight).text}，缺口 {len(gaps)} 处",
        ),
        tuple(facts),
    )
