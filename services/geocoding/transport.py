"""How we speak to a provider: one GET, guarded on every side.

geopy's own adapters follow redirects, go wherever a name resolves to, read a body to its end and
wait for each packet anew. This one is given a single host when it is made and

* refuses another host, and a private address behind a public name (the address that was checked
  is the one that is connected to);
* follows no redirect;
* reads at most ``limits.PROVIDER_BODY_BYTES`` and gives the whole exchange one deadline, so that
  neither a flood nor a drip holds the run;
* takes only strict JSON (no NaN).

No error raised here holds the address asked for: the provider's key stands in it.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import json
import logging
import socket
import ssl
import time
from typing import Any, Final, NoReturn
from urllib.parse import urlsplit

from geopy.adapters import AdapterHTTPError, BaseSyncAdapter
from geopy.exc import GeocoderParseError, GeocoderTimedOut, GeocoderUnavailable, GeopyError

from services.limits import PROVIDER_BODY_BYTES

# geopy's debug and info records hold the whole address asked for, key included. A filter stays
# when somebody configures logging later; a level would not.
logging.getLogger("geopy").addFilter(lambda _record: False)

_CHUNK: Final = 16 * 1024


class SafeAdapter(BaseSyncAdapter):  # type: ignore[misc]  # geopy is not typed
    """geopy's way out to the network, for one configured host."""

    def __init__(self, *, host: str, trusts_private: bool) -> None:
        super().__init__(proxies={}, ssl_context=None)
        self._host = host
        self._trusts_private = trusts_private

    def get_json(self, url: str, *, timeout: float, headers: dict[str, str]) -> Any:
        """The parsed JSON body. Raises ``GeocoderParseError`` when it is none."""
        text = self.get_text(url, timeout=timeout, headers=headers)
        try:
            return json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise GeocoderParseError("the body is not strict JSON") from None

    def get_text(self, url: str, *, timeout: float, headers: dict[str, str]) -> str:
        """The body of a 200 answer within ``timeout`` seconds in all.

        Raises ``AdapterHTTPError`` for a status from 400, ``GeocoderTimedOut``,
        ``GeocoderUnavailable``, and ``GeocoderParseError`` for a redirect or a body that is too
        long or not UTF-8.
        """
        deadline = time.monotonic() + timeout
        try:
            status, answer_headers, body = self._exchange(url, headers, deadline)
        except GeopyError:
            raise
        except TimeoutError:
            raise GeocoderTimedOut("no answer in time") from None
        except (OSError, UnicodeError, http.client.IncompleteRead) as problem:
            raise GeocoderUnavailable(type(problem).__name__) from None
        except http.client.HTTPException:
            raise GeocoderParseError("the answer is not HTTP") from None
        if status >= 400:
            error = AdapterHTTPError(
                f"status {status}", status_code=status, headers=answer_headers, text=None
            )
            error.body = body[:_CHUNK]  # not as `text`: geopy would log it
            raise error
        if status != 200:
            raise GeocoderParseError(f"status {status}, which is not followed")
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise GeocoderParseError("the body is not UTF-8") from None

    def _exchange(
        self, url: str, headers: dict[str, str], deadline: float
    ) -> tuple[int, Any, bytes]:
        parts = urlsplit(url)
        if parts.hostname != self._host:
            raise GeocoderUnavailable("another host than the configured one")
        secure = parts.scheme == "https"
        port = parts.port or (443 if secure else 80)
        connection = http.client.HTTPConnection(self._host, port)
        wire = self._connect(port, deadline)
        try:
            if secure:
                wire = ssl.create_default_context().wrap_socket(wire, server_hostname=self._host)
            guarded: Any = _GuardedSocket(wire, deadline)
            connection.sock = guarded
            connection.request(
                "GET",
                f"{parts.path or '/'}?{parts.query}",
                headers={**headers, "Accept-Encoding": "identity", "Connection": "close"},
            )
            with connection.getresponse() as response:
                body = response.read(PROVIDER_BODY_BYTES + 1)
                if len(body) > PROVIDER_BODY_BYTES:
                    raise GeocoderParseError(f"more than {PROVIDER_BODY_BYTES} bytes")
                if response.length:
                    raise GeocoderUnavailable("the body is cut short")
                return response.status, response.headers, body
        finally:
            wire.close()

    def _connect(self, port: int, deadline: float) -> socket.socket:
        """A connection to an address of the host that we may speak to."""
        found = socket.getaddrinfo(self._host, port, type=socket.SOCK_STREAM)
        for _family, _type, _protocol, _name, address in found:
            if not self._trusts_private and not ipaddress.ip_address(str(address[0])).is_global:
                raise GeocoderUnavailable("the host leads to a private address")
        problem: OSError = OSError("no address")
        for _family, _type, _protocol, _name, address in found:
            try:
                return socket.create_connection(
                    (str(address[0]), port), timeout=_remaining(deadline)
                )
            except OSError as error:
                problem = error
        raise problem


class _GuardedSocket:
    """As much of a socket as ``http.client`` uses, with one deadline for all that it does."""

    def __init__(self, wire: socket.socket, deadline: float) -> None:
        self._wire = wire
        self._deadline = deadline

    def sendall(self, data: bytes) -> None:
        self._wire.settimeout(_remaining(self._deadline))
        self._wire.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Incoming(self._wire, self._deadline), _CHUNK)

    def close(self) -> None:
        """Nothing: the body is still to be read, and whoever opened the wire closes it."""


class _Incoming(io.RawIOBase):
    def __init__(self, wire: socket.socket, deadline: float) -> None:
        super().__init__()
        self._wire = wire
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._wire.settimeout(_remaining(self._deadline))
        return self._wire.recv_into(buffer)


def names_private_host(host: str) -> bool:
    """Whether a configured host is itself a loopback or private address.

    Whoever writes 127.0.0.1 into a setting means it; a public name that resolves to 127.0.0.1 is
    an attack.
    """
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost"


def _remaining(deadline: float) -> float:
    seconds = deadline - time.monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
