"""The Live page without a browser: what becomes of a session whose film is gone."""

from __future__ import annotations

from emotion_core.library import Library
from emotion_core.live import sessions_of
from tests.support import library_builder
from tests.support.live_reading import QuickReader, stamp
from tests.support.pages import (
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
    page_text,
)


def test_a_session_outlives_its_film(library: Library) -> None:
    """It can be thrown away, or kept once the film is back; the page has no dead end."""
    film = library_builder.film(library, "bikes.mp4", ["sad"])
    live = sessions_of(library.home).begin(film.id, film.name, "The notice.", "A. B.")
    live.reader = QuickReader()
    live.open()
    live.read(stamp(0, 0.5), b"face")
    library.delete_film(film.id)
    app = open_page("live")
    app.session_state["live"] = live.id
    app.run()
    assert "The film was deleted from the library meanwhile" in page_text(app)
    assert {button.label: button.disabled for button in app.button} == {
        "Go on with the film": True,
        "Throw away": False,
    }
    library_builder.film(library, "bikes.mp4", ["sad"])
    app.session_state["live-finished"] = live.id
    app.run()
    assert "Keep as a viewer" in [button.label for button in app.button]
