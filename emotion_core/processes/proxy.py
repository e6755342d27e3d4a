"""A film's proxy made in a process of its own: `python -m emotion_core.processes.proxy REQUEST`.

It says how it goes as JSON lines on its standard output, the last one "done" or "error", and is cancelled by ending it.
It gives way to everything else on the machine.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from ..errors import LibraryError, ScanError
from ..incoming.quota import Space, space
from ..jobs import child
from ..jobs.child import Teller
from ..jobs.requests import ProxyRequest
from ..library import database
from ..sandbox import confinement, scratch
from ..sandbox.confinement import PROXY_BYTES, PROXY_BYTES_A_THREAD
from ..sandbox.watchdog import STALLED
from ..storage import hashed_json
from ..storage.files import flush_folder
from ..storage.paths import proxy_lock, proxy_note
from ..system.progress import Progress, Report
from ..system.threads import share

NICE = 10
"""Scans and the app go first; beside a scan of all cores it still gets a few percent of one."""
LOOK_EVERY = 100
"""Frames between two looks at the room there is."""
_TOLD = ("frames", "frames_total", "frames_per_second", "seconds_left")


def main(request_file: Path, events: TextIO, *, confined: bool = False) -> int:
    """Make the proxy that `request_file` asks for; returns the exit code. `confined`: `confine` this process first."""
    with contextlib.suppress(OSError, AttributeError):  # not where the platform has none
        os.nice(NICE)
    first = partial(confine, request_file) if confined else lambda _: None
    return child.run(request_file, events, ProxyRequest.read, partial(_in_turn, first))


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
    from ..playback.transcode import write  # after the lock: who waits should not hold memory

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

    held = child.film_file(request.film, request.content_id, request.file, report)
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
    if file.exists() and not database.knows_film(file, request.content_id):
        raise LibraryError(f"{request.name} is no longer in the library.", "It was deleted; add it again.")
    request.target.parent.mkdir(parents=True, exist_ok=True)


def _part(request: ProxyRequest) -> Path:
    return request.target.with_name(f"{request.target.name}.part")


if __name__ == "__main__":
    own = child.own_channel()
    code = main(Path(sys.argv[1]), own, confined=True)
    scratch.leave()
    sys.exit(code)
