"""A film's proxy made in a process of its own: `python -m emotion_core.proxy_process REQUEST`.

It says how it goes as JSON lines on its standard output, the last one "done" or "error", and is cancelled by ending it.
It gives way to everything else on the machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from . import confinement, hashed_json, job_side, schema
from .confinement import PROXY_BYTES, PROXY_BYTES_A_THREAD, STALLED
from .errors import LibraryError, ScanError
from .identity import Identity
from .job_side import Teller
from .places import stored
from .progress import Progress, Report
from .space import Space, space
from .storage import flush_folder, write_whole
from .threads import share

NICE = 10
"""Scans and the app go first; beside a scan of all cores it still gets a few percent of one."""
LOOK_EVERY = 100
"""Frames between two looks at the room there is."""
_TOLD = ("frames", "frames_total", "frames_per_second", "seconds_left")


def proxy_of(home: Path, film_id: str, track: int | None = None) -> Path:
    """Where a film's proxy lies, if it was made; `track` names another video track than the one read as a rule."""
    return home / "films" / film_id / ("proxy.mp4" if track is None else f"proxy-{track}.mp4")


def proxy_note(proxy: Path) -> Path:
    """Where the SHA-256 of a proxy is kept, as "sha256_of_copy"; not there beside those of earlier versions."""
    return proxy.with_suffix(".json")


def proxy_lock(home: Path) -> Path:
    """The file that is locked while a proxy is made: they take turns."""
    return home / "proxy.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProxyRequest:
    """What the process is told."""

    home: Path
    """The library's folder."""
    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    frames: int
    """About how many it has."""
    track: int | None = None
    """As in proxy_of."""
    file: Identity | None = None
    """As in ScanRequest."""

    @property
    def target(self) -> Path:
        return proxy_of(self.home, self.content_id, self.track)

    def to_json(self, home: Path | None = None) -> str:
        """What `read` reads; with `home`, what waits in that library's queue (see places)."""
        told = {
            "home": stored(self.home, home),
            "film": stored(self.film, home),
            "content_id": self.content_id,
            "name": self.name,
            "frames": self.frames,
            "track": self.track,
            "file": None if self.file is None else self.file.to_json(),
        }
        return json.dumps(told, indent=1)

    def write(self, path: Path) -> None:
        """Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ProxyRequest:
        told = json.loads(path.read_text())
        file = Identity.from_json(told.get("file"))
        return cls(**{**told, "home": Path(told["home"]), "film": Path(told["film"]), "file": file})


def main(request_file: Path, events: TextIO, *, confined: bool = False) -> int:
    """Make the proxy that `request_file` asks for; returns the exit code. `confined`: `confine` this process first."""
    with contextlib.suppress(OSError, AttributeError):  # not where the platform has none
        os.nice(NICE)
    first = partial(confine, request_file) if confined else lambda _: None
    return job_side.run(request_file, events, ProxyRequest.read, partial(_in_turn, first))


def confine(request_file: Path, request: ProxyRequest) -> None:
    """Before the film is opened: from now on this process reads one film and changes one folder."""
    confinement.work(
        request.film,
        read=[request_file],
        change=[request.target.parent],
        data=PROXY_BYTES + share().decode * PROXY_BYTES_A_THREAD,
    )


def _in_turn(first: Callable[[ProxyRequest], None], request: ProxyRequest, tell: Teller) -> None:
    with tell.turn(proxy_lock(request.home)):
        if request.target.exists():  # an earlier process was killed before it could say so
            tell("done", {})
            return
        room = space(request.home).without(_part(request))  # before it is confined: then it sees no other film
        _make_folder(request)
        first(request)
        tell.watch(
            ScanError(
                f"The copy of {request.name} was given up: nothing came of it for {STALLED / 60:.0f} minutes.",
                "Try again; if it happens again, export the film anew.",
            )
        )
        tell("done", {"frames": _make(request, tell, room)})


def _make(request: ProxyRequest, report: Report, room: Space) -> int:
    """Under a temporary name, then in one step; what an earlier process left under that name is written over."""
    from .proxy import write  # after the lock: who waits should not hold memory

    target, part = request.target, _part(request)
    called = f"The copy of {request.name}"
    for left in (part, proxy_note(target)):  # of a proxy that was never finished, or was removed
        left.unlink(missing_ok=True)
    progress = Progress(request.frames, lambda event, fields: report(event, {name: fields[name] for name in _TOLD}))

    def went_on(_event: str, fields: dict[str, Any]) -> None:
        frames = fields["frames"]
        if frames % LOOK_EVERY == 1:
            room.must_go_on_holding(part, called)
        progress.at(frames, 0, 0, 0)

    held = job_side.film_file(request.film, request.content_id, request.file, report)
    try:
        frames = write(request.film, request.content_id, part, went_on, track=request.track, file=held)
        room.must_go_on_holding(part, called)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        hashed_json.write(proxy_note(target), {"sha256_of_copy": digest})
        part.replace(target)
        flush_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return frames


def _make_folder(request: ProxyRequest) -> None:
    """Where the proxy goes. Raises LibraryError where its film was deleted meanwhile: nothing of it may come back."""
    file = request.home / "library.sqlite"
    if file.exists() and not schema.knows_film(file, request.content_id):
        raise LibraryError(f"{request.name} is no longer in the library.", "It was deleted; add it again.")
    request.target.parent.mkdir(parents=True, exist_ok=True)


def _part(request: ProxyRequest) -> Path:
    return request.target.with_name(f"{request.target.name}.part")


if __name__ == "__main__":
    own = job_side.own_channel()
    code = main(Path(sys.argv[1]), own, confined=True)
    confinement.leave()
    sys.exit(code)
