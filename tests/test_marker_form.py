"""The form of markers on the Film and Compare pages, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.interchange.writers.registry import FORMATS, NAMES, FormatName
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from tests import shelf
from tests.clips import BIKES, CARPHONE
from tests.test_pages import (
    buttons,
    library as library,  # noqa: PLC0414  # the fixture
    opened,
    said,
)

LABELS = f"markers-labels-{'-'.join(REFERENCE_LABELS)}"


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of four scenes: happy, nobody, sad, sad."""
    return shelf.film(library, CARPHONE, ["happy", None, "sad", "sad"], places="abcd")


def form(page: str, chosen: dict[str, object] | None = None, **asked: str) -> AppTest:
    """A page with its form of markers open, and these values in its fields, by their keys."""
    app = opened(page, **asked)
    assert not app.exception
    for key, value in (chosen or {}).items():
        app.session_state[key] = value
    return next(button for button in app.button if button.label == "Markers").click().run()


def offered(app: AppTest) -> list[str]:
    """The buttons that download markers."""
    assert not app.exception
    labels = [str(getattr(button, "label", "")) for button in app.get("download_button")]
    return [label for label in labels if label.endswith(("markers", "marker", "scenes"))]


@pytest.mark.parametrize("name", NAMES)
def test_every_format_is_offered_with_how_it_is_taken_in(name: FormatName, man: Film) -> None:
    """Each editing tool can be chosen; what it does with the file stands below, and something can be downloaded."""
    app = form("film", {"markers-format": name}, film=man.id)
    assert FORMATS[name].how in said(app)
    assert offered(app) == ["Download 4 scenes" if FORMATS[name].whole else "Download 3 markers"]


def test_the_form_tells_how_many_there_will_be(man: Film) -> None:
    """Only changes, only some expressions, or scenes without one too: the button says how many markers that makes."""
    chosen: dict[str, object] = {}
    for key, value, count in (
        ("markers-which", False, 3),
        ("markers-missing", True, 4),
        ("markers-which", True, 3),
        (LABELS, ["happy"], 2),
    ):
        chosen[key] = value
        assert offered(form("film", chosen, film=man.id)) == [f"Download {count} markers"]


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("markers-start-{}-30000/1001", "1:00", "“1:00” is no timecode"),
        (LABELS, [], "No scene gets a marker"),
    ],
)
def test_what_cannot_be_is_one_message(key: str, value: object, problem: str, man: Film) -> None:
    """Where nothing could be written the form says why and offers no download."""
    app = form("film", {key.format(man.id): value}, film=man.id)
    assert problem in said(app)
    assert offered(app) == []


def test_a_recut_is_marked_on_either_film(man: Film, library: Library) -> None:
    """On the Compare page the markers are of what changed, for the second film or the first."""
    other = shelf.film(library, BIKES, ["sad", "happy", "angry"], places="cax")
    assert offered(form("compare", before=man.id, after=other.id)) == ["Download 3 markers"]
    app = form("compare", {"markers-side": "before"}, before=man.id, after=other.id)
    assert offered(app) == ["Download 4 markers"]


def test_films_that_share_nothing_have_no_markers_of_changes(man: Film, library: Library) -> None:
    """Where scenes stand side by side by their order alone, nothing is offered to mark."""
    other = shelf.film(library, BIKES, ["happy", "happy"], places="xy")
    app = opened("compare", before=man.id, after=other.id)
    assert "Markers" not in buttons(app)


def _scenes() -> None:
    """The form alone, as a window shows it whose page is not run again."""
    import streamlit as st

    from pages.parts import marker_form

    marker_form.of_scenes(st.session_state["film"])


def _changes() -> None:
    import streamlit as st

    from pages.parts import marker_form

    marker_form.of_changes(st.session_state["films"])


def test_an_open_form_follows_a_new_analysis(man: Film, library: Library) -> None:
    """Where another window had the film read anew, with other labels, the open form is of that analysis, whole."""
    shelf.film(library, CARPHONE, ["happy", "sad"], model="narrow", labels=REFERENCE_LABELS[:2], places="ab")
    app = AppTest.from_function(_scenes, default_timeout=30)
    app.session_state["film"] = man
    assert offered(app.run()) == ["Download 2 markers"]
    shelf.film(library, CARPHONE, ["happy", "fear", "surprise", "sad"], model="third", places="abcd")
    assert offered(app.run()) == ["Download 4 markers"]


@pytest.mark.parametrize("happens", ["deleted", "read with other labels"])
def test_an_open_form_tells_what_became_of_a_film(happens: str, man: Film, library: Library) -> None:
    """A film that is gone, or can no longer be compared, is one message in the open form."""
    other = shelf.film(library, BIKES, ["sad", "happy", "angry"], places="cax")
    app = AppTest.from_function(_changes, default_timeout=30)
    app.session_state["films"] = (man, other)
    assert offered(app.run()) == ["Download 3 markers"]
    if happens == "deleted":
        library.delete_film(other.id)
    else:
        shelf.film(library, BIKES, ["sad", "sad"], model="narrow", labels=REFERENCE_LABELS[:2], places="ca")
    assert offered(app.run()) == []
    assert len(app.error) == 1
