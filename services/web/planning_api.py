"""``/api/v1/coverage…``: the planner's questions, and long runs as jobs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from apiflask import APIBlueprint
from flask import Response

from services import workflows
from services.geo.point import Point
from services.locator import Locator
from services.web import planning_schemas, schemas
from services.web import representations as shown
from services.web.assets import Packed
from services.web.params import CheckBody
from services.web.planning_params import (
    AreaBody,
    MomentQuery,
    ScenarioBody,
    StandardQuery,
    SuggestBody,
)

GEOJSON = "application/geo+json"


def serve_coverage(routes: APIBlueprint, locator: Locator) -> None:
    """The questions that need nothing but the standard parameters."""

    def study(query: StandardQuery) -> workflows.Study:
        return workflows.study_of(locator, query.question)

    def packed(
        name: str,
        query: StandardQuery,
        make: Callable[[], Any],
        content_type: str = "application/json",
    ) -> Response:
        """The answer of this day and revision, made and compressed once."""
        snapshot = locator.snapshot()
        key = (name, locator.now().date(), query.question)
        return snapshot.keep(
            key, lambda: Packed(shown.json_bytes(make()), content_type, quality=5)
        ).response()

    @routes.post("/api/v1/coverage/check")
    @routes.input(CheckBody, arg_name="body")
    @routes.output(schemas.CheckAnswer)
    def check(body: CheckBody) -> Response:
        """Whether this point is within the standard, of what, and how far."""
        answer = workflows.check(
            locator,
            Point(body.lat, body.lon),
            minutes=body.minutes,
            mode=body.mode,
            method=body.method,
        )
        return shown.json_response(answer.to_json())

    @routes.get("/api/v1/coverage")
    @routes.input(MomentQuery, location="query", arg_name="query")
    @routes.output(planning_schemas.CoverageAnswer)
    def coverage(query: MomentQuery) -> Response:
        """Share of the main urban areas within the standard, by district and in all."""
        at = query.at and workflows.local_time(locator, query.at)
        return packed("coverage", query, lambda: workflows.coverage(study(query), at).to_json())

    @routes.get("/api/v1/coverage/week")
    @routes.input(MomentQuery, location="query", arg_name="query")
    @routes.output(planning_schemas.WeekAnswer)
    def week(query: MomentQuery) -> Response:
        """The covered weight in each of the 168 hours of the week of ``at``, or of this one."""
        return packed("week", query, lambda: workflows.week_json(study(query)))

    @routes.get("/api/v1/coverage/points")
    @routes.input(MomentQuery, location="query", arg_name="query")
    @routes.output(planning_schemas.PointsAnswer)
    def points(query: MomentQuery) -> Response:
        """The demand points with how many places serve each."""
        at = query.at and workflows.local_time(locator, query.at)
        return packed("points", query, lambda: workflows.points_json(study(query), at))

    @routes.get("/api/v1/coverage/places")
    @routes.input(StandardQuery, location="query", arg_name="query")
    @routes.output(planning_schemas.PlacesAnswer)
    def coverage_places(query: StandardQuery) -> Response:
        """What each place means for the coverage: counted or why not, whom it alone serves."""
        return packed("roles", query, lambda: {"places": workflows.roles_json(study(query))})

    @routes.get("/api/v1/coverage/gaps")
    @routes.input(StandardQuery, location="query", arg_name="query")
    @routes.output(planning_schemas.GapsAnswer)
    def gaps(query: StandardQuery) -> Response:
        """The uncovered demand as places to go to, the heaviest first."""
        return packed("gaps", query, lambda: workflows.gaps_json(study(query)))

    @routes.get("/api/v1/coverage/sensitivity")
    @routes.input(StandardQuery, location="query", arg_name="query")
    @routes.output(planning_schemas.SensitivityAnswer)
    def sensitivity(query: StandardQuery) -> Response:
        """The figure under other assumptions and without each counting rule."""
        return packed("sensitivity", query, lambda: workflows.sensitivity_json(study(query)))

    @routes.get("/api/v1/coverage/areas")
    @routes.input(StandardQuery, location="query", arg_name="query")
    @routes.output(schemas.AreaCollection, content_type=GEOJSON)
    def coverage_areas(query: StandardQuery) -> Response:
        """The covered, twice covered and uncovered parts of the main urban areas."""
        return packed(
            "areas",
            query,
            lambda: shown.coverage_areas_json(workflows.areas(study(query))),
            GEOJSON,
        )

    @routes.post("/api/v1/coverage/scenario")
    @routes.input(ScenarioBody, arg_name="body")
    @routes.output(planning_schemas.ScenarioAnswer)
    def scenario(body: ScenarioBody) -> Response:
        """The exact change that edits make, in every hour; nothing is stored."""
        study = workflows.study_of(locator, body.question)
        return shown.json_response(workflows.scenario_json(study, body.edits, week=body.week))

    @routes.post("/api/v1/coverage/area")
    @routes.input(AreaBody, arg_name="body")
    @routes.output(planning_schemas.CoverageAnswer)
    def area(body: AreaBody) -> Response:
        """``/api/v1/coverage`` over areas drawn by hand."""
        at = body.at and workflows.local_time(locator, body.at)
        study = workflows.study_of(locator, body.question)
        return shown.json_response(workflows.coverage(study, at).to_json())


def serve_jobs(routes: APIBlueprint, locator: Locator) -> None:
    """Long runs: submitted, asked for, cancelled."""

    @routes.post("/api/v1/coverage/suggest")
    @routes.input(SuggestBody, arg_name="body")
    @routes.output(planning_schemas.JobAnswer, status_code=202)
    def suggest(body: SuggestBody) -> Response:
        """Where the next k places should go, or which k should stay open longer: a job."""
        job = workflows.submit_suggestion(
            locator,
            body.question,
            body.edits,
            k=body.k,
            min_spacing_m=body.min_spacing_m,
            gap_percent=body.gap_percent,
            extend_hours=body.extend_hours,
        )
        response = shown.json_response(job.to_json())
        response.status_code = 202
        response.headers["Location"] = f"/api/v1/jobs/{job.id}"
        return response

    @routes.get("/api/v1/jobs/<job_id>")
    @routes.output(planning_schemas.JobAnswer)
    def job(job_id: str) -> Response:
        """How a long run stands, and its answer when it is done."""
        response = shown.json_response(locator.jobs.state(job_id).to_json())
        response.headers["Cache-Control"] = "no-store"
        return response

    @routes.delete("/api/v1/jobs/<job_id>")
    @routes.output(planning_schemas.JobAnswer)
    def cancel(job_id: str) -> Response:
        """Stop a long run; what it had found by then stays."""
        return shown.json_response(locator.jobs.cancel(job_id).to_json())
