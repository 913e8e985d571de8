"""Our own addresses with their host: for codes, share cards, snippets, sitemaps and JSON-LD; and
whether an address that somebody else names is one of them.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from flask import current_app, request

from services.settings import Settings

PORTS: Final = {"http": 80, "https": 443}


def absolute(path: str) -> str:
    """``path`` of ours as others reach it: below BASE_URL, else the host that was asked."""
    settings: Settings = current_app.extensions["locator"].settings
    return (settings.base_url or request.host_url.rstrip("/")) + path


def ours(url: str, settings: Settings) -> SplitResult | None:
    """The parts of an address on the host that others reach us by; None for any other.

    The request's own host was checked against TRUSTED_HOSTS before. Behind a proxy the two of us
    may not agree on the scheme, so a host's default port is that of ``url``'s own scheme.
    """
    try:
        parts = urlsplit(url)
        named = (request.host, urlsplit(settings.base_url).netloc)
        known = {_host(urlsplit(f"{parts.scheme}://{host}")) for host in named if host}
        is_ours = parts.scheme in PORTS and "@" not in parts.netloc and _host(parts) in known
    except ValueError:  # [::1 without its bracket, a port of letters, a label that IDNA refuses
        return None
    return parts if is_ours else None


def _host(parts: SplitResult) -> tuple[str, int | None]:
    name = (parts.hostname or "").lower()
    if not name.isascii():
        name = name.encode("idna").decode()
    return name, parts.port or PORTS.get(parts.scheme)


def caller() -> str:
    """Whose allowance a request uses: its address; of IPv6 the /64 that a household is given."""
    # A server on a Unix socket knows no address: its callers share one allowance.
    said = request.remote_addr or "unknown"
    try:
        address = ip_address(said.partition("%")[0])
    except ValueError:
        return said
    if not isinstance(address, IPv6Address) or address.is_loopback:
        return said
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return f"{IPv6Address(int(address) >> 64 << 64)}/64"
