"""Pictures and codes over HTTP: sizes, filters, refusals, caching, one at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app
from services.limits import PICTURE_SHARERS_MAX, PICTURES_WAITING_MAX
from services.locator import Locator
from services.settings import Settings
from services.workflows import pictures
from tests.unit.pictures.codes_read import (
    modules_of_png,
    modules_of_svg,
    modules_of_text,
    png_size,
)


def size(answer: TestResponse) -> tuple[int, int]:
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "image/png"
    return png_size(answer.data)


@pytest.fixture
def place_id(reading_app: APIFlask) -> str:
    locator: Locator = reading_app.extensions["locator"]
    return str(locator.snapshot().located[0].id)


@pytest.mark.parametrize(
    "query",
    [
        "kind=trucker_home",
        "kind=station,trucker_home&district=320902&amenity=meal_heating&lang=en",
        "center=33.38,120.14&zoom=15&theme=dark",
        "open=now&district=320904",
        "kind=service_fair&amenity=shower&district=320921&utm_source=article",
    ],
)
def test_the_still_picture_is_1080_px_wide(client: FlaskClient, query: str) -> None:
    width, height = size(client.get(f"/still.png?{query}"))
    assert width == 1080
    assert height > 1080


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("kind=nonsense", "没有“nonsense”"),
        ("district=110000", "没有“110000”"),
        ("amenity=gold", "没有“gold”"),
        ("center=33.4", "应是 纬度,经度"),
        ("center=nan,1", "应是 纬度,经度"),
        ("center=91.0,10", "超出 ±90"),
        ("zoom=99", "太大"),
        ("open=yes", "“open”"),
    ],
)
def test_wrong_parameters_get_a_sentence(client: FlaskClient, query: str, said: str) -> None:
    for path in ("/still.png", "/embed/qr.svg"):
        answer = client.get(f"{path}?{query}")
        assert answer.status_code == 400
        assert said in answer.text


def test_the_same_picture_is_not_sent_twice(client: FlaskClient) -> None:
    first = client.get("/still.png?kind=trucker_home")
    again = client.get(
        "/still.png?kind=trucker_home", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status_code == 304
    assert "Content-Encoding" not in first.headers
    assert "no-store" not in first.headers["Cache-Control"]


def test_the_order_of_names_makes_no_other_picture(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get("/still.png?kind=trucker_home,rights_centre")
    monkeypatch.setattr(pictures, "still_picture", None)  # another one cannot be drawn
    again = client.get("/still.png?kind=trucker_home,rights_centre&utm_source=x")
    assert again.data == first.data


def test_share_cards(client: FlaskClient, place_id: str) -> None:
    assert size(client.get("/share.png")) == (1200, 630)
    assert size(client.get(f"/p/{place_id}/share.png?lang=en")) == (1200, 630)
    assert client.get("/p/nothing/share.png").status_code == 404


def test_a_places_code_leads_to_its_page(client: FlaskClient, place_id: str) -> None:
    wanted = modules_of_text(f"http://localhost/p/{place_id}")
    svg = client.get(f"/p/{place_id}/qr.svg")
    assert svg.content_type == "image/svg+xml; charset=utf-8"
    assert modules_of_svg(svg.text) == wanted
    assert modules_of_png(client.get(f"/p/{place_id}/qr.png").data) == wanted
    assert client.get("/p/nothing/qr.svg").status_code == 404


def test_the_maps_code_leads_to_the_map_with_the_same_filters(client: FlaskClient) -> None:
    asked = "kind=station,trucker_home&amenity=water&open=now&center=33.38,120.14&zoom=14"
    looks = "lang=en&text=large&theme=dark"
    wanted = modules_of_text(f"http://localhost/?{asked}&{looks}")
    answer = client.get(f"/embed/qr.svg?{asked}&controls=list&{looks}")
    assert modules_of_svg(answer.text) == wanted
    assert modules_of_png(client.get(f"/embed/qr.png?{asked}&{looks}").data) == wanted


def test_codes_name_the_public_address(sample_settings: Settings) -> None:
    settings = replace(sample_settings, base_url="http://map.example.org")
    app = create_app(settings)
    answer = app.test_client().get(
        "/embed/qr.svg?kind=station", headers={"Host": "map.example.org"}
    )
    assert modules_of_svg(answer.text) == modules_of_text("http://map.example.org/?kind=station")
    app.extensions["locator"].database.dispose()


@pytest.mark.parametrize(
    ("name", "side"),
    [("icon-192", 192), ("icon-512", 512), ("maskable-192", 192), ("apple-touch-icon", 180)],
)
def test_icons_have_their_size(client: FlaskClient, name: str, side: int) -> None:
    assert size(client.get(f"/icons/{name}.png")) == (side, side)


def test_an_icon_that_is_not_there(client: FlaskClient) -> None:
    assert client.get("/icons/other.png").status_code == 404


@pytest.fixture
def a_picture_that_takes_its_time(
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[threading.Semaphore, threading.Event]]:
    begun, done = threading.Semaphore(0), threading.Event()

    def slow(_picture: object) -> bytes:
        begun.release()
        done.wait(30)
        return b"picture"

    monkeypatch.setattr(pictures, "still_picture", slow)
    yield begun, done
    done.set()


class Line:
    """The lock, which tells when somebody has come to it."""

    def __init__(self, arrived: threading.Semaphore) -> None:
        self.arrived, self.lock = arrived, threading.Lock()

    def __enter__(self) -> None:
        self.arrived.release()
        self.lock.acquire()

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def test_one_picture_at_a_time_and_few_who_wait(
    app: APIFlask,
    a_picture_that_takes_its_time: tuple[threading.Semaphore, threading.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, done = a_picture_that_takes_its_time
    arrived = threading.Semaphore(0)
    monkeypatch.setattr(pictures, "_setting", Line(arrived))
    answers: list[TestResponse] = []
    kinds = ("station", "happy_enterprise", "rights_centre", "trucker_home", "service_fair")

    def ask(kind: str) -> None:
        answers.append(app.test_client().get(f"/still.png?kind={kind}"))

    askers = [threading.Thread(target=ask, args=(kind,)) for kind in kinds]
    assert len(askers) == PICTURES_WAITING_MAX + 1
    for asker in askers:
        asker.start()
    assert begun.acquire(timeout=30)
    for _ in askers:
        assert arrived.acquire(timeout=30)
    refused = app.test_client().get("/still.png?kind=innovation_studio")
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert "请过几秒再试" in refused.text
    assert not begun.acquire(blocking=False)  # one is being set, the others wait
    done.set()
    for asker in askers:
        asker.join(30)
    assert [answer.status_code for answer in answers] == [200] * len(kinds)


def test_who_waited_finds_what_the_first_made(
    app: APIFlask, a_picture_that_takes_its_time: tuple[threading.Semaphore, threading.Event]
) -> None:
    begun, done = a_picture_that_takes_its_time
    answers: list[TestResponse] = []
    askers = [
        threading.Thread(
            target=lambda: answers.append(app.test_client().get("/still.png?kind=station"))
        )
        for _ in range(3)
    ]
    for asker in askers:
        asker.start()
    assert begun.acquire(timeout=30)
    done.set()
    for asker in askers:
        asker.join(30)
    assert [answer.data for answer in answers] == [b"picture"] * 3
    assert not begun.acquire(blocking=False)


def test_all_who_ask_for_the_same_picture_get_the_one(
    app: APIFlask,
    a_picture_that_takes_its_time: tuple[threading.Semaphore, threading.Event],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun, done = a_picture_that_takes_its_time
    come = threading.Semaphore(0)
    result = Future.result

    def waited_for(self: Future[bytes], timeout: float | None = None) -> bytes:
        come.release()
        return result(self, timeout)

    monkeypatch.setattr(Future, "result", waited_for)
    answers: list[TestResponse] = []
    askers = [
        threading.Thread(
            target=lambda: answers.append(app.test_client().get("/still.png?kind=station"))
        )
        for _ in range(PICTURE_SHARERS_MAX + 1)
    ]
    for asker in askers:
        asker.start()
    assert begun.acquire(timeout=30)
    for _ in askers[1:]:
        assert come.acquire(timeout=30)
    refused = app.test_client().get("/still.png?kind=station")
    assert refused.status_code == 429
    done.set()
    for asker in askers:
        asker.join(30)
    assert [answer.data for answer in answers] == [b"picture"] * len(askers)
    assert not begun.acquire(blocking=False)


def test_a_picture_that_fails_fails_for_all_and_can_be_asked_again() -> None:
    def broken() -> bytes:
        raise ValueError("broken")

    for _ in range(PICTURES_WAITING_MAX + 3):
        with pytest.raises(ValueError, match="broken"):
            pictures._together("key", broken)
    assert pictures._together("key", lambda: b"picture") == b"picture"


def test_a_failure_frees_the_place_in_the_line() -> None:
    for _ in range(PICTURES_WAITING_MAX + 3):
        with pytest.raises(ValueError, match="broken"), pictures.one_at_a_time():
            raise ValueError("broken")
    with pictures.one_at_a_time():
        pass
