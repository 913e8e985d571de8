"""Schemathesis against the API's own description: nothing that it sends may break a promise.

Checked for every answer: no 5xx, a status that the document names, its content type, its schema.
The examples are the same in every run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
import schemathesis
from apiflask import APIFlask
from hypothesis import assume, given, settings
from schemathesis import Case, GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from services.coverage.counting import REASONS
from services.locator import Locator
from services.travel.modes import MODES
from tests.web.test_api import POSTS

WITH_INPUT = [
    ("GET", "/api/v1/places"),
    ("GET", "/api/v1/coverage"),
    ("GET", "/api/v1/coverage/areas"),
    ("GET", "/api/v1/coverage/week"),
    *(("POST", path) for path in POSTS),
]
ONE_PLACE = ("GET", "/api/v1/places/{place_id}")

sparing = settings(max_examples=60, derandomize=True, deadline=None, database=None)


@pytest.fixture(scope="session")
def described(reading_app: APIFlask) -> Any:
    """The document with the words of the vocabulary in it, so that right values are met too."""

    def loopback(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        environ["REMOTE_ADDR"] = "127.0.0.1"
        environ.pop("HTTP_ACCEPT_ENCODING", None)  # the tool cannot unpack brotli here
        return reading_app.wsgi_app(environ, start)

    locator: Locator = reading_app.extensions["locator"]
    document = reading_app.test_client().get("/api/openapi.json").json
    assert document is not None
    words = {
        "mode": list(MODES),
        "method": ["straight"],
        "count_also": list(REASONS),
        "kind": [kind.key for kind in locator.vocabulary.kinds],
        "amenity": [amenity.key for amenity in locator.vocabulary.amenities],
        "place_id": [place.id for place in locator.snapshot().places[:3]] + ["nothing"],
    }
    words["kinds"], words["amenities"] = words["kind"], words["amenity"]
    inputs = {
        parameter["name"]: parameter["schema"]
        for path in document["paths"].values()
        for parameter in path.get("get", {}).get("parameters", ())
    }
    for body in ("NearestBody", "CheckBody"):
        inputs |= document["components"]["schemas"][body]["properties"]
    for name, schema in inputs.items():
        if name in words:
            may_be_null = {"type": "null"} in schema.get("anyOf", ())
            schema.get("items", schema)["enum"] = words[name] + [None] * may_be_null
    loaded = schemathesis.openapi.from_dict(document)
    loaded.app = loopback
    return loaded


def run(described: Any, method: str, path: str, mode: GenerationMode) -> Counter[int]:
    """Send sixty cases, check every answer, count the statuses."""
    seen: Counter[int] = Counter()

    @sparing
    @given(case=described[path][method].as_strategy(generation_mode=mode))
    def answers_as_documented(case: Case) -> None:
        # On the wire an empty text is an empty list, and that is no fault.
        assume("" not in (case.query or {}).values())
        answer = case.call()
        seen[answer.status_code] += 1
        # A right request may still be refused: south of north, a year that is far off.
        case.validate_response(answer, excluded_checks=[positive_data_acceptance])

    answers_as_documented()
    return seen


@pytest.mark.parametrize(("method", "path"), [*WITH_INPUT, ONE_PLACE])
def test_right_requests_are_answered_as_documented(described: Any, method: str, path: str) -> None:
    assert run(described, method, path, GenerationMode.POSITIVE)[200] > 0


@pytest.mark.parametrize(("method", "path"), WITH_INPUT)
def test_wrong_requests_are_refused_as_documented(described: Any, method: str, path: str) -> None:
    seen = run(described, method, path, GenerationMode.NEGATIVE)
    assert seen[400] > 0
    assert max(seen) < 500
