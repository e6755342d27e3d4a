"""The owner of a library: films that other processes read, and their end."""

from __future__ import annotations

import json
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emotion_core.cluster import leases, owner
from emotion_core.cluster.database import Database
from emotion_core.cluster.places import MARK, Places, check_home, library_id
from emotion_core.errors import ClusterError
from emotion_core.jobs import launcher, scans
from emotion_core.jobs.worker import conclude
from emotion_core.library import Job, Library, job_table
from emotion_core.storage import Home, network_folders
from emotion_core.system import spawn
from tests.support.cluster import SETTINGS, Cluster, contents, requested
from tests.support.in_process_runner import scans_in_process

pytestmark = pytest.mark.usefixtures("read_prepared")


def in_exchange(cluster: Cluster) -> list[Path]:
    """What is in the exchange, beside the owner's mark."""
    return [path for path in Path(cluster.store).rglob("*") if path.is_file() and path.parent.name != MARK]


def test_a_worker_reads_a_film_as_this_machine_does(cluster: Cluster, truth_film: Path, database: Database) -> None:
    """A film that is cancelled while a worker reads it leaves nothing in database and exchange. Asked for again, it has
    the very files of a local analysis. Nothing of it is left in the exchange or at the worker, which SIGTERM ends.
    """
    library = cluster.library
    scan = requested(library, truth_film)
    cluster.owner()
    cluster.wait_for((Path(cluster.store) / MARK).exists)  # a worker before it ends: no library is served yet
    worker = cluster.worker(1)
    cluster.wait_for(lambda: "Reading all of film" in cluster.log("worker-1"))
    scans.cancel(library, scan)
    cluster.wait_for(lambda: any(words in cluster.log("worker-1") for words in ("no longer wanted", "too late")))
    cluster.wait_for(lambda: not in_exchange(cluster))
    assert database.run(lambda c: leases.scans(c, library_id(library.home))) == []
    assert scans.status(library, scan).state == "cancelled"
    scan = requested(library, truth_film)
    cluster.wait_for(lambda: not scans.status(library, scan).active)
    assert scans.status(library, scan).state == "done", scans.status(library, scan)
    by_worker = contents(library, scan)
    cluster.wait_for(lambda: not in_exchange(cluster))
    machines = Home(library.home).machines
    cluster.wait_for(lambda: [each["state"] for each in json.loads(machines.read_text())["workers"]] == ["ready"])
    worker.terminate()
    assert worker.wait(60) == 0
    left = [path.name for path in (cluster.folder / "machine-1/worker-1").iterdir() if path.name in ("film", "work")]
    assert left == []
    cluster.end()
    library.delete_scan(scan)
    with scans_in_process():
        again = scans.start(library, library.films()[0].id, SETTINGS)
    assert contents(library, again) == by_worker


def test_a_library_on_a_network_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite must not lie on a network folder; the message says why and what to do."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"40 22 0:40 / {tmp_path} rw - nfs4 server:/x rw\n")
    monkeypatch.setattr(network_folders, "MOUNTS", mounts)
    with pytest.raises(ClusterError, match=r"network folder \(nfs4\).*locks.*disk of this machine"):
        check_home(tmp_path / "home")


@pytest.mark.parametrize(
    ("request_of", "stays"),
    [
        ({"settings": {"people": False}}, False),
        ({"settings": {"people": True}}, True),
        ({"settings": {}, "recording": True}, True),
        ({"settings": {}, "known": [{"scan": "x"}]}, True),
        ({}, True),
    ],
)
def test_what_is_not_sent_away(tmp_path: Path, request_of: dict[str, object], stays: bool) -> None:
    """Recordings of viewers, films whose people are told apart, and those that take over faces stay on the owner."""
    job = Job(1, "a", "scan", "film", "a", 1, json.dumps(request_of), "queued", 0, None, None, "", 1, None, None)
    assert owner.stays_here(tmp_path, job) is stays


def test_the_first_films_of_the_queue_are_coordinated(tmp_path: Path) -> None:
    """Films are taken in the order asked, as many as there is room for; each kind of job has its own turn."""
    library = Library.open(tmp_path / "home")
    with library.database() as database:
        database.execute("PRAGMA foreign_keys = OFF")  # jobs alone, without films
        for number in range(3):
            job_table.enqueue(database, "scan", f"film{number}", "{}", scan_id=f"scan{number}")
        job_table.enqueue(database, "proxy", "film0", "{}")
        assert [job.id for job in job_table.front(database, "scan", 2)] == ["scan0", "scan1"]
        first = job_table.take_kind(database, "scan")
        copy = job_table.take_kind(database, "proxy")
        assert (first and first.id, copy and copy.id) == ("scan0", "proxy-film0")
        assert [job.state for job in job_table.front(database, "scan", 2)] == ["running", "queued"]
        assert job_table.take_kind(database, "proxy") is None


def test_what_could_not_be_written_is_written_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk at the begin or the end of a job loses neither its process nor its end."""
    library, child = Library.open(tmp_path / "home"), spawn([sys.executable, "-c", ""])
    failing = ["set_process", "conclude"]

    def fail_once(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def called(*words: Any) -> object:
            if name in failing:
                failing.remove(name)
                raise sqlite3.OperationalError("database or disk is full")
            return real(*words)

        return called

    with library.database() as database:
        database.execute("PRAGMA foreign_keys = OFF")  # a job alone, without its film
        job_table.enqueue(database, "scan", "film", json.dumps({"settings": {}, "name": "a"}), scan_id="scan")
        the_owner = owner._Owner(library.home, Places("postgresql://nobody/none", str(tmp_path)), database)
        monkeypatch.setattr(launcher, "coordinate", lambda *_: child)
        monkeypatch.setattr(job_table, "set_process", fail_once("set_process", job_table.set_process))
        monkeypatch.setattr(owner, "conclude", fail_once("conclude", conclude))
        for _ in range(2):
            with pytest.raises(sqlite3.OperationalError):
                the_owner._look()
            child.wait()
            the_owner._next = 0.0
        the_owner._look()
        job = job_table.find(database, "scan")
    assert job is not None
    assert job.state == "failed"  # the process wrote no result
    assert (failing, the_owner._running, the_owner._chores._held) == ([], [], set())
