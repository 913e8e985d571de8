"""From the files of a folder to a ``Region``: what each file must say, and how they must agree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from services.errors import RegionInvalid
from services.geo.point import Point
from services.geo.regions import District, Districts
from services.region.city import (
    CensusRow,
    EnglishNames,
    GazetteerEntry,
    Region,
    Township,
    UrbanArea,
    Village,
)
from services.region.folder import RegionFolder, Values


def load_region(folder: Path) -> Region:
    """Read and check a city's folder. Raises ``RegionInvalid`` naming the file and the remedy."""
    source = RegionFolder(folder)
    about = source.toml("region.toml")
    view = about.table("view")
    districts = _districts(source)
    townships = _townships(source, districts)
    return Region(
        key=about.text("key"),
        name=about.text("name"),
        product_name=about.text("product_name"),
        country=about.text("country"),
        time_zone=_time_zone(about),
        hotline=about.maybe("hotline"),
        center=view.point(),
        zoom=view.whole("zoom"),
        districts=districts,
        townships=townships,
        villages=_villages(source, districts, townships),
        gazetteer=_gazetteer(source, districts),
        urban_areas=_urban_areas(source, districts),
        census=_census(source, districts),
        published_figures=about.table("published_figures").counts(),
        claim=about.text("claim"),
        credits=about.texts("credits"),
        seats=_seats(source, districts),
        sample_roads=about.table("sample").texts("roads"),
        english=_english(about, districts),
    )


def _english(about: Values, districts: Districts) -> EnglishNames:
    said = about.maybe_table("english")
    names = said.maybe_table("districts")
    return EnglishNames(
        name=said.maybe("name") or about.text("name"),
        product_name=said.maybe("product_name") or about.text("product_name"),
        claim=said.maybe("claim") or about.text("claim"),
        districts=MappingProxyType(
            {each.adcode: names.maybe(each.adcode) or each.name for each in districts}
        ),
    )


def _districts(source: RegionFolder) -> Districts:
    found: dict[str, District] = {}
    for each in source.features("districts.geojson"):
        adcode = each.text("adcode")
        if adcode in found:
            raise each.wrong(f"adcode {adcode} 出现了两次", "每个区县只留一个多边形")
        found[adcode] = District(adcode, each.text("name"), each.polygon())
    if not found:
        raise RegionInvalid(f"{source.where('districts.geojson')} 里没有区县。请放入区县多边形。")
    return Districts(list(found.values()))


def _seats(source: RegionFolder, districts: Districts) -> Mapping[str, Point]:
    seats: dict[str, Point] = {}
    for row in source.rows("seats.csv", "district", "lat", "lon"):
        adcode, point = row.district(districts), row.point()
        holder = districts.holding(point)
        if holder is None or holder.adcode != adcode:
            raise row.wrong(f"点 {point.lat}, {point.lon} 不在区县 {adcode} 里", "请核对坐标")
        seats[adcode] = point
    return MappingProxyType(seats)


def _townships(source: RegionFolder, districts: Districts) -> tuple[Township, ...]:
    return tuple(
        Township(
            row.text("code"),
            row.text("name"),
            row.district(districts),
            row.point() if row.maybe("lat") or row.maybe("lon") else None,
        )
        for row in source.rows("townships.csv", "code", "name", "district", "lat", "lon")
    )


def _villages(
    source: RegionFolder, districts: Districts, townships: tuple[Township, ...]
) -> tuple[Village, ...]:
    known = {each.code for each in townships}
    villages = []
    for row in source.rows("villages.csv", "code", "name", "township", "township_name", "district"):
        township = row.maybe("township")
        if township and township not in known:
            raise row.wrong(f"乡镇代码 {township} 不在 townships.csv 里", "请补上这个乡镇或留空")
        villages.append(
            Village(
                row.text("code"),
                row.text("name"),
                township,
                row.maybe("township_name"),
                row.district(districts),
            )
        )
    return tuple(villages)


def _gazetteer(source: RegionFolder, districts: Districts) -> tuple[GazetteerEntry, ...]:
    columns = ("name", "aliases", "district", "lat", "lon", "precision", "source")
    return tuple(
        GazetteerEntry(
            row.text("name"),
            tuple(alias for alias in row.maybe("aliases").split("|") if alias),
            row.district(districts),
            row.point(),
            row.precision(),
            row.maybe("source"),
        )
        for row in source.rows("gazetteer.csv", *columns)
    )


def _census(source: RegionFolder, districts: Districts) -> tuple[CensusRow, ...]:
    census = []
    for row in source.rows("census.csv", "adcode", "name", "population", "urban_share", "within"):
        adcode, within, share = row.text("adcode"), row.maybe("within"), row.number("urban_share")
        if not 0 <= share <= 1:
            raise row.wrong(f"urban_share“{share:g}”不在 0 到 1 之间", "请写成小数,如 0.881")
        if (within or adcode) not in districts:
            raise row.wrong(
                f"区划 {within or adcode} 没有多边形", "请在 within 列写它所在区县的 adcode"
            )
        census.append(CensusRow(adcode, row.text("name"), row.whole("population"), share, within))
    return tuple(census)


def _urban_areas(source: RegionFolder, districts: Districts) -> tuple[UrbanArea, ...]:
    areas = []
    for each in source.features("urban_areas.geojson"):
        adcode = each.text("adcode")
        if adcode not in districts:
            raise each.wrong(f"adcode {adcode} 不在 districts.geojson 里", "请核对")
        # Only an explicit "false" makes an area official: forgetting the mark must not.
        sample = each.flag("sample") is not False
        areas.append(UrbanArea(each.text("name"), adcode, each.polygon(), sample))
    return tuple(areas)


def _time_zone(about: Values) -> str:
    key = about.text("time_zone")
    try:
        ZoneInfo(key)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise about.wrong(f"time_zone“{key}”不认识", "应像 Asia/Shanghai") from None
    return key
