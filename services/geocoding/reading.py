"""Strict reading of single values from a provider's JSON.

geopy makes 0 of a missing coordinate and wraps a longitude of 500 round the earth; a place must
not land on either. What does not have its form raises ``GeocoderParseError``.
"""

from __future__ import annotations

import math
import re
from typing import Any, Final

from geopy.exc import GeocoderParseError

_DECIMAL: Final = re.compile(r"-?[0-9]{1,3}(\.[0-9]{1,20})?")


def number(value: Any, bound: float) -> float:
    """A coordinate in degrees: a number, or the plain decimal text of one, within ±``bound``."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value.strip()):
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise GeocoderParseError("a coordinate is not a number")
    if not (math.isfinite(value) and abs(value) <= bound):
        raise GeocoderParseError("a coordinate is out of range")
    return float(value)


def table(value: Any) -> dict[str, Any]:
    """A JSON object."""
    if not isinstance(value, dict):
        raise GeocoderParseError("not a JSON object")
    return value


def text(value: Any) -> str:
    """A text without control characters; "" for anything else (AMap writes ``[]`` for empty)."""
    if not isinstance(value, str):
        return ""
    return "".join(each for each in value if each.isprintable()).strip()


def share(value: Any) -> float | None:
    """A score of 0 to 100 as 0 to 1; None when there is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return min(max(value / 100, 0.0), 1.0) if math.isfinite(value) else None
