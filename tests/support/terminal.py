"""The command line, run in the test's own process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.main import get_command

from emotion_core.cli import main


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """`python -m emotion_core WORDS`; its exit code."""
    monkeypatch.setattr(sys, "argv", ["emotion_core", *words])
    with pytest.raises(SystemExit) as end:
        main.main()
    return int(end.value.code or 0)


def run_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *words: str
) -> subprocess.CompletedProcess[str]:
    """`python -m emotion_core WORDS` with `folder` as the working folder and the library `home` in it; how it ended."""
    monkeypatch.setenv("EMOTION_HOME", str(folder / "home"))
    monkeypatch.chdir(folder)
    capfd.readouterr()  # what encoders said while the test wrote its film
    code = run(monkeypatch, *words)
    return subprocess.CompletedProcess(words, code, *capfd.readouterr())


def commands(app: typer.Typer) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Each command of `app` after the words that call it, loaded; the first is the app itself."""
    pending: list[tuple[tuple[str, ...], Any]] = [((), get_command(app))]
    while pending:
        words, command = pending.pop()
        if isinstance(command, main.LazyCommand):
            command = command.load()
        yield words, command
        pending += [((*words, name), each) for name, each in getattr(command, "commands", {}).items()]
