"""Areas of interest from GeoJSON polygons: a file's, or those drawn on the page.

Nothing is mended: a polygon that crosses itself has no area that two programs agree on, so it is
refused with the place where it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry

from services.collector import collector_paused
from services.errors import FileUnreadable, InvalidInput, LimitExceeded
from services.geo.datum import Datum
from services.importing.cells import clean, read_datum
from services.importing.columns import column_of
from services.importing.coordinates import shown
from services.importing.features import read_document
from services.importing.locating import DATUM_NAMES
from services.importing.readers import FEATURES, read_text
from services.importing.table import cell_text
from services.limits import (
    AREAS_FILE_BYTES,
    AREAS_FILE_VERTICES_MAX,
    AREAS_VERTICES_MAX,
    NAME_CHARACTERS,
)
from services.region import UrbanArea

FIELD: Final = "areas"

_POLYGONS: Final = ("Polygon", "MultiPolygon")
_DEGREES: Final = re.compile(r"(?:CRS:?84|4326|4490|WGS[ _-]?84|CGCS2000)\W*$", re.IGNORECASE)
"""Ends of the names of reference systems whose coordinates are ours."""
_REASON: Final = re.compile(r"(?P<what>[^\[]+?)\s*(?:\[(?P<lon>\S+) (?P<lat>\S+)\])?")
_REASONS: Final = {
    "Self-intersection": "的边界自己相交",
    "Ring Self-intersection": "的边界在一点上碰到自己",
    "Hole lies outside shell": "有一个洞在外边界之外",
    "Holes are nested": "有一个洞在另一个洞里",
    "Interior is disconnected": "的内部被洞隔断了",
    "Nested shells": "有一块在另一块里面",
    "Duplicate Rings": "有两条边界完全一样",
    "Too few points in geometry component": "的边界点太少,围不成面",
}


def read_areas(path: Path) -> tuple[UrbanArea, ...]:
    """The polygons of a GeoJSON file, each with its ``name`` or ``adcode``.

    Raises ``FileUnreadable`` as ``areas_from_geojson`` does ``InvalidInput``, ``LimitExceeded``
    beyond ``AREAS_FILE_VERTICES_MAX`` corners.
    """
    if path.suffix.lower() not in FEATURES:
        raise FileUnreadable(
            f"范围文件“{path.name}”应是 GeoJSON(.geojson 或 .json)。请导出为 GeoJSON 多边形。",
            field=FIELD,
            value=path.name,
        )
    text, _ = read_text(path, max_bytes=AREAS_FILE_BYTES)
    with collector_paused():
        try:
            return areas_from_geojson(read_document(text), max_vertices=AREAS_FILE_VERTICES_MAX)
        except (LimitExceeded, FileUnreadable):
            raise
        except InvalidInput as problem:
            raise FileUnreadable(
                f"范围文件“{path.name}”:{problem.message}", field=FIELD, value=problem.value
            ) from None


def areas_from_geojson(
    document: Any, *, max_vertices: int = AREAS_VERTICES_MAX
) -> tuple[UrbanArea, ...]:
    """The polygons of a FeatureCollection, a Feature or a bare geometry, lon/lat WGS-84.

    An area without ``adcode`` goes by its name, one without either is called 第 n 个范围. It is a
    sample only where the property ``sample`` is true.

    Raises ``InvalidInput`` (field ``areas``) naming the area for anything but sound polygons in
    degrees, and ``LimitExceeded`` beyond ``max_vertices`` corners together.
    """
    areas: list[UrbanArea] = []
    vertices = 0
    _check_system(document)
    for number, feature in enumerate(_features(document), 1):
        usual = f"第 {number} 个范围"
        name, adcode, sample = _said(feature, usual)
        label = f"“{name}”" if name else usual
        geometry = _checked_kind(feature.get("geometry"), label)
        vertices += _corners(geometry)
        if vertices > max_vertices:
            raise LimitExceeded(
                f"范围的边界一共至少有 {vertices} 个点,最多 {max_vertices} 个。"
                "请先简化边界,或减少范围。",
                limit=max_vertices,
                field=FIELD,
                value=vertices,
            )
        polygon = _polygon(geometry, label)
        areas.append(UrbanArea(name or usual, adcode or name or usual, polygon, sample))
    if not areas:
        raise _wrong("没有一个范围。请至少画一个,或确认选对了文件", None)
    return tuple(areas)


def _features(document: Any) -> Iterator[Mapping[str, Any]]:
    """The features, a bare geometry being one without properties."""
    kind = document.get("type") if isinstance(document, Mapping) else None
    if kind == "FeatureCollection":
        features = document.get("features")
        if not isinstance(features, list):
            raise _wrong("FeatureCollection 里没有 features。请重新导出", None)
        for number, feature in enumerate(features, 1):
            if not isinstance(feature, Mapping) or feature.get("type") != "Feature":
                raise _wrong(f"第 {number} 项不是要素(Feature)。请检查文件", number)
            yield feature
    elif kind == "Feature":
        yield document
    elif isinstance(kind, str) and "coordinates" in document:
        yield {"geometry": document}
    else:
        seen = _seen(kind) if kind is not None else "没有 type"
        raise _wrong(f"应是 GeoJSON 的多边形或要素集合,看到的是“{seen}”。请重新导出", kind)


def _said(feature: Mapping[str, Any], usual: str) -> tuple[str, str, bool]:
    """An area's name (or adcode) and its adcode, "" where it has none; whether it is a sample."""
    properties = feature.get("properties") or {}
    if not isinstance(properties, Mapping):
        raise _wrong(f"{usual}的属性(properties)应是一组名字和值。请检查文件", None)
    name, adcode = (_word(properties.get(key), key, usual) for key in ("name", "adcode"))
    sample = properties.get("sample")
    if sample is not None and not isinstance(sample, bool):
        raise _wrong(f"{usual}的 sample“{_seen(sample)}”应是 true 或 false。请改正", sample)
    for key, value in properties.items():
        if column_of(str(key)) == "datum" and value not in (None, ""):
            _check_datum(value, usual)
    return name or adcode, adcode, bool(sample)


