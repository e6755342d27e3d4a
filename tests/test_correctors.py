"""Corrections that pages, terminals and programs make at the same time, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.corrections import Corrections
from emotion_core.library.library import Library
from tests import shelf
from tests.clips import CARPHONE, clip
from tests.test_editing import WRITERS, WRITING, undone

ROOT = Path(__file__).parent.parent
TERMINAL = """
from emotion_core.cli import main, scenes
from emotion_core.library import editing, library, outputs
from emotion_core.jobs import scans
from emotion_core.report import table
print("ready", flush=True)
input()
main.main()
"""
"""`python -m emotion_core`, loaded, and held until it is told to go on."""
PAGE = """
import sys
from tests.test_correcting import field
from tests.test_pages import opened
app = opened("film", film=sys.argv[1], scene=sys.argv[2])
print("ready", flush=True)
input()
app.text_input(key=field(app, "Name")).input(sys.argv[3]).run()
assert not app.error, app.error
"""
"""The film's page, open beside a scene, whose name is typed in."""
PROGRAMS, TERMINALS = 12, 5
"""Writers of each kind; the others are pages."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


def started(library: Library, film: str) -> list[subprocess.Popen[str]]:
    """Each writer is to give the scene of its number a name, and waits for a word to begin."""
    words: list[list[str]] = [
        [WRITING, str(library.home), film, str(first), "rename"] for first in range(0, PROGRAMS, 4)
    ]  # four of them each
    for number in range(PROGRAMS, PROGRAMS + TERMINALS):
        words.append([TERMINAL, "scenes", str(clip(CARPHONE)), "--rename", f"{number + 1}=Scene {number}"])
    for number in range(PROGRAMS + TERMINALS, WRITERS):
        words.append([PAGE, film, str(number + 1), f"Scene {number}"])
    env = {**os.environ, "EMOTION_HOME": str(library.home), "HF_HUB_CACHE": str(library.home / "hub")}
    return [
        subprocess.Popen(
            [sys.executable, "-c", *given], cwd=ROOT, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for given in words
    ]  # fmt: skip


def test_pages_terminals_and_programs_lose_nothing(library: Library) -> None:
    """Twenty scenes that are named at once, on pages, on terminals and by programs, all have their names, a step each
    that can be taken back.
    """
    film = shelf.film(library, CARPHONE, ["happy"] * WRITERS)
    before = undone(library, film)
    shown = [row.scene for row in library.analysis(film.id).scenes]
    writers = started(library, film.id)
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n", writer.communicate()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = [writer.communicate(timeout=300) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * len(writers), told
    assert "refused" not in "".join(said for said, _ in told)
    names = tuple((scene.id, f"Scene {number}") for number, scene in enumerate(shown))
    assert library.report_settings(film.id).corrections == Corrections(names=names)
    assert len(undone(library, film)) == len(before) + WRITERS
