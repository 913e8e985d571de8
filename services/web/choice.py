"""Which places an address asks for, and the view of the map: the parameters that the finder, the
frame, the pictures and the codes share.

``center`` is a place to show, chosen by whoever wrote the link; a person's position never stands in
an address.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, Literal
from urllib.parse import urlencode

from flask import request
from pydantic import ConfigDict, Field, field_validator

from services import workflows
from services.errors import InvalidInput
from services.geo.point import Point
from services.locator import Locator
from services.web.params import Names, Params, WholeNumber

ZOOM: Final = 13
"""Where ``center`` is given and ``zoom`` is not: a few streets around it."""

_NUMBER: Final = r"-?[0-9]{1,3}(?:\.[0-9]{1,6})?"


class Choice(Params):
    """What is shown. Unknown parameters are ignored: pages out in the world must not break when a
    parameter comes or goes.
    """

    model_config = ConfigDict(
        extra="ignore", frozen=True, allow_inf_nan=False, validate_by_name=True
    )

    kind: Names = Field((), description="kinds, comma-separated; none = all")
    district: str = Field("", max_length=12, description="an adcode")
    amenity: Names = Field((), description="facilities that a place must have, comma-separated")
    open: Literal["", "now"] = Field("", description="now: only what is open at this moment")
    center: str = Field("", description="lat,lon of the view: a place to show, not a person")
    zoom: WholeNumber | None = Field(None, ge=7, le=18, description="of the view")

    @field_validator("center")
    @classmethod
    def _two_numbers(cls, text: str) -> str:
        if text and not re.fullmatch(rf"{_NUMBER},{_NUMBER}", text):
            raise ValueError("应是 纬度,经度")
        return text

    @property
    def point(self) -> Point | None:
        """The centre. Raises ``InvalidInput``."""
        return Point(*map(float, self.center.split(","))) if self.center else None

    def check(self, locator: Locator) -> None:
        """Raise ``InvalidInput`` for a word that the vocabulary or the region does not know."""
        for field, names in (
            ("kind", self.kind),
            ("amenity", self.amenity),
            ("district", (self.district,) if self.district else ()),
        ):
            workflows.known_names(locator, field, names)
        _ = self.point

    @property
    def open_now(self) -> bool:
        """Whether only what is open now is asked for."""
        return self.open == "now"

    @property
    def parameters(self) -> dict[str, str]:
        """What an address must say to ask for the same; nothing for what is usual."""
        said: dict[str, Any] = {
            "kind": ",".join(self.kind),
            "district": self.district,
            "amenity": ",".join(self.amenity),
            "open": self.open,
            "center": self.center,
            "zoom": "" if self.zoom is None else self.zoom,
        }
        return {name: str(value) for name, value in said.items() if value != ""}

    @property
    def initial(self) -> dict[str, Any]:
        """What the finder's script starts from."""
        point = self.point
        return {
            "kinds": list(self.kind),
            "district": self.district,
            "amenities": list(self.amenity),
            "openNow": self.open_now,
            "center": [point.lat, point.lon] if point else None,
            "zoom": self.zoom or (ZOOM if point else None),
        }


EVERYTHING: Final = Choice.model_validate({})


def known_choice(locator: Locator, said: Mapping[str, str]) -> Choice:
    """As much of an address as is understood: a worker's link never fails over a parameter."""
    known = {
        "kind": {kind.key for kind in locator.vocabulary.kinds},
        "amenity": {amenity.key for amenity in locator.vocabulary.amenities},
        "district": {district.adcode for district in locator.region.districts},
    }
    taken: dict[str, str] = {}
    for name in Choice.model_fields:
        words = said.get(name, "").split(",")
        value = ",".join(word for word in words if word in known.get(name, words))
        try:
            Choice.model_validate({name: value}).point  # noqa: B018  a latitude of 91 is no point
        except InvalidInput:
            continue
        taken[name] = value
    return Choice.model_validate({name: value for name, value in taken.items() if value})


def given(keep: tuple[str, ...] = ()) -> dict[str, str]:
    """What this request's address says: several values of one name are a list, an empty one is
    nothing said, but for the names in ``keep``.
    """
    said = {name: ",".join(filter(None, values)) for name, values in request.args.lists()}
    return {name: value for name, value in said.items() if value or name in keep}


def address(path: str, *parameters: dict[str, str]) -> str:
    """``path`` with these parameters, commas left readable."""
    said = {name: value for each in parameters for name, value in each.items()}
    return f"{path}?{urlencode(said, safe=',')}" if said else path
