"""Where the rows of a file are: datum, region, district, all rows at once.

A given point is doubted, not refused, when it lies in another district than the one that the row
itself names (in its district column or its address). The registry keeps a doubted point as
AMBIGUOUS: flagged, not shown as fact.

Without a region (a file that is analysed alone, of any city) there is nothing to doubt a point by:
it is converted, and kept to its last decimal; a district is the word that the row has for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from services.errors import InvalidInput
from services.geo.datum import Datum, convert
from services.geo.distance import DEGREE_M
from services.geo.point import Point
from services.limits import COORDINATE_DECIMALS
from services.region import Region

BORDER_M: Final = 200.0
"""Districts are drawn to about this; a point so near its district's border is taken to be in it."""

DATUM_NAMES: Final = {Datum.WGS84: "WGS-84", Datum.GCJ02: "GCJ-02", Datum.BD09: "BD-09"}

_COMPASS: Final = np.radians(np.arange(0, 360, 45))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spot:
    """What a row says of where it is: coordinates in ``datum``, and the districts that it names."""

    lat: float
    lon: float
    datum: Datum
    column_district: str
    address_district: str


@dataclass(frozen=True, slots=True)
class Located:
    """A spot as we keep it: WGS-84, rounded. ``problem`` is set where the row is refused."""

    point: Point | None
    district: str = ""
    doubt: str = ""
    problem: str = ""


def district_reader(region: Region | None) -> Callable[[str], str]:
    """An adcode, 亭湖, 亭湖区 or 盐城市亭湖区 -> the adcode, or "" for a word not known.

    Divisions that the census counts apart (a development zone) mean the district around them.
    """
    if region is None:
        return lambda text: text
    zones = {row.name: row.within for row in region.census if row.within}
    find = named_in_address(region)

    def read(text: str) -> str:
        word = text.removeprefix(region.name)
        if word in region.districts:
            return word
        district = region.districts.named(word)
        return district.adcode if district else zones.get(word) or find(text)

    return read


def named_in_address(region: Region | None) -> Callable[[str], str]:
    """The adcode of the one district whose full name stands in an address; "" for none or two."""
    if region is None:
        return lambda address: ""
    adcodes = {district.name: district.adcode for district in region.districts}

    def find(address: str) -> str:
        found = [adcode for name, adcode in adcodes.items() if name in address]
        return found[0] if len(found) == 1 else ""

    return find


def disagreement(column_district: str, address_district: str, region: Region | None) -> str:
    """A sentence where the district column and the address name two districts, else ""."""
    if region is None or not (column_district and address_district):
        return ""
    if column_district == address_district:
        return ""
    names = region.districts.by_adcode
    return (
        f"区县列是{names(column_district).name},地址写的是{names(address_district).name}。"
        "请核对后改为一致。"
    )


def locate(spots: Sequence[Spot], region: Region | None) -> list[Located]:
    """All spots to WGS-84 points with their district, their doubt or their problem."""
    lats, lons = _converted(spots)
    if region is None:
        return [
            _anywhere(spot, lat, lon)
            for spot, lat, lon in zip(spots, lats.tolist(), lons.tolist(), strict=True)
        ]
    lats, lons = lats.round(COORDINATE_DECIMALS), lons.round(COORDINATE_DECIMALS)
    held = region.districts.holding_many(lats, lons)
    adcodes = [district.adcode for district in region.districts]
    holders = [adcodes[index] if index >= 0 else "" for index in held.tolist()]
    found: list[Located] = []
    unclear: list[int] = []
    for number, (spot, lat, lon, holder) in enumerate(
        zip(spots, lats.tolist(), lons.tolist(), holders, strict=True)
    ):
        problem = "" if holder else _outside(spot, lat, lon, region)
        named = spot.column_district or spot.address_district
        found.append(Located(None if problem else Point(lat, lon), holder, problem=problem))
        agreed = holder and holder == (named or holder)
        if not problem and (not agreed or spot.address_district not in ("", named)):
            unclear.append(number)
    for number, located in _judged(unclear, spots, found, region):
        found[number] = located
    return found


