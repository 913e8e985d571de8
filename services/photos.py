"""Photos of places: files that a maintainer lays into a folder, each named by its place's id.

What is shown is drawn anew from the pixels alone: nothing else of the file leaves, so no camera, no
hour and no position that a phone wrote into it.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps

from services.errors import FileUnreadable
from services.limits import PHOTO_FILE_BYTES, PHOTO_PIXELS, PHOTO_PX

SUFFIXES: Final = (".jpg", ".jpeg", ".png", ".webp")
QUALITY: Final = 80  # of 100: about 120 kB at ``PHOTO_PX``


def photo_file(folder: Path, place_id: str) -> Path | None:
    """The photo of a place, if there is one. ``place_id`` is one that the registry knows."""
    files = (folder / f"{place_id}{suffix}" for suffix in SUFFIXES)
    return next((file for file in files if file.is_file()), None)


def photo_jpeg(file: Path) -> bytes:
    """The photo as JPEG, upright, at most ``PHOTO_PX`` wide and high.

    Raises ``FileUnreadable`` for what is no picture, or one that is too large.
    """
    try:
        if file.stat().st_size > PHOTO_FILE_BYTES:
            raise _unreadable(file, f"超过 {PHOTO_FILE_BYTES // 1024**2} MB")
        with Image.open(file, formats=("JPEG", "PNG", "WEBP")) as image:
            if image.width * image.height > PHOTO_PIXELS:
                raise _unreadable(file, f"超过 {PHOTO_PIXELS // 10**6} 百万像素")
            image.draft("RGB", (PHOTO_PX, PHOTO_PX))  # a JPEG need not be read finer than that
            upright = ImageOps.exif_transpose(image).convert("RGB")
        upright.thumbnail((PHOTO_PX, PHOTO_PX))
        # A copy of the pixels: whatever else the file carried stays behind.
        plain = Image.frombytes("RGB", upright.size, upright.tobytes())
        packed = BytesIO()
        plain.save(packed, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as problem:
        raise _unreadable(file, "不是完整的 JPEG、PNG 或 WebP") from problem
    return packed.getvalue()


def _unreadable(file: Path, why: str) -> FileUnreadable:
    return FileUnreadable(f"照片 {file.name} {why},没有显示。请换一张。")
