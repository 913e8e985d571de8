"""Requests a second of ``/api/v1/nearest``, two workers on loopback, the load on the same cores."""

from __future__ import annotations

import http.client
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import orjson

from benchmarks.ground import EAST, NORTH, SOUTH, WEST, sample_locator
from benchmarks.measuring import Row

SECONDS = 5
ROUNDS = 3
CONNECTIONS = 16
TARGET = 1000
ROOT = Path(__file__).resolve().parents[1]

LUA = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
request = function()
  local lat = {south} + math.random() * ({north} - {south})
  local lon = {west} + math.random() * ({east} - {west})
  return wrk.format(nil, nil, nil, string.format('{{"lat": %.6f, "lon": %.6f}}', lat, lon))
end
"""


def compare(folder: Path) -> list[Row]:
    locator = sample_locator(folder)
    count, url = len(locator.snapshot().located), locator.settings.database_url
    locator.database.dispose()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1",
         "--port", str(port), "--workers", "2", "--blocking-threads", "2", "--no-ws",
         "--log-level", "warning", "--factory", "app:create_app"],
        cwd=ROOT,
        env={**os.environ, "LOCATOR_DATABASE_URL": url},
    )  # fmt: skip
    try:
        _wait(port)
        load, tool = (_wrk, "wrk") if shutil.which("wrk") else (_threads, "http.client threads")
        rates = [load(port, folder) for _ in range(ROUNDS)]
    finally:
        server.terminate()
        server.wait(10)
    rate = statistics.median(rates)
    return [
        Row(
            f"POST /api/v1/nearest, {count} places, 2 workers",
            f"{rate:,.0f}/s",
            f"target {TARGET:,}/s",
            rate / TARGET,
            ROUNDS,
            f"{tool}, {CONNECTIONS} connections, {SECONDS} s, on the same {os.cpu_count()} cores",
        )
    ]


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server did not come up in 20 s")


def _wrk(port: int, folder: Path) -> float:
    script = folder / "nearest.lua"
    script.write_text(LUA.format(south=SOUTH, north=NORTH, west=WEST, east=EAST))
    answer = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-s", str(script),
         f"http://127.0.0.1:{port}/api/v1/nearest"],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in answer:
        raise RuntimeError(answer)
    found = re.search(r"Requests/sec:\s+([\d.]+)", answer)
    if found is None:
        raise RuntimeError(answer)
    return float(found.group(1))


def _threads(port: int, folder: Path) -> float:
    until = time.monotonic() + SECONDS
    answered = [0] * CONNECTIONS

    def ask(number: int) -> None:
        chance = random.Random(number)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        while time.monotonic() < until:
            body = {"lat": chance.uniform(SOUTH, NORTH), "lon": chance.uniform(WEST, EAST)}
            connection.request(
                "POST", "/api/v1/nearest", orjson.dumps(body), {"Content-Type": "application/json"}
            )
            answer = connection.getresponse()
            answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status}")
            answered[number] += 1

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(answered) / SECONDS
