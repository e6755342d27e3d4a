"""The form for markers on the Film and Compare pages, without a browser."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.interchange import FORMATS, NAMES
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.library import Film, Library
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE
from tests.support.pages import (
    button_labels,
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
    page_text,
)

LABELS = f"markers-labels-{'-'.join(REFERENCE_LABELS)}"


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of four scenes: happy, no face, sad, sad."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"], places="abcd")


def form(page: str, chosen: dict[str, object] | None = None, app: AppTest | None = None, **query: str) -> AppTest:
    """A page, `app` if it is open, with its marker form open, and these values in its fields, by widget key."""
    app = app or open_page(page, **query)
    assert not app.exception
    for key, value in (chosen or {}).items():
        app.session_state[key] = value
    return next(button for button in app.button if button.label == "Markers").click().run()


def offered(app: AppTest) -> list[str]:
    """The buttons that download markers."""
    assert not app.exception
    labels = [str(getattr(button, "label", "")) for button in app.get("download_button")]
    return [label for label in labels if label.endswith(("markers", "marker", "scenes"))]


def test_every_format_is_offered_with_how_it_is_taken_in(man: Film) -> None:
    """Each editing tool can be chosen; the form shows how to import the file, and a download."""
    app = open_page("film", film=man.id)
    for name in NAMES:
        app = form("film", {"markers-format": name}, app)
        assert FORMATS[name].how in page_text(app), name
        assert offered(app) == ["Download 4 scenes" if FORMATS[name].has_every_scene else "Download 3 markers"], name


def test_the_form_tells_how_many_there_will_be(man: Film) -> None:
    """The button shows the number of markers for changes only, for some expressions, and with scenes without one."""
    chosen: dict[str, object] = {}
    app: AppTest | None = None
    for key, value, count in (
        ("markers-which", "Every scene", 3),
        ("markers-missing", True, 4),
        ("markers-which", "Changes of expression", 3),
        (LABELS, ["happy"], 2),
    ):
        chosen[key] = value
        app = form("film", chosen, app, film=man.id)
        assert offered(app) == [f"Download {count} markers"]


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("markers-start-{}-30000/1001", "1:00", "“1:00” is no timecode"),
        (LABELS, [], "No scene gets a marker"),
    ],
)
def test_what_cannot_be_is_one_message(key: str, value: object, problem: str, man: Film) -> None:
    """Where nothing can be written, the form shows why and offers no download."""
    app = form("film", {key.format(man.id): value}, film=man.id)
    assert problem in page_text(app)
    assert offered(app) == []


def test_a_recut_is_marked_on_either_film(man: Film, library: Library) -> None:
    """On the Compare page markers are of the changes, on the second film or on the first."""
    other = library_builder.film(library, BIKES, ["sad", "happy", "angry"], places="cax")
    assert offered(form("compare", before=man.id, after=other.id)) == ["Download 3 markers"]
    app = form("compare", {"markers-side-film": "before"}, before=man.id, after=other.id)
    assert offered(app) == ["Download 4 markers"]


def test_films_that_share_nothing_have_no_markers_of_changes(man: Film, library: Library) -> None:
    """Where scenes are paired by their order alone, no markers of changes are offered."""
    other = library_builder.film(library, BIKES, ["happy", "happy"], places="xy")
    app = open_page("compare", before=man.id, after=other.id)
    assert "Markers" not in button_labels(app)


def _scenes() -> None:
    """The form alone, as a window shows it while its page is not run again."""
    import streamlit as st

    from pages.parts import marker_form

    marker_form.of_scenes(st.session_state["film"])


def _changes() -> None:
    import streamlit as st

    from pages.parts import marker_form

    marker_form.of_changes(st.session_state["films"])


def test_an_open_form_follows_a_new_analysis(man: Film, library: Library) -> None:
    """After another window analysed the film with other labels, the open form shows that analysis as a whole."""
    library_builder.film(library, CARPHONE, ["happy", "sad"], model="narrow", labels=REFERENCE_LABELS[:2], places="ab")
    app = AppTest.from_function(_scenes, default_timeout=30)
    app.session_state["film"] = man
    assert offered(app.run()) == ["Download 2 markers"]
    library_builder.film(library, CARPHONE, ["happy", "fear", "surprise", "sad"], model="third", places="abcd")
    assert offered(app.run()) == ["Download 4 markers"]


@pytest.mark.parametrize("happens", ["deleted", "read with other labels"])
def test_an_open_form_tells_what_became_of_a_film(happens: str, man: Film, library: Library) -> None:
    """A deleted film, or one that can no longer be compared, is one message in the open form."""
    other = library_builder.film(library, BIKES, ["sad", "happy", "angry"], places="cax")
    app = AppTest.from_function(_changes, default_timeout=30)
    app.session_state["films"] = (man, other)
    assert offered(app.run()) == ["Download 3 markers"]
    if happens == "deleted":
        library.delete_film(other.id)
    else:
        library_builder.film(library, BIKES, ["sad", "sad"], model="narrow", labels=REFERENCE_LABELS[:2], places="ca")
    assert offered(app.run()) == []
    assert len(app.error) == 1
