"""`python -m tests.benchmarks.cluster_faults --moments 25`: faults at drawn moments while two workers read a film.

A film is analysed by this machine once. Then it is analysed by an owner and two workers again and again; each time,
once a drawn share of its ranges was reported and a drawn time later, one fault happens: a process is killed (worker,
owner, coordinator, the processes that plan, read and join, fork servers, the database), hangs, is drained, is cut off
from the network, works beside a wrong clock or on a full disk, an object in the exchange is damaged, or all of it is
away. Told are the seconds that each took and how often ranges were leased; it fails where the report is another one or
something is left over. Needs root, a network namespace and PostgreSQL.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Annotated

import psutil
import typer

from emotion_core.cluster.database import Database
from emotion_core.cluster.places import MARK, RANGE_SECONDS
from emotion_core.jobs import scans
from emotion_core.jobs.spares import FORKS
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from tests.support import postgres
from tests.support.cluster import BEAT, SETTINGS, Cluster, cluster_of, requested
from tests.support.films import write_film
from tests.support.guests import Guest, guests
from tests.support.in_process_runner import scans_in_process
from tests.support.ranged import talking

SECONDS = 40
"""Length of the film, at 25 frames a second; a range lasts 4."""
PARTITION = 30.0
RANGES = 10
LATER = 1.5
"""Most seconds from the report of a range to the fault."""
LONGEST = 600.0
"""Seconds after which an analysis has hung."""
CLOCK = "import time; _real = time.time; time.time = lambda: _real() + 600\n"


class Trial:
    """The cluster, its workers and what happened."""

    def __init__(self, cluster: Cluster, server: postgres.Server, guest: Guest, folder: Path) -> None:
        self.cluster, self.server, self.guest, self.folder = cluster, server, guest, folder
        self.database = Database(cluster.database)
        self.owner: subprocess.Popen[bytes] | None = None
        self.workers: dict[int, subprocess.Popen[bytes]] = {}
        self.later = 0.0
        """Drawn seconds from a state of the analysis to the fault."""

    def ensure(self) -> None:
        """Start what does not run."""
        if self.owner is None or self.owner.poll() is not None:
            self.owner = self.cluster.owner()
        self.cluster.wait_for(self._is_served, LONGEST)
        for number in (1, 2):
            if number not in self.workers or self.workers[number].poll() is not None:
                self.start_worker(number)

    def _is_served(self) -> bool:
        """Whether the owner has made its tables and its mark: before that a worker ends."""
        with contextlib.suppress(Exception):
            self.database.check()
            return (Path(self.cluster.store) / MARK).exists()
        return False

    def start_worker(self, number: int, **variables: str) -> None:
        """The second worker is behind a cable of its own."""
        guest = self.guest if number == 2 else None
        self.workers[number] = self.cluster.worker(number, prefix=(), guest=guest, **variables)

    def processes(self, word: str) -> list[psutil.Process]:
        """Processes of this trial whose command has a word; fork servers are none, which read no film."""
        return [process for process, words in self._all(word) if FORKS not in words]

    def servers(self) -> list[psutil.Process]:
        """Its fork servers."""
        return [process for process, words in self._all(FORKS) if FORKS in words]

    def _all(self, word: str) -> Iterator[tuple[psutil.Process, list[str]]]:
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                words = process.cmdline()
                if any(word in each for each in words) and any(str(self.folder) in each for each in words):
                    yield process, words

    def kill(self, word: str) -> bool:
        """Kill a process whose command has a word, if there is one."""
        for process in self.processes(word)[:1]:
            with contextlib.suppress(psutil.Error):
                process.kill()
                return True
        return False

    # Faults: each returns what happened in words.

    def worker_killed(self) -> str:
        self.workers[1].kill()
        self.workers[1].wait()
        return "kill -9 of a worker"

    def owner_killed(self) -> str:
        assert self.owner is not None
        self.owner.kill()
        self.owner.wait()
        self.owner = self.cluster.owner()
        return "kill -9 of the owner"

    def coordinator_killed(self) -> str:
        return f"kill -9 of the coordinator{'' if self.kill('cluster.coordinator') else ' (none there)'}"

    def reader_killed(self) -> str:
        there = [each for each in self.processes("processes.scan_range") if "ranges.request" in each.cmdline()[-1]]
        for process in there[:1]:
            process.kill()
        return f"kill -9 of the process that reads{'' if there else ' (none there)'}"

    def fork_server_killed(self) -> str:
        """What it has forked lives on."""
        servers = self.servers()
        if servers:
            random.choice(servers).kill()
        return f"kill -9 of a fork server{'' if servers else ' (none there)'}"

    def plan_killed(self) -> str:
        return f"kill -9 of the process that plans{self._killed_once_there('plan.request', 0.0)}"

    def join_killed(self) -> str:
        return f"kill -9 of the process that joins{self._killed_once_there('join.request', self.later)}"

    def _killed_once_there(self, request: str, seconds: float) -> str:
        """Wait for a process of the owner, and kill it some seconds later. What is to be said where there was none."""
        end = time.monotonic() + LONGEST / 6
        while time.monotonic() < end:
            for process in self.processes("processes.scan_range"):
                with contextlib.suppress(psutil.Error):
                    if request in process.cmdline()[-1]:
                        time.sleep(seconds)
                        process.kill()
                        return ""
            time.sleep(0.02)
        return " (none there)"

    def database_killed(self) -> str:
        self.server.kill()
        time.sleep(5)
        self.server.start()
        return "kill -9 of the database, started again after 5 s"

    def worker_hangs(self) -> str:
        """Long enough that its range is given to the other, and its result comes late."""
        self.workers[1].send_signal(signal.SIGSTOP)
        time.sleep(5 * BEAT)
        self.workers[1].send_signal(signal.SIGCONT)
        return f"a worker hangs for {5 * BEAT:.0f} s, and comes late"

    def worker_drained(self) -> str:
        self.workers[1].terminate()
        return "SIGTERM to a worker"

    def partition(self) -> str:
        self.guest.plug("down")
        time.sleep(PARTITION)
        self.guest.plug("up")
        return f"a worker's network is down for {PARTITION:.0f} s"

    def wrong_clock(self) -> str:
        """From here on, for this moment's analysis."""
        (self.folder / "clock").mkdir(exist_ok=True)
        (self.folder / "clock" / "sitecustomize.py").write_text(CLOCK)
        self.workers[1].kill()
        self.workers[1].wait()
        self.start_worker(1, PYTHONPATH=str(self.folder / "clock"))
        return "a worker's clock is 10 minutes ahead"

    def full_disk(self) -> str:
        """A disk of a few kilobytes in place of the worker's folder for films, for a while."""
        place = self.cluster.folder / "machine-1" / "worker-1" / "film"
        place.mkdir(exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(place)], check=True)
        time.sleep(8)
        subprocess.run(["umount", "-l", str(place)], check=True)
        return "a worker's disk is full for 8 s"

    def object_lost(self) -> str:
        """A range's archive, else a part of the film, is damaged in the exchange."""
        objects = sorted(path for path in Path(self.cluster.store).rglob("*/*/*") if path.is_file())
        for path in objects[-1:]:
            with contextlib.suppress(FileNotFoundError):
                path.write_bytes(b"x" * path.stat().st_size)
        return f"an object in the exchange is damaged{'' if objects else ' (none there)'}"

    def exchange_away(self) -> str:
        """An empty folder to which nobody may write is mounted in its place; the database is there."""
        subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=16k", "tmpfs", self.cluster.store], check=True)
        time.sleep(PARTITION)
        subprocess.run(["umount", "-l", self.cluster.store], check=True)
        return f"the exchange is away for {PARTITION:.0f} s"

    @property
    def faults(self) -> list[Callable[[], str]]:
        return [
            self.worker_killed, self.owner_killed, self.coordinator_killed, self.reader_killed, self.join_killed,
            self.database_killed, self.worker_hangs, self.worker_drained, self.partition, self.wrong_clock,
            self.full_disk, self.object_lost, self.exchange_away, self.plan_killed, self.fork_server_killed,
        ]  # fmt: skip


