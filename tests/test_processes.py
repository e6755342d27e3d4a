"""Scans and the processes around them: who starts one may leave, who scans may die, and the next one goes on."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import psutil
import pytest
from filelock import FileLock

from emotion_core.errors import LibraryError, ScanError
from emotion_core.expression.checkpoints.location import locate
from emotion_core.jobs import launcher, scans
from emotion_core.library import job_table
from emotion_core.library.library import Library
from emotion_core.report import csv_file, table
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests import shelf
from tests.conftest import Analysed, process_of, wait_for
from tests.films import flat, write_film
from tests.patience import until

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")
DENSE = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=Fraction(60))
"""Looks at every frame, which takes long enough to be interrupted."""
LONG = 3000
"""Frames of two minutes."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture(scope="session")
def long_film(films: Path) -> Path:
    """Two minutes of grey: two segments, the first of which is on disk long before the end."""
    return write_film(films / "long.mp4", flat(90, LONG), keyframe_every=50, b_frames=0)


def hold_up(library: Library) -> FileLock:
    """Keep every scan of a library waiting for its turn."""
    lock = FileLock(library.home / "scan.lock")
    lock.acquire()
    return lock


START = """
import sys, time
from pathlib import Path
from emotion_core.jobs import scans
from emotion_core.library.library import Library
from emotion_core.settings import ScanSettings
library = Library.open(Path(sys.argv[1]))
settings = ScanSettings(engine="torch", checkpoint="embedded")
print(scans.start(library, library.refer_to(Path(sys.argv[2])).id, settings), flush=True)
time.sleep(600)
"""


