"""The worker of a library: one at a time, jobs in order, recovery after kills, and its end without work."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import psutil
import pytest

from emotion_core.jobs import scans as jobs, supervisor, worker
from emotion_core.jobs.inference_servers import InferenceServers
from emotion_core.library import ATTEMPTS, Library, job_table
from emotion_core.settings import ScanSettings
from tests.support import event_loop
from tests.support.clips import CARPHONE, clip
from tests.support.repository import ROOT
from tests.support.toy_jobs import (
    diary,
    find_job,
    job_process,
    library as library,  # noqa: PLC0414  # the fixture
    processes_of,
    request_job,
    start_worker,
)
from tests.support.waiting import PATIENCE, until


def test_there_is_one_worker(library: Library) -> None:
    """Of two workers started at once one stays and does the job once; the other ends silently."""
    name = request_job(library, "a", seconds=3)
    two = [start_worker(library, idle=0), start_worker(library, idle=0)]
    until(lambda: any(each.poll() is not None for each in two))
    assert find_job(library, name).state == "running"
    assert [each.wait(PATIENCE) for each in two] == [0, 0]
    assert find_job(library, name).state == "done"
    assert diary(library, name) == ["begin", "done"]


def test_an_analysis_asked_for_twice_at_once_is_one(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows that request the same analysis at the same moment get one scan and one job."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    film = library.refer_to(clip(CARPHONE))
    with ThreadPoolExecutor(4) as windows:
        futures = [windows.submit(jobs.start, library, film.id, ScanSettings(checkpoint="embedded")) for _ in range(4)]
        scans = {each.result() for each in futures}
    assert [scan.id for scan in library.scans(film.id)] == [*scans]
    with library.database() as database:
        assert [each.id for each in job_table.of_film(database, film.id)] == [*scans]


def test_what_waits_tells_its_place(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiting analysis reports how many are ahead of it; the first one is starting."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    film = library.refer_to(clip(CARPHONE))
    statuses = []
    for finer in (1, 2, 3):
        settings = ScanSettings(checkpoint="embedded", samples_per_second=Fraction(finer))
        statuses.append(jobs.status(library, jobs.start(library, film.id, settings)))
    assert [(each.state, each.step) for each in statuses] == [
        ("running", "starting"),
        ("waiting", "waiting for 1 analysis before it"),
        ("waiting", "waiting for 2 analyses before it"),
    ]


@pytest.mark.parametrize("written_down", [True, False])
def test_the_next_worker_waits_for_what_still_runs(library: Library, written_down: bool) -> None:
    """A job goes on when its worker is killed. The next worker waits for it and starts no second process, even if the
    first had not stored the process number.
    """
    name = request_job(library, "a", seconds=4)
    first = start_worker(library)
    process = job_process(library, name)
    first.kill()
    first.wait()
    if not written_down:
        with library.database() as database:
            database.execute("UPDATE jobs SET pid = NULL, pid_started = NULL")
    until(lambda: diary(library, name))
    start_worker(library)
    until(lambda: not process.is_running() and find_job(library, name).state != "running")
    assert find_job(library, name).state == "done"
    assert diary(library, name) == ["begin", "done"]


def test_what_was_killed_with_its_worker_is_begun_again(library: Library) -> None:
    """After a kill of worker and process, as in a power cut, the next worker restarts the job."""
    name = request_job(library, "a", seconds=2)
    first = start_worker(library)
    process = job_process(library, name)
    until(lambda: diary(library, name))
    first.kill()
    process.kill()
    first.wait()
    start_worker(library)
    until(lambda: find_job(library, name).state == "done")
    assert diary(library, name) == ["begin", "begin", "done"]


def test_what_was_taken_and_never_begun_is_begun(library: Library) -> None:
    """If a worker is killed between claiming and starting a job, the events of an earlier run do not end the job."""
    name = request_job(library, "a")
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    assert request_job(library, "a") == name
    with library.database() as database:
        assert job_table.take_next(database) is not None
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    assert find_job(library, name).state == "done"
    assert diary(library, name) == ["begin", "done"] * 2


def test_jobs_are_done_in_order(library: Library) -> None:
    """Jobs are done in the order of their requests, those of a kind with low priority after all others."""
    requested = [
        request_job(library, "a", "idle toy"),
        request_job(library, "b"),
        request_job(library, "c", "idle toy"),
        request_job(library, "a"),
    ]
    with library.database() as database:
        assert [job_table.jobs_ahead(job_table.active(database), find_job(library, name)) for name in requested] == [
            2,
            0,
            3,
            1,
        ]
        assert not job_table.enqueue(database, "toy", "a", "{}")  # asked for already
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    order = (library.home / "jobs" / "order").read_text().splitlines()
    assert order == [requested[1], requested[3], requested[0], requested[2]]


def test_a_job_can_be_taken_back(library: Library) -> None:
    """Cancelling a running job ends its process; cancelling a queued one prevents it. The next job is done, and a
    cancelled one can be requested again.
    """
    running, waiting, last = request_job(library, "a", seconds=60), request_job(library, "b"), request_job(library, "c")
    start_worker(library)
    process = job_process(library, running)
    jobs.cancel_job(library, waiting)
    jobs.cancel_job(library, running)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    until(lambda: find_job(library, last).state == "done")
    assert [find_job(library, name).state for name in (running, waiting)] == ["cancelled", "cancelled"]
    assert diary(library, waiting) == []
    jobs.cancel_job(library, last)
    assert find_job(library, last).state == "done"
    assert request_job(library, "a", seconds=0) == running
    until(lambda: find_job(library, running).state == "done")


def test_the_worker_ends_what_was_only_called_off(library: Library) -> None:
    """If a canceller is killed before it ends the job's process, the worker ends it, or the next worker."""
    name, other = request_job(library, "a", seconds=60), request_job(library, "b", seconds=60)
    first = start_worker(library)
    process = job_process(library, name)
    with library.database() as database:
        job_table.cancel(database, name)
    until(lambda: not process.is_running())
    process = job_process(library, other)
    first.kill()
    first.wait()
    with library.database() as database:
        job_table.cancel(database, other)
    assert process.is_running()
    start_worker(library, idle=0)
    until(lambda: not process.is_running())


