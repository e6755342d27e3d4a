"""The child process of a job: read the request, do the work, and report events (system.events), the last one an end.

job_table.Kind names the module of each kind of job.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TextIO, TypeVar

from ..console import ExitCode, exit_codes
from ..errors import EmotionError, error_from_fields, out_of_memory
from ..formatting import printable
from ..media import FileIdentity, confirm_content
from ..storage import from_os_error, group_mode
from ..system import ALIVE, EventWriter, PartnerEndedError, Report, memory_limits, program_faults


class Request(Protocol):
    """Fields of the film that all requests have."""

    @property
    def film(self) -> Path:
        """The film's file."""

    @property
    def name(self) -> str:
        """The film's name, as the user knows it."""


SAME_BYTES = "same bytes"
"""Name of an event: the film's file was hashed again and has the same bytes. Its field "file" is the new identity."""

SERVER_ENDED = 70
"""Exit code of a job whose inference server ended: the exit code of that one says why."""

_Request = TypeVar("_Request", bound=Request)


class JobWriter(EventWriter):
    """Writes the events of a job. ALIVE only resets the watchdog."""

    def __call__(self, event: str, fields: dict[str, Any]) -> None:
        """Write an event at once."""
        if event == ALIVE:
            self.note_progress()
        else:
            super().__call__(event, fields)


def run(
    request_file: Path,
    events: TextIO,
    read: Callable[[Path], _Request],
    work: Callable[[_Request, EventWriter], object],
) -> int:
    """Do `work` on the request that `read` gives for `request_file`; return the exit code.

    An EmotionError becomes the last event, with the film under the user's name. A fault of the program goes to standard
    error, which is the job's log, and the last event names that log.
    """
    writer, request = JobWriter(events), None
    try:
        request = read(request_file)
        group_mode.check_readable(request.film, request.name)
        work(request, writer)
    except EmotionError as error:
        return _report_error(writer, error if request is None else _with_user_name(error, request))
    except PartnerEndedError:
        return SERVER_ENDED
    except Exception as error:
        if memory_limits.is_memory_error(error):
            return _report_error(writer, out_of_memory(request_file.name if request is None else request.name))
        if isinstance(error, OSError):
            path = Path(os.fsdecode(error.filename)) if isinstance(error.filename, (str, bytes)) else request_file
            refused = from_os_error(error, path, "used")
            return _report_error(writer, refused if request is None else _with_user_name(refused, request))
        hidden = () if request is None else (str(request.film), request.film.name, request.name)
        print(program_faults.fault_report(error, *hidden), file=sys.stderr, flush=True)
        what = request_file.name if request is None else request.name
        return _report_error(writer, program_faults.fault_error(what, log_of(request_file), error))
    else:
        return 0
    finally:
        writer.stop_watch()


def _report_error(writer: EventWriter, error: EmotionError) -> int:
    """Write the ERROR event; return the exit code, which tells a full disk if the event cannot be written."""
    try:
        writer.error(error)
    except OSError:
        return exit_codes.exit_code_for(error)
    return ExitCode.REFUSED


def film_file(film: Path, content: str, hashed: FileIdentity | None, report: Report) -> FileIdentity:
    """Verify that a job's film still has the SHA-256 `content`; return its file's identity.

    The job may have waited for long. A file whose identity is no longer `hashed`, that of the hashed file, is hashed
    again, and a SAME_BYTES event reports its identity for the film's row. Raises FilmChanged, NotAFilm.
    """
    identity = confirm_content(film, content, hashed, heartbeat=partial(report, ALIVE, {}))
    if identity != hashed:
        report(SAME_BYTES, {"file": identity.to_json()})
    return identity


def log_of(request_file: Path) -> Path:
    """The file for the standard error of the process that runs `request_file`."""
    return request_file.with_suffix(".log")


def _with_user_name(error: EmotionError, request: Request) -> EmotionError:
    problem = error.problem.replace(printable(request.film), request.name).replace(
        printable(request.film.name), request.name
    )
    return error_from_fields(type(error).__name__, problem, error.advice)
