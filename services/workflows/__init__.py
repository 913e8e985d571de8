"""The use cases, one function each: where the rooms are joined.

The web and the command line call these and nothing deeper. Every function takes the ``Locator``
(what one process works with) and plain values, and returns plain values.

Those of ``_LATER`` are loaded by whoever names them first: the report, the registry's files and
the address services bring in what takes longer to import than a question takes to answer.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

from services.workflows.answering import (
    CheckAnswer,
    Near,
    around,
    check,
    near,
)
from services.workflows.files import (
    Files,
    FileStudy,
    areas_from_geojson,
    read_candidates,
    study_of_files,
    today_of,
    write_file,
    write_points,
)
from services.workflows.naming import known_names, local_time, travel_mode
from services.workflows.planning import (
    area_notes,
    areas,
    coverage,
    coverage_caption,
    gaps_json,
    points_json,
    roles_json,
    sensitivity_json,
    week_json,
    week_lines,
)
from services.workflows.scenarios import scenario_json, scenario_lines, study_with
from services.workflows.siting import Control, Wish, submit_suggestion, suggest, suggestion_lines
from services.workflows.streets import build_base_tiles, build_streets, streets_lines
from services.workflows.study import (
    METHODS,
    UNCOUNTED_WORDS,
    WEIGHS,
    Question,
    Study,
    study_for_page,
    study_of,
)

if TYPE_CHECKING:
    from services.workflows.door_codes import write_door_codes
    from services.workflows.feedback import Kept, at_door, feedback_json, feedback_lines, say
    from services.workflows.inspection import report, report_command
    from services.workflows.locating import GeocodeOutcome, geocode_pending
    from services.workflows.pictures import (
        Shown,
        as_of,
        describe_still,
        icon,
        photo,
        qr_png,
        qr_svg,
        share,
        shown,
        still,
    )
    from services.workflows.registering import (
        ImportOutcome,
        export_file,
        import_file,
        is_empty,
        load_sample,
        registered,
    )
    from services.workflows.signing import page_signer

__all__ = [
    "METHODS",
    "UNCOUNTED_WORDS",
    "WEIGHS",
    "CheckAnswer",
    "Control",
    "FileStudy",
    "Files",
    "GeocodeOutcome",
    "ImportOutcome",
    "Kept",
    "Near",
    "Question",
    "Shown",
    "Study",
    "Wish",
    "area_notes",
    "areas",
    "areas_from_geojson",
    "around",
    "as_of",
    "at_door",
    "build_base_tiles",
    "build_streets",
    "check",
    "coverage",
    "coverage_caption",
    "describe_still",
    "export_file",
    "feedback_json",
    "feedback_lines",
    "gaps_json",
    "geocode_pending",
    "icon",
    "import_file",
    "is_empty",
    "known_names",
    "load_sample",
    "local_time",
    "near",
    "page_signer",
    "photo",
    "points_json",
    "qr_png",
    "qr_svg",
    "read_candidates",
    "registered",
    "report",
    "report_command",
    "roles_json",
    "say",
    "scenario_json",
    "scenario_lines",
    "sensitivity_json",
    "share",
    "shown",
    "still",
    "streets_lines",
    "study_for_page",
    "study_of",
    "study_of_files",
    "study_with",
    "submit_suggestion",
    "suggest",
    "suggestion_lines",
    "today_of",
    "travel_mode",
    "week_json",
    "week_lines",
    "write_door_codes",
    "write_file",
    "write_points",
]

_LATER: Final = {
    "GeocodeOutcome": "locating",
    "ImportOutcome": "registering",
    "Kept": "feedback",
    "Shown": "pictures",
    "as_of": "pictures",
    "at_door": "feedback",
    "describe_still": "pictures",
    "export_file": "registering",
    "feedback_json": "feedback",
    "feedback_lines": "feedback",
    "geocode_pending": "locating",
    "icon": "pictures",
    "photo": "pictures",
    "import_file": "registering",
    "is_empty": "registering",
    "load_sample": "registering",
    "page_signer": "signing",
    "qr_png": "pictures",
    "qr_svg": "pictures",
    "registered": "registering",
    "report": "inspection",
    "report_command": "inspection",
    "say": "feedback",
    "share": "pictures",
    "shown": "pictures",
    "still": "pictures",
    "write_door_codes": "door_codes",
}


def __getattr__(name: str) -> Any:
    if name in _LATER:
        return getattr(import_module(f"services.workflows.{_LATER[name]}"), name)
    raise AttributeError(name)
