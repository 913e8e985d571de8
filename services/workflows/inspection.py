"""The inspection report of a study, in the form that a file's name asks for."""

from __future__ import annotations

import shlex
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath

from services.coverage.figures import Coverage
from services.coverage.overlap import dependence
from services.coverage.week import week_notes
from services.reporting import Evidence, Suggestion, build_report, render
from services.workflows.files import NO_FILES, Files
from services.workflows.planning import coverage
from services.workflows.study import Question, Study


def report(
    study: Study,
    file: str,
    *,
    command: str,
    at: datetime | None = None,
    map_review_number: str = "",
    suggestion: Suggestion | None = None,
) -> bytes:
    """The report as the bytes of ``file`` (.html, .pdf or .xlsx).

    ``command`` is printed as the way to make it again; ``at`` only chose the week, and the
    report says so. Raises ``InvalidInput`` for any other
    suffix.
    """
    found, network = study.assessment, study.assessment.measure.network
    by_id = {place.id: place for place in study.places}
    evidence = Evidence(
        assessment=found,
        coverage=_with_week_said(coverage(study), at),
        hours=study.hours,
        week=study.week,
        week_notes=week_notes(study.hours, found.places),
        gaps=study.gaps,
        dependence=dependence(found.reach, found.demand),
        sensitivity=study.sensitivity,
        rules=study.rules,
        left_out=[(by_id[identity], reason) for identity, reason in study.left_out.items()],
        vocabulary=study.vocabulary,
        region=study.region,
        areas=study.areas,
        command=command,
        network=network.source.sha256 if network else "",
        map_review_number=map_review_number,
        suggestion=suggestion,
    )
    return render(build_report(evidence), PurePath(file).suffix)


def _with_week_said(found: Coverage, at: datetime | None) -> Coverage:
    if at is None:
        return found
    note = f"时间 {at:%Y-%m-%d %H:%M} 只决定是哪一周;本报告的覆盖数不分时间,各个小时见“一周”。"
    return replace(found, notes=(*found.notes, note))


def report_command(suffix: str, question: Question, files: Files = NO_FILES) -> str:
    """The command that makes a report of this question again.

    It hangs on the question and on the files' names alone, so that the same report has the same
    bytes wherever it is written.
    """
    words = ["locator", "report", f"coverage{suffix}", "--minutes", f"{question.minutes:g}"]
    words += ["--mode", question.mode, "--spacing", f"{question.spacing_m:g}"]
    if question.method:
        words += ["--method", question.method]
    if question.weigh != "area":
        words += ["--weigh", question.weigh]
    if question.at:
        words += ["--at", question.at.isoformat()]
    for rule in sorted(question.count_also):
        words += ["--count-also", rule]
    for option, path in files.items():
        words += [f"--{option}", path.name]
    return shlex.join(words)
