"""The process of one job, for the tests: it speaks with them through named pipes and files.

    python -m tests.integration.job_handlers FOLDER ID           run the job
    python -m tests.integration.job_handlers submit FOLDER N     submit N jobs, print how each went

TEST_JOB_SECONDS and TEST_JOB_CANCEL_SECONDS are its limits, 1 GiB is its memory.
"""

from __future__ import annotations

import os
import re
import resource
import sys
from itertools import count
from pathlib import Path
from threading import Event
from typing import Any

import services.jobs.child
from services.errors import Busy, LimitExceeded
from services.jobs import JobQueue, ProgressReporter, run_job
from services.jobs.files import Job

COMMAND = (sys.executable, "-m", "tests.integration.job_handlers")
MEMORY_BYTES = 1024**3


def echo(request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    return {"heard": request}


def hold(request: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any]:
    """Say who it is into one pipe, and go on when somebody has opened and closed the other."""
    reporter.report({"covered": 81})
    arrive(request)
    Path(request["go"]).read_text()
    return {"held": True, "cancelled": reporter.cancelled()}


def arrive(request: dict[str, Any]) -> None:
    Path(request["arrived"]).write_text(str(os.getpid()))


def alone(request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    """Fails when another of its kind runs at the same time; writes down that it ran."""
    os.close(os.open(request["token"], os.O_CREAT | os.O_EXCL))
    with Path(request["log"]).open("a") as log:
        log.write(request["name"])
    Path(request["token"]).unlink()
    return {}


def heedful(request: dict[str, Any], reporter: ProgressReporter) -> dict[str, Any]:
    arrive(request)
    while not reporter.cancelled():
        pass
    return {"so_far": 7}


def forever(request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    if request:
        arrive(request)
    Event().wait()
    return {}


def stuck(_request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    """In C code that lets no other thread run."""
    re.match(r"(a+)+$", "a" * 100 + "b")
    return {}


def greedy(request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    kept = [bytearray(request["bytes"]) for _ in range(request["times"])]
    return {"kept": len(kept)}


def refuse(_request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    raise LimitExceeded("要 900 个点,最多 100 个。请减少。", limit=100, field="k", value=900)


def crash(_request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    raise ValueError("the secret of /etc/shadow")


def nonsense(_request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    return {"of no use": object()}


def chatter(request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    """Writes its progress as fast as it can until the other end has seen enough."""
    arrive(request)
    job = Job(Path(request["job"]).resolve())
    for n in count():
        job.report({"text": str(n) * 5000, "again": str(n) * 5000})
        if job.cancel_wanted:
            return {}
    return {}


def limits(_request: dict[str, Any], _reporter: ProgressReporter) -> dict[str, Any]:
    return {
        "nice": os.nice(0),
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "leader": os.getsid(0) == os.getpid(),
    }


HANDLERS = {
    each.__name__: each
    for each in (
        echo,
        hold,
        alone,
        heedful,
        forever,
        stuck,
        greedy,
        refuse,
        crash,
        nonsense,
        chatter,
        limits,
    )
}


def submit(folder: str, times: str) -> None:
    queue = JobQueue(Path(folder), COMMAND)
    for _ in range(int(times)):
        try:
            queue.submit("echo", {})
            sys.stdout.write("taken\n")
        except Busy:
            sys.stdout.write("busy\n")
    sys.stdout.flush()
    sys.stdin.read()  # and stays, as a web worker would


def main(*words: str) -> None:
    if words[0] == "submit":
        submit(*words[1:])
        return
    services.jobs.child._ALARM_AFTER_S = 0.2  # type: ignore[misc]
    run_job(
        Path(words[0]),
        words[1],
        HANDLERS,
        seconds=float(os.environ.get("TEST_JOB_SECONDS", "60")),
        memory_bytes=MEMORY_BYTES,
        cancel_seconds=float(os.environ.get("TEST_JOB_CANCEL_SECONDS", "60")),
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
