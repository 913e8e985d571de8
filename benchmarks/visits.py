"""What a visit costs on the design's phone and network, and what Lighthouse says of three pages.

The browser tests measure it and write it to ``build/``; this runs them and shows their figures.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.measuring import Row, shown, size
from services.settings import ROOT

BUILD = ROOT / "build"
TESTS = ("tests/browser/test_budgets.py", "tests/browser/test_lighthouse.py")

PHONE = "1.6 Mbit/s, 150 ms, CPU ÷ 4"


def compare(_folder: Path) -> list[Row]:
    """Rows of bytes, moments and scores against their targets."""
    subprocess.run([sys.executable, "-m", "pytest", "-q", *TESTS], cwd=ROOT, check=False)
    finder, full_map, again = (
        _read(name) for name in ("first-visit", "first-visit-map", "repeated-visit")
    )
    rows = [
        *_bytes("finder, first visit", finder.get("bytes"), 150_000, PHONE),
        *_bytes("finder, its scripts", finder.get("scripts"), 100_000, "all that the page loads"),
        *_bytes("full map, first visit", full_map.get("bytes"), 200_000, "before tiles"),
        *_bytes("finder, repeated visit", again.get("/"), 10_000, "headers and worker included"),
    ]
    for mark, target in (("list", 1.5), ("map", 2.5)):
        if mark in finder:
            taken = finder[mark] / 1000
            rows.append(
                Row(f"finder, {mark} there", shown(taken), f"{target} s", target / taken, 1, PHONE)
            )
    for page, scores in _read("lighthouse").items():
        score = scores["performance"]
        rows.append(
            Row(f"Lighthouse performance: {page}", f"{score:.2f}", "0.95", score / 0.95, 1, "")
        )
    return rows


def _read(name: str) -> dict[str, Any]:
    path = BUILD / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def _bytes(job: str, count: float | None, target: int, note: str) -> list[Row]:
    if not count:
        return []
    return [Row(job, size(count), f"≤ {size(target)}", target / count, 1, note)]
