"""A job as its own process does it: what it says on the way, a JSON line an event, and how it ends.

The last event is "done" or "error"; job_table.Kind is the other side.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TextIO, TypeVar

from ..console import exit_codes
from ..console.exit_codes import ExitCode
from ..errors import EmotionError, named, out_of_memory, told
from ..media.identity import Identity, confirmed
from ..plain_text import shown
from ..sandbox.watchdog import Watchdog
from ..storage import group_mode
from ..storage.files import from_os_error, locked
from ..system import memory_limits, program_faults
from ..system.progress import ALIVE, Report


class Request(Protocol):
    """What a job's process was told of its film."""

    @property
    def film(self) -> Path:
        """Where it lies."""

    @property
    def name(self) -> str:
        """As the user knows it."""


SAME_BYTES = "same bytes"
"""An event: the film's file was hashed once more, and holds the same bytes as before; with its identity, "file"."""

_Request = TypeVar("_Request", bound=Request)


class Teller:
    """Says how a job goes: a progress.Report."""

    def __init__(self, events: TextIO) -> None:
        self._events = events
        self._watchdog: Watchdog | None = None

    def __call__(self, event: str, fields: dict[str, Any]) -> None:
        """Say it at once; progress.ALIVE is for the watchdog alone."""
        if self._watchdog is not None:
            self._watchdog.seen()
        if event != ALIVE:
            self._events.write(json.dumps({"event": event, **fields}) + "\n")
            self._events.flush()

    def error(self, error: EmotionError) -> None:
        """Say why it ended."""
        self("error", told(error))

    @contextlib.contextmanager
    def turn(self, lock: Path) -> Iterator[None]:
        """Wait for `lock`, and hold it. Raises LibraryError."""
        with locked(lock, lambda: self("waiting", {})):
            yield

    def leave(self) -> None:
        """The job is over: nobody waits for a sign of life any more."""
        if self._watchdog is not None:
            self._watchdog.leave()

    def watch(self, stalled: EmotionError) -> None:
        """From now on, once nothing was said for confinement.STALLED seconds, say `stalled` and end the process."""
        self._watchdog = Watchdog(lambda: self.error(stalled))


def run(
    request_file: Path,
    events: TextIO,
    read: Callable[[Path], _Request],
    work: Callable[[_Request, Teller], object],
) -> int:
    """Do `work` as `request_file` asks for it; returns the exit code.

    Of an error that people can act on, the last event tells in the name they know the film by. A fault of the program
    goes to the standard error, which is the job's log, and the last event names that.
    """
    tell, request = Teller(events), None
    try:
        request = read(request_file)
        group_mode.must_be_readable(request.film, request.name)
        work(request, tell)
    except EmotionError as error:
        return _told(tell, error if request is None else _in_their_words(error, request))
    except Exception as error:
        if memory_limits.caused(error):
            return _told(tell, out_of_memory(request_file.name if request is None else request.name))
        if isinstance(error, OSError):
            place = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else request_file
            refused = from_os_error(error, place, "used")
            return _told(tell, refused if request is None else _in_their_words(refused, request))
        hidden = () if request is None else (str(request.film), request.film.name, request.name)
        print(program_faults.described(error, *hidden), file=sys.stderr, flush=True)
        what = request_file.name if request is None else request.name
        return _told(tell, program_faults.fault(what, log_of(request_file), error))
    else:
        return 0
    finally:
        tell.leave()


def _told(tell: Teller, error: EmotionError) -> int:
    """Say why a job ended; returns the exit code, which says it alone where the disk has no room for the words."""
    try:
        tell.error(error)
    except OSError:
        return exit_codes.of(error)
    return ExitCode.REFUSED


def film_file(film: Path, content: str, known: Identity | None, report: Report) -> Identity:
    """The identity of a job's film, once it is sure that its file holds the bytes of SHA-256 `content` still.

    The job may have waited long. Where its file is not `known`, as it was when it was hashed, it is hashed again, and
    an event tells its identity, for the film's row. Raises FilmChanged, NotAFilm.
    """
    found = confirmed(film, content, known, alive=partial(report, ALIVE, {}))
    if found != known:
        report(SAME_BYTES, {"file": found.to_json()})
    return found


def log_of(request_file: Path) -> Path:
    """Where the standard error of the process goes that is told what to do by `request_file`."""
    return request_file.with_suffix(".log")


def own_channel() -> TextIO:
    """Where events go that used to be the standard output, and what else is printed goes to the standard error.

    Libraries print to the standard output as they please; this channel only its caller knows.
    """
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return channel


def _in_their_words(error: EmotionError, request: Request) -> EmotionError:
    problem = error.problem.replace(shown(request.film), request.name).replace(shown(request.film.name), request.name)
    return named(type(error).__name__, problem, error.advice)