@pytest.mark.parametrize(
    ("ends", "begun", "message"),
    [("killed", ATTEMPTS, "The toy broke."), ("crashed", 1, "The toy broke."), ("error", 1, "It is torn. Glue it.")],
)
def test_a_job_that_fails_is_given_up(library: Library, ends: str, begun: int, message: str) -> None:
    """A killed job is tried again, up to a limit; one that crashes or reports an error is not. The worker survives and
    does the next job.
    """
    bad, good = request_job(library, "a", ends=ends), request_job(library, "b")
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    assert (find_job(library, bad).state, find_job(library, bad).message) == ("failed", message)
    assert diary(library, bad) == ["begin"] * begun
    assert find_job(library, good).state == "done"


@pytest.mark.parametrize(
    ("ends", "what", "raised"),
    [
        ("raises", "The work could not be finished: the program itself failed, by a fault of its own.", "KeyError"),
        (
            "raises at its work",
            "Mine.mov could not be finished: the program itself failed (ZeroDivisionError), by a fault of its own.",
            "ZeroDivisionError: FILM is too odd",
        ),
    ],
)
def test_a_fault_of_the_program_is_told_once(library: Library, ends: str, what: str, raised: str) -> None:
    """A job that a Python error ends is not restarted. Its message says that the program failed and names the log to
    send, which has the traceback.
    """
    bad, good = request_job(library, "a", ends=ends), request_job(library, "b")
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    log = library.home / "jobs" / f"{bad}.log"
    assert find_job(library, bad).state == "failed"
    assert find_job(library, bad).message.startswith(f"{what} Please send us the file {log}: ")
    assert diary(library, bad) == ["begin"]
    assert raised in log.read_text()
    assert find_job(library, good).state == "done"


