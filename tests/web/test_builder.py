"""The builder's page, the article kit and oEmbed."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, urlsplit
from zipfile import ZipFile

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.settings import ROOT, Settings


def made(page: str, name: str) -> str:
    """What one of the builder's read-only boxes holds."""
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page, flags=re.S)
    assert found is not None
    return unescape(found[1])


def test_what_is_chosen_is_in_the_snippet_the_link_and_the_pictures(client: FlaskClient) -> None:
    page = client.get(
        "/embed/builder?chosen=1&kind=station&kind=trucker_home&amenity=toilet&district=320902"
        "&open=now&center=33.3832,120.1306&zoom=15&controls=list&controls=search"
        "&frame_lang=en&frame_theme=dark&frame_text=large&size=phone"
    ).text
    frame = re.search(r'<iframe src="([^"]+)"', made(page, "snippet"))
    assert frame is not None
    parts = urlsplit(unescape(frame[1]))
    assert (parts.netloc, parts.path) == ("localhost", "/embed")
    assert parse_qs(parts.query) == {
        "kind": ["station,trucker_home"],
        "district": ["320902"],
        "amenity": ["toilet"],
        "open": ["now"],
        "center": ["33.3832,120.1306"],
        "zoom": ["15"],
        "controls": ["list,search"],
        "lang": ["en"],
        "text": ["large"],
        "theme": ["dark"],
    }
    assert client.get(parts._replace(scheme="", netloc="").geturl()).status_code == 200
    assert 'width="320" height="480"' in made(page, "snippet")
    link = urlsplit(made(page, "page"))
    assert "controls" not in parse_qs(link.query)
    assert parse_qs(link.query)["amenity"] == ["toilet"]


def test_untouched_it_gives_the_whole_map_and_all_controls(client: FlaskClient) -> None:
    page = client.get("/embed/builder").text
    assert 'src="http://localhost/embed"' in made(page, "snippet")
    assert made(page, "page") == "http://localhost/"


def test_a_form_without_any_control_is_a_map_alone(client: FlaskClient) -> None:
    page = client.get("/embed/builder?chosen=1").text
    assert 'src="http://localhost/embed?controls="' in made(page, "snippet")
    framed = client.get("/embed?controls=").text
    assert 'id="search"' not in framed
    assert 'id="places"' not in framed


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=tavern", "tavern"),
        ("district=110000", "110000"),
        ("amenity=beer", "beer"),
        ("center=here", "center"),
        ("center=91,120", "纬度"),
        ("zoom=3", "zoom"),
        ("controls=wheel", "controls"),
        ("size=huge", "size"),
        ("frame_lang=de", "frame_lang"),
    ],
)
@pytest.mark.parametrize("path", ["/embed/builder", "/embed/kit.zip"])
def test_a_wrong_choice_gets_a_sentence(
    path: str, query: str, said: str, client: FlaskClient
) -> None:
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == 400
    assert said in answer.text


def test_the_page_speaks_english_and_its_frame_what_was_chosen(client: FlaskClient) -> None:
    page = client.get("/embed/builder?lang=en").text
    assert "Embed and pictures" in page
    assert "lang=en" not in made(page, "snippet")


def test_the_kit_holds_picture_code_text_and_steps(client: FlaskClient) -> None:
    answer = client.get("/embed/kit.zip?kind=trucker_home")
    assert answer.mimetype == "application/zip"
    with ZipFile(BytesIO(answer.data)) as kit:
        assert kit.testzip() is None
        assert kit.namelist() == ["1-map.png", "2-qr.png", "3-text.txt", "README.txt"]
        picture = kit.read("1-map.png")
        text = kit.read("3-text.txt").decode("utf-8-sig")
        steps = kit.read("README.txt").decode("utf-8-sig")
    assert picture.startswith(b"\x89PNG")
    assert int.from_bytes(picture[16:20], "big") == 1080
    assert "http://localhost/?kind=trucker_home" in text
    assert "http://localhost/?kind=trucker_home" in steps
    names = re.findall(r"^\d+\. (.+)$", text, flags=re.M)
    listed = client.get("/api/v1/places?kind=trucker_home&limit=500").json["features"]  # type: ignore[index]
    located = {f["properties"]["name"] for f in listed if f["geometry"]}
    assert set(names) == located
    assert "示例数据" in text


