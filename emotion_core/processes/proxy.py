"""Transcode a film to its proxy in a confined process: `python -m emotion_core.processes.proxy REQUEST`.

REQUEST is the file of a ProxyRequest. The process writes events to its standard output, the last one "done" or "error".
Ending the process cancels the work. It has a low priority on the processor.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from ..errors import LibraryError, ScanError
from ..incoming import StorageBudget, storage_budget
from ..jobs import ProxyRequest, child
from ..library import database
from ..sandbox import PROXY_BYTES, PROXY_BYTES_A_THREAD, STALLED, confinement, scratch
from ..storage import Home, file_hash, flush_folder, hashed_json, proxy_note
from ..system import EventWriter, ProgressReporter, Report, own_channel, thread_budget

NICE = 10
"""Niceness: scans and the app go first. Beside a scan on all cores a proxy still gets a few percent of one."""
LOOK_EVERY = 100
"""Frames between two checks of the free space."""
_FIELDS = ("frames", "frames_total", "frames_per_second", "seconds_left")


def main(request_file: Path, events: TextIO, *, confined: bool = False) -> int:
    """Create the proxy of `request_file`; return the exit code. `confined`: call `confine` first."""
    with contextlib.suppress(OSError, AttributeError):  # some platforms have no niceness
        os.nice(NICE)
    first = partial(confine, request_file) if confined else lambda _: None
    return child.run(request_file, events, ProxyRequest.read, partial(_wait_and_create, first))


def confine(request_file: Path, request: ProxyRequest) -> None:
    """Confine this process to reading the film and changing the proxy's folder; call it before the film is opened."""
    confinement.confine_worker(
        request.film,
        read=[request_file],
        change=[request.target.parent],
        data=PROXY_BYTES + thread_budget().decode * PROXY_BYTES_A_THREAD,
    )


def _wait_and_create(first: Callable[[ProxyRequest], None], request: ProxyRequest, writer: EventWriter) -> None:
    with writer.turn(Home(request.home).proxy_lock):
        if request.target.exists():  # an earlier process was killed before it reported “done”
            writer("done", {})
            return
        budget = storage_budget(request.home).without(_part(request))  # a confined process cannot see other films
        _make_folder(request)
        first(request)
        writer.watch(
            ScanError(
                f"The copy of {request.name} was given up: nothing came of it for {STALLED / 60:.0f} minutes.",
                "Try again; if it happens again, export the film anew.",
            )
        )
        writer("done", {"frames": _create(request, writer, budget)})


def _create(request: ProxyRequest, report: Report, budget: StorageBudget) -> int:
    """Write the proxy under a temporary name, then rename it; return its number of frames."""
    from ..playback.transcode import write  # imported after the lock, so that a waiting process holds little memory

    target, part = request.target, _part(request)
    name = f"The copy of {request.name}"
    for leftover in (part, proxy_note(target)):  # of an interrupted or removed proxy
        leftover.unlink(missing_ok=True)
    progress = ProgressReporter(
        request.frames, lambda event, fields: report(event, {key: fields[key] for key in _FIELDS})
    )

    def on_frame(_event: str, fields: dict[str, Any]) -> None:
        frames = fields["frames"]
        if frames % LOOK_EVERY == 1:
            budget.check_growing_file(part, name)
        progress.at(frames, 0, 0, 0)

    identity = child.film_file(request.film, request.content_id, request.file, report)
    try:
        frames = write(request.film, request.content_id, part, on_frame, track=request.track, file=identity)
        budget.check_growing_file(part, name)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        hashed_json.write(proxy_note(target), {"sha256_of_copy": file_hash(part)})
        part.replace(target)
        flush_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return frames


def _make_folder(request: ProxyRequest) -> None:
    """Create the proxy's folder. Raises LibraryError if the film was deleted meanwhile: its folder must not return."""
    file = Home(request.home).database
    if file.exists() and not database.has_film(file, request.content_id):
        raise LibraryError(f"{request.name} is no longer in the library.", "It was deleted; add it again.")
    request.target.parent.mkdir(parents=True, exist_ok=True)


def _part(request: ProxyRequest) -> Path:
    return request.target.with_name(f"{request.target.name}.part")


if __name__ == "__main__":
    channel = own_channel()
    code = main(Path(sys.argv[1]), channel, confined=True)
    scratch.empty_temporary_folder()
    sys.exit(code)
