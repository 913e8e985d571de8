"""``locator import`` of 20,000 rows, killed with -9 at named moments; and two imports at once.

The process says when it is at its moment, or the write-ahead log is seen to grow: no clock.
"""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from services.registry.database import Database
from services.registry.store import PlaceRegistry
from services.settings import ROOT

ROWS = 20_000
HEADER = ["名称", "类别", "地址", "纬度", "经度", "营业时间", "编号"]


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with 20,000 places on a grid over Tinghu."""
    path = tmp_path_factory.mktemp("many") / "many.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for n in range(ROWS):
            lat, lon = 33.36 + n % 200 / 4000, 120.14 + n // 200 / 4000
            row = [f"驿站{n}", "站点", f"某路{n}号", f"{lat:.5f}", f"{lon:.5f}", "08:00-18:00"]
            writer.writerow([*row, f"k{n}"])
    return path


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file of the registry, made and empty."""
    path = tmp_path / "registry.db"
    database = Database(f"sqlite:///{path}")
    database.upgrade()
    database.dispose()
    return path


def start(
    registry: Path, words: Sequence[str], module: Sequence[str] = ("services.cli",)
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", *module, *words],
        cwd=ROOT,
        env={**os.environ, "LOCATOR_DATABASE_URL": f"sqlite:///{registry}"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def stopped(registry: Path, words: Sequence[str], moment: str) -> subprocess.Popen[str]:
    """The command, standing at that moment."""
    process = start(registry, words, ("tests.integration.stopping_locator", moment))
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        if line.strip() == moment:
            return process
        said.append(line)
    raise AssertionError("".join(said))


def finished(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, problems = process.communicate(timeout=120)
    assert process.returncode == 0, problems
    report: dict[str, Any] = json.loads(out) if out.startswith("{") else {}
    return report


def run(registry: Path, words: Sequence[str]) -> dict[str, Any]:
    return finished(start(registry, words))


def state(registry: Path) -> tuple[int, int, int, int]:
    """How many places, how many different numbers, how many lines in the log, which revision."""
    database = Database(f"sqlite:///{registry}")
    database.check()
    with database.session() as session:
        store = PlaceRegistry(session)
        places = store.places()
        found = (
            len(places),
            len({place.source_id for place in places}),
            session.execute(text("SELECT count(*) FROM changes")).scalar_one(),
            store.revision(),
        )
    database.dispose()
    return found


NOTHING = (0, 0, 0, 0)
EVERYTHING = (ROWS, ROWS, ROWS, 1)


@pytest.mark.parametrize("moment", ["last log", "before the commit"])
def test_an_import_killed_before_its_commit_publishes_nothing_and_the_next_everything(
    many: Path, file: Path, moment: str
) -> None:
    words = ["import", str(many), "--json"]
    with stopped(file, words, moment) as process:
        process.kill()
    assert state(file) == NOTHING
    assert run(file, words)["new"] == ROWS
    assert state(file) == EVERYTHING


def test_an_import_killed_while_it_commits_is_published_whole_or_not_at_all(
    many: Path, file: Path
) -> None:
    words = ["import", str(many), "--json"]
    log = Path(f"{file}-wal")
    with stopped(file, words, "before the commit") as process:
        before = log.stat().st_size
        assert process.stdin is not None
        process.stdin.close()
        while log.stat().st_size == before:
            assert process.poll() is None
        process.kill()
    left = state(file)
    assert left in (NOTHING, EVERYTHING)
    report = run(file, words)
    assert (report["new"], report["same"]) == ((0, ROWS) if left == EVERYTHING else (ROWS, 0))
    assert state(file) == EVERYTHING


def test_an_import_killed_after_it_was_acknowledged_has_lost_nothing(
    many: Path, file: Path
) -> None:
    with start(file, ["import", str(many), "--json"]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "{\n"
        process.kill()
    assert state(file) == EVERYTHING


def test_others_go_on_reading_while_an_import_is_about_to_commit(many: Path, file: Path) -> None:
    with stopped(file, ["import", str(many)], "before the commit") as process:
        assert run(file, ["near", "33.38", "120.16", "--json"])["places"] == []
        process.kill()


def test_two_imports_of_one_file_at_once_bring_each_place_once(many: Path, file: Path) -> None:
    words = ["import", str(many), "--json"]
    both = [stopped(file, words, "before the lock") for _ in range(2)]
    for process in both:
        assert process.stdin is not None
        process.stdin.close()
        process.stdin = None
    reports = [finished(process) for process in both]
    assert sorted((each["new"], each["same"]) for each in reports) == [(0, ROWS), (ROWS, 0)]
    assert state(file) == EVERYTHING
