"""Analyses as work in the background: asked for, looked at and cancelled from any process, whoever closes a browser.

The worker does them (`worker`), in the order in which the library's database holds them (`job_table`).
"""

from __future__ import annotations

import contextlib
from dataclasses import replace

from ..analysis.records import Analysis
from ..decoding import isolated
from ..errors import LibraryError, ScanError
from ..expression.checkpoints.location import locate
from ..expression.selection.choice import asked_for
from ..library import copies, job_table
from ..library.database import transaction
from ..library.library import Library
from ..library.records import Film, Scan
from ..scenes.sampling import missing
from ..scenes.scenes import shots_in
from ..settings import ReportSettings, ScanSettings
from ..storage.files import from_os_error
from ..storage.paths import scan_lock
from ..system.processes import end
from . import events as job_events, launcher
from .requests import ScanRequest
from .scan_status import State, Status, status
from .supervisor import wake

__all__ = [
    "State", "Status", "cancel", "cancel_job", "delete_film", "lacking", "latest", "start", "status", "top_up",
    "why_lacking",
]  # fmt: skip


def start(library: Library, film_id: str, settings: ScanSettings, wanted: ReportSettings | None = None) -> str:
    """Ask for a scan of a film and return the scan's id at once, or that of a finished scan with the same settings.

    A scan with the same settings that was stopped before its end goes on from what it has written. A finished one whose
    files are damaged is moved to the folder set-aside, and the film is read anew.
    `wanted` says which scenes are filled up (None: the film's own). Raises EmotionError where the film's bytes are gone
    or it has no such video track, where the checkpoint is not on this disk, not of facial expressions, or damaged, or
    where the engine cannot run here.
    """
    location = locate(settings.checkpoint)
    location.labels()  # what is no checkpoint of faces is said now, not by the scan's process
    if location.source == "folder":  # the scan's process has a working folder of its own
        settings = replace(settings, checkpoint=str(location.folder))
    film = library.up_to_date(library.film(film_id))
    if settings.track == film.media.track:  # that is what is read without a word
        settings = replace(settings, track=None)
    model = location.weights_hash(), location.settings_hash()
    before = library.scans(film_id)
    same = [old for old in before if old.asks_the_same(settings, *model) and _is_of(library, old, film)]
    finished, damaged = _finished(library, same, film)
    if finished is not None:
        if finished.id != before[0].id:
            _show(library, finished)
        return finished.id
    asked_for(settings.engine)  # what cannot run here is said now too
    film = _held(library, film)
    if settings.track is not None:  # and so is a track that is not there
        isolated.probe(film.path, film.id, film.name, settings.track)
    wanted = wanted or library.report_settings(film_id)
    for old in damaged:
        _set_aside(library, old)
    with library.database() as database, transaction(database):
        stopped: Scan | None = None
        for old in Scan.of_film(database, film_id):  # again: another window may have asked for the same meanwhile
            if old.asks_the_same(settings, *model) and _is_of(library, old, film):
                job = job_table.find(database, old.id)
                if job is not None and job.active:
                    return _woken(library, old.id)
                stopped = stopped or old
        scan_id = stopped.restarted(database) if stopped else Scan.insert(database, film_id, settings, *model)
        request = _request(library, film, scan_id, settings, wanted, top_up=False)
        job_table.enqueue(database, "scan", film_id, request, scan_id=scan_id)
    for old in before:
        with contextlib.suppress(LibraryError):  # another window has forgotten it already
            if (
                old.id != scan_id
                and not library.store(old.id).later
                and status(library, old.id).state in ("failed", "cancelled")
            ):
                library.forget_scan(old.id)
    return _woken(library, scan_id)


def _finished(library: Library, scans: list[Scan], film: Film) -> tuple[Scan | None, list[Scan]]:
    """The first finished scan that is whole, None if there is none, and the damaged ones before it."""
    damaged: list[Scan] = []
    for scan in scans:
        if library.store(scan.id).sealed:
            if not _is_damaged(library, scan, film):
                return scan, damaged
            damaged.append(scan)
    return None, damaged


def _is_damaged(library: Library, scan: Scan, film: Film) -> bool:
    """Whether a finished scan's numbers cannot be read or, where its film is here to be read again, its pictures."""
    if status(library, scan.id).active:  # frames are being added
        return False
    store = library.store(scan.id)
    try:
        samples = store.read().samples
    except ScanError:
        return True
    return bool(store.parts.damaged_pictures(samples)) and library.holding(film) is not None


