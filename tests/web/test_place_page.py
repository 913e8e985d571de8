"""A place's page as the server writes it: what it says, in which order, where its links lead."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from datetime import date, datetime
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from services.geo.point import Point
from services.hours import opening_on_arrival
from services.locator import Locator
from services.places import (
    Access,
    LocationSource,
    LocationState,
    Place,
    PlaceDraft,
    Precision,
)
from services.registry.store import PlaceRegistry
from services.settings import ROOT
from services.web.navigation import handoff

NODE = shutil.which("node") or shutil.which(str(ROOT / ".venv" / "bin" / "node"))
DOOR = Point(33.390123, 120.140456)


def located(**values: Any) -> PlaceDraft:
    """A station at ``DOOR``."""
    return PlaceDraft(
        **{
            "kind": "station",
            "name": "门口的驿站",
            "address": "建军中路 68 号",
            "district": "320902",
            "point": DOOR,
            "location_source": LocationSource.SURVEYED,
            "location_precision": Precision.DOOR,
            "location_state": LocationState.CONFIRMED,
            "source": "test",
            "source_id": "1",
            **values,
        }
    )


def registered(app: APIFlask, draft: PlaceDraft) -> str:
    """The id of a place that was just registered."""
    with app.extensions["locator"].database.writing() as session:
        return str(PlaceRegistry(session).apply(creates=[draft], actor="test").ids[0])


def shown(app: APIFlask, draft: PlaceDraft, query: str = "") -> str:
    """Its page."""
    answer = app.test_client().get(f"/p/{registered(app, draft)}{query}")
    assert answer.status_code == 200
    return answer.text


def at(app: APIFlask, moment: str) -> datetime:
    """Stop the application's clock."""
    locator: Locator = app.extensions["locator"]
    now = datetime.fromisoformat(moment).replace(tzinfo=locator.region.tz)
    locator.clock = lambda: now
    return now


def text_of(page: str) -> str:
    """The words of the page's main part, one space between."""
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", main)).split())


def rows(page: str) -> list[tuple[str, str]]:
    """The schedule's days and hours."""
    table = page[page.index("<tbody>") : page.index("</tbody>")]
    found = re.findall(r"<tr.*?<th[^>]*>(.*?)</th><td>(.*?)</td>", table, re.S)
    return [(text_of(f"<main>{day}</main>"), re.sub(r"<[^>]+>", "", hours)) for day, hours in found]


# --- the order of the questions ----------------------------------------------------------------


def test_open_then_the_way_then_inside_then_hours_then_who(app: APIFlask) -> None:
    at(app, "2026-11-25T10:20")
    page = shown(
        app,
        located(
            opening_hours="Mo-Fr 08:30-12:00,14:00-17:30",
            opening_hours_raw="周一至周五 8:30-12:00,14:00-17:30",
            amenities={"water": True, "charging": True, "shower": False},
            phone="0515-8888 1234",
            host="建军路支行",
            access=Access.STAFFED,
            capacity=12,
            awards=("2022 年最美户外劳动者服务站点",),
            listed_on=("高德", "百度"),
            other_names=("爱心驿站",),
            verified_on=date(2026, 11, 13),
        ),
    )
    text = text_of(page)
    order = [
        *("门口的驿站", "爱心驿站", "营业中", "到今天 12:00", "12 天前核实"),
        *("导航过去", "建军中路 68 号", "用别的地图导航"),
        *("里面有什么", "✓ 饮水", "✓ 充电", "✕ 没有 淋浴", "? 没登记"),
        *("八天的开门时间", "今天 11月25日", "8:30–12:00", "14:00–17:30"),
        *("谁在管", "0515-8888 1234", "12351", "建军路支行", "有人值守", "12 人"),
        *("高德、百度里搜得到", "2022 年最美户外劳动者服务站点", "在地图上", "二维码"),
    ]
    positions = [text.index(words) for words in order]
    assert positions == sorted(positions), list(zip(order, positions, strict=True))
    for number in ("051588881234", "12351"):
        assert f'href="tel:{number}"' in page
    assert "示例数据" not in text  # this one is not of the sample


def test_what_nobody_recorded_is_not_a_no(app: APIFlask) -> None:
    text = text_of(shown(app, located(amenities={"water": True})))
    assert "✕" not in text
    unknown = text[text.index("? 没登记") : text.index("八天的开门时间")]
    names = [a.name for a in app.extensions["locator"].vocabulary.amenities]
    assert [name for name in names if name in unknown] == names[1:]


def test_unknown_hours_say_so_and_show_what_was_written(app: APIFlask) -> None:
    text = text_of(shown(app, located(opening_hours_raw="随网点营业时间")))
    assert "? 时间未知 没登记营业时间" in text
    assert "登记表上写的是:“ 随网点营业时间 ”" in text


