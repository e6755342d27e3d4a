"""Scans and their processes: the starter may end, the scan's process may be killed, and the next one resumes."""

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
from emotion_core.expression.checkpoints import locate
from emotion_core.jobs import launcher, scans
from emotion_core.library import Library, job_table
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings
from tests.support import library_builder
from tests.support.films import flat, write_film
from tests.support.in_process_runner import scans_in_process
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.running_scans import Analysed, process_of, suspended_after_segment, wait_for
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("read_prepared")

SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded")
DENSE = ScanSettings(engine=QUICK, checkpoint="embedded", samples_per_second=Fraction(60))
"""Settings that sample every frame, so that a scan takes long enough to be interrupted."""
LONG = 600
"""Frames of two minutes, at five a second."""


@pytest.fixture
def library(tmp_path: Path, networks: Path) -> Library:
    library = Library.open(tmp_path / "home")
    give_networks(networks, library.home)
    return library


@pytest.fixture(scope="session")
def long_film(films: Path) -> Path:
    """Two minutes of grey: two segments, the first of which is written long before the end."""
    return write_film(films / "long.mp4", flat(90, LONG), rate=Fraction(5), keyframe_every=25, b_frames=0)


def hold_up(library: Library) -> FileLock:
    """Hold the scan lock, so that all scans of a library wait."""
    lock = FileLock(library.home / "scan.lock")
    lock.acquire()
    return lock


START = """
import sys, time
from pathlib import Path
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
library = Library.open(Path(sys.argv[1]))
settings = ScanSettings(engine=sys.argv[3], checkpoint="embedded")
print(scans.start(library, library.refer_to(Path(sys.argv[2])).id, settings), flush=True)
time.sleep(600)
"""


def test_a_scan_outlives_who_started_it(library: Library, truth_film: Path) -> None:
    """A scan completes after its starter was ended with its process group, as a closed terminal does."""
    command = [sys.executable, "-c", START, str(library.home), str(truth_film), QUICK]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True) as starter:
        assert starter.stdout is not None
        scan_id = starter.stdout.readline().strip()
        os.killpg(starter.pid, signal.SIGKILL)
    assert scans.status(library, scan_id).active
    assert wait_for(library, scan_id).state == "done"
    assert library.analysis(library.films()[0].id).scenes


def test_a_killed_scan_goes_on_by_itself(library: Library, long_film: Path, truth_film: Path) -> None:
    """A killed scan is restarted before the one that waits, and resumes from its segments. Its partial store gives no
    report, and its result equals that of an uninterrupted scan.
    """
    killed = scans.start(library, library.refer_to(long_film).id, DENSE)
    process = suspended_after_segment(library, killed)  # however long the other one takes to begin to wait
    first_segment = library.store(killed).folder / "segments" / "00000.npz"
    waiting = scans.start(library, library.refer_to(truth_film).id, SETTINGS)
    until(lambda: scans.status(library, waiting).state == "waiting")
    assert scans.status(library, waiting).step == "waiting for 1 analysis before it"
    status = scans.status(library, killed)
    assert status.state == "running"
    assert 0 < status.progress.done < LONG == status.progress.total
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
    goes_on = csv_bytes(scene_table(library.analysis(film_id)))
    library.delete_scan(killed)
    with scans_in_process():
        again = scans.start(library, film_id, DENSE)
    assert again != killed
    assert wait_for(library, again).state == "done"
    assert csv_bytes(scene_table(library.analysis(film_id))) == goes_on


def test_a_cancelled_scan_can_be_gone_on_with(library: Library, long_film: Path) -> None:
    """Cancelling a scan ends its process and keeps its segments; another scan of the film deletes them."""
    film = library.refer_to(long_film)
    scan_id = scans.start(library, film.id, DENSE)
    process = suspended_after_segment(library, scan_id)
    first_segment = library.store(scan_id).folder / "segments" / "00000.npz"
    scans.cancel(library, scan_id)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert scans.status(library, scan_id).state == "cancelled"
    assert first_segment.exists()
    other = scans.start(library, film.id, SETTINGS)
    assert [scan.id for scan in library.scans(film.id)] == [other]
    assert not library.store(scan_id).folder.exists()
    scans.cancel(library, other)


