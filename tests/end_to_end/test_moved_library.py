"""A library that was moved or copied goes on where it is now, and leaves the old place alone."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from emotion_core.jobs import launcher, scans, supervisor, worker
from emotion_core.library import Film, Library, job_table
from emotion_core.playback import proxies
from emotion_core.settings import ScanSettings
from emotion_core.storage import rebase_request, relative_text
from tests.support import library_builder
from tests.support.clips import CARPHONE, clip
from tests.support.films import texture, write_film
from tests.support.in_process_runner import InLocalRunner

pytestmark = pytest.mark.usefixtures("read_in_process")

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded", min_scene_samples=0)


@pytest.fixture
def waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Library, Film, str]:
    """A library at `old` that holds a film whose analysis waits, since no worker is started."""
    monkeypatch.setattr(supervisor, "ensure_worker", lambda home: False)
    library = Library.open(tmp_path / "old")
    with write_film(tmp_path / "film.mp4", texture(3, 24)).open("rb") as file:
        film = library.add_film(file, "Film.mp4")
    return library, film, scans.start(library, film.id, SETTINGS)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def requests(library: Library) -> list[str]:
    with library.database() as database:
        return [row[0] for row in database.execute("SELECT request FROM jobs ORDER BY number")]


def test_what_waits_names_no_place(waiting: tuple[Library, Film, str]) -> None:
    """The requests in the queue name a film that the library holds, and all of its own, from its folder on; a film that
    lies elsewhere is named by where it lies.
    """
    library, film, _ = waiting
    proxies._enqueue(library, film)
    outside = library_builder.referred(library, clip(CARPHONE))
    proxies._enqueue(library, outside)
    scan, proxy, other = (json.loads(request) for request in requests(library))
    assert str(library.home) not in json.dumps([scan, proxy, other])
    assert scan["film"] == proxy["film"] == f"films/{film.id}/original.mp4"
    assert (scan["lock"], proxy["home"], other["home"]) == ("scan.lock", ".", ".")
    assert other["film"] == str(outside.path)


def as_it_is(library: Library) -> None:
    """As this version asks."""


def by_whole_paths(library: Library) -> None:
    """As older versions asked."""
    for request in requests(library):
        fields = json.loads(rebase_request(request, library.home))
        assert fields["store"].startswith(str(library.home))
        with library.database() as database:
            database.execute("UPDATE jobs SET request = ?", (json.dumps(fields),))


def by_a_worker(home: Path, scan: str) -> None:
    """The worker's own way: the analysis has a process."""
    worker.main(home, idle=0.0)


def in_process(home: Path, scan: str) -> None:
    """The same request, done in the test's process."""
    InLocalRunner(home).submit(scan)


@pytest.mark.parametrize(
    ("move", "asked", "do"),
    [
        (shutil.move, as_it_is, by_a_worker),
        (shutil.move, by_whole_paths, in_process),
        (shutil.copytree, as_it_is, in_process),
        (shutil.copytree, by_whole_paths, in_process),
    ],
)
def test_an_analysis_goes_on_at_the_new_place(
    waiting: tuple[Library, Film, str],
    tmp_path: Path,
    move: Callable[[Path, Path], object],
    asked: Callable[[Library], None],
    do: Callable[[Path, str], None],
) -> None:
    """The analysis that waited is done where the library is now; where it was nothing is made or changed."""
    library, film, scan = waiting
    asked(library)
    move(library.home, tmp_path / "new")
    before = tree(tmp_path / "old")
    do(tmp_path / "new", scan)
    moved = Library.open(tmp_path / "new")
    assert scans.status(moved, scan).state == "done", scans.status(moved, scan)
    assert moved.analysis(film.id).observations.frames == 24
    assert tree(tmp_path / "old") == before
    assert (tmp_path / "old").exists() is (move is shutil.copytree)


def test_a_copy_ends_no_process_of_the_original(waiting: tuple[Library, Film, str], tmp_path: Path) -> None:
    """A job that was running when its library was copied has no process in the copy: to cancel it there, or delete its
    film, leaves the original's alone.
    """
    library, film, scan = waiting
    request = str(library.home / "jobs" / f"{scan}.request")
    sleeping = [sys.executable, "-c", "import sys; sys.stdin.read()", "emotion_core.processes.scan", request]
    process = subprocess.Popen(sleeping, stdin=subprocess.PIPE)
    try:
        started = psutil.Process(process.pid).create_time()
        with library.database() as database:
            job = job_table.take_next(database)
            assert job is not None
            job_table.set_process(database, job, process.pid, started)
        shutil.copytree(library.home, tmp_path / "copy")
        copy = Library.open(tmp_path / "copy")
        assert launcher.find(library.home, replace(job, pid=process.pid, pid_started=started)) is not None
        assert launcher.find(copy.home, replace(job, pid=process.pid, pid_started=started)) is None
        scans.delete_film(copy, film.id)
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()


def test_paths_as_they_are_written_down(tmp_path: Path) -> None:
    """What lies below the library's folder is written from there on, all else as it is."""
    assert relative_text(tmp_path / "scans" / "a", tmp_path) == "scans/a"
    assert relative_text(tmp_path / "scans" / "a", None) == str(tmp_path / "scans" / "a")
    assert relative_text(Path("/elsewhere/film.mp4"), tmp_path) == "/elsewhere/film.mp4"
    assert json.loads(rebase_request("{}", tmp_path)) == {}
