"""The Screening page without a browser: the sample, the view, viewers, ratings, settings, deletion."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.audience import Alignment, consent_to_notice, notice_text
from emotion_core.errors import AccessError, SettingsError
from emotion_core.incoming import RecordingClaim
from emotion_core.ingest import FoundMarks, Mark, Uploads, background_alignment, sample_screening
from emotion_core.library import Library, SoundSearch
from pages.parts.screening import in_time, intake, marks, viewer_list
from pages.parts.screening.settings_form import parse_targets
from tests.support import library_builder
from tests.support.clips import CARPHONE
from tests.support.pages import button_labels, component_data, library, open_page, page_text
from tests.support.screenings import CONSENT, readings, recording

__all__ = ["library"]


def chart_kinds(app: AppTest) -> set[str]:
    return {str(each["kind"]) for each in component_data(app) if "query" in each}


def press(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_from_no_film_to_the_sample_screening(library: Library) -> None:
    """Without an analysed film the page leads to the Library; with one it offers the sample in one click, and shows it
    as synthetic. The address then opens it on a fresh server.
    """
    assert "No film has been analysed yet" in page_text(open_page("screening"))
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    app = open_page("screening", film=film.id)
    assert "has no screening yet" in page_text(app)
    app = press(app, "Try the sample screening")
    assert not app.exception
    (screening,) = library.screenings(film.id)
    assert "are **synthetic**" in page_text(app)
    assert "less biased" not in page_text(app).lower()
    assert {"audience", "audience-synchrony"} <= chart_kinds(app)
    again = open_page("screening", screening=screening.id)
    assert {"audience", "audience-synchrony", "audience-scenes"} <= chart_kinds(again)
    (chart,) = [each for each in component_data(again) if each.get("kind") == "audience"]
    assert chart["query"]["screening"] == screening.id
    assert chart["query"]["rows"] == "i"


def test_groups_are_switched_on_and_settings_are_stored(library: Library) -> None:
    """A group that is chosen is asked for by the chart; a setting that is out of range is refused in a sentence."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = sample_screening.make(library, film.id)
    app = open_page("screening", screening=screening.id)
    app.button_group(key="screening-groups").set_value([(0, 1)]).run()
    (chart,) = [each for each in component_data(app) if each.get("kind") == "audience"]
    assert chart["query"]["groups"] == "0.1"
    app.text_area(key=f"set-targets-{screening.id}").set_value("group: row 1 = 0.5, row 2 = 0.7")
    app = press(app, "Use these")
    assert "must sum to 1" in page_text(app)
    app.text_area(key=f"set-targets-{screening.id}").set_value("group: row 1 = 0.3, row 2 = 0.7")
    app = press(app, "Use these")
    assert library.screening_settings(screening.id)["targets"] == {"group": {"row 1": 0.3, "row 2": 0.7}}


def test_a_viewer_is_deleted_after_a_question(library: Library) -> None:
    """The viewer goes once it is confirmed, and the numbers are those of the others."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = sample_screening.make(library, film.id)
    viewer = library.viewers(screening.id)[0]
    app = open_page("screening", screening=screening.id)
    app.selectbox(key="one-viewer").set_value(viewer.id).run()
    app = press(app, "Delete this viewer")
    assert len(library.viewers(screening.id)) == sample_screening.VIEWERS
    app = press(app, "Delete")
    assert len(library.viewers(screening.id)) == sample_screening.VIEWERS - 1
    assert f"{sample_screening.VIEWERS - 1} viewers" in page_text(app)


def test_a_screening_without_viewers_asks_for_some(library: Library) -> None:
    """The notice stands before the recordings that could be taken in; nothing is taken in without consent."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    other = library_builder.film(library, "carphone_pristine.mp4", ["sad", "happy"])
    screening = library.add_screening(film.id, "Row A")
    app = open_page("screening", screening=screening.id)
    assert not app.exception
    assert "has no viewers yet" in page_text(app)
    assert "In the European Union people must be told" in page_text(app)
    app.multiselect(key="intake-films").set_value([other.id])
    app = press(app, "Take them in")
    assert "Confirm that the viewers were told" in page_text(app)
    assert library.viewers(screening.id) == []
    app.multiselect(key="intake-films").set_value([other.id])
    app.checkbox(key=f"intake-agreed-{screening.id}").check()
    app.text_input(key="intake-by").set_value("K. Weber")
    app.radio(key="intake-how").set_value("typed").run()
    app.number_input(key="intake-second").set_value(0.5)
    app.text_input(key="intake-groups").set_value("age: 18-29")
    app = press(app, "Take them in")
    (viewer,) = library.viewers(screening.id)
    assert viewer.consent is not None
    assert viewer.consent.given_by == "K. Weber"
    assert viewer.groups == {"age": "18-29"}
    assert viewer.alignment == Alignment(0.5, method="typed")
    assert "Delete this screening" in button_labels(app)


