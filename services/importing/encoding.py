"""Bytes to text, exactly or not at all.

UTF-8, UTF-16 and UTF-32 with their marks, UTF-8 and UTF-16 without, GB18030 (which holds GBK and
GB2312), and CESU-8, the UTF-8 that some databases write for characters beyond U+FFFF. Nothing is
ever replaced: where no reading is exact, ``FileUnreadable`` names the line.

The hard case is a short GBK text whose bytes happen to be valid UTF-8. Chinese in UTF-8 takes three
bytes a character, so a "UTF-8" text whose only non-ASCII characters take two bytes (Latin, Greek,
Cyrillic …) and stand side by side is read as GB18030, unless they are the accented letters of a
Latin word (Café, Größe) or would be mostly characters that GB2312 lacks, which Chinese hardly uses
and Cyrillic, Greek, Hebrew and Arabic cannot do without; what remains undecided is refused rather
than guessed.
"""

from __future__ import annotations

import codecs
import re
from itertools import islice
from typing import Final, NoReturn

from services.errors import FileUnreadable
from services.importing.columns import recognised

SAVE_AS_UTF8: Final = "请用 Excel、WPS 或记事本另存为 UTF-8 编码,再导入。"

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
    (b"\x84\x31\x95\x33", "gb18030", "GB18030"),
)
_WIDE: Final = re.compile(r"[\u0800-\U0010ffff]")
_NARROW_RUN: Final = re.compile(r"[\u0080-\u07ff]{2}")
_LATIN: Final = re.compile(r"[A-Za-z][\u00c0-\u017f]+|[\u00c0-\u017f]+(?=[A-Za-z])")
_NARROW_ALONE: Final = re.compile(r"[A-Za-z][\u0080-\u07ff]|[\u0080-\u07ff][A-Za-z]")
_NARROW: Final = re.compile(r"[\u0080-\u07ff]")
_LOOKED_AT: Final = 10_000
_RARE_SHARE: Final = 0.1
_LINE_END: Final = re.compile(r"\r\n|\r|\n")
_CELL_END: Final = re.compile("[,;\t|\uff0c]")


def decode(data: bytes, *, is_json: bool = False) -> tuple[str, str]:
    """The text of a file, without its byte order mark, and the name of its encoding.

    JSON that is valid UTF-8 is UTF-8 (RFC 8259); other text may be GBK that only looks like it.

    Raises ``FileUnreadable`` for mixed or damaged encodings and files cut inside a character.
    """
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec, name), name
    if b"\0" in data[:4096]:
        return _unmarked_utf16(data)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as problem:
        return _not_utf8(data, problem)
    if is_json or text.isascii() or _WIDE.search(text):
        return text, "UTF-8"
    return _two_bytes_only(data, text)


def _strict(data: bytes, codec: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as problem:
        _refuse(data[: problem.start].decode(codec, "ignore"), len(data) - problem.start, name)


def _refuse(before: str, left: int, name: str) -> NoReturn:
    line = len(_LINE_END.findall(before)) + 1
    if left <= 4:
        raise FileUnreadable(
            f"文件在第 {line} 行的一个字中间断了,多半没有传完整。请重新取得这个文件。", value=line
        )
    raise FileUnreadable(f"第 {line} 行有不是 {name} 编码的内容。{SAVE_AS_UTF8}", value=line)


def _unmarked_utf16(data: bytes) -> tuple[str, str]:
    for codec in ("utf-16-le", "utf-16-be"):
        head = data[:4096].decode(codec, "ignore")
        cells = (_CELL_END.split(line) for line in _LINE_END.split(head)[:10])
        if "\0" not in head and any(recognised(row) for row in cells):
            return _strict(data, codec, "UTF-16"), "UTF-16"
    try:  # a NUL inside a text file: the row that holds it is refused later, with its line
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = _strict(data, "gb18030", "GB18030")
    if text.count("\0") * 10 > len(text):
        raise FileUnreadable(f"这不像是文本文件(含大量空字符)。{SAVE_AS_UTF8}")
    return text, "UTF-8"


def _not_utf8(data: bytes, problem: UnicodeDecodeError) -> tuple[str, str]:
    chinese_utf8 = bool(_WIDE.search(data[: problem.start].decode("utf-8")))
    if chinese_utf8 and len(data) - problem.start <= 3 and "unexpected end" in problem.reason:
        _refuse(data[: problem.start].decode("utf-8"), 0, "UTF-8")
    if (text := _cesu8(data)) is not None:
        return text, "CESU-8"
    foreign, utf8_lines = 0, 0
    for number, line in enumerate(re.split(rb"\r\n|\r|\n", data), start=1):
        if line.isascii():
            continue
        try:
            wide = bool(_WIDE.search(line.decode("utf-8")))
        except UnicodeDecodeError:
            foreign = foreign or number
        else:
            utf8_lines += wide
        if foreign and utf8_lines:
            raise FileUnreadable(
                f"文件里混用了编码:有的行是 UTF-8,第 {foreign} 行不是。{SAVE_AS_UTF8}",
                value=foreign,
            )
    return _strict(data, "gb18030", "UTF-8 或 GB18030"), "GB18030"


def _cesu8(data: bytes) -> str | None:
    """CESU-8 read exactly: each pair of three-byte surrogates is one character (Unicode TR 26)."""
    try:
        return (
            data.decode("utf-8", "surrogatepass").encode("utf-16", "surrogatepass").decode("utf-16")
        )
    except UnicodeError:
        return None


def _two_bytes_only(data: bytes, text: str) -> tuple[str, str]:
    try:
        chinese = data.decode("gb18030")
    except UnicodeDecodeError:
        return text, "UTF-8"
    rest = _LATIN.sub("", text)
    if rest.isascii() or _is_unlike_chinese(rest):
        return text, "UTF-8"
    if _NARROW_RUN.search(rest):
        return chinese, "GB18030"
    if rest != text or _NARROW_ALONE.search(text):
        return text, "UTF-8"
    found = next(re.finditer(r"[^\x00-\x7f]", text))
    line = len(_LINE_END.findall(text[: found.start()])) + 1
    raise FileUnreadable(
        f"第 {line} 行分不清是“{text[found.start()]}”(UTF-8)还是"
        f"“{chinese[len(text[: found.start()])]}”(GBK)。{SAVE_AS_UTF8}",
        value=line,
    )


def _is_unlike_chinese(text: str) -> bool:
    """Whether these characters of two bytes would be too rare ones for a Chinese text in GBK.

    The everyday characters of GB2312 have a second byte from A1 on.
    """
    found = [match.group() for match in islice(_NARROW.finditer(text), _LOOKED_AT)]
    rare = sum(0x80 | ord(each) & 0x3F < 0xA1 for each in found)
    return rare > _RARE_SHARE * len(found)
