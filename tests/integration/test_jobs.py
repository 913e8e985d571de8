"""The queue of long runs with real processes, which say through pipes where they are: no clock."""

from __future__ import annotations

import fcntl
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.errors import Busy, JobsUnusable, NotFound
from services.jobs import JobQueue, JobState
from services.jobs import queue as queue_module
from services.limits import JOB_KEEP_S, JOB_SECONDS, JOBS_QUEUED_MAX
from services.settings import ROOT
from tests.integration.job_handlers import COMMAND, MEMORY_BYTES

UNFINISHED = ("queued", "running")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "jobs"


@pytest.fixture
def queue(folder: Path) -> JobQueue:
    return JobQueue(folder, COMMAND)


class Held:
    """A job that stands still from ``arrive`` until ``release``."""

    def __init__(self, queue: JobQueue, tmp_path: Path, kind: str = "hold") -> None:
        self._arrived, self._go = (tmp_path / f"{kind}-{word}" for word in ("arrived", "go"))
        os.mkfifo(self._arrived)
        os.mkfifo(self._go)
        self.id = queue.submit(kind, {"arrived": str(self._arrived), "go": str(self._go)})

    def arrive(self) -> int:
        """Wait until it runs; the number of its process."""
        return int(self._arrived.read_text())

    def release(self) -> None:
        self._go.write_text("")


def wait_for_the_running(folder: Path) -> None:
    """Until no process holds the running job's lock."""
    with (folder / "running.lock").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)


def ended(queue: JobQueue, folder: Path, job_id: str) -> JobState:
    while (state := queue.state(job_id)).state in UNFINISHED:
        wait_for_the_running(folder)
    return state


def error_of(state: JobState) -> dict[str, Any]:
    assert state.state == "failed"
    assert state.error is not None
    return state.error


# --- the ordinary way -----------------------------------------------------------------------


def test_a_job_answers_what_its_handler_returns(queue: JobQueue, folder: Path) -> None:
    job_id = queue.submit("echo", {"k": 5, "where": "盐城"})
    state = ended(queue, folder, job_id)
    assert state.to_json() == {
        "id": job_id,
        "state": "done",
        "ahead": None,
        "progress": None,
        "result": {"heard": {"k": 5, "where": "盐城"}},
        "error": None,
    }


