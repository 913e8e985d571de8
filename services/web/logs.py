"""The server's log: one JSON object a line on standard error.

There is no access log. An event names the path without its query, and never holds a body, a
header, or the variables of a crash.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog


def configure(level: str) -> None:
    """Log events of this level (``LOCATOR_LOG_LEVEL``) and above."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_line),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        # Looked up at each event: the stream may have been exchanged since the start.
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def _line(event: Any, **_: Any) -> str:
    return orjson.dumps(event).decode()
