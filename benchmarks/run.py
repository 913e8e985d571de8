"""``python -m benchmarks.run [name …]``: every comparison, or the named ones, as one table.

The table goes to standard output and to ``build/bench.md``. Never part of the test suite: times
depend on the machine; the ratios are what is claimed.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    city,
    finder,
    importing,
    map_page,
    nearest,
    serving,
    siting,
    streets,
    visits,
    week,
)
from benchmarks.measuring import Row, table

OUT = Path(__file__).resolve().parents[1] / "build" / "bench.md"

COMPARISONS: dict[str, Callable[[Path], list[Row]]] = {
    "map": map_page.compare,
    "nearest": lambda _folder: nearest.compare(),
    "import": importing.compare,
    "serving": serving.compare,
    "coverage": city.compare,
    "streets": streets.compare,
    "week": week.compare,
    "siting": siting.compare,
    "finder": finder.compare,
    "visits": visits.compare,
}


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(COMPARISONS))
    if unknown:
        print(f"unknown: {', '.join(unknown)}; known: {', '.join(COMPARISONS)}", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for name in names or COMPARISONS:
        print(f"{name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory() as folder:
            rows += COMPARISONS[name](Path(folder))
    title = (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} cores ({platform.machine()}), "
        f"Python {platform.python_version()}. Medians of interleaved runs; ratio = peer ÷ ours "
        "(rates and targets: how far beyond the target)."
    )
    text = f"{title}\n\n{table(rows)}\n"
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text, encoding="utf-8")
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
