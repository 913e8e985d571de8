"""The whole way on PostgreSQL: sample, import, question, web, and the same answers as on SQLite."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from app import create_app
from services.settings import ROOT, Settings
from tests.integration.test_command_line import HEADER

CENTRE = {"lat": 33.3575, "lon": 120.1573}


@pytest.fixture(scope="module")
def url(fresh_postgres_url: Callable[[], str]) -> str:
    """The URL of a PostgreSQL registry that holds the sample."""
    url = fresh_postgres_url()
    assert locator(url, "sample").returncode == 0
    return url


@pytest.fixture
def app(url: str) -> Iterator[APIFlask]:
    """The application on it."""
    app = create_app(Settings(database_url=url))
    yield app
    app.extensions["locator"].database.dispose()


def locator(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "services.cli", *words],
        cwd=ROOT,
        env={**os.environ, "LOCATOR_DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )


def answer(url: str, *words: str) -> dict[str, Any]:
    done = locator(url, *words, "--json")
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def test_both_databases_give_the_same_answers(
    app: APIFlask, url: str, sample_database: Path
) -> None:
    sqlite = create_app(Settings(database_url=f"sqlite:///{sample_database}"))
    here, there = app.test_client(), sqlite.test_client()
    try:
        for path in ("/api/v1/places.json", "/api/v1/coverage", "/api/v1/kinds"):
            assert here.get(path).json == there.get(path).json, path
        at_noon = {**CENTRE, "at": "2026-11-25T12:00"}
        nearest = [c.post("/api/v1/nearest", json=at_noon).json for c in (here, there)]
        assert nearest[0] == nearest[1]
        checks = [c.post("/api/v1/coverage/check", json=CENTRE).json for c in (here, there)]
        assert checks[0]["covered_by"] == checks[1]["covered_by"]  # type: ignore[index]
        listed = [c.get("/api/v1/places?limit=500").json["features"] for c in (here, there)]
        for feature in (*listed[0], *listed[1]):
            del feature["properties"]["updated_at"]
        assert listed[0] == listed[1]
        for page in ("/", "/map", "/about", "/d/320902", "/embed"):
            assert here.get(page).status_code == 200, page
    finally:
        sqlite.extensions["locator"].database.dispose()


def test_what_goes_out_comes_back_the_same(url: str, tmp_path: Path) -> None:
    copy = tmp_path / "copy.csv"
    assert locator(url, "export", str(copy)).returncode == 0
    report = answer(url, "import", str(copy), "--dry-run")
    assert (report["new"], report["changed"]) == (0, 0)


def test_an_import_is_seen_by_a_running_application_and_by_the_command_line(
    app: APIFlask, url: str, tmp_path: Path
) -> None:
    client = app.test_client()
    before = client.get("/api/v1/places.json")
    path = tmp_path / "new.csv"
    row = ["城南驛站䶮", "站点", "射阳县某路1号", "射阳县", "33.80", "120.30", "24/7", "", "", "n1"]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([[*HEADER, "核实日期"], [*row, "2026-11-01"]])
    words = ["import", str(path), "--source", "list"]
    assert answer(url, *words)["new"] == 1
    assert answer(url, *words)["same"] == 1

    after = client.get("/api/v1/places.json", headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json["revision"] == before.json["revision"] + 1  # type: ignore[index]
    # A real place takes the place of the whole sample.
    assert after.json["name"] == ["城南驛站䶮"]  # type: ignore[index]
    assert after.json["sample"] is False  # type: ignore[index]
    assert answer(url, "near", "33.80", "120.30")["places"][0]["distance_m"] == 0
    checked = client.post("/api/v1/coverage/check", json={"lat": 33.80, "lon": 120.30}).json
    assert checked["covered"] is True  # type: ignore[index]


def test_a_server_that_is_away_is_told_in_a_sentence_without_its_password(tmp_path: Path) -> None:
    done = locator(f"postgresql://keeper:secret-word@/nothing?host={tmp_path}", "near", "33", "120")
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    assert "secret-word" not in done.stderr + done.stdout
    assert "打不开登记库" in done.stderr
