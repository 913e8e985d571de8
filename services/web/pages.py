"""The pages that people read: the finder, the map, a place, a district, about."""

from __future__ import annotations

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
from services.web import linked_data, seo, words
from services.web.assets import Assets
from services.web.cards import (
    amenities_marked,
    card,
    card_now,
    eight_days,
    full_card,
    hours_facts,
)
from services.web.choice import EVERYTHING, Choice, given, known_choice
from services.web.frames import around, frame
from services.web.language import FOR_TEMPLATES, district_name, named, plural, region_name, style
from services.web.language import gettext as _
from services.web.security import nonce
from services.web.view import here, link, view

FIRST_LIST = 12
QUICK_AMENITIES = ("water", "meal_heating", "charging", "toilet")
NEAR_MINUTES = 10
"""Farther than this is not near: the finder says so above the list."""


def shared_context(locator: Locator, assets: Assets) -> dict[str, Any]:
    """What every template may use."""
    return {
        **FOR_TEMPLATES,
        "region": locator.region,
        "sample": locator.snapshot().sample,
        "asset": assets.url,
        "view": view(),
        "nonce": nonce,
        "link": link,
        "here": here,
        "data_lang": Markup(' lang="zh-CN"') if view().lang == "en" else "",
        "request_path": request.path,
        "kind_symbols": _symbols(assets),
    }


def _symbols(assets: Assets) -> Markup:
    sprite = assets.files["icons/kinds.svg"].body.decode()
    return Markup(sprite)  # noqa: S704  a file of ours, no data


def first_list(locator: Locator, choice: Choice) -> dict[str, Any]:
    """The list that the server draws before the browser has one: from the city's centre, or from
    the place that the address shows.
    """
    now = locator.now()
    found = workflows.around(
        locator,
        choice.point or locator.region.center,
        kinds=choice.kind,
        district=choice.district,
        amenities=choice.amenity,
        open_only=choice.open_now,
        limit=FIRST_LIST,
    )
    none = _("没有找到") if locator.snapshot().located else _("还没有可以找的地方")
    return {
        "places": [card(locator, each.place, each.opening, now) for each in found],
        "counts": {"line": plural("%(num)s 处", len(found)) if found else none},
        "first_list_note": _("还不知道你在哪里,先从市中心排起"),
    }


def finder_context(locator: Locator, choice: Choice = EVERYTHING) -> dict[str, Any]:
    """The finder's choices and the constants that its script starts from."""
    region, vocabulary = locator.region, locator.vocabulary
    return {
        "kinds": vocabulary.kinds,
        "amenities": vocabulary.amenities,
        "quick_amenities": QUICK_AMENITIES,
        "modes": modes_named(),
        "districts": district_links(locator),
        "config": {
            "places_url": "/api/v1/places.json",
            "basemap_url": "/api/v1/basemap.json",
            "search_words_url": "/api/v1/pinyin.json",
            "region_name": region_name(region),
            "center": [region.center.lat, region.center.lon],
            "detour_factor": DETOUR_FACTOR,
            "closing_soon_minutes": CLOSING_SOON_MINUTES,
            "near_minutes": NEAR_MINUTES,
            "modes": modes_named(),
            "kinds": [{**style(kind), "mode": kind.mode} for kind in vocabulary.kinds],
            "amenities": [{"key": a.key, "name": named(a)} for a in vocabulary.amenities],
            "initial": choice.initial,
        },
    }


def modes_named() -> list[dict[str, Any]]:
    """The travel modes with their names in the page's language."""
    return [
        {
            "key": mode.key,
            "name": str(words.MODE_NAMES[mode.key]),
            "verb": str(words.MODE_VERBS[mode.key]),
            "speed_kmh": mode.speed_kmh,
            "overhead_s": mode.overhead_s,
        }
        for mode in MODES.values()
    ]


def district_links(locator: Locator) -> list[dict[str, str]]:
    """All districts with the address of their list."""
    return [
        {
            "adcode": d.adcode,
            "name": district_name(locator.region, d.adcode),
            "url": link(f"/d/{d.adcode}"),
        }
        for d in locator.region.districts
    ]


