"""The owner: the process that does a library's jobs where other machines read its films.

`python -m emotion_core.cluster.owner HOME [IDLE [APP]]`: it takes the place of jobs.worker, and holds the same lock.
APP is the number of the process for which it waits while there is nothing to do.

Scans are coordinated side by side, each by a process of its own (coordinator). Added frames and browser copies are made
here, one at a time, and a copy gives way to frames that somebody waits for; films that are to stay on this machine are
read by it. Whether a job is wanted, and how it ended, is told by the library's table alone; the cluster's database is
asked which ranges are done.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from ..errors import ClusterError, EmotionError, OutOfDescriptors
from ..jobs import launcher, worker as local_worker, worker_code
from ..jobs.spares import Forked, ForkServer
from ..jobs.worker import conclude
from ..library import Job, database as schema, job_table
from ..storage import Home, descriptors, group_mode, home as default_home
from ..system import Child, end_family, is_alive
from .chores import Chores
from .places import Places, check_home

IDLE = 60.0
"""Seconds without work after which an owner ends."""
LOOK = 0.2
"""Seconds between two looks at the jobs."""
SELDOM = 2.0
"""Seconds between two whole looks, where nothing was written: workers come and go, and films with them."""
_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Running:
    """A job under way."""

    job: Job
    process: psutil.Process
    child: Child | Forked | None
    """None where an earlier owner started it."""

    def ended(self) -> bool:
        return self.child.poll() is not None if self.child is not None else not is_alive(self.process)


def main(home: Path, idle: float = IDLE, app: int | None = None) -> None:
    """Work until there is nothing to do for `idle` seconds, and the process `app` is gone. Raises ClusterError,
    LibraryError.
    """
    check_home(home)
    places = Places.of(home)
    if places is None:
        raise ClusterError("No cluster is configured.", "Start the app with --cluster.")
    lock = FileLock(Home(home).worker_lock)
    try:
        lock.acquire(timeout=1)
    except Timeout:
        return
    try:
        worker_code.record(home)
        with contextlib.closing(schema.connect(Home(home).database)) as connection:
            _Owner(home, places, connection).run(idle, app)
    finally:
        lock.release()


class _Owner:
    def __init__(self, home: Path, places: Places, connection: sqlite3.Connection) -> None:
        self._home, self._connection = home, connection
        self._running: list[_Running] = []
        self._chores = Chores(home, places)
        self._coordinators = ForkServer(home, launcher.COORDINATOR, secrets=True)
        self._written = -1
        """SQLite's number of what others wrote to the library, at the last whole look."""
        self._next = 0.0
        """Monotonic time at which a whole look is due."""

    def run(self, idle: float, app: int | None) -> None:
        """As main."""
        since, tidied = time.monotonic(), False
        while Home(self._home).database.exists():
            try:
                if not tidied:
                    tidied = self._take_over()
                    if not self._chores.is_alive():
                        self._chores.start()  # what was cancelled sends nothing any more
                self._look()
            except (EmotionError, sqlite3.Error) as error:
                if isinstance(error, OutOfDescriptors) or descriptors.ran_out(error):
                    descriptors.log_shortage()
                else:
                    _LOG.exception("The library could not be written; trying again.")
                time.sleep(local_worker.BREATH)
                tidied = False  # a job may be marked as running that is watched no more
            if self._running:
                since = time.monotonic()
            elif time.monotonic() - since >= idle and (app is None or not psutil.pid_exists(app)):
                return
            time.sleep(LOOK)

    def _take_over(self) -> bool:
        """Watch what an earlier owner or worker started, and end what was cancelled."""
        for job in job_table.orphans(self._connection):
            if (process := launcher.find(self._home, job)) is not None:
                end_family(process)
            job_table.clear_process(self._connection, job)
        for job in job_table.active(self._connection):
            if job.state != "running" or any(job.number == other.job.number for other in self._running):
                continue
            if (process := launcher.find(self._home, job)) is not None:
                with contextlib.suppress(psutil.NoSuchProcess):
                    job_table.set_process(self._connection, job, process.pid, process.create_time())
                    process.resume()
                    self._chores.hold(job)
                    self._running.append(_Running(job, process, None))
            elif job.pid is not None:
                conclude(self._home, self._connection, job, None)
                self._chores.release(job)
            else:
                job_table.requeue(self._connection, job, max(0, job.attempts - 1))
                self._chores.release(job)
        return True

    def _look(self) -> None:
        """Do what is due; where nobody has written to the library and no process has ended, that is seldom anything."""
        (written,) = self._connection.execute("PRAGMA data_version").fetchone()
        if written == self._written and time.monotonic() < self._next and not any(e.ended() for e in self._running):
            return
        self._written, self._next = written, time.monotonic() + SELDOM
        for each in list(self._running):
            if each.ended():
                code = None if each.child is None else each.child.returncode
                conclude(self._home, self._connection, each.job, code)
                self._running.remove(each)  # at the end: where that could not be written it is tried again
                self._chores.release(each.job)
            elif not job_table.still_wanted(self._connection, each.job):
                end_family(each.process)
        if not self._running:
            self._coordinators.end_unused()
        kinds = [each.job.kind for each in self._running]
        if any(job.state == "queued" for job in job_table.front(self._connection, "scan", self._chores.room)):
            self._begin("scan")
        if "top_up" not in kinds and self._begin("top_up"):
            kinds.append("top_up")
        if "proxy" not in kinds:
            self._begin("proxy")
        self._give_way("top_up" in kinds)

    def _begin(self, kind: str) -> bool:
        """Start the next job of a kind, if there is one."""
        job = job_table.take_kind(self._connection, kind)
        if job is None:
            return False
        if not self._chores.hold(job):
            job_table.requeue(self._connection, job, max(0, job.attempts - 1))
            return False
        try:
            is_sent = kind == "scan" and not stays_here(self._home, job)
            child: Child | Forked
            child = (
                launcher.coordinate(self._home, job, self._coordinators) if is_sent else launcher.begin(self._home, job)
            )
        except EmotionError as error:
            if isinstance(error, OutOfDescriptors):  # no fault of the film's
                job_table.requeue(self._connection, job, max(0, job.attempts - 1))
                self._chores.release(job)
                raise
            job_table.finish(self._connection, job, "failed", str(error))
            self._chores.release(job)
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            process = psutil.Process(child.pid)
            self._running.append(_Running(job, process, child))
            job_table.set_process(self._connection, job, child.pid, process.create_time())
        self._next = 0.0  # there may be room for another one
        return True

    def _give_way(self, urgent: bool) -> None:
        for each in self._running:
            if each.job.preemptible:
                local_worker.set_suspended(each.process, suspended=urgent)


def stays_here(home: Path, job: Job) -> bool:
    """Whether a scan is read by this machine: recordings of viewers and what tells people apart are not sent away, and
    faces are taken over from scans that lie here.
    """
    try:
        request = launcher.request_fields(home, job)
        return bool(request.get("recording") or request.get("known") or request["settings"].get("people"))
    except (ValueError, LookupError, TypeError, AttributeError):
        return True  # its process will report what is wrong with it


if __name__ == "__main__":
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    descriptors.raise_limit()
    library = Path(sys.argv[1]) if len(sys.argv) > 1 else default_home()
    group_mode.join_group(library)
    try:
        idle, app = [*sys.argv[2:4], *(str(IDLE), "0")[len(sys.argv[2:4]) :]]
        main(library, float(idle), int(app) or None)
    except EmotionError as error:
        _LOG.error("%s", error)
        sys.exit(1)
