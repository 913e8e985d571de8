"""Coverage from cold: registry, grid, reach, assessment; and its shapes for the map."""

from __future__ import annotations

import random
import statistics
from datetime import date
from pathlib import Path

from shapely.geometry import box

from benchmarks.ground import EAST, NORTH, SOUTH, WEST, points, sample_locator
from benchmarks.measuring import Row, once, shown
from services.coverage.areas import coverage_areas
from services.coverage.assess import assess as search
from services.coverage.counting import Counted
from services.coverage.demand import grid_over
from services.coverage.figures import figures
from services.places import Place
from services.region import UrbanArea
from services.travel.measure import Measure
from services.travel.modes import MODES
from services.travel.straight_line import reach_limit_m
from services.wiring import build
from services.workflows import Question, coverage, study_of

RUNS = 5
STATIONS = 454
TARGET_S = 2.0


def compare(folder: Path) -> list[Row]:
    first = sample_locator(folder)
    settings = first.settings
    first.database.dispose()

    def cold() -> None:
        locator = build(settings)
        coverage(study_of(locator, Question()))
        locator.database.dispose()

    sample_s = statistics.median(once(cold) for _ in range(RUNS))
    stations = _stations(folder)
    squares = _squares()
    demand = grid_over(squares)
    rows = [
        Row(
            "coverage of the sample, from cold",
            shown(sample_s),
            f"target {TARGET_S:.0f} s",
            TARGET_S / sample_s,
            RUNS,
            "opens the registry and loads the region too",
        )
    ]
    for mode in ("walk", "ebike"):

        def assess(mode: str = mode) -> None:
            found = search(grid_over(squares), stations, Measure(mode=MODES[mode], minutes=10))
            figures(found, revision=1, sample=True, made_on=date(2026, 11, 24))

        taken = statistics.median(once(assess) for _ in range(RUNS))
        rows.append(
            Row(
                f"{len(demand):,} demand points × {STATIONS} places, 10 minutes by {mode}",
                shown(taken),
                f"target {TARGET_S:.0f} s",
                TARGET_S / taken,
                RUNS,
                "grid, reach under three standards, districts",
            )
        )
    limit_m = reach_limit_m(MODES["walk"], 10)
    taken = statistics.median(
        once(lambda: coverage_areas(squares, stations, limit_m)) for _ in range(RUNS)
    )
    rows.append(
        Row(
            f"covered, twice covered and gaps of {STATIONS} circles as shapes",
            shown(taken),
            "target 1 s",
            1 / taken,
            RUNS,
        )
    )
    return rows


def _stations(folder: Path) -> Counted:
    locator = sample_locator(folder)
    chosen = random.Random(1).choices(locator.snapshot().located, k=STATIONS)
    locator.database.dispose()
    moved: list[Place] = []
    for place, point in zip(chosen, points(STATIONS, seed=4), strict=True):
        values = {name: getattr(place, name) for name in Place.__dataclass_fields__}
        moved.append(Place(**{**values, "point": point}))
    return Counted(tuple(moved), {})


def _squares() -> list[UrbanArea]:
    """Some 5,600 km² in nine squares: more than half a million cells of a hectare."""
    lats = [SOUTH + (NORTH - SOUTH) * i / 3 for i in range(3)]
    lons = [WEST + (EAST - WEST) * i / 3 for i in range(3)]
    return [
        UrbanArea(f"{row}{column}", f"{row}{column}", box(lon, lat, lon + 0.28, lat + 0.22), True)
        for row, lat in enumerate(lats)
        for column, lon in enumerate(lons)
    ]
