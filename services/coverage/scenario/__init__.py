"""What if? Places added, moved, closed, suspended or opened at other hours, and what that changes.

    edits.py     the edits as values, and the reading of them
    engine.py    the exact change in all hours, from the demand points that the edits touch
    figures.py   the figures before and after, and two scenarios side by side
    saved.py     a scenario as a file

A scenario never touches the registry, and the base that it starts from is never changed.
"""

from services.coverage.scenario.edits import (
    AddPlace,
    ChangeHours,
    ClosePlace,
    Edit,
    MovePlace,
    SuspendPlace,
    parse_edits,
)
from services.coverage.scenario.engine import Change, ScenarioBase
from services.coverage.scenario.figures import Comparison, Figures, compare
from services.coverage.scenario.saved import Scenario, read_scenario, scenario_to_json

__all__ = [
    "AddPlace",
    "Change",
    "ChangeHours",
    "ClosePlace",
    "Comparison",
    "Edit",
    "Figures",
    "MovePlace",
    "Scenario",
    "ScenarioBase",
    "SuspendPlace",
    "compare",
    "parse_edits",
    "read_scenario",
    "scenario_to_json",
]
