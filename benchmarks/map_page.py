"""The full map against a plain Folium map of the same places, each with a marker and a popup."""

from __future__ import annotations

import gzip
from pathlib import Path

import folium

from app import create_app
from benchmarks.ground import sample_locator
from benchmarks.measuring import Row, interleaved, shown, size
from services.settings import Settings

RUNS = 5


def compare(folder: Path) -> list[Row]:
    locator = sample_locator(folder)
    located = locator.snapshot().located
    center = locator.region.center
    client = create_app(Settings(database_url=str(locator.settings.database_url))).test_client()

    def plain() -> bytes:
        page = folium.Map(location=[center.lat, center.lon], zoom_start=locator.region.zoom)
        for place in located:
            if place.point is not None:
                popup = f"<b>{place.name}</b><br>{place.address}<br>{place.opening_hours_raw}"
                folium.Marker([place.point.lat, place.point.lon], popup=popup).add_to(page)
        return page.get_root().render().encode()

    def ours() -> bytes:
        answer = client.get("/map")
        assert answer.status_code == 200, answer.status
        return answer.data

    page, theirs = ours(), plain()
    data = client.get("/api/v1/places.json")
    assert data.status_code == 200, data.status
    with_data = len(gzip.compress(page)) + len(gzip.compress(data.data))
    taken = interleaved({"ours": ours, "plain": plain}, RUNS)
    job = f"map of {len(located)} places"
    peer_packed = len(gzip.compress(theirs))
    return [
        Row(
            f"{job}: HTML",
            size(len(page)),
            size(len(theirs)),
            len(theirs) / len(page),
            1,
            "peer: plain Folium, Marker + Popup",
        ),
        Row(
            f"{job}: HTML and places, gzip",
            size(with_data),
            size(peer_packed),
            peer_packed / with_data,
            1,
            "ours with places.json, all fields; scripts and styles on neither side",
        ),
        Row(
            f"{job}: making the page",
            shown(taken["ours"]),
            shown(taken["plain"]),
            taken["plain"] / taken["ours"],
            RUNS,
            "ours through Flask",
        ),
    ]
