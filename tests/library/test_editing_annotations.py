"""Notes and targets in the library: steps of the history, on top of other windows' changes, along with corrections."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.analysis import disk_cache, scene_statistics
from emotion_core.annotations import Annotations, Note, Target
from emotion_core.corrections import Corrections
from emotion_core.errors import CorrectionError
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Library, editing
from emotion_core.scenes import Scene, annotating, as_cut_list
from emotion_core.settings import ReportSettings, ShotSettings
from tests.support import library_builder
from tests.support.clips import CARPHONE


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path)


@pytest.fixture
def film(library: Library) -> Film:
    """An analysed film of four scenes of 30 frames."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "angry"])


def scenes(library: Library, film: Film) -> tuple[Scene, ...]:
    return tuple(row.scene for row in library.analysis(film.id).scenes)


def written(library: Library, film: Film) -> Annotations:
    return library.report_settings(film.id).annotations


def aim(library: Library, film: Film, *targets: Target) -> None:
    editing.annotate(library, film.id, annotating.set_targets([], targets, REFERENCE_LABELS), "targets")


def test_notes_and_targets_survive_a_restart_and_are_undone(library: Library, film: Film) -> None:
    """A library that is opened anew has them, its check finds them whole, and each is a step back."""
    editing.annotate(library, film.id, annotating.add_note(41, "Look"), "a note")
    aim(library, film, Target(60, "sad", 0.8))
    again = Library.open(library.home)
    assert written(again, film) == Annotations((Note(41, "Look"),), (Target(60, "sad", 0.8),))
    assert again.edit_history(film.id).undo == "targets"
    assert again.undo(film.id)
    assert written(again, film) == Annotations((Note(41, "Look"),))
    assert again.redo(film.id)
    assert written(again, film).targets == (Target(60, "sad", 0.8),)


def test_no_number_is_computed_for_a_note(library: Library, film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither here nor in another process, which reads the numbers that were stored before."""
    rows = library.analysis(film.id).scenes
    files = sorted(library.home.glob("analyses/**/*.json"))

    def never(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(disk_cache, "analyse", never)
    monkeypatch.setattr(scene_statistics, "analyse", never)
    editing.annotate(library, film.id, annotating.add_note(41, "Look"), "a note")
    assert library.analysis(film.id).scenes is rows
    assert library.analysis(film.id).report_settings.annotations.notes
    assert Library.open(library.home).analysis(film.id).scenes == rows
    assert sorted(library.home.glob("analyses/**/*.json")) == files


def test_two_windows_keep_each_others_notes(library: Library, film: Film) -> None:
    """Notes and targets of two windows that show the same state are all kept; what contradicts is refused."""
    other = Library.open(library.home)
    first, then = annotating.add_note(41, "One"), annotating.add_note(41, "Two")
    aims = [annotating.set_targets([], [Target(60, label)], REFERENCE_LABELS) for label in ("sad", "happy")]
    editing.annotate(library, film.id, first, "1")
    editing.annotate(other, film.id, then, "2")
    assert [note.text for note in written(library, film).notes] == ["One", "Two"]
    editing.annotate(library, film.id, aims[0], "3")
    before = library.edit_state(film.id)
    with pytest.raises(CorrectionError, match="expression of scene 3 was set to “sad” elsewhere"):
        editing.annotate(other, film.id, aims[1], "4")
    assert library.edit_state(film.id) == before


def test_corrections_keep_every_target(library: Library, film: Film) -> None:
    """Merged, split, moved, cuts found otherwise and made a cut list: a target is its scene's, or waits for it."""
    aim(library, film, Target(0, "happy"), Target(30, None, 0.2), Target(60, "sad"))
    now = scenes(library, film)
    editing.correct(library, film.id, editing.merge(now[0], now[1]), "merge")
    assert written(library, film).targets == (Target(0, "happy"), Target(30, None, 0.2), Target(60, "sad"))
    editing.correct(library, film.id, editing.split(scenes(library, film)[0], 30), "split where it was")
    assert [scene.id for scene in scenes(library, film)] == [0, 30, 60, 90]
    editing.correct(library, film.id, editing.split(scenes(library, film)[2], 75), "split")
    aim(library, film, Target(75, "fear"))
    editing.correct(library, film.id, editing.move(scenes(library, film)[3], 80), "a start by hand moves, and its id")
    assert Target(80, "fear") in written(library, film).targets
    editing.correct(library, film.id, editing.move(scenes(library, film)[2], 62), "a detected one keeps its id")
    assert Target(60, "sad") in written(library, film).targets
    shown = library.report_settings(film.id)
    cuts, corrections = as_cut_list(scenes(library, film))
    listed = ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts), corrections=corrections)
    editing.save(library, film.id, shown, replace(listed, annotations=shown.annotations), "as a cut list")
    assert written(library, film).targets == (
        Target(0, "happy"),
        Target(30, None, 0.2),
        Target(62, "sad"),
        Target(80, "fear"),
    )
    one = ReportSettings(shots=ShotSettings(detector="cuts", cuts=((0, ""),)), annotations=written(library, film))
    editing.save(library, film.id, library.report_settings(film.id), one, "another list")
    assert len(written(library, film).targets) == 4
    assert library.report_settings(film.id).corrections == Corrections()
