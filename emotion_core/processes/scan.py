"""A scan in a process of its own: `python -m emotion_core.processes.scan REQUEST`.

It says how it goes as JSON lines on its standard output, the last one "done" or "error", and is cancelled by ending it.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TextIO

from ..errors import ScanError
from ..jobs import child
from ..jobs.child import Teller
from ..jobs.requests import ScanRequest
from ..sandbox import confinement, scratch
from ..sandbox.watchdog import STALLED
from ..storage.paths import earlier_engines_file, engines_folder, home
from ..system.progress import Report


def main(request_file: Path, events: TextIO, *, confined: bool = False) -> int:
    """Scan as `request_file` says; returns the exit code. `confined`: `confine` this process first."""
    return child.run(request_file, events, _read_confined if confined else ScanRequest.read, _in_turn)


def _read_confined(request_file: Path) -> ScanRequest:
    confine(request_file)
    return ScanRequest.read(request_file)


def confine(request_file: Path) -> None:
    """Before anything else: from now on this process reads one film and changes one store."""
    from huggingface_hub.constants import HF_HUB_CACHE

    request = ScanRequest.read(request_file)
    with contextlib.suppress(OSError):  # where nothing can be written, locking says so
        request.lock.touch()
    checkpoint = request.settings.checkpoint
    model = [Path(HF_HUB_CACHE)]
    if checkpoint and (folder := Path(checkpoint)).is_dir():
        model = [folder, *(file.resolve() for file in folder.iterdir())]  # weights may be links to where they are kept
    confinement.work(
        request.film,
        read=[request_file, *model, earlier_engines_file()],
        change=[request.store, request.lock, home() / "networks", engines_folder()],
    )


def _in_turn(request: ScanRequest, tell: Teller) -> None:
    with tell.turn(request.lock):
        tell.watch(
            ScanError(
                f"The analysis of {request.name} was ended: nothing came of it for {STALLED / 60:.0f} minutes.",
                "Analyse the film again, and it goes on from there; if it happens again, export the film anew.",
            )
        )
        _scan(request, tell)


def _scan(request: ScanRequest, report: Report) -> None:
    report("loading", {})
    from ..observations.store import ObservationStore

    store = ObservationStore(request.store)
    if store.sealed and not request.top_up:  # another process was asked the same and came first
        report("done", {})
        return
    file = child.film_file(request.film, request.content_id, request.file, report)
    from ..scan.scan import scan, top_up  # after the lock: who waits should not hold a model's worth of memory

    if request.top_up:
        top_up(request.film, store, request.wanted, report, file=file)
    else:
        scan(request.film, request.content_id, store, request.settings, request.wanted, report, file=file)


if __name__ == "__main__":
    own = child.own_channel()
    code = main(Path(sys.argv[1]), own, confined=True)
    scratch.leave()
    own.flush()
    sys.stderr.flush()
    # All is written down; tearing the engines down would keep a core from the next scan for seconds.
    os._exit(code)
