"""The signature that ``wx.config`` wants.

Source: WeChat's documentation of the JS-SDK, appendix 1 (JS-SDK使用权限签名算法): the four fields
in the order of their names, joined as ``name=value&…`` with nothing escaped, SHA-1 in hex. Its
worked example is among the tests.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.wechat.keeper import TicketKeeper


def signature(ticket: str, noncestr: str, timestamp: int, url: str) -> str:
    """40 hex digits for a page's address, which is signed as written but without ``#…``."""
    fields = {
        "jsapi_ticket": ticket,
        "noncestr": noncestr,
        "timestamp": str(timestamp),
        "url": url.partition("#")[0],
    }
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    return hashlib.sha1(text.encode()).hexdigest()  # noqa: S324  WeChat's choice, not ours


@dataclass(frozen=True, slots=True)
class PageSignature:
    """What a page hands to ``wx.config``. ``timestamp`` counts seconds since 1970, UTC."""

    app_id: str
    timestamp: int
    nonce: str
    signature: str


class PageSigner:
    """Signs pages of one account with the ticket that the keeper has."""

    def __init__(self, app_id: str, keeper: TicketKeeper, clock: Callable[[], datetime]) -> None:
        self._app_id = app_id
        self._keeper = keeper
        self._clock = clock

    def sign(self, url: str) -> PageSignature:
        """The signature of this address. Raises ``ProviderError`` or ``RegistryUnusable``."""
        ticket = self._keeper.ticket()
        timestamp, nonce = int(self._clock().timestamp()), secrets.token_hex(8)
        return PageSignature(
            self._app_id, timestamp, nonce, signature(ticket, nonce, timestamp, url)
        )
