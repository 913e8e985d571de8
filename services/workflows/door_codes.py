"""The sheets that hang at the doors: who scans one stands there."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from services.door_sheets import DoorSheet, render_sheets
from services.errors import InvalidInput, NotFound, SettingsInvalid
from services.feedback import door_token
from services.locator import Locator
from services.places import SAMPLE_SOURCE, Place
from services.whole_file import whole_file
from services.workflows.naming import known_names


def write_door_codes(
    locator: Locator,
    path: Path,
    *,
    base_url: str = "",
    kinds: Sequence[str] = (),
    districts: Sequence[str] = (),
) -> int:
    """Write one printable sheet a published place, by kind, district and name; how many.

    ``base_url`` stands in for the setting. Raises ``InvalidInput``, ``NotFound`` when no place
    fits, and ``SettingsInvalid`` where the codes would not be known to the server.
    """
    base = _base_url(locator, base_url)
    wanted_kinds = known_names(locator, "kind", kinds)
    wanted_districts = known_names(locator, "district", districts)
    order = {kind.key: number for number, kind in enumerate(locator.vocabulary.kinds)}
    places = sorted(
        (
            place
            for place in locator.snapshot().places
            if (not wanted_kinds or place.kind in wanted_kinds)
            and (not wanted_districts or place.district in wanted_districts)
        ),
        key=lambda place: (order[place.kind], place.district, place.name, place.id),
    )
    if not places:
        raise NotFound("没有符合条件的已公布服务点,没有写文件。")
    page = render_sheets(
        [_sheet(locator, place, base) for place in places],
        product_name=locator.region.product_name,
        hotline=locator.region.hotline,
    )
    with whole_file(path, field="file") as unfinished:
        unfinished.write_bytes(page)
    return len(places)


def _base_url(locator: Locator, given: str) -> str:
    base = (given or locator.settings.base_url).rstrip("/")
    if not base:
        raise InvalidInput(
            "二维码里要写对外网址。请设置 LOCATOR_BASE_URL,或用 --base-url 给出,"
            "如 https://map.example.org。",
            field="base_url",
        )
    try:
        parts = urlsplit(base)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
        sound = sound and not (parts.query or parts.fragment) and base.isprintable()
    except ValueError:
        sound = False
    if not sound or " " in base:
        raise InvalidInput(
            f"对外网址“{base[:80]}”不对,应如 https://map.example.org。",
            field="base_url",
            value=base,
        )
    if parts.scheme == "https" and not locator.settings.secret_key:
        # The server on HTTPS has its key from the environment: codes of another one are void there.
        raise SettingsInvalid(
            "BASE_URL 是 HTTPS 时必须给出 LOCATOR_SECRET_KEY,而且要和服务器用的是同一个,"
            "不然门口的二维码认不出来。"
        )
    return base


def _sheet(locator: Locator, place: Place, base: str) -> DoorSheet:
    page = f"{base}/p/{place.id}"
    return DoorSheet(
        name=place.name,
        kind=locator.vocabulary.kind(place.kind).name,
        address=place.address,
        url=f"{page}?door={door_token(locator.secret, place.id)}",
        shown_url=page,
        sample=place.source == SAMPLE_SOURCE,
    )
