"""Scans as work that goes on by itself: started, looked at and cancelled from any process, whoever closes a browser.

A scan's process writes its progress to a file; its state is read from that file, its store and the process table.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import psutil

from . import proxies
from .errand import end
from .errors import LibraryError
from .expression.location import locate
from .library import Library
from .records import Film, Scan
from .sampling import missing
from .scan_process import OFFLINE, ScanRequest, scan_lock
from .scenes import shots_in
from .settings import ReportSettings, ScanSettings
from .storage import from_os_error
from .summary import Analysis

State = Literal["waiting", "running", "done", "failed", "cancelled"]

_STARTS_WITHIN = timedelta(seconds=10)
"""From its row in the library to its process."""
CLOCK_STRAYS = 5.0
"""Seconds by which a process' start may be told otherwise later: it is counted from the machine's start by a clock that
is put right now and then. Within so few seconds no process number comes round again."""
_TAIL = 8192
"""Bytes of the progress file that hold its last line."""


@dataclass(frozen=True, slots=True)
class Status:
    """How a scan goes."""

    state: State
    step: str
    """In words, for a person."""
    frames: int = 0
    frames_total: int | None = None
    frames_per_second: float | None = None
    seconds_left: float | None = None
    scenes: int = 0
    faces: int = 0
    segments: int = 0
    """Parts of the film that are written down and can be looked at."""
    message: str = ""
    """Why it failed: one clear message."""

    @property
    def active(self) -> bool:
        return self.state in ("waiting", "running")


def start(library: Library, film_id: str, settings: ScanSettings, wanted: ReportSettings | None = None) -> str:
    """Begin to scan a film and return the scan's id at once, or that of a finished scan with the same settings.

    A scan with the same settings that was stopped before its end goes on from what it has written.
    `wanted` says which scenes are filled up (None: the film's own). Raises EmotionError where the film's bytes are gone
    or the checkpoint is not on this disk, not of facial expressions, or damaged.
    """
    location = locate(settings.checkpoint)
    location.labels()  # what is no checkpoint of faces is said now, not by the scan's process
    if location.source == "folder":  # the scan's process has a working folder of its own
        settings = replace(settings, checkpoint=str(location.folder))
    film = library.film(film_id)
    model = location.weights_hash(), location.settings_hash()
    before = library.scans(film_id)
    for old in before:
        if old.asks_the_same(settings, *model) and library.store(old.id).sealed:
            return old.id
    stopped: Scan | None = None
    for old in before:
        told, same = status(library, old.id), old.asks_the_same(settings, *model)
        if told.active and same:
            return old.id
        if told.state in ("failed", "cancelled"):
            if same and stopped is None:
                stopped = old
            else:
                library.forget_scan(old.id)
    scan = library.restart_scan(stopped.id) if stopped else library.add_scan(film_id, settings, *model)
    try:
        _spawn(library, scan, film, wanted or library.report_settings(film_id), top_up=False)
    except LibraryError:
        if stopped is None:
            library.forget_scan(scan.id)
        raise
    return scan.id


def top_up(library: Library, scan_id: str, wanted: ReportSettings) -> bool:
    """Begin to add the frames that the scenes of `wanted` ask for to a finished scan; False if there are none to add.

    Until it is done the report of those scenes rests on the frames that are there.
    """
    scan = library.scan(scan_id)
    if status(library, scan_id).active or not lacking(library.analysis_of(scan, wanted)):
        return False
    _spawn(library, scan, library.film(scan.film_id), wanted, top_up=True)
    return True


def lacking(analysis: Analysis) -> tuple[int, ...]:
    """The frames that short scenes of a report ask for and that were not looked at."""
    return missing(analysis.observations, shots_in(row.scene for row in analysis.scenes))


def why_lacking(library: Library, scan_id: str) -> str:
    """Why the frames that a finished scan lacks were not added, in a sentence or two; empty if nobody tried."""
    film = library.film(library.scan(scan_id).film_id)
    if not film.unchanged:
        return f"The file of {film.name} is no longer at {film.path}, or has changed. Add the film again."
    events = _events(library.home / "jobs" / f"{scan_id}.events")
    if events and events[-1]["event"] == "error":
        return f"{events[-1]['problem']} {events[-1]['advice']}".strip()
    if events and events[-1]["event"] == "done":
        return ""
    return "Reading them was ended before it was done."


def _spawn(library: Library, scan: Scan, film: Film, wanted: ReportSettings, *, top_up: bool) -> None:
    if not film.unchanged:
        raise LibraryError(
            f"The file of {film.name} is no longer at {film.path}, or has changed.", "Add the film again."
        )
    jobs = library.home / "jobs"
    request = ScanRequest(
        film=film.path,
        content_id=film.id,
        name=film.name,
        store=library.store(scan.id).folder,
        settings=scan.settings,
        wanted=wanted,
        lock=scan_lock(library.home),
        top_up=top_up,
    )
    request.write(jobs / f"{scan.id}.request")
    try:
        with (jobs / f"{scan.id}.events").open("wb") as events, (jobs / f"{scan.id}.log").open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "emotion_core.scan_process", str(jobs / f"{scan.id}.request")],
                stdin=subprocess.DEVNULL,
                stdout=events,
                stderr=log,
                start_new_session=True,  # a scan outlives the app that started it
                cwd=Path(__file__).parent.parent,
                env={**os.environ, **OFFLINE, "EMOTION_HOME": str(library.home)},
            )
    except OSError as error:
        raise from_os_error(error, jobs) from error
    try:
        library.mark_scan(scan.id, pid=process.pid, pid_started=psutil.Process(process.pid).create_time())
    except psutil.NoSuchProcess:
        process.wait()  # over already; its last event says how


def status(library: Library, scan_id: str) -> Status:
    """How the scan goes now."""
    scan = library.scan(scan_id)
    alive = _alive(scan)  # asked first: all that a process wrote before it ended is there afterwards
    events = _events(library.home / "jobs" / f"{scan_id}.events")
    last, sealed = events[-1] if events else {"event": "starting"}, library.store(scan_id).sealed
    if sealed and (last["event"] == "done" or not alive):
        return Status("done", "done")
    if last["event"] == "error" and not sealed:
        return Status("failed", "failed", message=f"{last['problem']} {last['advice']}".strip())
    if scan.cancelled and not sealed:
        return Status("cancelled", "cancelled")
    if scan.pid is None and datetime.now(UTC) - scan.created_at < _STARTS_WITHIN:
        return Status("running", "starting")  # another process has written it down and is about to start it
    if not alive:
        return Status(
            "failed",
            "failed",
            message="The analysis ended unexpectedly: its process was stopped or crashed. "
            "Analyse the film again, and it goes on from there; if it happens again, export the film anew, for example "
            "as H.264 in MP4.",
        )
    progress = next((event for event in reversed(events) if event["event"] == "progress"), None)
    if progress is not None:
        numbers = {k: v for k, v in progress.items() if k != "event"}
        return Status("running", "reading the film", **numbers)
    if last["event"] == "engine":
        return Status("running", last["doing"])
    steps = {"loading": "loading the model", "media": "loading the model", "model": "reading the film"}
    if last["event"] in steps:
        return Status("running", steps[last["event"]])
    if last["event"] == "starting":
        return Status("running", "starting")
    return Status("waiting", "waiting for another analysis to end")


def latest(library: Library, film_id: str) -> tuple[str, Status] | None:
    """The newest scan of a film in whatever state."""
    scans = library.scans(film_id)
    return (scans[0].id, status(library, scans[0].id)) if scans else None


def cancel(library: Library, scan_id: str) -> None:
    """End a scan; what it had written stays, to go on from. Nothing happens to one that is over."""
    if not status(library, scan_id).active:
        return
    scan = library.scan(scan_id)
    if not library.store(scan_id).sealed:  # a finished one to which frames are being added stays finished
        with contextlib.suppress(LibraryError):  # on a full disk it ends all the same
            library.mark_scan(scan_id, cancelled=True)
    process = _process(scan)
    if process is not None:
        end(process)


def delete_film(library: Library, film_id: str) -> None:
    """End whatever still reads a film, then remove everything of it."""
    for scan in library.scans(film_id):
        cancel(library, scan.id)
    proxies.cancel(library, film_id)
    library.delete_film(film_id)


def _process(scan: Scan) -> psutil.Process | None:
    if scan.pid is None:
        return None
    try:
        process = psutil.Process(scan.pid)
        strays = abs(process.create_time() - (scan.pid_started or 0.0))
        over = process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return None
    return None if over or strays > CLOCK_STRAYS else process


def _alive(scan: Scan) -> bool:
    return _process(scan) is not None


def _events(file: Path) -> list[dict[str, Any]]:
    """The last events, whole lines only."""
    try:
        with file.open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _TAIL))
            lines = stream.read().split(b"\n")
    except OSError:
        return []
    events = []
    for line in lines[:-1]:
        try:
            event = json.loads(line)
        except ValueError:
            continue  # the first line of the tail may be a half one
        if isinstance(event, dict):
            events.append(event)
    return events
