"""Start the work on a film that was added to the library: its scan and its proxy."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil

from ..decoding import isolated
from ..errors import EmotionError
from ..incoming import upload_store
from ..jobs import runner, scans
from ..library import Film, Library, job_table
from ..media import container_kind
from ..settings import ReportSettings, ScanSettings
from ..storage import Home, clock

AHEAD_BYTES = 2 * 1024**3
"""Memory that must be available for a model to be opened ahead; the embedded one takes 0.5 GB."""
MOMENT = 3.0
"""Seconds after a byte of an upload within which the rest, or its analysis, is expected."""


def expect_film(library: Library, path: Path) -> None:
    """Have the library's worker begin while the film at `path`, if it is new or was changed, is hashed and probed.

    What is in its way is reported by `begin_film`.
    """
    with contextlib.suppress(EmotionError, OSError):
        is_film = path.is_file() and container_kind(path) != ""
        if is_film and not any(
            film.path == path.resolve() and film.unchanged for film in library.films_and_recordings()
        ):
            runner.create(library.home).prepare()


def expect_upload(home: Path) -> None:
    """Get ready for an upload that has not arrived yet: the process that will probe it starts, and the library's worker
    opens the model of its last scan.

    Left out where no engine was chosen here yet, since choosing one is work for a scan, and where memory is short.
    """
    if Home(home).trials.exists() and psutil.virtual_memory().available >= AHEAD_BYTES:
        isolated.start_ahead()
        with contextlib.suppress(EmotionError):
            runner.create(home).prepare()


def is_analysis_near(home: Path) -> bool:
    """Whether a library has work, or will have some in a moment, since bytes of a film come in. Raises LibraryError."""
    now = clock.now()
    uploads = upload_store.all_uploads(home)
    return job_table.has_pending(home) or any(
        upload.outcome is None and abs((now - upload.changed_at).total_seconds()) < MOMENT for upload in uploads
    )


def refer_to(library: Library, path: Path) -> Film:
    """Add a film that will be analysed, in place, as Library.refer_to; the worker begins while it is hashed."""
    expect_film(library, path)
    return library.refer_to(path)


def begin_film(
    library: Library,
    film: Film,
    settings: ScanSettings,
    wanted: ReportSettings | None = None,
    *,
    only_new: bool = False,
    browser_copy: bool = True,
    reuse_from: str | None = None,
    at_once: int = 1,
) -> str:
    """Request the scan of a film and, if browsers need one, its proxy; return the scan's id at once.

    `wanted`, `reuse_from` and `at_once` as in scans.start. With `only_new` a film that was scanned, or is scanned now,
    is left alone. `browser_copy` requests the proxy now, so that it is ready with the numbers; otherwise the film's
    page requests it. The terminal leaves it to the page, since a proxy takes longer than many scans and its user may
    never open a browser. Raises EmotionError as scans.start.
    """
    scan_id = _existing_scan(library, film) if only_new else ""
    scan_id = scan_id or scans.start(library, film.id, settings, wanted, reuse_from=reuse_from, at_once=at_once)
    if browser_copy:
        from ..playback import proxies  # after the request: it imports decoders

        proxies.request(library, film)
    return scan_id


def _existing_scan(library: Library, film: Film) -> str:
    """The id of the film's newest finished scan, else of its newest active one; empty if there is none."""
    if (finished := library.newest_scan(film.id)) is not None:
        return finished.id
    latest = scans.latest(library, film.id)
    return latest[0] if latest is not None and latest[1].active else ""
