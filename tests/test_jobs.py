"""Scans as work of their own process: how they go, end, fail, and leave nothing half-done."""

from __future__ import annotations

import contextlib
import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from emotion_core.errors import CheckpointError
from emotion_core.jobs import scans
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.report import csv_file, table
from emotion_core.settings import ReportSettings, ScanSettings
from tests import checkpoints
from tests.broken import cut_short
from tests.conftest import Analysed, process_of, wait_for
from tests.films import texture, write_film
from tests.truth_film import SHOTS

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "empty home")


@pytest.fixture(scope="module")
def short_film(films: Path) -> Path:
    """A film of two scenes and a second and a half."""
    return write_film(films / "short.mp4", [*texture(1, 20), *texture(2, 20)])


def added(library: Library, path: Path) -> Film:
    with path.open("rb") as file:
        return library.add_film(file, path.name)


def started(library: Library, film: Film) -> tuple[str, psutil.Process]:
    """A scan that is under way and its process."""
    scan_id = scans.start(library, film.id, SETTINGS)
    process = process_of(library, scan_id)
    while scans.status(library, scan_id).step == "starting":
        time.sleep(0.02)
    return scan_id, process


def left(library: Library, scan_id: str) -> list[Path]:
    """What lies on disk of a scan's observations."""
    return [*(library.home / "scans" / scan_id).rglob("*")]


def test_progress_is_told_and_ends_in_done(library: Library, truth_film: Path) -> None:
    """A scan says how far it is, never going back, counts frames, scenes and faces, and speaks to no other machine."""
    film = added(library, truth_film)
    scan_id, process = started(library, film)
    seen, others = [], set()
    while (status := scans.status(library, scan_id)).active:
        seen.append(status)
        with contextlib.suppress(psutil.NoSuchProcess):
            others |= {c.raddr for c in process.net_connections(kind="inet") if c.raddr}
        time.sleep(0.02)
    assert others == set()
    assert status.state == "done"
    assert [s.frames for s in seen] == sorted(s.frames for s in seen)
    events = [json.loads(line) for line in (library.home / "jobs" / f"{scan_id}.events").read_text().splitlines()]
    last = [event for event in events if event["event"] == "progress"][-1]
    assert events[-1]["event"] == "done"
    assert (last["frames"], last["frames_total"], last["scenes"]) == (209, 209, 6)
    assert last["faces"] > 10
    assert last["seconds_left"] == 0
    assert last["frames_per_second"] > 0


def test_the_same_bytes_are_known(analysed: Analysed, truth_film: Path, tmp_path: Path) -> None:
    """The same bytes under another name are the film that is there, its analysis opens at once and no scan starts."""
    copy = tmp_path / "Another name.mov"
    shutil.copy(truth_film, copy)
    library = analysed.library
    again = added(library, copy)
    assert again.known
    assert again.id == analysed.film.id
    assert scans.start(library, again.id, SETTINGS) == analysed.scan_id
    begun = time.monotonic()
    assert len(library.analysis(again.id).scenes) == 8
    assert time.monotonic() - begun < 1
    assert len(library.films()) == 1


def test_other_scan_settings_make_another_scan(analysed: Analysed) -> None:
    """A finer grid is another scan of the same film, with more samples; the first one stays."""
    library, film = analysed.library, analysed.film
    finer = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=SETTINGS.samples_per_second * 2)
    scan_id = scans.start(library, film.id, finer)
    assert scan_id != analysed.scan_id
    assert wait_for(library, scan_id).state == "done"
    one, two = (library.store(scan).read() for scan in (analysed.scan_id, scan_id))
    grid = [[s.frame for s in seen.samples if not s.filled] for seen in (one, two)]
    assert len(grid[1]) == 34
    assert set(grid[0]) < set(grid[1])


def test_a_checkpoint_with_other_settings_makes_another_scan(
    library: Library, short_film: Path, tmp_path: Path
) -> None:
    """The same weights behind another image processor say something else; put back, the first scan is shown."""
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
    one, two = (library.store(scan).read() for scan in (first, second))
    assert one.checkpoint.hash == two.checkpoint.hash
    assert one.checkpoint.settings != two.checkpoint.settings
    processor.write_text(before)
    assert scans.start(library, film.id, settings) == first
    shown = library.scan_of(film.id)
    assert shown is not None
    assert shown.id == first  # the one that was asked for last


