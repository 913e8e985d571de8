"""Documentation that falls behind fails the build."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from apiflask import APIFlask

from app import create_app
from services import limits
from services.cli import main
from services.settings import PREFIX, ROOT, Settings

README = (ROOT / "README.md").read_text()
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
API = (ROOT / "docs" / "api.md").read_text()


def test_the_readme_has_every_setting_with_its_meaning() -> None:
    rows = dict(re.findall(rf"^\| `({PREFIX}\w+)` \| (.+) \|$", README, flags=re.M))
    documented = {f"{PREFIX}{each.name.upper()}": each.metadata["doc"] for each in fields(Settings)}
    assert rows == documented


def test_the_operations_page_has_every_limit() -> None:
    rows = dict(re.findall(r"^\| `([A-Z_]+)` \| (.+) \|$", OPERATIONS, flags=re.M))
    values = {
        name: f"{value:,}" if isinstance(value, int | float) else value
        for name, value in vars(limits).items()
        if name.isupper()
    }
    assert rows == values


@pytest.mark.parametrize("command", sorted(main.commands))
def test_a_command_is_in_the_operations_page(command: str) -> None:
    assert f"`locator {command}" in OPERATIONS


def test_every_route_is_described(tmp_path: Path) -> None:
    app: APIFlask = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.db"))
    text = README + API
    for rule in app.url_map.iter_rules():
        route = re.sub(r"<(?:\w+:)?(\w+)>", r"<\1>", rule.rule)
        assert f"`{route}`" in text, route
    app.extensions["locator"].database.dispose()


@pytest.mark.parametrize(
    "line",
    [line for line in README.splitlines() if line.startswith(".venv/bin/locator")],
)
def test_a_command_of_the_readme_is_understood(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    answer = subprocess.run(
        [sys.executable, "-m", "services.cli", words[0], "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0
    for option in (word for word in words if word.startswith("--")):
        assert option in answer.stdout
