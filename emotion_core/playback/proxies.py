"""Which films need a copy for the browser, and how the making of it goes."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from ..decoding import isolated
from ..decoding.browser_support import why_not
from ..errors import EmotionError, LibraryError
from ..jobs import events as job_events
from ..jobs.requests import ProxyRequest
from ..jobs.supervisor import wake
from ..library import job_table
from ..library.library import Library
from ..library.records import Film
from ..media import identity
from ..storage import hashed_json
from ..storage.paths import proxy_of

State = Literal["not needed", "missing", "being made", "ready", "failed"]

_RULES = 2
"""Raised whenever browser_support.py judges otherwise, so that every film is asked again."""
_KIND = "proxy"


@dataclass(frozen=True, slots=True)
class Proxy:
    """How it stands with a film's proxy."""

    state: State
    reason: str = ""
    """Why the film needs one, in a few words; empty if it does not, or if that is not known."""
    share: float | None = None
    """Of the film, 0 to 1, while it is being made; None while it waits for its turn."""
    seconds_left: float | None = None
    stands_still: bool = False
    """Whether it gives way to an analysis now."""
    message: str = ""
    """Why there is none: one clear message."""
    track: int | None = None
    """As in proxy_of."""

    @property
    def file(self) -> str | None:
        """Which file a player plays, "original", "proxy" or, of another track, "proxy-2"; None while there is none."""
        match self.state:
            case "not needed":
                return "original"
            case "ready":
                return "proxy" if self.track is None else f"proxy-{self.track}"
        return None


def track_shown(library: Library, film: Film) -> int | None:
    """The video track that the film's page shows, that of its newest finished analysis; None for the one that is read
    as a rule.
    """
    scan = library.scan_of(film.id) or next(iter(library.scans(film.id)), None)
    return None if scan is None or scan.settings.track == film.media.track else scan.settings.track


def status(library: Library, film: Film) -> Proxy:
    """How it stands now; a film never seen before is looked at by another process, for a second at most as a rule."""
    track = track_shown(library, film)
    try:
        reason = _reason(library, film, track)
    except EmotionError as error:
        return Proxy("failed", message=str(error))
    return replace(_status(library, film, track, reason), track=track)


def _status(library: Library, film: Film, track: int | None, reason: str | None) -> Proxy:
    here = library.holding(film) is not None
    if reason == "" and here:
        return Proxy("not needed")
    with library.database() as database:
        job = job_table.find(database, job_table.job_id(_KIND, film.id, track=track))
        before = [one for one in job_table.active(database) if job is not None and one.priority < job.priority]
    if job is not None and job.active:
        if any(one.state == "running" for one in before):
            return Proxy("being made", reason or "", stands_still=True)
        return _being_made(library, job, reason or "")
    if proxy_of(library.home, film.id, track).exists():
        return Proxy("ready", reason or "")
    if not here:
        return Proxy("failed", reason or "", message=film.why_gone)
    if job is not None and job.state == "failed":
        return Proxy("failed", reason or "", message=job.message)
    return Proxy("missing", reason or "")


def _being_made(library: Library, job: job_table.Job, reason: str) -> Proxy:
    # What stands there while it waits may be from an earlier time.
    events = job_events.last(library.home, job.id) if job.state == "running" and job.pid is not None else []
    told = job_events.progress(events) or {}
    frames, total = told.get("frames"), told.get("frames_total")
    share = min(1.0, frames / total) if frames and total else None
    return Proxy("being made", reason, share, told.get("seconds_left"))


def request(library: Library, film: Film) -> Proxy:
    """See that the film's proxy is made, if it needs one that is missing; how it stands then.

    One that failed is not tried again by itself: `again` does.
    """
    found = status(library, film)
    if found.state != "missing":
        return found
    _ask(library, film)
    return Proxy("being made", found.reason, track=found.track)


def again(library: Library, film: Film) -> None:
    """Try once more what failed."""
    if status(library, film).state == "failed" and library.holding(film) is not None:
        _ask(library, film)


def _ask(library: Library, film: Film) -> None:
    film = library.film(film.id)  # whose file may have been hashed again
    request = request_of(library, film)
    with library.database() as database:
        job_table.enqueue(database, _KIND, film.id, request.to_json(library.home), track=request.track)
    wake(library.home)


def request_of(library: Library, film: Film) -> ProxyRequest:
    """What proxy_process is told about a film."""
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
    """Why browsers do not play the film as it is, empty if they do; None if that cannot be found out any more.

    Found out once and kept beside the film.
    """
    file = library.home / "films" / film.id / ("playable.json" if track is None else f"playable-{track}.json")
    if (kept := _kept(file)) is not None:
        return kept
    if library.holding(film) is None:
        return None
    before = identity.at(film.path)
    reason = why_not(isolated.play_tracks(film.path, film.name, track))
    if identity.at(film.path) != before:  # what was looked at may be another film by now
        return None
    with contextlib.suppress(LibraryError):  # where it cannot be kept it is found out again
        library.film(film.id)  # looking took a while: nothing is kept of one that was deleted meanwhile
        hashed_json.write(file, {"rules": _RULES, "why_not": reason})
    return reason


def _kept(file: Path) -> str | None:
    try:
        told = hashed_json.read(file)
        return str(told["why_not"]) if told["rules"] == _RULES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
