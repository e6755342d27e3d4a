"""The audiences of two cuts on the Compare page, without a browser."""

from __future__ import annotations

from emotion_core.library import Library
from tests.support import library_builder
from tests.support.pages import (
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
    page_text,
)
from tests.support.screenings import CONSENT, readings


def test_two_screenings_stand_side_by_side(library: Library) -> None:
    """A row a pair of scenes where both films have a screening; nothing where one has none."""
    before, after = library_builder.recut(library)
    first = library.add_screening(before.id, "Monday")
    library.add_live_viewer(first.id, readings(100), consent=CONSENT, name="Zoë")
    app = open_page("compare", before=before.id, after=after.id)
    assert not app.exception
    assert "Audiences" not in [header.value for header in app.header]
    second = library.add_screening(after.id, "Tuesday")
    library.add_live_viewer(second.id, readings(100, "sad"), consent=CONSENT)
    app = open_page("compare", before=before.id, after=after.id)
    assert not app.exception
    assert "Audiences" in [header.value for header in app.header]
    table = app.dataframe[-1].value
    library.add_screening(after.id, "Wednesday, nobody came")
    assert open_page("compare", before=before.id, after=after.id).dataframe[-1].value.equals(table)
    assert list(table["Viewers, second"]).count("1") >= 1
    assert "Zoë" not in table.to_string()
    assert "count as different people" in page_text(app)
    assert "a name or recording of the first" not in page_text(app)
    library.add_live_viewer(second.id, readings(100, "sad"), consent=CONSENT, name="Zoë")
    app = open_page("compare", before=before.id, after=after.id)
    assert "1 viewer has a name or recording of the first" in page_text(app)
