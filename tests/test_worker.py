"""The worker: one a library, which does what is asked for in order, whoever is killed, and ends when all is done."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path
from typing import Any

import psutil
import pytest

from emotion_core.jobs import scans as jobs, supervisor, worker
from emotion_core.library import job_table
from emotion_core.library.job_table import ATTEMPTS, Job
from emotion_core.library.library import Library
from emotion_core.settings import ScanSettings
from tests import loops
from tests.clips import CARPHONE, clip
from tests.patience import PATIENCE, until
from tests.toy_worker import TOYS

ROOT = Path(__file__).parent.parent


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """A library whose jobs are toys; whatever works for it is ended afterwards."""
    for name, kind in TOYS.items():
        monkeypatch.setitem(job_table.KINDS, name, kind)
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-m", "tests.toy_worker"])
    opened = Library.open(tmp_path / "home")
    yield opened
    for process in ours(opened):
        process.kill()


def ours(library: Library) -> list[psutil.Process]:
    """All processes that were told of this library."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if any(word.startswith(str(library.home)) for word in process.info["cmdline"] or []):
            found.append(process)
    return found


def ask(library: Library, film: str, kind: str = "toy", **request: Any) -> str:
    """Ask for a job about a film of this name, and return the job's."""
    with library.database() as database:
        database.execute(
            "INSERT OR IGNORE INTO films (id, name, path, managed, bytes, modified_ns, added_at, media) "
            "VALUES (?, 'Film', '/a', 0, 1, 1, 'now', '{}')",
            (film,),
        )
        assert job_table.enqueue(database, kind, film, json.dumps(request))
    return job_table.job_id(kind, film)


def job(library: Library, name: str) -> Job:
    with library.database() as database:
        found = job_table.find(database, name)
    assert found is not None
    return found


def at_work(library: Library, idle: float = 60) -> subprocess.Popen[bytes]:
    """A worker of this library."""
    return subprocess.Popen([sys.executable, "-m", "tests.toy_worker", str(library.home), str(idle)], cwd=ROOT)


def diary(library: Library, name: str) -> list[str]:
    """What a job's processes wrote: “begin” each time one began, “done” when one was."""
    file = library.home / "jobs" / f"{name}.diary"
    return [line.split()[0] for line in file.read_text().splitlines()] if file.exists() else []


def process_of(library: Library, name: str) -> psutil.Process:
    until(lambda: job(library, name).pid)
    return psutil.Process(job(library, name).pid)


def test_there_is_one_worker(library: Library) -> None:
    """Of two workers started at once one stays and does the job, once; the other leaves without a word."""
    name = ask(library, "a", seconds=3)
    two = [at_work(library, idle=0), at_work(library, idle=0)]
    until(lambda: any(each.poll() is not None for each in two))
    assert job(library, name).state == "running"
    assert [each.wait(PATIENCE) for each in two] == [0, 0]
    assert job(library, name).state == "done"
    assert diary(library, name) == ["begin", "done"]


def test_an_analysis_asked_for_twice_at_once_is_one(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows that ask for the same analysis at the same moment get the same one, and there is one job."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    film = library.refer_to(clip(CARPHONE))
    with ThreadPoolExecutor(4) as windows:
        asked = [windows.submit(jobs.start, library, film.id, ScanSettings(checkpoint="embedded")) for _ in range(4)]
        scans = {each.result() for each in asked}
    assert [scan.id for scan in library.scans(film.id)] == [*scans]
    with library.database() as database:
        assert [each.id for each in job_table.of_film(database, film.id)] == [*scans]


def test_what_waits_tells_its_place(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """An analysis that waits says how many come before it; the first one is about to start."""
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ""])
    film = library.refer_to(clip(CARPHONE))
    told = []
    for finer in (1, 2, 3):
        settings = ScanSettings(checkpoint="embedded", samples_per_second=Fraction(finer))
        told.append(jobs.status(library, jobs.start(library, film.id, settings)))
    assert [(each.state, each.step) for each in told] == [
        ("running", "starting"),
        ("waiting", "waiting for 1 analysis before it"),
        ("waiting", "waiting for 2 analyses before it"),
    ]


