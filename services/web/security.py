"""What every response carries, and what no request may do.

The content policy allows our own host and, where a key is set, Tianditu's tiles; scripts run by
nonce only. ``style-src-attr`` is open because Leaflet places things by style attributes.
"""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from apiflask import APIFlask
from flask import Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from services.settings import Settings

LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]")
TIANDITU_TILES = "https://*.tianditu.gov.cn"


def nonce() -> str:
    """This response's script nonce, made when first asked for."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    return str(g.nonce)


def content_policy(settings: Settings, *, framed: bool) -> str:
    """The Content-Security-Policy of a page."""
    tiles = f" {TIANDITU_TILES}" if settings.tianditu_key else ""
    ancestors = " ".join(settings.embed_ancestors) if framed else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'",
            "style-src 'self'",
            "style-src-attr 'unsafe-inline'",
            f"img-src 'self' data:{tiles}",
            "connect-src 'self'",
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
        put("Content-Security-Policy", content_policy(settings, framed=framed))
        put("X-Content-Type-Options", "nosniff")
        put("Referrer-Policy", "strict-origin-when-cross-origin")
        put("Permissions-Policy", "geolocation=(self), camera=(), microphone=()")
        put("Cross-Origin-Opener-Policy", "same-origin")
        if not framed:
            put("X-Frame-Options", "DENY")
        if settings.https:
            put("Strict-Transport-Security", "max-age=31536000")
        put("Cache-Control", "no-store" if request.method == "POST" else "no-cache")
        return response
