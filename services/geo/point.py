"""A point on the earth: always WGS-84, always latitude first, always valid."""

from __future__ import annotations

import math
from dataclasses import dataclass

from services.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Point:
    """WGS-84 latitude and longitude in degrees.

    Raises ``InvalidInput`` (field ``lat`` or ``lon``) for anything that is not a finite number
    within ±90 and ±180. Swapped axes are suggested in the message, never mended.
    """

    lat: float
    lon: float

    def __post_init__(self) -> None:
        for field, word, value, bound in (
            ("lat", "纬度", self.lat, 90.0),
            ("lon", "经度", self.lon, 180.0),
        ):
            if not math.isfinite(value):
                raise InvalidInput(f"{word}不是有限的数:{value}。", field=field, value=value)
            if abs(value) > bound:
                hint = "经纬度是否填反?" if field == "lat" and abs(value) <= 180 else "请检查。"
                raise InvalidInput(
                    f"{word}“{value:g}”超出 ±{bound:g},{hint}", field=field, value=value
                )

    def rounded(self, decimals: int) -> Point:
        """The same point with fewer decimals."""
        return Point(round(self.lat, decimals), round(self.lon, decimals))
