"""Events and exit codes of a job's process, for any kind of work."""

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

from emotion_core.errors import DamagedFilm, QuotaReached, ScanError, error_fields, error_from_fields
from emotion_core.jobs import child
from emotion_core.storage import locked
from emotion_core.system.events import EventWriter


@dataclass(frozen=True, slots=True)
class FakeRequest:
    """A request with a film."""

    film: Path = Path("/library/films/3f2a/original.mov")
    name: str = "Mine.mov"


def run_job(work: Callable[[FakeRequest, EventWriter], object]) -> tuple[int, list[dict[str, Any]]]:
    """Run a job with this work; return its exit code and events."""
    events = io.StringIO()
    code = child.run(Path("/jobs/scan.request"), events, lambda _: FakeRequest(), work)
    return code, [json.loads(line) for line in events.getvalue().splitlines()]


def raising(error: BaseException) -> Callable[[FakeRequest, EventWriter], object]:
    def work(_: FakeRequest, tell: EventWriter) -> None:
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
    """An EmotionError becomes one event with the film's name as the user knows it; the exit code is 1."""
    code, events = run_job(raising(error))
    assert (code, events[0]) == (1, {"event": "loading", "of": 2})
    assert (events[-1]["event"], events[-1]["kind"], len(events)) == ("error", kind, 2)
    assert words in events[-1]["problem"]


def test_a_fault_of_the_program_is_told_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A fault becomes the last event, which names the file to send. The log gets traceback and versions, without the
    film's name and path.
    """
    film = "/library/films/3f2a/original.mov"
    code, events = run_job(raising(ZeroDivisionError(f"{film} of Mine.mov divides by zero")))
    assert (code, events[-1]["event"], events[-1]["kind"], len(events)) == (1, "error", "ProgramFault", 2)
    assert "Mine.mov could not be finished: the program itself failed (ZeroDivisionError)" in events[-1]["problem"]
    assert "/jobs/scan.log" in events[-1]["advice"]
    log = capsys.readouterr().err
    assert "ZeroDivisionError: FILM of FILM divides by zero" in log
    assert re.search(r"^Versions: program [0-9a-f]{12}, Python 3\.[0-9.]+, .*\bav 18\.", log, re.MULTILINE)
    assert "test_child.py" in log
    for hidden in ("3f2a", "Mine.mov", str(Path(child.__file__).parent)):
        assert hidden not in log


def test_a_request_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """An error before the film's name is known becomes one event too."""
    events = io.StringIO()
    assert (
        child.run(tmp_path / "none", events, lambda file: FakeRequest(name=file.read_text()), raising(MemoryError()))
        == 1
    )
    assert json.loads(events.getvalue())["kind"] == "LibraryError"


WORKS = """
import os, sys
from pathlib import Path
from emotion_core.jobs import child
from emotion_core.system.events import own_channel
channel = own_channel()
print("what a library prints", flush=True)
os.system("echo what it starts prints")
tell = child.JobWriter(channel)
with tell.turn(Path(sys.argv[1])):
    tell("alive", {})
    tell("done", {})
"""


def test_only_events_reach_the_standard_output(tmp_path: Path) -> None:
    """A process that waits for its turn reports “waiting”; other output and ALIVE write no events."""
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
    """An error read from an event has the class and message of the original."""
    error = QuotaReached("1 GB is left.", "Delete films.")
    again = error_from_fields(**error_fields(error))
    assert (type(again), again.problem, again.advice, str(again)) == (
        QuotaReached, error.problem, error.advice, str(error)
    )  # fmt: skip
