"""Corrections that pages, terminals and programs make at the same time: pages and terminals in a process each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from emotion_core.corrections import Corrections
from emotion_core.library import Library
from tests.support import library_builder
from tests.support.clips import CARPHONE, clip
from tests.support.correcting import WRITERS, WRITING, undo_all
from tests.support.prepared import RUN_AND_EXIT
from tests.support.repository import ROOT

TERMINAL = """
import pandas
from emotion_core.analysis import disk_cache, scene_statistics
from emotion_core.cli import main, progress, scenes
from emotion_core.library import editing, library, outputs
from emotion_core.jobs import report_edits, scans
from emotion_core.report import table

def act():
    wait()
    main.main()
"""
"""`python -m emotion_core`, loaded."""
PAGE = """
from pages.services import preload
from tests.support.pages import open_page, text_field

preload.load_for_film_page()

def act():
    film, scene, name = sys.argv[1:]
    app = open_page("film", film=film, scene=scene)
    wait()
    app.text_input(key=text_field(app, "Name")).input(name).run()
    assert not app.error, app.error
"""
"""The film's page, open at a scene, in which a name is typed."""
PROCESSES = (
    RUN_AND_EXIT
    + """
import json

ready, go = os.pipe(), os.pipe()

def wait():
    os.write(ready[1], b"r")
    os.close(go[1])
    os.read(go[0], 1)  # until the first process closes its end

exec(sys.argv[1], globals())
children = []
for words in json.loads(sys.argv[2]):
    if not (child := os.fork()):
        _run_and_exit(act, words)
    children.append(child)
os.close(ready[1])
if all(os.read(ready[0], 1) for _ in children):
    print("ready", flush=True)
sys.stdin.readline()
os.close(go[1])
codes = [os.waitpid(child, 0)[1] for child in children]
sys.exit(any(codes))
"""
)
"""Processes of what is in the first word, one for the words of each; they begin with its modules loaded, and each waits
where it calls `wait`.
"""
PROGRAMS, TERMINALS = 12, 5
"""Writers of each kind; the others are pages."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


def started(library: Library, film: str) -> list[subprocess.Popen[str]]:
    """Each writer is to give the scene of its number a name, and waits for a word to begin."""
    terminals = [
        ["scenes", str(clip(CARPHONE)), "--rename", f"{number + 1}=Scene {number}"]
        for number in range(PROGRAMS, PROGRAMS + TERMINALS)
    ]
    pages = [[film, str(number + 1), f"Scene {number}"] for number in range(PROGRAMS + TERMINALS, WRITERS)]
    words: list[list[str]] = [
        [WRITING, str(library.home), film, str(first), "rename"] for first in range(0, PROGRAMS, 4)
    ]  # four of them each
    words += [[PROCESSES, TERMINAL, json.dumps(terminals)], [PROCESSES, PAGE, json.dumps(pages)]]
    env = {**os.environ, "EMOTION_HOME": str(library.home), "HF_HUB_CACHE": str(library.home / "hub")}
    return [
        subprocess.Popen(
            [sys.executable, "-c", *arguments], cwd=ROOT, env=env, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for arguments in words
    ]  # fmt: skip


def test_pages_terminals_and_programs_lose_nothing(library: Library) -> None:
    """Twenty scenes that are named at once, on pages, on terminals and by programs, all have their names, a step each
    that can be taken back.
    """
    film = library_builder.film(library, CARPHONE, ["happy"] * WRITERS)
    before = undo_all(library, film)
    scenes = [row.scene for row in library.analysis(film.id).scenes]
    writers = started(library, film.id)
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n", writer.communicate()
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    outputs = [writer.communicate(timeout=300) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * len(writers), outputs
    assert "refused" not in "".join(output for output, _ in outputs)
    names = tuple((scene.id, f"Scene {number}") for number, scene in enumerate(scenes))
    assert library.report_settings(film.id).corrections == Corrections(names=names)
    assert len(undo_all(library, film)) == len(before) + WRITERS
