"""The sample registry: the published numbers, believable, imperfect, and the same every time."""

import statistics
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod, Transformer

from services.hours import parse_hours
from services.limits import COORDINATE_DECIMALS
from services.places import (
    SAMPLE_SOURCE,
    Freshness,
    Kind,
    LocationState,
    Place,
    PlaceDraft,
    PlaceStatus,
    Precision,
    Vocabulary,
    vocabulary,
)
from services.region import DEFAULT_REGION, Region, load_region
from services.sample import sample_places
from services.sample.tables import DAYTIME, EXTENDED, FAIRS, OFFICE, ROUND_THE_CLOCK, UNKNOWN

VADUZ = Path(__file__).parents[1] / "regions" / "vaduz"
TODAY = date(2026, 11, 23)
BOTH = pytest.mark.parametrize("folder", [DEFAULT_REGION, VADUZ], ids=["yancheng", "vaduz"])


@cache
def region(folder: Path) -> Region:
    return load_region(folder)


@cache
def sample(folder: Path) -> tuple[PlaceDraft, ...]:
    return tuple(sample_places(region(folder), vocabulary(), today=TODAY))


def published(folder: Path) -> list[PlaceDraft]:
    return [d for d in sample(folder) if d.status is PlaceStatus.PUBLISHED]


def stations(folder: Path = DEFAULT_REGION) -> list[PlaceDraft]:
    return [d for d in published(folder) if d.kind == "station"]


def share(drafts: list[PlaceDraft], having: int) -> float:
    return having / len(drafts)


def test_yancheng_gets_the_published_numbers_and_a_few_of_each_other_kind() -> None:
    counts = Counter(d.kind for d in published(DEFAULT_REGION))
    assert (counts["station"], counts["recuperation_base"], counts["happy_enterprise"]) == (
        454,
        17,
        240,
    )
    others = {k.key for k in vocabulary().kinds} - {
        "station",
        "recuperation_base",
        "happy_enterprise",
    }
    assert all(6 <= counts[kind] <= 12 for kind in others)


def test_another_city_gets_its_own_numbers_without_a_change_of_code() -> None:
    counts = Counter(d.kind for d in published(VADUZ))
    assert (counts["station"], counts["recuperation_base"], counts["happy_enterprise"]) == (
        12,
        2,
        3,
    )
    assert {d.district for d in stations(VADUZ)} == {"700101", "700102", "700103"}


@BOTH
def test_every_place_says_that_it_is_a_sample_and_counts_from_one(folder: Path) -> None:
    assert {d.source for d in sample(folder)} == {SAMPLE_SOURCE}
    numbers = [d.source_id for d in sample(folder)]
    assert numbers == [f"sample-{n:04d}" for n in range(1, len(numbers) + 1)]


def test_the_same_city_seed_and_day_give_the_same_places() -> None:
    city, words = region(DEFAULT_REGION), vocabulary()
    again = sample_places(city, words, seed=2023, today=TODAY)
    assert tuple(again) == sample(DEFAULT_REGION)
    other = sample_places(city, words, seed=2024, today=TODAY)
    assert [d.point for d in other] != [d.point for d in again]


def test_another_day_moves_the_dates_and_nothing_else() -> None:
    later = sample_places(region(VADUZ), vocabulary(), today=date(2026, 12, 3))
    for before, after in zip(sample(VADUZ), later, strict=True):
        assert (before.name, before.point, before.opening_hours, before.amenities) == (
            after.name,
            after.point,
            after.opening_hours,
            after.amenities,
        )
        if before.verified_on and after.verified_on:
            assert (after.verified_on - before.verified_on).days == 10


def test_one_more_kind_in_the_data_file_gets_places_and_leaves_the_others_alone() -> None:
    known = vocabulary()
    tea = Kind(
        "tea_stall", "茶水摊", "Tea stall", "茶水", "Tea", (), True, "#000", "#fff", "drop", "walk"
    )
    more = sample_places(
        region(VADUZ), Vocabulary((*known.kinds, tea), known.amenities), today=TODAY
    )
    added = [d for d in more if d.kind == "tea_stall"]
    assert 6 <= len(added) <= 12 and all("茶水摊" in d.name for d in added)
    rest = [d.name for d in more if d.kind != "tea_stall"]
    assert rest == [d.name for d in sample(VADUZ)]


@BOTH
def test_every_point_lies_in_the_district_and_is_written_as_the_registry_keeps_it(
    folder: Path,
) -> None:
    districts = region(folder).districts
    for draft in published(folder):
        assert draft.point is not None and draft.is_located
        polygon = districts.by_adcode(draft.district).polygon
        assert polygon.contains(shapely.Point(draft.point.lon, draft.point.lat)), draft
        assert draft.point == draft.point.rounded(COORDINATE_DECIMALS)


@BOTH
def test_the_township_is_a_real_one_of_the_district_and_stands_in_the_address(
    folder: Path,
) -> None:
    real = {(t.district, t.name) for t in region(folder).townships}
    for draft in published(folder):
        assert (draft.district, draft.township) in real
        district = region(folder).districts.by_adcode(draft.district).name
        assert draft.address.startswith(district + draft.township)
        assert draft.address[-1] == "号"


@BOTH
def test_no_two_places_of_a_kind_share_a_name(folder: Path) -> None:
    names = [(d.kind, d.name) for d in sample(folder)]
    assert len(set(names)) == len(names)


def test_stations_are_shared_out_by_urban_residents() -> None:
    city = region(DEFAULT_REGION)
    counts = Counter(d.district for d in stations())
    residents = {d.adcode: city.urban_residents(d.adcode) for d in city.districts}
    for adcode, here in counts.items():
        assert abs(here - 454 * residents[adcode] / sum(residents.values())) < 1


