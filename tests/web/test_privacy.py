"""A worker's position is in the request and in the answer, and nowhere else.

One odd coordinate goes through every door of a real server; then its log, its database and its
answers' headers are searched for it.
"""

from __future__ import annotations

import json
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import urllib3
from apiflask import APIFlask

from services.settings import ROOT

LAT, LON = 33.391742, 120.158317
TRACES = [
    *(str(value).encode() for value in (LAT, LON, round(LAT * 1e6), round(LON * 1e6))),
    *(struct.pack(order + "d", value) for value in (LAT, LON) for order in "<>"),
]
HERE = {"lat": LAT, "lon": LON}


def traces_in(blob: bytes) -> list[bytes]:
    return [trace for trace in TRACES if trace in blob]


@dataclass
class Server:
    """A server of its own process: its address, all that it writes, and its database."""

    address: str
    log: Path
    database: Path
    pool: urllib3.PoolManager

    def ask(self, path: str, body: bytes | None = None) -> urllib3.BaseHTTPResponse:
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        method = "GET" if body is None else "POST"
        return self.pool.request(method, self.address + path, body=body, headers=headers)


@pytest.fixture
def server(sample_database: Path, tmp_path: Path) -> Iterator[Server]:
    database, log = tmp_path / "registry.db", tmp_path / "log"
    shutil.copy(sample_database, database)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    words = ["-m", "services.cli", "--database", f"sqlite:///{database}", "--verbose"]
    with log.open("wb") as everything:
        process = subprocess.Popen(
            [sys.executable, *words, "serve", "--bind", bind, "--workers", "1"],
            cwd=ROOT,
            stdout=everything,
            stderr=subprocess.STDOUT,
        )
    try:
        # The client itself tries again while the connection is refused.
        retry = urllib3.Retry(total=12, backoff_factor=0.1, backoff_max=2.0)
        with urllib3.PoolManager(retries=retry) as pool:
            ready = Server(f"http://{bind}", log, database, pool)
            assert ready.ask("/readyz").status == 200, log.read_text()
            yield ready
    finally:
        process.terminate()
        process.wait(timeout=20)


DOORS: list[tuple[str, object, int]] = [
    ("/api/v1/nearest", HERE, 200),
    ("/api/v1/coverage/check", HERE, 200),
    ("/api/v1/nearest", {"lat": LON, "lon": LAT}, 400),
    ("/api/v1/nearest", {**HERE, "mode": f"{LAT}"}, 400),
    ("/api/v1/coverage/check", {**HERE, f"{LAT}": 1}, 400),
    ("/api/v1/nearest", f"{LAT}, {LON}", 400),
    (f"/embed?center={LAT},{LON}", None, 200),
    (f"/embed?center={LAT};{LON}", None, 400),
    (f"/api/v1/places?lat={LAT}&lon={LON}", None, 400),
    (f"/p/nothing?at={LAT},{LON}", None, 404),
]


def test_a_position_is_in_no_log_no_database_and_no_header(server: Server) -> None:
    for path, sent, status in DOORS:
        answer = server.ask(path, None if sent is None else json.dumps(sent).encode())
        assert answer.status == status, (path, answer.data)
        assert not traces_in(repr(answer.headers).encode()), path
        if sent is not None:
            assert answer.headers["Cache-Control"] == "no-store"

    # A failure that is logged: the registry goes away under the server's feet.
    with sqlite3.connect(server.database) as connection:
        connection.execute("ALTER TABLE registry_state RENAME TO gone")
    assert server.ask("/api/v1/nearest", json.dumps(HERE).encode()).status == 503

    files = [*server.database.parent.glob("registry.db*"), server.log]
    assert len(files) > 2  # the write-ahead log is one of them
    for file in files:
        assert not traces_in(file.read_bytes()), file.name
    log = server.log.read_text()
    assert "request_failed" in log
    assert "/embed" not in log  # there is no access log
    assert "?" not in log


def test_what_a_phone_is_called_is_in_no_log_and_no_database(server: Server) -> None:
    phone, note = "c0ffee" * 5 + "c0", "canary-note"
    compact = json.loads(server.ask("/api/v1/places.json").data)
    path = f"/p/{compact['id'][0]}/feedback"
    sent = [f"said=closed&note={note}&phone={phone}", f"said=burnt&phone={phone}&note={note}"]
    for body, status in zip(sent, (200, 400), strict=True):
        answer = server.pool.request(
            "POST",
            server.address + path,
            body=body,
            headers={
                "Accept": "application/json",
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        assert answer.status == status, answer.data
        assert phone not in repr(answer.headers) + answer.data.decode()
    files = [*server.database.parent.glob("registry.db*"), server.log]
    written = {file: file.read_bytes() for file in files}
    assert any(note.encode() in body for body in written.values())  # the search would find it
    assert note.encode() not in written[server.log]
    secret = server.database.with_name("secret_key").read_bytes().strip()
    for file, body in written.items():
        assert phone.encode() not in body, file.name
        assert secret not in body, file.name


def test_the_search_would_find_it() -> None:
    assert traces_in(repr({"lat": LAT}).encode())
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE TABLE t (x REAL)")
        connection.execute("INSERT INTO t VALUES (?)", (LON,))
        assert traces_in(connection.serialize())


def test_a_crash_is_logged_without_its_message_and_without_its_variables(
    app: APIFlask, capsys: pytest.CaptureFixture[str]
) -> None:
    def crash() -> str:
        position = HERE
        raise ValueError(f"somebody is at {position}")

    app.add_url_rule("/api/v1/crash", view_func=crash)
    answer = app.test_client().get("/api/v1/crash")
    assert answer.status_code == 500
    assert not traces_in(answer.data)
    event = json.loads(capsys.readouterr().err)
    assert (event["event"], event["path"]) == ("request_crashed", "/api/v1/crash")
    assert event["error"] == "ValueError"
    assert event["at"][-1].endswith(" crash")
    assert not traces_in(json.dumps(event).encode())
