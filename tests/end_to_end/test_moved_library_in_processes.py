"""A library that is moved amid all its work: a worker of the new place does the rest and leaves the old one alone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from emotion_core.incoming import upload_store
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans, supervisor
from emotion_core.library import Library
from emotion_core.maintenance import check
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ScanSettings
from tests.faults.under_way import UnderWay
from tests.support.films import flat, texture, write_film
from tests.support.networks import give_networks
from tests.support.quick_engine import QUICK
from tests.support.repository import ROOT
from tests.support.running_scans import suspended_after_segment

SETTINGS = ScanSettings(engine=QUICK, checkpoint="embedded", min_scene_samples=0)
LONG = 2000
"""Frames of the film whose scan is stopped: a segment and some more."""


class Moved:
    """A library at work, and what it was in the middle of."""

    def __init__(self, home: Path, networks: Path) -> None:
        self.home = home
        library = Library.open(home)
        give_networks(networks, home)
        films = [
            write_film(home.parent / "long.mp4", flat(90, LONG), keyframe_every=50, b_frames=0),
            write_film(home.parent / "short.mp4", texture(3, 24)),
            write_film(home.parent / "sent.mp4", texture(4, 24)),
        ]
        for film in films[:2]:
            with film.open("rb") as file:
                library.add_film(file, film.name)
        ids = {film.name: film.id for film in library.films()}
        self.stopped = scans.start(library, ids["long.mp4"], SETTINGS)
        self.segment = "segments/00000.npz"
        scan, worker = suspended_after_segment(library, self.stopped), UnderWay(library).worker()
        assert worker is not None
        worker.kill()
        scan.kill()
        psutil.wait_procs([worker, scan], timeout=30)
        assert not library.store(self.stopped).sealed
        self.queued = scans.start(library, ids["short.mp4"], SETTINGS)
        self.sent = films[2].read_bytes()
        uploads = Uploads(home)
        self.upload = uploads.announce("sent.mp4", len(self.sent)).id
        with uploads.open(self.upload, 0) as writer:
            writer.append(self.sent[: len(self.sent) // 2])


@pytest.fixture
def moved(tmp_path: Path, networks: Path, monkeypatch: pytest.MonkeyPatch) -> Moved:
    """No process starts a worker by itself after the first one was killed."""
    wake, started = supervisor.ensure_worker, []

    def once(home: Path) -> bool:
        started.append(home)
        return len(started) == 1 and wake(home)

    monkeypatch.setattr(supervisor, "ensure_worker", once)
    (tmp_path / "old").mkdir()
    return Moved(tmp_path / "old" / "home", networks)


@pytest.fixture
def another_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system, or on this one where there is no other."""
    shared = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder: when it changed, and its bytes."""
    return {
        path.relative_to(folder).as_posix(): (path.stat().st_mtime_ns, b"" if path.is_dir() else path.read_bytes())
        for path in (folder, *sorted(folder.rglob("*")))
    }


def worked(home: Path) -> None:
    """Do all queued jobs of a library in a worker started for it."""
    command = [sys.executable, "-m", "emotion_core.jobs.worker", str(home), "0"]
    completed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert completed.returncode == 0, completed.stderr


def test_work_under_way_goes_on_at_the_new_place(moved: Moved, tmp_path: Path, another_disk: Path) -> None:
    """A stopped scan goes on from its segment, a queued one is done, half an upload gets its other half, wherever the
    library was copied or moved to; the old place stays as it was to the byte, or stays away.
    """
    places: list[tuple[Callable[[Path, Path], object], Path]] = [
        (shutil.copytree, another_disk / "copied"),
        (os.rename, tmp_path / "renamed"),
    ]
    reports = set()
    for move, home in places:
        before = snapshot(moved.home)
        move(moved.home, home)
        library = Library.open(home)
        segment = library.store(moved.stopped).folder / moved.segment
        written = segment.stat().st_mtime_ns
        assert scans.status(library, moved.stopped).active
        worked(home)
        for scan in (moved.stopped, moved.queued):
            assert scans.status(library, scan).state == "done", scans.status(library, scan)
        assert segment.stat().st_mtime_ns == written
        films = {film.name: film for film in library.films()}
        reports.add(csv_bytes(scene_table(library.analysis(films["long.mp4"].id))))
        assert library.analysis(films["long.mp4"].id).observations.frames == LONG
        uploads = Uploads(home)
        with uploads.open(moved.upload, uploads.get(moved.upload).offset) as writer:
            writer.append(moved.sent[writer.offset :])
        uploads.finish_pending()
        (sent,) = (film for film in library.films() if film.name == "sent.mp4")
        assert sent.path.is_relative_to(home)
        assert sent.path.read_bytes() == moved.sent
        assert check.find(library, hashes=True) == []
        assert upload_store.read(home, moved.upload).outcome is not None
        if move is os.rename:
            assert not moved.home.exists()
        else:
            assert snapshot(moved.home) == before
    assert len(reports) == 1
