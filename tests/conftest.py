"""Films and libraries that several tests share; each is made once a session."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from emotion_core.jobs import scans
from emotion_core.library import job_table
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.settings import ReportSettings, ScanSettings
from tests.films import write_film
from tests.truth_film import SHOTS, pictures

SLOW_FIRST = (
    "test_kills.py",
    "test_faults.py",
    "test_engines.py",
    "browser/test_uploads.py",
    "browser/test_journey.py",
    "test_sharing.py",
    "test_hostile.py",
    "test_processes.py",
    "test_segments.py",
    "test_jobs.py",
    "test_uploading.py",
    "browser/test_player.py",
    "test_expression.py",
    "test_disk_full.py",
    "test_keep_pictures.py",
    "browser/test_sign_in.py",
    "browser/test_alone.py",
    "browser/test_home.py",
    "test_cli_engines.py",
    "test_command_line.py",
    "test_later_library.py",
    "test_descriptors.py",
)
"""Files that take longest, which are begun with: one that came last would be waited for by all workers but one."""

SCAN_SECONDS = 120
"""A scan of a test film that takes longer has hung."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put SLOW_FIRST first; within a file, and among the rest, the order stays."""
    here = Path(__file__).parent
    places = {here / name: place for place, name in enumerate(SLOW_FIRST)}
    if gone := [file.name for file in places if not file.exists()]:
        raise pytest.UsageError(f"SLOW_FIRST names files that are not here: {', '.join(gone)}.")
    items.sort(key=lambda item: places.get(item.path, len(places)))


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Tiny networks are trained on one thread: they gain nothing from threads that wait for each other."""
    import torch  # most tests need no such heavy thing

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that shared films are written to."""
    return tmp_path_factory.mktemp("films")


@dataclass(frozen=True, slots=True)
class Analysed:
    """A library with one analysed film."""

    library: Library
    film: Film
    scan_id: str


@pytest.fixture(scope="session")
def truth_film(films: Path) -> Path:
    """The film of the truth table, plain."""
    return write_film(films / "truth.mp4", pictures(), quality=4)


@pytest.fixture(scope="session")
def analysed_once(truth_film: Path, tmp_path_factory: pytest.TempPathFactory) -> Analysed:
    """The truth film analysed by a child process with its cut list; not to be changed."""
    library = Library.open(tmp_path_factory.mktemp("home"))
    with truth_film.open("rb") as file:
        film = library.add_film(file, "Truth.mp4")
    library.set_report_settings(film.id, ReportSettings(shots=SHOTS))
    scan_id = scans.start(library, film.id, ScanSettings(engine="torch", checkpoint="embedded"))
    assert wait_for(library, scan_id).state == "done"
    return Analysed(library, film, scan_id)


@pytest.fixture
def analysed(analysed_once: Analysed, tmp_path: Path) -> Analysed:
    """A copy of the library with the analysed truth film, to do with as one likes."""
    home = tmp_path / "home"
    shutil.copytree(analysed_once.library.home, home)
    library = Library.open(home)
    with library.database() as database, database:
        moved = home / analysed_once.film.path.relative_to(analysed_once.library.home)
        database.execute("UPDATE films SET path = ?", (str(moved),))
    return Analysed(library, library.film(analysed_once.film.id), analysed_once.scan_id)


def process_of(library: Library, scan_id: str) -> psutil.Process:
    """The process that does a scan, once the worker has begun it."""
    end = time.monotonic() + SCAN_SECONDS
    while time.monotonic() < end:
        with library.database() as database:
            job = job_table.find(database, scan_id)
        if job is not None and job.pid is not None:
            with contextlib.suppress(psutil.NoSuchProcess):  # killed a moment ago: the worker begins another
                return psutil.Process(job.pid)
        time.sleep(0.02)
    raise AssertionError(f"not begun after {SCAN_SECONDS} s: {scans.status(library, scan_id)}")


def wait_for(library: Library, scan_id: str) -> scans.Status:
    """The state in which a scan ends."""
    end = time.monotonic() + SCAN_SECONDS
    while time.monotonic() < end:
        status = scans.status(library, scan_id)
        if not status.active:
            return status
        time.sleep(0.05)
    raise AssertionError(f"no end after {SCAN_SECONDS} s: {scans.status(library, scan_id)}")
