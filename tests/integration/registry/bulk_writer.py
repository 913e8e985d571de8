"""A child process that writes many places and stops, to be killed, at a named moment.

    python bulk_writer.py URL MOMENT

Prints the moment on standard output when it is there, then waits for standard input to end.
"""

from __future__ import annotations

import sys
from typing import Any

from sqlalchemy import event

from services.places import PlaceDraft, PlaceUpdate
from services.registry.database import Database
from services.registry.store import PlaceRegistry

CREATES = 5_500  # two executemany
MOMENTS = {
    "first places": ("INSERT INTO places", 1),
    "first log": ("INSERT INTO changes", 2),  # the first is that of the update
    "last places": ("INSERT INTO places", 2),
    "last log": ("INSERT INTO changes", 3),
    "revision": ("UPDATE registry_state", 1),
}


def drafts() -> list[PlaceDraft]:
    return [PlaceDraft(kind="station", name=f"站{i}", source_id=str(i)) for i in range(CREATES)]


def main(url: str, moment: str) -> None:
    def here() -> None:
        sys.stdout.write(f"{moment}\n")
        sys.stdout.flush()
        sys.stdin.read()

    database = Database(url)
    start, left = MOMENTS.get(moment, ("", 0))

    @event.listens_for(database.engine, "after_cursor_execute")
    def count(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        nonlocal left
        if start and statement.startswith(start):
            left -= 1
            if left == 0:
                here()

    with database.writing() as session:
        registry = PlaceRegistry(session)
        old = registry.places()[0]
        update = PlaceUpdate(old.id, old.version, {"phone": "110"})
        registry.apply(creates=drafts(), updates=[update], actor="child")
        if moment == "before the commit":
            here()
    if moment == "after the commit":
        here()


if __name__ == "__main__":
    main(*sys.argv[1:])
