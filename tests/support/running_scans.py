"""Running scans: their process and their end."""

from __future__ import annotations

import contextlib
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from emotion_core.jobs import scans
from emotion_core.library import Film, Library, job_table

SCAN_SECONDS = 120
"""Seconds after which a scan of a test film has hung."""


@dataclass(frozen=True, slots=True)
class Analysed:
    """A library with one analysed film."""

    library: Library
    film: Film
    scan_id: str


def copy_of(original: Path, home: Path) -> Analysed:
    """Copy a library with one film and one scan, which no process uses, to another folder."""
    shutil.copytree(original, home)
    library = Library.open(home)
    (film,) = library.films()
    (scan,) = library.scans(film.id)
    return Analysed(library, film, scan.id)


def process_of(library: Library, scan_id: str) -> psutil.Process:
    """Wait for and return the process of a scan."""
    end = time.monotonic() + SCAN_SECONDS
    while time.monotonic() < end:
        with library.database() as database:
            job = job_table.find(database, scan_id)
        if job is not None and job.pid is not None:
            with contextlib.suppress(psutil.NoSuchProcess):  # killed a moment ago: the worker begins another
                return psutil.Process(job.pid)
        time.sleep(0.02)
    raise AssertionError(f"not begun after {SCAN_SECONDS} s: {scans.status(library, scan_id)}")


def suspended_after_segment(library: Library, scan_id: str) -> psutil.Process:
    """Suspend a scan's process once its first segment is written, so that it stays amid its film; return it.

    Resume or kill it afterwards.
    """
    process = process_of(library, scan_id)
    first = library.store(scan_id).folder / "segments" / "00000.npz"
    end = time.monotonic() + SCAN_SECONDS
    while not first.exists():
        assert time.monotonic() < end, f"no segment after {SCAN_SECONDS} s: {scans.status(library, scan_id)}"
        time.sleep(0.005)
    process.suspend()
    return process


def wait_for(library: Library, scan_id: str) -> scans.Status:
    """Wait for a scan's end and return its status."""
    end = time.monotonic() + SCAN_SECONDS
    while time.monotonic() < end:
        status = scans.status(library, scan_id)
        if not status.active:
            return status
        time.sleep(0.05)
    raise AssertionError(f"no end after {SCAN_SECONDS} s: {scans.status(library, scan_id)}")
