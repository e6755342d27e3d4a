"""Standard error on a terminal: our lines only."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from emotion_core.expression.engines import ipex_unavailable
from tests.support.clips import man
from tests.support.repository import ROOT

TALKATIVE = """
import logging, os, sys, warnings
import typer
from rich.progress import Progress
from emotion_core.console import terminal
from emotion_core.cli.progress import progress
from emotion_core.errors import SettingsError

app = typer.Typer()

@app.command()
def talk(ends: str) -> None:
    os.write(2, b"a warning of C++\\n")
    warnings.warn("a warning of Python")
    logging.getLogger("library").warning("a warning of a logger")
    os.system("echo what it starts says >&2")
    with progress() as bar:
        bar.add_task("not on a file", total=1, note="")
    terminal.print_error("one picture\\nis none")
    if ends == "refused":
        raise SettingsError("It was refused.", "Try another.")
    if ends == "failed":
        raise ZeroDivisionError("nobody foresaw it")
    print("done")

terminal.run(app)
"""

FIRST = "Error: one picture is none\n"

ENDS = [
    # how the command ends, its exit code, how its standard error goes on after the first line
    ("well", 0, ""),
    ("refused", 1, "Error: It was refused. Try another.\n"),
    ("failed", 1, "Error: The command could not be finished: the program itself failed (ZeroDivisionError), by"),
]  # fmt: skip


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A Python process in an empty library."""
    return subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={**os.environ, "EMOTION_HOME": str(folder / "home"), "PYTHONPATH": str(ROOT)},
    )


@pytest.mark.parametrize(("ends", "code", "said"), ENDS, ids=[case[0] for case in ENDS])
def test_only_our_lines_are_shown(ends: str, code: int, said: str, tmp_path: Path) -> None:
    """Only our errors are visible, even if libraries write to standard error from C++, Python or a child process; the
    log of a program fault has their messages.
    """
    process = run(tmp_path, "-c", TALKATIVE, ends)
    assert process.returncode == code
    assert process.stderr.startswith(FIRST + said)
    assert process.stderr.count("\n") == (FIRST + said).count("\n") + (ends == "failed")
    log = tmp_path / "home" / "jobs" / "faults.log"
    assert log.exists() == (ends == "failed")
    if ends == "failed":
        text = log.read_text()
        for words in ("a warning of C++", "a warning of Python", "a warning of a logger", "what it starts says"):
            assert words in text
    else:
        assert process.stdout == ("done\n" if ends == "well" else "")


@pytest.mark.skipif(ipex_unavailable() is not None, reason="there is no such extension for this machine")
def test_the_extension_says_nothing_on_the_terminal(tmp_path: Path) -> None:
    """Intel Extension for PyTorch, which warns on import and from C++, writes nothing to the visible standard error."""
    Image.fromarray(next(man(0, 1, 240))).save(tmp_path / "man.png")
    words = ("-m", "emotion_core", "classify", "man.png", "gone.png", "--checkpoint", "embedded", "--engine", "ipex")
    process = run(tmp_path, *words)
    assert process.returncode == 1
    assert process.stderr == (
        "Error: gone.png cannot be read: No such file or directory. Check the path, or save the picture again.\n"
    )
    assert "man.png: face 1 at " in process.stdout
