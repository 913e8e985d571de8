"""``POST /p/<id>/feedback``: "still true" and "something is wrong", without an account.

A plain form that works without scripts; ``static/js/feedback.js`` sends the same and stays on the
page. Neither the address nor the phone's id is kept or logged; no cookie is set.
"""

from __future__ import annotations

from typing import Any, Final

from apiflask import APIFlask
from flask import Blueprint, Response, redirect, request
from flask_limiter import Limiter

from services import workflows
from services.errors import InvalidInput, NotAllowed
from services.feedback import Said, phone_of
from services.limits import FEEDBACK_BODY_BYTES, FEEDBACK_NOTE_CHARACTERS, FEEDBACK_RATE
from services.locator import Locator
from services.web.addresses import caller, ours
from services.web.language import gettext as _
from services.web.language import lazy_gettext as later
from services.web.representations import json_response
from services.web.view import link

FORM: Final = "application/x-www-form-urlencoded"
FIELDS: Final = ("said", "note", "phone", "door")
LOOPBACK: Final = ("127.0.0.1", "::1")

SAID_LABELS: Final = {
    Said.STILL_TRUE: later("信息没错"),
    Said.CLOSED: later("关了、找不到"),
    Said.MOVED: later("搬了、位置不对"),
    Said.HOURS: later("开门时间不对"),
    Said.FACILITY: later("设施不对"),
    Said.OTHER: later("别的"),
}


def feedback_of(locator: Locator, place_id: str) -> dict[str, Any]:
    """What ``_feedback.html`` shows under this place, as this request asks for it."""
    door = request.args.get("door", "")
    said = request.args.get("said", "")
    return {
        "action": link(f"/p/{place_id}/feedback"),
        "door": door if workflows.at_door(locator, place_id, door) else "",
        "said": SAID_LABELS[Said(said)] if said in set(Said) else "",
        "wrong": said in set(Said) and Said(said).wrong,
        "choices": [(word.value, SAID_LABELS[word]) for word in Said if word.wrong],
        "still_true": (Said.STILL_TRUE.value, SAID_LABELS[Said.STILL_TRUE]),
        "note_characters": FEEDBACK_NOTE_CHARACTERS,
    }


def blueprint(app: APIFlask, locator: Locator) -> Blueprint:
    """The route of the form. Wants the API's limiter (``api.blueprint``) to be there."""
    routes = Blueprint("feedback", __name__)
    routes.app_context_processor(
        lambda: {"feedback_of": lambda place_id: feedback_of(locator, place_id)}
    )
    limiter: Limiter = next(iter(app.extensions["limiter"]))

    @routes.post("/p/<place_id>/feedback")
    @limiter.limit(
        FEEDBACK_RATE,
        override_defaults=False,
        exempt_when=lambda: caller() in LOOPBACK,
        # What was refused is no feedback yet: somebody mends a long note and sends it again.
        deduct_when=lambda response: response.status_code < 400,
    )
    def feedback(place_id: str) -> Response:
        _check_origin(locator)
        form = _form()
        address = caller()
        kept = workflows.say(
            locator,
            place_id,
            said=form["said"],
            note=form["note"],
            door=form["door"],
            phone=phone_of(form["phone"], address),
            rationed=bool(form["phone"]) or address not in LOOPBACK,
        )
        if request.accept_mimetypes.best == "application/json":
            return json_response(kept.to_json())
        # The id is one of the registry's by now, so this leads to a page of ours.
        shown = redirect(link(f"/p/{place_id}?said={kept.said.value}#feedback"), 303)
        return app.make_response(shown)

    return routes


def _check_origin(locator: Locator) -> None:
    """Refuse what another site's page sends through a visitor's browser."""
    origin = request.headers.get("Origin")
    foreign = origin is not None and ours(origin, locator.settings) is None
    if foreign or request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise NotAllowed(_("这一条是从别的网站发来的,没有接受。请打开这个地方的页面,在那里说。"))


def _form() -> dict[str, str]:
    """The form's fields, "" where one is missing. Raises ``InvalidInput``; 413 when too big."""
    request.max_content_length = FEEDBACK_BODY_BYTES
    if request.mimetype != FORM:
        raise InvalidInput(_("发来的内容看不懂。请用这个地方的页面上的表单。"))
    sent = request.form
    for name, values in sent.lists():
        if name not in FIELDS or len(values) > 1:
            raise InvalidInput(_("发来的内容看不懂。请刷新页面再试。"), field=name[:40])
    return {name: sent.get(name, "") for name in FIELDS}
