"""The text of one cell to one value of the vocabulary. Pure; ``InvalidInput`` names the column.

A file says the same few words many times, so each reader remembers what it has read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, NoReturn, TypeVar

from services.errors import InvalidInput
from services.geo.datum import Datum
from services.importing.columns import column_table, folded
from services.importing.coordinates import shown
from services.limits import CELL_CHARACTERS, TEXT_CHARACTERS
from services.places import Access, PlaceStatus, Precision, Vocabulary

V = TypeVar("V")

_SPACES: Final = re.compile(r"[\r\n\t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_STRIPPED: Final = " \t\r\n\u00a0\u3000\ufeff\u200b"
_FORBIDDEN: Final = frozenset(("Cc", "Cf", "Cs", "Zl", "Zp"))
_DATE: Final = re.compile(
    r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日?|(\d{2})(\d{2}))"
    r"(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?",
    re.ASCII,
)
_LIST: Final = re.compile("[、,;|/\\n\uff0c\uff1b\uff5c\uff0f]+")
_NOTHING: Final = frozenset(("", "无", "暂无", "没有", "-", "—", "/", "none"))
_NO: Final = re.compile(r"(?:没有|没|无|不含|×|✕|✗|no\s+)\s*", re.IGNORECASE)
_YES: Final = re.compile(r"(?:有|含|√|✓|✔)\s*")
_ANSWERS: Final = {
    **dict.fromkeys(("有", "是", "√", "✓", "✔", "yes", "y", "true"), True),
    **dict.fromkeys(("无", "没有", "否", "×", "✕", "✗", "no", "n", "false"), False),
}


class Remembered(dict[str, V]):
    """A reader of cells that reads each text once."""

    def __init__(self, read: Callable[[str], V]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> V:
        value = self[text] = self._read(text)
        return value


def clean(text: str, column: str, limit: int = TEXT_CHARACTERS) -> str:
    """The text in NFC, without outer space, every other space or line break in it a plain space.

    Raises ``InvalidInput`` for control, bidi and other invisible characters, for U+FFFD (what a
    damaged encoding leaves behind) and for more than ``limit`` characters.
    """
    plain = text.strip(_STRIPPED)
    if not plain.isprintable():
        plain = _SPACES.sub(" ", plain).strip()
        for each in plain:
            if unicodedata.category(each) in _FORBIDDEN or ord(each) & 0xFFFE == 0xFFFE:
                raise InvalidInput(
                    f"“{shown(text)}”里有看不见的字符 U+{ord(each):04X}。请删去它。",
                    field=column,
                    value=text,
                )
    if "\ufffd" in plain:
        raise InvalidInput(
            f"“{shown(text)}”里有“\ufffd”,是编码损坏留下的。请从原始文件重新填写。",
            field=column,
            value=text,
        )
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain)
    if len(plain) > limit:
        raise InvalidInput(
            f"内容有 {len(plain)} 个字,最多 {limit} 个:“{shown(plain, 20)}”。请缩短。",
            field=column,
            value=text[:limit],
        )
    return plain


def _unknown(text: str, column: str, what: str, choices: Iterator[str]) -> NoReturn:
    raise InvalidInput(
        f"{what}“{shown(text)}”不认识。请改为:{'、'.join(choices)}。", field=column, value=text
    )


def kind_reader(vocabulary: Vocabulary) -> Callable[[str], str]:
    """Key, name, English name, short name or alias of a kind -> its key."""
    known = {
        folded(word): kind.key
        for kind in reversed(vocabulary.kinds)
        for word in (*kind.aliases, kind.short, kind.name_en, kind.name, kind.key)
    }

    def read(text: str) -> str:
        word = clean(text, "kind")
        if not word:
            raise InvalidInput("类别为空。请填写,如“户外劳动者服务站”。", field="kind", value="")
        key = known.get(folded(word))
        return key or _unknown(text, "kind", "类别", (kind.name for kind in vocabulary.kinds))

    return read


def _choice(text: str, column: str, what: str) -> str:
    table = column_table()
    value = table.words[column].get(folded(clean(text, column)))
    return value or _unknown(text, column, what, iter(table.word_titles[column].values()))


def read_datum(text: str) -> Datum:
    """A datum by key or by one of its names (火星坐标, 高德, 百度 …)."""
    return Datum(_choice(text, "datum", "坐标系"))


def read_status(text: str) -> PlaceStatus:
    """A status by key or in Chinese."""
    return PlaceStatus(_choice(text, "status", "状态"))


def read_precision(text: str) -> Precision:
    """What a point stands for, by key or in Chinese."""
    return Precision(_choice(text, "precision", "定位精度"))


def read_access(text: str) -> Access:
    """A way of access by key or in Chinese."""
    return Access(_choice(text, "access", "开放方式"))


def date_reader(today: date) -> Callable[[str], date]:
    """2026-11-20, 2026/11/20, 2026.11.20, 20261120 or 2026年11月20日, not after ``today``."""

    def read(text: str) -> date:
        plain = unicodedata.normalize("NFKC", clean(text, "verified_on"))
        match = _DATE.fullmatch(plain)
        try:
            day = date(*(int(part) for part in match.groups() if part)) if match else None
        except ValueError:
            day = None
        if day is None:
            raise InvalidInput(
                f"日期“{shown(text)}”看不懂。请写成 2026-11-20;在 Excel 里请用日期格式。",
                field="verified_on",
                value=text,
            )
        if day > today:
            raise InvalidInput(
                f"核实日期“{shown(text)}”在今天({today})之后。请改为实际核实的日期。",
                field="verified_on",
                value=text,
            )
        return day

    return read


def amenity_reader(
    vocabulary: Vocabulary,
) -> Callable[[str], tuple[Mapping[str, bool], tuple[str, ...]]]:
    """A list such as 饮水、热饭、无淋浴 -> what is and is not there, and the words not known."""
    known = {
        folded(word): amenity.key
        for amenity in reversed(vocabulary.amenities)
        for word in (*amenity.aliases, amenity.name_en, amenity.name, amenity.key)
    }
    order = {amenity.key: place for place, amenity in enumerate(vocabulary.amenities)}

    def one(word: str) -> tuple[str, bool] | None:
        plain = unicodedata.normalize("NFKC", word).removesuffix("等").strip(" 。.")
        name, colon, answer = plain.partition(":")
        if colon and (has := _ANSWERS.get(answer.strip().lower())) is not None:
            key = known.get(folded(name))
            return (key, has) if key else None
        for prefix, has in ((None, True), (_NO, False), (_YES, True)):
            rest = plain if prefix is None else prefix.sub("", plain, count=1)
            if key := known.get(folded(rest)):
                return key, has
        return None

    def words(text: str) -> Iterator[str]:
        for word in _LIST.split(text):
            # "First aid and medicine" is one word, "饮水 热饭" are two.
            yield from [word] if one(word) else word.split()

    def read(text: str) -> tuple[Mapping[str, bool], tuple[str, ...]]:
        plain = clean(text, "amenities", CELL_CHARACTERS)
        found: dict[str, bool] = {}
        strange: list[str] = []
        for word in words(plain):
            if (said := one(word)) is not None:
                found[said[0]] = said[1]
            elif word.strip().lower() not in _NOTHING:
                strange.append(shown(word, 20))
        return {key: found[key] for key in sorted(found, key=order.__getitem__)}, tuple(strange)

    return read
