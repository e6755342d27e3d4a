"""A scan in a process of its own: `python -m emotion_core.scan_process REQUEST`.

It says how it goes as JSON lines on its standard output, the last one "done" or "error", and is cancelled by ending it.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from . import confinement, job_side, later
from .confinement import STALLED
from .errors import ScanError
from .home import earlier_engines_file, engines_folder, home
from .identity import Identity
from .job_side import Teller
from .places import stored
from .progress import Report
from .settings import ReportSettings, ScanSettings, report_from_json, scan_from_json, to_json
from .storage import write_whole

OFFLINE = {"HF_HUB_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "DO_NOT_TRACK": "1"}
"""A scan has no business on any network."""


def scan_lock(home: Path) -> Path:
    """The file that is locked while a scan, or a measuring, keeps all cores busy: they take turns."""
    return home / "scan.lock"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanRequest:
    """What a scan is told."""

    film: Path
    content_id: str
    name: str
    """As the user knows the film."""
    store: Path
    settings: ScanSettings
    wanted: ReportSettings
    """Its shots are counted while scanning, its short scenes filled up."""
    lock: Path
    """Held while scanning: scans take turns, since each one uses all cores."""
    top_up: bool = False
    """Only add the frames that `wanted` asks for to a scan that is finished."""
    file: Identity | None = None
    """Of the film when it was hashed; None where that is not known."""

    def to_json(self, home: Path | None = None) -> str:
        """What `read` reads; with `home`, what waits in that library's queue (see places)."""
        request = {
            "film": stored(self.film, home),
            "content_id": self.content_id,
            "name": self.name,
            "store": stored(self.store, home),
            "settings": to_json(self.settings),
            "wanted": to_json(self.wanted),
            "lock": stored(self.lock, home),
            "top_up": self.top_up,
            "file": None if self.file is None else self.file.to_json(),
        }
        return json.dumps(request, indent=1)

    def write(self, path: Path) -> None:
        """Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ScanRequest:
        """Raises LaterVersion where a later version asks for more than this one knows."""
        request = json.loads(path.read_text())
        asked = later.scan_settings(request["settings"]) or later.report_settings(request["wanted"])
        later.refuse(f"What {request['name']} is to be analysed with", asked)
        return cls(
            film=Path(request["film"]),
            content_id=request["content_id"],
            name=request["name"],
            store=Path(request["store"]),
            settings=scan_from_json(request["settings"]),
            wanted=report_from_json(request["wanted"]),
            lock=Path(request["lock"]),
            top_up=request["top_up"],
            file=Identity.from_json(request.get("file")),
        )


def main(request_file: Path, events: TextIO, *, confined: bool = False) -> int:
    """Scan as `request_file` says; returns the exit code. `confined`: `confine` this process first."""
    return job_side.run(request_file, events, _read_confined if confined else ScanRequest.read, _in_turn)


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
    from .observation_store import ObservationStore

    store = ObservationStore(request.store)
    if store.sealed and not request.top_up:  # another process was asked the same and came first
        report("done", {})
        return
    file = job_side.film_file(request.film, request.content_id, request.file, report)
    from .scan import scan, top_up  # after the lock: who waits should not hold a model's worth of memory

    if request.top_up:
        top_up(request.film, store, request.wanted, report, file=file)
    else:
        scan(request.film, request.content_id, store, request.settings, request.wanted, report, file=file)


if __name__ == "__main__":
    own = job_side.own_channel()
    code = main(Path(sys.argv[1]), own, confined=True)
    confinement.leave()
    own.flush()
    sys.stderr.flush()
    # All is written down; tearing the engines down would keep a core from the next scan for seconds.
    os._exit(code)
