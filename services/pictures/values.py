"""What a picture is made from: plain values, already chosen and ordered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from shapely.geometry.base import BaseGeometry

from services.geo.point import Point
from services.pictures.palette import Theme
from services.pictures.words import WORDS, Language, Words
from services.places import Kind

if TYPE_CHECKING:
    from services.base_tiles import BaseTiles

WIDTH: Final = 1080
"""Of a still picture, px: what WeChat shows an article's picture at on a good phone."""

FRAMED_HEIGHT: Final = 900
"""Of its map where a part of the earth was asked for; else the places' spread decides."""

CARD: Final = (1200, 630)
"""Width and height of a share picture, px: what Open Graph's readers expect."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One place of a picture; ``hours`` is a line, ``note`` what must be said of it, or ""."""

    name: str
    address: str
    hours: str
    phone: str
    note: str
    point: Point
    kind: Kind


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What lies under the places: lon/lat shapes and names, of the region's folder only."""

    districts: tuple[tuple[str, BaseGeometry], ...]
    urban: tuple[BaseGeometry, ...]
    urban_sample: bool
    towns: tuple[tuple[str, Point, bool], ...]
    """(name, point, whether it is a district's seat)."""
    credits: tuple[str, ...]
    review_number: str
    """审图号 of the base map, "" where there is none."""
    corners: tuple[Point, Point]
    """South-west and north-east of the chosen district, or of the whole region."""
    center: Point
    """Where the region's own map opens."""
    tiles: BaseTiles | None = None
    """Streets, where the region has them."""
    chosen: str = ""
    """Name of the district that the picture is about, "" for all."""


@dataclass(frozen=True, slots=True)
class Framed:
    """A part of the earth that was asked for: a web map's centre and zoom."""

    center: Point
    zoom: int


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class StillPicture:
    """A still picture of the map. ``places`` are those that are numbered, in their order.

    ``total`` counts all that match, also outside a frame that was asked for. ``nearest`` is the
    nearest place and its metres from the frame's middle, for a frame that holds none.
    """

    product: str
    heading: tuple[tuple[str, ...], ...]
    """Where, what, with what: each a list of names."""
    places: tuple[Listed, ...]
    total: int
    ground: Ground
    made_on: date
    open_at: datetime | None
    sample: bool
    url: str
    hotline: str
    lang: Language = "zh-CN"
    theme: Theme = "light"
    framed: Framed | None = None
    nearest: tuple[str, float] | None = None

    @property
    def words(self) -> Words:
        """Of its language."""
        return WORDS[self.lang]

    @property
    def left_out(self) -> int:
        """How many match beside those that are numbered; 0 where none is, which is said apart."""
        return self.total - len(self.places) if self.places else 0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class SharePicture:
    """The card that a link unfolds to. ``place`` is None for the whole city's."""

    product: str
    city: str
    place: Listed | None
    amenities: tuple[str, ...]
    counts: tuple[tuple[Kind, int], ...]
    """Of the city's kinds, where there is no one place."""
    ground: Ground
    points: tuple[tuple[Kind, Point], ...]
    """Places to draw as small marks: all of the city's, or what lies round the one."""
    sample: bool
    lang: Language = "zh-CN"

    @property
    def words(self) -> Words:
        """Of its language."""
        return WORDS[self.lang]
