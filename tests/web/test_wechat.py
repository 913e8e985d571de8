"""WeChat in the web: signatures for our own pages only, verify files, and no trace elsewhere."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

from app import create_app
from services.errors import SettingsInvalid
from services.settings import Settings, load_settings
from tests.integration.wechat_stub import APP_ID, APP_SECRET, WechatStub

WECHAT = (
    "Mozilla/5.0 (Linux; Android 10; V2034A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/116.0.0.0 Mobile Safari/537.36 XWEB/1160117 MMWEBSDK/20240501 MicroMessenger/8.0.50"
)
IN_WECHAT = {"User-Agent": WECHAT}
ROUTE = "/api/v1/wechat/signature"
PAGES = ("/", "/map", "/about", "/d/320902", "/nowhere")
SCRIPT_HOST = "res.wx.qq.com"


@pytest.fixture
def stub() -> Iterator[WechatStub]:
    with WechatStub() as stub:
        yield stub


@pytest.fixture
def wechat_app(sample_settings: Settings, stub: WechatStub) -> Iterator[APIFlask]:
    settings = replace(
        sample_settings,
        base_url="http://map.example.org",
        wechat_app_id=APP_ID,
        wechat_app_secret=APP_SECRET,
        wechat_url=stub.url,
        wechat_verify=(("MP_verify_abc123.txt", "abc123"), ("MP_verify_Zz9.txt", "Zz9")),
    )
    app = create_app(settings)
    app.extensions["locator"].clock = lambda: datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    yield app
    app.extensions["locator"].database.dispose()


@pytest.fixture
def inside(wechat_app: APIFlask) -> FlaskClient:
    return wechat_app.test_client()


def test_a_page_of_ours_is_signed_as_documented(inside: FlaskClient, stub: WechatStub) -> None:
    url = "http://map.example.org/p/abc?door=t%20x&lang=en"
    answer = inside.post(ROUTE, json={"url": f"{url}#where"})
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    document = inside.get("/api/openapi.json").json
    assert document is not None
    content = document["paths"][ROUTE]["post"]["responses"]["200"]["content"]
    schema = content["application/json"]["schema"]
    Draft202012Validator({**schema, "components": document["components"]}).validate(answer.json)
    signed = answer.json
    assert signed is not None
    assert signed["appId"] == APP_ID
    assert signed["timestamp"] == 1795406400  # date -ud 2026-11-23T04:00 +%s
    (ticket,) = stub.good_tickets()
    text = (
        f"jsapi_ticket={ticket}&noncestr={signed['nonceStr']}"
        f"&timestamp={signed['timestamp']}&url={url}"
    )
    assert signed["signature"] == hashlib.sha1(text.encode()).hexdigest()


def test_each_signature_has_its_own_nonce_and_one_ticket_serves_all(
    inside: FlaskClient, stub: WechatStub
) -> None:
    answers = [inside.post(ROUTE, json={"url": "http://localhost/"}).json for _ in range(5)]
    assert len({answer["nonceStr"] for answer in answers if answer}) == 5
    assert stub.asked == ["token", "ticket"]


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "https://localhost/",
        "http://localhost:80/map",
        "https://map.example.org/?kind=station",
        "http://MAP.example.org",
    ],
)
def test_our_hosts_are_the_public_one_and_the_one_that_was_asked(
    inside: FlaskClient, url: str
) -> None:
    assert inside.post(ROUTE, json={"url": url}).status_code == 200


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/",
        "map.example.org",
        "//map.example.org/",
        "http://evil.example/",
        "http://map.example.org.evil.example/",
        "http://map.example.org@evil.example/",
        "http://user@map.example.org/",
        "http://evil.example#http://map.example.org/",
        "http://evil.example\\@map.example.org/",
        "http://map.example.org:8443/",
        "http://map.example.org:port/",
        "http://[map.example.org/",
        "ftp://map.example.org/",
        "javascript:alert(1)//map.example.org",
        "http://map.example.org/a b",
        "http://map.example.org/\n",
        "http://map.example.org/盐城",
        "http://map.example.org/" + "a" * 2_048,
    ],
)
def test_no_other_address_is_signed(inside: FlaskClient, stub: WechatStub, url: str) -> None:
    answer = inside.post(ROUTE, json={"url": url})
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"]["field"] == "url"
    assert stub.asked == []


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"url": 7}', '{"url": null}', '{"a": 1}'])
def test_another_body_is_refused(inside: FlaskClient, body: str) -> None:
    assert inside.post(ROUTE, data=body, content_type="application/json").status_code == 400
    assert inside.post(ROUTE, data=body, content_type="text/plain").status_code == 415
    assert inside.get(ROUTE).status_code == 405


@pytest.mark.parametrize(
    ("how", "status"),
    [("code 40164", 502), ("html", 502), ("code 45009", 503), ("server_error", 502)],
)
def test_when_wechat_fails_the_page_is_told_so_and_the_log_without_a_secret(
    inside: FlaskClient,
    stub: WechatStub,
    capsys: pytest.CaptureFixture[str],
    how: str,
    status: int,
) -> None:
    stub.misbehave("token", how)
    answers = [inside.post(ROUTE, json={"url": "http://localhost/p/x?door=T0KEN"}) for _ in "abc"]
    assert [answer.status_code for answer in answers] == [status] * 3
    assert "微信" in answers[0].json["error"]["message"]  # type: ignore[index]
    assert int(answers[-1].headers["Retry-After"]) > 0
    assert stub.asked == ["token"]
    log = capsys.readouterr().err
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert events.count("wechat_refresh_failed") == 1
    for secret in (APP_SECRET, "door", "T0KEN", "TOKEN-"):
        assert secret not in log + answers[0].text


def test_where_wechat_is_not_set_up_there_is_none(client: FlaskClient) -> None:
    answer = client.post(ROUTE, json={"url": "http://localhost/"}, headers=IN_WECHAT)
    assert answer.status_code == 404
    assert "微信" in answer.json["error"]["message"]  # type: ignore[index]
    assert client.get("/MP_verify_abc123.txt").status_code == 404
    for address in PAGES:
        page = client.get(address, headers=IN_WECHAT)
        assert SCRIPT_HOST not in page.headers["Content-Security-Policy"]
        assert "User-Agent" not in page.headers.get("Vary", "")
        assert "wechat" not in page.text.lower()


@pytest.mark.parametrize("address", PAGES)
def test_wechats_script_is_allowed_inside_wechat_only(inside: FlaskClient, address: str) -> None:
    within, without = inside.get(address, headers=IN_WECHAT), inside.get(address)
    policy = within.headers["Content-Security-Policy"]
    assert [part for part in policy.split("; ") if SCRIPT_HOST in part] == [
        part for part in policy.split("; ") if part.startswith("script-src ")
    ]
    assert f" https://{SCRIPT_HOST}" in policy
    assert "<html" in within.text
    assert " data-wechat>" in within.text.split("<head>")[0]
    assert "js/wechat.js" in within.text
    assert SCRIPT_HOST not in without.headers["Content-Security-Policy"]
    assert "wechat" not in without.text.lower()
    for answer in (within, without):
        assert "User-Agent" in answer.headers["Vary"]


def test_the_frame_does_without(inside: FlaskClient) -> None:
    page = inside.get("/embed", headers=IN_WECHAT)
    assert SCRIPT_HOST not in page.headers["Content-Security-Policy"]
    assert "wechat" not in page.text.lower()


def test_a_verify_file_is_its_one_line_at_the_root(inside: FlaskClient) -> None:
    for name, content in (("abc123", "abc123"), ("Zz9", "Zz9")):
        answer = inside.get(f"/MP_verify_{name}.txt")
        assert answer.text == content
        assert answer.mimetype == "text/plain"
    for address in ("/MP_verify_abc.txt", "/MP_verify_ABC123.txt", "/MP_verify_.txt"):
        assert inside.get(address).status_code == 404


# ---------------------------------------------------------------- the settings

BOTH = {"LOCATOR_WECHAT_APP_ID": APP_ID, "LOCATOR_WECHAT_APP_SECRET": APP_SECRET}


def test_an_account_is_its_id_and_its_secret() -> None:
    settings = load_settings(BOTH)
    assert settings.wechat_on
    assert settings.wechat_url == "https://api.weixin.qq.com"
    assert APP_SECRET not in repr(settings)
    assert not load_settings({}).wechat_on
    for name, value in BOTH.items():
        with pytest.raises(SettingsInvalid) as raised:
            load_settings({name: value})
        assert all(each in raised.value.message for each in BOTH)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ID", "0123"),
        ("APP_ID", "wx01 23"),
        ("APP_SECRET", "short"),
        ("APP_SECRET", "with space and more"),
        ("URL", "api.weixin.qq.com"),
        ("VERIFY", "MP_verify_abc123.txt"),
        ("VERIFY", "MP_verify_abc123.txt="),
        ("VERIFY", "MP_verify_abc-123.txt=abc"),
        ("VERIFY", "verify_abc123.txt=abc"),
        ("VERIFY", "MP_verify_../../etc/passwd=abc"),
        ("VERIFY", "MP_verify_abc123.html=abc"),
        ("VERIFY", "MP_verify_abc123.txt=a b"),
        ("VERIFY", "MP_verify_abc123.txt=盐"),
        ("VERIFY", "MP_verify_a.txt=1,MP_verify_a.txt=2"),
    ],
)
def test_a_malformed_setting_stops_the_start_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsInvalid) as raised:
        load_settings({**BOTH, f"LOCATOR_WECHAT_{name}": value})
    assert f"LOCATOR_WECHAT_{name}" in raised.value.message
    assert (value in raised.value.message) is (name != "APP_SECRET")


def test_several_verify_files_stand_in_one_setting() -> None:
    text = " MP_verify_a.txt = one , MP_verify_b.txt=two,,"
    expected = (("MP_verify_a.txt", "one"), ("MP_verify_b.txt", "two"))
    assert load_settings({"LOCATOR_WECHAT_VERIFY": text}).wechat_verify == expected
