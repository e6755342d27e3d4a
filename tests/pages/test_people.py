"""The People page without a browser: what it says, what is asked of it, and what leaves it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from emotion_core.errors import CorrectionError
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, correct_faces, job_table, people_of_film
from emotion_core.observations.embeddings import NUMBERS
from emotion_core.settings import ScanSettings
from pages.components.people_board.people_board import Act, read_act
from pages.parts.people import board, export_menu, recognition
from tests.support import library_builder
from tests.support.pages import button_labels, component_data, library, open_page, page_text

__all__ = ["library"]


def do(library: Library, film: Film, act: Act) -> str:
    """Correct people as the page does; the step's description."""
    operation, what = board.operation_of(people_of_film(library, film.id), act)
    correct_faces(library, film.id, operation, what)
    return what


def faces(library: Library, film: Film) -> tuple[Any, ...]:
    return tuple(arc.person.tracks[0].anchor for arc in people_of_film(library, film.id).unknown)


def labels(library: Library, film: Film) -> list[str]:
    return [arc.person.label for arc in people_of_film(library, film.id).arcs]


def test_from_no_film_to_named_people(library: Library) -> None:
    """Without a film the page leads to the Library; without names it says what to do first; then it counts people."""
    assert "No film has been analysed yet" in page_text(open_page("people"))
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    app = open_page("people", film=film.id)
    assert "Nobody has a name yet" in page_text(app)
    assert "Export" not in button_labels(app)
    do(library, film, Act("name", "", faces(library, film)[:1], "Ann <b>", ""))
    app = open_page("people", film=film.id)
    assert not app.exception
    assert "**1 person**" in page_text(app)
    assert "longest on screen: Ann <b>" in page_text(app)
    (shown,) = [each["people"] for each in component_data(app) if "people" in each]
    assert [person["label"] for person in shown["people"]] == ["Ann <b>"]
    undo = next(button for button in app.button if button.label == "Undo")
    assert "named" in str(undo.help)
    undo.click().run()
    assert labels(library, film) == []


def test_a_film_without_a_face_has_nobody_to_tell_apart(library: Library) -> None:
    """The page says that there are no faces, and offers nothing for them."""
    film = library_builder.film(library, "bikes.mp4", [None, None])
    text = page_text(open_page("people", film=film.id))
    assert "No face was found in this film." in text
    assert "biometric data" not in text


def test_a_file_of_a_film_that_is_gone_is_told_of(library: Library) -> None:
    """It was deleted in another window: the page that runs after the click says so, and shows another film or none."""
    film = library_builder.film(library, "bikes.mp4", ["sad"])
    do(library, film, Act("name", "", faces(library, film)[:1], "Ann", ""))
    app = open_page("people", film=film.id)
    scans.delete_film(library, film.id)
    assert app.get("download_button")
    state = app.session_state
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.session_state", state)
        export_menu.check(film.id)
    text = page_text(app.run())
    assert "not in the library" in text
    assert not app.exception


def test_who_is_who_is_off_until_it_is_asked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the network is missing the page says how to get it; with it, a new analysis is offered; and what is there
    can be deleted.
    """
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    monkeypatch.setattr(recognition, "is_installed", lambda: False)
    app = open_page("people", film=film.id)
    assert "biometric data" in page_text(app)
    assert "is not installed" in page_text(app)
    assert "Analyse again with it" not in button_labels(app)
    monkeypatch.setattr(recognition, "is_installed", lambda: True)
    assert "Analyse again with it" in button_labels(open_page("people", film=film.id))
    scan = library.newest_scan(film.id)
    assert scan is not None
    store = library.store(scan.id)
    faces_of = store.read().faces
    rows = np.zeros((len(faces_of), NUMBERS), dtype=np.float32)
    files = store.segment_files
    files.embeddings.write(0, [face.sample_frame for face in faces_of], rows, files.digest(0))
    app = open_page("people", film=film.id)
    assert "**2 people**" in page_text(app)  # two faces share a frame
    next(button for button in app.button if button.label == "Turn off and delete").click().run()
    assert not store.tells_people_apart
    assert "Nobody has a name yet" in page_text(app)


def test_an_analysis_that_could_not_tell_people_apart_is_told_of(library: Library) -> None:
    """The page that asked for it says why it failed, and shows what is there."""
    film = library_builder.film(library, "bikes.mp4", ["sad"])
    scan = library.add_scan(film.id, ScanSettings(people=True), "embedded")
    library_builder.queued_job(library, scan)
    with library.database() as database:
        job = job_table.take_next(database)
        assert job is not None
        job_table.finish(database, job, "failed", "The network cannot be read.")
    app = open_page("people", film=film.id)
    assert [error.value for error in app.error] == ["The network cannot be read."]
    assert "Nobody has a name yet" in page_text(app)


def test_people_are_corrected_as_they_were_shown(library: Library) -> None:
    """A name, another person's face, two in one, nobody, and back; each says what it was."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy", "sad"])
    all_faces = faces(library, film)
    assert do(library, film, Act("name", "", all_faces[:2], "Ann", "")) == "2 faces named “Ann”"
    assert do(library, film, Act("other", "Ann", all_faces[1:2], "Bob", "")) == "1 face of Ann named “Bob”"
    assert sorted(labels(library, film)) == ["Ann", "Bob"]
    assert do(library, film, Act("merge", "Ann", all_faces[:2], "", "Bob")) == "Ann and Bob made one"
    assert labels(library, film) == ["Ann"]
    assert do(library, film, Act("name", "Ann", all_faces[:1], " Anna ", "")) == "Ann named “Anna”"
    assert do(library, film, Act("leave out", "Anna", all_faces[:2], "", "")) == "Anna left out"
    assert labels(library, film) == []
    assert do(library, film, Act("put back", "", all_faces[:2], "", "")) == "2 faces put back"
    assert labels(library, film) == ["Anna"]
    with pytest.raises(CorrectionError, match="Ann is not who was shown any more"):
        do(library, film, Act("merge", "Ann", all_faces[:2], "", "Anna"))
    with pytest.raises(CorrectionError, match="Anna is not who was shown any more"):
        do(library, film, Act("name", "Anna", all_faces[2:3], "Bob", ""))
    for does in ("name", "leave out"):  # as asked in a window that shows these faces without a person still
        with pytest.raises(CorrectionError, match="some are Anna's"):
            do(library, film, Act(does, "", all_faces[1:3], "Bob", ""))
    assert labels(library, film) == ["Anna"]


@pytest.mark.parametrize(
    "sent",
    [
        None,
        {"does": "delete", "label": "", "anchors": [[1, 0.5, 0.5]], "name": "", "other": ""},
        {"does": "name", "label": "", "anchors": [], "name": "Ann", "other": ""},
        {"does": "name", "label": "", "anchors": [[-1, 0.5, 0.5]], "name": "Ann", "other": ""},
        {"does": "name", "label": "", "anchors": [[1.5, 0.5, 0.5]], "name": "Ann", "other": ""},
        {"does": "name", "label": "", "anchors": [["1", 0.5, 0.5]], "name": "Ann", "other": ""},
    ],
)
def test_what_a_browser_sends_is_read_with_care(sent: object) -> None:
    """Anything else than an act is none."""
    assert read_act(sent) is None
    assert read_act({"does": "name", "label": "", "anchors": [[1, 0.5, 1]], "name": "Ann", "other": ""}) is not None
