"""Faults of the program in each kind of process."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.errors import ProgramFault
from emotion_core.library import Library
from emotion_core.system import program_faults
from tests.support.films import flat, write_film
from tests.support.repository import ROOT

FAULTY = """
import sys

class Failing:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == MODULE and PROGRAM in " ".join(sys.orig_argv):
            raise ZeroDivisionError("a fault in film.mp4")

sys.meta_path.insert(0, Failing)
"""
"""Makes each process of PROGRAM raise when it imports MODULE."""

PROCESSES = [
    # whose module fails, in which program, the words of the command, what is told to have failed, the log
    ("emotion_core.scan.film_scan", "emotion_core.processes.scan",
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
    """Run `python -m emotion_core WORDS` in `folder`, with `program` failing when it imports `module`."""
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
    ("module", "program", "words", "message", "log"), PROCESSES, ids=[f"{p} {m}" for m, p, *_ in PROCESSES]
)
def test_a_fault_is_one_line_that_names_its_log(
    module: str, program: str, words: list[str], message: str, log: str, tmp_path: Path
) -> None:
    """A Python error in any process ends the command with one line, which calls it a fault of the program and names a
    file. The file holds traceback and versions, and no paths of the film or the library.
    """
    write_film(tmp_path / "film.mp4", flat(90, 5))
    result = run(tmp_path, module, program, *words)
    assert result.returncode == 1
    assert result.stderr.count("\n") == 1, result.stderr
    match = re.fullmatch(
        rf"Error: {message}, by a fault of its own\. Please send us the file (\S+): .*\n", result.stderr
    )
    assert match is not None, result.stderr
    assert "stopped or crashed" not in result.stderr
    file = Path(match[1])
    assert re.fullmatch(log, file.relative_to(tmp_path / "home").as_posix())
    text = file.read_text()
    assert text.count("ZeroDivisionError: a fault in ") == 1
    assert "Traceback (most recent call last)" in text
    assert "Versions: program " in text
    assert "film.mp4" not in text
    assert str(tmp_path / "home") not in text


def test_what_is_kept_tells_no_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log contains neither hidden names nor the folders of library and program; a long log is overwritten."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "ann"))
    try:
        raise KeyError(f"{tmp_path}/ann/films/7 is Secret Cut.mov as a")
    except KeyError as error:
        text = program_faults.fault_report(error, "Secret Cut.mov", "a", ".", "")
    assert "KeyError: 'LIBRARY/films/7 is FILM as FILM'" in text
    assert "Traceback (most recent call last)" in text
    assert str(ROOT) not in text
    log = program_faults.append_to_log(text)
    assert log == tmp_path / "ann" / "jobs" / "faults.log"
    assert program_faults.append_to_log("Traceback\nOf Secret Cut.mov", "Secret Cut.mov") == log
    content = log.read_text()
    assert content.count("Versions: program ") == 2
    assert content.endswith("Traceback\nOf FILM\n\n")
    log.write_text("x" * 1_000_001)
    program_faults.append_to_log(text)
    assert len(log.read_text()) < 10_000


def test_a_log_that_cannot_be_written_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the library's folder cannot be written, the message says so and names no file."""
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path / "file"))
    log = program_faults.append_to_log("Traceback")
    assert log is None
    error = program_faults.fault_error("A.mov", log)
    assert isinstance(error, ProgramFault)
    assert "Nothing could be written down" in str(error)


@pytest.mark.parametrize(
    ("code", "stderr", "is_fault"),
    [
        (1, "Traceback …\nKeyError: 'x'\n", True),
        (1, "", True),
        (1, "Traceback …\nMemoryError\n", False),
        (1, "Traceback …\nKeyboardInterrupt\n", False),
        (1, "Traceback …\nKeyboardInterrupt\n\nDuring handling …\nKeyError: 'x'\n", True),
        (0, "", False),
        (-9, "", False),
        (-11, "Fatal Python error: Segmentation fault", False),
        (3, "", False),
    ],
)
def test_what_ended_a_process_is_told_by_its_exit_code(code: int, stderr: str, is_fault: bool) -> None:
    """Exit code 1 of an exception is a fault; a kill, Ctrl-C, a crash, a refusal and lack of memory are none."""
    assert program_faults.is_fault_exit(code, stderr) is is_fault


def test_an_upload_is_kept_after_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A film whose probe fails by a fault is not added, and can be added later."""
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