@pytest.mark.parametrize("written_down", [True, False])
def test_the_next_worker_waits_for_what_still_runs(library: Library, written_down: bool) -> None:
    """A job whose worker was killed goes on; the next one waits for it and begins no second process, also where the
    first had not come to write its number down.
    """
    name = ask(library, "a", seconds=4)
    first = at_work(library)
    process = process_of(library, name)
    first.kill()
    first.wait()
    if not written_down:
        with library.database() as database:
            database.execute("UPDATE jobs SET pid = NULL, pid_started = NULL")
    until(lambda: diary(library, name))
    at_work(library)
    until(lambda: not process.is_running() and job(library, name).state != "running")
    assert job(library, name).state == "done"
    assert diary(library, name) == ["begin", "done"]


def test_what_was_killed_with_its_worker_is_begun_again(library: Library) -> None:
    """After a kill of worker and process, as a power cut does it, the next worker begins the job again."""
    name = ask(library, "a", seconds=2)
    first = at_work(library)
    process = process_of(library, name)
    until(lambda: diary(library, name))
    first.kill()
    process.kill()
    first.wait()
    at_work(library)
    until(lambda: job(library, name).state == "done")
    assert diary(library, name) == ["begin", "begin", "done"]


def test_what_was_taken_and_never_begun_is_begun(library: Library) -> None:
    """Where a worker was killed between taking a job and beginning it, what the job said an earlier time is not taken
    for its end.
    """
    name = ask(library, "a")
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    assert ask(library, "a") == name
    with library.database() as database:
        assert job_table.take(database) is not None
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    assert job(library, name).state == "done"
    assert diary(library, name) == ["begin", "done"] * 2


def test_jobs_are_done_in_order(library: Library) -> None:
    """Jobs are done as they were asked for, and those of a lower kind after all others, whenever asked for."""
    asked = [ask(library, "a", "idle toy"), ask(library, "b"), ask(library, "c", "idle toy"), ask(library, "a")]
    with library.database() as database:
        assert [job_table.ahead(job_table.active(database), job(library, name)) for name in asked] == [2, 0, 3, 1]
        assert not job_table.enqueue(database, "toy", "a", "{}")  # asked for already
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    done = (library.home / "jobs" / "order").read_text().splitlines()
    assert done == [asked[1], asked[3], asked[0], asked[2]]


def test_a_job_can_be_taken_back(library: Library) -> None:
    """Taken back while it runs a job's process ends, and while it waits none begins; the next one is done, and what was
    taken back can be asked for again.
    """
    running, waiting, last = ask(library, "a", seconds=60), ask(library, "b"), ask(library, "c")
    at_work(library)
    process = process_of(library, running)
    jobs.cancel_job(library, waiting)
    jobs.cancel_job(library, running)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    until(lambda: job(library, last).state == "done")
    assert [job(library, name).state for name in (running, waiting)] == ["cancelled", "cancelled"]
    assert diary(library, waiting) == []
    jobs.cancel_job(library, last)
    assert job(library, last).state == "done"
    assert ask(library, "a", seconds=0) == running
    until(lambda: job(library, running).state == "done")


def test_the_worker_ends_what_was_only_called_off(library: Library) -> None:
    """Where whoever takes a job back is killed before it ended the process, the worker does, or the next one."""
    name, other = ask(library, "a", seconds=60), ask(library, "b", seconds=60)
    first = at_work(library)
    process = process_of(library, name)
    with library.database() as database:
        job_table.cancel(database, name)
    until(lambda: not process.is_running())
    process = process_of(library, other)
    first.kill()
    first.wait()
    with library.database() as database:
        job_table.cancel(database, other)
    assert process.is_running()
    at_work(library, idle=0)
    until(lambda: not process.is_running())