def _converted(spots: Sequence[Spot]) -> tuple[Floats, Floats]:
    lats = np.array([spot.lat for spot in spots], dtype=np.float64)
    lons = np.array([spot.lon for spot in spots], dtype=np.float64)
    datums = np.array([spot.datum for spot in spots], dtype=object)
    for datum in (Datum.GCJ02, Datum.BD09):
        those = datums == datum
        if those.any():
            lats[those], lons[those] = convert(lats[those], lons[those], datum, Datum.WGS84)
    return lats, lons


def _anywhere(spot: Spot, lat: float, lon: float) -> Located:
    try:
        return Located(Point(lat, lon), spot.column_district)
    except InvalidInput as problem:  # the other datum's point lies over the edge of the map
        return Located(None, problem=problem.message)


def _outside(spot: Spot, lat: float, lon: float, region: Region) -> str:
    """Why a point is refused: it is not near the region at all. "" when it is."""
    try:
        if region.contains(Point(lat, lon)):
            return ""
        swapped = region.contains(Point(lon, lat))
    except InvalidInput:  # a longitude is rarely a latitude
        swapped = False
    hint = "经纬度是否填反?" if swapped else "请检查坐标。"
    for other in Datum:
        if other != spot.datum and region.contains(
            Point(*convert(spot.lat, spot.lon, other, Datum.WGS84))
        ):
            hint = f"坐标系是否应为 {DATUM_NAMES[other]}?"
    return f"坐标(纬度 {spot.lat:g},经度 {spot.lon:g})不在{region.name}范围内,{hint}"


def _judged(
    unclear: Sequence[int], spots: Sequence[Spot], found: Sequence[Located], region: Region
) -> Iterable[tuple[int, Located]]:
    """The rows whose own words and point do not agree at first sight, looked at closely."""
    if not unclear:
        return
    adcodes = np.array([district.adcode for district in region.districts] + [""])
    raw_lats = np.array([spots[number].lat for number in unclear])
    raw_lons = np.array([spots[number].lon for number in unclear])
    points = [found[number].point for number in unclear]
    around = _around(
        np.array([point.lat for point in points if point]),
        np.array([point.lon for point in points if point]),
        region,
    )
    elsewhere = {
        datum: adcodes[
            region.districts.holding_many(*convert(raw_lats, raw_lons, datum, Datum.WGS84))
        ]
        for datum in Datum
    }
    for place, number in enumerate(unclear):
        spot, located = spots[number], found[number]
        near = [adcode for adcode in adcodes[around[place]].tolist() if adcode]
        explained = [
            datum
            for datum in Datum
            if datum != spot.datum and _named(spot) and elsewhere[datum][place] == _named(spot)
        ]
        yield number, _close_look(spot, located, near, explained, region)


def _named(spot: Spot) -> str:
    return spot.column_district or spot.address_district


def _close_look(
    spot: Spot, located: Located, near: list[str], explained: list[Datum], region: Region
) -> Located:
    named = _named(spot)
    doubt = disagreement(spot.column_district, spot.address_district, region)
    if not named:
        district = near[0] if near else ""
        doubt = "" if near else f"点位不在{region.name}的任何区县内。请核对坐标。"
        return Located(located.point, district, doubt)
    if named != located.district and named not in near:
        names = region.districts.by_adcode
        where = names(located.district).name if located.district else "各区县之外"
        whose = "区县列" if spot.column_district else "地址"
        doubt = f"点位在{where},{whose}写的是{names(named).name}。"
        doubt += (
            f"按 {DATUM_NAMES[explained[0]]} 换算正好落在{names(named).name},"
            f"坐标系可能标错(现在按 {DATUM_NAMES[spot.datum]})。请核对坐标系。"
            if explained
            else "请核对坐标和区县。"
        )
    return Located(located.point, named, doubt)


def _around(lats: Floats, lons: Floats, region: Region) -> NDArray[np.int64]:
    """For each point the districts (as indices, -1 for none) ``BORDER_M`` away on eight sides."""
    step = BORDER_M / DEGREE_M
    rings = [
        region.districts.holding_many(
            lats + step * np.cos(angle), lons + step * np.sin(angle) / np.cos(np.radians(lats))
        )
        for angle in _COMPASS
    ]
    return np.stack(rings, axis=1)
