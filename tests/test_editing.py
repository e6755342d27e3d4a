"""Corrections that several processes, threads or windows make at the same time."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from emotion_core.corrections import Correction, Corrections
from emotion_core.errors import CorrectionError
from emotion_core.library import edit_history, editing
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.scenes.scenes import Scene
from emotion_core.settings import ReportSettings, ShotSettings
from tests import shelf
from tests.clips import CARPHONE

WRITERS = 20
"""Of five processes, four threads each."""


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of six scenes of 30 frames."""
    return shelf.film(library, CARPHONE, ["happy", None, "sad", "sad", "angry", None])


def scenes(library: Library, film: Film) -> tuple[Scene, ...]:
    return tuple(row.scene for row in library.analysis(film.id).scenes)


WRITING = """
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from emotion_core.library import editing
from emotion_core.errors import CorrectionError
from emotion_core.library.library import Library

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


def at_once(library: Library, film: Film, verb: str) -> dict[int, str]:
    """What became of the corrections of WRITERS writers that were all shown the same scenes, each by its number."""
    words = [sys.executable, "-c", WRITING, str(library.home), film.id]
    writers = [
        subprocess.Popen([*words, str(first), verb], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for first in range(0, WRITERS, 4)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    told = "".join(writer.communicate(timeout=300)[0] for writer in writers)
    assert [writer.returncode for writer in writers] == [0] * len(writers)
    return {int(line.partition(" ")[0]): line.partition(" ")[2] for line in told.splitlines()}


def undone(library: Library, film: Film) -> list[str]:
    """The words of all steps, oldest first; each is taken back, and then done again."""
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


def test_twenty_writers_lose_nothing(library: Library) -> None:
    """Twenty names given to twenty scenes at once are all there, a step each, and can be taken back one by one."""
    film = shelf.film(library, CARPHONE, ["happy"] * WRITERS)
    before = undone(library, film)
    assert at_once(library, film, "rename") == dict.fromkeys(range(WRITERS), "done")
    assert dict(library.report_settings(film.id).corrections.names) == {
        scene.id: f"Scene {number}" for number, scene in enumerate(scenes(library, film))
    }
    steps = undone(library, film)[len(before) :]
    assert sorted(steps) == sorted(f"rename {number}" for number in range(WRITERS))
    library.undo(film.id)
    last = int(steps[-1].removeprefix("rename "))
    assert len(library.report_settings(film.id).corrections.names) == WRITERS - 1
    assert f"Scene {last}" not in dict(library.report_settings(film.id).corrections.names).values()


def test_of_twenty_names_for_one_scene_nineteen_are_told(library: Library) -> None:
    """Where all name the same scene the first stays; each other one is told the name that is there now."""
    film = shelf.film(library, CARPHONE, ["happy"] * WRITERS)
    told = at_once(library, film, "same")
    (kept,) = (number for number, what in told.items() if what == "done")
    assert library.report_settings(film.id).corrections.names == ((0, f"Name {kept}"),)
    for number, what in told.items():
        assert number == kept or f"was to be named “Name {number}”" in what
        assert number == kept or f"it is called “Name {kept}” now" in what


def test_writers_that_contradict_are_told(library: Library) -> None:
    """Of merges of each scene with the next, those hold that said so, and no other."""
    film = shelf.film(library, CARPHONE, ["happy"] * (WRITERS + 1))
    told = at_once(library, film, "merge")
    done = sorted(number for number, what in told.items() if what == "done")
    assert all(what == "done" or "was corrected elsewhere meanwhile: there is scene" in what for what in told.values())
    assert library.report_settings(film.id).corrections == Corrections(joined=tuple(30 * (n + 1) for n in done))
    assert all(second - first > 1 for first, second in pairwise(done))


NAME = Correction("name", 150, value="End")
MEANWHILE: list[tuple[str, Callable[[list[Scene]], editing.Verb], Callable[[list[Scene]], editing.Verb], str]] = [
    # what happens first, then; words of the message, none where both apply
    ("name and move", lambda s: editing.move(s[3], 93), lambda s: editing.rename(s[2], "Car"), ""),
    ("name and split", lambda s: editing.split(s[2], 70), lambda s: editing.rename(s[2], "Car"), ""),
    ("name of what is merged", lambda s: editing.merge(s[1], s[2]), lambda s: editing.rename(s[2], "C"), "named “C”"),
    ("two moves", lambda s: editing.move(s[2], 65), lambda s: editing.move(s[2], 66), "moved to frame 66"),
    ("the same move", lambda s: editing.move(s[2], 65), lambda s: editing.move(s[2], 65), ""),
    ("move of what is merged", lambda s: editing.merge(s[1], s[2]), lambda s: editing.move(s[2], 66), "to frame 66"),
    ("merge with what was split", lambda s: editing.split(s[3], 100), lambda s: editing.merge(*s[2:4]), "merged"),
    ("split of what was merged", lambda s: editing.merge(*s[2:4]), lambda s: editing.split(s[2], 75), ""),
    ("mark against mark", lambda s: editing.mark(s[0], "not film"), lambda s: editing.mark(s[0], "not film"), ""),
    ("taken out twice", lambda s: editing.take_out(NAME), lambda s: editing.take_out(NAME), ""),
    ("taken out what changed", lambda s: editing.rename(s[5], "Z"), lambda s: editing.take_out(NAME), "was changed"),
]


@pytest.mark.parametrize(("what", "first", "then", "message"), MEANWHILE, ids=[row[0] for row in MEANWHILE])
def test_what_still_applies_is_made_on_top(
    library: Library,
    film: Film,
    what: str,
    first: Callable[[list[Scene]], editing.Verb],
    then: Callable[[list[Scene]], editing.Verb],
    message: str,
) -> None:
    """A correction of scenes that were corrected meanwhile is made where they are the same to it, else told."""
    named = replace(library.report_settings(film.id), corrections=Corrections(names=((150, "End"),)))
    library.set_report_settings(film.id, named)
    shown = list(scenes(library, film))
    editing.correct(library, film.id, first(shown), "first")
    before = library.edit_state(film.id)
    if not message:
        editing.correct(library, film.id, then(shown), "then")
        return
    with pytest.raises(CorrectionError, match=message) as told:
        editing.correct(library, film.id, then(shown), "then")
    assert told.value.advice == "Nothing was changed. Look at the scenes as they are now, and correct them again."
    assert library.edit_state(film.id) == before


def test_what_comes_between_reading_and_writing_is_kept(
    library: Library, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction that another process saves after this one was worked out, and before it is written, stays."""
    shown = scenes(library, film)
    other, change = Library.open(library.home), library.change_report_settings

    def interrupted(film_id: str, made: edit_history.Change, what: str) -> None:
        editing.correct(other, film_id, editing.rename(shown[1], "Other"), "other")
        change(film_id, made, what)

    monkeypatch.setattr(library, "change_report_settings", interrupted)
    editing.correct(library, film.id, editing.rename(shown[2], "Mine"), "mine")
    assert library.report_settings(film.id).corrections.names == ((30, "Other"), (60, "Mine"))
    assert library.edit_history(film.id).undo == "mine"


