"""The queue: one job runs, a few wait, for all processes of the host together.

Everything is files in one folder. Whoever submits, asks or cancels takes ``queue.lock`` for that
moment; the process that runs a job holds ``running.lock`` for as long as it lives. It is handed
that lock open, by its parent, so there is no moment in which two could run; and the kernel takes
it back however the process ends, so a killed job blocks nobody.

The queue moves whenever anybody asks it anything: a queue that nobody asks has nobody waiting.
It needs no process of its own and survives the death of any.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from services.errors import Busy, JobsUnusable, NotFound
from services.jobs.files import (
    CANCELLED,
    Job,
    job_named,
    jobs_in,
    new_job,
    remove_unfinished_submissions,
)
from services.limits import JOB_KEEP_S, JOB_SECONDS, JOBS_KEPT_MAX, JOBS_QUEUED_MAX

QUEUED: Final = "queued"
RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"

_DIED: Final = (
    "计算没有做完就中断了:内存不足、超时,或者进程被系统终止。请减少数量或加大网格间距后重新提交。"
)
_DAMAGED: Final = "这个任务在磁盘上的记录已损坏。请重新提交。"
_NOT_STARTED: Final = "计算进程启动不了。请稍后重新提交;一再如此请联系管理员。"


@dataclass(frozen=True, slots=True)
class JobState:
    """How a job stands.

    ``state`` is queued, running, done, failed or cancelled. ``ahead``: how many come before it
    while it is queued. ``result``: of a done job, and what a cancelled one had by then. ``error``:
    ``{code, field, message}`` of a failed one.
    """

    id: str
    state: str
    ahead: int | None = None
    progress: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "id": self.id,
            "state": self.state,
            "ahead": self.ahead,
            "progress": self.progress,
            "result": self.result,
            "error": self.error,
        }


class JobQueue:
    """The jobs of ``folder``; any number of queues, threads and processes may share one.

    ``command`` starts the process of one job: it is given the folder and the job's id as two more
    words and must call ``run_job``; ``environment`` stands above ours. Every method raises
    ``JobsUnusable`` when the folder cannot be read or written.
    """

    def __init__(
        self, folder: Path, command: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> None:
        self._folder = folder
        self._command = tuple(command)
        self._environment = dict(environment or {})
        self._children: list[subprocess.Popen[bytes]] = []

    def submit(self, kind: str, request: Mapping[str, Any]) -> str:
        """Queue a job and start it when none runs; its id.

        ``request`` is JSON. Raises ``Busy`` when ``JOBS_QUEUED_MAX`` wait already.
        """
        with self._locked():
            waiting = self._advanced()
            queued = [job for job in waiting if job.started_at is None]
            if len(queued) >= JOBS_QUEUED_MAX:
                raise self._busy(waiting)
            number = 1 + max((job.number or 0 for job in waiting), default=0)
            job = new_job(self._folder, number, kind, request)
            self._advanced()
            return job.id

    def state(self, job_id: str) -> JobState:
        """How a job stands. Raises ``NotFound`` for one that is unknown or was forgotten."""
        with self._locked():
            waiting = self._advanced()
            return _state(self._known(job_id), waiting)

    def cancel(self, job_id: str) -> JobState:
        """Stop a job, and how it stands then: one that runs takes a moment to hear of it.

        One that has ended stays as it is. Raises ``NotFound`` as ``state`` does.
        """
        with self._locked():
            waiting = self._advanced()
            job = self._known(job_id)
            if job.finished_at is None:
                job.want_cancel()
                if job.started_at is None:
                    job.fail(CANCELLED, "任务已取消。")
            return _state(job, waiting)

    def _known(self, job_id: str) -> Job:
        job = job_named(self._folder, job_id)
        if job is None:
            raise NotFound("没有这个任务:编号不对,或者它早已结束、被清理了。请重新提交。")
        return job

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / "queue.lock").open("ab") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                self._children = [each for each in self._children if each.poll() is None]
                yield
        except OSError:
            raise JobsUnusable(
                "计算任务的文件夹读写不了:磁盘可能满了,或者是只读的。请联系管理员。"
            ) from None

    def _advanced(self) -> list[Job]:
        """Forget what is old, start the next job when none runs; the unfinished ones, in order."""
        remove_unfinished_submissions(self._folder)
        finished, waiting = [], []
        for job in jobs_in(self._folder):
            ended_at = job.finished_at
            if ended_at is not None:
                finished.append((ended_at, job))
            elif job.number is None or job.request is None:
                job.give_up("internal", _DAMAGED)
            else:
                waiting.append((job.number, job))
        _forget(finished)
        in_order = [job for _, job in sorted(waiting, key=lambda pair: pair[0])]
        self._start_next(in_order)
        return [job for job in in_order if job.finished_at is None]

    def _start_next(self, waiting: Sequence[Job]) -> None:
        running = os.open(self._folder / "running.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC)
        try:
            fcntl.flock(running, fcntl.LOCK_EX | fcntl.LOCK_NB)
            for job in waiting:
                if job.started_at is None:
                    job.start()
                    self._start(job, running)
                    break
                # Nobody holds the lock, so the process of this one is gone; it may have ended well
                # since the list was made.
                if job.finished_at is None:
                    job.give_up("interrupted", _DIED)
        except BlockingIOError:
            pass  # one runs
        finally:
            os.close(running)  # the child, if one was started, holds it open

    def _start(self, job: Job, running: int) -> None:
        try:
            child = subprocess.Popen(  # noqa: S603 - our own command
                [*self._command, str(self._folder), job.id],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={**os.environ, **self._environment},
                pass_fds=(running,),
                start_new_session=True,  # a Ctrl-C for the web is none for the job
            )
        except OSError:
            job.fail("internal", _NOT_STARTED)
        else:
            self._children.append(child)

    def _busy(self, waiting: Sequence[Job]) -> Busy:
        started = next((at for job in waiting if (at := job.started_at) is not None), time.time())
        left_s = min(max(started + JOB_SECONDS - time.time(), 1.0), float(JOB_SECONDS))
        return Busy(
            f"计算任务排满了:一个在算,{JOBS_QUEUED_MAX} 个在等。请过 {left_s:.0f} 秒再试。",
            retry_after_s=left_s,
        )


def _state(job: Job, waiting: Sequence[Job]) -> JobState:
    progress = job.progress
    if job.finished_at is None:
        if job.started_at is not None:
            return JobState(job.id, RUNNING, progress=progress)
        ahead = next((n for n, each in enumerate(waiting) if each.id == job.id), None)
        return JobState(job.id, QUEUED, ahead=ahead)
    result, error = job.result, job.error
    if error is not None and error["code"] != CANCELLED:
        return JobState(job.id, FAILED, progress=progress, error=error)
    if error is not None or job.cancel_wanted:
        return JobState(job.id, CANCELLED, progress=progress, result=result)
    if result is None:
        damaged = {"code": "internal", "field": None, "message": _DAMAGED}
        return JobState(job.id, FAILED, progress=progress, error=damaged)
    return JobState(job.id, DONE, progress=progress, result=result)


def _forget(finished: list[tuple[float, Job]]) -> None:
    """Remove the jobs that ended long ago, and the oldest beyond what is kept."""
    now = time.time()
    newest_first = sorted(finished, key=lambda pair: -pair[0])
    for position, (ended_at, job) in enumerate(newest_first):
        if position >= JOBS_KEPT_MAX or now - ended_at > JOB_KEEP_S:
            job.remove()
