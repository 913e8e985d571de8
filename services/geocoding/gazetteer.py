"""The offline gazetteer: district, township and village names in an address → a point (pure).

It needs no key and no network, and says how coarse it is. A village without a point of its own
stands at its township's point, a township without one at its district's seat, and the precision
is that of the point, not of the name: what is called a village here really is one.

Names are taken from the left, as Chinese addresses are written (province, city, district, township,
village), where even a short form counts (大丰小海). Elsewhere in the text only a whole official
name counts, and only where no road or building name begins with it: 东台路 is a road, 新兴镇路 too.
A name that several places bear is not guessed at: it counts only where the rest of the address
leaves one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.geo.point import Point
from services.geocoding.cache import normalised
from services.geocoding.match import TRUST, Match
from services.places import Precision
from services.region import Region, Village

_TOWNSHIP_ENDINGS: Final = ("街道办事处", "街道", "镇", "乡")
_ROAD: Final = "[东西南北中]?(?:路|街|巷|弄|桥|大道|大桥)(?!村|镇|乡|社区|居委|街道|道)"
_PART_OF_ANOTHER_NAME: Final = re.compile(
    f"{_ROAD}|道|[河港闸场站]|市场|小区|新村|花园|广场|大厦|公馆|中心|村|社区|居委|镇|乡|街道"
)
"""After a short form, what makes it part of another name: 东台路, 建湖西路, 大丰市场."""
_PART_OF_A_LONGER_NAME: Final = re.compile(f"{_ROAD}|场")
"""After a whole official name: 新兴镇路, 东台市场."""


@dataclass(frozen=True, slots=True)
class _Name:
    """A written form of a named place. ``whole`` forms count anywhere in a text."""

    text: str
    whole: bool
    official: str
    district: str
    township: str
    precision: Precision
    point: Point | None


class Gazetteer:
    """The names of one region."""

    def __init__(self, region: Region) -> None:
        self._region = region
        self._city = _city_pattern(region.name)
        points = {
            (name, entry.district): entry
            for entry in reversed(region.gazetteer)
            for name in (*entry.aliases, entry.name)
        }
        names: dict[tuple[str, str, str], _Name] = {}
        for name in self._names():
            entry = points.get((name.official, name.district))
            if name.point is None and entry and entry.precision.rank <= name.precision.rank:
                placed = replace(name, point=entry.point, precision=entry.precision)
            else:
                placed = name
            names.setdefault((name.text, name.district, name.township), placed)
        self._by_text: dict[str, list[_Name]] = {}
        for name in names.values():
            self._by_text.setdefault(name.text, []).append(name)
        self._longest = max(map(len, self._by_text), default=0)
        self._districts = {
            form: each.adcode
            for each in region.districts
            for form in (normalised(each.short_name), normalised(each.name))
        }
        self._townships = {each.code: each for each in region.townships}

    def district_named(self, address: str) -> str:
        """The adcode of the district that an address names, "" when it names none or several."""
        text = self.without_city(address)
        leading = self._leading_district(text)
        if leading:
            return self._districts[leading]
        official = {normalised(each.name): each.adcode for each in self._region.districts}
        found = {
            official[form]
            for start in range(len(text))
            for form in official
            if _stands_at(text, start, form, whole=True)
        }
        return found.pop() if len(found) == 1 else ""

    def without_city(self, address: str) -> str:
        """The address from its district on: without the province and the city in front."""
        return self._city.sub("", normalised(address))

    def look_up(self, address: str, district: str) -> Match | None:
        """The finest place that the address names, at the point that we have for it.

        ``district`` is the adcode that is known from elsewhere, or "". None when no name of the
        region stands in the address and ``district`` is not given either.
        """
        text = self.without_city(address)
        adcode = self.district_named(address) or district
        rest = text.removeprefix(self._leading_district(text))
        named = self._finest(rest, adcode)
        if named is not None:
            return self._match(named)
        seat = self._region.seats.get(adcode)
        if seat is None or adcode not in self._region.districts:
            return None
        name = self._region.districts.by_adcode(adcode).name
        return _at(seat, Precision.DISTRICT, name, adcode)

    def _finest(self, text: str, adcode: str) -> _Name | None:
        """The township or village named: longest form first, villages within their township."""
        found = [each for each in self._found(text) if adcode in ("", each.district)]
        townships = [each for each in found if not each.township]
        villages = [each for each in found if each.township]
        township = _only(townships)
        if township:
            villages = [each for each in villages if each.district == township.district]
            here = [each for each in villages if self._under(each, township)]
            return _only(here) or township
        return _only(villages)

    def _under(self, village: _Name, township: _Name) -> bool:
        owner = self._townships.get(village.township)
        return owner is not None and owner.name == township.official

    def _found(self, text: str) -> Iterator[_Name]:
        """Every name that stands in the text, short forms only at its beginning."""
        start = 0
        while start < len(text):
            for length in range(min(self._longest, len(text) - start), 1, -1):
                form = text[start : start + length]
                found = [
                    each
                    for each in self._by_text.get(form, ())
                    if each.whole or start == 0
                    if _stands_at(text, start, form, whole=each.whole)
                ]
                if found:
                    yield from found
                    start += length - 1
                    break
            start += 1

    def _match(self, name: _Name) -> Match | None:
        if name.point is not None:
            return _at(name.point, name.precision, name.official, name.district)
        owner = self._townships.get(name.township)
        if owner is not None:
            text = owner.name + name.official
            for each in self._by_text.get(normalised(owner.name), ()):
                if each.district == name.district and each.point is not None:
                    return _at(each.point, each.precision, text, name.district)
        seat = self._region.seats.get(name.district)
        if seat is None:
            return None
        return _at(seat, Precision.DISTRICT, name.official, name.district)

    def _leading_district(self, text: str) -> str:
        forms = sorted(self._districts, key=len, reverse=True)
        official = {normalised(each.name) for each in self._region.districts}
        for form in forms:
            if _stands_at(text, 0, form, whole=form in official):
                return form
        return ""

    def _names(self) -> Iterator[_Name]:
        for township in self._region.townships:
            for form, whole in _township_forms(township.name):
                yield _Name(
                    form,
                    whole,
                    township.name,
                    township.district,
                    "",
                    Precision.TOWNSHIP,
                    township.point,
                )
        known = {(each.name, each.district) for each in self._region.townships}
        for entry in self._region.gazetteer:
            if (entry.name, entry.district) in known or entry.precision is Precision.DISTRICT:
                continue
            for form, whole in _entry_forms(entry.name, entry.aliases):
                yield _Name(
                    form, whole, entry.name, entry.district, "", entry.precision, entry.point
                )
        for village in self._region.villages:
            owner = village.township or village.township_name or "?"
            for form in _village_forms(village):
                yield _Name(
                    form, True, village.name, village.district, owner, Precision.VILLAGE, None
                )


def _only(names: Iterable[_Name]) -> _Name | None:
    """The one place that all these forms mean, None when they mean several or none."""
    places = {(each.official, each.district, each.township): each for each in names}
    if len(places) == 1:
        return next(iter(places.values()))
    # A longer form says more: 新兴镇 beside a bare 新兴.
    longest = max((len(each.text) for each in places.values()), default=0)
    finest = [each for each in places.values() if len(each.text) == longest]
    return finest[0] if len(finest) == 1 else None


def _stands_at(text: str, start: int, form: str, *, whole: bool) -> bool:
    another = _PART_OF_A_LONGER_NAME if whole else _PART_OF_ANOTHER_NAME
    return text.startswith(form, start) and not another.match(text, start + len(form))


def _township_forms(name: str) -> Iterator[tuple[str, bool]]:
    yield normalised(name), True
    for ending in _TOWNSHIP_ENDINGS:
        short = name.removesuffix(ending)
        if short != name:
            if len(short) > 1:
                yield normalised(short), False
            return


def _entry_forms(name: str, aliases: Iterable[str]) -> Iterator[tuple[str, bool]]:
    yield normalised(name), name.endswith((*_TOWNSHIP_ENDINGS, "村", "社区"))
    for alias in aliases:
        if len(alias) > 1:
            yield normalised(alias), False


def _village_forms(village: Village) -> set[str]:
    forms = {normalised(village.name), normalised(village.short_name)}
    return {form for form in forms if len(form) > 2}


def _city_pattern(city: str) -> re.Pattern[str]:
    """The beginning of an address that says no more than the province and the city."""
    short = re.escape(normalised(city).removesuffix("市"))
    province = "[^区县市镇乡村路街]{2,7}(?:省|自治区)|[^区县市镇乡村路街省]{2,3}"
    return re.compile(f"^(?:{province})?{short}市?(?!{_ROAD})")


def _at(point: Point, precision: Precision, text: str, district: str) -> Match:
    return Match(
        point=point,
        precision=precision,
        confidence=TRUST[precision],
        provider="gazetteer",
        matched_text=text,
        district=district,
    )
