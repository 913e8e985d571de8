"""WeChat's side of the web: signatures for our own pages, and the files by which it knows our host.

A page is told that WeChat is there (``here``) only inside WeChat and only when an account is set
up; everybody else's page, policy and requests are as if WeChat did not exist.
"""

from __future__ import annotations

import re

import structlog
from apiflask import APIBlueprint
from flask import Blueprint, Response, abort, request
from pydantic import Field

from services import workflows
from services.errors import InvalidInput, LocatorError, NotFound
from services.limits import SIGNED_URL_CHARACTERS
from services.locator import Locator
from services.settings import Settings
from services.web import representations as shown
from services.web import schemas
from services.web.addresses import ours
from services.web.params import Body

SCRIPT_HOST = "https://res.wx.qq.com"
"""Where WeChat's own script comes from; it may not be served by anybody else."""

ERRORS = {
    404: "WeChat is not set up here",
    502: "WeChat refuses this account or answers nonsense",
    503: "WeChat is busy, or no registry; Retry-After says when",
}


log = structlog.get_logger()


def here(settings: Settings) -> bool:
    """Whether this request's page may use WeChat's script.

    Not in the frame: WeChat's script speaks for the page in the window, which is somebody else's.
    """
    return (
        settings.wechat_on
        and request.endpoint != "embed.embed"
        and "MicroMessenger" in request.headers.get("User-Agent", "")
    )


class SignatureBody(Body):
    """The page that wants to use WeChat's functions."""

    url: str = Field(
        max_length=SIGNED_URL_CHARACTERS,
        description="the page's address as the browser has it; what follows # is not signed",
    )


class SignatureAnswer(schemas.Answer):
    """What ``wx.config`` wants, in its own spelling."""

    appId: str  # noqa: N815
    timestamp: int
    nonceStr: str  # noqa: N815
    signature: str


def serve_signatures(routes: APIBlueprint, locator: Locator) -> None:
    """The API's route."""
    on = locator.settings.wechat_on  # what it imports is for nobody else
    signer = workflows.page_signer(locator, _failed) if on else None

    @routes.post("/api/v1/wechat/signature")
    @routes.input(SignatureBody, arg_name="body")
    @routes.output(SignatureAnswer)
    @routes.doc(responses=ERRORS)
    def wechat_signature(body: SignatureBody) -> Response:
        """A signature for WeChat's JS-SDK over a page of ours; 404 where WeChat is not set up."""
        if signer is None:
            raise NotFound("这里没有接上微信(没有设置公众号的 AppID 和 AppSecret)。")
        signed = signer.sign(_page_of_ours(body.url, locator.settings))
        response = shown.json_response(
            {
                "appId": signed.app_id,
                "timestamp": signed.timestamp,
                "nonceStr": signed.nonce,
                "signature": signed.signature,
            }
        )
        response.headers["Cache-Control"] = "no-store"
        return response


def blueprint(settings: Settings) -> Blueprint:
    """The route of the verify files, at the root because WeChat looks there.

    Every template may ask for ``in_wechat``.
    """
    routes = Blueprint("wechat", __name__)
    routes.app_context_processor(lambda: {"in_wechat": here(settings)})
    files = dict(settings.wechat_verify)

    @routes.get("/MP_verify_<token>.txt")
    def verify_file(token: str) -> Response:
        content = files.get(f"MP_verify_{token}.txt")
        if content is None:
            abort(404)
        return Response(content, content_type="text/plain; charset=utf-8")

    return routes


def _failed(problem: LocatorError) -> None:
    log.warning("wechat_refresh_failed", code=problem.code, message=problem.message)


def _page_of_ours(url: str, settings: Settings) -> str:
    """The address, if it is one of this host's pages. Raises ``InvalidInput``.

    The request's own host has been checked against TRUSTED_HOSTS before.
    """
    if not re.fullmatch(r"[!-~]+", url):
        raise InvalidInput("“url”应是浏览器地址栏里的网址,不能有空格和汉字。", field="url")
    if ours(url, settings) is None:
        raise InvalidInput("“url”应是本站的网址(http 或 https)。", field="url")
    return url
