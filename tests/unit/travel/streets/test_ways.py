"""Tags and whom they let pass, row by row as wiki.openstreetmap.org has them.

Directions on foot, by bicycle, by car: = both, > forward, < backward, - none.
"""

from __future__ import annotations

import pytest

from services.travel.modes import MODES
from services.travel.streets.ways import (
    BACKWARD,
    BOTH,
    FORWARD,
    GRAPH_OF_MODE,
    GRAPHS,
    barrier_closes,
    way_directions,
)

SIGNS = {"=": BOTH, ">": FORWARD, "<": BACKWARD, "-": 0}


def tags(text: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in text.split(", "))


def test_the_graphs_are_on_foot_by_bicycle_and_by_car_and_an_e_bike_rides_like_a_bicycle() -> None:
    assert GRAPHS == ("walk", "bike", "drive")
    assert GRAPH_OF_MODE["ebike"] == "bike"
    assert set(GRAPH_OF_MODE) == set(MODES)


@pytest.mark.parametrize(
    ("text", "signs"),
    [
        # What a class means when nothing else is said.
        ("highway=residential", "==="),
        ("highway=trunk", "==="),
        ("highway=service", "==="),
        ("highway=living_street", "==="),
        ("highway=motorway", "-->"),
        ("highway=motorway_link", "--="),
        ("highway=path", "==-"),
        ("highway=track", "==-"),
        ("highway=cycleway", "-=-"),
        ("highway=footway", "=--"),
        ("highway=pedestrian", "=--"),
        ("highway=pedestrian, area=yes", "=--"),
        ("highway=steps", "=--"),
        ("highway=bridleway", "---"),
        ("highway=busway", "---"),
        # What is no street, or none yet, or none any more.
        ("highway=construction", "---"),
        ("highway=proposed", "---"),
        ("highway=construction, foot=yes", "---"),
        ("highway=residential, construction=yes", "---"),
        ("highway=rest_area", "---"),
        ("highway=bus_stop", "---"),
        ("railway=rail", "---"),
        ("railway=platform", "---"),
        ("highway=platform", "---"),
        ("building=yes", "---"),
        ("route=ferry", "---"),
        ("highway=primary, route=ferry", "---"),
        ("highway=footway, man_made=pier", "=--"),
        ("highway=corridor, indoor=yes", "=--"),
        # Bridges and tunnels are streets.
        ("highway=primary, bridge=yes", "==="),
        ("highway=footway, tunnel=yes", "=--"),
        # Roads for motor vehicles only.
        ("highway=trunk, motorroad=yes", "--="),
        ("highway=primary, motorroad=yes, bicycle=yes", "-=="),
        ("highway=motorway, access=yes", "-->"),
        # access, from the general to the particular.
        ("highway=residential, access=no", "---"),
        ("highway=residential, access=private", "---"),
        ("highway=service, access=destination", "==="),
        ("highway=service, access=customers", "==="),
        ("highway=service, access=permissive", "==="),
        ("highway=residential, access=no, foot=yes", "=--"),
        ("highway=residential, access=no, bicycle=yes", "-=-"),
        ("highway=residential, access=no, vehicle=yes", "-=="),
        ("highway=residential, access=private, motor_vehicle=destination", "--="),
        ("highway=residential, vehicle=no", "=--"),
        ("highway=residential, vehicle=no, bicycle=yes", "==-"),
        ("highway=residential, motor_vehicle=no", "==-"),
        ("highway=residential, motor_vehicle=no, motorcar=yes", "==="),
        ("highway=residential, motorcar=no", "==-"),
        ("highway=residential, foot=no", "-=="),
        ("highway=residential, foot=use_sidepath", "-=="),
        ("highway=residential, bicycle=use_sidepath", "=-="),
        ("highway=cycleway, foot=yes", "==-"),
        ("highway=cycleway, foot=designated", "==-"),
        ("highway=footway, bicycle=yes", "==-"),
        ("highway=footway, bicycle=dismount", "=--"),
        ("highway=footway, access=yes", "=--"),
        ("highway=pedestrian, motor_vehicle=delivery", "=--"),
        ("highway=path, bicycle=no", "=--"),
        ("highway=path, foot=no", "-=-"),
        ("highway=track, motor_vehicle=yes", "==="),
        ("highway=track, motor_vehicle=agricultural", "==-"),
        ("highway=track, access=agricultural;forestry", "---"),
        ("highway=service, access=forestry;destination", "==="),
        ("highway=busway, bicycle=yes", "-=-"),
        ("highway=steps, bicycle=yes", "=--"),
        ("highway=steps, motorcar=yes", "=--"),
        # What nobody understands says nothing.
        ("highway=residential, motor_vehicle=unbekannt", "==="),
        ("highway=residential, access=unknown, foot=no", "-=="),
        # One way, for wheels.
        ("highway=residential, oneway=yes", "=>>"),
        ("highway=residential, oneway=true", "=>>"),
        ("highway=residential, oneway=1", "=>>"),
        ("highway=residential, oneway=-1", "=<<"),
        ("highway=residential, oneway=reverse", "=<<"),
        ("highway=residential, oneway=no", "==="),
        ("highway=residential, oneway=alternating", "==="),
        ("highway=residential, oneway=reversible", "=--"),
        ("highway=motorway, oneway=no", "--="),
        ("highway=primary, junction=roundabout", "=>>"),
        ("highway=primary, junction=circular", "=>>"),
        ("highway=primary, junction=roundabout, oneway=no", "==="),
        ("highway=pedestrian, area=yes, bicycle=yes, oneway=yes", "==-"),
        ("highway=residential, oneway=yes, oneway:bicycle=no", "==>"),
        ("highway=residential, oneway=yes, oneway:bicycle=yes", "=>>"),
        ("highway=residential, oneway=yes, oneway:bicycle=-1", "=<>"),
        ("highway=residential, oneway:bicycle=yes", "=>="),
        ("highway=residential, oneway=yes, cycleway=opposite", "==>"),
        ("highway=residential, oneway=yes, cycleway=opposite_lane", "==>"),
        ("highway=residential, oneway=-1, cycleway:left=opposite_track", "==<"),
        ("highway=residential, oneway=yes, cycleway:left=lane, cycleway:left:oneway=-1", "==>"),
        ("highway=residential, oneway=yes, cycleway:right=lane, cycleway:right:oneway=no", "==>"),
        ("highway=residential, oneway=yes, cycleway=lane", "=>>"),
        ("highway=residential, oneway=yes, cycleway=opposite, bicycle=no", "=->"),
        ("highway=residential, oneway=yes, oneway:motor_vehicle=no", "=>="),
        ("highway=footway, oneway=yes", "=--"),
        ("highway=footway, oneway:foot=yes", ">--"),
        ("highway=steps, conveying=forward", ">--"),
        ("highway=steps, conveying=backward", "<--"),
        ("highway=steps, conveying=reversible", "=--"),
        # A tag for one direction has the last word.
        ("highway=residential, oneway=yes, bicycle:backward=yes", "==>"),
        ("highway=residential, vehicle:backward=no", "=>>"),
        ("highway=residential, motor_vehicle:forward=no", "==<"),
        ("highway=residential, access:backward=no, foot:backward=yes", "=>>"),
    ],
)
def test_a_way_lets_pass(text: str, signs: str) -> None:
    assert way_directions(tags(text)) == tuple(SIGNS[sign] for sign in signs)


