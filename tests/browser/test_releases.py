"""One release after another: whole or not at all, nothing twice, and the way out."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from services.settings import ROOT, Settings
from services.web import assets
from tests.browser.conftest import ARGUMENTS, CHROMIUM, SCREENSHOTS
from tests.browser.kept import (
    ACTIVE,
    GONE,
    WAITING,
    Site,
    kept,
    on_loopback,
    paths_kept,
    until,
    visited,
)

STATIC = ROOT / "static"


@pytest.fixture
def site(sample_settings: Settings) -> Iterator[Site]:
    with on_loopback(sample_settings) as site:
        yield site


def test_nothing_is_downloaded_twice_for_it(site: Site, open_page: Callable[..., Page]) -> None:
    page = visited(open_page, site.address)
    parts = {path for path in paths_kept(page, site.address) if path.startswith("/assets/")}
    assert len(parts) > 20
    assert {path: site.asked[path] for path in parts} == dict.fromkeys(parts, 1)
    assert site.asked["/"] == 1
    assert site.asked["/map"] == site.asked["/offline"] == 1


def test_a_new_release_comes_whole_and_when_the_old_pages_are_gone(
    site: Site, open_page: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = visited(open_page, site.address)
    context: BrowserContext = old.context
    old.goto(site.address, wait_until="networkidle")
    before = {one["release"] for one in kept(old)} - {None}

    shutil.copytree(STATIC, tmp_path / "static")
    sheet = tmp_path / "static" / "css" / "base.css"
    sheet.write_text(sheet.read_text() + "\n.release-b { display: block; }\n")
    monkeypatch.setattr(assets, "Assets", partial(assets.Assets, static=tmp_path / "static"))
    site.add("B")
    site.current = "B"

    # The old page goes on, with parts of its own release that it had not asked for before.
    old.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    until(old, WAITING)
    old.get_by_role("button", name="有新版本").wait_for()
    old.screenshot(path=SCREENSHOTS / "offline-new-release.png")
    shell = old.evaluate(
        "performance.getEntriesByType('resource').find((e) => /js.shell.js/.test(e.name)).name"
    )
    page_module = shell.replace("shell.js", "offline-page.js")
    assert old.evaluate("async (url) => (await fetch(url)).status", page_module) == 200

    # What the server says meanwhile is of the new release: shown, and not mixed into the old copy.
    fresh = context.new_page()
    fresh.goto(site.address, wait_until="networkidle")
    version = re.compile(r"/assets/(\w+)/")
    assert len(set(version.findall(fresh.content()))) == 1
    assert fresh.locator("[data-notice=update]").count() == 0
    by_cache: dict[str, set[str]] = {}
    for one in kept(fresh):
        name = one["name"].split("-")[1]
        by_cache.setdefault(name, set()).update(version.findall(one["body"] + one["url"]))
        assert one["release"] in (name, None) or "/assets/" in one["url"]
    assert len(by_cache) == 2
    assert [len(versions) for versions in by_cache.values()] == [1, 1]

    old.close()
    fresh.close()
    context.set_offline(True)
    after = context.new_page()
    after.goto(site.address)
    after.locator("[data-notice=offline]").wait_for()
    after.locator("#count").get_by_text("现在开门").wait_for()
    until(after, "(await caches.keys()).length <= 2")
    releases = {one["release"] for one in kept(after)} - {None}
    assert len(releases) == 1
    assert not releases & before
    styles = after.evaluate(
        "[...document.styleSheets].flatMap((s) => [...s.cssRules]).map((r) => r.cssText).join()"
    )
    assert ".release-b" in styles


def test_a_tap_takes_the_new_release_at_once(
    site: Site, open_page: Callable[..., Page], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visited(open_page, site.address)
    page.goto(site.address, wait_until="networkidle")
    before = page.get_attribute("#notices", "data-release")
    shutil.copytree(STATIC, tmp_path / "static")
    (tmp_path / "static" / "js" / "one-more.js").write_text("export const MORE = 1;\n")
    monkeypatch.setattr(assets, "Assets", partial(assets.Assets, static=tmp_path / "static"))
    site.add("B")
    site.current = "B"
    page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    with page.expect_navigation():
        page.get_by_role("button", name="有新版本").click()
    until(page, ACTIVE)
    assert page.get_attribute("#notices", "data-release") != before
    until(page, "(await caches.keys()).length <= 2")
    assert {one["release"] for one in kept(page)} - {None} == {
        page.get_attribute("#notices", "data-release")
    }


def test_half_a_release_is_not_installed(site: Site, open_page: Callable[..., Page]) -> None:
    missing = "/api/v1/basemap.json"
    whole = site.releases["A"]

    def without(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == missing:
            start_response("404 Not Found", [])
            return []
        answer: Iterable[bytes] = whole(environ, start_response)
        return answer

    site.releases["A"] = without
    page = open_page(site.address, service_workers="allow")
    until(page, GONE)
    assert page.evaluate("navigator.serviceWorker.controller") is None
    site.releases["A"] = whole


def test_the_operator_can_take_it_back(site: Site, open_page: Callable[..., Page]) -> None:
    page = visited(open_page, site.address)
    site.settings = Settings(database_url=site.settings.database_url, offline=False)
    site.add("off")
    site.current = "off"
    page.evaluate("navigator.serviceWorker.getRegistration().then((r) => r.update())")
    until(page, "(await caches.keys()).length === 0")
    page.goto(site.address, wait_until="networkidle")
    until(page, GONE)
    assert page.get_attribute("#notices", "data-worker") is None


def test_a_phone_may_install_it(server: str, browser: Browser, tmp_path: Path) -> None:
    # Chromium installs nothing in a private window, which is what a test's context usually is.
    context = browser.browser_type.launch_persistent_context(
        tmp_path,
        executable_path=CHROMIUM,
        args=ARGUMENTS,
        viewport={"width": 360, "height": 740},
    )
    try:
        page = context.new_page()
        page.goto(server, wait_until="networkidle")
        until(page, ACTIVE)
        chromium = context.new_cdp_session(page)
        assert chromium.send("Page.getInstallabilityErrors") == {"installabilityErrors": []}
        manifest = chromium.send("Page.getAppManifest")
        assert manifest["errors"] == []
        assert json.loads(manifest["data"])["name"] == "盐城职工服务地图"
    finally:
        context.close()