@pytest.mark.parametrize(
    ("ends", "begun", "message"),
    [("killed", ATTEMPTS, "The toy broke."), ("crashed", 1, "The toy broke."), ("error", 1, "It is torn. Glue it.")],
)
def test_a_job_that_fails_is_given_up(library: Library, ends: str, begun: int, message: str) -> None:
    """A job that is killed is tried again, but not for ever; one that crashes or says what is wrong is not; the worker
    lives and does the next one.
    """
    bad, good = ask(library, "a", ends=ends), ask(library, "b")
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    assert (job(library, bad).state, job(library, bad).message) == ("failed", message)
    assert diary(library, bad) == ["begin"] * begun
    assert job(library, good).state == "done"


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
    """A job whose process a Python error ends is not begun again; its message says that the program failed and names
    the log to send, which holds the traceback.
    """
    bad, good = ask(library, "a", ends=ends), ask(library, "b")
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    log = library.home / "jobs" / f"{bad}.log"
    assert job(library, bad).state == "failed"
    assert job(library, bad).message.startswith(f"{what} Please send us the file {log}: ")
    assert diary(library, bad) == ["begin"]
    assert raised in log.read_text()
    assert job(library, good).state == "done"


def test_a_job_that_gets_on_is_not_given_up(library: Library) -> None:
    """A job that wrote down a part each time before it was killed is begun as often as it takes."""
    name = ask(library, "a", ends="a part at a time", parts=ATTEMPTS + 2)
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    assert job(library, name).state == "done"
    assert diary(library, name) == ["begin"] * (ATTEMPTS + 3) + ["done"]


def test_work_that_this_version_does_not_know_is_told(library: Library) -> None:
    """A job of a kind that a later version asked for fails with a message; the next one is done."""
    strange, good = ask(library, "a"), ask(library, "b")
    with library.database() as database:
        database.execute("UPDATE jobs SET kind = 'magic' WHERE id = ?", (strange,))
    assert at_work(library, idle=0).wait(PATIENCE) == 0
    assert "does not know how to do “magic”" in job(library, strange).message
    assert job(library, good).state == "done"


def test_the_worker_opens_no_socket(library: Library) -> None:
    """The worker neither listens nor connects, while it works and while it waits."""
    name = ask(library, "a", seconds=2)
    process = psutil.Process(at_work(library).pid)
    process_of(library, name)
    assert process.net_connections(kind="all") == []
    until(lambda: job(library, name).state == "done")
    assert process.net_connections(kind="all") == []
    assert process.is_running()


def test_deleting_a_film_ends_its_jobs(library: Library) -> None:
    """A film's jobs, queued or running, go with it, and so do their files and processes; others are done."""
    running, waiting, other = ask(library, "a", seconds=60), ask(library, "a", "idle toy"), ask(library, "b")
    at_work(library)
    process = process_of(library, running)
    jobs.delete_film(library, "a")
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    until(lambda: job(library, other).state == "done")
    with library.database() as database:
        assert [job_table.find(database, name) for name in (running, waiting)] == [None, None]
    assert {file.stem for file in (library.home / "jobs").iterdir()} == {other, "order"}


def test_a_worker_without_work_ends(library: Library) -> None:
    """A worker ends when there was nothing to do for a while, or when its library is deleted; asked for work, there is
    another.
    """
    assert at_work(library, idle=0.5).wait(PATIENCE) == 0
    assert not supervisor.wake(library.home)  # there is no work
    name = ask(library, "a")
    assert supervisor.wake(library.home)
    until(lambda: job(library, name).state == "done")
    left = at_work(library, idle=PATIENCE)
    until(lambda: left.poll() == 0)  # the one that was woken holds the lock
    (woken,) = ours(library)
    shutil.rmtree(library.home)
    until(lambda: not woken.is_running() or woken.status() == psutil.STATUS_ZOMBIE)


