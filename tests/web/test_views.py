"""Language, size of text and theme stand in the address, and every link of ours carries them on."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from services.web.choice import known_choice
from services.web.view import View, link

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def links(page: str) -> list[str]:
    """Addresses of pages of ours that a page leads to."""
    found = re.findall(r'<a [^>]*href="(/[^"]*)"', page)
    pictures = (".png", ".svg", ".zip")
    return [unescape(each) for each in found if not urlsplit(each).path.endswith(pictures)]


@pytest.fixture
def paths(reading_app: APIFlask) -> list[str]:
    some = reading_app.extensions["locator"].snapshot().located[0]
    return ["/", "/map", f"/p/{some.id}", f"/d/{some.district}", "/about", "/embed", "/nowhere"]


def test_a_link_carries_the_view_on(client: FlaskClient, paths: list[str]) -> None:
    for path in paths:
        page = client.get(f"{path}?lang=en&text=large&theme=dark").text
        assert '<html lang="en"' in page, path
        assert 'data-text="large"' in page, path
        assert 'data-theme="dark"' in page, path
        checked = 0
        for address in links(page):
            query = parse_qs(urlsplit(address).query)
            switches = {"lang", "text"} - set(query)  # the two that switch back to the usual view
            assert len(switches) <= 1, (path, address)
            assert query["theme"] == ["dark"], (path, address)
            checked += 1
        assert checked > 4, path


def test_the_usual_view_is_chinese_and_says_nothing_in_addresses(
    client: FlaskClient, paths: list[str]
) -> None:
    for path in paths:
        page = client.get(path).text
        assert '<html lang="zh-CN"' in page
        carried = [a for a in links(page) if parse_qs(urlsplit(a).query).keys() - {"lang", "text"}]
        assert carried == [], path


def test_an_english_page_is_english_but_for_the_registrys_own_names(
    client: FlaskClient, paths: list[str]
) -> None:
    for path in paths:
        page = client.get(f"{path}?lang=en").text
        body = page[page.index("<body") :]
        body = re.sub(r"<(script|svg|template)\b.*?</\1>", "", body, flags=re.S)
        # What is marked as Chinese may be so: names and addresses of places, sources, switches.
        marked = r'<(\w+)[^>]* lang="zh-CN"[^>]*>.*?</\1>'
        rest = re.sub(marked, "", body, flags=re.S)
        words = [text for text in re.findall(r">([^<>]+)<", rest) if CHINESE.search(text)]
        assert words == [], path
        said = re.findall(r'(?:aria-label|title|alt|placeholder|content)="([^"]*)"', rest)
        assert [text for text in said if CHINESE.search(text)] == [], path


def test_unknown_views_are_the_usual_one(client: FlaskClient) -> None:
    page = client.get("/?lang=xx&text=huge&theme=pink").text
    assert '<html lang="zh-CN">' in page


def test_the_planner_speaks_chinese_whatever_is_asked(client: FlaskClient) -> None:
    assert '<html lang="zh-CN"' in client.get("/coverage?lang=en").text


def test_an_english_page_takes_the_english_words(client: FlaskClient) -> None:
    english = re.findall(r'src="(/assets/[^"]+/js/finder\.js)"', client.get("/?lang=en").text)
    assert len(english) == 1
    assert "/en/js/" in english[0]
    words = client.get(english[0].replace("finder.js", "words.js")).text
    assert "Closing soon" in words
    chinese = re.findall(r'src="(/assets/[^"]+/js/finder\.js)"', client.get("/").text)
    assert "即将关闭" in client.get(chinese[0].replace("finder.js", "words.js")).text
    same = client.get(english[0]).data
    assert same == client.get(chinese[0]).data  # only the words differ


def test_a_theme_is_the_same_sheet_always_or_never_dark(client: FlaskClient) -> None:
    sheets = {}
    for theme in ("", "light", "dark"):
        address = re.findall(r'href="(/assets/[^"]+\.css)"', client.get(f"/?theme={theme}").text)
        sheets[theme] = client.get(address[0]).text
    condition = "@media (prefers-color-scheme: dark)"
    assert condition in sheets[""]
    assert condition not in sheets["light"]
    assert sheets["light"] == sheets[""].replace(condition, "@media not all")
    assert sheets["dark"] == sheets[""].replace(condition, "@media all")


def test_no_page_sets_a_cookie(client: FlaskClient, paths: list[str]) -> None:
    for path in paths:
        assert "Set-Cookie" not in client.get(f"{path}?lang=en&text=large").headers


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", "/?lang=en&text=large"),
        ("/d/320902#station", "/d/320902?lang=en&text=large#station"),
        ("/?kind=station", "/?kind=station&lang=en&text=large"),
    ],
)
def test_link_joins_what_an_address_has_already(path: str, expected: str) -> None:
    assert link(path, View(lang="en", large=True)) == expected
    assert link(path, View()) == path


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ({"kind": "station,tavern"}, {"kind": "station"}),
        ({"kind": "tavern"}, {}),
        ({"center": "91,120", "zoom": "12"}, {"zoom": "12"}),
        ({"center": "33.4,120.1", "zoom": "99"}, {"center": "33.4,120.1"}),
        ({"open": "later", "amenity": "toilet"}, {"amenity": "toilet"}),
        ({"district": "320902'--"}, {}),
        ({"zoom": "１２"}, {}),
    ],
)
def test_a_workers_link_never_fails_over_a_parameter(
    said: dict[str, str], taken: dict[str, str], reading_app: APIFlask, client: FlaskClient
) -> None:
    assert known_choice(reading_app.extensions["locator"], said).parameters == taken
    assert client.get("/", query_string=said).status_code == 200


def test_a_strange_path_leads_nowhere_else(client: FlaskClient) -> None:
    page = client.get("/%5Cevil.example/x").text
    switches = re.findall(r'href="([^"]*lang=en[^"]*)"', page)
    assert switches == ["/%5Cevil.example/x?lang=en"]


@pytest.mark.parametrize("path", ["/embed?kind=tavern", "/embed/builder?zoom=abc", "/d/999999"])
def test_an_english_page_of_an_error_is_english(path: str, client: FlaskClient) -> None:
    page = client.get(f"{path}{'&' if '?' in path else '?'}lang=en").text
    main = page[page.index("<main") : page.index("</main>")]
    assert not CHINESE.search(main)


def test_only_a_refusal_says_when_to_try_again(client: FlaskClient) -> None:
    for path in ("/", "/api/v1/kinds", "/nowhere"):
        assert "Retry-After" not in client.get(path).headers