def kit_of(client: FlaskClient, query: str) -> tuple[str, dict[str, bytes], str]:
    """The builder's page, the kit it leads to, and the address of its picture."""
    page = client.get(f"/embed/builder?{query}").text
    kit, still = (
        re.search(rf'href="({path}[^"]*)"', page) for path in ("/embed/kit.zip", "/still.png")
    )
    assert kit is not None
    assert still is not None
    with ZipFile(BytesIO(client.get(unescape(kit[1])).data)) as archive:
        return page, {name: archive.read(name) for name in archive.namelist()}, unescape(still[1])


def test_the_kit_is_what_the_builder_shows(client: FlaskClient) -> None:
    page, kit, still = kit_of(
        client, "kind=trucker_home&frame_text=large&frame_theme=dark&frame_lang=en"
    )
    assert kit["1-map.png"] == client.get(still).data
    assert kit["3-text.txt"].decode("utf-8-sig") == made(page, "article")
    assert made(page, "page") in kit["README.txt"].decode("utf-8-sig")
    assert "text=large" in made(page, "page")


def test_the_steps_are_in_the_builders_language(client: FlaskClient) -> None:
    _, kit, _ = kit_of(client, "kind=trucker_home&lang=en")
    assert "Put 1-map.png into the article" in kit["README.txt"].decode("utf-8-sig")
    assert "示例数据" in kit["3-text.txt"].decode("utf-8-sig")
    _, kit, _ = kit_of(client, "kind=trucker_home&frame_lang=en")
    assert "插进正文" in kit["README.txt"].decode("utf-8-sig")
    assert "Sample data" in kit["3-text.txt"].decode("utf-8-sig")


def test_what_does_not_fit_is_said_where_some_do(client: FlaskClient) -> None:
    assert "处放不下" in client.get("/embed/builder?center=33.38,120.13&zoom=13").text
    # Nothing lies in the Gulf of Guinea: the text says so, and where the nearest is.
    page = client.get("/embed/builder?center=0,0").text
    assert "处放不下" not in page
    assert "图上这一片没有符合条件的服务点" in made(page, "article")


# --- oEmbed ----------------------------------------------------------------------------------


@pytest.fixture
def public_app(sample_settings: Settings) -> APIFlask:
    """Behind its public address."""
    from dataclasses import replace

    return create_app(replace(sample_settings, base_url="http://map.example.org"))


def test_oembed_frames_a_place_where_it_is(client: FlaskClient) -> None:
    feature = client.get("/api/v1/places?kind=station&limit=1").json["features"][0]  # type: ignore[index]
    answer = client.get(f"/oembed?url=http://localhost/p/{feature['id']}&maxwidth=400")
    found = answer.json
    assert found["version"] == "1.0"  # type: ignore[index]
    assert found["type"] == "rich"  # type: ignore[index]
    assert (found["width"], found["height"]) == (400, 640)  # type: ignore[index]
    assert feature["properties"]["name"] in found["title"]  # type: ignore[index]
    src = re.search(r'src="([^"]+)"', found["html"])  # type: ignore[index]
    assert src is not None
    lat, lon = map(float, parse_qs(urlsplit(unescape(src[1])).query)["center"][0].split(","))
    expected = feature["geometry"]["coordinates"]
    assert (lon, lat) == pytest.approx(expected, abs=1e-5)
    picture = urlsplit(found["thumbnail_url"]).path  # type: ignore[index]
    size = client.get(picture).data[16:24]
    assert (int.from_bytes(size[:4], "big"), int.from_bytes(size[4:], "big")) == (1200, 630)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_oembed_keeps_what_a_map_address_shows(client: FlaskClient) -> None:
    url = "http%3A%2F%2Flocalhost%2Fmap%3Fkind%3Dtrucker_home%26lang%3Den"
    html = client.get(f"/oembed?url={url}&format=json").json["html"]  # type: ignore[index]
    assert "/embed?kind=trucker_home&amp;lang=en" in html


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=http://elsewhere.example/p/x", 400),
        ("url=javascript:alert(1)", 400),
        ("url=http://localhost/p/nothing", 404),
        ("url=http://localhost/coverage", 404),
        ("url=http://localhost/&format=xml", 501),
        ("url=http://localhost/&maxwidth=wide", 400),
        ("", 400),
    ],
)
def test_oembed_refuses_what_it_cannot_frame(query: str, status: int, client: FlaskClient) -> None:
    assert client.get(f"/oembed?{query}").status_code == status


