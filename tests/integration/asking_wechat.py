"""A process of its own that asks for a ticket, says which it got, and waits to be told to end.

python -m tests.integration.asking_wechat DATABASE_URL WECHAT_URL
"""

from __future__ import annotations

import sys

from services.locator import Locator
from services.settings import Settings
from services.wechat import keeper
from services.wiring import build
from services.workflows.signing import ticket_keeper
from tests.integration.wechat_stub import APP_ID, APP_SECRET


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    database, wechat = sys.argv[1:]
    locator: Locator = build(
        Settings(
            database_url=database,
            wechat_app_id=APP_ID,
            wechat_app_secret=APP_SECRET,
            wechat_url=wechat,
        )
    )
    keeper.PATIENCE_S = 60.0  # type: ignore[misc]  # the test's machine may be slow
    tickets = ticket_keeper(locator)
    say("ready")
    sys.stdin.readline()
    say("asking")
    say(tickets.ticket())


if __name__ == "__main__":
    main()
