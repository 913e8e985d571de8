"""Every text has its English, and the English twin of a module of words exports the same."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from services.settings import ROOT
from services.web.language import TRANSLATIONS, english

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TWINS = sorted((ROOT / "static" / "js" / "en").glob("*.js"))


def texts() -> dict[str, str]:
    """Every text that templates and the web package want translated, with a place that wants it."""
    wanted: dict[str, str] = {}
    for folder, method in (("templates", "jinja2"), ("services/web", "python")):
        found = extract_from_dir(
            str(ROOT / folder),
            method_map=[("**.html", "jinja2"), ("**.py", "python")],
            keywords={"_": None, "gettext": None, "later": None, "plural": None},
            options_map={"**.html": {"newstyle_gettext": "true"}},
        )
        assert method
        for path, line, message, _comments, _context in found:
            for text in (message,) if isinstance(message, str) else message:
                wanted.setdefault(text, f"{folder}/{path}:{line}")
    return wanted


def test_every_text_has_its_english() -> None:
    catalogue = english()._catalog  # type: ignore[attr-defined]
    wanted = texts()
    assert len(wanted) > 100
    missing = [
        f"{place} {text}"
        for text, place in wanted.items()
        if not (catalogue.get(text) or catalogue.get((text, 0)))
    ]
    assert missing == []


def test_no_text_has_two_english_ones() -> None:
    seen: dict[str, str] = {}
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        for text in re.findall(r'^msgid "(.+)"$', path.read_text(), flags=re.M):
            assert text not in seen, (text, path.name, seen.get(text))
            seen[text] = path.name


def test_no_english_is_left_over_or_chinese_or_fills_other_values() -> None:
    wanted = texts()
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="en", abort_invalid=True):
                if not message.id:
                    continue
                one, *_ = ids = [message.id] if isinstance(message.id, str) else list(message.id)
                said = [message.string] if isinstance(message.string, str) else message.string
                where = f"{path.name}: {one}"
                assert set(ids) == {one}, where  # Chinese has no plural
                assert len(said) == len(ids), where
                assert one in wanted, where
                assert not message.fuzzy, where
                for text in said:
                    assert text, where
                    assert not CHINESE.search(text), where
                    assert sorted(PLACEHOLDER.findall(text)) == sorted(PLACEHOLDER.findall(one))


@pytest.mark.parametrize("twin", TWINS, ids=lambda path: path.name)
def test_a_twin_exports_what_its_chinese_module_exports(twin: Path) -> None:
    script = (
        "const shape = async (path) => Object.fromEntries(Object.entries(await import(path))"
        ".map(([name, value]) => [name, typeof value === 'function' ? value.length"
        " : typeof value === 'object' ? Object.keys(value).join() : typeof value]));"
        "globalThis.document = {documentElement: {lang: 'en', dataset: {}}};"
        "console.log(JSON.stringify(await Promise.all(process.argv.slice(1).map(shape))));"
    )
    plain = twin.parent.parent / twin.name
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script, str(plain), str(twin)],
        capture_output=True,
        text=True,
        check=True,
    )
    import json

    chinese, english_ = json.loads(done.stdout)
    assert english_ == chinese
    assert len(chinese) > 3
    assert not CHINESE.search(re.sub(r"/\*.*?\*/|//[^\n]*", "", twin.read_text(), flags=re.S))
