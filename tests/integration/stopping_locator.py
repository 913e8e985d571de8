"""The ``locator`` command, but it stops at a named moment of its writing: to be killed, or to wait.

    python -m tests.integration.stopping_locator MOMENT import FILE …

Prints the moment on standard error when it is there, then waits for standard input to end.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import Engine, event

from services.cli import main

MOMENTS = {
    "before the lock": ("BEGIN IMMEDIATE", 1),
    "last log": ("INSERT INTO changes", 4),
    "before the commit": ("COMMIT", 1),
}


def stop_at(moment: str) -> None:
    start, left = MOMENTS[moment]
    written = False

    def passing(statement: str) -> None:
        nonlocal left
        if statement.startswith(start):
            left -= 1
            if left == 0:
                sys.stderr.write(f"{moment}\n")
                sys.stderr.flush()
                sys.stdin.read()

    @event.listens_for(Engine, "before_cursor_execute")
    def starts(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("BEGIN"):
            passing(statement)

    @event.listens_for(Engine, "after_cursor_execute")
    def done(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal written
        written = written or statement.startswith("INSERT INTO places")
        if not statement.startswith("BEGIN"):
            passing(statement)

    @event.listens_for(Engine, "commit")
    def about_to_commit(_connection: Any) -> None:
        if written:
            passing("COMMIT")


if __name__ == "__main__":
    stop_at(sys.argv.pop(1))
    main()
