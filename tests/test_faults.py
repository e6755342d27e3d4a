"""A Python error that nobody raised on purpose, in each process that may have one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.errors import ProgramFault
from emotion_core.library.library import Library
from emotion_core.system import program_faults
from tests.films import flat, write_film

ROOT = Path(__file__).parent.parent

FAULTY = """
import sys

def fail(event, args):
    if event == "import" and args[0] == MODULE and PROGRAM in " ".join(sys.orig_argv):
        raise ZeroDivisionError("a fault in film.mp4")

sys.addaudithook(fail)
"""
"""Makes a process of PROGRAM raise where it imports MODULE, wherever it was started from."""

PROCESSES = [
    # whose module fails, in which program, the words of the command, what is told to have failed, the log
    ("emotion_core.scan.scan", "emotion_core.processes.scan",
     ["analyze", "film.mp4", "--checkpoint", "embedded", "--engine", "torch"],
     r"film\.mp4 could not be finished: the program itself failed \(ZeroDivisionError\)",
     r"jobs/[0-9a-f]{32}\.log"),
    ("emotion_core.sandbox.confinement", "emotion_core.processes.scan",
     ["analyze", "film.mp4", "--checkpoint", "embedded", "--engine", "torch"],
     r"film\.mp4 could not be finished: the program itself failed", r"jobs/[0-9a-f]{32}\.log"),
    ("emotion_core.decoding.decoder", "emotion_core.processes.film_reader",
     ["analyze", "film.mp4", "--checkpoint", "embedded"],
     r"film\.mp4 could not be finished: the program itself failed", r"jobs/faults\.log"),
    ("emotion_core.stills", "emotion_core.processes.frames", ["frames", "film.mp4", "--out", "out"],
     r"film\.mp4 could not be finished: the program itself failed", r"jobs/faults\.log"),
    ("emotion_core.library.library", "emotion_core", ["scenes", "film.mp4"],
     r"The command could not be finished: the program itself failed \(ZeroDivisionError\)", r"jobs/faults\.log"),
]  # fmt: skip


def run(folder: Path, module: str, program: str, *words: str) -> subprocess.CompletedProcess[str]:
    """`python -m emotion_core WORDS` in `folder`, where a program fails at a module."""
    (folder / "path").mkdir()
    hook = FAULTY.replace("MODULE", repr(module)).replace("PROGRAM", repr(program))
    (folder / "path" / "sitecustomize.py").write_text(hook)
    return subprocess.run(
        [sys.executable, "-m", "emotion_core", *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={
            **os.environ,
            "EMOTION_HOME": str(folder / "home"),
            "PYTHONPATH": os.pathsep.join([str(folder / "path"), str(ROOT)]),
        },
    )


@pytest.mark.parametrize(
    ("module", "program", "words", "told", "log"), PROCESSES, ids=[f"{p} {m}" for m, p, *_ in PROCESSES]
)
def test_a_fault_is_one_line_that_names_its_log(
    module: str, program: str, words: list[str], told: str, log: str, tmp_path: Path
) -> None:
    """Whichever process a Python error ends, the command ends in one line that calls it a fault of the program and
    names a file; the file holds traceback and versions, and does not tell where film and library lie.
    """
    write_film(tmp_path / "film.mp4", flat(90, 5))
    done = run(tmp_path, module, program, *words)
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    said = re.fullmatch(rf"Error: {told}, by a fault of its own\. Please send us the file (\S+): .*\n", done.stderr)
    assert said is not None, done.stderr
    assert "stopped or crashed" not in done.stderr
    file = Path(said[1])
    assert re.fullmatch(log, file.relative_to(tmp_path / "home").as_posix())
    text = file.read_text()
    assert text.count("ZeroDivisionError: a fault in ") == 1
    assert "Traceback (most recent call last)" in text
    assert "Versions: program " in text
    assert "film.mp4" not in text
    assert str(tmp_path / "home") not in text


def test_what_is_kept_tells_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names that are hidden, the library's folder and the program's do not stand in what is kept; the log starts anew
    once it is long.
    """
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "ann"))
    try:
        raise KeyError(f"{tmp_path}/ann/films/7 is Secret Cut.mov as a")
    except KeyError as error:
        text = program_faults.described(error, "Secret Cut.mov", "a", ".", "")
    assert "KeyError: 'LIBRARY/films/7 is FILM as FILM'" in text
    assert "Traceback (most recent call last)" in text
    assert str(ROOT) not in text
    log = program_faults.keep(text)
    assert log == tmp_path / "ann" / "jobs" / "faults.log"
    assert program_faults.keep("Traceback\nOf Secret Cut.mov", "Secret Cut.mov") == log
    kept = log.read_text()
    assert kept.count("Versions: program ") == 2
    assert kept.endswith("Traceback\nOf FILM\n\n")
    log.write_text("x" * 1_000_001)
    program_faults.keep(text)
    assert len(log.read_text()) < 10_000


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the library's folder cannot be written, the message says so and names no file."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "file"))
    log = program_faults.keep("Traceback")
    assert log is None
    error = program_faults.fault("A.mov", log)
    assert isinstance(error, ProgramFault)
    assert "Nothing could be written down" in str(error)


@pytest.mark.parametrize(
    ("code", "said", "so"),
    [
        (1, "Traceback …\nKeyError: 'x'\n", True),
        (1, "", True),
        (1, "Traceback …\nMemoryError\n", False),
        (0, "", False),
        (-9, "", False),
        (-11, "Fatal Python error: Segmentation fault", False),
        (3, "", False),
    ],
)
def test_what_ended_a_process_is_told_by_its_exit_code(code: int, said: str, so: bool) -> None:
    """An exception ends a process with 1; being killed, a crash, a refusal and the want of memory are no fault."""
    assert program_faults.ended_so(code, said) is so


def test_an_upload_is_kept_after_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library whose films cannot be looked at for a fault of the program tells of it, and takes no film for bad."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "home"))
    (tmp_path / "path").mkdir()
    hook = FAULTY.replace("MODULE", "'emotion_core.decoding.decoder'").replace(
        "PROGRAM", "'emotion_core.processes.film_reader'"
    )
    (tmp_path / "path" / "sitecustomize.py").write_text(hook)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "path"))
    film = write_film(tmp_path / "film.mp4", flat(90, 5))
    library = Library.open(tmp_path / "home")
    with pytest.raises(ProgramFault, match=r"film\.mp4 could not be finished"):
        library.refer_to(film)
    assert library.films() == []
    monkeypatch.delenv("PYTHONPATH")
    assert library.refer_to(film).name == "film.mp4"
