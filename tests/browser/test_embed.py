"""The frame inside another site's page: it fits, takes part in its scrolling, and is quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.conftest import DESKTOP, PHONE, SCREENSHOTS

ARTICLE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>别家的网页</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<body style="margin:0"><h1>别家的文章</h1><p style="height:300px">一段文字。</p>
<iframe id="frame" src="{src}" title="地图" width="{width}" height="{height}"
 style="border:0;display:block" allow="geolocation"></iframe>
<p style="height:3000px">很长的下文。</p></body></html>"""


@contextmanager
def another_site(html: str) -> Iterator[str]:
    """A page on a host and port of its own: another origin."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = html.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def framed(page: Page) -> Frame:
    frame = page.frame_locator("#frame").locator("body").element_handle().owner_frame()
    assert frame is not None
    frame.wait_for_selector("canvas")
    return frame


@pytest.mark.parametrize(
    ("name", "viewport", "width", "height"),
    [("least", PHONE, "320", "480"), ("full", DESKTOP, "100%", "640")],
)
def test_a_frame_fits_and_lets_the_page_scroll(
    name: str,
    viewport: dict[str, int],
    width: str,
    height: str,
    server: str,
    open_page: Callable[..., Page],
) -> None:
    html = ARTICLE.format(src=f"{server}/embed", width=width, height=height)
    with another_site(html) as site:
        page = open_page(site, viewport=viewport)
        frame = framed(page)
        page.wait_for_load_state("networkidle")
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SCREENSHOTS / f"embed-in-a-page-{name}.png")
        inner, shown = frame.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert inner <= shown
        assert page.problems == []  # type: ignore[attr-defined]
        assert page.context.cookies() == []
        hosts = {url.split("/")[2] for url in page.requested if url.startswith("http")}  # type: ignore[attr-defined]
        assert hosts == {site.split("/")[2], server.split("/")[2]}

        box = frame.locator("#map").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 60)
        tile = frame.locator(".map-scale").inner_text()
        # The frame scrolls its own list first; at its end the page goes on.
        frame.evaluate("""() => {
          for (const each of [document.scrollingElement, document.querySelector(".results")]) {
            if (each) each.scrollTop = each.scrollHeight;
          }
        }""")
        frame.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        at = page.frame_locator("#frame").locator("#main").bounding_box()
        assert at is not None
        where = page.locator("#frame").bounding_box()
        assert where is not None
        page.mouse.move(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
        page.mouse.wheel(0, 400)
        page.wait_for_function("scrollY > 100")
        assert frame.locator(".map-scale").inner_text() == tile


def test_the_wheel_zooms_the_map_only_with_ctrl(
    server: str, open_page: Callable[..., Page]
) -> None:
    with another_site(ARTICLE.format(src=f"{server}/embed", width="100%", height="640")) as site:
        page = open_page(site, viewport=DESKTOP, reduced_motion="reduce")
        frame = framed(page)
        scale = frame.locator(".map-scale")
        before = scale.inner_text()
        box = frame.locator("#map").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
        page.mouse.wheel(0, -200)
        frame.get_by_text("按住 Ctrl 再滚动").wait_for()
        assert scale.inner_text() == before
        page.keyboard.down("Control")
        page.mouse.wheel(0, -400)
        page.keyboard.up("Control")
        frame.wait_for_function(
            "before => document.querySelector('.map-scale').textContent !== before", arg=before
        )


def test_one_finger_scrolls_the_page_and_leaves_the_map(
    server: str, open_page: Callable[..., Page]
) -> None:
    html = ARTICLE.format(src=f"{server}/embed?controls=", width="320", height="480")
    with another_site(html) as site:
        page = open_page(site, viewport=PHONE, has_touch=True, is_mobile=True)
        frame = framed(page)
        before = frame.locator(".map-scale").inner_text()
        box = frame.locator("#map").bounding_box()
        assert box is not None
        finger = page.context.new_cdp_session(page)
        x, top = box["x"] + box["width"] / 2, min(box["y"] + box["height"] / 2, 600)

        def touch(kind: str, *at: float) -> None:
            points = [{"x": x, "y": y} for y in at]
            finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", top)
        for step in range(1, 13):
            touch("touchMove", top - 25 * step)
        touch("touchEnd")
        page.wait_for_function("scrollY > 100")
        assert frame.locator(".map-scale").inner_text() == before


def test_every_parameter_shows(server: str, open_page: Callable[..., Page]) -> None:
    page = open_page(
        f"{server}/embed?kind=trucker_home&controls=list&lang=en&theme=dark&text=large",
        viewport={"width": 320, "height": 480},
        color_scheme="light",
    )
    assert page.get_attribute("html", "lang") == "en"
    assert page.locator("#search").count() == 0
    assert page.locator("#locate").count() == 0
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert paper == "rgb(21, 24, 27)"
    assert page.evaluate("getComputedStyle(document.body).fontSize") == "20.995px"
    kinds = page.locator("#places [data-field=kind]").all_inner_texts()
    assert kinds
    assert all("Truckers" in kind for kind in kinds)
    page.screenshot(path=SCREENSHOTS / "embed-parameters.png")