def blueprint(locator: Locator, assets: Assets) -> Blueprint:
    """The routes of the pages."""
    routes = Blueprint("pages", __name__)
    routes.app_context_processor(lambda: shared_context(locator, assets))

    @routes.get("/")
    def finder() -> str:
        choice = known_choice(locator, given())
        return render_template(
            "finder.html",
            meta=seo.of_finder(locator, linked_data.of_site(locator)),
            map=frame(
                locator,
                assets,
                label=_("服务点地图"),
                card=False,
                **around(choice.point, choice.zoom),
            ),
            **first_list(locator, choice),
            **finder_context(locator, choice),
        )

    @routes.get("/map")
    def full_map() -> str:
        layers = ("base", "coverage", "districts", "places")
        return render_template(
            "map.html",
            meta=seo.of_map(locator),
            sample=False,  # the page holds no data; its script shows the word when the data has it
            map=frame(
                locator,
                assets,
                label=_("完整地图"),
                layers=layers,
                bounds=locator.region.districts.bounds,
            ),
            **finder_context(locator),
        )

    @routes.get("/p/<place_id>")
    def place(place_id: str) -> str:
        found = locator.snapshot().by_id.get(place_id)
        if found is None:
            raise NotFound(_("没有这个服务点,或者它已经撤下。"))
        now = locator.now()
        point, facts = found.point if found.is_located else None, full_card(locator, found, now)
        return render_template(
            "place.html",
            meta=seo.of_place(locator, found, linked_data.of_place(locator, found)),
            place=facts,
            amenities=amenities_marked(locator, found),
            schedule=eight_days(locator, found, now.date()),
            hours=hours_facts(locator, found, now),
            map=point
            and frame(
                locator, assets, label=_("这一处的位置"), gestures="embed", card=False,
                **around(point, facts["zoom"]),
            ),
        )  # fmt: skip

    @routes.get("/d/<adcode>")
    def district(adcode: str) -> str:
        if adcode not in locator.region.districts:
            raise NotFound(_("没有这个区县。"))
        now = locator.now()
        inside = [p for p in locator.snapshot().places if p.district == adcode]
        groups = _groups(locator, inside, now)
        listed = [(place["id"], place["name"]) for group in groups for place in group["places"]]
        return render_template(
            "district.html",
            meta=seo.of_district(
                locator,
                adcode,
                len(listed),
                [named(group["kind"]) for group in groups],
                linked_data.of_list(district_name(locator.region, adcode), listed),
            ),
            district=locator.region.districts.by_adcode(adcode),
            districts=district_links(locator),
            total=len(inside),
            now_line=f"{now.hour}:{now.minute:02d}",
            groups=groups,
            coverage=_district_coverage(locator, adcode, now),
        )

    @routes.get("/about")
    def about() -> str:
        now = locator.now()
        counts = workflows.registered(locator)
        return render_template(
            "about.html",
            meta=seo.of_about(locator),
            completeness=[
                {
                    "name": named(kind),
                    "registered": counts.get(kind.key, 0),
                    "published": locator.region.published_figures.get(kind.key),
                }
                for kind in locator.vocabulary.kinds
            ],
            data={"revision": locator.snapshot().revision, "date": f"{now:%Y-%m-%d}"},
            modes=modes_named(),
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
    adcodes = [*(row.adcode for row in found.table.districts), ""]  # the last row is the total
    return {
        "caption": words.coverage_caption(found),
        "headings": words.coverage_headings(found),
        "rows": [
            {
                "name": district_name(locator.region, adcode) or _("合计"),
                "shares": [words.percent(share) for share in shares],
            }
            for adcode, (_name, shares) in zip(adcodes, found.rows, strict=True)
        ],
        "notes": found.notes,
        "counted": found.counted,
        "left_out": _("、").join(
            _("%(why)s %(n)s 处", why=words.UNCOUNTED_WORDS[reason], n=count)
            for reason, count in found.left_out.items()
            if count
        )
        or _("无"),
        "sample_areas": any(area.sample for area in locator.region.urban_areas),
    }


def _district_coverage(locator: Locator, adcode: str, now: datetime) -> dict[str, str] | None:
    found = workflows.coverage(workflows.study_for_page(locator, workflows.Question()))
    row = next((row for row in found.table.districts if row.adcode == adcode), None)
    if row is None or row.share is None:
        return None
    return {
        "share_text": words.percent(row.share),
        "label": _("的主城区面积在 10 分钟步行圈内"),
        "caption": words.coverage_caption(found),
    }
