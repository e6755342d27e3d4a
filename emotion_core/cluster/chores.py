"""The owner's chores beside its jobs: leases of silent workers taken back, films kept in the order asked, the traces of
scans that have ended deleted, and the workers written down.
"""

from __future__ import annotations

import contextlib
import json
import logging
import shutil
import sqlite3
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import ClusterUnreachable, EmotionError
from ..library import Job, database as schema, job_table
from ..settings import ScanSettings
from ..storage import Home, write_whole
from . import identity, leases
from .database import Database
from .exchange import FILMS, RANGES, Exchange
from .places import MISSED, Places, heartbeat, is_marked, library_id, mark

if TYPE_CHECKING:
    from .database import Connection

MOST_SCANS = 64
"""Most scans that are coordinated at once …"""
LEAST_SCANS = 6
"""… and fewest."""
SCANS_A_WORKER = 3
"""In between: one that is read, one that is fetched ahead, and one that waits, so that short films keep all busy."""
SPAN = 10_000
"""Priorities that one film takes in procrastinate's queue: its ranges are in order."""

TIDY = 600.0
"""Seconds after which workers that were silent for a day are forgotten."""

_LOG = logging.getLogger(__name__)


class Chores(threading.Thread):
    """What is due every second or two beside the jobs, with connections of its own: both databases may be slow."""

    def __init__(self, home: Path, places: Places) -> None:
        super().__init__(daemon=True)
        self._home, self._places = home, places
        self._library = library_id(home)
        self._database = Database(places.database)
        self._exchange: Exchange | None = None
        self._rows: sqlite3.Connection | None = None
        """The library's database, once it is open: of this thread."""
        self._tidied = -TIDY
        """Monotonic time at which silent workers were forgotten."""
        self._told = ""
        self._announced = False
        """Whether workers were told with which engine films are read as a rule."""
        self._guard = threading.Lock()
        """Held while one of the two sets below changes: no scan is in both."""
        self._held, self._forgotten = set[str](), set[str]()
        """Scans whose process lives, and those whose traces are being deleted."""
        self.room = LEAST_SCANS
        """Scans that are coordinated at once now, the first ones of the queue; one that is moved there comes on top."""

    def hold(self, job: Job) -> bool:
        """Keep what travels for a scan until `release`; False while that of its last run is being deleted."""
        with self._guard:
            if job.scan_id in self._forgotten:
                return False
            if job.scan_id is not None:
                self._held.add(job.scan_id)
            return True

    def release(self, job: Job) -> None:
        """The process of a job has ended."""
        with self._guard:
            self._held.discard(job.scan_id or "")

    def run(self) -> None:
        while True:
            try:
                self._prepare()
                while True:
                    self._once()
                    time.sleep(min(1.0, heartbeat()))
            except EmotionError as error:
                if str(error) != self._told:  # once, not every second
                    _LOG.warning("%s Trying again until it works; what is done is kept.", error)
                self._told = str(error)
            except Exception:
                _LOG.exception("The cluster's chores failed.")
            if self._rows is not None:  # it is opened anew
                self._rows.close()
                self._rows = None
            time.sleep(1)

    def _prepare(self) -> None:
        """Make the tables, and tell workers what they need to know."""
        self._database.prepare()
        self._exchange = Exchange(self._places.store)
        mark(self._database, self._exchange)
        self._database.run(self._places.tell)
        self._database.run(leases.forget_engines)
        self._announced = False

    def _once(self) -> None:
        self._told = ""
        if self._rows is None:
            self._rows = schema.connect(Home(self._home).database)
        active = [job for job in job_table.active(self._rows) if job.scan_id is not None]
        wanted = [str(job.scan_id) for job in active]
        if not active and not self._announced:  # so that workers know early whether their numbers are the same
            self._announced = True
            threading.Thread(target=self._announce, daemon=True).start()  # it opens the model
        silence = MISSED * heartbeat()
        for line in self._database.run(lambda connection: leases.release_stalled(connection, silence)):
            _LOG.warning("Taken back: %s.", line)
        if time.monotonic() >= self._tidied + TIDY:
            self._tidied = time.monotonic()
            self._database.run(leases.forget_silent)
        sent = self._database.run(lambda connection: leases.scans(connection, self._library))
        library_home = Home(self._home)
        left = [folder.stem for folder in library_home.jobs.glob(library_home.parts("*").name)]
        for scan in dict.fromkeys([*sent, *left]):
            if scan not in wanted:
                self._forget(scan)
        self._database.run(lambda connection: _order(connection, sent, wanted))
        self._show(silence)

    def _announce(self) -> None:
        with contextlib.suppress(EmotionError), contextlib.closing(Database(self._places.database)) as database:
            identity.reader_of(ScanSettings(), self._home, database)

    def _forget(self, scan: str) -> None:
        """End the leases of a scan whose job has ended, and delete what travelled for it: its folder here goes last, so
        that what could not be deleted is tried again.
        """
        with self._guard:
            if scan in self._held:
                return
            self._forgotten.add(scan)
        try:
            self._database.run(lambda connection: leases.end(connection, scan))
            if self._removed(scan):
                shutil.rmtree(Home(self._home).parts(scan), ignore_errors=True)
        finally:
            with self._guard:
                self._forgotten.discard(scan)

    def _removed(self, scan: str) -> bool:
        """Delete what is in the exchange for a scan; False where that is to be tried again. A shared folder that is not
        mounted is an empty one: nothing was deleted there.
        """
        try:
            if self._exchange is None or not is_marked(self._database, self._exchange):
                return False
        except ClusterUnreachable:
            return False
        return all(self._exchange.remove(f"{kind}/{scan}") for kind in (RANGES, FILMS))

    def _show(self, silence: float) -> None:
        """Write down which workers there are, for pages and commands that do not reach the database."""
        workers = self._database.run(lambda connection: leases.workers(connection, max(60.0, 2 * silence)))
        alive = [each for each in workers if each["state"] in ("ready", "reading") and each["silent_for"] < silence]
        self.room = min(MOST_SCANS, max(LEAST_SCANS, SCANS_A_WORKER * len(alive)))
        write_whole(
            Home(self._home).machines, json.dumps({"workers": [dict(each) for each in workers]}, indent=1).encode()
        )


def _order(connection: Connection, sent: list[str], wanted: list[str]) -> None:
    """Ask again for what workers gave back, and give scans their places: the order of the library's table."""
    there = [scan for scan in sent if scan in wanted]
    for scan in leases.without_jobs(connection, there):
        leases.defer_missing(connection, scan)
    leases.set_priorities(connection, {scan: -SPAN * wanted.index(scan) for scan in there})
