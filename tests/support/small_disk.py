"""A library on a full disk: run by test_disk_full on a small private disk.

`python -m tests.support.small_disk WHAT DISK FILM [HOME]` prints the outcome as JSON.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from emotion_core.errors import EmotionError
from emotion_core.expression.checkpoints import REFERENCE, download, fetch, in_cache, load, locate
from emotion_core.expression.selection import benchmark, open_engine, trial_store
from emotion_core.ingest import sample_cut
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.library import Library
from emotion_core.report import csv_bytes, scene_table
from emotion_core.settings import ReportSettings, ScanSettings
from tests.support.running_scans import wait_for

SETTINGS = ScanSettings(engine="torch", checkpoint="embedded", samples_per_second=Fraction(5))

LOCKS = {
    "scan.lock",
    "worker.lock",
    "jobs/worker.log",
    "jobs/worker.json",
    "engines/engines.lock",
    "jobs/download.lock",
    "jobs/engines.lock",
}
"""Locks, log and record of the worker: files that stay."""


def fill(disk: Path) -> None:
    """Leave no byte free."""
    with (disk / "filler").open("ab", buffering=0) as filler, contextlib.suppress(OSError):
        while True:
            filler.write(bytes(512))


def refusal(work: Callable[[], object]) -> list[str]:
    """Class and message of the error that `work` ends in."""
    try:
        work()
    except EmotionError as error:
        return [type(error).__name__, str(error)]
    return ["nothing", ""]


def files(library: Library) -> list[str]:
    return sorted(
        str(path.relative_to(library.home)) for path in library.home.rglob("*") if path.is_file() or path.is_symlink()
    )


def upload(disk: Path, film: Path) -> dict[str, Any]:
    """A film larger than the disk."""
    library = Library.open(disk / "home")
    error = refusal(lambda: library.add_film(io.BytesIO(film.read_bytes() * 100), "Film.mp4"))
    again = Library.open(disk / "home")
    return {"told": error, "films": len(again.films()), "files": files(again)}


def pieces(disk: Path, film: Path) -> dict[str, Any]:
    """An upload while another program fills the disk and empties it again."""
    content = film.read_bytes()
    library = Library.open(disk / "home")
    uploads = Uploads(library.home)
    report: dict[str, Any] = {"too much": refusal(lambda: uploads.announce("Film.mp4", 9_000_000))}
    upload = uploads.announce("Film.mp4", len(content))

    def send(until: int) -> None:
        with uploads.open(upload.id, uploads.get(upload.id).offset) as writer:
            while writer.offset < until:
                writer.append(content[writer.offset : min(until, writer.offset + 500_000)])

    send(1_000_000)
    report["before"] = uploads.get(upload.id).offset
    with uploads.open(upload.id, 1_000_000) as writer:
        fill(disk)
        report["while full"] = refusal(lambda: writer.append(content[1_000_000:1_500_000]))
    report["full at once"] = refusal(lambda: uploads.open(upload.id, uploads.get(upload.id).offset))
    report["kept"] = Uploads(library.home).get(upload.id).offset
    (disk / "filler").unlink()
    send(len(content))
    uploads.finish_pending()
    (added,) = library.films()
    return {**report, "film": added.id, "same": added.path.read_bytes() == content}


def scan(disk: Path, film: Path) -> dict[str, Any]:
    """A scan that sees more than the disk holds."""
    library = Library.open(disk / "home")
    scan_id = scans.start(library, library.refer_to(film).id, SETTINGS)
    status = wait_for(library, scan_id)
    again = Library.open(disk / "home")
    return {
        "state": status.state,
        "message": status.message,
        "films": len(again.films()),
        "sealed": again.store(scan_id).sealed,
        "files": [path for path in files(again) if path.startswith("scans/")],
    }


def full(disk: Path, film: Path, home: Path) -> dict[str, Any]:
    """A library with one analysed film, on a disk without a byte free."""
    shutil.copytree(home, disk / "home", ignore=shutil.ignore_patterns("networks"))  # they are larger than the disk
    library = Library.open(disk / "home")
    with library.database() as database:
        (moved,) = (disk / "home" / "films").glob("*/original*")
        database.execute("UPDATE films SET path = ?, modified_ns = ?", (str(moved), moved.stat().st_mtime_ns))
    (stored_film,) = library.films()
    truth = csv_bytes(scene_table(library.analysis(stored_film.id)))
    shutil.rmtree(library.home / "derived")
    fill(disk)
    library = Library.open(disk / "home")
    before = files(library)
    report: dict[str, Any] = {
        "same report": csv_bytes(scene_table(library.analysis(stored_film.id))) == truth,
        "add": refusal(lambda: library.add_film(io.BytesIO(film.read_bytes()[:-1] + b"x"), "Other.mp4")),
        "refer": refusal(lambda: library.refer_to(film)),
        "settings": refusal(lambda: library.set_report_settings(stored_film.id, ReportSettings(coverage_floor=0.5))),
        "start": refusal(lambda: scans.start(library, stored_film.id, SETTINGS)),
        "sample": refusal(lambda: sample_cut.make(library, "cut")),
        "download": refusal(lambda: download.start(library.home, "nobody/nothing")),
        "measuring": refusal(lambda: benchmark.process(library.home).start()),
        "default": refusal(lambda: trial_store.set_user_default("torch")),
    }
    report["left"] = sorted((set(files(library)) ^ set(before)) - LOCKS)
    report["scans"] = len(library.scans(stored_film.id))
    report["delete"] = refusal(lambda: scans.delete_film(library, stored_film.id))
    report["after"] = [path for path in files(library) if path not in LOCKS]
    report["films"] = len(Library.open(disk / "home").films())
    return report


def engine(disk: Path, folder: Path) -> dict[str, Any]:
    """An engine that compiles the checkpoint in `folder`, and whose network finds no space."""
    checkpoint = load(locate(str(folder)))
    fill(disk)
    before = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
    error = refusal(lambda: open_engine("openvino", checkpoint, batch=2))
    after = {path: path.read_bytes() for path in disk.rglob("*") if path.is_file()}
    return {
        "told": error,
        "changed": sorted(path.name for path in before | after if before.get(path) != after.get(path)),
    }


def fetching(disk: Path, when: Path) -> dict[str, Any]:
    """A checkpoint fetched into a cache on the disk, which is full before the weights are here or right after them."""
    cache = disk / "hf" / "hub"

    def show(done: int, total: int) -> None:
        if when.name == "after" and any(cache.glob("*/snapshots/*/model.safetensors")):
            fill(disk)

    error = refusal(lambda: fetch(REFERENCE, show))
    return {
        "told": error,
        "fetched": sorted(path.name for path in cache.glob("*/snapshots/*/*")),
        "in use": in_cache(REFERENCE) is not None,
    }


if __name__ == "__main__":
    os.environ["EMOTION_HOME"] = str(Path(sys.argv[2]) / "home")
    works: dict[str, Callable[..., dict[str, Any]]] = {
        "upload": upload,
        "pieces": pieces,
        "scan": scan,
        "full": full,
        "engine": engine,
        "fetching": fetching,
    }
    print(json.dumps(works[sys.argv[1]](*map(Path, sys.argv[2:]))))
