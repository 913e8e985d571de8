"""The product's sign as icons for a phone's home screen: PNG, drawn from the pages' own symbol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from services.limits import PICTURE_SECONDS
from services.pictures.palette import BOX, SHELTER, palette, paths
from services.typesetting import typeset


@dataclass(frozen=True, slots=True)
class Icon:
    """``size`` px square; ``sign`` is the symbol's share of it, ``corner`` the corners' radius."""

    size: int
    sign: float
    corner: float


ICONS: Final[Mapping[str, Icon]] = {
    "icon-192": Icon(192, 0.66, 0.22),
    "icon-512": Icon(512, 0.66, 0.22),
    # All that matters lies in the middle circle of 80 %, which every phone's mask leaves
    # (W3C, Web Application Manifest, "Icon masks and safe zone").
    "maskable-192": Icon(192, 0.5, 0.0),
    "maskable-512": Icon(512, 0.5, 0.0),
    "apple-touch-icon": Icon(180, 0.6, 0.0),
}


def icon_svg(icon: Icon) -> str:
    """The icon as SVG."""
    colours, size = palette("light"), icon.size
    scale = size * icon.sign / BOX
    edge = size * (1 - icon.sign) / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}"'
        f' height="{size}"><rect width="{size}" height="{size}" rx="{size * icon.corner:.1f}"'
        f' fill="{colours["button"]}"/><g fill="{colours["on-button"]}"'
        f' transform="translate({edge:.2f} {edge:.2f}) scale({scale:.4f})">{paths(SHELTER)}</g>'
        "</svg>"
    )


def icon_png(icon: Icon) -> bytes:
    """The icon as PNG; round corners are transparent."""
    side = f"{icon.size}pt"
    page = (
        f"#set page(width: {side}, height: {side}, margin: 0pt, fill: none)\n"
        f'#place(image("icon.svg", width: {side}))\n'
    )
    return typeset(
        {"main.typ": page, "icon.svg": icon_svg(icon)},
        form="png",
        seconds=PICTURE_SECONDS,
        cannot="画不出图标。请先运行 make setup。",
        too_long=f"画图标超过 {PICTURE_SECONDS} 秒,已停止。请再试一次。",
        field="name",
    )
