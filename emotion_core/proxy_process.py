"""A film's proxy made in a process of its own: `python -m emotion_core.proxy_process REQUEST`.

It says how it goes as JSON lines on its standard output, the last one "done" or "error", and is cancelled by ending it.
It gives way to everything else on the machine.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from . import confinement, job_side
from .configuration import FILE as CONFIGURATION
from .configuration import Configuration
from .confinement import STALLED
from .errors import EmotionError, QuotaReached, ScanError
from .job_side import Teller
from .progress import Progress, Report
from .storage import disk_full, flush_folder, write_whole

NICE = 10
"""Scans and the app go first; beside a scan of all cores it still gets a few percent of one."""
KEPT_FREE = 100_000_000
"""Bytes of the disk that a proxy leaves to what matters more."""
LOOK_EVERY = 100
"""Frames between two looks at the disk."""
_TOLD = ("frames", "frames_total", "frames_per_second", "seconds_left")


def proxy_of(home: Path, film_id: str) -> Path:
    """Where a film's proxy lies, if it was made."""
    return home / "films" / film_id / "proxy.mp4"


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

    def to_json(self) -> str:
        """What `read` reads."""
        told = {
            "home": str(self.home),
            "film": str(self.film),
            "content_id": self.content_id,
            "name": self.name,
            "frames": self.frames,
        }
        return json.dumps(told, indent=1)

    @property
    def text(self) -> str:
        """The same."""
        return self.to_json()

    def write(self, path: Path) -> None:
        """Raises LibraryError."""
        write_whole(path, self.to_json().encode())

    @classmethod
    def read(cls, path: Path) -> ProxyRequest:
        told = json.loads(path.read_text())
        return cls(**{**told, "home": Path(told["home"]), "film": Path(told["film"])})


def main(request_file: Path, events: TextIO, room: Room | None = None) -> int:
    """Make the proxy that `request_file` asks for; returns the exit code. `room` None: it is looked for here."""
    with contextlib.suppress(OSError, AttributeError):  # not where the platform has none
        os.nice(NICE)
    return job_side.run(request_file, events, ProxyRequest.read, partial(_in_turn, room=room))


def confine(request_file: Path, request: ProxyRequest) -> None:
    """Before anything else: from now on this process reads one film and changes one folder."""
    with contextlib.suppress(OSError):  # where nothing can be written, locking says so
        proxy_lock(request.home).touch()
    confinement.work(
        request.film,
        read=[request_file, request.home / CONFIGURATION],
        change=[proxy_of(request.home, request.content_id).parent, proxy_lock(request.home)],
    )


def _in_turn(request: ProxyRequest, tell: Teller, room: Room | None) -> None:
    with tell.turn(proxy_lock(request.home)):
        tell.watch(
            ScanError(
                f"The copy of {request.name} was given up: nothing came of it for {STALLED / 60:.0f} minutes.",
                "Try again; if it happens again, export the film anew.",
            )
        )
        tell("done", {"frames": _make(request, tell, room or Room(request))})


def _make(request: ProxyRequest, report: Report, room: Room) -> int:
    """Under a temporary name, then in one step; what an earlier process left under that name is written over."""
    from .proxy import write  # after the lock: who waits should not hold memory

    target, part = proxy_of(request.home, request.content_id), _part(request)
    target.parent.mkdir(parents=True, exist_ok=True)
    part.unlink(missing_ok=True)
    progress = Progress(request.frames, lambda event, fields: report(event, {name: fields[name] for name in _TOLD}))

    def went_on(_event: str, fields: dict[str, Any]) -> None:
        frames = fields["frames"]
        if frames % LOOK_EVERY == 1:
            room.check()
        progress.at(frames, 0, 0, 0)

    try:
        frames = write(request.film, request.content_id, part, went_on)
        room.check()
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
        flush_folder(target.parent)
    finally:
        part.unlink(missing_ok=True)
    return frames


class Room:
    """What a proxy may still take: of the disk, and of the quota in config.toml."""

    def __init__(self, request: ProxyRequest) -> None:
        """Looks at all that the library holds: before this process is confined. Raises SettingsError."""
        home, part = request.home, _part(request)
        self._part = part
        self._quota = Configuration.of(home).quota
        folders = (home / "films", home / "incoming") if self._quota is not None else ()
        self._others = sum(_size(file) for folder in folders for file in folder.rglob("*") if file != part)

    def check(self) -> None:
        """Raises DiskFull or QuotaReached where there is no more."""
        if shutil.disk_usage(self._part.parent).free < KEPT_FREE:
            raise disk_full(self._part)
        if self._quota is not None and self._others + _size(self._part) > self._quota:
            raise QuotaReached(
                f"Films and proxies may take {self._quota / 1e9:g} GB, and that is reached.",
                "Delete a film, or allow more by quota_gb in config.toml.",
            )


def _part(request: ProxyRequest) -> Path:
    return proxy_of(request.home, request.content_id).with_name("proxy.mp4.part")


def _size(file: Path) -> int:
    """Bytes; 0 for what is not there, not yet or no longer."""
    try:
        return file.stat().st_size
    except OSError:
        return 0


if __name__ == "__main__":
    own = job_side.own_channel()
    room, asked = None, ProxyRequest.read(Path(sys.argv[1]))
    with contextlib.suppress(EmotionError, OSError):  # main meets it again, and tells it
        room = Room(asked)
    confine(Path(sys.argv[1]), asked)
    code = main(Path(sys.argv[1]), own, room)
    confinement.leave()
    sys.exit(code)
