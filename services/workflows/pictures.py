"""Pictures of the published registry: the still picture, share cards; one is set at a time."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import BoundedSemaphore, Lock, Semaphore
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from services.errors import Busy, NotFound
from services.geo.distance import distances_m
from services.geo.point import Point
from services.hours import is_open
from services.limits import PICTURE_PLACES_MAX, PICTURE_SHARERS_MAX, PICTURES_WAITING_MAX
from services.locator import Locator, Snapshot
from services.photos import photo_file, photo_jpeg
from services.pictures.codes import qr_png, qr_svg
from services.pictures.frame import around
from services.pictures.icons import ICONS, icon_png
from services.pictures.palette import Theme
from services.pictures.share import share_picture
from services.pictures.still import still_picture
from services.pictures.values import (
    FRAMED_HEIGHT,
    WIDTH,
    Framed,
    Ground,
    Listed,
    SharePicture,
    StillPicture,
)
from services.pictures.week_text import hours_text
from services.pictures.words import WORDS, Language, Words
from services.places import Place
from services.workflows.naming import known_names

__all__ = [
    "AsOf",
    "Shown",
    "as_of",
    "describe_share",
    "describe_still",
    "icon",
    "qr_png",
    "qr_svg",
    "share",
    "shown",
    "still",
]

BUSY_S: Final = 5.0
CARD_AMENITIES: Final[Mapping[Language, int]] = {"zh-CN": 6, "en": 3}
"""As many as a line holds."""
CARD_KINDS: Final = 3

_setting = Lock()
_waiting = Semaphore(PICTURES_WAITING_MAX + 1)
_sharing = BoundedSemaphore(PICTURE_SHARERS_MAX)

_making: dict[Hashable, Future[bytes]] = {}
"""Pictures that are being set or wait for their turn."""
_looking = Lock()
"""Held to look at ``_making``, never for long."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait for one's turn to set a picture. Raises ``Busy`` when enough are waiting already."""
    with _seat(_waiting), _setting:
        yield


@contextmanager
def _seat(seats: Semaphore) -> Iterator[None]:
    if not seats.acquire(blocking=False):
        raise Busy("正在画别的图片,请过几秒再试。", retry_after_s=BUSY_S)
    try:
        yield
    finally:
        seats.release()


def _together(key: Hashable, make: Callable[[], bytes]) -> bytes:
    """What ``make`` gives, made once for all who ask for it meanwhile, in its turn among others."""
    with _looking:
        making = _making.get(key)
        if making is None:
            mine = _making[key] = Future()
    if making is not None:
        with _seat(_sharing):
            return making.result()
    try:
        with one_at_a_time():
            made = make()
    except BaseException as error:
        mine.set_exception(error)
        raise
    else:
        mine.set_result(made)
        return made
    finally:
        with _looking:
            del _making[key]


def _kept(snapshot: Snapshot, key: Hashable, make: Callable[[], bytes]) -> bytes:
    """From the snapshot's store, or made in its turn and stored there."""
    found: bytes | None = snapshot.kept(key)
    if found is not None:
        return found
    return _together((id(snapshot), key), lambda: snapshot.keep(key, make))


class AsOf(NamedTuple):
    """The published registry at one minute of the city's time: what one answer is made from."""

    snapshot: Snapshot
    now: datetime


def as_of(locator: Locator) -> AsOf:
    """The registry and the minute that it is."""
    return AsOf(locator.snapshot(), locator.now().replace(second=0, microsecond=0))


@dataclass(frozen=True, slots=True)
class Shown:
    """What a still picture is asked to show: checked words, in one canonical order.

    ``kinds``, ``districts`` and ``amenities`` are keys of the vocabulary and adcodes; empty means
    all. ``amenities`` must all be there.
    """

    kinds: tuple[str, ...] = ()
    district: str = ""
    amenities: tuple[str, ...] = ()
    open_now: bool = False
    framed: Framed | None = None


def shown(
    locator: Locator,
    *,
    kinds: Sequence[str] = (),
    district: str = "",
    amenities: Sequence[str] = (),
    open_now: bool = False,
    framed: Framed | None = None,
) -> Shown:
    """The question in its one form. Raises ``InvalidInput`` for words nobody knows."""
    asked_kinds = known_names(locator, "kind", kinds)
    asked_amenities = known_names(locator, "amenity", amenities)
    known_names(locator, "district", [district] if district else [])
    vocabulary = locator.vocabulary
    return Shown(
        kinds=tuple(kind.key for kind in vocabulary.kinds if kind.key in asked_kinds),
        district=district,
        amenities=tuple(each.key for each in vocabulary.amenities if each.key in asked_amenities),
        open_now=open_now,
        framed=Framed(framed.center.rounded(5), framed.zoom) if framed else None,
    )