def _word(value: Any, key: str, usual: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise _wrong(f"{usual}的 {key} 应是文字,看到的是“{_seen(value)}”。请改正", value)
    try:
        return clean(cell_text(value), key, NAME_CHARACTERS)
    except InvalidInput as problem:
        raise _wrong(f"{usual}的 {key}:{problem.message.rstrip('。')}", value) from None


def _check_datum(value: Any, label: str) -> None:
    try:
        datum = read_datum(value if isinstance(value, str) else _seen(value))
    except InvalidInput as problem:
        raise _wrong(f"{label}的坐标系:{problem.message.rstrip('。')}", value) from None
    if datum is not Datum.WGS84:
        raise _wrong(
            f"{label}写明坐标系是 {DATUM_NAMES[datum]},范围应是 WGS-84。请先转换坐标", value
        )


def _check_system(document: Any) -> None:
    """Refuse a reference system other than degrees, which an old GeoJSON may declare."""
    system = document.get("crs") if isinstance(document, Mapping) else None
    named = system.get("properties") if isinstance(system, Mapping) else None
    name = named.get("name") if isinstance(named, Mapping) else None
    if isinstance(name, str) and not _DEGREES.search(name):
        raise _wrong(
            f"坐标参照系是“{shown(name, 60)}”,范围应是 WGS-84 经纬度(EPSG:4326)。"
            "请在地图软件里转换后重新导出",
            name,
        )


def _checked_kind(geometry: Any, label: str) -> Mapping[str, Any]:
    kind = geometry.get("type") if isinstance(geometry, Mapping) else None
    if geometry is None:
        raise _wrong(f"{label}没有几何(geometry)。请画出它的边界", None)
    if not isinstance(geometry, Mapping) or kind not in _POLYGONS:
        raise _wrong(
            f"{label}的几何是“{_seen(kind)}”,应是面(Polygon 或 MultiPolygon)。请改画成面", kind
        )
    return geometry


def _corners(geometry: Mapping[str, Any]) -> int:
    """How many corners a polygon is given with; 0 where its lists are not as they should be."""
    rings = geometry.get("coordinates")
    try:
        if geometry["type"] == "MultiPolygon":
            rings = [ring for polygon in rings or () for ring in polygon]
        return sum(map(len, rings or ()))
    except TypeError:
        return 0


def _polygon(geometry: Mapping[str, Any], label: str) -> Polygon | MultiPolygon:
    try:
        with np.errstate(invalid="ignore"):  # of a coordinate that is no number, said below
            made = shapely.force_2d(shape(dict(geometry)))
    except (
        KeyError,
        IndexError,
        TypeError,
        ValueError,
        AttributeError,
        OverflowError,
        RecursionError,
        ShapelyError,
    ):
        raise _wrong(f"{label}的坐标读不出来。请检查括号层数和数字", None) from None
    corners = shapely.get_coordinates(made)
    if not len(corners):
        raise _wrong(f"{label}是空的,没有坐标。请画出它的边界", None)
    if not np.isfinite(corners).all():
        raise _wrong(f"{label}里有不是有限数的坐标。请重新导出", None)
    _check_degrees(corners, label)
    _check_sound(made, label)
    assert isinstance(made, Polygon | MultiPolygon)  # noqa: S101 - by its type
    return made


def _check_degrees(corners: Any, label: str) -> None:
    lon, lat = np.abs(corners).max(axis=0)
    if lon <= 180 and lat <= 90:
        return
    seen = f"{label}的坐标超出范围(经度到 {lon:.10g},纬度到 {lat:.10g})"
    if max(lon, lat) > 360:
        hint = "像是投影坐标(米)。请转换成 WGS-84 经纬度(度)再导出"
    elif lon <= 90 and lat <= 180:
        hint = "经纬度是否填反?GeoJSON 里经度在前"
    else:
        hint = "请检查坐标"
    raise _wrong(f"{seen},{hint}", float(max(lon, lat)))


def _check_sound(made: BaseGeometry, label: str) -> None:
    if not made.is_valid:
        reason = str(shapely.is_valid_reason(made))
        found = _REASON.fullmatch(reason)
        what = _REASONS.get(found["what"] if found else "", "的边界不合法")
        where = ""
        if found and found["lon"]:
            lat, lon = float(found["lat"]), float(found["lon"])
            where = f",在纬度 {lat:.6f}、经度 {lon:.6f} 附近"
        raise _wrong(f"{label}{what}{where}。请在地图软件里改正后重新导出", reason)
    if not made.area > 0:
        raise _wrong(f"{label}的面积是 0。请重画", 0)


def _seen(value: Any) -> str:
    """A value for a sentence; a list or a mapping may be deep, and is only called one."""
    return shown(str(value), 40) if isinstance(value, str | int | float | None) else "一组值"


def _wrong(what: str, value: Any) -> InvalidInput:
    sentence = what if what.endswith(("。", "?")) else f"{what}。"
    return InvalidInput(sentence, field=FIELD, value=value)
