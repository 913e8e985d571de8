"""Guarded reading of a region's folder: whatever is wrong names its file, its line, its remedy."""

from __future__ import annotations

import csv
import json
import math
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from shapely.geometry import MultiPolygon, Polygon

from services.errors import InvalidInput, RegionInvalid
from services.geo.geojson import read_geometry
from services.geo.point import Point
from services.geo.regions import Districts
from services.places import Precision


class RegionFolder:
    """The files of one folder. Every method raises ``RegionInvalid``."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise RegionInvalid(f"没有城市数据包文件夹 {folder}。请检查设置 LOCATOR_REGION。")
        self._folder = folder

    def where(self, name: str) -> str:
        """How messages call a file: 城市数据包 yancheng 的 census.csv."""
        return f"城市数据包 {self._folder.name} 的 {name}"

    def toml(self, name: str) -> Values:
        """A TOML file."""
        try:
            return Values(self.where(name), tomllib.loads(self._text(name)))
        except tomllib.TOMLDecodeError as problem:
            raise self._broken(name, "TOML", problem) from None

    def rows(self, name: str, *columns: str) -> Iterator[Values]:
        """The rows of a CSV file that must have these columns (others are left alone)."""
        reader = csv.DictReader(self._text(name).splitlines(), strict=True)
        try:
            missing = [column for column in columns if column not in (reader.fieldnames or ())]
            if missing:
                raise RegionInvalid(
                    f"{self.where(name)} 的表头缺少 {'、'.join(missing)} 列。请补上(可以留空)。"
                )
            for row in reader:
                yield Values(f"{self.where(name)} 第 {reader.line_num} 行", row)
        except csv.Error as problem:
            raise self._broken(name, "CSV", problem) from None

    def features(self, name: str) -> Iterator[Values]:
        """The features of a GeoJSON FeatureCollection: properties, plus the geometry."""
        try:
            document = json.loads(self._text(name))
        except (ValueError, RecursionError) as problem:
            raise self._broken(name, "JSON", problem) from None
        features = document.get("features") if isinstance(document, dict) else None
        if not isinstance(features, list):
            raise RegionInvalid(f"{self.where(name)} 没有 features。应是 FeatureCollection。")
        for number, feature in enumerate(features, 1):
            place = f"{self.where(name)} 第 {number} 个要素"
            properties = feature.get("properties") if isinstance(feature, dict) else None
            if not isinstance(properties, dict):
                raise RegionInvalid(f"{place}没有 properties。请写上 adcode 和 name。")
            yield Values(place, properties, feature.get("geometry"))

    def _text(self, name: str) -> str:
        path = self._folder / name
        try:
            return path.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            raise RegionInvalid(
                f"{self.where(name)} 不存在。请补上这个文件,格式见 data/README.md。"
            ) from None
        except UnicodeDecodeError:
            raise RegionInvalid(f"{self.where(name)} 不是 UTF-8 编码。请另存为 UTF-8。") from None
        except OSError as problem:
            raise RegionInvalid(
                f"{self.where(name)} 读不出来({problem.strerror})。请检查权限。"
            ) from None

    def _broken(self, name: str, form: str, problem: Exception) -> RegionInvalid:
        return RegionInvalid(f"{self.where(name)} 不是正确的 {form}:{problem}。请修正或重新导出。")


class Values:
    """The named values of a line, a feature or a TOML table, read as what they should be."""

    def __init__(self, place: str, values: Mapping[str, Any], geometry: Any = None) -> None:
        self._place = place
        self._values = values
        self._geometry = geometry

    def wrong(self, what: str, remedy: str) -> RegionInvalid:
        """The error for a value that is wrong here."""
        return RegionInvalid(f"{self._place}:{what}。{remedy}。")

    def maybe(self, key: str) -> str:
        """A text, "" when there is none."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, str):
            raise self.wrong(f"{key}“{value}”应是文字", "请加上引号")
        return (value or "").strip()

    def text(self, key: str) -> str:
        """A text that must be there."""
        value = self.maybe(key)
        if not value:
            raise self.wrong(f"缺少 {key}", "请补上")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value = self._values.get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self.wrong(f"{key} 应是一列文字", '请写成 ["…", "…"]')
        return tuple(value)

    def number(self, key: str) -> float:
        """A finite number."""
        value = self._values.get(key)
        try:
            number = float("nan" if value is None or isinstance(value, bool) else value)
        except (TypeError, ValueError):
            number = math.nan
        if not math.isfinite(number):
            raise self.wrong(f"{key}“{'' if value is None else value}”不是数", "请填数字")
        return number

    def whole(self, key: str) -> int:
        """A whole number, not negative."""
        number = self.number(key)
        if number < 0 or number != int(number):
            raise self.wrong(f"{key}“{number:g}”不是整数", "请填 0 或更大的整数")
        return int(number)

    def flag(self, key: str) -> bool | None:
        """True, False, or None when it is not said."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, bool):
            raise self.wrong(f"{key}“{value}”应是 true 或 false", "请改正")
        return value

    def counts(self) -> Mapping[str, int]:
        """The whole table as whole numbers by key."""
        return MappingProxyType({key: self.whole(key) for key in self._values})

    def table(self, key: str) -> Values:
        """A TOML table inside this one."""
        value = self._values.get(key)
        if not isinstance(value, dict):
            raise self.wrong(f"缺少 [{key}] 一节", "请补上")
        return Values(f"{self._place} 的 [{key}]", value)

    def maybe_table(self, key: str) -> Values:
        """A TOML table inside this one, an empty one when there is none."""
        return self.table(key) if key in self._values else Values(self._place, {})

    def point(self) -> Point:
        """The point of ``lat`` and ``lon``."""
        try:
            return Point(self.number("lat"), self.number("lon"))
        except InvalidInput as problem:
            raise self.wrong(problem.message.rstrip("。"), "请核对坐标") from None

    def precision(self) -> Precision:
        """The precision named in ``precision``."""
        value = self.text("precision")
        try:
            return Precision(value)
        except ValueError:
            words = "、".join(Precision)
            raise self.wrong(f"precision“{value}”不认识", f"应是 {words} 之一") from None

    def district(self, districts: Districts) -> str:
        """The adcode in ``district``, one of ``districts``."""
        adcode = self.text("district")
        if adcode not in districts:
            raise self.wrong(f"区县“{adcode}”不在 districts.geojson 里", "请填六位 adcode")
        return adcode

    def polygon(self) -> Polygon | MultiPolygon:
        """The feature's geometry, which must be a valid polygon."""
        try:
            geometry = read_geometry(self._geometry)
        except InvalidInput as problem:
            raise self.wrong(problem.message.rstrip("。"), "请在地图软件里修好后重新导出") from None
        if not isinstance(geometry, Polygon | MultiPolygon):
            raise self.wrong(f"几何是 {geometry.geom_type}", "应是 Polygon 或 MultiPolygon")
        return geometry