def still(
    locator: Locator,
    asked: Shown,
    *,
    url: str,
    lang: Language = "zh-CN",
    theme: Theme = "light",
    of: AsOf | None = None,
) -> bytes:
    """The still picture as PNG, as of now or ``of`` then. ``url`` is where its code leads.

    Raises ``Busy`` when too many wait for a picture, ``LimitExceeded``, ``SettingsInvalid``.
    """
    of = of or as_of(locator)
    at = of.now if asked.open_now else of.now.date()
    return _kept(
        of.snapshot,
        ("still", asked, at, url, lang, theme),
        lambda: still_picture(describe_still(locator, asked, of, url=url, lang=lang, theme=theme)),
    )


def describe_still(
    locator: Locator,
    asked: Shown,
    of: AsOf,
    *,
    url: str,
    lang: Language = "zh-CN",
    theme: Theme = "light",
) -> StillPicture:
    """What the still picture shows."""
    words, region, now = WORDS[lang], locator.region, of.now
    found = _matching(locator, asked, of)
    inside, nearest = found, None
    if asked.framed is not None:
        inside, nearest = _in_frame(found, asked.framed)
    return StillPicture(
        product=region.product(english=lang == "en"),
        heading=_heading(locator, asked, words, lang),
        places=tuple(listed(locator, place, now, words) for place in inside[:PICTURE_PLACES_MAX]),
        total=len(found),
        ground=ground(locator, asked.district),
        made_on=now.date(),
        open_at=now if asked.open_now else None,
        sample=of.snapshot.sample,
        url=url,
        hotline=region.hotline,
        lang=lang,
        theme=theme,
        framed=asked.framed,
        nearest=nearest,
    )


def share(locator: Locator, place_id: str | None, *, lang: Language = "zh-CN") -> bytes:
    """The card of a place, or of the city where there is none, as PNG.

    Raises ``NotFound`` for a place that is not published, ``Busy``, ``SettingsInvalid``.
    """
    of = as_of(locator)
    if place_id is not None and place_id not in of.snapshot.by_id:
        raise NotFound("没有这个服务点,或者它已经撤下。")
    return _kept(
        of.snapshot,
        ("share", place_id, of.now.date(), lang),
        lambda: share_picture(describe_share(locator, place_id, of, lang=lang)),
    )


def photo(locator: Locator, place_id: str) -> bytes:
    """The photo of a published place as JPEG.

    Raises ``NotFound`` where there is none, ``FileUnreadable`` for one that cannot be read.
    """
    snapshot, folder = locator.snapshot(), locator.settings.photos_folder
    file = photo_file(folder, place_id) if place_id in snapshot.by_id else None
    if file is None:
        raise NotFound("这个地方还没有照片。")
    about = file.stat()
    key = ("photo", place_id, about.st_mtime_ns, about.st_size)
    return snapshot.keep(key, lambda: photo_jpeg(file))


@cache
def icon(name: str) -> bytes:
    """One of the product's icons as PNG. Raises ``NotFound``, ``Busy``."""
    found = ICONS.get(name)
    if found is None:
        raise NotFound(f"没有这个图标。可用的是 {'、'.join(ICONS)}。")
    return _together(("icon", name), lambda: icon_png(found))


def describe_share(
    locator: Locator, place_id: str | None, of: AsOf, *, lang: Language = "zh-CN"
) -> SharePicture:
    """What a card shows. A place without a point has the city's card with its own words."""
    words, region, vocabulary = WORDS[lang], locator.region, locator.vocabulary
    snapshot, english = of.snapshot, lang == "en"
    place = snapshot.by_id[place_id] if place_id else None
    shown = listed(locator, place, of.now, words) if place and place.is_located else None
    counts = [
        (kind, sum(each.kind == kind.key for each in snapshot.located)) for kind in vocabulary.kinds
    ]
    return SharePicture(
        product=region.product(english=english),
        city=region.english.name if english else region.name,
        place=shown,
        amenities=tuple(
            amenity.name_en if english else amenity.name
            for amenity in vocabulary.amenities
            if place and place.amenities.get(amenity.key)
        )[: CARD_AMENITIES[lang]],
        counts=()
        if shown
        else tuple(
            sorted(((k, n) for k, n in counts if n), key=lambda pair: -pair[1])[:CARD_KINDS]
        ),
        ground=ground(locator),
        points=tuple(
            (vocabulary.kind(each.kind), each.point)
            for each in snapshot.located
            if each.point and each.id != place_id
        ),
        sample=snapshot.sample,
        lang=lang,
    )


