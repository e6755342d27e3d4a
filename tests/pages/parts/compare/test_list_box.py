"""The box that moves a list to the new cut, without a browser."""

from __future__ import annotations

from emotion_core.annotations import Note, Target
from emotion_core.jobs import report_edits
from emotion_core.library import Library
from emotion_core.scenes import annotating
from tests.support import library_builder
from tests.support.pages import (
    library as library,  # noqa: PLC0414  # the fixture
    open_page,
    page_text,
)


def test_a_list_and_the_first_films_notes_move(library: Library) -> None:
    """What moves is counted, what lost its place has its reason; notes and targets are set by one step."""
    before, after = library_builder.recut(library)
    analysis = library.analysis(before.id)
    third = analysis.scenes[2].scene
    report_edits.annotate(library, before.id, annotating.add_note(third.frame_in, "look"), "a note")
    report_edits.annotate(
        library, before.id, annotating.set_targets((), (Target(third.id, "happy"),), analysis.labels), "a target"
    )
    app = open_page("compare", before=before.id, after=after.id)
    table = b"name,frame\nFirst,0\nSecond,30\nThird,60\n"
    app.file_uploader[0].upload("list.csv", table, "text/csv").run()
    text = page_text(app)
    assert "2 of 3 entries moved whole, 1 lost its place." in text
    assert "2 of 2 entries moved whole." in text
    reasons = [frame.value["Why"].tolist() for frame in app.dataframe if "Why" in frame.value]
    assert reasons == [["scene 2 is left out"]]
    next(button for button in app.button if button.label.startswith("Set 1 note and 1 target")).click().run()
    assert not app.exception
    written = library.report_settings(after.id).annotations
    assert written.notes == (Note(0, "look"),)
    assert written.targets == (Target(0, "happy"),)
    assert library.undo(after.id)
    assert not library.report_settings(after.id).annotations