def test_a_search_for_sound_does_not_hold_the_page(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is asked for, its progress is shown, and then what came of it; a second can be typed all the while."""
    monkeypatch.setattr(background_alignment, "align_soon", lambda _: None)
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    other = library_builder.film(library, "carphone_pristine.mp4", ["sad", "happy"])
    screening = library.add_screening(film.id, "Row A")
    viewer = library.add_recorded_viewer(
        screening.id, other.id, consent=consent_to_notice("recording", "the tests"), name="Anna"
    )
    app = open_page("screening", screening=screening.id)
    app = press(app.selectbox(key="one-viewer").set_value(viewer.id).run(), "By the film's sound")
    assert library.sound_searches() == {viewer.id: SoundSearch(wanted=True)}
    assert "The film's sound is still to be sought." in page_text(app)
    monkeypatch.setattr(in_time, "is_searching", lambda _: True)
    (bar,) = app.run().get("progress")
    assert "now in that of Anna" in bar.proto.text
    library.end_sound_search(viewer.id, SoundSearch(wanted=False, note="It has no sound."))
    assert "Anna: It has no sound. The viewer does not count until the recording is aligned by marks or a second." in (
        page_text(app.run())
    )
    app = press(app, "Set")
    assert library.viewer(viewer.id).alignment == Alignment(method="typed")
    assert "It has no sound" not in page_text(app)


def test_a_viewer_who_waits_for_marks_is_told_of(library: Library, tmp_path: Path) -> None:
    """The table says that the viewer does not count, and what to do; a second that is typed counts for all seats."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = library.add_screening(film.id)
    room = recording(library, tmp_path / "b.mp4", [{(60, 40): "happy", (200, 40): "sad"}] * 30)
    first, second = (
        library.add_recorded_viewer(screening.id, room.id, consent=CONSENT, name=f"Seat {seat}", seat=seat)
        for seat in (1, 2)
    )
    library.add_live_viewer(screening.id, readings(50), consent=CONSENT)
    library.await_alignment(first.id)
    app = open_page("screening", screening=screening.id)
    assert "2 without readings" in page_text(app)
    table = app.dataframe[-1].value
    assert table["In time with the film"].tolist()[:2] == ["not known yet"] * 2
    assert table["State"].tolist()[0].startswith("Read, but does not count before it is in time with the film.")
    assert "Seat 1: Nobody has said yet when the film begins in the recording." in page_text(app)
    app = press(app.selectbox(key="one-viewer").set_value(second.id).run(), "Set")
    assert [each.alignment.method for each in library.viewers(screening.id)[:2]] == ["typed", "typed"]
    assert "without readings" not in page_text(app)


def test_marks_are_chosen_of_those_found(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found in film and recording is a choice, kept until used; a moment that one side only has is refused."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    other = library_builder.film(library, "carphone_pristine.mp4", ["sad", "happy"])
    screening = library.add_screening(film.id, "Row A")
    told = consent_to_notice("recording", "the tests")
    viewer = library.add_recorded_viewer(screening.id, other.id, consent=told)
    seen = FoundMarks((Mark(4.25, "flash", 51.0),), "It has no sound.")
    moments = {film.id: FoundMarks((Mark(1.5, "clap", 30.0),)), other.id: seen}
    known: dict[str, FoundMarks] = {}
    monkeypatch.setattr(marks, "find_marks", lambda _, ids: known.update({each: moments[each] for each in ids}))
    monkeypatch.setattr(marks, "found_marks", lambda _, film_id: known.get(film_id))
    app = open_page("screening", screening=screening.id)
    app = press(app.selectbox(key="one-viewer").set_value(viewer.id).run(), "Find claps and flashes")
    assert "1 found in the film, by time." in page_text(app)
    assert "1 found in the recording, by time. It has no sound." in page_text(app)
    first = app.selectbox(key=f"mark-{viewer.id}-1-film")
    assert first.options == ["1.50 s: clap, 30 dB"]
    app = first.set_value(first.options[0]).run()
    assert library.viewer_marks(viewer.id) == (("1.50 s: clap, 30 dB", ""), ("", ""))
    library.set_viewer_marks(viewer.id, (("1.50 s: clap, 30 dB", ""), ("", "7")))
    known.clear()  # as after a restart of the app
    app = open_page("screening", screening=screening.id)
    app = app.selectbox(key="one-viewer").set_value(viewer.id).run()
    assert app.selectbox(key=f"mark-{viewer.id}-2-recording").value == "7"
    app = press(app, "Discard these")
    assert app.selectbox(key=f"mark-{viewer.id}-1-film").value is None
    assert library.viewer_marks(viewer.id) == ()
    app = press(app, "Find claps and flashes")
    app.selectbox(key=f"mark-{viewer.id}-1-film").set_value("1.50 s: clap, 30 dB")
    app = press(app, "Align by these")
    assert "is marked on one side only" in page_text(app)
    app.selectbox(key=f"mark-{viewer.id}-1-recording").set_value("4.25 s: flash, 20% brighter").run()
    assert len(library.viewer_marks(viewer.id)) == 2
    app = press(app, "Align by these")
    assert library.viewer(viewer.id).alignment == Alignment(2.75, method="mark")
    assert library.viewer_marks(viewer.id) == ()


@pytest.mark.parametrize(("text", "second"), [("12.5", 12.5), ("1:02,5", 62.5), ("1:00:00", 3600), ("7 s", 7)])
def test_seconds_as_typed(text: str, second: float) -> None:
    """Seconds, MM:SS or HH:MM:SS, with a point or a comma; a mark's words are read back."""
    assert marks.seconds_of(text) == second
    assert marks.seconds_of(marks.mark_words(Mark(second, "flash", 51.0))) == second
    with pytest.raises(SettingsError, match="Give seconds such as"):
        marks.seconds_of(f"at {text}")


def test_recordings_are_dropped_in_with_consent(library: Library) -> None:
    """The place for files takes none before someone confirmed; its data then hold consent and groups, which stay the
    same from run to run. What was refused for this screening is listed here, and not among films.
    """
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = library.add_screening(film.id, "Row A")
    app = open_page("screening", screening=screening.id)
    assert drop_zone(app)["viewer"] is None
    app.checkbox(key=f"intake-agreed-{screening.id}").check()
    app.text_input(key="intake-by").set_value("K. Weber")
    viewer = drop_zone(app.text_input(key="intake-groups").set_value("age: 18-29").run())["viewer"]
    assert (viewer["screening"], viewer["given_by"], viewer["groups"]) == (screening.id, "K. Weber", {"age": "18-29"})
    assert viewer["notice"] == notice_text("recording")
    assert drop_zone(app.run())["viewer"] == viewer
    assert (viewer["in_time"], viewer["offset"]) == ("sound", 0.0)
    app.radio(key="intake-how").set_value("typed").run()
    offset = drop_zone(app.number_input(key="intake-second").set_value(2.5).run())
    assert (offset["viewer"]["in_time"], offset["viewer"]["offset"]) == ("typed", 2.5)
    told = {name: viewer[name] for name in ("notice", "given_at", "given_by")}
    uploads = Uploads(library.home)
    upload = uploads.announce("Anna.mp4", 3, recording=RecordingClaim(screening_id=screening.id, **told))
    with uploads.open(upload.id, 0) as writer:
        writer.append(b"abc")
        writer.finish()
    assert [each["filename"] for each in drop_zone(app.run())["refused"]] == ["Anna.mp4"]
    assert [each["refused"] for each in component_data(open_page("library")) if "refused" in each] == [[]]
    app.text_input(key="intake-groups").set_value("nonsense").run()
    assert drop_zone(app)["viewer"] is None
    assert "The groups have “nonsense”" in page_text(app)


def drop_zone(app: AppTest) -> dict[str, Any]:
    """What the place for recordings is given."""
    (data,) = [each for each in component_data(app) if "refused" in each]
    return data


def test_target_populations_are_read_as_typed() -> None:
    assert parse_targets("age: 18-29 = 0.4, 30-49 = 0.6\n") == {"age": {"18-29": 0.4, "30-49": 0.6}}


def test_ratings_are_taken_in_or_refused_in_a_sentence(library: Library) -> None:
    """A file with other columns is refused, and nothing is stored; a good one is kept, and its means are shown."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = sample_screening.make(library, film.id)
    app = open_page("screening", **{"screening": screening.id, "audience-view": "Ratings"})
    app.file_uploader(key=f"ratings-file-{screening.id}").upload("other.csv", b"who,stars\nAnn,4\n").run()
    assert "The ratings have no column “viewer”" in page_text(app)
    assert library.ratings(screening.id) is None
    good = b"viewer,rating\nSynthetic viewer 1,4\nSynthetic viewer 2,2\n"
    app.file_uploader(key=f"ratings-file-{screening.id}").upload("stars.csv", good).run()
    assert not app.exception
    file = library.ratings(screening.id)
    assert file is not None
    assert file.name == "stars.csv"
    assert any("each reviewer the same" in str(frame.value) for frame in app.dataframe)


def test_how_it_was_measured_says_what_read_each_face(library: Library) -> None:
    """Model, engine, rate and least face, of each viewer by number and of the film's own faces."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = library.add_screening(film.id)
    library.add_live_viewer(screening.id, readings(100), consent=CONSENT, name="Zoë")
    text = page_text(open_page("screening", **{"screening": screening.id, "audience-view": "How this was measured"}))
    assert re.search(r"- 1\. live: model .*, engine torch fp32, 10 pictures a second; stamped by the player", text)
    assert re.search(r"The film's own faces\*\*: model .* faces from 32 pixels and a score of 0\.7 on", text)


def test_only_films_of_allowed_folders_are_taken_in(library: Library, tmp_path: Path) -> None:
    """A path that no allowed folder holds is refused, though a page once listed it; no viewer is added."""
    film = library_builder.film(library, "bikes.mp4", ["sad"])
    screening = library.add_screening(film.id)
    (tmp_path / "elsewhere.mp4").write_bytes(b"no film")
    consent = consent_to_notice("recording", "the tests")
    with pytest.raises(AccessError, match="elsewhere"):
        intake.add(screening, tmp_path / "elsewhere.mp4", consent, {}, None)
    assert library.viewers(screening.id) == []


def test_a_film_that_becomes_a_recording_loses_what_identifies_its_faces(library: Library) -> None:
    """Its people were told apart before; of viewers that is never kept, whichever way the recording was taken in."""
    shown = library_builder.film(library, "bikes.mp4", ["sad"])
    rows = np.ones((8, 128), np.float32)
    taken = library_builder.film(library, CARPHONE, ["happy", "sad"], embeddings=rows)
    (scan,) = library.scans(taken.id)
    assert library.store(scan.id).tells_people_apart
    viewer = intake.add(library.add_screening(shown.id), taken.id, CONSENT, {}, None)
    assert viewer.recording == taken.id
    assert not library.store(scan.id).tells_people_apart
    assert [each.id for each in library.scans(taken.id)] == [scan.id]


def test_a_damaged_recording_is_told_of_and_read_again(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The notes say whose it is, and a button reads it again."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = sample_screening.make(library, film.id)
    taken = recording(library, tmp_path / "a.mp4", [{(60, 40): "happy"}] * 30)
    viewer = library.add_recorded_viewer(screening.id, taken.id, consent=CONSENT, name="Ann")
    next(library.store(library.scan_ids(taken.id)[0]).folder.glob("segments/*.npz")).unlink()
    app = open_page("screening", screening=screening.id)
    app.selectbox(key="one-viewer").set_value(viewer.id).run()
    assert "1 without readings" in page_text(app)
    again: list[str] = []
    monkeypatch.setattr("pages.parts.screening.viewer_list.begin_recording", lambda _, film: again.append(film.id))
    press(app, "Read it again")
    assert again == [taken.id]


def test_sections_stay_open_when_the_first_recording_is_read(library: Library) -> None:
    """Other recordings may be on their way, and what was refused is told there."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = library.add_screening(film.id)
    app = open_page("screening", screening=screening.id)
    library.add_live_viewer(screening.id, readings(50), consent=CONSENT)
    app.run()
    assert [each.proto.expanded for each in app.expander if each.label == "Take recordings in"] == [True]


def test_what_is_typed_into_the_table_is_stored_but_for_what_is_refused(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that another viewer has is refused, and what was typed beside it is stored; a group may have the name of a
    column of the table.
    """
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    screening = library.add_screening(film.id)
    ann, bob = (
        library.add_live_viewer(screening.id, readings(50), consent=CONSENT, name=name, groups={"Viewer": "x"})
        for name in ("Ann", "Bob")
    )
    rows: dict[int, dict[str, str | None]] = {0: {"Viewer": "bob", "Viewer (group)": "y"}, 1: {"age": "30"}}
    state: dict[str, Any] = {"table": {"edited_rows": rows}}
    monkeypatch.setattr("streamlit.session_state", state)
    viewer_list._edit("table", [ann, bob], {"Viewer (group)": "Viewer", "age": "age"})
    assert "has a viewer called “bob” already" in state["problem"]
    assert [(each.name, dict(each.groups)) for each in library.viewers(screening.id)] == [
        ("Ann", {"Viewer": "y"}),
        ("Bob", {"Viewer": "x", "age": "30"}),
    ]


def test_what_is_typed_for_one_screening_is_not_anothers(library: Library) -> None:
    """Settings, a consent that was confirmed, and a file of ratings that was refused stay with their screening."""
    film = library_builder.film(library, "bikes.mp4", ["sad", None, "happy"])
    first, second = (library.add_screening(film.id, name) for name in ("First", "Second"))
    for each, name in ((first, "Ann"), (second, "Bob")):
        library.add_live_viewer(each.id, readings(50), consent=CONSENT, name=name)
    app = open_page("screening", **{"screening": first.id, "audience-view": "Ratings"})
    app.number_input(key=f"set-least_viewers-{first.id}").set_value(9)
    app = press(app, "Use these")
    app.checkbox(key=f"intake-agreed-{first.id}").check().run()
    app.file_uploader(key=f"ratings-file-{first.id}").upload("bob.csv", b"viewer,rating\nBob,4\n").run()
    assert "Nobody who rated is a viewer" in page_text(app)
    next(box for box in app.selectbox if box.label == "Screening").set_value(second.id).run()
    assert app.number_input(key=f"set-least_viewers-{second.id}").value == 5
    assert not app.checkbox(key=f"intake-agreed-{second.id}").value
    assert library.ratings(second.id) is None
