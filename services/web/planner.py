"""``/coverage``: the planner's page. Every figure on it is written here first; scripts renew them.

The map's frame stays constant and the scripts fetch what they need: no row reaches a script.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from apiflask import APIBlueprint
from flask import render_template, request
from pydantic import ConfigDict

from services import workflows
from services.limits import MINUTES_MAX, MINUTES_MIN, SITES_MAX
from services.locator import Locator
from services.travel.modes import MODES
from services.web import words
from services.web.assets import Assets
from services.web.frames import around, frame
from services.web.planning_params import MomentQuery
from services.web.view import in_chinese

FIRST_GAPS: Final = 20
MAP_ZOOM: Final = 12
SPACINGS: Final = (25, 50, 100, 200, 500)
METHODS: Final = (("straight", "直线"), ("streets", "沿街道"))
HOURS: Final = 168
RULES: Final[Mapping[str, str]] = {
    "kind": "其他类别的地点",
    "status": "没有发布的",
    "location": "位置没有定下来的",
    "precision": "位置只到村、镇的",
    "stale": "太久没有核实的",
}
"""Whom each counting rule keeps out."""


class PageQuery(MomentQuery):
    """The standard in the page's address. Unknown parameters are ignored: links live long."""

    model_config = ConfigDict(extra="ignore", frozen=True)


def blueprint(locator: Locator, assets: Assets) -> APIBlueprint:
    """The route of the page."""
    routes = APIBlueprint("planner", __name__, enable_openapi=False)
    routes.before_request(in_chinese)

    @routes.get("/coverage")
    def coverage() -> str:
        query = PageQuery.model_validate(_given())
        study = workflows.study_for_page(locator, query.question)
        at = query.at and workflows.local_time(locator, query.at)
        alike = workflows.coverage(study)
        figures = alike.to_json()
        standard = {
            "minutes": query.minutes,
            "mode": query.mode,
            "method": figures["method"],
            "spacing_m": query.spacing_m,
            "count_also": sorted(query.question.count_also),
        }
        return render_template(
            "coverage.html",
            map=frame(
                locator,
                assets,
                label="覆盖地图",
                layers=("base", "planner"),
                **around(locator.region.center, MAP_ZOOM),
            ),
            planner={
                "caption": workflows.coverage_caption(alike),
                "at": f"{at:%Y-%m-%dT%H:%M}" if at else "",
                "query": f"?{urlencode(_written(standard))}",
                "sample_areas": any(area.sample for area in locator.region.urban_areas),
                **_figures(figures),
                **_moment(workflows.coverage(study, at).to_json() if at else figures, figures, at),
                **_assumptions(workflows.sensitivity_json(study), figures, query.count_also),
                "week": _week(workflows.week_json(study)),
                "gaps": _gaps(workflows.gaps_json(study), figures["demand"]["unit"]),
            },
            standard=standard,
            modes=tuple(MODES.values()),
            methods=METHODS if locator.settings.streets else METHODS[:1],
            spacings=sorted({*SPACINGS, query.spacing_m}),
            limits={
                "minutes_min": MINUTES_MIN,
                "minutes_max": MINUTES_MAX,
                "sites_max": SITES_MAX,
            },
            config={
                "region": locator.region.name,
                "at": f"{at:%Y-%m-%dT%H:%M}" if at else None,
                "center": [locator.region.center.lat, locator.region.center.lon],
                "modes": {mode.key: mode.name for mode in MODES.values()},
                "reasons": dict(workflows.UNCOUNTED_WORDS),
            },
        )

    return routes


def _given() -> dict[str, str]:
    """The query as the API writes it: several boxes of one name are one list, empty is absent."""
    joined = {name: ",".join(filter(None, values)) for name, values in request.args.lists()}
    return {name: text for name, text in joined.items() if text}


def _written(standard: Mapping[str, Any]) -> dict[str, Any]:
    also = ",".join(standard["count_also"])
    return {name: value for name, value in {**standard, "count_also": also}.items() if value}


