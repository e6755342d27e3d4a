"""Concurrent corrections by several processes, threads or windows."""

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
from emotion_core.library import Film, Library, edit_history, editing
from emotion_core.scenes import Scene
from emotion_core.settings import ReportSettings, ShotSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.correcting import WRITERS, WRITING, undo_all


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of six scenes of 30 frames."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad", "angry", None])


def scenes(library: Library, film: Film) -> tuple[Scene, ...]:
    return tuple(row.scene for row in library.analysis(film.id).scenes)


def at_once(library: Library, film: Film, verb: str) -> dict[int, str]:
    """Answers to WRITERS writers, by number, whose corrections are based on the same displayed scenes."""
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
    answers = "".join(writer.communicate(timeout=300)[0] for writer in writers)
    assert [writer.returncode for writer in writers] == [0] * len(writers)
    return {int(line.partition(" ")[0]): line.partition(" ")[2] for line in answers.splitlines()}


def test_twenty_writers_lose_nothing(library: Library) -> None:
    """Twenty concurrent renames of twenty scenes are all stored, one step each, and can be undone one by one."""
    film = library_builder.film(library, CARPHONE, ["happy"] * WRITERS)
    before = undo_all(library, film)
    assert at_once(library, film, "rename") == dict.fromkeys(range(WRITERS), "done")
    assert dict(library.report_settings(film.id).corrections.names) == {
        scene.id: f"Scene {number}" for number, scene in enumerate(scenes(library, film))
    }
    steps = undo_all(library, film)[len(before) :]
    assert sorted(steps) == sorted(f"rename {number}" for number in range(WRITERS))
    library.undo(film.id)
    last = int(steps[-1].removeprefix("rename "))
    assert len(library.report_settings(film.id).corrections.names) == WRITERS - 1
    assert f"Scene {last}" not in dict(library.report_settings(film.id).corrections.names).values()


def test_of_twenty_names_for_one_scene_nineteen_are_told(library: Library) -> None:
    """If all rename the same scene, the first wins; the others get an error with the stored name."""
    film = library_builder.film(library, CARPHONE, ["happy"] * WRITERS)
    answers = at_once(library, film, "same")
    (winner,) = (number for number, what in answers.items() if what == "done")
    assert library.report_settings(film.id).corrections.names == ((0, f"Name {winner}"),)
    for number, what in answers.items():
        assert number == winner or f"was to be named “Name {number}”" in what
        assert number == winner or f"it is called “Name {winner}” now" in what


def test_writers_that_contradict_are_told(library: Library) -> None:
    """Of concurrent merges of each scene with the next, exactly the successful ones are stored."""
    film = library_builder.film(library, CARPHONE, ["happy"] * (WRITERS + 1))
    answers = at_once(library, film, "merge")
    successful = sorted(number for number, what in answers.items() if what == "done")
    assert all(
        what == "done" or "was corrected elsewhere meanwhile: there is scene" in what for what in answers.values()
    )
    assert library.report_settings(film.id).corrections == Corrections(joined=tuple(30 * (n + 1) for n in successful))
    assert all(second - first > 1 for first, second in pairwise(successful))


NAME = Correction("name", 150, value="End")
MEANWHILE: list[
    tuple[str, Callable[[list[Scene]], editing.Operation], Callable[[list[Scene]], editing.Operation], str]
] = [
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
    ("taken out twice", lambda s: editing.remove_correction(NAME), lambda s: editing.remove_correction(NAME), ""),
    (
        "taken out what changed",
        lambda s: editing.rename(s[5], "Z"),
        lambda s: editing.remove_correction(NAME),
        "was changed",
    ),
]


@pytest.mark.parametrize(("what", "first", "then", "message"), MEANWHILE, ids=[row[0] for row in MEANWHILE])
def test_what_still_applies_is_made_on_top(
    library: Library,
    film: Film,
    what: str,
    first: Callable[[list[Scene]], editing.Operation],
    then: Callable[[list[Scene]], editing.Operation],
    message: str,
) -> None:
    """A correction of scenes that changed meanwhile is applied if it still fits, and refused otherwise."""
    named = replace(library.report_settings(film.id), corrections=Corrections(names=((150, "End"),)))
    library.set_report_settings(film.id, named)
    displayed = list(scenes(library, film))
    editing.correct(library, film.id, first(displayed), "first")
    before = library.edit_state(film.id)
    if not message:
        editing.correct(library, film.id, then(displayed), "then")
        return
    with pytest.raises(CorrectionError, match=message) as answers:
        editing.correct(library, film.id, then(displayed), "then")
    assert answers.value.advice == "Nothing was changed. Look at the scenes as they are now, and correct them again."
    assert library.edit_state(film.id) == before


def test_what_comes_between_reading_and_writing_is_kept(
    library: Library, film: Film, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A correction that another process saves between the computation and the write of this one is kept."""
    displayed = scenes(library, film)
    other, change = Library.open(library.home), library.change_report_settings

    def interrupted(film_id: str, made: edit_history.Change, what: str) -> None:
        editing.correct(other, film_id, editing.rename(displayed[1], "Other"), "other")
        change(film_id, made, what)

    monkeypatch.setattr(library, "change_report_settings", interrupted)
    editing.correct(library, film.id, editing.rename(displayed[2], "Mine"), "mine")
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
    """Two forms based on the same settings each store what they changed; a conflict is refused."""
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
    """Undo and redo with an outdated revision do nothing, and the error names the current step."""
    displayed = library.edit_state(film.id).revision
    library.set_report_settings(film.id, SETTINGS, "a floor")
    for step in (library.undo, library.redo):
        with pytest.raises(CorrectionError, match="now the last step is: a floor"):
            step(film.id, displayed)
    assert library.report_settings(film.id) == SETTINGS
    assert library.undo(film.id, library.edit_state(film.id).revision)
    library.set_report_settings(film.id, SETTINGS, "the same step again")
    with pytest.raises(CorrectionError):
        library.undo(film.id, displayed + 1)