def test_a_scan_outlives_who_started_it(library: Library, truth_film: Path) -> None:
    """A scan goes on to its end after the process that started it was closed with all its group, as a terminal does."""
    command = [sys.executable, "-c", START, str(library.home), str(truth_film)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        scan_id = starter.stdout.readline().strip()
        os.killpg(starter.pid, signal.SIGKILL)
    assert scans.status(library, scan_id).active
    assert wait_for(library, scan_id).state == "done"
    assert library.analysis(library.films()[0].id).scenes


def test_a_killed_scan_goes_on_by_itself(library: Library, long_film: Path, truth_film: Path) -> None:
    """A scan killed amid a film is begun again by itself, before the one that waits, and goes on from its segments: no
    report is made of its half store, and it ends as if it had never been killed.
    """
    killed = scans.start(library, library.refer_to(long_film).id, DENSE)
    first_segment = library.store(killed).folder / "segments" / "00000.npz"
    until(first_segment.exists)
    waiting = scans.start(library, library.refer_to(truth_film).id, SETTINGS)
    until(lambda: scans.status(library, waiting).state == "waiting")
    assert scans.status(library, waiting).step == "waiting for 1 analysis before it"
    status = scans.status(library, killed)
    assert status.state == "running"
    assert 0 < status.frames < LONG == status.frames_total
    process = process_of(library, killed)
    written = first_segment.stat().st_mtime_ns
    process.kill()
    assert not library.store(killed).sealed
    with pytest.raises(ScanError, match="did not reach its end"):
        library.store(killed).read()
    with pytest.raises(LibraryError, match="has not been analysed"):
        library.analysis(library.scan(killed).film_id)
    until(lambda: not process.is_running() and process_of(library, killed) != process)
    assert scans.status(library, waiting).state == "waiting"
    assert wait_for(library, killed).state == "done"
    assert wait_for(library, waiting).state == "done"
    assert first_segment.stat().st_mtime_ns == written
    film_id = library.scan(killed).film_id
    events = (library.home / "jobs" / f"{killed}.events").read_text().splitlines()
    read = [event["frames"] for event in map(json.loads, events) if event["event"] == "progress"]
    assert min(read) > LONG // 2
    goes_on = csv_file.csv(table.table(library.analysis(film_id)))
    library.forget_scan(killed)
    again = scans.start(library, film_id, DENSE)
    assert again != killed
    assert wait_for(library, again).state == "done"
    assert csv_file.csv(table.table(library.analysis(film_id))) == goes_on


def test_a_cancelled_scan_can_be_gone_on_with(library: Library, long_film: Path) -> None:
    """Cancelling amid a film ends the process and keeps its segments; another scan of the film lets go of them."""
    film = library.refer_to(long_film)
    scan_id = scans.start(library, film.id, DENSE)
    first_segment = library.store(scan_id).folder / "segments" / "00000.npz"
    until(first_segment.exists)
    process = process_of(library, scan_id)
    scans.cancel(library, scan_id)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert scans.status(library, scan_id).state == "cancelled"
    assert first_segment.exists()
    other = scans.start(library, film.id, SETTINGS)
    assert [scan.id for scan in library.scans(film.id)] == [other]
    assert not library.store(scan_id).folder.exists()
    scans.cancel(library, other)


def test_a_scan_that_waits_can_be_cancelled(library: Library, truth_film: Path) -> None:
    """A scan that waits for its turn can be cancelled and then started anew; started twice it is one."""
    film = library.refer_to(truth_film)
    with hold_up(library):
        one = scans.start(library, film.id, SETTINGS)
        until(lambda: scans.status(library, one).state == "waiting")
        assert scans.start(library, film.id, SETTINGS) == one
        scans.cancel(library, one)
        assert scans.status(library, one).state == "cancelled"
        scans.cancel(library, one)
        two = scans.start(library, film.id, SETTINGS)
        assert two == one
        assert scans.status(library, two).active
        assert [scan.id for scan in library.scans(film.id)] == [two]
        scans.cancel(library, two)
    assert library.scan_of(film.id) is None


def test_a_scan_of_an_older_version_can_be_gone_on_with(library: Library, truth_film: Path) -> None:
    """A scan without a job, as older versions left them, was stopped: it is failed, and goes on when asked for."""
    film = library.refer_to(truth_film)
    model = locate("embedded")
    scan = library.add_scan(film.id, SETTINGS, model.weights_hash(), model.settings_hash())
    told = scans.status(library, scan.id)
    assert (told.state, "stopped or crashed" in told.message) == ("failed", True)
    assert scans.start(library, film.id, SETTINGS) == scan.id
    assert wait_for(library, scan.id).state == "done"


def test_another_process_with_the_same_number_is_not_the_scan(library: Library, truth_film: Path) -> None:
    """Process numbers come round again: a process that began at another time is not the scan, and is never ended."""
    film = library.refer_to(truth_film)
    scan = library.add_scan(film.id, SETTINGS, "hash")
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        job = shelf.runs(library, scan, stranger.pid, psutil.Process(stranger.pid).create_time() - 100)
        assert launcher.find(library.home, replace(job, pid=stranger.pid, pid_started=0.0)) is None
        scans.delete_film(library, film.id)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_clock_put_right_makes_no_stranger_of_a_scan(library: Library, truth_film: Path) -> None:
    """A process whose start is told a second otherwise, since the machine's clock was put right, is the scan still."""
    film = library.refer_to(truth_film)
    scan = library.add_scan(film.id, SETTINGS, "hash")
    me = psutil.Process()
    job = replace(shelf.runs(library, scan, me.pid, 0.0), pid=me.pid, pid_started=me.create_time() - 1)
    assert launcher.find(library.home, job) == me


def test_the_last_event_counts(library: Library, truth_film: Path) -> None:
    """How a scan goes is read from its last whole event, however many came before and however the file ends."""
    film = library.refer_to(truth_film)
    scan = library.add_scan(film.id, SETTINGS, "hash")
    me = psutil.Process()
    job = shelf.runs(library, scan, me.pid, me.create_time())
    events = library.home / "jobs" / f"{scan.id}.events"

    def progress(frames: int) -> str:
        numbers = {"frames": frames, "frames_total": 900, "frames_per_second": 25.0, "seconds_left": 4.0}
        return json.dumps({"event": "progress", **numbers, "scenes": 3, "faces": 7}) + "\n"

    told = [
        # what the file holds, state, step, frames
        ("", "running", "starting", 0),
        ('{"event": "waiting"}\n', "waiting", "waiting until the engines are measured", 0),
        ('{"event": "waiting"}\n{"event": "loading"}\n', "running", "loading the model", 0),
        ('{"event": "media", "media": {}}\n', "running", "loading the model", 0),
        ("".join(map(progress, range(800))), "running", "reading the film", 799),
        (progress(5) + progress(6)[:40], "running", "reading the film", 5),
        (progress(5) + "\x00\x00\n[]\n7\n", "running", "reading the film", 5),
    ]
    for content, state, step, frames in told:
        events.write_text(content)
        status = scans.status(library, scan.id)
        assert (status.state, status.step, status.frames) == (state, step, frames), content[-80:]
    assert (status.frames_total, status.scenes, status.faces, status.seconds_left) == (900, 3, 7, 4.0)
    events.write_text(
        progress(5) + '{"event": "error", "kind": "DamagedFilm", "problem": "Torn.", "advice": "Glue."}\n'
    )
    assert scans.status(library, scan.id).active  # until the worker has seen to it
    with library.database() as database:
        job_table.settle(database, job, "failed", "Torn. Glue.")
    assert scans.status(library, scan.id) == scans.Status("failed", "failed", message="Torn. Glue.")


BY_HAND = ShotSettings(detector="cuts", cuts=((60, "one"), (61, "two"), (62, ""), (70, "")))


def test_frames_added_for_new_boundaries_change_nothing_else(analysed: Analysed) -> None:
    """Frames added for a new cut list fill its one-frame scenes; the report under the old settings stays as it was, to
    the byte, also when made anew; cancelled in between, the analysis is still there and the rest can be added later.
    """
    library, film, scan_id = analysed.library, analysed.film, analysed.scan_id

    def old_report() -> bytes:
        shutil.rmtree(library.home / "derived", ignore_errors=True)
        return csv_file.csv(table.table(Library(library.home).analysis(film.id)))

    before, samples = old_report(), len(library.store(scan_id).read().samples)
    with hold_up(library):
        assert scans.top_up(library, scan_id, ReportSettings(shots=BY_HAND))
        until(lambda: scans.status(library, scan_id).state == "waiting")
        assert not scans.top_up(library, scan_id, ReportSettings(shots=BY_HAND))  # one is at it
        assert old_report() == before  # and it can be read meanwhile
        scans.cancel(library, scan_id)
        assert scans.status(library, scan_id).state == "done"
        assert old_report() == before
        assert scans.top_up(library, scan_id, ReportSettings(shots=BY_HAND))
        until(lambda: scans.status(library, scan_id).state == "waiting")
    assert wait_for(library, scan_id).state == "done"
    assert len(library.store(scan_id).read().samples) > samples
    assert old_report() == before
    rows = library.analysis_of(library.scan(scan_id), ReportSettings(shots=BY_HAND)).scenes
    assert [(row.scene.frame_in, row.frames_sampled) for row in rows[1:4]] == [(60, 1), (61, 1), (62, 3)]


def test_frames_are_not_added_from_another_film(analysed: Analysed, long_film: Path) -> None:
    """Where the film's file is no longer the one that was scanned, no frame of it is added and the report stays."""
    library, film = analysed.library, analysed.film
    before = csv_file.csv(table.table(library.analysis(film.id)))
    shutil.copy(long_film, film.path)
    with pytest.raises(LibraryError, match="has changed"):
        scans.top_up(library, analysed.scan_id, ReportSettings(shots=BY_HAND))
    assert csv_file.csv(table.table(library.analysis(film.id))) == before
    assert scans.status(library, analysed.scan_id).state == "done"
