"""Scans as background jobs: requested, followed and cancelled from any process.

A runner executes them in the order of the queue (`library.job_table`), independently of browsers and terminals.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from ..decoding import isolated
from ..errors import LibraryError, ScanError, SettingsError
from ..expression.checkpoints import locate
from ..expression.selection import requested_engine
from ..faces import embedding
from ..library import Film, Library, Scan, copies, job_table, transaction
from ..scan.reuse.known_film import NOTHING_TAKEN_OVER
from ..settings import ReportSettings, ScanSettings
from ..storage import from_os_error
from ..system import error_message
from . import runner
from .requests import known_films, scan_request
from .scan_status import State, Status, places, status

if TYPE_CHECKING:  # a scan is requested without what makes reports
    from ..analysis import Analysis

__all__ = [
    "State", "Status", "backfill", "cancel", "cancel_job", "delete_film", "delete_screening", "delete_viewer",
    "forget_people", "frames_to_add", "latest", "places", "start", "status", "why_frames_are_missing",
    "why_nothing_was_taken_over",
]  # fmt: skip


def start(
    library: Library,
    film_id: str,
    settings: ScanSettings,
    wanted: ReportSettings | None = None,
    *,
    reuse_from: str | None = None,
    at_once: int = 1,
) -> str:
    """Request a scan of a film and return the scan's id at once, or that of a finished scan with the same settings.

    An interrupted scan with the same settings is resumed. A finished one whose files are damaged, or have a layout that
    is no longer read, is moved to the folder set-aside, and the film is scanned again. `wanted` are the report settings
    whose short scenes get more frames (None: the film's own). `reuse_from` is the id of the only film from which faces
    may be taken over, where the settings ask for it, and `at_once` how many scans may run at once while this one does.
    Raises EmotionError if the film's file is missing or has no such
    video track, if the checkpoint is missing, damaged or not of facial expressions, or if the engine cannot run here.
    """
    location = locate(settings.checkpoint)
    location.labels()  # raises here, not in the scan's process, if this is no checkpoint of faces
    if location.source == "folder":  # the scan's process has another working folder
        settings = replace(settings, checkpoint=str(location.folder))
    film = library.refresh(library.film(film_id))
    if settings.people:
        _check_people(library, film)
    if settings.track == film.media.track:  # the default track
        settings = replace(settings, track=None)
    model = location.weights_hash(), location.settings_hash()
    existing = library.scans(film_id)
    same = [old for old in existing if old.has_same_request(settings, *model) and _is_of(library, old, film)]
    finished, damaged = _find_finished(library, same, film, people=settings.people)
    if finished is not None:
        if finished.id != existing[0].id:
            _make_newest(library, finished)
        return finished.id
    requested_engine(settings.engine)  # raises here if the engine cannot run
    film = _verify_file(library, film)
    if settings.track is not None:  # raises here if the film has no such track
        isolated.probe(film.path, film.id, film.name, settings.track)
    wanted = wanted or library.report_settings(film_id)
    for old in damaged:
        _set_aside(library, old)
    with library.database() as database, transaction(database):
        stopped: Scan | None = None
        for old in Scan.of_film(database, film_id):  # read again: another window may have requested the same meanwhile
            if old.has_same_request(settings, *model) and _is_of(library, old, film):
                job = job_table.find(database, old.id)
                if job is not None and job.active:
                    return _submit(library, old.id)
                stopped = stopped or old
        scan_id = stopped.restart(database) if stopped else Scan.insert(database, film_id, settings, *model)
        own = stopped.settings if stopped else settings
        known = known_films(library, film, model, reuse_from) if own.reuse_faces else ()
        request = scan_request(library, film, scan_id, own, wanted, known=known)
        job_table.enqueue(database, "scan", film_id, request, scan_id=scan_id, at_once=at_once)
    for old in existing:
        with contextlib.suppress(LibraryError):  # another window has deleted it already
            if (
                old.id != scan_id
                and not library.store(old.id).is_later
                and status(library, old.id).state in ("failed", "cancelled")
            ):
                library.delete_scan(old.id)
    return _submit(library, scan_id)


def _check_people(library: Library, film: Film) -> None:
    """Raise SettingsError where the people of a film must not be told apart, EngineError where they cannot be."""
    if film.role == "recording" or library.viewers_of_recording(film.id):
        raise SettingsError(
            f"{film.name} is a recording of viewers: what identifies their faces is never stored.", "Leave people off."
        )
    if not embedding.is_installed():
        raise embedding.not_installed()


def forget_people(library: Library, film_id: str) -> None:
    """End a film's jobs, then delete all that tells its people apart. Its scans stay; one that was running can go on.

    Raises LibraryError. A call that was interrupted can be repeated.
    """
    _cancel_jobs(library, film_id)
    library.forget_people(film_id)


def _find_finished(library: Library, scans: list[Scan], film: Film, *, people: bool) -> tuple[Scan | None, list[Scan]]:
    """The first undamaged finished scan, None if there is none, and the damaged ones before it."""
    damaged: list[Scan] = []
    for scan in scans:
        if library.store(scan.id).sealed:
            if not _is_damaged(library, scan, film, people=people):
                return scan, damaged
            damaged.append(scan)
    return None, damaged


def _is_damaged(library: Library, scan: Scan, film: Film, *, people: bool) -> bool:
    """Whether a finished scan's numbers are unreadable or, if its film is present for a new scan, its pictures or, with
    `people`, what tells them apart.
    """
    if status(library, scan.id).active:  # a backfill is adding frames
        return False
    store = library.store(scan.id)
    try:
        samples = store.read().samples
    except ScanError:
        return True
    lacks = store.segment_files.damaged_pictures(samples) or (people and not store.embeddings_are_whole)
    return bool(lacks) and library.verify(film) is not None


def _set_aside(library: Library, scan: Scan) -> None:
    folder = library.store(scan.id).folder
    try:
        copies.set_aside(library.home, folder)
    except FileNotFoundError:  # another window has done it
        pass
    except OSError as error:
        raise from_os_error(error, folder, "moved") from error
    library.delete_scan_files(scan.id)  # the reports computed from it


def _is_of(library: Library, scan: Scan, film: Film) -> bool:
    """Whether a scan read the same video track, with the same rotation, as this version would."""
    store = library.store(scan.id)
    if store.is_later:  # only that version can tell
        return False
    media = store.media
    return media is None or scan.settings.track is not None or media.same_track_as(film.media)


def _make_newest(library: Library, scan: Scan) -> None:
    """Make a finished scan the one that its film's pages show, unless the film has an active job."""
    with library.database() as database, transaction(database):
        if not any(job.active for job in job_table.of_film(database, scan.film_id)):
            scan.restart(database)


def backfill(library: Library, scan_id: str, wanted: ReportSettings) -> bool:
    """Request the frames that the scenes of `wanted` lack in a finished scan; return False if there are none to add.

    Until the job ends, reports of those scenes use the existing frames.
    """
    scan = library.scan(scan_id)
    if status(library, scan_id).active or not frames_to_add(library.analysis_of(scan, wanted)):
        return False
    film = _verify_file(library, library.film(scan.film_id))
    request = scan_request(library, film, scan.id, scan.settings, wanted, top_up=True)
    with library.database() as database, transaction(database):
        most = job_table.MOST_AT_ONCE  # beside films that run at once it need not wait for all of them
        is_new = job_table.enqueue(database, "top_up", film.id, request, scan_id=scan.id, at_once=most)
    runner.create(library.home).submit(scan.id)
    return is_new


def frames_to_add(analysis: Analysis) -> tuple[int, ...]:
    """Indices of the frames that short scenes of a report need and that the scan has not analysed."""
    from ..scenes import missing_frames, shots_in

    return missing_frames(analysis.observations, shots_in(row.scene for row in analysis.scenes))


def why_frames_are_missing(library: Library, scan_id: str) -> str:
    """Why the missing frames of a finished scan were not added, in one or two sentences; empty without an attempt."""
    film = library.film(library.scan(scan_id).film_id)
    if library.verify(film) is None:
        return film.missing_message
    events = runner.create(library.home).events(scan_id)
    if events and events[-1]["event"] == "done":
        return ""
    return error_message(events) or "Reading them was ended before it was done."


def why_nothing_was_taken_over(library: Library, scan_id: str) -> str:
    """Why a finished scan that was to take over faces from an analysed cut took none, in a sentence; else empty."""
    if not library.scan(scan_id).settings.reuse_faces:
        return ""
    events = runner.create(library.home).events(scan_id)
    return str(events[-1].get(NOTHING_TAKEN_OVER, "")) if events and events[-1]["event"] == "done" else ""


def latest(library: Library, film_id: str, ahead: Mapping[str, int] | None = None) -> tuple[str, Status] | None:
    """Id and status of the newest scan of a film, in any state; None without scans. `ahead` as in `status`."""
    scans = library.scans(film_id)
    return (scans[0].id, status(library, scans[0].id, ahead)) if scans else None


def cancel(library: Library, scan_id: str) -> None:
    """Cancel an active scan; what it has written stays, so that it can be resumed."""
    cancel_job(library, scan_id)


def cancel_job(library: Library, name: str) -> None:
    """Cancel a queued or running job of any kind, and end its process."""
    job = None
    with contextlib.suppress(LibraryError), library.database() as database:
        job = job_table.find(database, name)
        if job is not None and job.active:
            job = job_table.cancel(database, name) or job  # on a full disk its process is ended nevertheless
    if job is not None:
        runner.create(library.home).cancel(job)


def delete_film(library: Library, film_id: str) -> None:
    """Cancel all jobs of a film, then delete the film and all its data, with its screenings and their viewers.

    Raises LibraryError, with nothing deleted, if the film is a recording of viewers of other films.
    """
    _check_not_needed(library, film_id)
    for screening in library.screenings(film_id):
        delete_screening(library, screening.id)
    _delete_film(library, film_id)


def _check_not_needed(library: Library, film_id: str) -> None:
    own = {screening.id for screening in library.screenings(film_id)}
    for viewer_id in library.viewers_of_recording(film_id):
        viewer = library.viewer(viewer_id)
        if viewer.screening_id not in own:
            shown = library.film(library.screening(viewer.screening_id).film_id).name
            raise LibraryError(
                f"This film is the recording of “{viewer.name}”, a viewer of {shown}.", "Delete that viewer first."
            )


def delete_screening(library: Library, screening_id: str) -> None:
    """Delete a screening with all its viewers, and everything of them. A call that was interrupted can be repeated."""
    for viewer_id in library.viewer_ids(screening_id):
        delete_viewer(library, viewer_id)
    library.forget_screening(screening_id)


def delete_viewer(library: Library, viewer_id: str) -> None:
    """Delete a viewer with everything of them: readings, ratings, consent and, unless another viewer needs it or it is
    a film of its own, the recording with its analyses. A call that was interrupted can be repeated.
    """
    recording = library.unshared_recording(viewer_id)
    if recording is not None:
        _delete_film(library, recording)
    library.forget_viewer(viewer_id)


def _delete_film(library: Library, film_id: str) -> None:
    _cancel_jobs(library, film_id)
    library.delete_film(film_id)


def _cancel_jobs(library: Library, film_id: str) -> None:
    with library.database() as database:
        names = [job.id for job in job_table.of_film(database, film_id)]
    for name in names:
        cancel_job(library, name)


def _verify_file(library: Library, film: Film) -> Film:
    """The film with its file verified. Raises LibraryError if the file is missing or holds another film.

    An unchanged file is not hashed here: the job's process verifies it before it opens the film.
    """
    if (verified := film if film.unchanged else library.verify(film)) is None:
        raise LibraryError(film.missing_message)
    return verified


def _submit(library: Library, scan_id: str) -> str:
    runner.create(library.home).submit(scan_id)
    return scan_id
