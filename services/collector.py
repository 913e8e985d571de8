"""Python's cycle collector, out of the way while a million rows are made that all stay alive."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """Pause Python's cycle collector; it goes on as before afterwards, errors included.

    Rows make no cycles, yet every few thousand new ones start another walk over all the old ones: a
    third of the time of a large import. Two threads at once are harmless: the first to end
    resumes it for both.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
