"""What the generated OpenAPI document leaves out: the errors, and how lists are written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from services.web.schemas import ErrorAnswer

ALWAYS = {400: "a wrong value", 429: "too often; Retry-After says when", 503: "no registry"}
WITH_PATH = {404: "not there, or not published"}
WITH_BODY = {413: "too large", 415: "not JSON"}


def complete(document: Any) -> Any:
    """The document with every error that a route may answer, and its addresses relative."""
    document["servers"] = [{"url": "/"}]
    schemas = document["components"]["schemas"]
    schema = ErrorAnswer.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(schema.pop("$defs"), ErrorAnswer=schema)
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/ErrorAnswer"}}}
    for operation in _operations(document):
        places = {each["in"] for each in operation["parameters"]}
        body = operation.get("requestBody")
        errors = {
            **ALWAYS,
            **(WITH_PATH if "path" in places else {}),
            **(WITH_BODY if body else {}),
            **_own_errors(operation),
        }
        operation["responses"] |= {
            str(status): {"description": description, "content": content}
            for status, description in errors.items()
        }
        if body:
            body["required"] = True
        for parameter in operation["parameters"]:
            if parameter["in"] == "query":
                parameter["explode"] = False  # a list is one value with commas
                # What may be left out cannot be null: a query has no null.
                schema = parameter["schema"]
                schema |= schema.pop("anyOf", [{}])[0]
                if schema.get("default", "") is None:
                    del schema["default"]
    return document


def _own_errors(operation: dict[str, Any]) -> dict[int, str]:
    """What the route itself says of its errors (``routes.doc(responses=…)``)."""
    return {
        int(status): response["description"]
        for status, response in operation["responses"].items()
        if int(status) >= 400
    }


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
