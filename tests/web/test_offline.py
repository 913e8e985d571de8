"""The worker, the offline page and the manifest as the server writes them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.settings import ROOT, Settings
from services.web import assets, offline


def facts(client: FlaskClient) -> dict[str, Any]:
    """What the worker is told of its release."""
    [line] = re.findall(r"^const RELEASE = (.+);$", client.get("/sw.js").text, flags=re.M)
    told: dict[str, Any] = json.loads(line)
    return told


@contextmanager
def another(settings: Settings) -> Iterator[FlaskClient]:
    app: APIFlask = create_app(settings)
    yield app.test_client()
    app.extensions["locator"].database.dispose()


def test_the_worker_is_a_script_of_the_whole_site(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "connect-src 'self'" in answer.headers["Content-Security-Policy"]
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_an_unchanged_answer_is_short_and_names_the_release(client: FlaskClient) -> None:
    # The browser's cache merges these headers into what it keeps: the release must be among them.
    first = client.get("/api/v1/places.json")
    again = client.get("/api/v1/places.json", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert again.headers["Locator-Release"] == facts(client)["id"]
    assert again.headers["Cache-Control"] == "no-cache"
    assert len(str(again.headers)) < 400


def test_every_part_is_there_and_every_answer_is_of_the_release(client: FlaskClient) -> None:
    told = facts(client)
    assert set(told["parts"]) == {"zh-CN", "en"}
    for urls in told["parts"].values():
        assert len(urls) == len(set(urls)) > 20
        for url in urls:
            assert client.get(url).status_code == 200, url
            assert url.startswith(told["assets"])
    for path in (*told["data"], "/", "/map", "/offline", "/d/320902", "/nowhere"):
        assert client.get(path).headers["Locator-Release"] == told["id"], path
    assert client.get("/").text.count(told["id"]) == 1  # data-release


def test_the_parts_hold_every_script_and_style_that_the_kept_pages_name(
    client: FlaskClient,
) -> None:
    told = facts(client)
    place = client.get("/api/v1/places?limit=1").json["features"][0]["id"]  # type: ignore[index]
    for lang, query in (("zh-CN", ""), ("en", "?lang=en")):
        for path in ("/", "/map", "/offline", f"/p/{place}"):
            page = client.get(path + query).text
            named = set(re.findall(r"/assets/\w+/[\w/.-]+\.(?:js|css)", page))
            named = {url for url in named if not url.endswith(("css/noscript.css", "tiles.js"))}
            lazy = {url for url in named if "protomaps" in url}
            assert named - lazy <= set(told["parts"][lang]), (path, lang)


def test_no_part_belongs_to_a_page_that_needs_the_network(client: FlaskClient) -> None:
    for urls in facts(client)["parts"].values():
        assert not [url for url in urls if "planner" in url or "builder" in url]


def test_what_a_module_imports_comes_along_and_what_its_comments_name_does_not(
    tmp_path: Path,
) -> None:
    shutil.copytree(ROOT / "static", tmp_path / "static")
    folder = tmp_path / "static" / "js"
    (folder / "one.js").write_text(
        '/** @typedef {import("./other.js").T} T */\n'
        'import { a } from "./two.js";\nexport { b } from "./three.js";\n'
        'export const later = () => import("./four.js");\n'
    )
    (folder / "two.js").write_text('import "./one.js";\nexport const a = 1;\n')
    for name in ("three", "four", "other"):
        (folder / f"{name}.js").write_text("export const b = 1;\n")
    bundle = assets.Assets(static=tmp_path / "static")
    assert offline.with_imports(bundle, ["js/one.js"]) == [
        "js/four.js",
        "js/one.js",
        "js/three.js",
        "js/two.js",
    ]


def test_the_worker_changes_exactly_when_the_release_does(
    client: FlaskClient,
    sample_settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = client.get("/sw.js").data
    with another(sample_settings) as same:
        assert same.get("/sw.js").data == before
    shutil.copytree(ROOT / "static", tmp_path / "static")
    sheet = tmp_path / "static" / "css" / "base.css"
    sheet.write_text(sheet.read_text() + "\n.more { color: inherit; }\n")
    with monkeypatch.context() as patched:
        patched.setattr(assets, "Assets", partial(assets.Assets, static=tmp_path / "static"))
        with another(sample_settings) as next_one:
            assert next_one.get("/sw.js").data != before
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    monkeypatch.setattr(offline, "ROOT", tmp_path)
    with another(sample_settings) as same:
        assert same.get("/sw.js").data == before
    (tmp_path / "templates" / "one-more.html").write_text("<p>")
    with another(sample_settings) as next_one:
        assert next_one.get("/sw.js").data != before


def test_switched_off_the_worker_removes_itself_and_no_page_asks_for_one(
    sample_settings: Settings,
) -> None:
    with another(replace(sample_settings, offline=False)) as client:
        script = client.get("/sw.js").text
        assert "unregister()" in script
        assert 'addEventListener("fetch"' not in script
        assert "data-worker" not in client.get("/").text


def test_the_offline_page_needs_no_script_to_be_honest(client: FlaskClient) -> None:
    page = client.get("/offline").text
    assert "没有网络时能用的" in page
    assert 'content="noindex"' in page
    assert "12351" in page
    assert "What works without a network" in client.get("/offline?lang=en").text


def test_the_offline_page_holds_nothing_of_the_registry(app: APIFlask) -> None:
    page = re.sub(r'nonce="[^"]+"', "", app.test_client().get("/offline").text)
    place = app.test_client().get("/api/v1/places?limit=1").json
    assert place is not None
    assert place["features"][0]["properties"]["name"] not in page


@pytest.mark.parametrize(
    ("query", "name", "start"),
    [("", "盐城职工服务地图", "/"), ("?lang=en", "Yancheng worker services", "/?lang=en")],
)
def test_the_manifest_says_what_a_phone_installs(
    query: str, name: str, start: str, client: FlaskClient
) -> None:
    answer = client.get(f"/manifest.webmanifest{query}")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["name"], manifest["start_url"], manifest["id"]) == (name, start, "/")
    assert len(manifest["short_name"]) <= 12
    assert manifest["display"] == "standalone"
    for icon in manifest["icons"]:
        picture = client.get(icon["src"])
        assert picture.mimetype == icon["type"]
        width = int.from_bytes(picture.data[16:20], "big")  # PNG, chunk IHDR
        assert icon["sizes"] == f"{width}x{width}"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    assert f'href="/manifest.webmanifest{query}"' in client.get(f"/{query}").text


def test_a_frame_has_neither_manifest_nor_worker_nor_script_of_the_shell(
    client: FlaskClient,
) -> None:
    frame = client.get("/embed").text
    for text in ("manifest", "data-worker", "shell.js", "localStorage"):
        assert text not in frame
