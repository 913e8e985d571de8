"""Feedback over the web: the plain form, the same by script, who counts, what is never kept."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from services.feedback import door_token
from services.locator import Locator
from services.places import PlaceStatus, PlaceUpdate
from services.registry.store import PlaceRegistry
from services.settings import Settings
from services.workflows import feedback_json

NOON = datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
JSON = {"Accept": "application/json"}
MINE, ANOTHERS = "0123456789abcdef" * 2, "fedcba9876543210" * 2


@pytest.fixture
def locator(app: APIFlask) -> Locator:
    """What the application works with, at noon."""
    locator: Locator = app.extensions["locator"]
    locator.clock = lambda: NOON
    return locator


@pytest.fixture
def place(locator: Locator) -> str:
    """A published place."""
    return locator.snapshot().places[0].id


@pytest.fixture
def client(app: APIFlask, locator: Locator) -> FlaskClient:
    """A client of the application that the test may change."""
    return app.test_client()


def send(client: FlaskClient, place: str, **fields: str) -> TestResponse:
    return client.post(f"/p/{place}/feedback", data=fields, headers=JSON)


def kept(locator: Locator) -> dict[str, Any]:
    """Counts of the only place that was spoken of."""
    (only,) = feedback_json(locator)["places"]
    counts: dict[str, Any] = only["counts"]
    return counts


def test_the_form_works_as_it_stands_in_the_page(
    client: FlaskClient, locator: Locator, place: str
) -> None:
    page = client.get(f"/p/{place}").text
    forms = re.findall(r'<form method="post" action="([^"]+)"', page)
    assert forms == [f"/p/{place}/feedback"] * 2
    values = re.findall(r'name="said" value="(\w+)"', page)
    assert values == ["still_true", "closed", "moved", "hours", "facility", "other"]
    for value in values:
        answer = client.post(forms[0], data={"said": value, "note": "门锁着"})
        assert answer.status_code == 303
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert answer.headers["Location"] == f"/p/{place}?said={value}#feedback"
        after = client.get(answer.headers["Location"])
        assert after.status_code == 200
        assert "谢谢,记下了:" in after.text
    assert kept(locator) == {"other": {"n": 1, "at_door": 0}}


def test_the_view_stays(client: FlaskClient, place: str) -> None:
    page = client.get(f"/p/{place}?lang=en&text=large").text
    action = html.unescape(re.findall(r'<form method="post" action="([^"]+)"', page)[0])
    assert action == f"/p/{place}/feedback?lang=en&text=large"
    answer = client.post(action, data={"said": "closed"})
    target = answer.headers["Location"]
    assert target == f"/p/{place}?said=closed&lang=en&text=large#feedback"
    assert "Thank you, noted: Closed or not there." in client.get(target).text


@pytest.mark.parametrize("said", ["<script>alert(1)</script>", "burnt", "", "STILL_TRUE"])
def test_a_link_cannot_put_words_into_the_page(client: FlaskClient, place: str, said: str) -> None:
    page = client.get(f"/p/{place}", query_string={"said": said}).text
    assert "谢谢,记下了" not in page
    assert "<script>alert" not in page


def test_by_script_it_answers_what_was_kept(client: FlaskClient, place: str) -> None:
    answer = send(client, place, said="hours", note="周日不开", phone=MINE)
    assert answer.status_code == 200
    assert answer.json == {"kept": "new", "said": "hours", "at_door": False}
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers
    again = send(client, place, said="still_true", phone=MINE)
    assert again.json == {"kept": "replaced", "said": "still_true", "at_door": False}


def test_two_phones_are_two_and_the_next_day_counts_again(
    client: FlaskClient, locator: Locator, place: str
) -> None:
    for phone in (MINE, ANOTHERS, MINE):
        send(client, place, said="closed", phone=phone)
    assert kept(locator)["closed"]["n"] == 2
    locator.clock = lambda: NOON + timedelta(days=1)
    assert send(client, place, said="closed", phone=MINE).json == {
        "kept": "new",
        "said": "closed",
        "at_door": False,
    }
    assert kept(locator)["closed"]["n"] == 3


def test_the_doors_code_marks_what_is_said_there(
    client: FlaskClient, locator: Locator, place: str
) -> None:
    token = door_token(locator.secret, place)
    page = client.get(f"/p/{place}?door={token}").text
    assert "你在门口" in page
    assert page.count(f'<input type="hidden" name="door" value="{token}">') == 2
    assert send(client, place, said="closed", door=token, phone=MINE).json["at_door"] is True  # type: ignore[index]
    # Said again from home, on the same day: it was at the door once.
    assert send(client, place, said="moved", phone=MINE).json["at_door"] is False  # type: ignore[index]
    assert kept(locator) == {"moved": {"n": 1, "at_door": 1}}


@pytest.mark.parametrize("wrong", ["", "AAAAAAAAAAAAAAAA", '"><script>', "门口"])
def test_a_wrong_code_marks_nothing_and_says_nothing(
    client: FlaskClient, place: str, wrong: str
) -> None:
    page = client.get(f"/p/{place}", query_string={"door": wrong})
    assert page.status_code == 200
    assert "你在门口" not in page.text
    assert 'name="door"' not in page.text
    assert send(client, place, said="closed", door=wrong).json["at_door"] is False  # type: ignore[index]


def test_another_doors_code_is_no_code_here(
    client: FlaskClient, locator: Locator, place: str
) -> None:
    token = door_token(locator.secret, locator.snapshot().places[1].id)
    assert "你在门口" not in client.get(f"/p/{place}?door={token}").text
    assert send(client, place, said="closed", door=token).json["at_door"] is False  # type: ignore[index]


def test_what_is_published_does_not_move(client: FlaskClient, locator: Locator, place: str) -> None:
    paths = ("/api/v1/places.json", f"/api/v1/places/{place}", "/d/320902", "/")
    strip = re.compile(rb'nonce="[^"]+"')
    before = [strip.sub(b"", client.get(path).data) for path in paths]
    revision = locator.database.revision_now()
    for number in range(50):
        sent = send(client, place, said="closed", note="关了", phone=f"{number:032x}")
        assert sent.json["kept"] == "new"  # type: ignore[index]
    assert locator.database.revision_now() == revision
    assert [strip.sub(b"", client.get(path).data) for path in paths] == before


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "said"),
        ({"said": "burnt"}, "said"),
        ({"said": "closed", "note": "字" * 201}, "note"),
        ({"said": "closed", "note": "门\0"}, "note"),
        ({"said": "closed", "note": "门\x1b[31m"}, "note"),
        ({"said": "closed", "phone": "me"}, "phone"),
        ({"said": "closed", "point": "33.4,120.2"}, "point"),
        ({"said": ["closed", "moved"]}, "said"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    client: FlaskClient, locator: Locator, place: str, fields: dict[str, Any], field: str
) -> None:
    form = {"data": fields, "content_type": "application/x-www-form-urlencoded"}
    answer = client.post(f"/p/{place}/feedback", headers=JSON, **form)
    assert answer.status_code == 400
    assert answer.json["error"]["field"] == field  # type: ignore[index]
    assert answer.json["error"]["message"].endswith("。")  # type: ignore[index]
    page = client.post(f"/p/{place}/feedback", **form)
    assert "text/html" in page.headers["Content-Type"]
    assert page.status_code == 400
    assert feedback_json(locator)["total"] == 0


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"said": "closed"}', "application/json", 400),
        (b"said=closed", "text/plain", 400),
        (b"said=closed", "multipart/form-data; boundary=x", 400),
        (b"said=closed&note=" + b"a" * 4096, "application/x-www-form-urlencoded", 413),
        (b"&".join([b"said=closed"] + [b"x%d=1" % n for n in range(900)]),
         "application/x-www-form-urlencoded", 413),
    ],
)  # fmt: skip
def test_another_body_is_refused(
    client: FlaskClient, place: str, body: bytes, content_type: str, status: int
) -> None:
    answer = client.post(
        f"/p/{place}/feedback", data=body, headers={**JSON, "Content-Type": content_type}
    )
    assert answer.status_code == status
    assert answer.json["error"]["message"]  # type: ignore[index]


NASTY = [
    "{{7*7}}${1}<img src=x onerror=alert(1)>",
    '=HYPERLINK("http://evil.example")',
    "'; DROP TABLE feedback; --",
    "\u202etxt.关了",
]


@pytest.mark.parametrize("note", NASTY)
def test_a_hostile_note_is_text(
    client: FlaskClient, locator: Locator, place: str, note: str
) -> None:
    assert send(client, place, said="other", note=note).status_code == 200
    (only,) = feedback_json(locator)["places"]
    assert only["notes"][0]["note"] == note.replace("\u202e", "")
    assert note not in client.get(f"/p/{place}").text


def test_a_place_that_is_not_published_is_not_there(
    client: FlaskClient, locator: Locator, place: str
) -> None:
    with locator.database.writing() as session:
        registry = PlaceRegistry(session)
        found = registry.get(place)
        assert found is not None
        update = PlaceUpdate(place, found.version, {"status": PlaceStatus.SUSPENDED})
        registry.apply(updates=[update], actor="test")
    for address in (place, "nothing", "%00", "..%2f.."):
        assert send(client, address, said="closed").status_code == 404
    assert feedback_json(locator)["total"] == 0


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
    ],
)
def test_another_sites_page_cannot_speak_for_a_visitor(
    client: FlaskClient, locator: Locator, place: str, headers: dict[str, str], status: int
) -> None:
    answer = client.post(
        f"/p/{place}/feedback", data={"said": "closed"}, headers={**JSON, **headers}
    )
    assert answer.status_code == status
    assert feedback_json(locator)["total"] == (status == 200)


def test_a_get_says_that_it_is_none(client: FlaskClient, place: str) -> None:
    answer = client.get(f"/p/{place}/feedback?said=closed")
    assert answer.status_code == 405
    assert answer.headers["Allow"].count("POST") == 1


@pytest.fixture
def behind_proxy(sample_settings: Settings) -> Iterator[APIFlask]:
    """The application as a proxy's visitors see it, each with an address."""
    app = create_app(replace(sample_settings, proxy_count=1))
    app.extensions["locator"].clock = lambda: NOON
    yield app
    app.extensions["locator"].database.dispose()


