"""The vocabulary: what a place is, and the words for its kinds, amenities and states.

Plain frozen values. Kinds and amenities are rows of ``data/kinds.toml``: adding one is a line of
data, never code. *Unknown is a value*: an amenity that nobody recorded is absent from
``Place.amenities``; hours that nobody could read are an empty ``opening_hours``.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from services.geo.point import Point
from services.limits import FRESH_DAYS, STALE_DAYS
from services.settings import DATA

SAMPLE_SOURCE: Final = "sample"
"""The ``source`` of generated places. Wherever one shows, the word 示例数据 shows too."""


class PlaceStatus(StrEnum):
    """A place is never deleted: it is withdrawn, with a reason."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    WITHDRAWN = "withdrawn"


class LocationState(StrEnum):
    """How far we are with a place's point. Only LOCATED and CONFIRMED are shown as fact."""

    PENDING = "pending"
    LOCATED = "located"
    AMBIGUOUS = "ambiguous"
    FAILED = "failed"
    CONFIRMED = "confirmed"


class LocationSource(StrEnum):
    """Where a point came from."""

    SURVEYED = "surveyed"
    GIVEN = "given"
    PROVIDER = "provider"
    GAZETTEER = "gazetteer"


class Precision(StrEnum):
    """What a point stands for, finest first."""

    DOOR = "door"
    STREET = "street"
    VILLAGE = "village"
    TOWNSHIP = "township"
    DISTRICT = "district"

    @property
    def rank(self) -> int:
        """0 is the finest."""
        return list(Precision).index(self)

    @property
    def is_fine(self) -> bool:
        """Whether it tells the street or better: enough to count, and to end a search."""
        return self.rank <= Precision.STREET.rank


class Access(StrEnum):
    """Who gets in, and how."""

    OPEN = "open"
    STAFFED = "staffed"
    QR_DOOR = "qr_door"
    MEMBERS = "members"


class Freshness(StrEnum):
    """Age of the last verification: fresh ≤ 90 days, ageing ≤ 180, stale beyond or never."""

    FRESH = "fresh"
    AGEING = "ageing"
    STALE = "stale"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of place, as ``data/kinds.toml`` has it."""

    key: str
    name: str
    name_en: str
    short: str
    short_en: str
    aliases: tuple[str, ...]
    counts: bool
    """Whether it counts for the 10-minute coverage."""
    colour: str
    colour_dark: str
    symbol: str
    """Id of its shape in ``static/icons/kinds.svg``."""
    mode: str
    """Key of the travel mode that its visitors use (``travel/modes.py``)."""

    def style(self, *, english: bool = False) -> dict[str, str]:
        """How the browser names and draws it."""
        return {
            "key": self.key,
            "name": self.name_en if english else self.name,
            "symbol": self.symbol,
            "colour": self.colour,
            "colour_dark": self.colour_dark,
        }


@dataclass(frozen=True, slots=True)
class Amenity:
    """A facility that a place may have, as ``data/kinds.toml`` has it."""

    key: str
    name: str
    name_en: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All kinds and amenities in the order of the data file."""

    kinds: tuple[Kind, ...]
    amenities: tuple[Amenity, ...]

    def kind(self, key: str) -> Kind:
        """The kind with this key. Raises ``KeyError``."""
        return {k.key: k for k in self.kinds}[key]

    def amenity(self, key: str) -> Amenity:
        """The amenity with this key. Raises ``KeyError``."""
        return {a.key: a for a in self.amenities}[key]

    @property
    def counting_kinds(self) -> frozenset[str]:
        """Keys of the kinds that count for coverage."""
        return frozenset(k.key for k in self.kinds if k.counts)


def normalised(name: str) -> str:
    """A name as two are compared: full-width forms made plain (NFKC), no case, no white space.

    Punctuation stays: 人民路1-1号 and 人民路11号 are two places.
    """
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


KINDS_FILE: Final = DATA / "kinds.toml"


@cache
def vocabulary(path: Path = KINDS_FILE) -> Vocabulary:
    """Read ``data/kinds.toml`` (once a process)."""
    with path.open("rb") as file:
        table = tomllib.load(file)
    return Vocabulary(
        kinds=tuple(
            Kind(key=key, **{**row, "aliases": tuple(row["aliases"])})
            for key, row in table["kinds"].items()
        ),
        amenities=tuple(
            Amenity(key=key, **{**row, "aliases": tuple(row["aliases"])})
            for key, row in table["amenities"].items()
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceDraft:
    """What a file, a form or the sample says of a place, before the registry knows it.

    ``district`` is an adcode or "" when unknown. ``opening_hours`` is OSM syntax or "" when
    unknown; ``opening_hours_raw`` is what was written. ``amenities`` maps an amenity's key to
    yes/no; a missing key is "not recorded".
    """

    kind: str
    name: str
    other_names: tuple[str, ...] = ()
    address: str = ""
    district: str = ""
    township: str = ""
    point: Point | None = None
    location_source: LocationSource | None = None
    location_precision: Precision | None = None
    location_state: LocationState = LocationState.PENDING
    location_reason: str = ""
    location_checked_on: date | None = None
    opening_hours: str = ""
    opening_hours_raw: str = ""
    access: Access | None = None
    amenities: Mapping[str, bool] = field(default_factory=dict)
    phone: str = ""
    host: str = ""
    host_type: str = ""
    capacity: int | None = None
    listed_on: tuple[str, ...] = ()
    awards: tuple[str, ...] = ()
    status: PlaceStatus = PlaceStatus.PUBLISHED
    status_reason: str = ""
    verified_on: date | None = None
    verified_by: str = ""
    source: str = ""
    source_id: str = ""

    @property
    def is_located(self) -> bool:
        """Whether its point may be shown as fact."""
        return self.point is not None and self.location_state in (
            LocationState.LOCATED,
            LocationState.CONFIRMED,
        )


DRAFT_FIELDS: Final = tuple(f.name for f in fields(PlaceDraft))
"""Names of the fields that a draft and a place share, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(PlaceDraft):
    """A registered service location. ``created_at`` and ``updated_at`` are aware UTC times."""

    id: str
    created_at: datetime
    updated_at: datetime
    version: int

    @property
    def is_public(self) -> bool:
        """Whether anyone outside the desk may see it."""
        return self.status is PlaceStatus.PUBLISHED

    def freshness(self, today: date) -> Freshness:
        """How old its last verification is."""
        if self.verified_on is None:
            return Freshness.STALE
        age = (today - self.verified_on).days
        if age <= FRESH_DAYS:
            return Freshness.FRESH
        return Freshness.AGEING if age <= STALE_DAYS else Freshness.STALE


@dataclass(frozen=True, slots=True)
class PlaceUpdate:
    """New values for some fields of one place.

    ``version`` is the one that the writer read; the registry refuses with ``Conflict`` when the
    place has moved on since.
    """

    id: str
    version: int
    values: Mapping[str, Any]
