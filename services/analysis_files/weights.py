"""The weight of a demand point: a number of people, riders, counts, with up to three decimals.

Weights are kept as whole thousandths, so that every sum is exact; ``scaled`` brings those of a
whole file to the smallest power of ten that holds them all.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInput, LimitExceeded
from services.importing.coordinates import shown
from services.limits import WEIGHT_DECIMALS, WEIGHT_SUM_MAX

Ints = NDArray[np.int64]

UNITS: Final = 10**WEIGHT_DECIMALS
"""Units in a weight of 1."""

_NUMBER: Final = re.compile(
    r"[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,60})?|\.[0-9]{1,60})(?:[eE][+-]?[0-9]{1,3})?", re.ASCII
)
_GROUPED: Final = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?", re.ASCII)
_UNIT: Final = Decimal(1).scaleb(-WEIGHT_DECIMALS)


def read_weight(text: str) -> tuple[int, bool]:
    """Thousandths of a weight, and whether decimals beyond the third were rounded off.

    Raises ``InvalidInput`` (field ``weight``) for a negative number, too large a one and no number.
    """
    plain = unicodedata.normalize("NFKC", text).strip().replace("\u2212", "-")
    if not _NUMBER.fullmatch(plain):
        hint = "请填数字,如 120 或 0.5。"
        if _GROUPED.fullmatch(plain):
            hint = f"请去掉千分位的逗号,写成 {plain.replace(',', '')}。"
        raise InvalidInput(f"权重“{shown(text, 40)}”不是数。{hint}", field="weight", value=text)
    exact = Decimal(plain)
    if exact < 0:
        raise InvalidInput(
            f"权重“{shown(text, 40)}”是负数。请填 0 或更大的数。", field="weight", value=text
        )
    if exact * UNITS > WEIGHT_SUM_MAX:
        raise InvalidInput(
            f"权重“{shown(text, 40)}”太大,最大 {WEIGHT_SUM_MAX // UNITS}。请换一个大些的单位。",
            field="weight",
            value=text,
        )
    rounded = exact.quantize(_UNIT, ROUND_HALF_UP)
    return int(rounded.scaleb(WEIGHT_DECIMALS)), rounded != exact


def scaled(units: Ints) -> tuple[Ints, int]:
    """The same weights in whole numbers of 1/scale, and the scale: 1, 10, 100 or 1000.

    Raises ``LimitExceeded`` when their sum, so scaled, is beyond ``WEIGHT_SUM_MAX``.
    """
    step = UNITS
    while step > 1 and np.any(units % step):
        step //= 10
    scale = UNITS // step
    weights = units // step
    # In float64 first: the whole sum may be beyond int64 as well.
    if float(weights.sum(dtype=np.float64)) > 1.01 * WEIGHT_SUM_MAX or (
        int(weights.sum()) > WEIGHT_SUM_MAX
    ):
        total = float(units.sum(dtype=np.float64)) / UNITS
        raise LimitExceeded(
            f"权重合计约 {total:.4g},超出了能精确相加的范围(最大 {WEIGHT_SUM_MAX // scale})。"
            "请换一个大些的单位,或去掉小数。",
            limit=WEIGHT_SUM_MAX // scale,
            field="weight",
            value=total,
        )
    return weights, scale


def written(units: int) -> str:
    """So many thousandths as people write them: 12, 12.5."""
    whole, rest = divmod(units, UNITS)
    return f"{whole}.{rest:0{WEIGHT_DECIMALS}d}".rstrip("0") if rest else str(whole)
