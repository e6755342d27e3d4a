"""Corrections asked for on board and table."""

from __future__ import annotations

from typing import Any

import pytest

from emotion_core.corrections import Corrections
from emotion_core.errors import CorrectionError
from emotion_core.library import Film, Library, editing
from pages.parts import scene_list
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.pages import library as library  # noqa: PLC0414  # the fixture


@pytest.fixture
def film(library: Library) -> Film:
    """Four scenes of 30 frames."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])


ASKED: dict[str, tuple[dict[str, Any], Corrections, str, int]] = {
    "merge": (
        {"change": "merge", "scenes": [30, 60, 90]}, Corrections(joined=(60, 90)), "merge of scenes 2 to 4", 30,
    ),
    "split": (
        {"change": "split", "scenes": [30], "frame": 40}, Corrections(begins=(40,)), "split of scene 2", 40,
    ),
    "move": (
        {"change": "move", "scenes": [60], "frame": 62}, Corrections(moves=((60, 62),)), "move of scene 3", 62,
    ),
    "rename": (
        {"change": "rename", "scenes": [0], "name": "A *car*"},
        Corrections(names=((0, "A *car*"),)), "name “A *car*”", 0,
    ),
    "mark": (
        {"change": "mark", "scenes": [0, 90], "mark": "not film"},
        Corrections(marks=((0, "not film"), (90, "not film"))), "mark “not film” of 2 scenes", 0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", ASKED)
def test_a_change_becomes_one_step(library: Library, film: Film, change: str) -> None:
    """Each change of the browser is a correction with its description, which one undo takes back."""
    event, corrections, described, at = ASKED[change]
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    operation, what, frame = scene_list.correction(scenes, event)
    assert (what, frame) == (described, at)
    editing.correct(library, film.id, operation, what)
    assert library.report_settings(film.id).corrections == corrections
    library.undo(film.id)
    assert library.report_settings(film.id).corrections == Corrections()


@pytest.mark.parametrize("event", [{"change": "merge", "scenes": [30, 61]}, {"change": "x", "scenes": [30]},
                                   {"change": "merge", "scenes": []}])  # fmt: skip
def test_what_does_not_fit_is_refused(library: Library, film: Film, event: dict[str, Any]) -> None:
    """Scenes that are not there, none at all and an unknown change are errors with words."""
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    with pytest.raises(CorrectionError):
        scene_list.correction(scenes, event)


def test_a_change_of_older_scenes_is_refused(library: Library, film: Film) -> None:
    """What another window changed meanwhile is never corrected as it was before."""
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    operation, what, _ = scene_list.correction(scenes, {"change": "mark", "scenes": [60], "mark": "not film"})
    editing.correct(library, film.id, editing.merge(*scenes[1:3]), "merge")
    with pytest.raises(CorrectionError, match="corrected elsewhere meanwhile"):
        editing.correct(library, film.id, operation, what)