def test_a_scan_is_the_same_twice_and_is_filled_up(analysed: Analysed, library: Library, truth_film: Path) -> None:
    """A film scanned without its cut list and filled up by it afterwards gives the same CSV as one scanned with it."""
    film = added(library, truth_film)
    scan_id = scans.start(library, film.id, SETTINGS)
    assert wait_for(library, scan_id).state == "done"
    assert scans.top_up(library, scan_id, ReportSettings(shots=SHOTS))
    assert wait_for(library, scan_id).state == "done"
    assert not scans.top_up(library, scan_id, ReportSettings(shots=SHOTS))
    settings = ReportSettings(shots=SHOTS)
    one = analysed.library.analysis_of(analysed.library.scan(analysed.scan_id), settings)
    two = library.analysis_of(library.scan(scan_id), settings)
    assert csv_file.csv(table.table(one)) == csv_file.csv(table.table(two))


def test_a_damaged_film_has_a_report_that_says_so(library: Library, tmp_path: Path) -> None:
    """A film that breaks off is analysed as far as it goes, once, and its report says so; the whole copy is another."""
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
    """Deleting a film that is being analysed ends that and leaves nothing of either on disk."""
    film = added(library, short_film)
    _, process = started(library, film)
    scans.delete_film(library, film.id)
    assert not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    assert library.films() == []
    kept = {path.name for path in library.home.rglob("*") if path.is_file()}
    assert kept <= {"library.sqlite", "scan.lock", "worker.lock", "worker.log"}


def test_an_unknown_checkpoint_starts_no_scan(library: Library, short_film: Path) -> None:
    """A checkpoint that is not on this disk is refused before a process is started."""
    film = added(library, short_film)
    with pytest.raises(CheckpointError, match="nobody/nothing"):
        scans.start(library, film.id, ScanSettings(checkpoint="nobody/nothing"))
    assert library.scans(film.id) == []


FULL = """
import resource, sys
from pathlib import Path
from emotion_core.jobs import scans, worker, supervisor
from emotion_core.library.library import Library
from emotion_core.settings import ScanSettings
library = Library.open(Path(sys.argv[1]))
film = library.refer_to(Path(sys.argv[2]))
supervisor.COMMAND = [sys.executable, "-c", ""]
scan_id = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
resource.setrlimit(resource.RLIMIT_FSIZE, (90_000, resource.RLIM_INFINITY))
worker.main(library.home, 0.0)  # with this limit, and no longer than it holds
print(scan_id, scans.status(library, scan_id))
"""


def test_a_scan_that_cannot_write_leaves_nothing_half_written(library: Library, truth_film: Path) -> None:
    """Where the system takes no more, a scan fails with one message; no file stays half-written, and the next one, with
    room again, ends well.
    """
    command = [sys.executable, "-c", FULL, str(library.home), str(truth_film)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    scan_id, said = done.stdout.split(" ", 1)
    assert "state='failed'" in said
    assert "could not be written" in said
    assert [path.name for path in left(library, scan_id) if path.is_file()] == ["scan.json"]
    film_id = library.films()[0].id
    assert scans.start(library, film_id, SETTINGS) == scan_id
    assert wait_for(library, scan_id).state == "done"
    assert library.analysis(film_id).scenes


def test_an_upload_that_does_not_fit_leaves_nothing(library: Library, truth_film: Path) -> None:
    """A film that the disk does not take is refused with one message, and no part of it stays."""
    code = (
        "import resource, sys; from pathlib import Path; from emotion_core.library.library import Library\n"
        "from emotion_core.errors import LibraryError\n"
        "library = Library.open(Path(sys.argv[1]))\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))\n"
        "try: library.add_film(open(sys.argv[2], 'rb'), 'film.mp4')\n"
        "except LibraryError as error: print(error)\n"
    )
    command = [sys.executable, "-c", code, str(library.home), str(truth_film)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "could not be written" in done.stdout
    assert library.films() == []
    assert not any((library.home / "incoming").iterdir())
