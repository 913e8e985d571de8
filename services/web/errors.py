"""One table from our errors to HTTP; JSON to programs, a page to people."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from traceback import extract_tb
from typing import Any, Final

import structlog
from apiflask import APIFlask
from flask import Response, render_template, request
from flask_babel import LazyString
from werkzeug.exceptions import HTTPException

from services import errors
from services.web.language import lazy_gettext as later
from services.web.representations import json_bytes
from services.web.view import view

STATUS: Final[Mapping[type[errors.LocatorError], int]] = {
    errors.InvalidInput: 400,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.RegistryUnusable: 503,
    errors.SettingsInvalid: 503,
    errors.NotAllowed: 403,
    errors.TooOften: 429,
    errors.Busy: 429,
    errors.JobsUnusable: 503,
    errors.ProviderBusy: 503,
    errors.ProviderError: 502,
    errors.LocatorError: 500,
}

SENTENCES: Final[Mapping[int, tuple[str, LazyString]]] = {
    400: ("bad_request", later("请求看不懂。请检查网址或内容。")),
    404: ("not_found", later("没有这个页面。地址可能写错了,也可能已经撤下。")),
    405: ("method_not_allowed", later("这个地址不支持这种请求方式。")),
    413: ("too_large", later("发来的内容太大。")),
    415: ("unsupported_media_type", later("请用 JSON 发送(Content-Type: application/json)。")),
    429: ("too_many_requests", later("请求太频繁,请稍等片刻再试。")),
    500: ("internal", later("我们这边出了差错,已经记录。请稍后再试。")),
    501: ("not_offered", later("这里只有 JSON 格式。")),
    503: ("unavailable", later("服务暂时不可用,请稍后再试。")),
}

CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")

log = structlog.get_logger()


def install(app: APIFlask) -> None:
    """Register the handlers."""

    def handle_ours(problem: errors.LocatorError) -> Response:
        status = next(STATUS[kind] for kind in type(problem).__mro__ if kind in STATUS)
        if status >= 500:
            log.error("request_failed", code=problem.code, message=problem.message)
        field = getattr(problem, "field", None)
        response = _answer(status, problem.code, field, problem.message)
        retry_after_s = getattr(problem, "retry_after_s", None)
        if retry_after_s is not None:
            response.headers["Retry-After"] = str(math.ceil(retry_after_s))
        return response

    def handle_http(problem: HTTPException) -> Response:
        status = problem.code or 500
        code, message = SENTENCES.get(status, ("http_error", problem.description or problem.name))
        response = _answer(status, code, None, str(message))
        for name, value in problem.get_headers():
            if name in ("Allow", "Retry-After"):
                response.headers[name] = value
        return response

    def handle_any(problem: Exception) -> Response:
        log.error("request_crashed", path=request.path, **traced(problem))
        code, message = SENTENCES[500]
        return _answer(500, code, None, str(message))

    app.register_error_handler(errors.LocatorError, handle_ours)
    app.register_error_handler(HTTPException, handle_http)
    app.register_error_handler(Exception, handle_any)


def traced(problem: BaseException) -> dict[str, Any]:
    """What a log may hold of a crash: classes and lines of code, innermost last.

    No message and no variable: either may hold where somebody stands, or a key.
    """
    chain = [problem]
    while (earlier := chain[-1].__cause__ or chain[-1].__context__) and earlier not in chain:
        chain.append(earlier)
    return {
        "error": " < ".join(type(each).__name__ for each in chain),
        "at": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for each in reversed(chain)
            for frame in extract_tb(each.__traceback__)
        ],
    }


def _answer(status: int, code: str, field: str | None, message: str) -> Response:
    # A script of a page's own asks for JSON too; a person's browser names HTML.
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        body = {"error": {"code": code, "field": field, "message": message}}
        response = Response(json_bytes(body), content_type="application/json")
    else:
        if view().lang == "en" and CHINESE.search(message):
            message = str(SENTENCES.get(status, SENTENCES[500])[1])  # less said, but understood
        response = Response(
            render_template("error.html", status=status, message=message),
            content_type="text/html; charset=utf-8",
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
