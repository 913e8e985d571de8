"""A planner's way through /coverage: figures that move, keys only, the week, sites, scenarios."""

from __future__ import annotations

import json
import re
import statistics
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from services.settings import ROOT
from tests.browser.conftest import PHONE, SCREENSHOTS, axe_problems

LAPTOP = {"width": 1280, "height": 800}
TABLET = {"width": 768, "height": 1024}
CALM = {"viewport": LAPTOP, "reduced_motion": "reduce"}
TABS = ("districts", "gaps", "edit", "suggest", "rules", "scenarios")


def ask(server: str, path: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(
        f"{server}/api/v1/coverage{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def edits_of(page: Page) -> list[dict[str, Any]]:
    """What the page has in hand; it keeps them for a reload of the window."""
    edits: list[dict[str, Any]] = page.evaluate("JSON.parse(sessionStorage['planner.draft'])")
    return edits


def expect_figures(page: Page, after: dict[str, Any]) -> None:
    """Headline and table show these figures, district by district."""
    expect(page.locator("#headline-after")).to_have_text(percent(after["total"]["share"]))
    page.get_by_role("tab", name="区县").click()
    for district in after["districts"]:
        cell = page.locator(f"[data-adcode='{district['adcode']}'][data-column='1']")
        expect(cell).to_have_text(percent(district["share"]))


def expect_scenario(page: Page, server: str) -> dict[str, Any]:
    """The page shows what the API gives for the edits in hand, asked once more from outside."""
    answer: dict[str, Any] = ask(server, "/scenario", {"edits": edits_of(page)})
    expect_figures(page, answer["after"])
    return answer


def opened(open_page: Callable[..., Page], server: str, **options: Any) -> Page:
    page = open_page(f"{server}/coverage", **{**CALM, **options})
    expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
    return page


def centre(marker: Locator) -> tuple[float, float]:
    box = marker.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def written(page: Page) -> dict[str, Any]:
    """Every figure on the page as text."""
    found: dict[str, Any] = page.evaluate(
        """() => {
          const text = (element) => element.textContent.trim().replace(/\\s+/g, " ");
          const all = (selector) => [...document.querySelectorAll(selector)].map(text);
          return {
            method: all("#method-line"), headline: all(".planner-figures .explained"),
            hours: all("#headline-low-hour, .planner-week-ends button"),
            caption: all("#district-table caption"), table: all("#district-table tr"),
            overlap: all(".planner-overlap li"), rules: all("#panel-rules output"),
            gaps: all("#gap-list li > span"), summary: all("#gap-summary"),
            week: [...document.querySelectorAll("path[data-week]")]
              .map((path) => path.getAttribute("d")),
          };
        }"""
    )
    return found


def test_without_scripts_the_page_has_every_figure(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{server}/coverage", viewport=PHONE, java_script_enabled=False)
    figures, gaps = ask(server, ""), ask(server, "/gaps")
    expect(page.locator("#headline-total")).to_have_text(percent(figures["total"]["share"]))
    expect(page.locator("#headline-gaps")).to_have_text(f"{gaps['count']} 处")
    assert "示例数据" in page.inner_text("#method-line")
    assert page.locator("#district-table tbody tr").count() == len(figures["districts"])
    assert page.locator("#gap-list li").count() == 20
    assert f"计入 {figures['data']['counted']} 处" in page.inner_text("#method")
    for hidden in ("#panel-edit", "#panel-suggest", "#panel-scenarios", "#place-new"):
        assert not page.is_visible(hidden)
    page.screenshot(path=SCREENSHOTS / "coverage-noscript.png", full_page=True)

    page.select_option("#standard-mode", "bike")
    page.fill("input[name=at]", "2026-11-25T10:00")
    page.click("#standard-submit")
    bike = ask(server, "?mode=bike&at=2026-11-25T10:00")
    expect(page.locator("#headline-total")).to_have_text(percent(bike["total"]["share"]))
    assert "周三 10:00" in page.inner_text("#district-table thead")


def test_scripts_write_what_the_server_wrote(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport=LAPTOP)
    page.route("**/api/v1/coverage**", lambda route: route.abort())
    page.goto(f"{server}/coverage", wait_until="networkidle")
    by_the_server = written(page)
    assert "没有连上服务器" in page.inner_text("#planner-problem")
    page.unroute("**/api/v1/coverage**")
    page.reload(wait_until="networkidle")
    expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
    assert written(page) == by_the_server
    assert len(by_the_server["table"]) > 9
    assert len(by_the_server["week"][0]) > 168


def test_figures_move_with_a_dragged_place_and_equal_a_second_run(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    page.click("#place-new")
    marker = page.locator(".planner-marker[data-id=new-1]")
    expect(page.locator("#headline-after")).not_to_be_empty()
    first = expect_scenario(page, server)
    x, y = centre(marker)
    page.mouse.move(x, y)
    page.mouse.down()
    moved = "n => (window.plannerTimings ?? []).length > n"
    for step in range(1, 52):
        seen = page.evaluate("(window.plannerTimings ?? []).length")
        page.mouse.move(x + 3 * step, y + step)
        page.wait_for_function(moved, arg=seen)
    page.mouse.up()
    second = expect_scenario(page, server)
    assert first["after"]["districts"] != second["after"]["districts"]
    assert second["before"]["total"] == ask(server, "")["total"]

    timings = page.evaluate("window.plannerTimings")
    out = ROOT / "build" / "planner-drags.json"
    out.parent.mkdir(exist_ok=True)
    times = [each["ms"] for each in timings]
    out.write_text(json.dumps({"drags": len(times), "median_ms": statistics.median(times)}))
    assert len(timings) >= 50
    page.screenshot(path=SCREENSHOTS / "coverage-dragged.png")


def test_a_place_is_put_moved_renamed_and_taken_away_by_keys_alone(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    page.focus("#place-new")
    page.keyboard.press("Enter")
    marker = page.locator(".planner-marker[data-id=new-1]")
    expect(marker).to_be_focused()
    start = edits_of(page)[0]
    for _ in range(4):
        page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowRight")
    moved = edits_of(page)[0]
    assert (moved["lat"] - start["lat"]) * 110_912 == pytest.approx(200, abs=1)  # WGS-84 at 33.4°
    assert (moved["lon"] - start["lon"]) * 93_029 == pytest.approx(50, abs=0.5)
    expect(page.locator("#planner-said")).to_contain_text("移动了 设想 1")
    expect_scenario(page, server)

    page.focus(".planner-marker")
    page.keyboard.press("Enter")
    page.get_by_label("名字").first.fill("夜里也开的")
    page.get_by_label("营业时间").select_option("24/7")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="改好").press("Enter")
    assert edits_of(page)[0] | {"name": "夜里也开的", "opening_hours": "24/7"} == edits_of(page)[0]
    expect_scenario(page, server)

    page.focus(".planner-marker")
    page.keyboard.press("Delete")
    expect(marker).to_have_count(0)
    expect(page.locator("#headline-change")).to_be_hidden()
    page.get_by_role("button", name="撤销", exact=True).first.press("Enter")
    expect(marker).to_have_count(1)
    expect_scenario(page, server)


def test_a_place_is_found_in_the_table_closed_and_opened_again(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    places = [each for each in ask(server, "/places")["places"] if each["counted"]]
    place = max(places, key=lambda each: each["sole"])
    page.get_by_role("tab", name="改动").click()
    page.get_by_label("找").fill(place["name"])
    page.get_by_role("button", name=place["name"], exact=True).first.press("Enter")
    expect(page.locator("#place-form-title")).to_be_focused()
    page.get_by_role("button", name="关掉它").press("Enter")
    answer = expect_scenario(page, server)
    before, after = answer["before"]["total"], answer["after"]["total"]
    assert before["covered"] - after["covered"] == place["sole"]

    page.get_by_role("tab", name="改动").click()
    page.get_by_role("button", name="撤销对它的改动").click()
    expect(page.locator("#headline-change")).to_be_hidden()
    assert edits_of(page) == []


def test_an_existing_place_is_chosen_on_the_map_and_dragged(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    place = max(
        (each for each in ask(server, "/places")["places"] if each["counted"]),
        key=lambda each: (each["sole"], each["id"]),
    )
    page.get_by_role("tab", name="改动").click()
    page.get_by_label("找").fill(place["name"])
    page.get_by_role("button", name=place["name"], exact=True).first.click()
    marker = page.locator(f".planner-marker[data-id='{place['id']}']")
    x, y = centre(marker)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    assert [(each["op"], each["id"]) for each in edits_of(page)] == [("move", place["id"])]
    expect_scenario(page, server)


def test_the_week_is_a_slider_for_keys(server: str, open_page: Callable[..., Page]) -> None:
    page = opened(open_page, server)
    week = ask(server, "/week")
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")  # the first key starts at the worst hour
    page.keyboard.press("Home")
    for _ in range(10):
        page.keyboard.press("ArrowRight")

    def share(hour: int, side: str) -> str:
        return percent(week["total"][hour][side] / week["weight"])

    sentence = f"周一 10:00:{share(10, 'low')},时间未知的都开着则 {share(10, 'high')}"
    expect(slider).to_have_attribute("aria-valuetext", sentence)
    expect(page.locator("#headline-total")).to_have_text(share(10, "low"))
    at_ten = ask(server, f"?at={week['monday']}T10:00")
    for district in at_ten["districts"]:
        row = page.locator(f"#district-table tr[data-adcode='{district['adcode']}'] .explained")
        expect(row.nth(1)).to_have_text(percent(district["share"]))
        expect(row.nth(2)).to_have_text(percent(district["share_high"]))
    expect(page.locator("#map-colours")).to_have_text("周一 10:00")  # the cells followed

    page.keyboard.press("PageUp")
    expect(slider).to_have_attribute("aria-valuenow", "34")
    page.keyboard.press("Escape")
    expect(page.locator("#headline-total")).to_have_text(percent(ask(server, "")["total"]["share"]))
    expect(page.locator("#map-colours")).to_have_text("不分时间")


def test_every_figure_explains_itself_and_the_focus_comes_back(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    figures = ask(server, "")
    for figure in page.locator(".planner-figures .explained, #panel-districts .explained").all():
        if not figure.is_visible():
            continue
        figure.press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(f"登记册第 {figures['data']['revision']} 版")
        expect(dialog).to_contain_text("示例数据")
        expect(dialog).to_contain_text("没有计入")
        page.keyboard.press("Escape")
        expect(figure).to_be_focused()


def test_a_gap_leads_to_its_place_on_the_map(server: str, open_page: Callable[..., Page]) -> None:
    page = opened(open_page, server)
    page.get_by_role("tab", name="缺口").click()
    page.get_by_role("button", name="在地图上看第 2 处缺口").click()
    item = page.locator("#gap-list li[data-rank='2']")
    expect(item).to_have_attribute("aria-current", "true")
    # The map's middle is now that gap: a tap there chooses it again.
    page.get_by_role("button", name="在地图上看第 1 处缺口").click()
    page.get_by_role("tab", name="区县").click()
    x, y = centre(page.locator("#map"))
    page.mouse.click(x, y)
    expect(page.locator("#panel-gaps")).to_be_visible()
    expect(page.locator("#gap-list li[data-rank='1']")).to_have_attribute("aria-current", "true")


def test_a_rule_that_is_switched_off_makes_the_difference_that_it_said(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    rows = {row["key"]: row for row in ask(server, "/sensitivity")["variations"]}
    page.get_by_role("tab", name="规则").click()
    page.get_by_label(re.compile("太久没有核实")).check()
    expect(page.locator("#headline-total")).to_have_text(percent(rows["stale"]["share"]))
    expect(page.locator("#main")).not_to_have_attribute("aria-busy", "true")
    assert "count_also=stale" in page.url
    report = page.get_by_role("link", name="PDF").get_attribute("href") or ""
    assert report.startswith("/coverage/report.pdf?")
    assert "count_also=stale" in report


def test_suggested_sites_are_taken_over_and_give_what_they_promised(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    page.get_by_role("tab", name="选址").click()
    page.get_by_label("几处", exact=True).fill("3")
    page.get_by_role("button", name="算", exact=True).click()
    expect(page.locator("#suggest-list li")).to_have_count(3, timeout=60_000)
    answer = page.inner_text("#suggest-status")
    promised = re.search(r"→ ([0-9.]+ %).*至少是可能最好的 [0-9.]+ %", answer)
    assert promised is not None, answer
    page.get_by_role("button", name="采用建议 1").click()
    expect(page.locator("#suggest-list li")).to_have_count(2)
    page.get_by_role("button", name="全部采用").click()
    expect(page.locator("#headline-after")).to_have_text(promised[1])
    assert [each["op"] for each in edits_of(page)] == ["add"] * 3
    expect_scenario(page, server)


def test_a_scenario_is_saved_exported_and_imported_with_the_same_numbers(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    page.click("#place-new")
    first = expect_scenario(page, server)["after"]
    page.get_by_role("tab", name="方案").click()
    page.fill("#scenario-name", "一处")
    page.get_by_role("button", name="保存现在的改动").click()
    expect(page.locator("#scenario-list li")).to_have_count(1)
    page.click("#place-new")
    page.focus(".planner-marker[data-id=new-2]")
    for _ in range(40):
        page.keyboard.press("ArrowRight")
    second = expect_scenario(page, server)["after"]
    page.get_by_role("tab", name="方案").click()
    page.fill("#scenario-name", "两处")
    page.get_by_role("button", name="保存现在的改动").click()
    expect(page.locator("#scenario-list li")).to_have_count(2)
    with page.expect_download() as download:
        page.get_by_role("button", name="导出文件").click()
    assert download.value.suggested_filename == "两处.json"
    file = json.loads(download.value.path().read_bytes())
    assert file["format"] == "scenario/1"
    assert file["figures"]["total"] == second["total"]
    assert file["edits"] == edits_of(page)

    for box in page.locator("[name=compared]").all():
        box.check()
    page.get_by_role("button", name="比较勾选的两个").click()
    compared = page.locator("#scenario-compared")
    expect(compared).to_contain_text("一周最低")
    total = compared.locator("tr", has=page.get_by_role("rowheader", name="合计"))
    shares = sorted(percent(each["total"]["share"]) for each in (first, second))
    assert sorted(total.locator("td").all_inner_texts()[:2]) == shares
    assert axe_problems(page, "#panel-scenarios") == []

    other = opened(open_page, server)  # another browser, which knows nothing
    other.get_by_role("tab", name="方案").click()
    other.set_input_files(
        "#scenario-file",
        {
            "name": "两处.json",
            "mimeType": "application/json",
            "buffer": json.dumps(file).encode(),
        },
    )
    expect(other.locator("#scenario-verdict")).to_contain_text("数字和保存时一样")
    expect_figures(other, second)
    other.get_by_role("tab", name="方案").click()
    file["figures"]["total"]["covered"] -= 1
    file["data"]["revision"] -= 1
    for text, answer in (
        (json.dumps(file), "数字和保存时不同"),
        ("PK", "不是 JSON"),
    ):
        other.set_input_files(
            "#scenario-file",
            {"name": "x.json", "mimeType": "application/json", "buffer": text.encode()},
        )
        said = other.locator("#scenario-verdict, #planner-problem").filter(has_text=answer)
        expect(said).to_be_visible()
    assert "登记册从第" in other.inner_text("#scenario-verdict")


def test_a_range_is_drawn_by_keys_and_counted_alone(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)
    page.get_by_role("button", name="开始画").press("Enter")
    for _ in range(3):
        page.get_by_role("button", name="加一个角").press("Enter")
    expect(page.locator("#area-corners li")).to_have_count(3)
    page.get_by_role("button", name="算这块范围").press("Enter")
    expect(page.locator("#area-result")).to_contain_text(re.compile(r"10 分钟到得了的 [0-9.]+ %"))
    page.screenshot(path=SCREENSHOTS / "coverage-area.png")
    page.keyboard.press("Escape")
    expect(page.locator("#area-corners li")).to_have_count(0)
    expect(page.locator("#area-result")).to_be_empty()


def test_a_refusal_is_said_and_the_rest_goes_on(
    server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server)

    def refuse(route: Route) -> None:
        message = "第 1 处改动不对<img src=x>。"
        route.fulfill(status=400, json={"error": {"code": "x", "field": None, "message": message}})

    page.route("**/api/v1/coverage/scenario", refuse)
    page.click("#place-new")
    expect(page.locator("#planner-problem")).to_have_text("第 1 处改动不对<img src=x>。")
    assert page.locator("#planner-problem img").count() == 0
    page.unroute("**/api/v1/coverage/scenario")
    page.focus(".planner-marker")
    page.keyboard.press("ArrowUp")
    expect_scenario(page, server)
    expect(page.locator("#planner-problem")).to_be_hidden()


def test_a_hostile_name_is_text_in_every_list(server: str, open_page: Callable[..., Page]) -> None:
    name = "{{7*7}}<img src=x onerror=alert(1)>${1}"
    page = open_page(viewport=LAPTOP)

    def rename(route: Route) -> None:
        answer = route.fetch()
        places = answer.json()["places"][:3]
        route.fulfill(response=answer, json={"places": [{**each, "name": name} for each in places]})

    page.route("**/api/v1/coverage/places?**", rename)
    page.goto(f"{server}/coverage", wait_until="networkidle")
    page.get_by_role("tab", name="改动").click()
    page.get_by_role("button", name=name).first.click()
    page.get_by_role("button", name="暂停它").click()
    expect(page.locator("#edit-list")).to_contain_text(f"暂停 {name}")
    expect(page.locator("#place-form-title")).to_have_text(name)
    assert page.locator("main img").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_axe_finds_no_violation_on_any_tab(
    width: int, scheme: str, server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server, viewport={"width": width, "height": 740}, color_scheme=scheme)
    page.click("#place-new")
    expect(page.locator("#headline-after")).not_to_be_empty()
    assert axe_problems(page) == []
    for tab in TABS:
        page.click(f"#tab-{tab}")
        assert (tab, axe_problems(page, f"#panel-{tab}")) == (tab, [])
    page.click("#headline-total")
    assert axe_problems(page, "#explain") == []


@pytest.mark.parametrize("size", [{"width": 320, "height": 568}, PHONE, TABLET, LAPTOP])
def test_the_page_fits_and_its_targets_are_large_enough_for_a_finger(
    size: dict[str, int], server: str, open_page: Callable[..., Page]
) -> None:
    page = opened(open_page, server, viewport=size, has_touch=True)
    page.click("#place-new")
    expect(page.locator("#headline-after")).not_to_be_empty()
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"coverage-{size['width']}.png")
    for tab in TABS:
        page.click(f"#tab-{tab}")
        width, shown = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert width <= shown
        small = page.evaluate(
            """() => [...document.querySelectorAll(
              "main button, main select, main summary, main a, main input"
            )]
              .filter((one) => one.checkVisibility() && !one.closest("footer, .map-sources"))
              .map((one) => [one.closest("label.planner-check") ?? one, one])
              .filter(([target]) => target.getBoundingClientRect().height < 43.5)
              .map(([, one]) => one.outerHTML.slice(0, 120))"""
        )
        assert small == []
    assert page.problems == []  # type: ignore[attr-defined]
