"""The installation's key: given, or made once however many ask for it at the same time."""

from __future__ import annotations

import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from services.errors import SettingsInvalid
from services.secret import derive, load_secret
from services.settings import ROOT, Settings, load_settings

MAKE = """
import sys
from pathlib import Path
from services.secret import load_secret
print("ready", flush=True)
sys.stdin.readline()
print(load_secret("", Path(sys.argv[1])).decode())
"""


def test_a_given_key_is_used_and_no_file_is_made(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    assert load_secret("a key that somebody chose", path) == b"a key that somebody chose"
    assert not path.exists()


def test_a_made_key_is_random_stays_and_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "secret_key"
    made = load_secret("", path)
    assert re.fullmatch(rb"[A-Za-z0-9_-]{43}", made)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_secret("", path) == made
    assert load_secret("", tmp_path / "another") != made
    assert [file.name for file in path.parent.iterdir()] == ["secret_key"]


def test_processes_that_make_it_at_once_have_the_same_one(tmp_path: Path) -> None:
    for attempt in range(5):
        path = tmp_path / f"secret_key_{attempt}"
        processes = [
            subprocess.Popen(
                [sys.executable, "-c", MAKE, str(path)],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(4)
        ]
        for process in processes:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in processes:  # all are imported and wait: now they go together
            assert process.stdin is not None
            process.stdin.write("\n")
            process.stdin.flush()
        answers = {process.communicate()[0].strip() for process in processes}
        assert answers == {path.read_text().strip()}
    assert len(list(tmp_path.iterdir())) == 5


@pytest.mark.parametrize(
    "content", [b"", b"short", b"x" * 42, b"x" * 44, b"\xff" * 43, "盐".encode() * 43]
)
def test_a_damaged_file_is_told_and_not_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secret_key"
    path.write_bytes(content)
    with pytest.raises(SettingsInvalid, match="已损坏") as problem:
        load_secret("", path)
    assert str(path) in problem.value.message
    assert "x" * 20 not in problem.value.message
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("not a folder")
    with pytest.raises(SettingsInvalid, match="LOCATOR_SECRET_KEY"):
        load_secret("", file / "secret_key")
    folder = tmp_path / "secret_key"
    folder.mkdir()
    with pytest.raises(SettingsInvalid, match="读不了"):
        load_secret("", folder)


def test_a_short_key_stops_the_start_and_is_not_shown() -> None:
    with pytest.raises(SettingsInvalid, match="LOCATOR_SECRET_KEY") as problem:
        load_settings({"LOCATOR_SECRET_KEY": "guess-me"})
    assert "guess-me" not in problem.value.message
    with pytest.raises(SettingsInvalid, match="太短"):
        load_secret("guess-me", Path("unused"))


def test_it_lies_beside_the_database(tmp_path: Path) -> None:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/registry.db")
    assert settings.secret_file == tmp_path / "secret_key"
    elsewhere = Settings(database_url="postgresql+psycopg://locator@/locator").secret_file
    assert elsewhere == ROOT / "instance" / "secret_key"


def test_each_purpose_has_a_key_of_its_own() -> None:
    # openssl dgst -sha256 -mac HMAC -macopt hexkey:6b…6b, over "locator/door"
    door = "78b46f826a9ac4b84a6a31e7c82c758bd2639ce9b880a3d050a1bfb8e44cf982"
    assert derive(b"k" * 43, "door").hex() == door
    assert derive(b"k" * 43, "phone").hex() != door
