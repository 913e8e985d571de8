"""The use cases, one function each: where the rooms are joined.

The web and the command line call these and nothing deeper. Every function takes the ``Locator``
(what one process works with) and plain values, and returns plain values.
"""

from services.workflows.answering import (
    UNCOUNTED_WORDS,
    CheckAnswer,
    Near,
    areas,
    around,
    check,
    coverage,
    coverage_caption,
    near,
)
from services.workflows.locating import GeocodeOutcome, geocode_pending
from services.workflows.naming import known_names, local_time, travel_mode
from services.workflows.registering import (
    ImportOutcome,
    export_file,
    import_file,
    is_empty,
    load_sample,
    registered,
)

__all__ = [
    "UNCOUNTED_WORDS",
    "CheckAnswer",
    "GeocodeOutcome",
    "ImportOutcome",
    "Near",
    "areas",
    "around",
    "check",
    "coverage",
    "coverage_caption",
    "export_file",
    "geocode_pending",
    "import_file",
    "is_empty",
    "known_names",
    "load_sample",
    "local_time",
    "near",
    "registered",
    "travel_mode",
]
