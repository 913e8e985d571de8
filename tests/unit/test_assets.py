"""What is sent of a script is the script: every token of it, on the same line."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from services.settings import ROOT
from services.web.assets import without_comments

NODE = shutil.which("node") or shutil.which(str(ROOT / ".venv" / "bin" / "node"))
TYPESCRIPT = ROOT / "node_modules" / "typescript" / "lib" / "typescript.js"
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))

# The parser's own tokens with their lines, comments left out: the syntax tree's leaves.
LEAVES = """
import ts from "file://%s";
let text = "";
for await (const piece of process.stdin) text += piece;
const leaves = (code) => {
  const file = ts.createSourceFile("x.js", code, ts.ScriptTarget.ES2020, false, ts.ScriptKind.JS);
  const found = [];
  const walk = (node) => {
    const children = node.getChildren(file).filter((one) => !ts.isJSDoc(one));
    if (!children.length) {
      const at = node.getStart(file);
      found.push([file.getLineAndCharacterOfPosition(at).line, node.getText(file)].join());
    }
    children.forEach(walk);
  };
  walk(file);
  return found;
};
const pairs = JSON.parse(text);
console.log(JSON.stringify(pairs.map(([before, after]) => {
  const [a, b] = [leaves(before), leaves(after)];
  return [a.length, a.length === b.length && a.every((one, i) => one === b[i])];
})));
"""


@pytest.mark.skipif(NODE is None or not TYPESCRIPT.is_file(), reason="no Node or no TypeScript")
def test_every_script_keeps_its_tokens_and_their_lines() -> None:
    assert NODE is not None
    pairs = [(path.read_text(), without_comments(path.read_bytes()).decode()) for path in SCRIPTS]
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", LEAVES % TYPESCRIPT],
        input=json.dumps(pairs),
        capture_output=True,
        text=True,
        check=True,
    )
    for path, (leaves, same) in zip(SCRIPTS, json.loads(done.stdout), strict=True):
        assert same, path.name
        assert leaves > 5, path.name
    before, after = (sum(len(pair[i]) for pair in pairs) for i in (0, 1))
    assert after < 0.85 * before


def test_comments_go_and_what_looks_like_one_stays() -> None:
    code = b"""/** A module. */
/*
 * more
 */
const a = "/* no comment */"; // at the end of a line
/* one */ const b = 1;
  // alone
const c = /\\/\\*/;
"""
    assert without_comments(code).decode().splitlines() == [
        "",
        "",
        "",
        "",
        'const a = "/* no comment */"; // at the end of a line',
        "/* one */ const b = 1;",
        "",
        "const c = /\\/\\*/;",
    ]


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_a_sheet_loses_no_rule(path) -> None:  # type: ignore[no-untyped-def]
    before, after = path.read_bytes(), without_comments(path.read_bytes())
    assert after.count(b"{") == before.count(b"{")
    assert after.count(b";") >= before.count(b";") - before.count(b"/*") * 3
    assert after.count(b"\n") == before.count(b"\n")
