"""Which tags are drawn, and from which zoom."""

from __future__ import annotations

import pytest

from services.base_tiles.themes import LAYERS, area_theme, line_theme


@pytest.mark.parametrize(
    ("tags", "drawn"),
    [
        ({"highway": "motorway"}, ("streets", "major", 9)),
        ({"highway": "residential"}, ("streets", "minor", 12)),
        ({"highway": "footway"}, ("streets", "path", 14)),
        ({"highway": "residential", "tunnel": "yes"}, None),
        ({"highway": "residential", "tunnel": "no"}, ("streets", "minor", 12)),
        ({"highway": "pedestrian", "area": "yes"}, None),
        ({"highway": "construction"}, None),
        ({"highway": "corridor"}, None),
        ({"railway": "rail"}, ("rail", "rail", 10)),
        ({"railway": "rail", "service": "yard"}, ("rail", "siding", 14)),
        ({"railway": "subway", "tunnel": "yes"}, None),
        ({"railway": "abandoned"}, None),
        ({"waterway": "river"}, ("water", "river", 9)),
        ({"waterway": "drain", "tunnel": "culvert"}, None),
        ({"boundary": "administrative", "admin_level": "2"}, None),
    ],
)
def test_a_way_is_drawn_by_its_class(
    tags: dict[str, str], drawn: tuple[str, str, int] | None
) -> None:
    theme = line_theme(tags)
    assert (theme and (theme.layer, theme.kind, theme.zoom)) == drawn


@pytest.mark.parametrize(
    ("tags", "drawn"),
    [
        ({"building": "yes"}, "buildings"),
        ({"building": "no"}, None),
        ({"building": "yes", "layer": "-1"}, None),
        ({"building": "yes", "location": "underground"}, None),
        ({"natural": "water"}, "water"),
        ({"landuse": "reservoir"}, "water"),
        ({"leisure": "park"}, "green"),
        ({"natural": "wood"}, "green"),
        ({"landuse": "residential"}, None),
        ({"boundary": "administrative"}, None),
    ],
)
def test_an_area_is_filled_by_its_class(tags: dict[str, str], drawn: str | None) -> None:
    theme = area_theme(tags, drawn_as_area=False)
    assert (theme and theme.layer) == drawn
    assert drawn is None or drawn in LAYERS


def test_a_ring_of_a_street_is_no_square_unless_it_says_so() -> None:
    ring = {"highway": "pedestrian"}
    assert area_theme(ring, drawn_as_area=False) is None
    assert line_theme(ring) is not None
    for theme in (
        area_theme(ring | {"area": "yes"}, drawn_as_area=False),
        area_theme(ring, drawn_as_area=True),
    ):
        assert theme is not None
        assert (theme.layer, theme.kind) == ("streets", "square")


def test_a_name_is_never_there_before_its_shape() -> None:
    for key in ("highway", "waterway", "railway"):
        for value in ("motorway", "trunk", "primary", "secondary", "service", "path", "canal"):
            theme = line_theme({key: value})
            assert theme is None or theme.names >= theme.zoom
