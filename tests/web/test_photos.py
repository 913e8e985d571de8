"""The photo of a place on its page."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PIL import Image

from app import create_app
from services.settings import Settings


def test_a_file_named_by_a_place_is_on_its_page(sample_settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    app = create_app(replace(sample_settings, photos=folder))
    client = app.test_client()
    one, other = (place.id for place in app.extensions["locator"].snapshot().places[:2])
    address = f"/p/{one}/photo.jpg"
    assert client.get(address).status_code == 404
    assert "还没有照片" in client.get(f"/p/{one}").text

    Image.new("RGB", (1200, 900), "green").save(folder / f"{one}.jpg")
    answer = client.get(address)
    assert answer.mimetype == "image/jpeg"
    assert client.get(address, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    page = client.get(f"/p/{one}").text
    assert f'src="{address}"' in page
    assert "还没有照片" not in page
    assert client.get(f"/p/{other}/photo.jpg").status_code == 404

    # Another file under the same name is another photo at once.
    Image.new("RGB", (600, 900), "red").save(folder / f"{one}.jpg")
    assert client.get(address).data != answer.data
    (folder / f"{one}.jpg").write_bytes(b"no photo")
    assert client.get(address).status_code == 400
    assert client.get(f"/p/{one}").status_code == 200
    (folder / "stranger.jpg").write_bytes(b"x")
    assert client.get("/p/stranger/photo.jpg").status_code == 404
    app.extensions["locator"].database.dispose()
