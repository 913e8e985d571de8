"""``/embed``: the finder to be framed by another site. It sets no cookie and traps no scroll."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from apiflask import APIBlueprint
from flask import render_template
from pydantic import Field, field_validator

from services.locator import Locator
from services.web.assets import Assets
from services.web.choice import Choice, given
from services.web.frames import around, frame
from services.web.language import gettext as _
from services.web.pages import finder_context, first_list
from services.web.params import Names

CONTROLS: Final = ("search", "locate", "list", "filter")


class EmbedQuery(Choice):
    """What a frame may be asked to show."""

    controls: Names = Field(CONTROLS, description="parts of the finder, comma-separated")

    @field_validator("controls")
    @classmethod
    def _known(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        for name in names:
            if name not in CONTROLS:
                raise ValueError(f"可用的是 {'、'.join(CONTROLS)}")
        return names

    @property
    def frame_parameters(self) -> dict[str, str]:
        """What an address must say to ask for the same frame."""
        usual = set(self.controls) == set(CONTROLS)
        return self.parameters | ({} if usual else {"controls": ",".join(self.controls)})


def known_controls(said: Mapping[str, str]) -> dict[str, str]:
    """The controls that the address of a frame asks for, as far as they are known."""
    if "controls" not in said:
        return {}
    return {"controls": ",".join(name for name in said["controls"].split(",") if name in CONTROLS)}


def blueprint(locator: Locator, assets: Assets) -> APIBlueprint:
    """The route of the frame."""
    routes = APIBlueprint("embed", __name__, enable_openapi=False)

    @routes.get("/embed")
    def embed() -> str:
        query = EmbedQuery.model_validate(given(keep=("controls",)))
        query.check(locator)
        return render_template(
            "embed.html",
            map=frame(
                locator, assets, label=_("服务点地图"), gestures="embed",
                card="list" not in query.controls,  # without a list the map says what is chosen
                **around(query.point, query.zoom),
            ),
            embed={"controls": query.controls, "kinds": sorted(query.kind)},
            **first_list(locator, query),
            **finder_context(locator, query),
        )  # fmt: skip

    return routes