def _analyse(trial: Trial, film: Path, fault: Callable[[], str] | None, at: float) -> tuple[float, str, int]:
    """Analyse the film while a fault happens at a share of it: seconds, what happened, how often ranges were leased."""
    library = trial.cluster.library
    begin = time.monotonic()
    scan = requested(library, film, SETTINGS)
    happened: list[str] = []

    def strike() -> None:
        assert fault is not None
        database = Database(trial.cluster.database)
        query = "SELECT count(*) FROM ranges WHERE result IS NOT NULL"
        reported = 0
        trial.later = at * 7919 % LATER
        if fault not in (trial.plan_killed, trial.join_killed):  # which wait for their process
            while reported < int(at * RANGES) and not library.store(scan).sealed:
                with contextlib.suppress(Exception):
                    reported = database.run(lambda c: c.execute(query).fetchall())[0][0]
                time.sleep(0.05)
            time.sleep(trial.later)
        happened.append(fault())

    striking = threading.Thread(target=strike)
    if fault is not None:
        striking.start()
    starts = 0
    while scans.status(library, scan).active:
        assert time.monotonic() - begin < LONGEST, (scans.status(library, scan), trial.cluster.log("owner")[-3000:])
        with contextlib.suppress(Exception):
            ((count,),) = trial.database.run(
                lambda c: c.execute("SELECT coalesce(sum(starts), 0) FROM ranges").fetchall()
            )
            starts = max(starts, int(count))
        time.sleep(0.2)
    took = time.monotonic() - begin
    if fault is not None:
        striking.join()
    status = scans.status(library, scan)
    assert status.state == "done", (status, happened)
    report = csv_bytes(scene_table(library.analysis(library.films()[0].id)))
    truth = trial.folder / "truth.csv"
    assert report == truth.read_bytes(), ("the report is another one", happened)
    library.delete_scan(scan)
    _assert_nothing_left(trial)
    return took, "".join(happened), starts