@pytest.mark.parametrize(
    ("verified", "line", "warning"),
    [
        (date(2026, 11, 25), "今天核实", None),
        (date(2026, 6, 1), "177 天前核实", None),
        (date(2026, 5, 1), "208 天前核实", "很久没核实了,去之前最好先打电话。"),
        (None, "没有核实记录", "还没有人核实过,去之前最好先打电话。"),
    ],
)
def test_how_fresh_it_is_stands_beside_the_state(
    app: APIFlask, verified: date | None, line: str, warning: str | None
) -> None:
    at(app, "2026-11-25T10:20")
    text = text_of(shown(app, located(verified_on=verified)))
    assert line in text
    assert ("去之前最好先打电话" in text) == (warning is not None)
    assert warning is None or warning in text


def test_a_place_without_a_point_offers_the_phone_and_no_way(app: APIFlask) -> None:
    nowhere = located(
        point=None, location_source=None, location_precision=None,
        location_state=LocationState.FAILED, phone="0515-1",
    )  # fmt: skip
    page = shown(app, nowhere)
    assert "还没有位置,不能导航" in text_of(page)
    assert "data-navigate" not in page
    assert "geo:" not in page
    assert 'id="map"' not in page
    assert re.search(r'class="primary" href="tel:05151"', page)


def test_with_neither_point_nor_phone_the_unions_line_is_offered(app: APIFlask) -> None:
    page = shown(app, located(point=None, location_state=LocationState.PENDING))
    assert re.search(r'class="primary" href="tel:12351".*打工会热线 12351', page, re.S)


def test_a_coarse_point_is_told_and_not_looked_at_from_near(app: APIFlask) -> None:
    page = shown(app, located(location_precision=Precision.TOWNSHIP))
    assert "位置只到乡镇、街道,请先打电话问清楚再去。" in text_of(page)
    assert int(re.findall(r'data-zoom="(\d+)"', page)[0]) <= 13


# --- hours -------------------------------------------------------------------------------------


def test_a_night_stands_in_the_row_of_its_evening(app: APIFlask) -> None:
    at(app, "2026-11-25T10:20")
    found = rows(shown(app, located(opening_hours="22:00-06:00")))
    assert found[0] == ("今天 11月25日", "0:00–6:00、22:00–次日 6:00")
    assert found[1] == ("明天 11月26日", "22:00–次日 6:00")
    assert found[7] == ("周三 12月2日", "22:00–次日 6:00")
    assert len(found) == 8


def test_a_holiday_and_a_make_up_day_carry_their_word(app: APIFlask) -> None:
    """2025, as the State Council announced it: holidays from 1 to 8 October, and on Sunday
    28 September one works as on a weekday.
    """
    at(app, "2025-09-27T09:00")
    found = rows(shown(app, located(opening_hours="Mo-Fr 09:00-17:00; PH closed")))
    assert [day for day, _ in found] == [
        *("今天 9月27日", "明天 9月28日 调休上班", "周一 9月29日", "周二 9月30日"),
        *("周三 10月1日 节假日", "周四 10月2日 节假日", "周五 10月3日 节假日"),
        "周六 10月4日 节假日",
    ]
    assert [hours for _, hours in found] == [
        *("不开", "9:00–17:00", "9:00–17:00", "9:00–17:00", "不开", "不开", "不开", "不开"),
    ]


def test_only_today_is_marked(app: APIFlask) -> None:
    page = shown(app, located(opening_hours="24/7"))
    assert page.count('aria-current="date"') == 1
    assert rows(page)[0][1] == "24 小时"


SCRIPT = """
import { openingOnArrival } from "./static/js/find.js";
import { readFileSync } from "node:fs";
const cases = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(cases.map(({ facts, now }) => {
  const minute = (Date.parse(now) - Date.parse(facts.midnight)) / 60000;
  return openingOnArrival(facts.intervals, minute, 0, facts.closing_soon);
})));
"""


@pytest.mark.skipif(NODE is None, reason="no Node on this machine")
def test_the_page_renews_its_state_as_the_server_would_say_it(app: APIFlask) -> None:
    """The page of a Friday, looked at every 37 minutes of the eight days that it knows."""
    locator: Locator = app.extensions["locator"]
    made = at(app, "2026-09-25T08:10")
    cases, expected = [], []
    some = {place.opening_hours: place for place in locator.snapshot().places}.values()
    for place in some:
        page = app.test_client().get(f"/p/{place.id}").text
        written = re.findall(r'id="hours-facts">(.*?)</script>', page)[0]
        facts = json.loads(written)
        assert len(written) < 1200
        start = datetime.fromisoformat(facts["midnight"])
        assert start.date() == made.date()
        for minute in range(0, 8 * 1440, 37):
            now = datetime.fromtimestamp(start.timestamp() + minute * 60, locator.region.tz)
            cases.append({"facts": facts, "now": now.isoformat()})
            expected.append(_said(locator, place, now, start))
    assert NODE is not None
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", SCRIPT],
        input=json.dumps(cases), cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert len(cases) > 4000
    assert json.loads(done.stdout) == expected