def _figures(found: Mapping[str, Any]) -> dict[str, Any]:
    """Method, parameters and data in words, and the shares that do not hang on the hour."""
    demand, total = found["demand"], found["total"]
    unit, weight = demand["unit"], total["weight"]
    mode = MODES[found["mode"]]
    metres = f"{found['limit_m']:.0f} 米"
    left_out = [
        f"{workflows.UNCOUNTED_WORDS[reason]} {count} 处"
        for reason, count in found["data"]["left_out"].items()
        if count
    ]
    grid = (
        f";每 {demand['spacing_m']:g} 米一格,共 {demand['points']:,} 格"
        if demand["spacing_m"]
        else ""
    )
    return {
        "data": found["data"],
        "notes": found["notes"],
        "standards": found["standards"],
        "division": f"{amount(total['covered'], unit)} ÷ {amount(weight, unit)}"
        f" = {words.percent(total['share'])}",
        "method": (
            f"沿街道路网走 {metres}以内。"
            if found["method"] == "streets"
            else f"直线距离 {metres}以内:能走的路程再除以绕路系数"
            f" {found['detour_factor']:g}(路比直线长的倍数)。"
        ),
        "parameters": f"{mode.name} {found['minutes']:g} 分钟,每小时 {found['speed_kmh']:g} 公里"
        f"{grid}。",
        "left_out": "、".join(left_out) + "。" if left_out else "没有。",
        "streets": street_words(found["streets"], unit) if found["streets"] else "",
        "band_ends": (
            "走得慢时取前一个数,走得快时取后一个。"
            if found["method"] == "streets"
            else "走得慢、路又绕时取前一个数,走得快、路又直时取后一个。"
        ),
        "overlap": [
            words.percent(found["overlap"][k] / weight if weight else None) for k in ("2", "3")
        ],
    }


def _moment(found: Mapping[str, Any], alike: Mapping[str, Any], at: Any) -> dict[str, Any]:
    """Headline and table: at an hour, or with every hour alike."""
    total = found["total"]
    hour = f"周{words.WEEKDAYS[at.weekday()]} {at.hour}:{at.minute:02d}" if at else ""
    if at:
        headings = ["不分时间", hour, "未知的都开着"]
    else:
        headings = [f"{found['minutes']:g} 分钟", *(one["label"] for one in found["standards"])]

    def texts(index: int | None) -> list[str]:
        def part(table: Mapping[str, Any]) -> Mapping[str, Any]:
            row = table["total"] if index is None else table["districts"][index]
            return row  # type: ignore[no-any-return]

        if at:
            own = part(found)
            shares = [part(alike)["share"], own["share"], own["share_high"]]
        else:
            shares = [part(table)["share"] for table in (found, *found["standards"])]
        return [words.percent(share) for share in shares]

    high = words.percent(total["share_high"]) if at else ""
    return {
        "hour": hour,
        "total": words.percent(total["share"]),
        "high": "" if high == words.percent(total["share"]) else high,
        "table": {
            "headings": headings,
            "rows": [
                {"adcode": row["adcode"], "name": row["name"], "texts": texts(index)}
                for index, row in enumerate(found["districts"])
            ],
            "total": {"name": "合计", "texts": texts(None)},
        },
    }


def _assumptions(
    answer: Mapping[str, Any], figures: Mapping[str, Any], count_also: Sequence[str]
) -> dict[str, Any]:
    """The band of the headline, each counting rule as a switch, and the other assumptions."""
    base = answer["base"]["total"]["share"]
    rows = {row["key"]: row for row in answer["variations"]}

    def difference(row: Mapping[str, Any]) -> str:
        return f"{points(base, row['share'])}({words.percent(row['share'])})"

    low, high = answer["band"]["low"], answer["band"]["high"]
    left_out = figures["data"]["left_out"]
    return {
        "band": (
            f"慢 {100 * low['covered'] // low['weight']:.0f}"
            f"–快 {100 * high['covered'] // high['weight']:.0f}"
            if low["weight"]
            else ""
        ),
        "rules": [
            {
                "key": key,
                "whom": whom,
                "off": key in count_also,
                "left_out": f"{left_out[key]} 处" if left_out.get(key) else "",
                "difference": difference(rows[key]),
            }
            for key, whom in RULES.items()
            if key in rows
        ],
        "assumptions": [
            {"key": key, "label": row["label"], "difference": difference(row)}
            for key, row in rows.items()
            if key not in RULES
        ],
    }


