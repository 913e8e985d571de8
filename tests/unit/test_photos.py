"""A photo is drawn anew: upright, small, and nothing of the file but its pixels."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from services.errors import FileUnreadable
from services.limits import PHOTO_PX
from services.photos import photo_file, photo_jpeg

TOP, BOTTOM = (200, 30, 30), (30, 30, 200)
GPS = 0x8825
MODEL = 0x0110


def halves(width: int, height: int) -> Image.Image:
    """Red above, blue below."""
    image = Image.new("RGB", (width, height), BOTTOM)
    image.paste(TOP, (0, 0, width, height // 2))
    return image


def near(seen: object, expected: tuple[int, int, int]) -> bool:
    assert isinstance(seen, tuple)
    return all(abs(one - other) < 12 for one, other in zip(seen, expected, strict=True))


def test_where_and_when_it_was_taken_stays_behind(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[MODEL] = "Canary phone"
    exif.get_ifd(GPS).update({1: "N", 2: (33.0, 23.0, 30.271), 3: "E", 4: (120.0, 9.0, 29.941)})
    file = tmp_path / "place.jpg"
    halves(400, 300).save(file, exif=exif, comment=b"canary comment")
    assert b"Canary phone" in file.read_bytes()

    shown = photo_jpeg(file)
    with Image.open(BytesIO(shown)) as image:
        assert image.format == "JPEG"
        assert dict(image.getexif()) == {}
    for trace in (b"anary", b"Exif", b"GPS"):
        assert trace not in shown


def test_a_photo_taken_upside_down_stands_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # turned by 180 degrees
    file = tmp_path / "place.jpg"
    halves(400, 300).rotate(180).save(file, exif=exif, quality=95)
    with Image.open(BytesIO(photo_jpeg(file))) as image:
        assert near(image.getpixel((200, 20)), TOP)
        assert near(image.getpixel((200, 280)), BOTTOM)


@pytest.mark.parametrize(("size", "shown"), [((4000, 3000), (960, 720)), ((300, 400), (300, 400))])
def test_it_is_as_large_as_a_phone_shows(
    size: tuple[int, int], shown: tuple[int, int], tmp_path: Path
) -> None:
    file = tmp_path / "place.jpg"
    halves(*size).save(file)
    with Image.open(BytesIO(photo_jpeg(file))) as image:
        assert image.size == shown
        assert max(image.size) <= PHOTO_PX


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_forms_are_shown_too(form: str, tmp_path: Path) -> None:
    file = tmp_path / f"place.{form.lower()}"
    halves(400, 300).convert("RGBA").save(file, form)
    assert photo_file(tmp_path, "place") == file
    with Image.open(BytesIO(photo_jpeg(file))) as image:
        assert near(image.getpixel((200, 20)), TOP)


def test_what_is_no_picture_is_refused_with_its_name(tmp_path: Path) -> None:
    whole = BytesIO()
    halves(400, 300).save(whole, "JPEG")
    huge = BytesIO()
    Image.new("1", (20_000, 20_000)).save(huge, "PNG")  # 50 kB that unpack to 400 megapixels
    broken = {
        "empty.jpg": b"",
        "text.jpg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        "cut.jpg": whole.getvalue()[:600],
        "huge.png": huge.getvalue(),
    }
    for name, body in broken.items():
        (tmp_path / name).write_bytes(body)
        with pytest.raises(FileUnreadable, match=name):
            photo_jpeg(tmp_path / name)


def test_no_file_no_photo(tmp_path: Path) -> None:
    assert photo_file(tmp_path, "place") is None
    assert photo_file(tmp_path / "nowhere", "place") is None
