"""Which places a picture numbers, in which order: against the registry read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from geographiclib.geodesic import Geodesic  # type: ignore[import-untyped]

from services import workflows
from services.errors import InvalidInput, NotFound
from services.geo.point import Point
from services.hours import is_open
from services.limits import PICTURE_PLACES_MAX
from services.locator import Locator
from services.pictures.values import Framed, SharePicture
from services.places import LocationState, PlaceDraft, PlaceStatus
from services.registry.store import PlaceRegistry, PlaceUpdate
from services.settings import Settings
from services.wiring import build
from services.workflows import pictures

NOW = datetime(2026, 11, 24, 14, 40, tzinfo=UTC)
"""22:40 in Yancheng."""
CENTER = Point(33.38, 120.14)
URL = "https://map.example.org/"


@pytest.fixture(scope="module")
def yancheng(sample_database: Path) -> Iterator[Locator]:
    locator = build(Settings(database_url=f"sqlite:///{sample_database}"))
    locator.clock = lambda: NOW
    yield locator
    locator.database.dispose()


def numbered(locator: Locator, **asked: object) -> list[str]:
    shown = workflows.shown(locator, **asked)  # type: ignore[arg-type]
    picture = workflows.describe_still(locator, shown, workflows.as_of(locator), url=URL)
    return [place.name for place in picture.places]


def test_those_that_match_in_the_order_of_kind_district_name(yancheng: Locator) -> None:
    kinds = ["trucker_home", "recuperation_base"]  # the vocabulary has them the other way round
    wanted = sorted(
        (("recuperation_base", "trucker_home").index(p.kind), p.district, p.name)
        for p in yancheng.snapshot().located
        if p.kind in kinds and p.amenities.get("water")
    )
    assert len(wanted) > 3
    found = numbered(yancheng, kinds=kinds, amenities=["water"])
    assert found == [name for _, _, name in wanted][:PICTURE_PLACES_MAX]


def test_open_now_is_open_now(yancheng: Locator) -> None:
    shown = workflows.shown(yancheng, kinds=["station"], district="320902", open_now=True)
    picture = workflows.describe_still(yancheng, shown, workflows.as_of(yancheng), url=URL)
    wanted = [
        place
        for place in yancheng.snapshot().located
        if (place.kind, place.district) == ("station", "320902")
        and is_open(place.opening_hours, yancheng.now(), yancheng.calendar)
    ]
    assert 0 < len(wanted) < 60
    assert picture.total == len(wanted)
    assert picture.open_at == yancheng.now()
    assert picture.heading[-1] == ("现在开门",)


def test_with_a_centre_the_nearest_come_first_and_only_what_is_shown(yancheng: Locator) -> None:
    shown = workflows.shown(yancheng, framed=Framed(CENTER, 15))
    picture = workflows.describe_still(yancheng, shown, workflows.as_of(yancheng), url=URL)
    far = [
        Geodesic.WGS84.Inverse(CENTER.lat, CENTER.lon, p.point.lat, p.point.lon)["s12"]
        for p in picture.places
    ]
    assert far == sorted(far)
    assert len(picture.places) > 1
    assert picture.total == len(yancheng.snapshot().located)
    # 360 px of a phone at zoom 15 are 1,436 m here; the map is never narrower than 1,500 m.
    assert max(far) < 1_500 / 2 * 2**0.5


def test_an_empty_frame_names_the_nearest(yancheng: Locator) -> None:
    sea = Point(33.9, 120.8)
    shown = workflows.shown(yancheng, kinds=["station"], framed=Framed(sea, 15))
    picture = workflows.describe_still(yancheng, shown, workflows.as_of(yancheng), url=URL)
    assert picture.places == ()
    assert picture.nearest is not None
    least = min(
        (Geodesic.WGS84.Inverse(sea.lat, sea.lon, p.point.lat, p.point.lon)["s12"], p.name)
        for p in yancheng.snapshot().located
        if p.kind == "station" and p.point
    )
    assert picture.nearest[0] == least[1]
    assert picture.nearest[1] == pytest.approx(least[0], abs=0.01)


def test_english_names_where_there_are_some(yancheng: Locator) -> None:
    shown = workflows.shown(
        yancheng, kinds=["station"], district="320902", amenities=["meal_heating"]
    )
    picture = workflows.describe_still(
        yancheng, shown, workflows.as_of(yancheng), url=URL, lang="en"
    )
    assert picture.heading == (("Tinghu",), ("Outdoor-worker station",), ("Meal heating",))


def test_names_nobody_knows(yancheng: Locator) -> None:
    for wrong in ({"kinds": ["x"]}, {"amenities": ["x"]}, {"district": "x"}):
        with pytest.raises(InvalidInput):
            workflows.shown(yancheng, **wrong)
    with pytest.raises(NotFound):
        workflows.share(yancheng, "nothing")
    with pytest.raises(NotFound):
        workflows.icon("nothing")


def test_drafts_and_places_without_a_point_stay_out(sample_settings: Settings) -> None:
    locator = build(sample_settings)
    before = numbered(locator, kinds=["service_fair"])
    common = {"kind": "service_fair", "district": "320902", "source": "test"}
    drafts = [
        PlaceDraft(name="草稿", point=CENTER, location_state=LocationState.LOCATED,
                   status=PlaceStatus.DRAFT, source_id="1", **common),
        PlaceDraft(name="没有位置", source_id="2", **common),
        PlaceDraft(name="可能在别处", point=CENTER, location_state=LocationState.AMBIGUOUS,
                   source_id="3", **common),
    ]  # type: ignore[arg-type]  # fmt: skip
    with locator.database.writing() as session:
        applied = PlaceRegistry(session).apply(creates=drafts, actor="test")
    assert numbered(locator, kinds=["service_fair"]) == before
    with pytest.raises(NotFound):
        workflows.share(locator, applied.ids[0])
    card = pictures.describe_share(locator, applied.ids[1], workflows.as_of(locator))
    assert card.place is None  # the city's card stands in
    locator.database.dispose()


def test_a_picture_is_kept_for_its_day_and_its_minute(
    sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    locator = build(sample_settings)
    made: list[datetime] = []

    def draw(picture: object) -> bytes:
        made.append(locator.now())
        return b"picture"

    monkeypatch.setattr(pictures, "still_picture", draw)

    def ask(at: datetime, **asked: object) -> int:
        locator.clock = lambda: at
        made.clear()
        workflows.still(locator, workflows.shown(locator, **asked), url=URL)  # type: ignore[arg-type]
        return len(made)

    minute, day = timedelta(minutes=1), timedelta(days=1)
    assert [ask(NOW), ask(NOW + minute), ask(NOW + day)] == [1, 0, 1]
    assert [ask(NOW, open_now=True), ask(NOW + minute / 2, open_now=True)] == [1, 0]
    assert ask(NOW + minute, open_now=True) == 1
    locator.clock = lambda: NOW
    made.clear()
    for lang, theme, url in (("en", "light", URL), ("zh-CN", "dark", URL), ("zh-CN", "light", "x")):
        workflows.still(locator, workflows.shown(locator), url=url, lang=lang, theme=theme)  # type: ignore[arg-type]
    assert len(made) == 3
    locator.database.dispose()


def test_a_place_that_is_withdrawn_meanwhile_is_drawn_as_it_was_asked_for(
    sample_settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    locator = build(sample_settings)
    place = locator.snapshot().located[0]
    drawn: list[SharePicture] = []

    def draw(picture: SharePicture) -> bytes:
        drawn.append(picture)
        return b"picture"

    class Withdrawing:
        """The turn, for which one waits while the place is withdrawn."""

        def __enter__(self) -> None:
            with locator.database.writing() as session:
                gone = PlaceUpdate(place.id, place.version, {"status": PlaceStatus.WITHDRAWN})
                PlaceRegistry(session).apply(updates=[gone], actor="test")
            assert place.id not in locator.snapshot().by_id

        def __exit__(self, *_: object) -> None:
            """Nothing to give back."""

    monkeypatch.setattr(pictures, "share_picture", draw)
    monkeypatch.setattr(pictures, "_setting", Withdrawing())
    assert workflows.share(locator, place.id) == b"picture"
    assert drawn[0].place is not None
    assert drawn[0].place.name == place.name
    with pytest.raises(NotFound):
        workflows.share(locator, place.id)
    locator.database.dispose()
