"""Several releases of the site behind one address, and what a browser keeps of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import Any

from playwright.sync_api import Page
from werkzeug.serving import make_server

from app import create_app
from services.settings import Settings
from tests.browser.conftest import Quiet

REGISTRATION = "(await navigator.serviceWorker.getRegistration())"
ACTIVE = f"{REGISTRATION}?.active?.state === 'activated'"
WAITING = f"{REGISTRATION}?.waiting"
GONE = f"!{REGISTRATION}"
KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const response = await cache.match(request);
      found.push({name, url: request.url, headers: [...response.headers].join(),
        status: response.status, method: request.method,
        release: response.headers.get("Locator-Release"),
        body: await response.text()});
    }
  }
  return found;
}"""


class Site:
    """Several releases behind one address, one of them at a time; and what they were asked."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.releases: dict[str, Any] = {}
        self.current = ""
        self.failing = False
        self.stuck: Event | None = None
        self.asked: Counter[str] = Counter()
        self.address = ""

    def add(self, name: str) -> None:
        self.releases[name] = create_app(self.settings)
        self.current = self.current or name

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        self.asked[environ["PATH_INFO"] + (f"?{query}" if query else "")] += 1
        if self.stuck is not None:
            self.stuck.wait(timeout=20)
        if self.failing:
            start_response("503 Service Unavailable", [("Content-Type", "text/html")])
            return [b"<h1>bad gateway</h1>"]
        answer: Iterable[bytes] = self.releases[self.current](environ, start_response)
        return answer


@contextmanager
def on_loopback(settings: Settings) -> Iterator[Site]:
    """The application in this process, behind one address of loopback."""
    site = Site(settings)
    site.add("A")
    server = make_server("127.0.0.1", 0, site, threaded=True, request_handler=Quiet)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for app in site.releases.values():
            app.extensions["locator"].database.dispose()


def until(page: Page, expression: str) -> None:
    """Wait in the page: Playwright's own waiting takes a promise for an answer."""
    page.evaluate(
        """async () => {
          const end = performance.now() + 20_000;
          while (!(await until())) {
            if (performance.now() > end) throw new Error(`in vain: ${until}`);
            await new Promise((resolve) => setTimeout(resolve, 50));
          }
        }""".replace("const end", f"const until = async () => ({expression}); const end", 1)
    )


def visited(open_page: Callable[..., Page], address: str, path: str = "/", **options: Any) -> Page:
    """A page after its first visit, when its worker has everything."""
    page = open_page(f"{address}{path}", service_workers="allow", **options)
    until(page, ACTIVE)
    return page


def kept(page: Page) -> list[dict[str, Any]]:
    """All that the caches hold, with its text."""
    found: list[dict[str, Any]] = page.evaluate(KEPT)
    return found


def paths_kept(page: Page, address: str) -> set[str]:
    return {one["url"].removeprefix(address) for one in kept(page)}


def notice(page: Page) -> str:
    page.locator("[data-notice=offline]").wait_for()
    return page.inner_text("#notices")
