"""``python -m services.job_child FOLDER ID``: the process of one long run."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from time import monotonic
from typing import Any, Final

from services.jobs import Handler, ProgressReporter, run_job
from services.limits import JOB_SECONDS
from services.settings import load_settings
from services.wiring import build
from services.workflows.scenarios import study_with_edits
from services.workflows.siting import Control, Wish, suggest
from services.workflows.study import Question, study_of

_FOR_THE_REST_S: Final = 30.0
"""Of a job's time what reading the registry, the search and the answer may need."""


def suggested(request: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any]:
    """The answer to a request ``{question, edits, wish}``, all plain JSON."""
    locator = build(load_settings())
    question = request["question"]
    study = study_of(
        locator, Question(**{**question, "count_also": frozenset(question["count_also"])})
    )
    study = study_with_edits(study, request["edits"])
    weight = max(int(study.assessment.demand.weights.sum()), 1)
    amount, began = study.assessment.demand.amount, monotonic()

    def progress(covered: int, bound: int) -> None:
        reporter.report(
            {
                "covered": amount(covered),
                "bound": amount(bound),
                "share": covered / weight,
                "gap_percent": round(100 * (bound - covered) / bound, 4) if bound else 0.0,
                "seconds": round(monotonic() - began, 1),
            }
        )

    wish = Wish(**request["wish"], seconds=JOB_SECONDS - _FOR_THE_REST_S)
    return suggest(study, wish, Control(progress, reporter.cancelled))


HANDLERS: Final[Mapping[str, Handler]] = {"suggest": suggested}

if __name__ == "__main__":
    run_job(Path(sys.argv[1]), sys.argv[2], HANDLERS)
