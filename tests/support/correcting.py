"""Corrections of several writers, and their undo history."""

from __future__ import annotations

from emotion_core.library import Film, Library

WRITERS = 20
"""Writers: five processes of four threads each."""


WRITING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from emotion_core.library import editing
from emotion_core.errors import CorrectionError
from emotion_core.library import Library

library, film, first, verb = Library.open(Path(sys.argv[1])), sys.argv[2], int(sys.argv[3]), sys.argv[4]
shown = [row.scene for row in library.analysis(film).scenes]

def write(number):
    made = {
        "rename": lambda: editing.rename(shown[number], f"Scene {number}"),
        "same": lambda: editing.rename(shown[0], f"Name {number}"),
        "merge": lambda: editing.merge(shown[number], shown[number + 1]),
    }[verb]()
    try:
        editing.correct(library, film, made, f"{verb} {number}")
    except CorrectionError as error:
        return f"{number} refused: {error}"
    return f"{number} done"

print("ready", flush=True)
sys.stdin.readline()
with ThreadPoolExecutor(4) as pool:
    print("\\n".join(pool.map(write, range(first, first + 4))))
"""


def undo_all(library: Library, film: Film) -> list[str]:
    """Undo and redo all steps; return their descriptions, oldest first."""
    words: list[str] = []
    states = [library.report_settings(film.id)]
    while (what := library.edit_history(film.id).undo) is not None:
        assert library.undo(film.id)
        words.insert(0, what)
        states.insert(0, library.report_settings(film.id))
    for state in states[1:]:
        assert library.redo(film.id)
        assert library.report_settings(film.id) == state
    return words
