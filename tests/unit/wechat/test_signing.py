"""The worked examples of WeChat's documentation, of its two editions."""

from __future__ import annotations

import pytest

from services.wechat import signature

TICKET = "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg"
NONCE = "Wm3WZYTPz0wzccnW"
TIMESTAMP = 1414587457
EXAMPLES = [
    ("http://mp.weixin.qq.com?params=value", "0f9de62fce790f9a083d5c99e95740ceb90c27ed"),
    ("http://mp.weixin.qq.com", "f4d90daf4b3bca3078ab155816175ba34c443a7b"),
]


@pytest.mark.parametrize(("url", "expected"), EXAMPLES)
def test_the_documented_examples_reproduce(url: str, expected: str) -> None:
    assert signature(TICKET, NONCE, TIMESTAMP, url) == expected


def test_what_follows_the_number_sign_is_not_signed() -> None:
    url, expected = EXAMPLES[0]
    assert signature(TICKET, NONCE, TIMESTAMP, f"{url}#list#here") == expected


def test_the_address_is_signed_as_it_is_written() -> None:
    url, expected = EXAMPLES[0]
    for other in (f"{url}/", url.upper(), url.replace("=", "%3D")):
        assert signature(TICKET, NONCE, TIMESTAMP, other) != expected
