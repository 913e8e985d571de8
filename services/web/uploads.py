"""A request's body is read before its view is called, and by some of the server's threads only.

The server gives a request to a thread as soon as its head is there, and waits for the rest without
a time-out: whoever sends half of a body holds a thread until the connection ends. So reading is
what not all threads may do at once: the others go on answering.
"""

from __future__ import annotations

from io import BytesIO
from threading import BoundedSemaphore
from typing import Final

from apiflask import APIFlask
from flask import request

from services.errors import Busy
from services.limits import BODIES_READ_MAX, BODY_BYTES
from services.web.language import gettext as _

BUSY_S: Final = 5.0


def install(app: APIFlask) -> None:
    """Read each body first. A request raises ``Busy`` when too many are being read already."""
    reading = BoundedSemaphore(BODIES_READ_MAX)

    @app.before_request
    def read_body() -> None:
        said = request.content_length
        if request.method in ("GET", "HEAD", "OPTIONS") or said == 0:
            return
        if said is None and not request.environ.get("wsgi.input_terminated"):
            return  # nobody knows where it ends, so Flask reads none
        if said is not None and said > BODY_BYTES:
            return  # refused by its length, unread
        if not reading.acquire(blocking=False):
            raise Busy(_("现在发来的内容太多,请过几秒再试。"), retry_after_s=BUSY_S)
        try:
            # One byte more than a body may have, so that one of unknown length is still too long.
            body = request.environ["wsgi.input"].read(BODY_BYTES + 1 if said is None else said)
        finally:
            reading.release()
        request.environ["wsgi.input"] = BytesIO(body)