def test_behind_a_public_address_everything_carries_it(public_app: APIFlask) -> None:
    client = public_app.test_client()
    options = {"base_url": "http://map.example.org"}
    page = client.get("/embed/builder", **options).text  # type: ignore[arg-type]
    assert 'src="http://map.example.org/embed"' in made(page, "snippet")
    answer = client.get("/oembed?url=http://map.example.org/", **options)  # type: ignore[arg-type]
    assert answer.json["provider_url"] == "http://map.example.org/"  # type: ignore[index]
    public_app.extensions["locator"].database.dispose()


def test_no_english_text_of_the_builder_is_markup() -> None:
    # Templates take a translation as it stands.
    text = (ROOT / "data" / "translations" / "en" / "embed.po").read_text()
    assert not re.search(r"<[a-z/]", text)


@pytest.mark.parametrize("extra", ["&dnt=1", "&maxheight=900&dnt=1", "&callback=x"])
def test_oembed_ignores_what_a_consumer_adds(extra: str, client: FlaskClient) -> None:
    # WordPress appends dnt=1 to every provider's address.
    assert client.get(f"/oembed?url=http://localhost/&format=json{extra}").status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "http://[::1",
        "http://localhost:x/",
        "//localhost/",
        "http:localhost",
        "http://localhost@evil.example/",
        "http://evil.example\\@localhost/",
        "http://localhost:8080/",
    ],
)
def test_oembed_knows_its_own_host(url: str, client: FlaskClient) -> None:
    assert client.get("/oembed", query_string={"url": url}).status_code == 400


@pytest.mark.parametrize(
    "url", ["http://localhost", "http://LOCALHOST:80/", "https://localhost:443/map"]
)
def test_a_hosts_other_spellings_are_the_same_host(url: str, client: FlaskClient) -> None:
    assert client.get("/oembed", query_string={"url": url}).status_code == 200


def test_oembed_keeps_the_frame_and_speaks_the_pages_language(client: FlaskClient) -> None:
    def html(url: str) -> str:
        answer = client.get("/oembed", query_string={"url": f"http://localhost{url}"}).json
        assert answer is not None
        return unescape(f"{answer['title']} {answer['html']}")

    assert "/embed?kind=station&controls=list" in html("/embed?controls=list&kind=station")
    assert "/embed?controls=" in html("/embed?controls=")
    assert "Tinghu · Yancheng" in html("/d/320902?lang=en")
    assert "script" not in html("/?theme=%22%3E%3Cscript%3E")


def test_the_page_that_is_shared_leads_to_its_own_frame(client: FlaskClient) -> None:
    page = client.get("/?kind=station&lang=en&nonsense=1").text
    found = re.search(r'type="application/json\+oembed" href="([^"]+)"', page)
    assert found is not None
    html = client.get(unescape(found[1])).json["html"]  # type: ignore[index]
    assert "/embed?kind=station&amp;lang=en" in html


def test_a_repeated_parameter_is_a_list(client: FlaskClient) -> None:
    one = client.get("/embed?kind=station&kind=trucker_home").text
    assert '"kinds":["station","trucker_home"]' in one.replace(", ", ",").replace(": ", ":")
    assert client.get("/embed?kind=station&kind=tavern").status_code == 400
    assert client.get("/embed?zoom=&center=&kind=").status_code == 200
