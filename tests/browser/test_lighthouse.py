"""Lighthouse's opinion of the three pages that people arrive at, with its own phone and network.

Accessibility, best practices and SEO are asserted. Its performance score is a measured time: it is
written to ``build/lighthouse.json`` and shown by ``make bench``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from services.settings import ROOT
from tests.browser.conftest import CHROMIUM

LIGHTHOUSE = ROOT / "node_modules" / ".bin" / "lighthouse"
NODE = shutil.which("node") or shutil.which("node", path=str(ROOT / ".venv" / "bin"))
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
OUT = ROOT / "build" / "lighthouse.json"

pytestmark = pytest.mark.skipif(
    not LIGHTHOUSE.exists() or NODE is None, reason="Lighthouse is not installed (npm ci)"
)


@pytest.fixture(scope="module")
def paths(server: str) -> dict[str, str]:
    with urllib.request.urlopen(f"{server}/api/v1/places.json") as answer:
        places = json.load(answer)
    return {
        "finder": "/",
        "place": f"/p/{places['id'][0]}",
        "district": f"/d/{places['districts'][places['district'][0]][0]}",
    }


def audit(url: str, out: Path) -> dict[str, Any]:
    """Lighthouse's report on a page; one more try, as its recording may break when it is busy."""
    assert NODE is not None
    command = [
        NODE,
        str(LIGHTHOUSE.resolve()),
        url,
        "--quiet",
        "--output=json",
        f"--output-path={out}",
        f"--only-categories={','.join(CATEGORIES)}",
        "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]
    environment = {**os.environ, "CHROME_PATH": str(CHROMIUM)}
    for _attempt in range(2):
        done = subprocess.run(
            command, env=environment, cwd=out.parent, capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            break
    assert done.returncode == 0, done.stderr[-2000:]
    report: dict[str, Any] = json.loads(out.read_text())
    return report


@pytest.mark.parametrize("name", ["finder", "place", "district"])
def test_lighthouse_finds_nothing_to_mend(
    name: str, server: str, paths: dict[str, str], tmp_path: Path
) -> None:
    report = audit(server + paths[name], tmp_path / "report.json")
    assert "runtimeError" not in report, report["runtimeError"]
    scores = {key: report["categories"][key]["score"] for key in CATEGORIES}
    OUT.parent.mkdir(exist_ok=True)
    known = json.loads(OUT.read_text()) if OUT.exists() else {}
    moments = {
        audit: round(report["audits"][audit]["numericValue"])
        for audit in ("first-contentful-paint", "largest-contentful-paint", "total-blocking-time")
    }
    OUT.write_text(json.dumps({**known, name: {**scores, **moments}}, indent=1))
    failed = {
        ref["id"]: report["audits"][ref["id"]].get("displayValue") or ref["id"]
        for key in CATEGORIES[1:]
        for ref in report["categories"][key]["auditRefs"]
        if ref["weight"]
        and (report["audits"][ref["id"]]["score"] or 0) < 1
        and report["audits"][ref["id"]]["scoreDisplayMode"] in ("binary", "numeric")
    }
    assert failed == {}
    assert [scores[key] for key in CATEGORIES[1:]] == [1, 1, 1]
