"""What a job's process says, whatever its work is."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emotion_core import job_side
from emotion_core.errors import DamagedFilm, QuotaReached, ScanError, named, told
from emotion_core.job_side import Teller
from emotion_core.storage import locked


@dataclass(frozen=True, slots=True)
class Asked:
    """What a process was told of its film."""

    film: Path = Path("/library/films/3f2a/original.mov")
    name: str = "Mine.mov"


def said(work: Callable[[Asked, Teller], object]) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a process that does this work, and its events."""
    events = io.StringIO()
    code = job_side.run(Path("/jobs/scan.request"), events, lambda _: Asked(), work)
    return code, [json.loads(line) for line in events.getvalue().splitlines()]


def raising(error: BaseException) -> Callable[[Asked, Teller], object]:
    def work(_: Asked, tell: Teller) -> None:
        tell("loading", {"of": 2})
        raise error

    return work


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            DamagedFilm("/library/films/3f2a/original.mov ends early.", "Copy it."),
            "DamagedFilm",
            "Mine.mov ends early.",
        ),
        (ScanError("original.mov has no picture."), "ScanError", "Mine.mov has no picture."),
        (MemoryError(), "MediaError", "Mine.mov needs more memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "DiskFull", "no space left on the disk that holds /jobs"),
    ],
)
def test_an_error_is_the_last_event(error: Exception, kind: str, words: str) -> None:
    """What people can act on is told in one event, by the film's name as they know it, and the exit code is 1."""
    code, events = said(raising(error))
    assert (code, events[0]) == (1, {"event": "loading", "of": 2})
    assert (events[-1]["event"], events[-1]["kind"], len(events)) == ("error", kind, 2)
    assert words in events[-1]["problem"]


def test_what_nobody_foresaw_is_no_event() -> None:
    """A fault of the program is not told as one of the film."""
    with pytest.raises(ZeroDivisionError):
        said(raising(ZeroDivisionError()))


def test_a_request_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Before the film's name is known, an error is still one event."""
    events = io.StringIO()
    assert (
        job_side.run(tmp_path / "none", events, lambda file: Asked(name=file.read_text()), raising(MemoryError())) == 1
    )
    assert json.loads(events.getvalue())["kind"] == "LibraryError"


WORKS = """
import os, sys
from pathlib import Path
from emotion_core import job_side
channel = job_side.own_channel()
print("what a library prints", flush=True)
os.system("echo what it starts prints")
tell = job_side.Teller(channel)
with tell.turn(Path(sys.argv[1])):
    tell("alive", {})
    tell("done", {})
"""


def test_only_events_reach_the_standard_output(tmp_path: Path) -> None:
    """It says that it waits while another has its turn; what else is printed, and signs of life, are no events."""
    lock = tmp_path / "turn.lock"
    process = [sys.executable, "-c", WORKS, str(lock)]
    pipe = subprocess.PIPE
    with locked(lock):
        working = subprocess.Popen(process, stdout=pipe, stderr=pipe, text=True)
        assert working.stdout is not None
        waits = working.stdout.readline()
    events, printed = working.communicate(timeout=60)
    assert [json.loads(line) for line in (waits, *events.splitlines())] == [{"event": "waiting"}, {"event": "done"}]
    assert ["prints" in line for line in printed.splitlines()] == [True, True]


def test_an_error_goes_from_process_to_process() -> None:
    """What one process tells of an error, another raises: the same class and words."""
    error = QuotaReached("1 GB is left.", "Delete films.")
    again = named(**told(error))
    assert (type(again), again.problem, again.advice, str(again)) == (
        QuotaReached, error.problem, error.advice, str(error)
    )  # fmt: skip