def _week(answer: Mapping[str, Any]) -> dict[str, Any] | None:
    """The strip as paths, and its best and worst hours; None where there is nothing to cover."""
    weight = answer["weight"]
    if not weight:
        return None
    low = [band["low"] / weight for band in answer["total"]]
    high = [band["high"] / weight for band in answer["total"]]

    def end(hour: int) -> dict[str, Any]:
        day, clock = divmod(hour, 24)
        return {
            "number": hour,
            "hour": f"周{words.WEEKDAYS[day]} {clock}:00",
            "share": words.percent(low[hour]),
        }

    return {
        "monday": answer["monday"],
        "notes": "".join(answer["notes"]),
        "low_path": bars_path(low),
        "high_path": bars_path(high),
        "worst": end(low.index(min(low))),
        "best": end(low.index(max(low))),
        "days": [f"周{day}" for day in words.WEEKDAYS],
    }


def bars_path(shares: Sequence[float]) -> str:
    """Bars on a field of 168 x 100 as an SVG path, one an hour; planner-words.js draws the same."""
    heights = [math.floor(1000 * share + 0.5) / 10 for share in shares]
    return "".join(
        f"M{hour + 0.08:g} 100v-{height:g}h.84v{height:g}z"
        for hour, height in enumerate(heights)
        if height
    )


def _gaps(answer: Mapping[str, Any], unit: str) -> dict[str, Any]:
    count = answer["count"]
    return {
        "count": count,
        "summary": (
            f"{count} 处,合计 {amount(answer['weight'], unit)},大的在前。"
            if count
            else "没有缺口。"
        ),
        "first": [
            {"rank": gap["rank"], "words": gap_words(gap, unit)}
            for gap in answer["gaps"][:FIRST_GAPS]
        ],
    }


def gap_words(gap: Mapping[str, Any], unit: str) -> str:
    """Where a gap is, how large, and what is nearest to it."""
    name, metres, seconds = gap["nearest_place_name"], gap["nearest_place_m"], gap["travel_s"]
    size = f"{gap['where']},{amount(gap['weight'], unit)}。"
    if name is None or metres is None:
        return f"{size}没有可去的服务点。"
    time = "" if seconds is None else f",要 {max(1, math.ceil(seconds / 60))} 分钟"
    return f"{size}最近的是 {name},{distance(metres)}{time}。"


def street_words(streets: Mapping[str, Any], unit: str) -> str:
    """What a figure by streets says of its streets."""
    detour, far = streets["detour_measured"], streets["snapped_far"]
    measured = "" if detour is None else f"路比直线长 {detour:.2f} 倍(量出来的中位数)。"
    beyond = amount(streets["inside_circle_outside_streets"], unit)
    return (
        f"{streets['source']},{streets['date']}。{measured}"
        f"直线够得到、沿街道到不了的(比如隔着没有桥的河):{beyond}。"
        f"离街道 300 米以上的:{far['points']} 格、{far['places']} 处服务点。"
    )


def distance(metres: float) -> str:
    """412 米, 1.3 公里, 120 公里."""
    if metres < 1000:
        return f"{math.floor(metres + 0.5)} 米"
    return f"{metres / 1000:.{1 if metres < 99_950 else 0}f} 公里"


def amount(weight: float, unit: str) -> str:
    """A weight of the demand: an area in words, or the number that a file gave."""
    if unit != "m2":
        return f"{weight:,.1f}".removesuffix(".0")
    if abs(weight) < 100_000:
        return f"{weight:,} 平方米"
    return f"{weight / 1e6:.2f} 平方公里"


def points(before: float | None, after: float | None) -> str:
    """In percentage points with its sign; too small to print is not printed as none."""
    if before is None or after is None:
        return "–"
    difference = 100 * (after - before)
    if difference == 0:
        return "±0"
    sign = "+" if difference > 0 else "−"
    size = abs(difference)
    return f"{sign}0.0…" if size < 0.05 else f"{sign}{size:.1f}"
