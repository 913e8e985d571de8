"""Headers, hosts, limits: over every route that exists, so that a new one cannot escape."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from app import create_app
from services.settings import Settings


def routes(app: APIFlask) -> list[str]:
    """An address for every GET route."""
    samples = {
        "place_id": "nothing",
        "adcode": "320902",
        "version": "x",
        "z": "12",
        "x": "1",
        "y": "1",
        "name": "x",
        "job_id": "nothing",
        "suffix": "html",
        "token": "nothing",
        "number": "1",
    }
    return [
        re.sub(r"<(?:\w+:)?(\w+)>", lambda m: samples[m.group(1)], rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or set())
    ]


def test_every_answer_carries_the_protecting_headers(
    reading_app: APIFlask, client: FlaskClient
) -> None:
    addresses = routes(reading_app)
    assert len(addresses) > 12
    for address in addresses:
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, address
        assert "unsafe-inline'" not in policy.replace("style-src-attr 'unsafe-inline'", ""), address
        assert "unsafe-eval" not in policy, address
        assert headers["X-Content-Type-Options"] == "nosniff", address
        assert headers["Referrer-Policy"] == "strict-origin-when-cross-origin", address
        assert "Set-Cookie" not in headers, address
        framed = address == "/embed"
        assert ("frame-ancestors 'none'" in policy) is not framed, address


def test_a_nonce_is_used_once(client: FlaskClient) -> None:
    nonces = [re.findall(r'nonce="([^"]+)"', client.get("/map").text)[0] for _ in range(2)]
    assert nonces[0] != nonces[1]
    assert f"'nonce-{nonces[0]}'" not in client.get("/map").headers["Content-Security-Policy"]


def test_no_inline_script_lacks_the_nonce(client: FlaskClient) -> None:
    for address in ("/", "/map", "/embed", "/about", "/d/320902"):
        scripts = re.findall(r"<script\b[^>]*>", client.get(address).text)
        for tag in scripts:
            assert "src=" in tag or "nonce=" in tag or "json" in tag, (address, tag)
        assert not re.search(
            r"\son\w+=", re.sub(r"<script.*?</script>", "", client.get(address).text, flags=re.S)
        )


def test_a_foreign_host_name_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_too_many_requests_of_one_address_are_told_when_to_come_back(
    sample_settings: Settings,
) -> None:
    app = create_app(replace(sample_settings, proxy_count=1))
    client = app.test_client()

    def ask(address: str) -> int:
        return client.get("/api/v1/kinds", headers={"X-Forwarded-For": address}).status_code

    answers = [ask("203.0.113.7") for _ in range(201)]
    assert answers == [200] * 200 + [429]
    refused = client.get("/api/v1/kinds", headers={"X-Forwarded-For": "203.0.113.7"})
    assert int(refused.headers["Retry-After"]) > 0
    assert refused.json["error"]["code"] == "too_many_requests"  # type: ignore[index]
    assert ask("203.0.113.8") == 200
    app.extensions["locator"].database.dispose()


@pytest.mark.parametrize("address", ["/p/../../etc/passwd", "/assets/x/../../app.py", "/d/'--"])
def test_strange_addresses_are_404(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