SETTINGS = ReportSettings(coverage_floor=0.4)
FORMS = [
    # what the form sets, what was set meanwhile, what holds then: None for a refusal
    ({"min_face_score": 0.9}, {"coverage_floor": 0.1}, {"min_face_score": 0.9, "coverage_floor": 0.1}),
    ({"coverage_floor": 0.2}, {"coverage_floor": 0.2}, {"coverage_floor": 0.2}),
    ({"coverage_floor": 0.2}, {"coverage_floor": 0.3}, None),
    ({"shots": ShotSettings(detector="hash")}, {"shots": ShotSettings(detector="content")}, None),
    ({}, {"coverage_floor": 0.3}, {"coverage_floor": 0.3}),
]


@pytest.mark.parametrize(("mine", "theirs", "now"), FORMS)
def test_settings_of_two_forms_are_joined(
    library: Library, film: Film, mine: dict[str, object], theirs: dict[str, object], now: dict[str, object] | None
) -> None:
    """Two forms that began with the same settings each set what they changed; where that is the same, one is told."""
    library.set_report_settings(film.id, SETTINGS)
    library.set_report_settings(film.id, replace(SETTINGS, **theirs))  # type: ignore[arg-type]
    wanted = replace(SETTINGS, **mine)  # type: ignore[arg-type]
    if now is None:
        with pytest.raises(CorrectionError, match="changed elsewhere meanwhile"):
            editing.save(library, film.id, SETTINGS, wanted, "form")
    else:
        editing.save(library, film.id, SETTINGS, wanted, "form")
    assert library.report_settings(film.id) == replace(SETTINGS, **(theirs if now is None else now))  # type: ignore[arg-type]


def test_only_what_was_shown_is_undone(library: Library, film: Film) -> None:
    """Undo and redo that name a revision which holds no longer do nothing and say what the last step is now."""
    shown = library.edit_state(film.id).revision
    library.set_report_settings(film.id, SETTINGS, "a floor")
    for step in (library.undo, library.redo):
        with pytest.raises(CorrectionError, match="now the last step is: a floor"):
            step(film.id, shown)
    assert library.report_settings(film.id) == SETTINGS
    assert library.undo(film.id, library.edit_state(film.id).revision)
    library.set_report_settings(film.id, SETTINGS, "the same step again")
    with pytest.raises(CorrectionError):
        library.undo(film.id, shown + 1)
