"""GeoJSON (RFC 7946) to a table of text: one feature, one row, numbered from 1.

A feature is WGS-84, as the RFC has it, unless a property such as ``datum`` says otherwise.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from services.errors import FileUnreadable, InvalidInput, LimitExceeded
from services.geo.datum import Datum
from services.geo.geojson import read_point
from services.importing.columns import column_of
from services.importing.table import Row, Table, cell_text

_POINT_COLUMNS: Final = {"lat", "lon", "lon_lat"}


def read_features(text: str, *, max_rows: int, notes: Sequence[str] = ()) -> Table:
    """A table of a FeatureCollection of points (or of features without a geometry).

    Raises ``FileUnreadable`` for anything that is not one, ``LimitExceeded``.
    """
    features = _features(read_document(text, _compact))
    if len(features) > max_rows:
        raise LimitExceeded(
            f"文件有 {len(features)} 个要素,最多 {max_rows} 个。请分成几个文件导入。",
            limit=max_rows,
            value=len(features),
        )
    rows = [_row(number, feature) for number, feature in enumerate(features, start=1)]
    del features
    header = list(dict.fromkeys(key for row in rows for key in row.values))
    said = [*notes, "GeoJSON 按标准是 WGS-84;不是的话,请在要素属性里写 datum。"]
    return Table(header, rows, said)


def read_document(text: str, hook: Callable[[dict[str, Any]], Any] | None = None) -> Any:
    """The value of a GeoJSON text, whatever it is; ``hook`` may put others for its objects.

    Raises ``FileUnreadable`` with the line.
    """
    try:
        return json.loads(text, parse_constant=_no_constant, object_hook=hook)
    except RecursionError:
        raise FileUnreadable("GeoJSON 的括号嵌套太深。请检查文件是否正确导出。") from None
    except json.JSONDecodeError as problem:
        raise FileUnreadable(
            f"第 {problem.lineno} 行不是合法的 JSON。请检查文件是否完整。", value=problem.lineno
        ) from None
    except ValueError:
        raise FileUnreadable(
            "GeoJSON 里有 NaN、Infinity 或过长的数字。请改成普通的数字。"
        ) from None


def _features(document: Any) -> list[Any]:
    if not isinstance(document, Mapping) or document.get("type") != "FeatureCollection":
        raise FileUnreadable("这不是 GeoJSON 的 FeatureCollection。请导出为点要素集合。")
    features = document.get("features")
    if not isinstance(features, list) or not features:
        raise FileUnreadable("GeoJSON 里没有要素(features)。请确认选对了文件。")
    return features


def _no_constant(word: str) -> Any:
    raise ValueError(word)


@dataclass(frozen=True, slots=True)
class _Feature:
    """All that a row needs of a feature, kept in place of the many objects that it is parsed to."""

    values: dict[str, str]
    fault: str = ""


def _compact(value: dict[str, Any]) -> Any:
    return _feature(value) if value.get("type") == "Feature" else value


def _row(number: int, feature: Any) -> Row:
    if not isinstance(feature, _Feature):
        return Row(number, {}, "这一项不是要素(Feature)。请检查文件。")
    return Row(number, feature.values, feature.fault)


def _feature(feature: Mapping[str, Any]) -> _Feature:
    properties = feature.get("properties")
    if not isinstance(properties, Mapping | None):
        return _Feature({}, "要素的属性(properties)应是一组名字和值。请检查文件。")
    try:
        values = {key.strip(): cell_text(value) for key, value in (properties or {}).items()}
    except RecursionError:
        return _Feature({}, "要素的属性嵌套太深。请改成一层的名字和值。")
    named = {column_of(key): key for key in values}
    if "id" in feature and "source_id" not in named:
        values.setdefault("id", cell_text(feature["id"]))
    geometry = feature.get("geometry")
    if geometry is None:
        return _Feature(values)
    for key in _POINT_COLUMNS & named.keys():  # a copy of the geometry, often in another datum
        del values[named[key]]
    if "datum" not in named:
        values["datum"] = Datum.WGS84.value
    try:
        point = read_point(geometry)
    except InvalidInput as problem:
        return _Feature(values, problem.message)
    values["lat"], values["lon"] = repr(point.lat), repr(point.lon)
    return _Feature(values)
