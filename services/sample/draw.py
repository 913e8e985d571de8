"""The seeded draw of the sample registry."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import count
from random import Random
from typing import Final, TypeVar

from services.geo.point import Point
from services.limits import FRESH_DAYS, STALE_DAYS
from services.places import (
    SAMPLE_SOURCE,
    Kind,
    LocationSource,
    LocationState,
    PlaceDraft,
    PlaceStatus,
    Precision,
    Vocabulary,
)
from services.region import Region, Village
from services.sample.ground import Ground, Town
from services.sample.tables import (
    COMPANY_HEADS,
    COMPANY_TRADES,
    EXTENDED,
    FULL_KINDS,
    OTHER,
    PROFILES,
    ROUND_THE_CLOCK,
    UNKNOWN,
    Host,
    Hours,
    HoursShares,
    Profile,
)

T = TypeVar("T")

SPACING_CANDIDATES: Final = 6
"""More would spread the stations like a perfect plan; fewer, like rain."""
TOWN_SPREAD_M: Final = 700.0
UNLOCATED: Final = 3
"""Drafts without a point, for the desk's list of what is still to be located."""

_STALE_MOST_DAYS: Final = 400
_NAME_TRIES: Final = 8
_VILLAGE_OFF_M: Final = 400.0
_MAPS: Final = ("高德", "百度", "腾讯")
_PRECISIONS: Final = {
    Precision.DOOR: 0.62,
    Precision.STREET: 0.34,
    Precision.VILLAGE: 0.02,
    Precision.TOWNSHIP: 0.02,
}
_SOURCES: Final = {
    Precision.DOOR: LocationSource.SURVEYED,
    Precision.STREET: LocationSource.PROVIDER,
    Precision.VILLAGE: LocationSource.GAZETTEER,
    Precision.TOWNSHIP: LocationSource.GAZETTEER,
}
_AGES: Final = {  # days since the last check: (least, most), and the share of places
    (2, FRESH_DAYS): 0.79,
    (FRESH_DAYS + 1, STALE_DAYS): 0.15,
    (STALE_DAYS + 1, _STALE_MOST_DAYS): 0.06,
}


def sample_places(
    region: Region, vocabulary: Vocabulary, *, seed: int = 2023, today: date
) -> list[PlaceDraft]:
    """The sample registry of a region: the same for the same region, seed and day.

    Published: exactly the region's published figures of ``FULL_KINDS`` and a few of each other
    kind, all located, each in the district and township that it names. Then ``UNLOCATED`` drafts
    of the first kind without a point. ``source_id`` counts from sample-0001.
    """
    surroundings = _Surroundings(region, _stream(seed, region, "ground"))
    drafts: list[PlaceDraft] = []
    for kind in vocabulary.kinds:
        # A stream of its own for each kind: one more kind leaves the others as they were.
        rng = _stream(seed, region, kind.key)
        drafts += _places_of(kind, vocabulary, surroundings, rng, today)
    drafts += _unlocated(vocabulary.kinds[0], surroundings, _stream(seed, region, "drafts"))
    return [
        replace(draft, source=SAMPLE_SOURCE, source_id=f"sample-{number:04d}")
        for number, draft in enumerate(drafts, 1)
    ]


def _stream(seed: int, region: Region, name: str) -> Random:
    return Random(f"{seed}:{region.key}:{name}")  # noqa: S311 (it must repeat; it is no secret)


