"""The key that this installation signs with, and keys for single purposes derived from it.

``LOCATOR_SECRET_KEY`` where it is given; else 32 random bytes, made once and kept as text in
``secret_key`` beside the database, readable by its owner only. Door codes that hang on walls were
signed with it: whoever loses the file prints them anew.
"""

from __future__ import annotations

import hmac
import os
import re
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

from services.errors import SettingsInvalid

SECRET_BYTES: Final = 32
SECRET_CHARACTERS_MIN: Final = 16
"""Of a key that somebody chose."""

_MADE: Final = re.compile(r"[A-Za-z0-9_-]{43}")  # 32 bytes in URL-safe base 64
_READ_MAX: Final = 4096
_OTHERWISE: Final = "也可以用 LOCATOR_SECRET_KEY 给出密钥。"


def load_secret(given: str, path: Path) -> bytes:
    """The secret: ``given`` where it is not empty, else what ``path`` holds, made when missing.

    Two processes that make it at once get the same one. Raises ``SettingsInvalid`` for a key that
    is too short and for a file that is damaged or can be neither read nor made; no message holds
    any of it.
    """
    if given:
        if len(given) < SECRET_CHARACTERS_MIN:
            raise SettingsInvalid(
                f"LOCATOR_SECRET_KEY 太短,至少要 {SECRET_CHARACTERS_MIN} 个字符,请换一个随机的。"
            )
        return given.encode("utf-8", "surrogateescape")
    try:
        if not path.exists():
            _make(path)
        with path.open("rb") as file:
            found = file.read(_READ_MAX)
    except OSError as problem:
        raise SettingsInvalid(
            f"密钥文件“{path}”读不了或建不了({os.strerror(problem.errno or 0)})。"
            f"请检查文件和文件夹的权限,{_OTHERWISE}"
        ) from None
    text = found.decode("ascii", "replace").removesuffix("\n")
    if not _MADE.fullmatch(text):
        raise SettingsInvalid(
            f"密钥文件“{path}”已损坏。请从备份恢复它;没有备份就删去它,会另生成一个,"
            f"门口的二维码要重新打印。{_OTHERWISE}"
        )
    return text.encode()


def derive(secret: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, HMAC-SHA-256 of its name: no two uses share one."""
    return hmac.digest(secret, b"locator/" + purpose.encode(), "sha256")


def _make(path: Path) -> None:
    """Write a new secret under another name and link it: whoever links first has made it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_urlsafe(SECRET_BYTES).encode() + b"\n")
            file.flush()
            os.fsync(descriptor)
        with suppress(FileExistsError):  # another process was quicker: its secret is ours
            os.link(unfinished, path)
    finally:
        unfinished.unlink()