def test_an_address_speaks_thirty_times_an_hour(behind_proxy: APIFlask) -> None:
    client = behind_proxy.test_client()
    places = [place.id for place in behind_proxy.extensions["locator"].snapshot().places[:31]]

    def say(place: str, address: str, **fields: str) -> TestResponse:
        headers = {**JSON, "X-Forwarded-For": address}
        data = {"said": "closed", **fields}
        return client.post(f"/p/{place}/feedback", data=data, headers=headers)

    # A fresh id each time gets nobody past the address; what was refused does not count.
    assert say(places[0], "203.0.113.7", note="字" * 201).status_code == 400
    answers = [say(p, "203.0.113.7", phone=f"{n:032x}") for n, p in enumerate(places)]
    assert [answer.status_code for answer in answers] == [200] * 30 + [429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 3600
    assert answers[-1].json["error"]["message"].endswith("。")  # type: ignore[index]
    page = client.post(
        f"/p/{places[5]}/feedback",
        data={"said": "closed"},
        headers={"X-Forwarded-For": "203.0.113.7"},
    )
    assert page.status_code == 429
    assert "<h1>" in page.text
    assert int(page.headers["Retry-After"]) > 0
    assert say(places[0], "203.0.113.8").status_code == 200


def test_a_phone_speaks_of_five_places_an_hour_from_wherever(behind_proxy: APIFlask) -> None:
    client = behind_proxy.test_client()
    places = [place.id for place in behind_proxy.extensions["locator"].snapshot().places[:6]]
    answers = [
        client.post(
            f"/p/{place}/feedback",
            data={"said": "closed", "phone": MINE},
            headers={**JSON, "X-Forwarded-For": f"203.0.113.{number}"},
        )
        for number, place in enumerate(places)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    # The limiter writes the header anew, in whole seconds of its own clock.
    assert answers[-1].headers["Retry-After"] in ("3599", "3600")
    assert answers[-1].json["error"]["code"] == "too_often"  # type: ignore[index]


def test_without_an_id_the_address_stands_in(behind_proxy: APIFlask) -> None:
    client, locator = behind_proxy.test_client(), behind_proxy.extensions["locator"]
    place = locator.snapshot().places[0].id
    for address in ("203.0.113.7", "203.0.113.7", "203.0.113.8"):
        client.post(
            f"/p/{place}/feedback",
            data={"said": "closed"},
            headers={"X-Forwarded-For": address},
        )
    assert kept(locator)["closed"]["n"] == 2


def test_neither_address_nor_id_is_kept_or_logged(
    behind_proxy: APIFlask, sample_settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    client, locator = behind_proxy.test_client(), behind_proxy.extensions["locator"]
    place = locator.snapshot().places[0].id
    address = "198.51.100.213"
    for fields in ({"phone": MINE}, {}, {"said": "burnt", "phone": MINE}, {"note": "x" * 201}):
        client.post(
            f"/p/{place}/feedback",
            data={"said": "closed", "note": "canary-note", **fields},
            headers={"X-Forwarded-For": address},
        )
    assert kept(locator)["closed"]["n"] == 2
    database = Path(sample_settings.database_url.removeprefix("sqlite:///"))
    written = b"".join(file.read_bytes() for file in database.parent.glob("registry.db*"))
    assert b"canary-note" in written  # the search would find it
    log = "".join(capfd.readouterr())
    for trace in (address, MINE, locator.secret.decode()):
        assert trace.encode() not in written
        assert trace not in log
    assert "canary-note" not in log


def test_a_read_only_disk_reads_on(app: APIFlask, locator: Locator, place: str) -> None:
    # A folder in the secret's way: it can be neither read nor made, whoever runs the test.
    locator.settings.secret_file.mkdir()
    client = app.test_client()
    assert client.get(f"/p/{place}").status_code == 200
    page = client.get(f"/p/{place}?door=AAAAAAAAAAAAAAAA")
    assert page.status_code == 200
    assert "你在门口" not in page.text
    answer = send(client, place, said="closed")
    assert answer.status_code == 503
    assert answer.json["error"]["message"].endswith("。")  # type: ignore[index]
