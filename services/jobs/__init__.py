"""Long runs for the web: one at a time on the whole host, each in a niced process of its own.

    files.py    what a job is on disk
    queue.py    JobQueue: submit, ask, cancel, from any process of the host
    child.py    run_job: the process in which one job runs, within its limits

Nothing here knows what a job computes: the process is started by a command, and that command knows
its handlers by the job's kind.
"""

from __future__ import annotations

from services.jobs.child import Handler, ProgressReporter, run_job
from services.jobs.queue import JobQueue, JobState

__all__ = ["Handler", "JobQueue", "JobState", "ProgressReporter", "run_job"]
