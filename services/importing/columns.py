"""Which column is which: headers in Chinese or English, in any order, under many names.

The names are data (``data/columns.toml``). A header may say its datum in brackets, 经度(GCJ-02);
that is a declaration like ``--datum``, and a contradiction between two headers is refused.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from services.errors import FileUnreadable
from services.geo.datum import Datum
from services.settings import DATA

COLUMNS_FILE: Final = DATA / "columns.toml"

_BRACKETS: Final = re.compile(r"[(\[【](.*?)[)\]】]")
_NOISE: Final = re.compile(r"[\s*_\-·:]+")


def folded(word: str) -> str:
    """A word as it is compared: width, case, spaces, dashes and asterisks do not count."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", word)).casefold()


@dataclass(frozen=True)
class ColumnTable:
    """``data/columns.toml``, ready to be asked. Words are folded; see ``folded``."""

    titles: Mapping[str, str]
    """Column key -> the title that exports write."""
    keys: Mapping[str, str]
    """Folded title -> column key."""
    fallback: Mapping[str, str]
    passed_over: frozenset[str]
    personal: tuple[str, ...]
    weights: tuple[str, ...]
    """Titles of a demand point's weight; no column of an import."""
    words: Mapping[str, Mapping[str, str]]
    """datum | precision | status | access -> folded word -> value."""
    word_titles: Mapping[str, Mapping[str, str]]
    """datum | precision | status | access -> value -> the word that exports write."""


@cache
def column_table(path: Path = COLUMNS_FILE) -> ColumnTable:
    """Read the data file (once a process)."""
    with path.open("rb") as file:
        data = tomllib.load(file)
    return ColumnTable(
        titles={key: titles[0] for key, titles in data["columns"].items()},
        keys=_by_word(data["columns"]),
        fallback={folded(t): key for key, titles in data["fallback"].items() for t in titles},
        passed_over=frozenset(folded(title) for title in data["passed_over"]["titles"]),
        personal=tuple(folded(word) for word in data["personal"]["words"]),
        weights=tuple(data["weight"]["titles"]),
        words={about: _by_word(values) for about, values in data["words"].items()},
        word_titles={
            about: {value: words[0] for value, words in values.items()}
            for about, values in data["words"].items()
        },
    )


def _by_word(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {folded(word): value for value, words in values.items() for word in (value, *words)}


@dataclass(frozen=True)
class Columns:
    """What a file's header says. ``headers`` maps a column's key to the file's own header."""

    headers: Mapping[str, str]
    ignored: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    datum: Datum | None = None
    """Declared in a header's brackets."""

    def header(self, key: str) -> str:
        """The file's own word for a column, or its usual title where the file has none."""
        table = column_table()
        return self.headers.get(key) or table.titles.get(key, table.weights[0])


@dataclass
class _Reading:
    headers: dict[str, str] = field(default_factory=dict)
    spare: dict[str, str] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    personal: list[str] = field(default_factory=list)
    datums: dict[Datum, str] = field(default_factory=dict)


def recognised(header: Sequence[str]) -> int:
    """How many different columns of ours a row of cells names. For finding the header."""
    return len({key for cell in header if (key := _key_of(cell)[0])})


def column_of(header: str) -> str | None:
    """The key of the column that one header names, or None."""
    return _key_of(header)[0]


@lru_cache(maxsize=4096)
def _key_of(header: str) -> tuple[str | None, Datum | None]:
    """The column that a header names, and the datum in its brackets."""
    table = column_table()
    if len(header) > 60:
        return None, None
    plain = unicodedata.normalize("NFKC", header)
    whole = table.keys.get(folded(plain))
    if whole:
        return whole, None
    inside = _BRACKETS.findall(plain)
    named = [table.words["datum"].get(folded(words)) for words in inside]
    datum = next((Datum(name) for name in named if name), None)
    return table.keys.get(folded(_without_brackets(plain))), datum


def _without_brackets(title: str) -> str:
    return _BRACKETS.sub("", unicodedata.normalize("NFKC", title))


def resolve(header: Sequence[str], *, nameless: bool = False, weighted: bool = False) -> Columns:
    """Say which of the file's headers is which column of ours.

    ``nameless`` files need no name; in ``weighted`` ones the weight is a column too. Raises
    ``FileUnreadable`` when two headers mean the same column, when two declare different
    datums, or when there is no column for the name.
    """
    table, read = column_table(), _Reading()
    weights = frozenset(map(folded, table.weights)) if weighted else frozenset()
    for title in header:
        if title:
            _place(title, table, read, weights)
    for title, key in read.spare.items():
        if key in read.headers:
            read.ignored.append(title)
        else:
            read.headers[key] = title
    _check_coordinates(read.headers)
    if "name" not in read.headers and not nameless:
        seen = seen_titles(header)
        raise FileUnreadable(
            f"没有“名称”列,看到的表头是:{seen}。请在第一行写表头,至少有“名称”和“类别”两列。",
            field="name",
            value=seen,
        )
    if len(read.datums) > 1:
        raise FileUnreadable(
            f"表头写了不同的坐标系:{'、'.join(read.datums.values())}。请统一。", field="datum"
        )
    return Columns(
        headers=read.headers,
        ignored=tuple(read.ignored),
        personal=tuple(read.personal),
        datum=next(iter(read.datums), None),
    )


def seen_titles(header: Sequence[str]) -> str:
    """A file's headers for a sentence, bounded."""
    return "、".join(title[:20] for title in header if title)[:200] or "(空)"


def _place(title: str, table: ColumnTable, read: _Reading, weights: frozenset[str]) -> None:
    key, datum = _key_of(title)
    plain = folded(title)
    if not key and {plain, folded(_without_brackets(title))} & weights:
        key = "weight"
    if key:
        if key in read.headers:
            same = table.titles.get(key, table.weights[0])
            raise FileUnreadable(
                f"“{read.headers[key]}”和“{title}”是同一列({same})。请只留一列。",
                field=key,
                value=title,
            )
        read.headers[key] = title
        if datum:
            read.datums[datum] = title
    elif any(word in plain for word in table.personal):
        read.personal.append(title)
    elif plain in table.fallback:
        read.spare[title] = table.fallback[plain]
    elif plain not in table.passed_over:
        read.ignored.append(title)


def _check_coordinates(headers: Mapping[str, str]) -> None:
    for one, other in (("lat", "lon"), ("lon", "lat")):
        if one in headers and other not in headers:
            title = column_table().titles[other]
            raise FileUnreadable(
                f"有“{headers[one]}”列,没有“{title}”列。请补上,或把两列都去掉。", field=other
            )
    if "lon_lat" in headers and "lat" in headers:
        raise FileUnreadable(
            f"“{headers['lon_lat']}”和“{headers['lat']}”说的是同一件事。请只留一种。",
            field="lon_lat",
        )
