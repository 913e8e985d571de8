"""Interleaved medians, and the table they make."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table. ``ratio`` is the peer's value over ours: above 1 we are better."""

    job: str
    ours: str
    peer: str
    ratio: float | None
    runs: int
    note: str = ""


def interleaved(contestants: Mapping[str, Callable[[], object]], runs: int) -> dict[str, float]:
    """Median seconds of each, taken in turns so that a busy minute hits all alike."""
    for contestant in contestants.values():
        contestant()  # caches and lazy imports are nobody's merit
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    gc.collect()
    for _ in range(runs):
        for name, contestant in contestants.items():
            start = time.perf_counter()
            contestant()
            seconds[name].append(time.perf_counter() - start)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def once(job: Callable[[], object]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start


def shown(seconds: float) -> str:
    """Seconds in the unit that suits them."""
    if seconds < 1e-3:
        return f"{seconds * 1e6:.0f} µs"
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def size(count: float) -> str:
    """Bytes in kB."""
    return f"{count / 1000:.0f} kB"


def table(rows: list[Row]) -> str:
    """Markdown."""
    lines = ["| job | ours | peer | ratio | runs | note |", "|---|---:|---:|---:|---:|---|"]
    for row in rows:
        ratio = "" if row.ratio is None else f"{row.ratio:.1f} ×"
        lines.append(f"| {row.job} | {row.ours} | {row.peer} | {ratio} | {row.runs} | {row.note} |")
    return "\n".join(lines)
