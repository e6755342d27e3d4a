"""Corrections asked for on board and table."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from emotion_core.corrections import Corrections
from emotion_core.errors import CorrectionError
from emotion_core.library import Film, Library, editing
from pages.components import scene_browser
from pages.parts.film import scene_list
from pages.services import page_cache
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


def test_what_was_not_done_is_said_at_the_list(library: Library, film: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change of older scenes, and one of scenes that another window merged meanwhile, are refused with words at the
    list; one that is made says nothing.
    """
    shown: list[tuple[str, Callable[[dict[str, Any]], None]]] = []
    monkeypatch.setattr(scene_browser, "show", lambda film_id, problem, on_change: shown.append((problem, on_change)))

    def said(event: dict[str, Any]) -> str:
        shown[-1][1](event)
        scene_list.show(film.id, library.analysis(film.id))
        return shown[-1][0]

    scene_list.show(film.id, library.analysis(film.id))
    event = {"change": "mark", "scenes": [90], "mark": "not film", "version": page_cache.version(film.id)}
    assert said(event) == ""
    assert library.report_settings(film.id).corrections == Corrections(marks=((90, "not film"),))
    assert said(event) == (
        "The scenes were corrected elsewhere meanwhile. Nothing was changed. Look at the scenes as they are now, and "
        "correct them again."
    )
    version = page_cache.version(film.id)
    scenes = tuple(row.scene for row in library.analysis(film.id).scenes)
    editing.correct(library, film.id, editing.merge(*scenes[1:3]), "merge")
    problem = said({"change": "merge", "scenes": [60, 90], "version": version})
    assert problem.startswith("Scene 3 (frames 60 to 89) was to be merged (scenes 3 to 4), and was corrected elsewhere")
    assert library.report_settings(film.id).corrections == Corrections(joined=(60,), marks=((90, "not film"),))
