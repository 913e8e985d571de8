"""The browser's modules that need no browser, by Node's own test runner."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from services.settings import ROOT

NODE = shutil.which("node") or shutil.which(str(ROOT / ".venv" / "bin" / "node"))


@pytest.mark.skipif(NODE is None, reason="no Node on this machine")
def test_the_javascript_tests_pass() -> None:
    assert NODE is not None
    files = sorted(map(str, (ROOT / "tests" / "js").glob("*.test.mjs")))
    done = subprocess.run(
        [NODE, "--test", *files], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-4000:]
    assert "# fail 0" in done.stdout or "ℹ fail 0" in done.stdout
