"""The whole work on a film while the clock is set by a day, forward and back: in its scan, and between all steps."""

from __future__ import annotations

import time
from fractions import Fraction
from itertools import cycle, islice
from pathlib import Path

import psutil
import pytest

from emotion_core.incoming import upload_store
from emotion_core.jobs import scans
from emotion_core.library import Library, Scan, copies
from emotion_core.maintenance import check
from tests.faults.under_way import UnderWay
from tests.support import truth_film
from tests.support.clock_shift import DAY, Machine
from tests.support.films import write_film
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.running_scans import process_of, suspended_after_segment
from tests.support.waiting import until

CLOCKS = [
    # seconds by which the clock is off at first, from the middle of the scan on, and after it
    (0.0, DAY, -DAY),
    (DAY, -DAY, 0.0),
]
ANALYZE = ("-m", "emotion_core", "analyze")
SCENES = ("-m", "emotion_core", "scenes")
UPLOAD = """
import sys
from emotion_core.storage import home
from emotion_core.ingest.uploads import Uploads
uploads = Uploads(home())
upload = uploads.announce("sent.mp4", 8).id
with uploads.open(upload, 0) as writer:
    writer.append(b"half")
print(upload)
"""
SWEEP = """
from emotion_core.storage import home
from emotion_core.library import Library
from emotion_core.ingest.uploads import Uploads
Library.open()
uploads = Uploads(home())
uploads.sweep()
uploads.finish_pending()
"""
CANCEL = """
import sys
from emotion_core.jobs import scans
from emotion_core.library import Library
scans.cancel(Library.open(), sys.argv[1])
"""


@pytest.fixture(scope="module")
def film(films: Path) -> Path:
    """Two minutes of the truth film, over and over: two segments."""
    pictures = islice(cycle(list(truth_film.pictures())), 2 * 60 * 4)
    return write_film(films / "clock.mp4", pictures, rate=Fraction(4), keyframe_every=40)


def without_worker(home: Path) -> None:
    """Kill the worker alone; a process that waits for its work starts another."""
    worker = UnderWay(Library.open(home)).worker()
    assert worker is not None
    worker.kill()
    psutil.wait_procs([worker], timeout=30)


def worked(folder: Path, networks: Path, film: Path, first: float, then: float, after: float) -> dict[str, bytes]:
    """A film analysed, corrected, taken back, sent and cancelled under these clocks; the reports on the way."""
    folder.mkdir()
    machine = Machine(folder)
    machine.set(first)
    home, library = machine.home, Library.open(machine.home)
    give_networks(networks, home)
    reports = {name: folder / f"{name}.csv" for name in ("analysed", "corrected", "undone", "redone")}
    upload = machine.run("-c", UPLOAD).strip()
    settings = ("--checkpoint", "embedded", "--engine", QUICK, "--samples-per-second", "1")
    analyze = machine.begin(*ANALYZE, str(film), *settings, "--csv", str(reports["analysed"]))
    scan = until(lambda: next(iter(UnderWay(library).scans()), None) or analyze.poll())
    assert isinstance(scan, Scan), analyze.communicate()
    segment = library.store(scan.id).folder / "segments" / "00000.npz"
    process, written = suspended_after_segment(library, scan.id), segment.stat().st_ino
    without_worker(home)
    machine.set(then)
    process.resume()
    processes = set()
    while analyze.poll() is None:
        with library.database() as database:
            processes |= {row[0] for row in database.execute("SELECT pid FROM jobs")}
        time.sleep(0.02)
    output = analyze.communicate()
    assert analyze.returncode == 0, output
    assert processes - {None} == {process.pid}, processes  # no other was begun
    assert segment.stat().st_ino == written
    machine.set(after)
    machine.run("-c", SWEEP)
    assert upload_store.read(home, upload).offset == 4
    machine.run(*SCENES, str(film), "--rename", "1=Car", "--csv", str(reports["corrected"]))
    machine.set(first)
    machine.run(*SCENES, str(film), "--undo", "--csv", str(reports["undone"]))
    machine.set(then)
    machine.run(*SCENES, str(film), "--redo", "--csv", str(reports["redone"]))
    backups = copies.all_copies(home)
    assert 1 <= len(backups) <= copies.MAX_COPIES
    assert backups[0].counts == (1, 1)
    assert upload_store.read(home, upload).offset == 4
    # Another analysis, cancelled after its worker died and the clock was set.
    again = machine.begin(*ANALYZE, str(film), *settings[:-1], "4")
    other = until(lambda: next(iter({listed_scan.id for listed_scan in library.scans(scan.film_id)} - {scan.id}), ""))
    process = process_of(library, other)
    machine.set(after)
    machine.run("-c", CANCEL, other)
    again.communicate()
    assert not process.is_running()
    assert scans.status(library, other).state == "cancelled"
    assert library.newest_scan(scan.film_id) == scan
    assert check.find(library) == []
    return {name: file.read_bytes() for name, file in reports.items()}


def test_a_clock_that_is_set_changes_nothing(film: Path, networks: Path, tmp_path: Path) -> None:
    """With the clock set by a day in the middle of the scan and between all steps every report is the same, the scan's
    process is found again and ended where that is wanted, half an upload stays, and copies of the database are kept.
    """
    steady, shifted = (worked(tmp_path / str(number), networks, film, *clock) for number, clock in enumerate(CLOCKS))
    assert steady["corrected"] == steady["redone"] != steady["analysed"] == steady["undone"]
    assert steady == shifted