def _matching(locator: Locator, asked: Shown, of: AsOf) -> list[Place]:
    """All that match: by distance from the centre, else by kind, district, name."""
    kinds = [kind.key for kind in locator.vocabulary.kinds]
    found = [
        place
        for place in of.snapshot.located
        if (not asked.kinds or place.kind in asked.kinds)
        and (not asked.district or place.district == asked.district)
        and all(place.amenities.get(key) for key in asked.amenities)
        and (not asked.open_now or is_open(place.opening_hours, of.now, locator.calendar))
    ]
    found.sort(key=lambda p: (kinds.index(p.kind), p.district, p.name, p.id))
    if asked.framed is None or not found:
        return found
    far = _distances(asked.framed.center, found)
    return [found[index] for index in np.argsort(far, kind="stable")]


def _distances(center: Point, places: Sequence[Place]) -> NDArray[np.float64]:
    points = [place.point for place in places if place.point]
    return distances_m(center, np.array([p.lat for p in points]), np.array([p.lon for p in points]))


def _in_frame(found: list[Place], framed: Framed) -> tuple[list[Place], tuple[str, float] | None]:
    """Those that the frame shows, and the nearest with its metres when it shows none."""
    if not found:
        return [], None
    frame = around(framed.center, framed.zoom, WIDTH, FRAMED_HEIGHT)
    at = frame.place([place.point for place in found if place.point])
    inside = [place for place, holds in zip(found, frame.holds(at), strict=True) if holds]
    if inside:
        return inside, None
    return [], (found[0].name, float(_distances(framed.center, found[:1])[0]))


def _heading(
    locator: Locator, asked: Shown, words: Words, lang: Language
) -> tuple[tuple[str, ...], ...]:
    english, region, vocabulary = lang == "en", locator.region, locator.vocabulary
    if asked.district:
        where = region.district_name(asked.district)
        where = region.english.districts.get(asked.district, where) if english else where
    else:
        where = region.english.name if english else region.name
    kinds = [vocabulary.kind(key) for key in asked.kinds]
    have = [vocabulary.amenity(key) for key in asked.amenities]
    parts = (
        (where,),
        tuple(k.name_en if english else k.name for k in kinds) or (words.all_places,),
        tuple(a.name_en if english else a.name for a in have),
        (words.open_now,) if asked.open_now else (),
    )
    return tuple(part for part in parts if part)


def listed(locator: Locator, place: Place, now: datetime, words: Words) -> Listed:
    """A located place as a picture names it."""
    if place.point is None:
        raise NotFound("这个服务点还没有位置。")
    hours = hours_text(
        place.opening_hours, place.opening_hours_raw, now.date(), locator.calendar, words
    )
    fine = place.location_precision is None or place.location_precision.is_fine
    return Listed(
        name=place.name,
        address=place.address,
        hours=hours,
        phone=place.phone,
        note="" if fine else words.coarse,
        point=place.point,
        kind=locator.vocabulary.kind(place.kind),
    )


def ground(locator: Locator, district: str = "") -> Ground:
    """What lies under the places: the region's folder and the review number."""
    region = locator.region
    south, west, north, east = region.districts.bounds
    if district:
        west, south, east, north = region.districts.by_adcode(district).polygon.bounds
    tiles = locator.base_tiles
    seats = {(round(p.lat, 4), round(p.lon, 4)) for p in region.seats.values()}
    return Ground(
        districts=tuple((each.name, each.polygon) for each in region.districts),
        urban=tuple(area.polygon for area in region.urban_areas),
        urban_sample=any(area.sample for area in region.urban_areas),
        towns=tuple(
            (
                entry.name,
                entry.point,
                (round(entry.point.lat, 4), round(entry.point.lon, 4)) in seats,
            )
            for entry in region.gazetteer
        ),
        credits=(*region.credits, *([tiles.credit] if tiles else [])),
        review_number=locator.settings.map_review_number,
        tiles=tiles,
        corners=(Point(south, west), Point(north, east)),
        center=region.center,
        chosen=region.district_name(district),
    )
