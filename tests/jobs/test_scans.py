"""Scans as jobs: progress, results, failures, and no partial files."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import psutil
import pytest

from emotion_core.audience import faces_of_scan
from emotion_core.errors import CheckpointError
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, Role
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings, ScanSettings
from emotion_core.storage import Home
from tests.support import checkpoints
from tests.support.damaged_files import cut_short
from tests.support.films import texture, write_film
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT
from tests.support.running_scans import Analysed, process_of, wait_for
from tests.support.truth_film import SHOTS

pytestmark = pytest.mark.usefixtures("read_prepared")

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")
"""Those of the analysed film."""
IN_PROCESSES = ScanSettings(engine=QUICK, checkpoint="embedded")
"""Of scans in processes of their own."""


@pytest.fixture
def library(tmp_path: Path, networks: Path) -> Library:
    library = Library.open(tmp_path / "empty home")
    give_networks(networks, library.home)
    return library


@pytest.fixture(scope="module")
def short_film(films: Path) -> Path:
    """A film of two scenes, 1.5 seconds long."""
    return write_film(films / "short.mp4", [*texture(1, 20), *texture(2, 20)])


def added(library: Library, path: Path, role: Role = "film") -> Film:
    with path.open("rb") as file:
        return library.add_film(file, path.name, role)


def started(library: Library, film: Film) -> tuple[str, psutil.Process]:
    """Start a scan; return it with its process."""
    scan_id = scans.start(library, film.id, IN_PROCESSES)
    process = process_of(library, scan_id)
    while scans.status(library, scan_id).step == "starting":
        time.sleep(0.02)
    return scan_id, process


def files_of(library: Library, scan_id: str) -> list[Path]:
    """Files of a scan's observations."""
    return [*(library.home / "scans" / scan_id).rglob("*")]


def files_of_analyses(library: Library, scan_id: str) -> dict[str, int]:
    """When each stored analysis of a scan was written, by name."""
    return {file.name: file.stat().st_mtime_ns for file in Home(library.home).analyses(scan_id).iterdir()}


def test_progress_is_told_and_ends_in_done(library: Library, truth_film: Path) -> None:
    """Progress never decreases and counts frames, scenes and faces; the scan opens no connection. Of a recording its
    process keeps the viewers' faces too.
    """
    film = added(library, truth_film, "recording")
    scan_id, process = started(library, film)
    statuses, others = [], set()
    while (status := scans.status(library, scan_id)).active:
        statuses.append(status)
        with contextlib.suppress(psutil.NoSuchProcess):
            others |= {c.raddr for c in process.net_connections(kind="inet") if c.raddr}
        time.sleep(0.02)
    assert others == set()
    assert status.state == "done"
    assert [s.progress.done for s in statuses] == sorted(s.progress.done for s in statuses)
    events = [json.loads(line) for line in (library.home / "jobs" / f"{scan_id}.events").read_text().splitlines()]
    last = [event for event in events if event["event"] == "progress"][-1]
    assert events[-1]["event"] == "done"
    assert (last["frames"], last["frames_total"], last["scenes"]) == (209, 209, 6)
    assert last["faces"] > 10
    assert last["seconds_left"] == 0
    assert last["frames_per_second"] > 0
    kept = files_of_analyses(library, scan_id)
    library.analysis(film.id)
    faces_of_scan(Home(library.home).analyses(scan_id), library.store(scan_id), library.report_settings(film.id))
    # By the scan's own process: who opens the film reads them, and makes no other.
    assert {name.rpartition(".")[2] for name in kept} == {"json", "npz"}
    assert files_of_analyses(library, scan_id) == kept


def test_the_same_bytes_are_known(analysed: Analysed, truth_film: Path, tmp_path: Path) -> None:
    """The same bytes under another name are the existing film; its analysis opens at once, without a new scan."""
    copy = tmp_path / "Another name.mov"
    shutil.copy(truth_film, copy)
    library = analysed.library
    again = added(library, copy)
    assert again.was_present
    assert again.id == analysed.film.id
    assert scans.start(library, again.id, SETTINGS) == analysed.scan_id
    start = time.monotonic()
    assert len(library.analysis(again.id).scenes) == 8
    assert time.monotonic() - start < 1
    assert len(library.films()) == 1


@pytest.mark.usefixtures("in_process")
def test_other_scan_settings_make_another_scan(analysed: Analysed) -> None:
    """A finer sampling makes another scan with more samples; the first scan stays."""
    library, film = analysed.library, analysed.film
    finer = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=SETTINGS.samples_per_second * 2)
    scan_id = scans.start(library, film.id, finer)
    assert scan_id != analysed.scan_id
    assert wait_for(library, scan_id).state == "done"
    stored = [library.store(scan).read() for scan in (analysed.scan_id, scan_id)]
    grid = [[s.frame for s in observations.samples if not s.filled] for observations in stored]
    assert len(grid[1]) == 34
    assert set(grid[0]) < set(grid[1])


@pytest.mark.usefixtures("in_process")
def test_a_checkpoint_with_other_settings_makes_another_scan(
    library: Library, short_film: Path, tmp_path: Path
) -> None:
    """Another image processor of the same weights makes another scan; with the old one restored the first is shown."""
    film, folder = added(library, short_film), checkpoints.vit(tmp_path / "faces", ("happy", "sad"))
    settings = ScanSettings(engine="torch", checkpoint=str(folder))
    processor = folder / "preprocessor_config.json"
    before = processor.read_text()
    first = scans.start(library, film.id, settings)
    assert wait_for(library, first).state == "done"
    processor.write_text(json.dumps(json.loads(before) | {"image_mean": [0.1, 0.1, 0.1]}))
    second = scans.start(library, film.id, settings)
    assert second != first
    assert wait_for(library, second).state == "done"
    old, new = (library.store(scan).read() for scan in (first, second))
    assert old.checkpoint.hash == new.checkpoint.hash
    assert old.checkpoint.settings != new.checkpoint.settings
    processor.write_text(before)
    assert scans.start(library, film.id, settings) == first
    newest = library.newest_scan(film.id)
    assert newest is not None
    assert newest.id == first  # the one that was asked for last


