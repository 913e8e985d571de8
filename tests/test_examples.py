"""What the documents show can be done: examples run, links lead somewhere, limits are held."""

from __future__ import annotations

import json
import re
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import osmium
import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from services import limits, settings
from services.cli import main
from services.settings import ROOT, Settings

README = ROOT / "README.md"
DOCUMENTS = [README, ROOT / "data" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = [
    line for line in README.read_text().splitlines() if line.startswith(".venv/bin/locator")
]


SQUARE = {
    "type": "Polygon",
    "coordinates": [
        [[120.15, 33.37], [120.16, 33.37], [120.16, 33.38], [120.15, 33.38], [120.15, 33.37]]
    ],
}


@pytest.fixture
def terminal(
    sample_settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CliRunner]:
    """A terminal in a folder with the files that the examples name; the sample is registered."""
    book = Workbook()
    for row in (["名称", "类别", "地址"], ["城南驿站", "站点", "亭湖区毓龙街道建军路1号"]):
        book.active.append(row)
    book.save(tmp_path / "名单.xlsx")
    (tmp_path / "站点.csv").write_text("id,lat,lon\na,33.375,120.155\n")
    (tmp_path / "范围.geojson").write_text(json.dumps(SQUARE))
    with osmium.SimpleWriter(str(tmp_path / "本市.osm.pbf")) as writer:
        for number in (1, 2):
            node = osmium.osm.mutable.Node(id=number, location=(120.15, 33.37 + 0.001 * number))
            writer.add_node(node)
        writer.add_way(osmium.osm.mutable.Way(id=1, nodes=[1, 2], tags={"highway": "residential"}))
    monkeypatch.setattr(settings, "INSTANCE", tmp_path)
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
