"""The menu of what a screening leaves the app as, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.export import AUDIENCE_NAMES, FORMATS
from emotion_core.jobs import scans
from pages.parts import audience_menu
from tests.support import library_builder
from tests.support.pages import found_by_pages
from tests.support.screenings import CONSENT, readings


def _page() -> None:
    from pages.parts import audience_menu
    from pages.services import page_cache

    library = page_cache.library()
    (screening,) = library.screenings()
    audience_menu.show(library.film(screening.film_id), screening)


def test_every_format_and_the_markers_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each format, a ZIP of all, and a form for markers of the scenes."""
    with found_by_pages(tmp_path / "home", monkeypatch) as library:
        library_builder.recut(library)
        shown = library.add_screening(library.films()[0].id, "Monday")
        library.add_live_viewer(shown.id, readings(100), consent=CONSENT, name="Zoë")
        app = AppTest.from_function(_page, default_timeout=30).run()
        assert not app.exception
        labels = [str(getattr(button, "label", "")) for button in app.get("download_button")]
        assert labels == [*(FORMATS[name].title for name in AUDIENCE_NAMES), "Everything, as a ZIP"]
        app.button(f"audience-markers-{shown.id}").click().run()
        assert not app.exception
        labels = [str(getattr(button, "label", "")) for button in app.get("download_button")]
        assert any(label.startswith("Download ") for label in labels)


def test_a_file_has_no_viewer_who_was_deleted_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Although the page was drawn before, and the numbers then are in memory."""
    with found_by_pages(tmp_path / "home", monkeypatch) as library:
        library_builder.recut(library)
        shown = library.add_screening(library.films()[0].id, "Monday")
        zoe, _ = (
            library.add_live_viewer(shown.id, readings(100), consent=CONSENT, name=name) for name in ("Zoë", "Al")
        )
        write = audience_menu._writer(shown, FORMATS["audience-json"].write_audience, names=True)
        assert "Zoë".encode() in write()
        scans.delete_viewer(library, zoe.id)
        assert "Zoë".encode() not in write()
        assert b'"Al"' in write()


def test_a_file_of_a_screening_that_is_gone_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was deleted in another window: the page that runs after the click says so."""
    state: dict[str, str] = {}
    monkeypatch.setattr("streamlit.session_state", state)
    with found_by_pages(tmp_path / "home", monkeypatch) as library:
        library_builder.recut(library)
        shown = library.add_screening(library.films()[0].id, "Monday")
        audience_menu.check(shown.id)
        assert state == {}
        scans.delete_screening(library, shown.id)
        audience_menu.check(shown.id)
        assert state["problem"] == "This screening is not in the library. It may have been deleted."
