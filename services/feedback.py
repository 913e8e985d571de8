"""What a visitor says of a place without an account: the words, the door's token, the phone's name.

Plain values and no storage. A phone is known for one day only: its digest is keyed by the day, so
that what it says tomorrow cannot be joined to what it said today.
"""

from __future__ import annotations

import base64
import hmac
import re
from datetime import date
from enum import StrEnum
from typing import Final

from services.errors import InvalidInput
from services.secret import derive

TOKEN_BYTES: Final = 12
DIGEST_BYTES: Final = 16

_PHONE_ID: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")


class Said(StrEnum):
    """What can be said of a place."""

    STILL_TRUE = "still_true"
    CLOSED = "closed"
    MOVED = "moved"
    HOURS = "hours"
    FACILITY = "facility"
    OTHER = "other"

    @property
    def wrong(self) -> bool:
        """Whether it says that something on the page is not so."""
        return self is not Said.STILL_TRUE

    @property
    def word(self) -> str:
        """For a maintainer to read."""
        return SAID_WORDS[self]


SAID_WORDS: Final = {
    Said.STILL_TRUE: "信息没错",
    Said.CLOSED: "关了、找不到",
    Said.MOVED: "搬了、位置不对",
    Said.HOURS: "开门时间不对",
    Said.FACILITY: "设施不对",
    Said.OTHER: "别的",
}


def said_of(text: str) -> Said:
    """The word with this key. Raises ``InvalidInput``."""
    try:
        return Said(text)
    except ValueError:
        raise InvalidInput(
            "请选一项:信息没错,或者哪里不对。", field="said", value=text[:40]
        ) from None


def door_token(secret: bytes, place_id: str) -> str:
    """What the code at this place's door carries: 96 bits, 16 URL-safe characters."""
    made = hmac.digest(derive(secret, "door"), place_id.encode(), "sha256")[:TOKEN_BYTES]
    return base64.urlsafe_b64encode(made).decode()


def is_at_door(secret: bytes, place_id: str, token: str) -> bool:
    """Whether the token is that of this place's door; in the same time for any wrong one."""
    expected = door_token(secret, place_id).encode()
    return hmac.compare_digest(expected, token.encode("utf-8", "replace"))


def phone_digest(secret: bytes, day: date, phone: str) -> str:
    """The phone's name on that day, 32 hexadecimal digits; another one on any other day."""
    key = derive(secret, f"phone/{day.isoformat()}")
    return hmac.digest(key, phone.encode("utf-8", "replace"), "sha256")[:DIGEST_BYTES].hex()


def phone_of(phone_id: str, address: str) -> str:
    """Who is a phone: the random id that its browser keeps, else the address that it calls from.

    Raises ``InvalidInput`` for an id that no page of ours makes.
    """
    if not phone_id:
        return f"address {address}"
    if not _PHONE_ID.fullmatch(phone_id):
        raise InvalidInput("这个页面发来的内容看不懂。请刷新页面再试。", field="phone")
    return f"id {phone_id}"