class _Surroundings:
    """A region as the draw sees it."""

    def __init__(self, region: Region, rng: Random) -> None:
        self.region = region
        self.grounds = [Ground(region, district, rng) for district in region.districts]
        self.residents = [
            max(region.urban_residents(district.adcode), 1) for district in region.districts
        ]
        self._villages: dict[str, list[Village]] = {}
        for village in region.villages:
            self._villages.setdefault(village.township, []).append(village)

    def words(self, rng: Random, ground: Ground, town: Town | None) -> dict[str, str]:
        """Names to fill patterns and addresses with, as used around one place."""
        name = town.township.name if town else ground.district.name
        villages = self._villages.get(town.township.code, []) if town else []
        village = rng.choice(villages).short_name if villages else name
        trade = rng.choice(COMPANY_TRADES)
        heads = rng.sample(COMPANY_HEADS, 2)
        return {
            "district": ground.district.name,
            "town": name,
            "village": village,
            "road": rng.choice(self.region.sample_roads or (name,)),
            "company": f"{ground.district.short_name}{''.join(heads)}{trade}有限公司",
            "trade": trade,
        }


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where one place goes."""

    ground: Ground
    town: Town | None
    point: Point
    urban: bool


def _places_of(
    kind: Kind, vocabulary: Vocabulary, surroundings: _Surroundings, rng: Random, today: date
) -> Iterator[PlaceDraft]:
    profile = PROFILES.get(kind.key, OTHER)
    region = surroundings.region
    number = region.published_figures.get(kind.key, profile.few)
    number = number if kind.key in FULL_KINDS else min(number, profile.few)
    hours = _hours(rng, number, profile.hours)
    precisions = _dealt(rng, number, _PRECISIONS)
    ages = _dealt(rng, number, _AGES)
    amenities = {a.key for a in vocabulary.amenities}
    seen: set[str] = set()
    spots = _spots(rng, number, profile.urban_share, surroundings)
    for spot, opening, precision, age in zip(spots, hours, precisions, ages, strict=True):
        host = _host(rng, profile, opening)
        for _ in range(_NAME_TRIES):
            words = surroundings.words(rng, spot.ground, spot.town) | {"kind": kind.name}
            name = host.place.format_map(words)
            if name not in seen:
                break
        else:
            name = next(f"{name}{n}号点" for n in count(2) if f"{name}{n}号点" not in seen)
        seen.add(name)
        verified = today - timedelta(days=rng.randint(*age))
        yield PlaceDraft(
            kind=kind.key,
            name=name,
            address=_address(rng, words, urban=spot.urban),
            district=spot.ground.district.adcode,
            township=words["town"] if spot.town else "",
            point=_point(rng, spot, precision),
            location_source=_SOURCES[precision],
            location_precision=precision,
            location_state=LocationState.LOCATED,
            location_checked_on=verified,
            opening_hours=opening.osm,
            opening_hours_raw=opening.raw,
            access=host.access,
            amenities=_facilities(rng, profile.amenities, amenities),
            phone=region.hotline if rng.random() < profile.hotline_share else "",
            host=host.name.format_map(words),
            host_type=host.kind,
            capacity=rng.randint(*profile.capacity) if profile.capacity else None,
            listed_on=tuple(m for m in _MAPS if rng.random() < 0.45),
            awards=_awards(rng, profile),
            status=PlaceStatus.PUBLISHED,
            verified_on=verified,
            verified_by="示例",
        )


def _spots(
    rng: Random, number: int, urban_share: float, surroundings: _Surroundings
) -> Iterator[_Spot]:
    """``number`` spots: districts by their urban residents, then town or main urban area."""
    so_far = urban_so_far = 0
    shares = _whole_shares(number, surroundings.residents)
    for ground, here in zip(surroundings.grounds, shares, strict=True):
        # Rounded along the way, so that many small districts keep the share in all.
        so_far += here
        urban = round(so_far * urban_share) - urban_so_far if ground.has_core else 0
        urban = max(0, min(urban, here))
        urban_so_far += urban
        taken: list[Point] = []
        for _ in range(urban):
            point = ground.spaced(rng, taken, urban=True, candidates=SPACING_CANDIDATES)
            taken.append(point)
            yield _Spot(ground, ground.town_of(point), point, urban=True)
        towns = rng.sample(ground.outer, len(ground.outer))
        for index in range(here - urban):
            if towns:
                town = towns[index % len(towns)]
                point = ground.near(rng, town, TOWN_SPREAD_M)
                yield _Spot(ground, town, point, urban=False)
            else:
                point = ground.spaced(rng, taken, urban=False, candidates=SPACING_CANDIDATES)
                taken.append(point)
                yield _Spot(ground, ground.town_of(point), point, urban=False)


def _point(rng: Random, spot: _Spot, precision: Precision) -> Point:
    """The spot as a register of this precision knows it: a coarse one knows only the town."""
    if spot.town is None or precision in (Precision.DOOR, Precision.STREET):
        return spot.point
    if precision is Precision.TOWNSHIP or spot.urban:
        return spot.town.middle
    return spot.ground.near(rng, spot.town, _VILLAGE_OFF_M)


def _hours(rng: Random, number: int, shares: HoursShares) -> list[Hours]:
    night, late = round(number * shares.round_the_clock), round(number * shares.extended)
    unknown = round(number * shares.unknown)
    groups = (
        (ROUND_THE_CLOCK, night),
        (EXTENDED, late),
        (UNKNOWN, unknown),
        (shares.plain, number - night - late - unknown),
    )
    drawn = [rng.choice(group) for group, many in groups for _ in range(many)]
    rng.shuffle(drawn)
    return drawn


def _host(rng: Random, profile: Profile, opening: Hours) -> Host:
    late = opening in ROUND_THE_CLOCK or opening in EXTENDED
    able = [host for host in profile.hosts if host.nights or not late] or profile.hosts
    return rng.choices(able, [host.share for host in able])[0]


def _address(rng: Random, words: Mapping[str, str], *, urban: bool) -> str:
    where = words["district"] + (words["town"] if words["town"] != words["district"] else "")
    if urban or words["village"] == words["town"] or rng.random() < 0.4:
        return f"{where}{words['road']}{rng.randint(1, 398)}号"
    return f"{where}{words['village']}{rng.randint(1, 12)}组{rng.randint(1, 60)}号"


def _facilities(
    rng: Random, table: Mapping[str, tuple[float, float]], known: set[str]
) -> dict[str, bool]:
    """Yes or no where somebody recorded it; absent is "not recorded"."""
    recorded = [key for key, (share, _) in table.items() if key in known and rng.random() < share]
    return {key: rng.random() < table[key][1] for key in recorded}


def _awards(rng: Random, profile: Profile) -> tuple[str, ...]:
    if rng.random() >= profile.award_share:
        return ()
    return (profile.award.format(year=rng.choice((2022, 2023))),)


def _unlocated(kind: Kind, surroundings: _Surroundings, rng: Random) -> Iterator[PlaceDraft]:
    for number in range(UNLOCATED):
        ground = surroundings.grounds[number % len(surroundings.grounds)]
        words = surroundings.words(rng, ground, None)
        yield PlaceDraft(
            kind=kind.key,
            name=f"{words['district']}{words['road']}拟建{kind.short}{number + 1}",
            address=f"{words['district']}{words['road']}附近",
            district=ground.district.adcode,
            location_state=LocationState.PENDING,
            location_reason="地址只写到道路,待查",
            status=PlaceStatus.DRAFT,
        )


def _dealt(rng: Random, number: int, shares: Mapping[T, float]) -> list[T]:
    """``number`` values in these shares, shuffled."""
    counts = _whole_shares(number, list(shares.values()))
    dealt = [value for value, many in zip(shares, counts, strict=True) for _ in range(many)]
    rng.shuffle(dealt)
    return dealt


def _whole_shares(number: int, weights: Sequence[float]) -> list[int]:
    """``number`` divided by weight, largest remainders first (Hamilton)."""
    exact = [number * weight / sum(weights) for weight in weights]
    whole = [int(share) for share in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: whole[i] - exact[i])
    for index in by_remainder[: number - sum(whole)]:
        whole[index] += 1
    return whole
