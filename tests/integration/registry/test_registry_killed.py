"""What a process killed in the middle of a bulk write leaves behind."""

import subprocess
import sys
from pathlib import Path

import pytest

from services.registry.database import Database
from services.registry.store import PlaceRegistry
from tests.integration.registry.bulk_writer import CREATES, MOMENTS, drafts
from tests.integration.registry.given import station

ROOT = Path(__file__).resolve().parents[3]


def kill_at(moment: str, url: str) -> None:
    command = [sys.executable, "-m", "tests.integration.registry.bulk_writer", url, moment]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == moment
        child.kill()


@pytest.mark.parametrize("moment", [*MOMENTS, "before the commit"])
def test_a_kill_before_the_commit_leaves_nothing_and_the_next_run_does_it_all(
    database: Database, url: str, moment: str
) -> None:
    with database.writing() as session:
        PlaceRegistry(session).apply(creates=[station()], actor="desk")
    kill_at(moment, url)
    database.check()
    with database.writing() as session:
        registry = PlaceRegistry(session)
        (only,) = registry.places()
        assert (only.version, only.phone, registry.revision()) == (1, "0515-88888888", 1)
        assert len(registry.log.recent(10)) == 1
        assert registry.apply(creates=drafts(), actor="again").created == CREATES
    assert database.revision_now() == 2


def test_a_kill_after_the_commit_loses_nothing(database: Database, url: str) -> None:
    with database.writing() as session:
        PlaceRegistry(session).apply(creates=[station()], actor="desk")
    kill_at("after the commit", url)
    database.check()
    with database.session() as session:
        registry = PlaceRegistry(session)
        assert len(registry.places()) == CREATES + 1
        assert len(registry.log.recent(CREATES * 2)) == CREATES + 2
        assert registry.revision() == 2
