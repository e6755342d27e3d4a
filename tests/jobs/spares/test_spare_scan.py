"""The spare process of a worker: it does the next scan, is found as a scan's process is, and nobody misses it."""

from __future__ import annotations

import contextlib
import hashlib
import signal
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import psutil
import pytest

from emotion_core.jobs import launcher, scans, supervisor
from emotion_core.jobs.spares import SPARE, SpareScan, handover, spare_scan
from emotion_core.library import Job, Library, job_table
from emotion_core.settings import ScanSettings
from tests.support.films import flat, write_film
from tests.support.in_process_runner import scans_in_process
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.running_scans import process_of, wait_for
from tests.support.waiting import until

pytestmark = [
    pytest.mark.skipif(sys.platform != "linux", reason="there are no spare processes"),
    pytest.mark.usefixtures("read_prepared"),
]

JOB = Job(
    number=1, id="a", kind="scan", film_id="a", scan_id="a", priority=1, request='{"film": "/a"}', state="running",
    attempts=1, pid=None, pid_started=None, message="", at_once=1, began_at=None, ended_at=None,
)  # fmt: skip
SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded")


@pytest.fixture
def library(tmp_path: Path, networks: Path) -> Library:
    library = Library.open(tmp_path / "home")
    give_networks(networks, library.home)
    return library


@pytest.fixture
def spare(library: Library) -> Iterator[SpareScan]:
    with contextlib.closing(SpareScan(library.home)) as spare:
        spare.start()
        yield spare


def spares(library: Library) -> list[psutil.Process]:
    """The spare processes of a library, also those that do a scan by now."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        words = process.info["cmdline"] or []
        if SPARE in words and words[-1].startswith(str(library.home)):
            found.append(process)
    return found


def job_of(library: Library, scan_id: str) -> Job:
    with library.database() as database:
        job = job_table.find(database, scan_id)
    assert job is not None
    return job


def hashes(library: Library, scan_id: str) -> dict[str, str]:
    folder = library.store(scan_id).folder / "segments"
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}


def test_a_spare_process_does_the_next_scan(library: Library, truth_film: Path) -> None:
    """It is found by what it does from any process, and stores what any other process stores. A worker that lives gets
    ready for a further film, for one scan each.
    """
    supervisor.prepare_worker(library.home)
    (spare,) = until(lambda: spares(library))
    scan_id = scans.start(library, library.refer_to(truth_film).id, SETTINGS)
    assert process_of(library, scan_id) == spare
    job = job_of(library, scan_id)
    assert launcher.find(library.home, job) == spare
    assert launcher.find(library.home, replace(job, pid=None)) == spare  # its worker was killed before it noted it
    assert wait_for(library, scan_id).state == "done"
    stored = hashes(library, scan_id)
    assert until(lambda: not spares(library))
    library.delete_film(library.films()[0].id)
    with scans_in_process():
        again = scans.start(library, library.refer_to(truth_film).id, SETTINGS)
    wait_for(library, again)  # the worker may have been faster than this process
    assert hashes(library, again) == stored
    supervisor.prepare_worker(library.home)
    (other,) = until(lambda: spares(library))
    assert other != spare


def test_cancelling_ends_a_process_that_was_spare(library: Library, tmp_path: Path) -> None:
    """As that of any scan; the next scan goes on from there in another process."""
    film = write_film(tmp_path / "long.mp4", flat(90, 750), rate=Fraction(10), keyframe_every=50, b_frames=0)
    supervisor.prepare_worker(library.home)
    (spare,) = until(lambda: spares(library))
    scan_id = scans.start(library, library.refer_to(film).id, SETTINGS)
    assert process_of(library, scan_id) == spare
    scans.cancel(library, scan_id)
    assert not spare.is_running() or spare.status() == psutil.STATUS_ZOMBIE
    assert scans.start(library, library.films()[0].id, SETTINGS) == scan_id
    assert wait_for(library, scan_id).state == "done"


def test_a_dead_spare_process_is_replaced(library: Library, spare: SpareScan) -> None:
    """One that dies before it gets its request: another process is started, under the request's own name."""
    (process,) = spares(library)
    for is_noticed in (False, True):
        process.kill()
        if is_noticed:
            until(lambda: not spare.is_ready)
        with launcher.begin(library.home, JOB, spare=spare) as child:
            assert str(launcher.request_of(library.home, JOB)) in str(child.args)
        assert not spare.is_ready
        spare.start()
        (process,) = spares(library)


def test_a_process_cancelled_before_it_accepts_is_not_replaced(
    library: Library, spare: SpareScan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever cancels the job finds it by its request: another process would begin a scan that was cancelled."""

    def cancelled_meanwhile(*_: object) -> bool:
        found = launcher.find(library.home, replace(JOB, state="cancelled"))
        assert found is not None
        found.terminate()
        return False

    monkeypatch.setattr(handover, "send", cancelled_meanwhile)
    with launcher.begin(library.home, JOB, spare=spare) as child:
        assert f"'{SPARE}'" in str(child.args)
        assert child.wait() == -signal.SIGTERM


def test_a_spare_process_ends(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its worker, and after some time in which no scan came."""
    with contextlib.closing(SpareScan(library.home)) as spare:
        spare.start()
        spare.start()
        (process,) = spares(library)
        spare.end_unused()
        assert spare.is_ready
        monkeypatch.setattr(spare_scan, "KEEP", 0.0)
        spare.end_unused()
        assert not process.is_running()
        spare.start()
        (process,) = spares(library)
        assert spare._control is not None
        spare._control.close()  # as its worker's end does
        until(lambda: process.status() == psutil.STATUS_ZOMBIE)
