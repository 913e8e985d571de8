"""The one reader of coordinates that people write: import files, the command line, forms.

Accepted: a plain decimal number (``33.3836``, a sign, full-width digits), the same with a negative
exponent as programs write it near zero (``5e-05``), and degrees, minutes and seconds that cannot be
misread (``33°23′0.5″N``: both marks and the hemisphere are there). Anything else is refused with a
sentence; nothing is guessed, and swapped axes are suggested, never mended.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NoReturn

from services.errors import InvalidInput

_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{0,20})?")
_TINY: Final = re.compile(r"[+-]?[0-9](?:\.[0-9]{1,20})?[eE]-[0-9]{1,3}")
_FULL_WIDTH: Final = {0xFF10 + digit: str(digit) for digit in range(10)} | {
    0xFF0B: "+",
    0xFF0D: "-",
    0xFF0E: ".",
    0x2212: "-",
}
_SEXAGESIMAL: Final = re.compile(
    r"(?P<before>北纬|南纬|东经|西经|[NSEW])?\s*"
    r"(?P<degrees>[0-9]{1,3})\s*[°度]\s*(?P<minutes>[0-5]?[0-9])\s*[′'分]\s*"
    r"(?:(?P<seconds>[0-5]?[0-9](?:\.[0-9]{1,10})?)\s*(?:[″\"秒]|''|′′)\s*)?"
    r"(?P<after>[NSEW])?",
    re.IGNORECASE,
)
_HEMISPHERES: Final = {
    "lat": {"N": 1, "S": -1, "北纬": 1, "南纬": -1},
    "lon": {"E": 1, "W": -1, "东经": 1, "西经": -1},
}
_WORDS: Final = {"lat": "纬度", "lon": "经度"}
_BOUNDS: Final = {"lat": 90.0, "lon": 180.0}
_PAIR: Final = re.compile("[,;\uff0c\uff1b、\\s]+")


def parse_coordinate(text: str, axis: str) -> float:
    """Degrees of one coordinate; ``axis`` is ``lat`` or ``lon``. The datum is the caller's affair.

    Raises ``InvalidInput`` (field ``lat`` or ``lon``) for anything but a number within ±90 or ±180.
    """
    plain = text.strip()
    if not _NUMBER.fullmatch(plain):
        plain = plain.translate(_FULL_WIDTH)
        if not _NUMBER.fullmatch(plain) and not _TINY.fullmatch(plain):
            return _within(_sexagesimal(plain, axis), axis, text)
    return _within(float(plain), axis, text)


def parse_lon_lat(text: str) -> tuple[float, float]:
    """``(lat, lon)`` of a combined cell, which has the longitude first: ``120.15,33.38``.

    Raises ``InvalidInput`` (field ``lon_lat``, ``lat`` or ``lon``).
    """
    parts = [part for part in _PAIR.split(text.strip().strip("()\uff08\uff09[]")) if part]
    if len(parts) != 2:
        raise InvalidInput(
            f"坐标“{shown(text)}”应是“经度,纬度”两个数,如 120.15,33.38。",
            field="lon_lat",
            value=text,
        )
    return parse_coordinate(parts[1], "lat"), parse_coordinate(parts[0], "lon")


def shown(value: str, limit: int = 60) -> str:
    """A value from a file, safe inside a sentence: invisible characters visible, length bounded."""
    cut = value if len(value) <= limit else value[:limit] + "…"
    if cut.isprintable():
        return cut
    return "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in cut)


def _sexagesimal(text: str, axis: str) -> float:
    match = _SEXAGESIMAL.fullmatch(text)
    if not match:
        _refuse(text, axis)
    hemisphere = {(match["before"] or match["after"] or "").upper()}
    if match["before"] and match["after"]:
        hemisphere.add(match["after"].upper())
    sign = _HEMISPHERES[axis].get(hemisphere.pop())
    if sign is None or hemisphere:
        _refuse(text, axis)
    seconds = float(match["seconds"] or 0)
    return sign * (int(match["degrees"]) + int(match["minutes"]) / 60 + seconds / 3600)


def _within(degrees: float, axis: str, text: str) -> float:
    bound = _BOUNDS[axis]
    if abs(degrees) > bound:
        hint = "经纬度是否填反?" if axis == "lat" and abs(degrees) <= 180 else "请检查。"
        raise InvalidInput(
            f"{_WORDS[axis]}“{shown(text)}”超出 ±{bound:g},{hint}", field=axis, value=text
        )
    return degrees


def _refuse(text: str, axis: str) -> NoReturn:
    example = "33.3836" if axis == "lat" else "120.1512"
    hint = f"请写成十进制的度,如 {example}。"
    if re.fullmatch(r"[+-]?[0-9]+,[0-9]+", text):
        hint = f"小数点请用“.”,如 {example}。"
    elif any(unicodedata.category(each) == "Nd" and not "0" <= each <= "9" for each in text):
        hint = f"请用半角数字 0-9,如 {example}。"
    raise InvalidInput(f"{_WORDS[axis]}“{shown(text)}”看不懂。{hint}", field=axis, value=text)
