"""Which films need a copy for the browser, and how the making of it goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from . import isolated
from .errand import Errand
from .errors import EmotionError
from .library import Library
from .playable import why_not
from .proxy_process import ProxyRequest, proxy_of
from .records import Film
from .storage import write_whole

State = Literal["not needed", "missing", "being made", "ready", "failed"]

_RULES = 1
"""Raised whenever playable.py judges otherwise, so that every film is asked again."""
_ENDED = "Its process was stopped or crashed."


@dataclass(frozen=True, slots=True)
class Proxy:
    """How it stands with a film's proxy."""

    state: State
    reason: str = ""
    """Why the film needs one, in a few words; empty if it does not, or if that is not known."""
    share: float | None = None
    """Of the film, 0 to 1, while it is being made; None while it waits for its turn."""
    seconds_left: float | None = None
    message: str = ""
    """Why there is none: one clear message."""

    @property
    def file(self) -> Literal["original", "proxy"] | None:
        """Which file a player plays; None while there is none."""
        match self.state:
            case "not needed":
                return "original"
            case "ready":
                return "proxy"
        return None


def status(library: Library, film: Film) -> Proxy:
    """How it stands now; a film never seen before is looked at by another process, for a second at most as a rule."""
    try:
        reason = _reason(library, film)
    except EmotionError as error:
        return Proxy("failed", message=str(error))
    if reason == "" and film.unchanged:
        return Proxy("not needed")
    errand = _errand(library, film.id)
    running = errand.running  # asked first: what a process wrote before its end is there afterwards
    if proxy_of(library.home, film.id).exists():
        return Proxy("ready", reason or "")
    if not film.unchanged:
        gone = f"The file of {film.name} is no longer at {film.path}, or has changed. Add the film again."
        return Proxy("failed", reason or "", message=gone)
    said = errand.said
    last = said[-1] if said else {}
    if running:
        frames, total = last.get("frames"), last.get("frames_total")
        share = min(1.0, frames / total) if frames and total else None
        return Proxy("being made", reason or "", share, last.get("seconds_left"))
    if said is None or last.get("event") == "done":
        return Proxy("missing", reason or "")
    why = f"{last['problem']} {last['advice']}".strip() if last.get("event") == "error" else _ENDED
    return Proxy("failed", reason or "", message=why)


def request(library: Library, film: Film) -> Proxy:
    """See that the film's proxy is made, if it needs one that is missing; how it stands then.

    One that failed is not tried again by itself: `again` does.
    """
    found = status(library, film)
    if found.state != "missing":
        return found
    _begin(library, film)
    return Proxy("being made", found.reason)


def again(library: Library, film: Film) -> None:
    """Try once more what failed."""
    cancel(library, film.id)
    request(library, film)


def cancel(library: Library, film_id: str) -> None:
    """End the making of a film's proxy, if it is being made, and forget how it went."""
    _errand(library, film_id).cancel()
    for file in (library.home / "jobs").glob(f"{_name(film_id)}.*"):
        file.unlink(missing_ok=True)


def _begin(library: Library, film: Film) -> None:
    """Start the process by itself. The one place to change once proxies are queued with everything else."""
    file = library.home / "jobs" / f"{_name(film.id)}.request"
    request_of(library, film).write(file)
    _errand(library, film.id).start([str(file)])


def request_of(library: Library, film: Film) -> ProxyRequest:
    """What proxy_process is told about a film."""
    frames = film.media.frames_from_header or int(film.media.duration * film.media.rate)
    return ProxyRequest(home=library.home, film=film.path, content_id=film.id, name=film.name, frames=frames)


def _errand(library: Library, film_id: str) -> Errand:
    return Errand(library.home, _name(film_id), "emotion_core.proxy_process")


def _name(film_id: str) -> str:
    return f"proxy-{film_id}"


def _reason(library: Library, film: Film) -> str | None:
    """Why browsers do not play the film as it is, empty if they do; None if that cannot be found out any more.

    Found out once and kept beside the film.
    """
    file = library.home / "films" / film.id / "playable.json"
    if (kept := _kept(file)) is not None:
        return kept
    if not film.unchanged:
        return None
    reason = why_not(isolated.play_tracks(film.path, film.name))
    write_whole(file, json.dumps({"rules": _RULES, "why_not": reason}).encode())
    return reason


def _kept(file: Path) -> str | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return str(told["why_not"]) if told["rules"] == _RULES else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
