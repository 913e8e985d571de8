"""``locator serve`` under visitors who send half of what they have to say."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import urllib3

from services.settings import ROOT

Server = tuple[int, "subprocess.Popen[bytes]", Path]


@pytest.fixture
def server(sample_database: Path, tmp_path: Path) -> Iterator[Server]:
    """Its port, its process of one worker, and what it writes."""
    database, log = tmp_path / "registry.db", tmp_path / "log"
    shutil.copy(sample_database, database)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with log.open("wb") as everything:
        process = subprocess.Popen(
            [sys.executable, "-m", "services.cli", "serve", "--bind", f"127.0.0.1:{port}",
             "--workers", "1"],
            cwd=ROOT,
            env={**os.environ, "LOCATOR_DATABASE_URL": f"sqlite:///{database}"},
            stdout=everything,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
    try:
        retry = urllib3.Retry(total=12, backoff_factor=0.1, backoff_max=2.0)
        with urllib3.PoolManager(retries=retry) as pool:
            assert pool.request("GET", f"http://127.0.0.1:{port}/readyz").status == 200
        yield port, process, log
    finally:
        process.terminate()
        process.wait(timeout=20)


def half_sent(port: int, path: str) -> socket.socket:
    """A connection on which the head and a part of the body were sent."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 50\r\n"
        'Content-Type: application/json\r\n\r\n{"lat": 33.'.encode()
    )
    return connection


@pytest.mark.parametrize("stalled", [8, 80])
def test_half_sent_bodies_stop_nobody_else(server: Server, stalled: int) -> None:
    """80 are more than the worker has threads: those that are too many are turned away."""
    port, process, log = server
    with ExitStack() as connections, urllib3.PoolManager(retries=False, timeout=20) as pool:
        for _ in range(stalled):
            connections.enter_context(half_sent(port, "/api/v1/nearest"))
        address = f"http://127.0.0.1:{port}"
        for path in ("/healthz", "/", "/healthz"):
            assert pool.request("GET", address + path).status == 200
        here = {"lat": 33.38, "lon": 120.14}
        answer = pool.request("POST", f"{address}/api/v1/nearest", json=here)
        if stalled == 8:
            assert answer.status == 200
        else:
            assert answer.status == 429
            assert int(answer.headers["Retry-After"]) > 0
        # Stopping does not wait for them.
        process.terminate()
        process.wait(timeout=20)
    assert "Python threads" not in log.read_text()


@pytest.mark.parametrize("length", [28, None])
def test_a_body_that_comes_in_parts_is_read_whole(server: Server, length: int | None) -> None:
    port, _, _ = server
    parts = (b'{"lat": 33.38,', b'"lon": 120.14}')
    framing = "Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}"

    def framed(part: bytes) -> bytes:
        return b"%x\r\n%b\r\n" % (len(part), part) if length is None else part

    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as connection,
        urllib3.PoolManager(retries=False, timeout=20) as pool,
    ):
        connection.sendall(
            f"POST /api/v1/nearest HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{framing}\r\n"
            "Content-Type: application/json\r\n\r\n".encode()
        )
        for part in parts:
            connection.sendall(framed(part))
            assert pool.request("GET", f"http://127.0.0.1:{port}/healthz").status == 200
        connection.sendall(framed(b""))
        assert connection.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_a_body_that_is_too_long_is_refused_in_chunks_too(server: Server) -> None:
    address = f"http://127.0.0.1:{server[0]}/api/v1/nearest"
    kind = {"Content-Type": "application/json"}
    # What is refused unread is cut off, and the answer may be lost with it: then one asks again.
    again = urllib3.Retry(20, allowed_methods=None, backoff_factor=0)
    with urllib3.PoolManager(retries=again, timeout=20) as pool:
        whole = pool.request("POST", address, body=b" " * 70_000, headers=kind)
        parts = pool.request("POST", address, body=[b" " * 40_000] * 3, headers=kind)
        assert (whole.status, parts.status) == (413, 400)
