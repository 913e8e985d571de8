"""The process in which one job runs: niced, with its own limit of memory and of time.

Three things end a job that does not end by itself: a watching thread at the time limit, or when it
does not heed a cancel; the kernel's alarm soon after, should the thread not get to run; and the
limit of the address space, as a ``MemoryError``. The first and the last leave a sentence; a process
that dies without one is noticed by the queue.
"""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event, Lock, Thread
from traceback import extract_tb
from typing import Any, Final

import orjson

from services.errors import LocatorError
from services.jobs.files import Job
from services.limits import JOB_MEMORY_BYTES, JOB_SECONDS

NICENESS: Final = 10
CANCEL_SECONDS: Final = 5.0
"""How long a job may take to heed a cancel."""

_Failure = tuple[str, str, str | None]
"""Code, sentence, field."""

_ALARM_AFTER_S: Final = 10.0
_LOOK_EVERY_S: Final = 0.5
_REPORT_EVERY_S: Final = 0.2
_GIBIBYTE: Final = 1024**3


class ProgressReporter:
    """How a running job speaks to those who wait for it."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._next_s = 0.0

    def report(self, progress: Mapping[str, Any]) -> None:
        """Say how far it is (JSON), as often as one likes: at most five a second are written."""
        now = time.monotonic()
        if now >= self._next_s:
            self._next_s = now + _REPORT_EVERY_S
            with contextlib.suppress(OSError):  # a full disk must not end what can still be done
                self._job.report(progress)

    def cancelled(self) -> bool:
        """Whether the job should stop; what its handler returns then is kept as far as it got."""
        return self._job.cancel_wanted


Handler = Callable[[dict[str, Any], ProgressReporter], dict[str, Any]]
"""From a request to its result, both JSON."""


def run_job(
    folder: Path,
    job_id: str,
    handlers: Mapping[str, Handler],
    *,
    seconds: float = JOB_SECONDS,
    memory_bytes: int = JOB_MEMORY_BYTES,
    cancel_seconds: float = CANCEL_SECONDS,
) -> None:
    """Run the job by the handler of its kind, and leave its result or a sentence.

    Once a process, in its main thread: its limits stay. A ``LocatorError`` is the job's error with
    its code and field; what else goes wrong is logged by its classes and lines, without message or
    values, and is a plain sentence to the user.
    """
    job = Job(folder / job_id)
    _limit(seconds, memory_bytes)
    ending = _Ending(job)
    Thread(target=_watch, args=(job, ending, seconds, cancel_seconds), daemon=True).start()
    try:
        request = job.request
        if request is None:
            raise LookupError("request.json")
        ending.succeed(handlers[request["kind"]](request["request"], ProgressReporter(job)))
        return
    except MemoryError:
        failure = _no_memory(memory_bytes)
    except LocatorError as problem:
        failure = (problem.code, problem.message, getattr(problem, "field", None))
    except Exception as problem:
        failure = _crashed(job, problem)
    ending.fail(*failure)  # only here is what filled the memory let go


class _Ending:
    """A job ends once, whoever comes first: its handler or the watch."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._lock = Lock()
        self.ended = Event()

    def succeed(self, result: Mapping[str, Any]) -> None:
        """Leave the result. Raises ``TypeError`` or ``OSError`` when it cannot be left."""
        with self._lock:
            self._job.succeed(result)
            self.ended.set()

    def fail(self, code: str, message: str, field: str | None = None) -> None:
        """Leave a sentence; where even that cannot be left, the queue notices the end."""
        with self._lock, contextlib.suppress(OSError):
            self._job.fail(code, message, field)
            self.ended.set()

    def kill(self, code: str, message: str) -> None:
        """Leave a sentence and end the process, unless the job has ended."""
        with self._lock:
            if not self.ended.is_set():
                with contextlib.suppress(OSError):
                    self._job.fail(code, message)
                os._exit(1)


def _watch(job: Job, ending: _Ending, seconds: float, cancel_seconds: float) -> None:
    deadline = time.monotonic() + seconds
    cancel_by = float("inf")
    while (left := min(deadline, cancel_by) - time.monotonic()) > 0:
        if ending.ended.wait(min(left, _LOOK_EVERY_S)):
            return
        if job.cancel_wanted:
            cancel_by = min(cancel_by, time.monotonic() + cancel_seconds)
    ending.kill(
        "timeout",
        f"计算超过 {seconds:g} 秒,已停止。请减少数量、加大网格间距,或用命令行计算(没有时限)。",
    )


def _limit(seconds: float, memory_bytes: int) -> None:
    os.nice(NICENESS)
    with contextlib.suppress(ValueError, OSError):  # macOS knows no limit of the address space
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, seconds + _ALARM_AFTER_S)


def _no_memory(memory_bytes: int) -> _Failure:
    gibibytes = memory_bytes / _GIBIBYTE
    message = (
        f"计算需要的内存超过 {gibibytes:.1f} GB,已停止。"
        "请减少数量、加大网格间距,或用命令行计算(没有这个上限)。"
    )
    return "memory", message, None


def _crashed(job: Job, problem: Exception) -> _Failure:
    line = {
        "event": "job_crashed",
        "level": "error",
        "job": job.id,
        "error": type(problem).__name__,
        "at": [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in reversed(extract_tb(problem.__traceback__))
        ],
    }
    sys.stderr.buffer.write(orjson.dumps(line) + b"\n")
    return "internal", "计算出了差错,已经记录。请换一组参数再试。", None