def test_a_running_job_shows_its_progress_and_the_next_how_many_are_ahead(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held = Held(queue, tmp_path)
    others = [queue.submit("echo", {}) for _ in range(2)]
    held.arrive()
    assert queue.state(held.id) == JobState(held.id, "running", progress={"covered": 81})
    assert [queue.state(each) for each in others] == [
        JobState(each, "queued", ahead=n) for n, each in enumerate(others, 1)
    ]
    held.release()
    assert ended(queue, folder, held.id).result == {"held": True, "cancelled": False}


def test_jobs_run_one_after_the_other_in_the_order_of_their_submission(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held, log = Held(queue, tmp_path), tmp_path / "log"
    words = {"token": str(tmp_path / "token"), "log": str(log)}
    jobs = [queue.submit("alone", {**words, "name": name}) for name in "abcde"]
    held.arrive()
    held.release()
    assert {ended(queue, folder, job_id).state for job_id in jobs} == {"done"}
    assert log.read_text() == "abcde"


def test_a_job_is_niced_and_limited_and_no_part_of_the_webs_session(
    queue: JobQueue, folder: Path
) -> None:
    found = ended(queue, folder, queue.submit("limits", {})).result
    assert found == {"nice": min(os.nice(0) + 10, 19), "memory": MEMORY_BYTES, "leader": True}


def test_ids_are_long_and_random(queue: JobQueue) -> None:
    ids = {queue.submit("echo", {}) for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", each) for each in ids)


@pytest.mark.parametrize(
    "job_id", ["", "..", "../jobs", "0" * 32, "0" * 31 + "/", "queue.lock", "A" * 32, "\0", "任务"]
)
def test_an_id_that_is_none_finds_nothing(queue: JobQueue, folder: Path, job_id: str) -> None:
    ended(queue, folder, queue.submit("echo", {}))
    for ask in (queue.state, queue.cancel):
        with pytest.raises(NotFound, match="没有这个任务"):
            ask(job_id)


# --- full -----------------------------------------------------------------------------------


def test_beside_the_running_one_five_wait_and_the_next_is_told_when_to_come_back(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held = Held(queue, tmp_path)
    waiting = [queue.submit("echo", {}) for _ in range(JOBS_QUEUED_MAX)]
    with pytest.raises(Busy, match="排满了") as refusal:
        queue.submit("echo", {})
    assert 0 < refusal.value.retry_after_s <= JOB_SECONDS
    queue.cancel(waiting[2])  # makes room for one
    queue.submit("echo", {})
    with pytest.raises(Busy):
        queue.submit("echo", {})
    held.arrive()
    held.release()
    states = [ended(queue, folder, each).state for each in waiting]
    assert states == ["done", "done", "cancelled", "done", "done"]
    queue.submit("echo", {})


def submitters(folder: Path, processes: int, times: int) -> list[subprocess.Popen[str]]:
    return [
        subprocess.Popen(
            [*COMMAND, "submit", str(folder), str(times)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]


def test_processes_that_submit_at_once_share_the_five_places(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held = Held(queue, tmp_path)
    held.arrive()
    processes = submitters(folder, processes=3, times=3)
    answers = [line for process in processes for line in process.communicate()[0].split()]
    assert sorted(answers) == ["busy"] * 4 + ["taken"] * JOBS_QUEUED_MAX
    held.release()
    wait_for_the_running(folder)


def test_many_threads_and_two_queues_never_run_two_jobs_at_once(
    folder: Path, tmp_path: Path
) -> None:
    queues = [JobQueue(folder, COMMAND) for _ in range(2)]
    words = {"token": str(tmp_path / "token"), "log": str(tmp_path / "log"), "name": "x"}

    def run(n: int) -> JobState:
        queue = queues[n % 2]
        return ended(queue, folder, queue.submit("alone", words))

    with ThreadPoolExecutor(6) as pool:
        states = list(pool.map(run, range(6)))
    assert [state.state for state in states] == ["done"] * 6
    assert (tmp_path / "log").read_text() == "x" * 6


# --- cancelled ------------------------------------------------------------------------------


def test_a_queued_job_that_is_cancelled_never_runs(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held, log = Held(queue, tmp_path), tmp_path / "log"
    job_id = queue.submit("alone", {"token": str(tmp_path / "t"), "log": str(log), "name": "x"})
    assert queue.cancel(job_id) == JobState(job_id, "cancelled")
    held.arrive()
    held.release()
    ended(queue, folder, held.id)
    after = queue.submit("echo", {})
    assert ended(queue, folder, after).state == "done"
    assert not log.exists()
    assert queue.state(job_id) == JobState(job_id, "cancelled")


def test_a_running_job_that_heeds_a_cancel_keeps_what_it_had(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held = Held(queue, tmp_path, "heedful")
    held.arrive()
    assert queue.cancel(held.id).state in ("running", "cancelled")
    assert ended(queue, folder, held.id) == JobState(held.id, "cancelled", result={"so_far": 7})


def test_a_running_job_that_is_deaf_to_a_cancel_is_ended(
    queue: JobQueue, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEST_JOB_CANCEL_SECONDS", "0")
    held = Held(queue, tmp_path, "forever")
    held.arrive()
    queue.cancel(held.id)
    assert ended(queue, folder, held.id) == JobState(held.id, "cancelled")


def test_a_job_that_has_ended_cannot_be_cancelled_any_more(queue: JobQueue, folder: Path) -> None:
    job_id = queue.submit("echo", {})
    done = ended(queue, folder, job_id)
    assert queue.cancel(job_id) == done
    assert queue.state(job_id) == done


# --- killed, too long, too large, wrong -----------------------------------------------------


def test_a_killed_job_is_reported_as_failed_and_the_next_one_runs(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held = Held(queue, tmp_path)
    after = queue.submit("echo", {})
    os.kill(held.arrive(), signal.SIGKILL)
    assert ended(queue, folder, after).state == "done"
    error = error_of(queue.state(held.id))
    assert error["code"] == "interrupted"
    assert "中断" in error["message"]


def test_a_killed_job_that_was_to_be_cancelled_was_cancelled(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    held = Held(queue, tmp_path, "forever")
    process = held.arrive()
    queue.cancel(held.id)
    os.kill(process, signal.SIGKILL)
    assert ended(queue, folder, held.id).state == "cancelled"


def test_jobs_outlive_the_process_that_submitted_them(queue: JobQueue, folder: Path) -> None:
    (worker,) = submitters(folder, processes=1, times=3)
    assert worker.stdout is not None
    assert [worker.stdout.readline() for _ in range(3)] == ["taken\n"] * 3
    worker.kill()
    worker.communicate()
    jobs = [path.name for path in folder.iterdir() if path.is_dir()]
    assert len(jobs) == 3
    assert {ended(queue, folder, job_id).state for job_id in jobs} == {"done"}


@pytest.mark.parametrize("kind", ["forever", "stuck"])
def test_a_job_that_takes_too_long_is_ended(
    queue: JobQueue, folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("TEST_JOB_SECONDS", "0.1")
    error = error_of(ended(queue, folder, queue.submit(kind, {})))
    # One that lets no other thread run is ended by the kernel, which leaves no sentence.
    assert error["code"] == {"forever": "timeout", "stuck": "interrupted"}[kind]
    assert ("0.1 秒" if kind == "forever" else "超时") in error["message"]


@pytest.mark.parametrize(
    "request_", [{"bytes": 2**34, "times": 1}, {"bytes": 2**20, "times": 2**14}]
)
def test_a_job_that_takes_too_much_memory_says_so(
    queue: JobQueue, folder: Path, request_: dict[str, int]
) -> None:
    error = error_of(ended(queue, folder, queue.submit("greedy", request_)))
    assert error["code"] == "memory"
    assert "1.0 GB" in error["message"]


def test_what_the_handler_refuses_comes_back_with_its_code_and_field(
    queue: JobQueue, folder: Path
) -> None:
    assert error_of(ended(queue, folder, queue.submit("refuse", {}))) == {
        "code": "limit_exceeded",
        "field": "k",
        "message": "要 900 个点,最多 100 个。请减少。",
    }


@pytest.mark.parametrize("kind", ["crash", "nonsense", "no such kind"])
def test_a_crash_is_a_sentence_for_the_user_and_lines_of_code_for_the_log(
    queue: JobQueue, folder: Path, capfd: pytest.CaptureFixture[str], kind: str
) -> None:
    error = error_of(ended(queue, folder, queue.submit(kind, {})))
    assert error == {
        "code": "internal",
        "field": None,
        "message": "计算出了差错,已经记录。请换一组参数再试。",
    }
    log = capfd.readouterr().err
    line = orjson.loads(log)
    assert line["event"] == "job_crashed"
    assert any("child.py" in frame for frame in line["at"])
    assert "secret" not in log


@pytest.mark.parametrize(
    ("command", "code"),
    [(["/nonexistent/python"], "internal"), ([sys.executable, "-c", "1/0"], "interrupted")],
)
def test_a_command_that_does_not_work_blocks_nobody(
    folder: Path, capfd: pytest.CaptureFixture[str], command: list[str], code: str
) -> None:
    broken = JobQueue(folder, command)
    job_id = broken.submit("echo", {})
    assert error_of(ended(broken, folder, job_id))["code"] == code
    good = JobQueue(folder, COMMAND)
    assert ended(good, folder, good.submit("echo", {})).state == "done"


# --- what lies in the folder ----------------------------------------------------------------


def test_garbage_in_the_folder_is_left_alone_or_is_a_failed_job(
    queue: JobQueue, folder: Path, tmp_path: Path
) -> None:
    folder.mkdir()
    (folder / "notes.txt").write_text("keep me")
    (folder / "some folder").mkdir()
    (folder / ("e" * 32)).write_text("a file with the name of a job")
    (tmp_path / "elsewhere").mkdir()
    (folder / ("d" * 32)).symlink_to(tmp_path / "elsewhere")
    (folder / f".new-{'c' * 32}").mkdir()  # a submission that was killed half-way
    damaged = {
        "0" * 32: {},
        "1" * 32: {"ticket.json": '{"number": 1}'},
        "2" * 32: {"ticket.json": '{"number": "x"}', "request.json": '{"kind": "echo"'},
        "3" * 32: {"ticket.json": "[]", "request.json": '{"kind": "echo", "request": {}}'},
        "4" * 32: {"result.json": '{"cut": '},
        "5" * 32: {"error.json": "null"},
    }
    for name, files in damaged.items():
        (folder / name).mkdir()
        for file, text in files.items():
            (folder / name / file).write_text(text)
    (folder / ("6" * 32)).mkdir()
    (folder / ("6" * 32) / "error.json").mkdir()
    assert ended(queue, folder, queue.submit("echo", {})).state == "done"
    for name in [*damaged, "6" * 32]:
        assert "损坏" in error_of(queue.state(name))["message"]
    for name in ("e" * 32, "d" * 32):
        with pytest.raises(NotFound):
            queue.state(name)
    assert (folder / "notes.txt").read_text() == "keep me"
    assert (folder / ("d" * 32)).is_symlink()
    assert not (folder / f".new-{'c' * 32}").exists()


def test_a_reader_never_sees_half_a_file(queue: JobQueue, folder: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "arrived")
    link = tmp_path / "job"
    job_id = queue.submit("chatter", {"arrived": str(tmp_path / "arrived"), "job": str(link)})
    link.symlink_to(folder / job_id)
    (tmp_path / "arrived").read_text()
    seen: set[str] = set()
    while len(seen) < 50:
        progress = queue.state(job_id).progress
        if progress is not None:
            assert progress["text"] == progress["again"]
            seen.add(progress["text"])
    queue.cancel(job_id)
    assert ended(queue, folder, job_id).state == "cancelled"


def test_a_finished_job_is_forgotten_after_its_time(queue: JobQueue, folder: Path) -> None:
    old, young = (queue.submit("echo", {}) for _ in range(2))
    ended(queue, folder, young)
    then = time.time() - JOB_KEEP_S - 1
    os.utime(folder / old / "result.json", (then, then))
    with pytest.raises(NotFound):
        queue.state(old)
    assert queue.state(young).state == "done"
    assert not (folder / old).exists()


def test_of_many_finished_jobs_the_oldest_are_forgotten(
    queue: JobQueue, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [queue.submit("echo", {}) for _ in range(4)]
    ended(queue, folder, jobs[-1])
    for age, job_id in enumerate(jobs):
        os.utime(folder / job_id / "result.json", (time.time() - 100 + age,) * 2)
    monkeypatch.setattr(queue_module, "JOBS_KEPT_MAX", 2)
    assert [queue.state(job_id).state for job_id in jobs[2:]] == ["done", "done"]
    for job_id in jobs[:2]:
        with pytest.raises(NotFound):
            queue.state(job_id)


def test_a_folder_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "jobs").write_text("in the way")
    queue = JobQueue(tmp_path / "jobs", COMMAND)
    for ask in (lambda: queue.submit("echo", {}), lambda: queue.state("0" * 32)):
        with pytest.raises(JobsUnusable, match="请联系管理员"):
            ask()