@pytest.mark.parametrize(
    ("text", "passes"),
    [
        ("barrier=gate", "walk bike drive"),
        ("barrier=lift_gate", "walk bike drive"),
        ("barrier=toll_booth", "walk bike drive"),
        ("barrier=kerb", "walk bike drive"),
        ("barrier=entrance", "walk bike drive"),
        ("barrier=bollard", "walk bike"),
        ("barrier=block", "walk bike"),
        ("barrier=cycle_barrier", "walk bike"),
        ("barrier=stile", "walk"),
        ("barrier=kissing_gate", "walk"),
        ("barrier=full-height_turnstile", "walk"),
        ("barrier=wall", ""),
        ("barrier=fence", ""),
        ("barrier=hedge", ""),
        ("barrier=something_new", ""),
        ("barrier=gate, access=no", ""),
        ("barrier=gate, access=private", ""),
        ("barrier=gate, locked=yes", ""),
        ("barrier=gate, locked=yes, foot=yes", "walk"),
        ("barrier=gate, access=private, foot=permissive", "walk"),
        ("barrier=gate, motor_vehicle=no", "walk bike"),
        ("barrier=bollard, bicycle=no", "walk"),
        ("barrier=bollard, motor_vehicle=yes", "walk bike drive"),
        ("barrier=wall, access=yes", "walk bike drive"),
        ("barrier=stile, bicycle=yes", "walk bike"),
        ("highway=crossing", "walk bike drive"),
        ("highway=crossing, access=no", "walk bike drive"),
    ],
)
def test_a_barrier_lets_through(text: str, passes: str) -> None:
    open_to = [
        mode for mode, closed in zip(GRAPHS, barrier_closes(tags(text)), strict=True) if not closed
    ]
    assert " ".join(open_to) == passes