@pytest.mark.usefixtures("in_process")
def test_a_scan_is_the_same_twice_and_is_filled_up(analysed: Analysed, library: Library, truth_film: Path) -> None:
    """A scan without the cut list, backfilled for it later, gives the same CSV as a scan with it."""
    film = added(library, truth_film)
    scan_id = scans.start(library, film.id, SETTINGS)
    assert wait_for(library, scan_id).state == "done"
    assert scans.backfill(library, scan_id, ReportSettings(shots=SHOTS))
    assert wait_for(library, scan_id).state == "done"
    assert not scans.backfill(library, scan_id, ReportSettings(shots=SHOTS))
    settings = ReportSettings(shots=SHOTS)
    scanned = analysed.library.analysis_of(analysed.library.scan(analysed.scan_id), settings)
    filled = library.analysis_of(library.scan(scan_id), settings)
    assert csv_bytes(scene_table(filled)) == csv_bytes(scene_table(scanned))


@pytest.mark.usefixtures("in_process")
def test_a_damaged_film_has_a_report_that_says_so(library: Library, tmp_path: Path) -> None:
    """A truncated film is analysed up to its end, once, and its report says so; the complete copy is another film."""
    path = cut_short(tmp_path / "a.mp4")
    film = added(library, path)
    scan_id = scans.start(library, film.id, SETTINGS)
    assert wait_for(library, scan_id).state == "done"
    analysis = library.analysis(film.id)
    assert analysis.notes[0].startswith("Damaged: only the first 1.")
    assert " of 2.4 s could be read" in analysis.notes[0]
    assert scans.start(library, film.id, SETTINGS) == scan_id
    assert added(library, path.with_name("whole.mp4")).id != film.id


def test_deleting_a_film_ends_its_scan_and_removes_all(library: Library, short_film: Path) -> None:
    """Deleting a film cancels its active scan and removes the files of both; compiled networks stay."""
    networks = {path.name for path in Home(library.home).networks.rglob("*") if path.is_file()}
    film = added(library, short_film)
    _, process = started(library, film)
    scans.delete_film(library, film.id)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert library.films() == []
    remaining = {path.name for path in library.home.rglob("*") if path.is_file()}
    assert remaining - networks <= {"library.sqlite", "scan.lock", "worker.lock", "worker.log", "worker.json"}


def test_an_unknown_checkpoint_starts_no_scan(library: Library, short_film: Path) -> None:
    """A missing checkpoint is refused before a process is started."""
    film = added(library, short_film)
    with pytest.raises(CheckpointError, match="nobody/nothing"):
        scans.start(library, film.id, ScanSettings(checkpoint="nobody/nothing"))
    assert library.scans(film.id) == []


FULL = """
import resource, sys
from fractions import Fraction
from pathlib import Path
from emotion_core.jobs import scans, worker, supervisor
from emotion_core.library import Library
from emotion_core.settings import ScanSettings
from tests.support.quick_engine import QUICK
library = Library.open(Path(sys.argv[1]))
film = library.refer_to(Path(sys.argv[2]))
supervisor.COMMAND = [sys.executable, "-c", ""]
settings = ScanSettings(engine=QUICK, checkpoint="embedded", samples_per_second=Fraction(6))  # more than the database
scan_id = scans.start(library, film.id, settings)
resource.setrlimit(resource.RLIMIT_FSIZE, (250_000, resource.RLIM_INFINITY))
worker.main(library.home, 0.0)  # with this limit, and no longer than it holds
print(scan_id, scans.status(library, scan_id))
"""


def test_a_scan_that_cannot_write_leaves_nothing_half_written(library: Library, truth_film: Path) -> None:
    """On a full disk a scan fails with one message and leaves no partial file; with free space the next succeeds."""
    command = [sys.executable, "-c", FULL, str(library.home), str(truth_film)]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert result.returncode == 0, result.stderr
    scan_id, output = result.stdout.split(" ", 1)
    assert "state='failed'" in output
    assert "could not be written" in output
    assert [path.name for path in files_of(library, scan_id) if path.is_file()] == ["scan.json"]
    film_id = library.films()[0].id
    assert scans.start(library, film_id, replace(IN_PROCESSES, samples_per_second=Fraction(6))) == scan_id
    assert wait_for(library, scan_id).state == "done"
    assert library.analysis(film_id).scenes


def test_an_upload_that_does_not_fit_leaves_nothing(library: Library, truth_film: Path) -> None:
    """A film too large for the disk is refused with one message, and no part of it stays."""
    code = (
        "import resource, sys; from pathlib import Path; from emotion_core.library.library import Library\n"
        "from emotion_core.errors import LibraryError\n"
        "library = Library.open(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))\n"
        "try: library.add_film(open(sys.argv[2], 'rb'), 'film.mp4')\n"
        "except LibraryError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(library.home), str(truth_film)]
    result = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "could not be written" in result.stdout
    assert library.films() == []
    assert not any((library.home / "incoming").iterdir())
