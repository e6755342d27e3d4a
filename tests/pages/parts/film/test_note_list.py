"""The list of notes on a film's page, without a browser."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from emotion_core.annotations import Annotations, Note
from emotion_core.library import Film, Library
from pages.components.note_list import Act
from pages.components.note_list.note_list import read_act
from pages.parts.film import note_list
from pages.services import report_edits
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.pages import component_data, library as library, open_page  # noqa: PLC0414

SENT: dict[str, Any] = {"does": "change", "frame": 41, "of_scene": False, "before": "Old", "text": "New"}


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of four scenes of 30 frames, with two notes."""
    film = library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])
    written = Annotations((Note(30, "Slow", of_scene=True), Note(41, "<b>Look")))
    library.set_report_settings(film.id, replace(library.report_settings(film.id), annotations=written))
    return film


def test_the_list_has_the_notes_with_their_places(man: Film) -> None:
    """Timecode, scene and the text as it was typed; the page shows it as text."""
    app = open_page("film", film=man.id, view="Notes")
    assert not app.exception
    (notes,) = (data["notes"] for data in component_data(app) if "longest" in data)
    assert [(note["tc"], note["frame"], note["scene"], note["text"], note["of_scene"]) for note in notes] == [
        ("00:00:01:00", 30, 2, "Slow", True),
        ("00:00:01:11", 41, 2, "<b>Look", False),
    ]


def test_only_what_the_script_sends_is_read() -> None:
    """What is no such request is no act."""
    assert read_act(SENT) == Act("change", Note(41, "Old"), "New")
    for wrong in ({"does": "sing"}, {"frame": "41"}, {"frame": True}, {"of_scene": 1}, {"text": None}):
        assert read_act(SENT | wrong) is None
    assert read_act(None) is None


def test_what_the_editor_asks_is_stored(library: Library, man: Film, monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes at a frame and on the scene with a frame, another text, and a removal, each a step with its name."""
    problems: dict[str, str] = {}
    monkeypatch.setattr("pages.services.error_messages.st.session_state", problems)
    analysis = library.analysis(man.id)
    for act in (
        Act("add", Note(70, ""), "Late"),
        Act("add of scene", Note(95, ""), "Short"),
        Act("change", Note(41, "<b>Look"), "Look away"),
        Act("remove", Note(30, "Slow", of_scene=True), ""),
    ):
        note_list._do(man.id, analysis, act)  # what the component calls
    assert library.report_settings(man.id).annotations.notes == (
        Note(41, "Look away"),
        Note(70, "Late"),
        Note(90, "Short", of_scene=True),
    )
    assert library.edit_history(man.id).undo == "removal of note 1"
    assert not problems
    report_edits.add_note(man.id, 500, "Past the end")
    assert problems["problem"] == "A note was to be at frame 500. The film's frames are 0 to 119."
    assert len(library.report_settings(man.id).annotations.notes) == 3
