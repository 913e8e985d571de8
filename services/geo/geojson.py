"""GeoJSON (RFC 7946): the one place that writes or reads ``[lon, lat]``.

Values in and out are plain dictionaries, ready for a JSON encoder; coordinates are WGS-84 degrees.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape
from shapely.geometry.base import BaseGeometry

from services.errors import InvalidInput
from services.geo.point import Point
from services.limits import COORDINATE_DECIMALS

_TYPES: Final = frozenset(
    ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon")
)


def feature(
    identity: str | int | None, place: Point | BaseGeometry | None, properties: Mapping[str, Any]
) -> dict[str, Any]:
    """One Feature. ``place`` None is a feature without a point, as the RFC allows."""
    where: dict[str, Any] | None
    if place is None:
        where = None
    elif isinstance(place, Point):
        spot = place.rounded(COORDINATE_DECIMALS)
        where = {"type": "Point", "coordinates": [spot.lon + 0.0, spot.lat + 0.0]}
    else:
        where = geometry(place)
    made: dict[str, Any] = {"type": "Feature", "geometry": where, "properties": dict(properties)}
    return made if identity is None else {"type": "Feature", "id": identity, **made}


def collection(features: Iterable[dict[str, Any]], **members: Any) -> dict[str, Any]:
    """A FeatureCollection; ``members`` are foreign members such as ``sample=True``."""
    return {"type": "FeatureCollection", **members, "features": list(features)}


def geometry(geom: BaseGeometry, decimals: int = COORDINATE_DECIMALS) -> dict[str, Any]:
    """A geometry in lon/lat, rounded, outer rings counter-clockwise (RFC 7946, 3.1.6)."""
    # Adding 0.0 turns -0.0, which strict readers print, into 0.0.
    tidy = shapely.transform(shapely.orient_polygons(geom), lambda xy: np.round(xy, decimals) + 0.0)
    return _lists(mapping(tidy))  # type: ignore[no-any-return]


def read_point(value: Any) -> Point:
    """The point of a GeoJSON Point geometry; an altitude is dropped.

    Raises ``InvalidInput`` (field ``geometry``, ``lat`` or ``lon``).
    """
    if not isinstance(value, Mapping) or value.get("type") != "Point":
        seen = value.get("type") if isinstance(value, Mapping) else value
        raise _unreadable(f"应是点(Point),看到的是“{seen}”", seen)
    pair = value.get("coordinates")
    if (
        not isinstance(pair, (list, tuple))
        or not 2 <= len(pair) <= 4
        or not all(_is_number(each) for each in pair[:2])
    ):
        raise _unreadable(f"点的坐标应是 [经度, 纬度] 两个数,看到的是“{pair}”", pair)
    return Point(float(pair[1]), float(pair[0]))


def read_geometry(value: Any) -> BaseGeometry:
    """The shapely geometry (lon/lat, 2-d, valid) of a GeoJSON geometry.

    Raises ``InvalidInput`` (field ``geometry``) for an unknown type, coordinates that are no finite
    longitudes and latitudes, an empty geometry, or a polygon that crosses itself.
    """
    kind = value.get("type") if isinstance(value, Mapping) else None
    if not isinstance(kind, str) or kind not in _TYPES:
        raise _unreadable(f"不认识的几何类型“{kind}”,应是点、线或面", kind)
    try:
        geom = shapely.force_2d(shape(value))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, ShapelyError):
        raise _unreadable(f"{kind} 的坐标读不出来,请检查括号层数和数字", kind) from None
    corners = shapely.get_coordinates(geom)
    if not len(corners):
        raise _unreadable(f"{kind} 里没有坐标", kind)
    if not np.isfinite(corners).all():
        raise _unreadable(f"{kind} 里有不是有限数的坐标", kind)
    worst_lon, worst_lat = np.abs(corners).max(axis=0)
    if worst_lon > 180 or worst_lat > 90:
        raise _unreadable(
            f"坐标超出范围(经度到 {worst_lon:g}、纬度到 {worst_lat:g}),经纬度是否填反,或不是度?",
            kind,
        )
    if not geom.is_valid:
        raise _unreadable(f"多边形不合法:{shapely.is_valid_reason(geom)},请重画", kind)
    return geom


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _lists(value: Any) -> Any:
    """Tuples as lists, so that the value equals what a JSON parser gives back."""
    if isinstance(value, Mapping):
        return {key: _lists(each) for key, each in value.items()}
    return [_lists(each) for each in value] if isinstance(value, (list, tuple)) else value


def _unreadable(what: str, value: Any) -> InvalidInput:
    return InvalidInput(f"GeoJSON 几何有误:{what}。", field="geometry", value=value)