def test_three_stations_in_four_stand_in_the_main_urban_areas() -> None:
    urban = shapely.union_all([a.polygon for a in region(DEFAULT_REGION).urban_areas])
    inside = sum(urban.intersects(shapely.Point(d.point.lon, d.point.lat)) for d in stations())
    assert share(stations(), inside) == pytest.approx(0.75, abs=0.03)


def test_urban_stations_keep_their_distance_more_than_rain_would() -> None:
    area = next(a for a in region(DEFAULT_REGION).urban_areas if a.adcode == "320981").polygon
    geod = Geod(ellps="WGS84")
    points = [
        d.point
        for d in stations()
        if d.district == "320981" and area.contains(shapely.Point(d.point.lon, d.point.lat))
    ]
    nearest = [
        min(geod.inv(a.lon, a.lat, b.lon, b.lat)[2] for b in points if b is not a) for a in points
    ]
    # Clark & Evans (1954): n points at random have a mean nearest distance of 0.5 / sqrt(density).
    density = len(points) / abs(geod.geometry_area_perimeter(area)[0])
    assert statistics.mean(nearest) > 1.2 * 0.5 / density**0.5


def test_the_samples_ten_minute_coverage_is_plausible() -> None:
    """10 min at 4.0 km/h, detour 1.3: circles of 513 m round what counts officially."""
    counting = [
        d
        for d in published(DEFAULT_REGION)
        if d.kind in ("station", "trucker_home")
        and d.location_precision in (Precision.DOOR, Precision.STREET)
        and d.verified_on
        and (TODAY - d.verified_on).days <= 180
    ]
    flat = Transformer.from_crs("EPSG:4326", "+proj=laea +lat_0=33.5 +lon_0=120.2", always_xy=True)
    x, y = flat.transform([d.point.lon for d in counting], [d.point.lat for d in counting])
    circles = shapely.union_all(shapely.buffer(shapely.points(x, y), 4000 / 6 / 1.3))
    urban = shapely.union_all(
        [
            shapely.transform(a.polygon, lambda xy: np.column_stack(flat.transform(*xy.T)))
            for a in region(DEFAULT_REGION).urban_areas
        ]
    )
    assert 0.60 <= urban.intersection(circles).area / urban.area <= 0.85


def test_the_night_is_the_gap_as_it_is_in_the_country() -> None:
    by_osm = Counter(d.opening_hours for d in stations())
    late = {h.osm for h in EXTENDED}
    assert 0.06 <= share(stations(), by_osm["24/7"]) <= 0.08
    assert share(stations(), sum(by_osm[osm] for osm in late)) == pytest.approx(0.11, abs=0.01)
    assert share(stations(), by_osm[""]) == pytest.approx(0.08, abs=0.01)


def test_checks_age_as_they_do_in_a_real_register() -> None:
    ages = Counter(_as_place(d).freshness(TODAY) for d in stations())
    assert share(stations(), ages[Freshness.AGEING]) == pytest.approx(0.15, abs=0.01)
    assert share(stations(), ages[Freshness.STALE]) == pytest.approx(0.06, abs=0.01)
    days = [(TODAY - d.verified_on).days for d in published(DEFAULT_REGION) if d.verified_on]
    assert len(days) == len(published(DEFAULT_REGION))
    assert min(days) >= 0 and 180 < max(days) <= 400


def _as_place(draft: PlaceDraft) -> Place:
    stamp = datetime(2026, 1, 1, tzinfo=UTC)
    values = {name: getattr(draft, name) for name in PlaceDraft.__dataclass_fields__}
    return Place(**values, id="x", created_at=stamp, updated_at=stamp, version=1)


def test_a_few_points_are_coarse_and_the_rest_good_enough_for_official_figures() -> None:
    coarse = [d for d in stations() if d.location_precision.rank > Precision.STREET.rank]
    assert share(stations(), len(coarse)) == pytest.approx(0.04, abs=0.01)
    assert {d.location_precision for d in coarse} == {Precision.VILLAGE, Precision.TOWNSHIP}


def test_facilities_are_yes_no_and_not_recorded() -> None:
    known = {a.key for a in vocabulary().amenities}
    seen = Counter(
        d.amenities.get(key, "not recorded") for d in stations() for key in ("toilet", "fridge")
    )
    assert set(seen) == {True, False, "not recorded"} and min(seen.values()) > 50
    assert all(set(d.amenities) <= known for d in sample(DEFAULT_REGION))
    water = sum(d.amenities.get("water") is True for d in stations())
    assert share(stations(), water) > 0.9


def test_no_telephone_number_but_the_unions_hotline_is_ever_written() -> None:
    assert {d.phone for d in sample(DEFAULT_REGION)} == {"", "12351"}
    assert {d.phone for d in sample(VADUZ)} == {""}


@BOTH
def test_the_desk_gets_a_few_drafts_that_nobody_has_located(folder: Path) -> None:
    drafts = [d for d in sample(folder) if d.status is not PlaceStatus.PUBLISHED]
    assert 1 <= len(drafts) <= 3
    for draft in drafts:
        assert draft.status is PlaceStatus.DRAFT and draft.point is None
        assert draft.location_state is LocationState.PENDING and draft.location_reason


def test_the_written_hours_and_their_osm_form_say_the_same() -> None:
    for hours in {*ROUND_THE_CLOCK, *EXTENDED, *UNKNOWN, *DAYTIME, *OFFICE, *FAIRS}:
        assert parse_hours(hours.raw).osm == hours.osm, hours
