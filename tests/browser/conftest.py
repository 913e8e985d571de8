"""A real server in its own process and a real Chromium."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from threading import Thread

import pytest
import urllib3
from apiflask import APIFlask
from flask import Response
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from services.settings import ROOT, Settings

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 740}
DESKTOP = {"width": 1280, "height": 800}
SCREENSHOTS = ROOT / "build" / "screenshots"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(database: Path, **environment: str) -> Iterator[str]:
    """``locator serve`` on a free port of loopback; its address."""
    port = _free_port()
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "services.cli",
            "serve",
            "--bind",
            f"127.0.0.1:{port}",
            "--workers",
            "1",
        ],
        cwd=ROOT,
        env={**os.environ, "LOCATOR_DATABASE_URL": f"sqlite:///{database}", **environment},
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_until_it_answers(address, process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_until_it_answers(address: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until there is an answer; a refused connection is retried by the client itself."""
    retry = urllib3.Retry(total=12, backoff_factor=0.1, backoff_max=2.0)
    with urllib3.PoolManager(retries=retry) as pool:
        answer = pool.request("GET", f"{address}/readyz", timeout=30)
    assert answer.status == 200, process.poll()


@pytest.fixture(scope="session")
def server(sample_database: Path) -> Iterator[str]:
    with serving(sample_database) as address:
        yield address


class Quiet(WSGIRequestHandler):
    """Without a line for each request in the report of a failure."""

    def log_request(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def in_this_process(app: APIFlask) -> Iterator[str]:
    """An application served in this process, so that a test may set its clock; its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        app.extensions["locator"].database.dispose()


@pytest.fixture
def app_at(sample_settings: Settings) -> Iterator[Callable[[datetime], str]]:
    """The application in this process with its clock set to a moment; the address it answers at."""
    with ExitStack() as running:

        def serve(now: datetime) -> str:
            app = create_app(sample_settings)
            app.extensions["locator"].clock = lambda: now

            @app.after_request
            def dated(response: Response) -> Response:
                response.date = now  # a server has one clock
                return response

            return running.enter_context(in_this_process(app))

        yield serve


def axe_problems(page: Page, within: str = "html") -> list[str]:
    """What axe finds wrong in the page, or in the part of it that ``within`` selects."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    run = "within => axe.run(document.querySelector(within), {resultTypes: ['violations']})"
    result = page.evaluate(run, within)
    assert len(result["passes"]) > 5  # axe did look at something
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open an address in a fresh context; every request and error of it is kept on the page."""
    contexts: list[BrowserContext] = []

    def open_(url: str | None = None, **options: object) -> Page:
        settings = {
            "viewport": PHONE,
            "locale": "zh-CN",
            "timezone_id": "Asia/Shanghai",
            "service_workers": "block",  # allowed where they are what is tested
            **options,
        }
        context = browser.new_context(**settings)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.requested = []  # type: ignore[attr-defined]
        page.problems = []  # type: ignore[attr-defined]

        def record(request: Request) -> None:
            page.requested.append(request.url)  # type: ignore[attr-defined]

        page.on("request", record)
        page.on("pageerror", lambda error: page.problems.append(str(error)))  # type: ignore[attr-defined]
        page.on(
            "console",
            lambda message: (
                page.problems.append(message.text)  # type: ignore[attr-defined]
                if message.type == "error"
                else None
            ),
        )
        if url:
            page.goto(url, wait_until="networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()
