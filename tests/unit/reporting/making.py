"""Evidence for reports, from a locator's registry or from places of the test's own.

Run as a script with a database and a region, it prints the SHA-256 of each form: what another
process makes of the same inputs.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from services.coverage.assess import assess
from services.coverage.counting import CountingRules, count_places, why_left_out
from services.coverage.demand import DemandPoints, grid_over
from services.coverage.figures import figures
from services.coverage.gaps import find_gaps
from services.coverage.overlap import dependence
from services.coverage.sensitivity import sensitivity
from services.coverage.week import assess_week, monday_of, week_hours, week_notes
from services.locator import Locator
from services.places import Place
from services.region import Region
from services.reporting import SUFFIXES, Evidence, build_report, render
from services.settings import Settings
from services.travel.measure import Measure
from services.travel.modes import MODES
from services.wiring import build

ALL_RULES = CountingRules()
COMMAND = "locator report report.pdf --minutes 10 --mode walk"


def evidence_of(
    locator: Locator,
    places: Sequence[Place] | None = None,
    *,
    today: date | None = None,
    mode: str = "walk",
    minutes: float = 10,
    demand: DemandPoints | None = None,
    rules: CountingRules = ALL_RULES,
    sample: bool | None = None,
    region: Region | None = None,
) -> Evidence:
    """The parts that a workflow hands over, computed by the engine itself."""
    snapshot = locator.snapshot()
    places = snapshot.places if places is None else places
    day = today or locator.now().date()
    region = locator.region if demand is None else region
    areas = region.urban_areas if region else ()
    points = demand or grid_over(areas, districts=locator.region.districts)
    measure = Measure(mode=MODES[mode], minutes=minutes)
    counted = count_places(places, locator.vocabulary, day, rules)
    found = assess(points, counted, measure)
    hours = week_hours(
        [place.opening_hours for place in counted.places], monday_of(day), locator.calendar
    )
    reasons = [(place, why_left_out(place, locator.vocabulary, day, rules)) for place in places]
    return Evidence(
        assessment=found,
        coverage=figures(
            found,
            revision=snapshot.revision,
            sample=snapshot.sample if sample is None else sample,
            made_on=day,
        ),
        hours=hours,
        week=assess_week(found.reach, hours, points),
        week_notes=week_notes(hours, counted.places),
        gaps=find_gaps(
            points, found.reach.counts > 0, counted.places, measure=measure, region=region
        ),
        dependence=dependence(found.reach, points),
        sensitivity=sensitivity(points, places, locator.vocabulary, day, measure, rules),
        left_out=[(place, reason) for place, reason in reasons if reason],
        vocabulary=locator.vocabulary,
        region=region,
        areas=areas,
        command=COMMAND,
        rules=rules,
    )


def digests(evidence: Evidence) -> list[str]:
    report = build_report(evidence)
    return [hashlib.sha256(render(report, suffix)).hexdigest() for suffix in SUFFIXES]


if __name__ == "__main__":
    database, folder, day = sys.argv[1:]
    locator = build(Settings(database_url=f"sqlite:///{database}", region=Path(folder)))
    print("\n".join(digests(evidence_of(locator, today=date.fromisoformat(day)))))  # noqa: T201
