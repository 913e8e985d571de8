"""The pages that people read: the finder, the map, a place, a district, about."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup

from services import workflows
from services.errors import NotFound
from services.limits import CLOSING_SOON_MINUTES
from services.locator import Locator
from services.places import Place
from services.travel.modes import DETOUR_FACTOR, MODES
from services.web import words
from services.web.assets import Assets
from services.web.cards import amenities_marked, card, card_now, eight_days, full_card
from services.web.frames import around, frame

FIRST_LIST = 12
QUICK_AMENITIES = ("water", "meal_heating", "charging", "toilet")
PLACE_ZOOM = 16


def shared_context(locator: Locator, assets: Assets) -> dict[str, Any]:
    """What every template may use."""
    return {
        "region": locator.region,
        "sample": locator.snapshot().sample,
        "asset": assets.url,
        "request_path": request.path,
        "kind_symbols": _symbols(assets),
    }


def _symbols(assets: Assets) -> Markup:
    sprite = assets.files["icons/kinds.svg"].body.decode()
    return Markup(sprite)  # noqa: S704  a file of ours, no data


def first_list(
    locator: Locator, *, kinds: Sequence[str] = (), district: str = ""
) -> dict[str, Any]:
    """The list that the server draws before the browser has one: from the city's centre."""
    now, center = locator.now(), locator.region.center
    found = workflows.around(locator, center, kinds=kinds, district=district, limit=FIRST_LIST)
    none = "没有找到" if locator.snapshot().located else "还没有可以找的地方"
    return {
        "places": [card(locator, each.place, each.opening, now) for each in found],
        "counts": {"line": f"{len(found)} 处" if found else none},
        "first_list_note": "还不知道你在哪里,先从市中心排起",
    }


def finder_context(locator: Locator, initial: dict[str, Any]) -> dict[str, Any]:
    """The finder's choices and the constants that its script starts from."""
    region, vocabulary = locator.region, locator.vocabulary
    return {
        "kinds": vocabulary.kinds,
        "amenities": vocabulary.amenities,
        "quick_amenities": QUICK_AMENITIES,
        "modes": tuple(MODES.values()),
        "districts": district_links(locator),
        "config": {
            "places_url": "/api/v1/places.json",
            "basemap_url": "/api/v1/basemap.json",
            "region_name": region.name,
            "center": [region.center.lat, region.center.lon],
            "detour_factor": DETOUR_FACTOR,
            "closing_soon_minutes": CLOSING_SOON_MINUTES,
            "modes": [
                {
                    "key": mode.key,
                    "name": mode.name,
                    "verb": mode.verb,
                    "speed_kmh": mode.speed_kmh,
                    "overhead_s": mode.overhead_s,
                }
                for mode in MODES.values()
            ],
            "kinds": [kind.style for kind in vocabulary.kinds],
            "amenities": [{"key": a.key, "name": a.name} for a in vocabulary.amenities],
            "initial": initial,
        },
    }


def district_links(locator: Locator) -> list[dict[str, str]]:
    """All districts with the address of their list."""
    return [
        {"adcode": d.adcode, "name": d.name, "url": f"/d/{d.adcode}"}
        for d in locator.region.districts
    ]


def blueprint(locator: Locator, assets: Assets) -> Blueprint:
    """The routes of the pages."""
    routes = Blueprint("pages", __name__)
    routes.app_context_processor(lambda: shared_context(locator, assets))

    @routes.get("/")
    def finder() -> str:
        return render_template(
            "finder.html",
            map=frame(locator, assets, label="服务点地图", card=False),
            **first_list(locator),
            **finder_context(locator, {"kinds": [], "district": "", "center": None}),
        )

    @routes.get("/map")
    def full_map() -> str:
        layers = ("base", "coverage", "districts", "places")
        return render_template(
            "map.html",
            sample=False,  # the page holds no data; its script shows the word when the data has it
            map=frame(
                locator,
                assets,
                label="完整地图",
                layers=layers,
                bounds=locator.region.districts.bounds,
            ),
            **finder_context(locator, {"kinds": [], "district": "", "center": None}),
        )

    @routes.get("/p/<place_id>")
    def place(place_id: str) -> str:
        found = locator.snapshot().by_id.get(place_id)
        if found is None:
            raise NotFound("没有这个服务点,或者它已经撤下。")
        now = locator.now()
        point = found.point if found.is_located else None
        view = {
            "map": frame(
                locator, assets, label="这一处的位置", gestures="embed", card=False,
                **around(point, PLACE_ZOOM),
            )
        }  # fmt: skip
        return render_template(
            "place.html",
            place=full_card(locator, found, now),
            amenities_marked=amenities_marked(locator, found),
            schedule=eight_days(locator, found, now.date()),
            config=finder_context(locator, {})["config"],
            **(view if point else {"map": None}),
        )

    @routes.get("/d/<adcode>")
    def district(adcode: str) -> str:
        if adcode not in locator.region.districts:
            raise NotFound("没有这个区县。")
        now = locator.now()
        inside = [p for p in locator.snapshot().places if p.district == adcode]
        return render_template(
            "district.html",
            district=locator.region.districts.by_adcode(adcode),
            districts=district_links(locator),
            total=len(inside),
            now_line=f"{now.hour}:{now.minute:02d}",
            groups=_groups(locator, inside, now),
            coverage=_district_coverage(locator, adcode, now),
        )

    @routes.get("/about")
    def about() -> str:
        now = locator.now()
        counts = workflows.registered(locator)
        return render_template(
            "about.html",
            completeness=[
                {
                    "name": kind.name,
                    "registered": counts.get(kind.key, 0),
                    "published": locator.region.published_figures.get(kind.key),
                }
                for kind in locator.vocabulary.kinds
            ],
            data={"revision": locator.snapshot().revision, "date": f"{now:%Y-%m-%d}"},
            modes=tuple(MODES.values()),
            method={"detour_factor": DETOUR_FACTOR, "closing_soon_minutes": CLOSING_SOON_MINUTES},
            coverage=_coverage_table(locator, now),
        )

    return routes


def _groups(locator: Locator, places: list[Place], now: datetime) -> list[dict[str, Any]]:
    groups = []
    for kind in locator.vocabulary.kinds:
        members = sorted((p for p in places if p.kind == kind.key), key=lambda p: (p.name, p.id))
        if members:
            groups.append({"kind": kind, "places": [card_now(locator, p, now) for p in members]})
    return groups


def _coverage_table(locator: Locator, now: datetime) -> dict[str, Any]:
    found = workflows.coverage(workflows.study_for_page(locator, workflows.Question()))
    return {
        "caption": workflows.coverage_caption(found),
        "headings": found.headings,
        "rows": [
            {"name": name, "shares": [words.percent(share) for share in shares]}
            for name, shares in found.rows
        ],
        "notes": found.notes,
        "counted": found.counted,
        "left_out": "、".join(
            f"{workflows.UNCOUNTED_WORDS[reason]} {count} 处"
            for reason, count in found.left_out.items()
            if count
        )
        or "无",
        "sample_areas": any(area.sample for area in locator.region.urban_areas),
    }


def _district_coverage(locator: Locator, adcode: str, now: datetime) -> dict[str, str] | None:
    found = workflows.coverage(workflows.study_for_page(locator, workflows.Question()))
    row = next((row for row in found.table.districts if row.adcode == adcode), None)
    if row is None or row.share is None:
        return None
    return {
        "share_text": words.percent(row.share),
        "label": "的主城区面积在 10 分钟步行圈内",
        "caption": workflows.coverage_caption(found),
    }
