"""Proxies of films that browsers cannot play: whether one is needed, its state, and requests for it."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from typing import Literal

from ..decoding import isolated, keep_reason, kept_reason, unplayable_reason
from ..errors import EmotionError, LibraryError
from ..jobs import ProxyRequest, runner
from ..library import Film, Library, job_table
from ..media import identity_at
from ..storage import Home
from ..system import Progress, newest_progress

State = Literal["not needed", "missing", "being made", "ready", "failed"]

_KIND = "proxy"


@dataclass(frozen=True, slots=True)
class Proxy:
    """The state of a film's proxy."""

    state: State
    reason: str = ""
    """Why the film needs a proxy, in a few words; empty if it needs none, or if that is unknown."""
    progress: Progress | None = None
    """Progress in frames while the proxy is written; None while its job is queued."""
    stands_still: bool = False
    """Whether an analysis suspends the job now."""
    message: str = ""
    """Why it failed: one clear message."""
    track: int | None = None
    """As in Home.proxy."""

    @property
    def file(self) -> str | None:
        """The file to play: "original", "proxy" or, for another track, such as "proxy-2"; None while there is none."""
        match self.state:
            case "not needed":
                return "original"
            case "ready":
                return "proxy" if self.track is None else f"proxy-{self.track}"
        return None


def track_shown(library: Library, film: Film) -> int | None:
    """The video track of the film's newest finished analysis, which its page shows; None for the default track."""
    scan = library.newest_scan(film.id) or next(iter(library.scans(film.id)), None)
    return None if scan is None or scan.settings.track == film.media.track else scan.settings.track


def status(library: Library, film: Film) -> Proxy:
    """The state of the proxy now.

    The first call for a film probes it in another process, which rarely takes more than a second.
    """
    track = track_shown(library, film)
    try:
        reason = _reason(library, film, track)
    except EmotionError as error:
        return Proxy("failed", message=str(error))
    return replace(_status(library, film, track, reason), track=track)


def _status(library: Library, film: Film, track: int | None, reason: str | None) -> Proxy:
    is_present = library.verify(film) is not None
    if reason == "" and is_present:
        return Proxy("not needed")
    with library.database() as database:
        job = job_table.find(database, job_table.job_id(_KIND, film.id, track=track))
        ahead = [other for other in job_table.active(database) if job is not None and other.priority < job.priority]
    if job is not None and job.active:
        if any(other.state == "running" for other in ahead):
            return Proxy("being made", reason or "", stands_still=True)
        return _being_made(library, job, reason or "")
    if Home(library.home).proxy(film.id, track).exists():
        return Proxy("ready", reason or "")
    if not is_present:
        return Proxy("failed", reason or "", message=film.missing_message)
    if job is not None and job.state == "failed":
        return Proxy("failed", reason or "", message=job.message)
    return Proxy("missing", reason or "")


def _being_made(library: Library, job: job_table.Job, reason: str) -> Proxy:
    # While the job is queued, its log may be that of an earlier run.
    events = runner.create(library.home).events(job.id) if job.state == "running" and job.pid is not None else []
    newest = newest_progress(events)
    return Proxy("being made", reason, None if newest is None else Progress.from_event(newest, "frames"))


def request(library: Library, film: Film) -> Proxy:
    """Enqueue the film's proxy if it needs one that is missing; return the state.

    A failed proxy is not tried again here; see `retry`.
    """
    proxy = status(library, film)
    if proxy.state != "missing":
        return proxy
    _enqueue(library, film)
    return Proxy("being made", proxy.reason, track=proxy.track)


def retry(library: Library, film: Film) -> None:
    """Enqueue a failed proxy again."""
    if status(library, film).state == "failed" and library.verify(film) is not None:
        _enqueue(library, film)


def _enqueue(library: Library, film: Film) -> None:
    film = library.film(film.id)  # its file may have been hashed again
    request = request_of(library, film)
    with library.database() as database:
        job_table.enqueue(database, _KIND, film.id, request.to_json(library.home), track=request.track)
    runner.create(library.home).submit(job_table.job_id(_KIND, film.id, track=request.track))


def request_of(library: Library, film: Film) -> ProxyRequest:
    """The request for processes.proxy."""
    frames = film.media.frames_from_header or int(film.media.duration * film.media.rate)
    return ProxyRequest(
        home=library.home,
        film=film.path,
        content_id=film.id,
        name=film.name,
        frames=frames,
        track=track_shown(library, film),
        file=film.file,
    )


def _reason(library: Library, film: Film, track: int | None) -> str | None:
    """Why browsers do not play the film as it is, empty if they do; None if the film is missing or has changed.

    The answer is stored beside the film.
    """
    file = Home(library.home).playability(film.id, track)
    if (stored := kept_reason(file)) is not None:
        return stored
    if library.verify(film) is None:
        return None
    before = identity_at(film.path)
    reason = unplayable_reason(isolated.playback_facts(film.path, film.id, film.name, track))
    if identity_at(film.path) != before:  # another film may have been probed
        return None
    with contextlib.suppress(LibraryError):  # without a stored answer the film is probed again
        library.film(film.id)  # raises if the film was deleted during the probe: then nothing is stored
        keep_reason(file, reason)
    return reason
