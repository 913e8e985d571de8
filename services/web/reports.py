"""``/coverage/report.<suffix>``: the inspection report as a page, a PDF or a workbook."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Response, request

from services import workflows
from services.errors import NotFound
from services.locator import Locator
from services.web.planning_params import StandardQuery

TYPES: Final[Mapping[str, str]] = {
    "html": "text/html; charset=utf-8",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


def content_policy(page: bytes) -> str:
    """The page is one file that people keep: it has no script, and its own style by its hash."""
    style = page[page.find(b"<style>") + 7 : page.find(b"</style>")]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    return f"{POLICY}; style-src 'sha256-{digest}'"


def blueprint(locator: Locator) -> Blueprint:
    """The route of the report."""
    routes = Blueprint("reports", __name__)

    @routes.get("/coverage/report.<suffix>")
    def report(suffix: str) -> Response:
        if suffix not in TYPES:
            raise NotFound(f"没有这种报告。可用的是 {'、'.join(TYPES)}。")
        query = StandardQuery.model_validate(request.args.to_dict())
        study = workflows.study_of(locator, query.question)
        file = f"coverage-{study.today}.{suffix}"

        def make() -> bytes:
            return workflows.report(
                study,
                file,
                command=workflows.report_command(f".{suffix}", query.question),
                map_review_number=locator.settings.map_review_number,
            )

        key = ("report", suffix, study.today, query.question)
        body = locator.snapshot().keep(key, make)
        response = Response(body, content_type=TYPES[suffix])
        shown = "inline" if suffix == "html" else "attachment"
        response.headers["Content-Disposition"] = f'{shown}; filename="{file}"'
        policy = content_policy(body) if suffix == "html" else POLICY
        response.headers["Content-Security-Policy"] = policy
        response.add_etag()
        response.make_conditional(request)
        return response

    return routes
