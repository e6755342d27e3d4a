"""The menu of what a film's report leaves the app as, without a browser."""

from __future__ import annotations

from emotion_core.export import FORMATS, REPORT_NAMES
from emotion_core.library import Library
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.pages import (
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
)


def test_every_format_and_the_archive_are_offered(library: Library) -> None:
    """The CSV has a button of its own; the menu has all other formats, the markers' form and the archive."""
    man = library_builder.film(library, CARPHONE, ["happy", None, "sad"], places="abc")
    app = open_page("film", film=man.id)
    assert not app.exception
    labels = [str(getattr(button, "label", "")) for button in app.get("download_button")]
    assert labels == [
        "Download CSV",
        *(FORMATS[name].title for name in REPORT_NAMES if name != "csv"),
        "Everything, as a ZIP",
    ]
    assert "Markers" in [button.label for button in app.button]


def test_the_way_to_the_audience_is_there_where_there_is_one(library: Library) -> None:
    """A link with the number of viewers, only on the page of a film with a screening."""
    man = library_builder.film(library, CARPHONE, ["happy", None, "sad"], places="abc")
    assert not any("Audience" in str(link.proto) for link in open_page("film", film=man.id).get("page_link"))
    library.add_screening(man.id, "Monday")
    app = open_page("film", film=man.id)
    assert not app.exception
    assert any("Audience (0 viewers)" in str(link.proto) for link in app.get("page_link"))
