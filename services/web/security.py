"""What every response carries, and what no request may do.

The content policy allows our own host and, where a key is set, Tianditu's tiles; scripts run by
nonce only, and inside WeChat, where it is set up, WeChat's own. ``style-src-attr`` is open because
Leaflet places things by style attributes.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from services.settings import Settings
from services.web.wechat import SCRIPT_HOST, here

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
TIANDITU_TILES = "https://*.tianditu.gov.cn"


def nonce() -> str:
    """This response's script nonce, made when first asked for."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_policy(settings: Settings, *, framed: bool, in_wechat: bool = False) -> str:
    """The Content-Security-Policy of a page."""
    tiles = f" {TIANDITU_TILES}" if settings.tianditu_key else ""
    wechat = f" {SCRIPT_HOST}" if in_wechat else ""
    # The builder shows the frame as it will be, whoever else may show it.
    ancestors = " ".join(("'self'", *settings.embed_ancestors)) if framed else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'{wechat}",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            f"img-src 'self' data:{tiles}",
            "connect-src 'self'",
            "frame-src 'self'",
            "manifest-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            f"frame-ancestors {ancestors}",
        )
    )


def protect(app: APIFlask, settings: Settings) -> None:
    """Install the headers, the host check and the proxy's word on who is calling."""
    hosts = list(settings.trusted_hosts) or [
        *LOCAL_HOSTS,
        *filter(None, [urlsplit(settings.base_url).hostname]),
    ]
    app.config["TRUSTED_HOSTS"] = hosts
    if settings.proxy_count:
        count = settings.proxy_count
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=count, x_proto=count, x_host=count
        )

    @app.after_request
    def headers(response: Response) -> Response:
        framed = request.endpoint == "embed.embed"
        put = response.headers.setdefault
        if response.status_code == 304:  # the answer that is kept has them
            put("Cache-Control", "no-cache")
            return response
        put("X-Content-Type-Options", "nosniff")
        put("Referrer-Policy", "strict-origin-when-cross-origin")
        if request.endpoint == "assets.asset" and response.status_code < 300:
            # A file is no page, and thirty of them would carry the rest thirty times.
            put("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
            return response
        policy = content_policy(settings, framed=framed, in_wechat=here(settings))
        put("Content-Security-Policy", policy)
        if settings.wechat_on and response.mimetype == "text/html":
            response.vary.add("User-Agent")
        put("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        put("Cross-Origin-Opener-Policy", "same-origin")
        if not framed:
            put("X-Frame-Options", "DENY")
        if settings.https:
            put("Strict-Transport-Security", "max-age=31536000")
        if response.status_code not in (429, 502, 503):
            response.headers.pop("Retry-After", None)  # the limiter says it on every answer
        put("Cache-Control", "no-store" if request.method == "POST" else "no-cache")
        return response
