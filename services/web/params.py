"""Requests into values, or ``InvalidInput`` that names the field, the value seen and what to do.

The models are also the API's documentation (OpenAPI). JSON bodies are strict: a number is a
number. Query texts are read by our own rules, because the usual conversions take ``nan``, ``1_0``
and full-width digits.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from services.errors import InvalidInput
from services.limits import (
    API_PAGE_DEFAULT,
    API_PAGE_MAX,
    MINUTES_MAX,
    MINUTES_MIN,
    NEAREST_DEFAULT,
    NEAREST_MAX,
    SEARCH_CHARACTERS,
)

PROBLEMS: Final[Mapping[str, str]] = {
    "missing": "缺少“{field}”",
    "extra_forbidden": "没有“{field}”这个参数",
    "greater_than_equal": "“{field}”的值 {value} 太小,最小是 {ge}",
    "less_than_equal": "“{field}”的值 {value} 太大,最大是 {le}",
    "finite_number": "“{field}”不是有限的数",
    "float_type": "“{field}”应是数字,收到的是 {value}",
    "int_type": "“{field}”应是整数,收到的是 {value}",
    "string_too_long": "“{field}”太长,最多 {max_length} 个字",
    "too_long": "“{field}”太多,最多 {max_length} 个",
    "list_type": "“{field}”应是列表",
    "string_type": "“{field}”应是文字",
    "model_type": "请求内容应是一个 JSON 对象",
    "value_error": "“{field}”的值 {value} 不对:{error}",
}


class Params(BaseModel):
    """Base of all parameter models: unknown names are refused, problems speak Chinese."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """As pydantic's, but a problem is our ``InvalidInput``."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as problem:
            raise _first(problem) from None


class Body(Params):
    """Base of JSON bodies: no conversion from text to number."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, strict=True)


def _first(problem: ValidationError) -> InvalidInput:
    first = problem.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or None
    seen = first.get("input")
    shown = f"“{str(seen)[:40]}”"
    context = {key: str(value) for key, value in first.get("ctx", {}).items()}
    template = PROBLEMS.get(first["type"], "“{field}”的值 {value} 不对")
    sentence = template.format_map({**context, "field": field or "", "value": shown})
    if field == "lat" and first["type"] in ("greater_than_equal", "less_than_equal"):
        sentence += ",经纬度是否填反?"
    return InvalidInput(
        sentence.rstrip("。?") + ("?" if sentence[-1] == "?" else "。"),
        field=field,
        value=None if isinstance(seen, dict) else seen,
    )


def digits(text: Any) -> Any:
    """A whole number as text; what is no text is passed on."""
    if isinstance(text, str):
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise ValueError("应是整数")
        return int(text)
    return text


def _names(text: Any) -> Any:
    if isinstance(text, str):
        return tuple(text.split(",")) if text else ()
    return text


def _moment(text: Any) -> Any:
    if isinstance(text, str):
        try:
            return datetime.fromisoformat(text.replace(" ", "+"))
        except ValueError:
            raise ValueError("应是时间,如 2026-11-25T21:40") from None
    return text


def _box(text: Any) -> Any:
    if not isinstance(text, str):
        return text
    number = r"-?[0-9]{1,3}(?:\.[0-9]{1,9})?"
    if not re.fullmatch(rf"{number}(,{number}){{3}}", text):
        raise ValueError("应是 西,南,东,北 四个数")
    west, south, east, north = map(float, text.split(","))
    if not (-180 <= west <= 180 and -180 <= east <= 180):
        raise ValueError("经度应在 ±180 之间")
    if not (-90 <= south <= north <= 90):
        raise ValueError("纬度应在 ±90 之间,且先南后北")
    return (west, south, east, north)


WholeNumber = Annotated[int, BeforeValidator(digits)]
Names = Annotated[tuple[str, ...], BeforeValidator(_names)]
Moment = Annotated[datetime, BeforeValidator(_moment)]
Box = Annotated[
    tuple[float, float, float, float],
    BeforeValidator(_box),
    WithJsonSchema({"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 4}),
]
Latitude = Annotated[float, Field(ge=-90, le=90, description="WGS-84 latitude, degrees")]
Longitude = Annotated[float, Field(ge=-180, le=180, description="WGS-84 longitude, degrees")]
Minutes = Annotated[float, Field(ge=MINUTES_MIN, le=MINUTES_MAX)]


class PlacesQuery(Params):
    """Filters of the published list."""

    bbox: Box | None = Field(None, description="west,south,east,north in degrees")
    kind: Names = Field((), description="kinds, comma-separated")
    district: Names = Field((), description="adcodes, comma-separated")
    amenity: Names = Field((), description="amenities that the place must have")
    open_at: Moment | None = Field(None, description="ISO 8601; local time without an offset")
    updated_since: Moment | None = None
    q: str = Field("", max_length=SEARCH_CHARACTERS, description="part of a name or an address")
    limit: WholeNumber = Field(API_PAGE_DEFAULT, ge=1, le=API_PAGE_MAX)
    cursor: str = Field("", max_length=32, description="id of the last place of the page before")
    datum: str = Field("wgs84", pattern="^(wgs84|gcj02)$")


class NearestBody(Body):
    """Where one stands and what one needs."""

    lat: Latitude
    lon: Longitude
    minutes: Minutes | None = None
    mode: str = "walk"
    at: Moment | None = None
    kinds: list[str] = Field(default_factory=list, max_length=32)
    amenities: list[str] = Field(default_factory=list, max_length=32)
    limit: int = Field(NEAREST_DEFAULT, ge=1, le=NEAREST_MAX)


class CheckBody(Body):
    """A point and a standard."""

    lat: Latitude
    lon: Longitude
    minutes: Minutes = 10
    mode: str = "walk"
    method: str | None = None
