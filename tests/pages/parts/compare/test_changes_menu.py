"""The menu of what a list of changes leaves the app as, without a browser."""

from __future__ import annotations

from typing import Any

from emotion_core.export.changes import FORMATS
from emotion_core.library import Library
from tests.support import library_builder
from tests.support.pages import (
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
    page_text,
)


def test_every_format_is_offered_and_what_cannot_be_says_why(library: Library) -> None:
    """Two films of different rates have no EDL: the menu says why and what to take instead."""
    before, after = library_builder.recut(library)
    app = open_page("compare", before=before.id, after=after.id)
    assert not app.exception
    buttons: dict[str, Any] = {str(getattr(each, "label", "")): each.proto for each in app.get("download_button")}
    for form in FORMATS.values():
        assert buttons[form.title].disabled == (form.name == "edl"), form.name
    assert "An EDL counts both cuts alike" in page_text(app)
    assert "Everything, as a ZIP" in buttons
    assert "Download changes" not in buttons
