"""What a job is on disk: a folder, named by its id, of small files that are written whole.

request.json    {kind, request}, and
ticket.json     {number}: both there from the moment that the folder has its name
started.json    {at}: a process was started for it
progress.json   what it last said
cancel          somebody wants it to stop
result.json     how it ended: one of these two
error.json      {code, field, message}; code "cancelled" is no failure
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import get_ident
from typing import Any, Final

import orjson

CANCELLED: Final = "cancelled"

_ID: Final = re.compile(r"[0-9a-f]{32}")
_UNFINISHED_SUBMISSION: Final = ".new-"


class Job:
    """One job's folder. What is missing or damaged reads as None."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.id = path.name

    @property
    def request(self) -> dict[str, Any] | None:
        """``{kind, request}``."""
        found = self._read("request.json") or {}
        whole = isinstance(found.get("kind"), str) and isinstance(found.get("request"), dict)
        return found if whole else None

    @property
    def number(self) -> int | None:
        """Its place in the order of the jobs."""
        number = (self._read("ticket.json") or {}).get("number")
        return number if isinstance(number, int) else None

    @property
    def started_at(self) -> float | None:
        """When a process was started for it, seconds since 1970; None while it is queued."""
        if not (self.path / "started.json").exists():
            return None
        at = (self._read("started.json") or {}).get("at")
        return float(at) if isinstance(at, int | float) else 0.0

    @property
    def finished_at(self) -> float | None:
        """When it ended, seconds since 1970; None while it has not."""
        for name in ("result.json", "error.json"):
            try:
                return (self.path / name).stat().st_mtime
            except FileNotFoundError:
                continue
        return None

    @property
    def progress(self) -> dict[str, Any] | None:
        """What it last said."""
        return self._read("progress.json")

    @property
    def result(self) -> dict[str, Any] | None:
        """What came out."""
        return self._read("result.json")

    @property
    def error(self) -> dict[str, Any] | None:
        """Why nothing came out."""
        found = self._read("error.json")
        return found if found and {"code", "field", "message"} <= found.keys() else None

    @property
    def cancel_wanted(self) -> bool:
        """Whether somebody wants it to stop."""
        return (self.path / "cancel").exists()

    def want_cancel(self) -> None:
        """Ask it to stop."""
        (self.path / "cancel").touch()

    def start(self) -> None:
        """Note that a process is about to be started for it."""
        self._write("started.json", {"at": time.time()})

    def report(self, progress: Mapping[str, Any]) -> None:
        """Replace what it last said."""
        self._write("progress.json", progress)

    def succeed(self, result: Mapping[str, Any]) -> None:
        """End it. Raises ``TypeError`` for what is no JSON."""
        self._write("result.json", result)

    def fail(self, code: str, message: str, field: str | None = None) -> None:
        """End it with a sentence for a person. What fails after a cancel was cancelled."""
        if self.cancel_wanted:
            code, message, field = CANCELLED, "任务已取消。", None
        self._write("error.json", {"code": code, "field": field, "message": message})

    def give_up(self, code: str, message: str) -> None:
        """End a job that no process cares for, or forget it when not even that can be written."""
        try:
            self.fail(code, message)
        except OSError:
            self.remove()

    def remove(self) -> None:
        """Forget it."""
        shutil.rmtree(self.path, ignore_errors=True)

    def _read(self, name: str) -> dict[str, Any] | None:
        try:
            value = orjson.loads((self.path / name).read_bytes())
        except (OSError, orjson.JSONDecodeError):
            return None
        return value if isinstance(value, dict) else None

    def _write(self, name: str, value: Mapping[str, Any]) -> None:
        """Whoever reads sees the old file or the new one, never half of either."""
        fresh = self.path / f".{name}.{os.getpid()}.{get_ident()}"
        fresh.write_bytes(orjson.dumps(value))
        fresh.replace(self.path / name)


def job_named(folder: Path, job_id: str) -> Job | None:
    """The job with this id; None for one that is not there, or that cannot be an id at all."""
    path = folder / job_id if _ID.fullmatch(job_id) else None
    return Job(path) if path is not None and path.is_dir() and not path.is_symlink() else None


def jobs_in(folder: Path) -> Iterator[Job]:
    """Every job of the folder, in no order; what else lies there is left alone."""
    for path in folder.iterdir():
        job = job_named(folder, path.name)
        if job is not None:
            yield job


def new_job(folder: Path, number: int, kind: str, request: Mapping[str, Any]) -> Job:
    """A job, there as a whole or not at all, under an id that nobody can guess."""
    job_id = secrets.token_hex(16)
    draft = Job(folder / f"{_UNFINISHED_SUBMISSION}{job_id}")
    draft.path.mkdir()
    draft._write("request.json", {"kind": kind, "request": dict(request)})
    draft._write("ticket.json", {"number": number})
    return Job(draft.path.rename(folder / job_id))


def remove_unfinished_submissions(folder: Path) -> None:
    """What a killed process left of a submission. Only for the one who holds the queue's lock."""
    for path in folder.glob(f"{_UNFINISHED_SUBMISSION}*"):
        Job(path).remove()
