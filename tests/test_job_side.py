"""What a job's process says, whatever its work is."""

from __future__ import annotations

import errno
import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from emotion_core.errors import DamagedFilm, QuotaReached, ScanError, named, told
from emotion_core.jobs import child
from emotion_core.jobs.child import Teller
from emotion_core.storage.files import locked


@dataclass(frozen=True, slots=True)
class Asked:
    """What a process was told of its film."""

    film: Path = Path("/library/films/3f2a/original.mov")
    name: str = "Mine.mov"


def said(work: Callable[[Asked, Teller], object]) -> tuple[int, list[dict[str, Any]]]:
    """The exit code of a process that does this work, and its events."""
    events = io.StringIO()
    code = child.run(Path("/jobs/scan.request"), events, lambda _: Asked(), work)
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
        (MemoryError(), "FilmNeedsMemory", "Mine.mov needs more memory"),
        (OSError(errno.ENOSPC, "No space left on device"), "DiskFull", "no space left on the disk that holds /jobs"),
    ],
)
def test_an_error_is_the_last_event(error: Exception, kind: str, words: str) -> None:
    """What people can act on is told in one event, by the film's name as they know it, and the exit code is 1."""
    code, events = said(raising(error))
    assert (code, events[0]) == (1, {"event": "loading", "of": 2})
    assert (events[-1]["event"], events[-1]["kind"], len(events)) == ("error", kind, 2)
    assert words in events[-1]["problem"]


def test_a_fault_of_the_program_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    """An error that nobody raised on purpose is the last event, and says which file to send; the traceback with the
    versions goes to the log, without the film's name and place.
    """
    film = "/library/films/3f2a/original.mov"
    code, events = said(raising(ZeroDivisionError(f"{film} of Mine.mov divides by zero")))
    assert (code, events[-1]["event"], events[-1]["kind"], len(events)) == (1, "error", "ProgramFault", 2)
    assert "Mine.mov could not be finished: the program itself failed (ZeroDivisionError)" in events[-1]["problem"]
    assert "/jobs/scan.log" in events[-1]["advice"]
    log = capsys.readouterr().err
    assert "ZeroDivisionError: FILM of FILM divides by zero" in log
    assert re.search(r"^Versions: program [0-9a-f]{12}, Python 3\.[0-9.]+, .*\bav 18\.", log, re.MULTILINE)
    assert "test_job_side.py" in log
    for hidden in ("3f2a", "Mine.mov", str(Path(child.__file__).parent)):
        assert hidden not in log


def test_a_request_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Before the film's name is known, an error is still one event."""
    events = io.StringIO()
    assert child.run(tmp_path / "none", events, lambda file: Asked(name=file.read_text()), raising(MemoryError())) == 1
    assert json.loads(events.getvalue())["kind"] == "LibraryError"


WORKS = """
import os, sys
from pathlib import Path
from emotion_core.jobs import child
channel = child.own_channel()
print("what a library prints", flush=True)
os.system("echo what it starts prints")
tell = child.Teller(channel)
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