def test_work_asked_for_while_a_worker_ends_is_done(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job asked for at the very moment at which the last worker ends is done, by that one or by the next."""
    ends_at_once = "import sys; from pathlib import Path; from tests import toy_worker; " \
        "from emotion_core.library import job_table; from emotion_core.jobs import worker; " \
        "job_table.KINDS.update(toy_worker.TOYS); " \
        "worker.main(Path(sys.argv[1]), 0.0)"  # fmt: skip
    monkeypatch.setattr(supervisor, "COMMAND", [sys.executable, "-c", ends_at_once])
    for turn in range(12):
        name = ask(library, f"film {turn}")
        supervisor.wake(library.home)
        until(lambda: job(library, name).state == "done")  # noqa: B023
        time.sleep(turn * 0.004)  # the worker is somewhere between its last look and its end


def test_work_asked_for_after_the_last_look_is_done(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """A job asked for after a worker's last look and before it let go of its lock, when nobody is started, is done."""
    look, asked = worker._work, list[str]()

    def look_and_be_asked(home: Path, idle: float) -> None:
        look(home, idle)
        if not asked:
            asked.append(ask(library, "a"))
            assert not supervisor.wake(home)

    monkeypatch.setattr(worker, "_work", look_and_be_asked)
    worker.main(library.home, 0.0)
    assert job(library, asked[0]).state == "done"


def test_the_app_starts_a_worker_that_was_killed(library: Library) -> None:
    """While the app runs, a killed worker is followed by another, which goes on with what the first did."""
    name = ask(library, "a", seconds=6)

    async def app() -> None:
        watching = asyncio.create_task(supervisor.watch_worker(library.home))
        await asyncio.to_thread(process_of, library, name)
        (first,) = (each for each in ours(library) if "tests.toy_worker" in each.cmdline())
        first.kill()
        await asyncio.to_thread(until, lambda: job(library, name).state == "done")
        watching.cancel()

    loops.run(app)
    assert diary(library, name) == ["begin", "done"]


def test_a_worker_outlives_who_started_it(library: Library, tmp_path: Path) -> None:
    """The worker goes on after whoever woke it was closed with all its group, as a terminal does."""
    name = ask(library, "a", seconds=3)
    code = (
        "import sys, time; from pathlib import Path; from emotion_core.jobs import supervisor as worker_watch\n"
        "worker_watch.COMMAND = [sys.executable, '-m', 'tests.toy_worker']\n"
        "print(worker_watch.wake(Path(sys.argv[1])), flush=True); time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(library.home)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        assert starter.stdout.readline() == "True\n"
        os.killpg(starter.pid, signal.SIGKILL)
    until(lambda: job(library, name).state == "done")
    assert diary(library, name) == ["begin", "done"]


def standing_still(process: psutil.Process) -> bool:
    return process.status() == psutil.STATUS_STOPPED


def test_work_that_gives_way_stands_still_meanwhile(library: Library) -> None:
    """A job of a kind that gives way stops where it is while another is done, then goes on to its end, begun once."""
    slow = ask(library, "a", "kind toy", seconds=2)
    supervisor.wake(library.home)
    process = process_of(library, slow)
    until(lambda: diary(library, slow))
    urgent = ask(library, "b", seconds=1)
    until(lambda: standing_still(process))
    assert job(library, urgent).state == "running"
    assert job(library, slow).state == "running"
    until(lambda: job(library, slow).state == "done")
    assert job(library, urgent).state == "done"
    assert diary(library, slow) == diary(library, urgent) == ["begin", "done"]


def test_what_stood_still_goes_on_under_the_next_worker(library: Library) -> None:
    """The worker killed while one job gives way to another: the next waits for both, and both are begun once."""
    slow = ask(library, "a", "kind toy", seconds=2)
    one = at_work(library)
    process = process_of(library, slow)
    until(lambda: diary(library, slow))
    urgent = ask(library, "b", seconds=1)
    until(lambda: standing_still(process))
    one.kill()
    one.wait()
    supervisor.wake(library.home)
    until(lambda: job(library, slow).state == "done")
    assert job(library, urgent).state == "done"
    assert diary(library, slow) == diary(library, urgent) == ["begin", "done"]


def test_what_stands_still_can_be_taken_back(library: Library) -> None:
    """A job that gives way can be cancelled meanwhile; its process is gone, and the other is done."""
    slow = ask(library, "a", "kind toy", seconds=60)
    supervisor.wake(library.home)
    process = process_of(library, slow)
    until(lambda: diary(library, slow))
    urgent = ask(library, "b", seconds=3)
    until(lambda: standing_still(process))
    jobs.cancel_job(library, slow)
    until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)
    until(lambda: job(library, urgent).state == "done")
    assert (job(library, slow).state, diary(library, slow)) == ("cancelled", ["begin"])