def _set_aside(library: Library, scan: Scan) -> None:
    folder = library.store(scan.id).folder
    try:
        copies.set_aside(library.home, folder)
    except FileNotFoundError:  # another window has done it
        pass
    except OSError as error:
        raise from_os_error(error, folder, "moved") from error
    library.discard(scan.id)  # the reports that were made of it


def _is_of(library: Library, scan: Scan, film: Film) -> bool:
    """Whether a scan took the video track that its settings ask for, and turned it, as this version does."""
    store = library.store(scan.id)
    if store.later:  # which is left to that version
        return False
    media = store.media
    return media is None or scan.settings.track is not None or media.reads_the_same_as(film.media)


def _show(library: Library, scan: Scan) -> None:
    """Make a finished scan the one that its film's pages show, unless another is on its way, which will be."""
    with library.database() as database, transaction(database):
        if not any(job.active for job in job_table.of_film(database, scan.film_id)):
            scan.restarted(database)


def top_up(library: Library, scan_id: str, wanted: ReportSettings) -> bool:
    """Ask for the frames that the scenes of `wanted` lack in a finished scan; False if there are none to add.

    Until it is done the report of those scenes rests on the frames that are there.
    """
    scan = library.scan(scan_id)
    if status(library, scan_id).active or not lacking(library.analysis_of(scan, wanted)):
        return False
    film = _held(library, library.film(scan.film_id))
    request = _request(library, film, scan.id, scan.settings, wanted, top_up=True)
    with library.database() as database, transaction(database):
        asked = job_table.enqueue(database, "top_up", film.id, request, scan_id=scan.id)
    wake(library.home)
    return asked


def lacking(analysis: Analysis) -> tuple[int, ...]:
    """The frames that short scenes of a report ask for and that were not looked at."""
    return missing(analysis.observations, shots_in(row.scene for row in analysis.scenes))


def why_lacking(library: Library, scan_id: str) -> str:
    """Why the frames that a finished scan lacks were not added, in a sentence or two; empty if nobody tried."""
    film = library.film(library.scan(scan_id).film_id)
    if library.holding(film) is None:
        return film.why_gone
    events = job_events.last(library.home, scan_id)
    if events and events[-1]["event"] == "done":
        return ""
    return job_events.error(events) or "Reading them was ended before it was done."


def latest(library: Library, film_id: str) -> tuple[str, Status] | None:
    """The newest scan of a film in whatever state."""
    scans = library.scans(film_id)
    return (scans[0].id, status(library, scans[0].id)) if scans else None


def cancel(library: Library, scan_id: str) -> None:
    """End a scan; what it had written stays, to go on from. Nothing happens to one that is over."""
    cancel_job(library, scan_id)


def cancel_job(library: Library, name: str) -> None:
    """Take any job back, queued or running, and end its process. Nothing happens to one that is over."""
    job = None
    with contextlib.suppress(LibraryError), library.database() as database:
        job = job_table.find(database, name)
        if job is not None and job.active:
            job = job_table.cancel(database, name) or job  # on a full disk its process is ended all the same
    if job is not None and (process := launcher.find(library.home, job)) is not None:
        end(process)


def delete_film(library: Library, film_id: str) -> None:
    """End whatever still reads a film, then remove everything of it."""
    with library.database() as database:
        names = [job.id for job in job_table.of_film(database, film_id)]
    for name in names:
        cancel_job(library, name)
    library.delete_film(film_id)


def _held(library: Library, film: Film) -> Film:
    """The film, whose file is there. Raises LibraryError where it is not, or holds another film now.

    The job's process looks closer before it opens the film: it is not read through here without need.
    """
    if (held := film if film.unchanged else library.holding(film)) is None:
        raise LibraryError(film.why_gone)
    return held


def _request(
    library: Library, film: Film, scan_id: str, settings: ScanSettings, wanted: ReportSettings, *, top_up: bool
) -> str:
    return ScanRequest(
        film=film.path,
        content_id=film.id,
        name=film.name,
        store=library.store(scan_id).folder,
        settings=settings,
        wanted=wanted,
        lock=scan_lock(library.home),
        top_up=top_up,
        file=film.file,
    ).to_json(library.home)


def _woken(library: Library, scan_id: str) -> str:
    wake(library.home)
    return scan_id
