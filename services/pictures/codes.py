"""QR codes: ISO/IEC 18004 by segno, error level M (15 % may be lost), a quiet zone of four modules.

The same text always gives the same bytes.
"""

from __future__ import annotations

from io import BytesIO
from typing import Final

import segno
from segno.encoder import DataOverflowError

from services.errors import LimitExceeded
from services.limits import QR_TEXT_BYTES

QUIET_ZONE: Final = 4
PNG_PX: Final = 600
"""At least so wide is a PNG, for print at about 5 cm."""


def qr_svg(text: str, *, module_px: int = 8) -> str:
    """The code as SVG, ``module_px`` to a module. Raises ``LimitExceeded`` when it is too long."""
    out = BytesIO()
    _symbol(text).save(
        out,
        kind="svg",
        scale=module_px,
        border=QUIET_ZONE,
        dark="#000",
        light="#fff",
        xmldecl=False,
        nl=False,
        svgclass=None,
        lineclass=None,
    )
    return out.getvalue().decode("utf-8")


def qr_png(text: str, *, least_px: int = PNG_PX) -> bytes:
    """The code as PNG, whole pixels to a module. Raises ``LimitExceeded`` when it is too long."""
    symbol = _symbol(text)
    scale = -(-least_px // modules(text))
    out = BytesIO()
    symbol.save(out, kind="png", scale=scale, border=QUIET_ZONE, dark="#000", light="#fff")
    return out.getvalue()


def modules(text: str) -> int:
    """How many modules wide the code is, its quiet zone included."""
    return int(_symbol(text).symbol_size(scale=1, border=QUIET_ZONE)[0])


def _symbol(text: str) -> segno.QRCode:
    try:
        if len(text.encode("utf-8")) > QR_TEXT_BYTES:
            raise DataOverflowError
        return segno.make_qr(text, error="m", boost_error=False)
    except DataOverflowError:
        raise LimitExceeded(
            f"网址太长,做不成二维码(最多 {QR_TEXT_BYTES} 个字节)。请少选几个条件。",
            limit=QR_TEXT_BYTES,
            field="url",
        ) from None