def _said(locator: Locator, place: Place, now: datetime, start: datetime) -> dict[str, Any]:
    opening = opening_on_arrival(place.opening_hours, now, 0, locator.calendar, locator.region.tz)

    def minute(moment: datetime | None) -> int | None:
        return None if moment is None else int((moment - start).total_seconds() // 60)

    return {
        "state": opening.state.value,
        "opensAt": minute(opening.opens_at),
        "closesAt": minute(opening.closes_at),
    }


# --- the way there ------------------------------------------------------------------------------


def test_the_page_carries_the_links_and_the_point_for_wechat(app: APIFlask) -> None:
    page = shown(app, located(name='a"b<c>', address="x&y"))
    links = handoff(DOOR, 'a"b<c>', "x&y")
    written = [html.unescape(each) for each in re.findall(r'href="([^"]+)"', page)]
    for address in (links.amap, links.baidu, links.tencent, links.geo):
        assert address in written
    (element,) = re.findall(r"<a [^>]*data-navigate[^>]*>", page)
    said = {name: html.unescape(value) for name, value in re.findall(r'([\w-]+)="(.*?)"', element)}
    assert said["data-lat"] == "33.390123"
    assert said["data-lon"] == "120.140456"
    assert said["data-name"] == 'a"b<c>'
    assert said["data-address"] == "x&y"
    assert said["href"] == links.amap
    assert said["rel"] == "noreferrer"


def test_who_came_by_the_doors_code_takes_it_into_no_link(app: APIFlask) -> None:
    page = shown(app, located(), "?door=SECRET-TOKEN")
    for address in re.findall(r'(?:href|src|content|action)="([^"]*)"', page):
        assert "SECRET" not in address, address


# --- the view ----------------------------------------------------------------------------------


def test_in_english_only_the_registrys_texts_are_chinese(app: APIFlask) -> None:
    at(app, "2026-11-25T10:20")
    page = shown(
        app,
        located(
            opening_hours="Mo-Fr 08:30-12:00",
            opening_hours_raw="周一至周五 8:30-12:00",
            amenities={"water": True, "shower": False},
            host="建军路支行",
            township="毓龙街道",
            other_names=("爱心驿站",),
            awards=("2022 年最美户外劳动者服务站点",),
            listed_on=("高德",),
            capacity=12,
        ),
        "?lang=en",
    )
    main = page[page.index("<main") : page.index("</main>")]
    ours = re.sub(r'<(\w+)[^>]*lang="zh-CN"[^>]*>.*?</\1>', "", main, flags=re.S)
    ours = re.sub(r'data-(?:name|address)="[^"]*"', "", ours)
    assert re.findall("[\u4e00-\u9fff]+", re.sub(r"<[^>]+>", " ", ours)) == []
    assert "Open" in ours
    assert "until today 12:00" in ours
    assert "Found on AMap" in ours
    assert 'href="/d/320902?lang=en"' in ours


def test_an_unknown_place_is_a_page_that_helps(client: FlaskClient) -> None:
    answer = client.get("/p/nothing")
    assert answer.status_code == 404
    assert "没有这个服务点,或者它已经撤下。" in answer.text


# --- a district's list -------------------------------------------------------------------------


def test_a_district_is_readable_without_scripts_and_light(client: FlaskClient) -> None:
    answer = client.get("/d/320902", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 25_000  # 138 places
    page = client.get("/d/320902").text
    listed = client.get("/api/v1/places?district=320902&limit=500").json["features"]  # type: ignore[index]
    text = text_of(page)
    for place in listed:
        known = place["properties"]
        assert f'href="/p/{place["id"]}"' in page
        assert known["name"] in text
        assert known["address"] in text
        assert not known["phone"] or known["phone"] in text
    jumps = re.findall(r'<a class="secondary" href="#(\w+)">', page)
    assert len(jumps) > 3
    for kind in jumps:
        assert f'id="{kind}"' in page


def test_a_district_without_places_names_its_neighbours(tmp_path: Any) -> None:
    from app import create_app
    from services.settings import Settings

    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    page = app.test_client().get("/d/320902").text
    assert "亭湖区还没有登记地点。" in page
    assert 'href="/d/320903"' in page
    app.extensions["locator"].database.dispose()