def test_a_scan_that_waits_can_be_cancelled(library: Library, truth_film: Path) -> None:
    """A waiting scan can be cancelled and started again; starting it twice gives one scan."""
    film = library.refer_to(truth_film)
    with hold_up(library):
        scan_id = scans.start(library, film.id, SETTINGS)
        until(lambda: scans.status(library, scan_id).state == "waiting")
        assert scans.start(library, film.id, SETTINGS) == scan_id
        scans.cancel(library, scan_id)
        assert scans.status(library, scan_id).state == "cancelled"
        scans.cancel(library, scan_id)
        second_id = scans.start(library, film.id, SETTINGS)
        assert second_id == scan_id
        assert scans.status(library, second_id).active
        assert [scan.id for scan in library.scans(film.id)] == [second_id]
        scans.cancel(library, second_id)
    assert library.newest_scan(film.id) is None


def test_a_scan_of_an_older_version_can_be_gone_on_with(library: Library, truth_film: Path) -> None:
    """A scan without a job, as older versions left them, has failed; it is resumed on request."""
    film = library.refer_to(truth_film)
    model = locate("embedded")
    scan = library.add_scan(film.id, SETTINGS, model.weights_hash(), model.settings_hash())
    status = scans.status(library, scan.id)
    assert (status.state, "stopped or crashed" in status.message) == ("failed", True)
    assert scans.start(library, film.id, SETTINGS) == scan.id
    assert wait_for(library, scan.id).state == "done"


def test_another_process_with_the_same_number_is_not_the_scan(library: Library, truth_film: Path) -> None:
    """Process numbers are reused: a process with another start time is not the scan and is never ended."""
    film = library.refer_to(truth_film)
    scan = library.add_scan(film.id, SETTINGS, "hash")
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
    try:
        job = library_builder.runs(library, scan, stranger.pid, psutil.Process(stranger.pid).create_time() - 100)
        assert launcher.find(library.home, replace(job, pid=stranger.pid, pid_started=0.0)) is None
        scans.delete_film(library, film.id)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_clock_put_right_makes_no_stranger_of_a_scan(library: Library, truth_film: Path) -> None:
    """A process whose start time differs by a second, after an adjustment of the clock, is still the scan."""
    film = library.refer_to(truth_film)
    scan = library.add_scan(film.id, SETTINGS, "hash")
    me = psutil.Process()
    job = replace(library_builder.runs(library, scan, me.pid, 0.0), pid=me.pid, pid_started=me.create_time() - 1)
    assert launcher.find(library.home, job) == me


