"""What the documents show can be done: examples run, links lead somewhere, limits are held."""

from __future__ import annotations

import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from services import limits
from services.cli import main
from services.settings import ROOT, Settings

README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = [
    line for line in README.read_text().splitlines() if line.startswith(".venv/bin/locator")
]


@pytest.fixture
def terminal(
    sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CliRunner]:
    """A terminal in a folder with the file that the examples name; the sample is registered."""
    book = Workbook()
    for row in (["名称", "类别", "地址"], ["城南驿站", "站点", "亭湖区毓龙街道建军路1号"]):
        book.active.append(row)
    book.save(tmp_path / "名单.xlsx")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LOCATOR_DATABASE_URL", sample_settings.database_url)
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield CliRunner()
    for number, handler in handlers.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("line", EXAMPLES)
def test_an_example_of_the_readme_runs(terminal: CliRunner, line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    if words[0] == "serve":  # it would not come back
        words.append("--help")
    done = terminal.invoke(main, words, catch_exceptions=False)
    # 1: done, and the places that could not be found are listed.
    assert done.exit_code == 0 or (words[0], done.exit_code) == ("geocode", 1), done.output
    assert done.output.strip()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_between_the_documents_leads_somewhere(document: Path) -> None:
    targets = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text())
    assert [target for target in targets if not (document.parent / target).exists()] == []


def test_every_make_target_that_is_named_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    text = "\n".join(document.read_text() for document in DOCUMENTS)
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.M))
    assert {"run", "test"} <= named <= targets


def test_every_limit_is_held_by_somebody() -> None:
    modules = [path for path in (ROOT / "services").rglob("*.py") if path.name != "limits.py"]
    code = "\n".join(path.read_text() for path in modules)
    names = [name for name in vars(limits) if name.isupper()]
    assert [name for name in names if not re.search(rf"\b{name}\b", code)] == []