def test_a_job_that_gets_on_is_not_given_up(library: Library) -> None:
    """A job that writes a segment before each kill is restarted without limit."""
    name = request_job(library, "a", ends="a part at a time", parts=ATTEMPTS + 2)
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    assert find_job(library, name).state == "done"
    assert diary(library, name) == ["begin"] * (ATTEMPTS + 3) + ["done"]


def test_work_that_this_version_does_not_know_is_told(library: Library) -> None:
    """A job of a later version's kind fails with a message; the next job is done."""
    strange, good = request_job(library, "a"), request_job(library, "b")
    with library.database() as database:
        database.execute("UPDATE jobs SET kind = 'magic' WHERE id = ?", (strange,))
    assert start_worker(library, idle=0).wait(PATIENCE) == 0
    assert "does not know how to do “magic”" in find_job(library, strange).message
    assert find_job(library, good).state == "done"


def test_the_worker_opens_no_socket(library: Library) -> None:
    """The worker neither listens nor connects, busy or idle."""
    name = request_job(library, "a", seconds=2)
    process = psutil.Process(start_worker(library).pid)
    job_process(library, name)
    assert process.net_connections(kind="all") == []
    until(lambda: find_job(library, name).state == "done")
    assert process.net_connections(kind="all") == []
    assert process.is_running()


DELETED = "0123abcd"
"""Id of a film: files with it in their names go with the film, so it is no part of a temporary file's name."""


def test_deleting_a_film_ends_its_jobs(library: Library) -> None:
    """Deleting a film removes its jobs with their files and processes; other jobs are done."""
    running, waiting, other = (
        request_job(library, DELETED, seconds=60),
        request_job(library, DELETED, "idle toy"),
        request_job(library, "b"),
    )
    start_worker(library)
    process = job_process(library, running)
    jobs.delete_film(library, DELETED)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    until(lambda: find_job(library, other).state == "done")
    with library.database() as database:
        assert [job_table.find(database, name) for name in (running, waiting)] == [None, None]
    assert {file.stem for file in (library.home / "jobs").iterdir()} == {other, "order", "worker"}


def test_a_worker_without_work_ends(library: Library) -> None:
    """A worker ends after some time without work, or when its library is deleted; a new request starts another."""
    assert start_worker(library, idle=0.5).wait(PATIENCE) == 0
    assert not supervisor.ensure_worker(library.home)  # there is no work
    name = request_job(library, "a")
    assert supervisor.ensure_worker(library.home)
    until(lambda: find_job(library, name).state == "done")
    retired = start_worker(library, idle=PATIENCE)
    until(lambda: retired.poll() == 0)  # the one that was woken holds the lock
    (woken,) = processes_of(library)
    shutil.rmtree(library.home)
    until(lambda: not woken.is_running() or woken.status() == psutil.STATUS_ZOMBIE)


def test_a_worker_that_begins_ahead_of_its_work_does_it(library: Library) -> None:
    """A worker that was started for work to come is the one that does it: no second one is started beside it."""
    for _ in range(2):  # by a page and an upload at the same moment
        supervisor.prepare_worker(library.home)
    name = request_job(library, "a")
    assert not supervisor.ensure_worker(library.home)
    until(lambda: find_job(library, name).state == "done")
    supervisor.prepare_worker(library.home)  # one is there
    assert len([each for each in processes_of(library) if "tests.support.toy_worker" in each.cmdline()]) == 1


