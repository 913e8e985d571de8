"""Who is calling, and which addresses are ours."""

from __future__ import annotations

from dataclasses import replace

import pytest
from apiflask import APIFlask

from services.settings import Settings
from services.web.addresses import caller, ours


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("::1", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("", "unknown"),
        ("nonsense", "nonsense"),
    ],
)
def test_a_household_is_one_caller(reading_app: APIFlask, address: str, expected: str) -> None:
    with reading_app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert caller() == expected


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        ("https://map.example.org/p/x", True),
        ("https://Map.Example.org:443/", True),
        ("http://map.example.org:80", True),
        ("http://localhost:5000/", True),  # the host that was asked
        ("https://map.example.org:8443/", False),
        ("https://map.example.org.evil.example/", False),
        ("https://evil.example/map.example.org", False),
        ("https://map.example.org@evil.example/", False),
        ("ftp://map.example.org/", False),
        ("null", False),
        ("http://[::1", False),
        ("http://map.example.org:port/", False),
        ("", False),
    ],
)
def test_ours_is_what_others_reach_us_by(reading_app: APIFlask, url: str, is_ours: bool) -> None:
    settings = replace(Settings(), base_url="https://map.example.org")
    with reading_app.test_request_context(base_url="http://localhost:5000/"):
        assert (ours(url, settings) is not None) is is_ours


def test_a_chinese_host_is_known_by_both_its_names(reading_app: APIFlask) -> None:
    settings = replace(Settings(), base_url="https://职工.example.org")
    with reading_app.test_request_context():
        assert ours("https://职工.example.org/", settings) is not None
        assert ours("https://xn--ests97e.example.org/", settings) is not None
