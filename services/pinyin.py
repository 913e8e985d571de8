"""How Chinese characters are read: syllables in plain letters, for the search in the browser.

People type 解放南路 as ``jiefangnanlu``, as ``jfnl``, or with another character of the same sound.
The readings are those of the ``pypinyin`` package, without tones, ü written v as keyboards have it;
a character with several readings stands under each of them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

COMMON: Final = "".join(
    bytes((row, cell)).decode("gb2312")
    for row in range(0xB0, 0xD8)
    for cell in range(0xA1, 0xFA if row == 0xD7 else 0xFF)
)
"""The 3,755 characters of GB 2312's first level: what people type and mistype."""


def readings_of(texts: Iterable[str]) -> Mapping[str, str]:
    """Each syllable of the Chinese characters in ``texts``, with the characters read so.

    Common characters that do not occur in ``texts`` stand under the syllables that do: 健军 is a
    way to type 建军. Empty where no Chinese occurs. Sorted, so equal texts give equal tables.
    """
    written = {character for text in texts for character in text}
    table: dict[str, set[str]] = {}
    for character in written:
        for syllable in readings(character):
            table.setdefault(syllable, set()).add(character)
    for character in COMMON if table else "":
        for syllable in table.keys() & readings(character):
            table[syllable].add(character)
    return {syllable: "".join(sorted(table[syllable])) for syllable in sorted(table)}


@lru_cache(maxsize=32_768)
def readings(character: str) -> frozenset[str]:
    """The syllables of one character in plain letters; empty for what is no Chinese character."""
    # The package's table of phrases takes 45 MB and says nothing of single characters; its own
    # switch leaves it out. Loaded when first asked: nothing at start needs it.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    from pypinyin import Style, pinyin  # noqa: PLC0415

    found = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore")
    return frozenset(
        syllable for syllable in (found[0] if found else ()) if syllable.isascii() and syllable
    )