def test_work_asked_for_while_a_worker_ends_is_done(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job requested while the last worker ends is done, by that one or by the next."""
    ends_at_once = "import sys; from pathlib import Path; from tests.support import toy_worker; " \
        "from emotion_core.library import job_table; from emotion_core.jobs import worker; " \
        "job_table.KINDS.update(toy_worker.TOYS); " \
        "worker.main(Path(sys.argv[1]), 0.0)"  # fmt: skip
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ends_at_once])
    for turn in range(12):
        name = request_job(library, f"film {turn}")
        supervisor.ensure_worker(library.home)
        until(lambda: find_job(library, name).state == "done")  # noqa: B023
        time.sleep(turn * 0.004)  # the worker is somewhere between its last look and its end


def test_work_asked_for_after_the_last_look_is_done(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job requested between a worker's last check and the release of its lock, when no worker starts, is done."""
    look, requested = worker._work, list[str]()

    def look_and_be_asked(home: Path, idle: float, servers: InferenceServers) -> None:
        look(home, idle, servers)
        if not requested:
            requested.append(request_job(library, "a"))
            assert not supervisor.ensure_worker(home)

    monkeypatch.setattr(worker, "_work", look_and_be_asked)
    worker.main(library.home, 0.0)
    assert find_job(library, requested[0]).state == "done"


def test_the_app_starts_a_worker_that_was_killed(library: Library) -> None:
    """While the app runs, a killed worker is replaced, and its job goes on."""
    name = request_job(library, "a", seconds=6)

    async def app() -> None:
        watching = asyncio.create_task(supervisor.watch_worker(library.home))
        await asyncio.to_thread(job_process, library, name)
        (first,) = (each for each in processes_of(library) if "tests.support.toy_worker" in each.cmdline())
        first.kill()
        await asyncio.to_thread(until, lambda: find_job(library, name).state == "done")
        watching.cancel()

    event_loop.run(app)
    assert diary(library, name) == ["begin", "done"]


def test_a_worker_outlives_who_started_it(library: Library, tmp_path: Path) -> None:
    """The worker goes on after its starter was ended with its process group, as a closed terminal does."""
    name = request_job(library, "a", seconds=3)
    code = (
        "import sys, time; from pathlib import Path; from emotion_core.jobs import supervisor as worker_watch\n"
        "worker_watch.COMMAND = [sys.executable, '-m', 'tests.support.toy_worker']\n"
        "print(worker_watch.ensure_worker(Path(sys.argv[1])), flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(library.home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "True\n"
        os.killpg(starter.pid, signal.SIGKILL)
    until(lambda: find_job(library, name).state == "done")
    assert diary(library, name) == ["begin", "done"]


def standing_still(process: psutil.Process) -> bool:
    return process.status() == psutil.STATUS_STOPPED


def test_work_that_gives_way_stands_still_meanwhile(library: Library) -> None:
    """A preemptible job is suspended during another one, then completes; it is started once."""
    slow = request_job(library, "a", "kind toy", seconds=2)
    supervisor.ensure_worker(library.home)
    process = job_process(library, slow)
    until(lambda: diary(library, slow))
    urgent = request_job(library, "b", seconds=1)
    until(lambda: standing_still(process))
    assert find_job(library, urgent).state == "running"
    assert find_job(library, slow).state == "running"
    until(lambda: find_job(library, slow).state == "done")
    assert find_job(library, urgent).state == "done"
    assert diary(library, slow) == diary(library, urgent) == ["begin", "done"]


def test_what_stood_still_goes_on_under_the_next_worker(library: Library) -> None:
    """If a worker is killed while a job is suspended, the next one waits for both jobs, which are started once."""
    slow = request_job(library, "a", "kind toy", seconds=2)
    worker_process = start_worker(library)
    process = job_process(library, slow)
    until(lambda: diary(library, slow))
    urgent = request_job(library, "b", seconds=1)
    until(lambda: standing_still(process))
    worker_process.kill()
    worker_process.wait()
    # A child that the worker was starting holds the lock until it runs its own program: the app asks again, too.
    until(lambda: supervisor.ensure_worker(library.home))
    until(lambda: find_job(library, slow).state == "done")
    assert find_job(library, urgent).state == "done"
    assert diary(library, slow) == diary(library, urgent) == ["begin", "done"]


def test_what_stands_still_can_be_taken_back(library: Library) -> None:
    """A suspended job can be cancelled; its process ends, and the other job is done."""
    slow = request_job(library, "a", "kind toy", seconds=60)
    supervisor.ensure_worker(library.home)
    process = job_process(library, slow)
    until(lambda: diary(library, slow))
    urgent = request_job(library, "b", seconds=3)
    until(lambda: standing_still(process))
    jobs.cancel_job(library, slow)
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    until(lambda: find_job(library, urgent).state == "done")
    assert (find_job(library, slow).state, diary(library, slow)) == ("cancelled", ["begin"])