def test_the_last_event_counts(library: Library, truth_film: Path) -> None:
    """The status of a scan is that of its last complete event, after any number of events and a partial line."""
    film = library.refer_to(truth_film)
    scan = library.add_scan(film.id, SETTINGS, "hash")
    me = psutil.Process()
    job = library_builder.runs(library, scan, me.pid, me.create_time())
    events = library.home / "jobs" / f"{scan.id}.events"

    def progress(frames: int) -> str:
        numbers = {"frames": frames, "frames_total": 900, "frames_per_second": 25.0, "seconds_left": 4.0}
        return json.dumps({"event": "progress", **numbers, "scenes": 3, "faces": 7}) + "\n"

    def loading(frames: int) -> str:
        """Frames are read while the model opens."""
        return json.dumps({**json.loads(progress(frames)), "step": "loading the model"}) + "\n"

    trial = '{"event": "engine", "doing": "trying the engine ipex"}\n'
    cases = [
        # what the file holds, state, step, frames
        ("", "running", "starting", 0),
        ('{"event": "waiting"}\n', "waiting", "waiting until the engines are measured", 0),
        ('{"event": "waiting"}\n{"event": "loading"}\n', "running", "loading the model", 0),
        ('{"event": "media", "media": {}}\n', "running", "loading the model", 0),
        ("".join(map(progress, range(800))), "running", "reading the film", 799),
        (loading(5), "running", "loading the model", 5),
        (loading(5) + trial, "running", "trying the engine ipex", 5),
        (loading(5) + '{"event": "model"}\n', "running", "reading the film", 5),
        (progress(5) + progress(6)[:40], "running", "reading the film", 5),
        (progress(5) + "\x00\x00\n[]\n7\n", "running", "reading the film", 5),
    ]
    for content, state, step, frames in cases:
        events.write_text(content)
        status = scans.status(library, scan.id)
        assert (status.state, status.step, status.progress.done) == (state, step, frames), content[-80:]
    assert (status.progress.total, status.scenes, status.faces, status.progress.seconds_left) == (900, 3, 7, 4.0)
    events.write_text(
        progress(5) + '{"event": "error", "kind": "DamagedFilm", "problem": "Torn.", "advice": "Glue."}\n'
    )
    assert scans.status(library, scan.id).active  # until the worker has seen to it
    with library.database() as database:
        job_table.finish(database, job, "failed", "Torn. Glue.")
    assert scans.status(library, scan.id) == scans.Status("failed", "failed", message="Torn. Glue.")


BY_HAND = ShotSettings(detector="cuts", cuts=((60, "one"), (61, "two"), (62, ""), (70, "")))


def test_frames_added_for_new_boundaries_change_nothing_else(analysed: Analysed) -> None:
    """A backfill for a new cut list fills its one-frame scenes. The report under the old settings keeps its bytes, also
    when computed again. After a cancelled backfill the analysis still opens, and the rest can be added later.
    """
    library, film, scan_id = analysed.library, analysed.film, analysed.scan_id

    def old_report() -> bytes:
        shutil.rmtree(library.home / "derived", ignore_errors=True)
        return csv_bytes(scene_table(Library(library.home).analysis(film.id)))

    before, samples = old_report(), len(library.store(scan_id).read().samples)
    with hold_up(library):
        assert scans.backfill(library, scan_id, ReportSettings(shots=BY_HAND))
        until(lambda: scans.status(library, scan_id).state == "waiting")
        assert not scans.backfill(library, scan_id, ReportSettings(shots=BY_HAND))  # one is at it
        assert old_report() == before  # and it can be read meanwhile
        scans.cancel(library, scan_id)
        assert scans.status(library, scan_id).state == "done"
        assert old_report() == before
        assert scans.backfill(library, scan_id, ReportSettings(shots=BY_HAND))
        until(lambda: scans.status(library, scan_id).state == "waiting")
    assert wait_for(library, scan_id).state == "done"
    assert len(library.store(scan_id).read().samples) > samples
    assert old_report() == before
    rows = library.analysis_of(library.scan(scan_id), ReportSettings(shots=BY_HAND)).scenes
    assert [(row.scene.frame_in, row.frames_sampled) for row in rows[1:4]] == [(60, 1), (61, 1), (62, 3)]


def test_frames_are_not_added_from_another_film(analysed: Analysed, long_film: Path) -> None:
    """If the film's file has changed since the scan, no frames are added and the report stays."""
    library, film = analysed.library, analysed.film
    before = csv_bytes(scene_table(library.analysis(film.id)))
    shutil.copy(long_film, film.path)
    with pytest.raises(LibraryError, match="has changed"):
        scans.backfill(library, analysed.scan_id, ReportSettings(shots=BY_HAND))
    assert csv_bytes(scene_table(library.analysis(film.id))) == before
    assert scans.status(library, analysed.scan_id).state == "done"