def _assert_nothing_left(trial: Trial) -> None:
    """Nothing is left in the database and in the exchange soon after an analysis."""
    trial.ensure()
    end = time.monotonic() + 90
    while True:
        rows: object = "the database is away"
        with contextlib.suppress(Exception):
            rows = trial.database.run(
                lambda c: c.execute(
                    "SELECT (SELECT count(*) FROM ranges) + (SELECT count(*) FROM procrastinate_jobs)"
                ).fetchall()
            )
        files = [path for path in Path(trial.cluster.store).rglob("*/*/*") if path.is_file()]
        if rows == [(0,)] and not files:
            return
        assert time.monotonic() < end, (rows, files)
        time.sleep(0.3)


def main(
    moments: Annotated[int, typer.Option(help="How many faults.")] = 25,
    seed: Annotated[int, typer.Option(help="Draws the moments.")] = 21,
    only: Annotated[list[str] | None, typer.Option(help="Names of faults, as fork_server_killed; else all.")] = None,
) -> None:
    """Faults at drawn moments."""
    drawn = random.Random(seed)
    os.environ[RANGE_SECONDS] = "4"
    with (
        tempfile.TemporaryDirectory(prefix="cluster-faults") as name,
        guests(1, first=3) as (guest,),
        postgres.server(guest.host) as server,
    ):
        folder = Path(name)
        film = write_film(folder / "film.mp4", talking(25 * SECONDS), rate=Fraction(25), keyframe_every=25)
        library = Library.open(folder / "home")
        with scans_in_process():
            scan = scans.start(library, library.refer_to(film).id, SETTINGS)
        (folder / "truth.csv").write_bytes(csv_bytes(scene_table(library.analysis(library.films()[0].id))))
        library.delete_scan(scan)
        for number in (1, 2):
            shutil.copytree(library.home / "networks", folder / f"cluster/machine-{number}/worker-1/networks")
        with cluster_of(library, server.create("faults"), str(folder / "exchange"), folder / "cluster") as cluster:
            trial = Trial(cluster, server, guest, folder)
            trial.ensure()
            _analyse(trial, film, None, 0)
            usual, _, _ = _analyse(trial, film, None, 0)
            print(f"without a fault: {usual:.1f} s, {RANGES} ranges", flush=True)
            faults: list[Callable[[], str]] = []
            for number in range(1, moments + 1):
                chosen = [fault for fault in trial.faults if not only or fault.__name__ in only]
                faults = faults or drawn.sample(chosen, len(chosen))
                trial.ensure()
                at = drawn.uniform(0, 1.1)
                took, what, starts = _analyse(trial, film, faults.pop(), at)
                print(f"{number:2}. at {at:4.0%}: {what}: {took:5.1f} s, {starts} leases, same report", flush=True)


if __name__ == "__main__":
    typer.run(main)
