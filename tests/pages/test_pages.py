"""The pages, without a browser: their texts and their buttons. Scans are written by hand."""

from __future__ import annotations

import ast
import json
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from emotion_core.charts import axis_time
from emotion_core.faces.embedding import PACKAGE, installed
from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, transaction
from emotion_core.settings import ReportSettings, ScanSettings, to_json
from emotion_core.storage import Home
from emotion_core.web import PLOTLY_ADDRESS, tokens
from pages.services import markdown, page_cache
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.pages import (
    PAGES,
    button_labels,
    component_data,
    figures,
    library as library,  # noqa: PLC0414  # the fixture
    listed_scenes,
    open_page,
    page_text,
    progress_components,
    upload_components,
)
from tests.support.repository import ROOT
from tests.support.screenings import CONSENT, readings


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of three scenes: happy, no face, sad."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad"])


@pytest.fixture
def bikes(library: Library) -> Film:
    """An analysed film of two scenes: happy, happy."""
    return library_builder.film(library, BIKES, ["happy", "happy"])


# Library


def test_an_empty_library_says_how_to_begin(library: Library) -> None:
    """An empty library shows the drop zone, the sample, and the model that will be used."""
    app = open_page()
    assert not app.exception
    (place,) = upload_components(app)
    assert place["settings"] == to_json(ScanSettings())
    assert place["refused"] == []
    assert "Try the sample cut" in button_labels(app)
    assert app.expander[0].label == "The next film is read with the built-in model"


def test_the_library_lists_what_is_known_of_each_film(man: Film) -> None:
    """An analysed film is listed with its length, scenes and model, and can be opened."""
    app = open_page()
    assert "carphone" in page_text(app)
    for part in ("3.0 s", "3 scenes", "1 without enough faces", "the built-in model"):
        assert part in page_text(app)
    assert "Open" in button_labels(app)


def test_a_card_says_why_no_face_was_taken_over(library: Library, man: Film) -> None:
    """A scan that was to take over faces and took none left a sentence, which may name films."""
    (scan,) = library.scans(man.id)
    with library.database() as database, transaction(database):
        scan.set_settings(database, replace(scan.settings, reuse_faces=True))
    done = {"event": "done", "nothing_taken_over": "No face was taken over: first*.mov was read otherwise."}
    Home(library.home).events(scan.id).write_text(json.dumps(done) + "\n")
    assert any(r"first\*.mov was read otherwise" in caption.value for caption in open_page().caption)


def test_a_list_of_films_names_the_script_of_their_charts(library: Library) -> None:
    """The browser loads Plotly ahead once there is a film; an empty library does not need it."""
    (follower,) = (each for each in component_data(open_page()) if "drawn" in each)
    assert follower["charts"] == ""
    library_builder.film(library, CARPHONE, ["happy"])
    (follower,) = (each for each in component_data(open_page()) if "drawn" in each)
    assert follower["charts"] == PLOTLY_ADDRESS


def test_a_film_is_opened_although_the_page_before_runs_again(man: Film) -> None:
    """A run that a component asked for begins before the film's page: that is shown then, and not a second time."""
    app = open_page()
    app.session_state["opening"] = man.id
    app.run()
    assert app.title[0].value == markdown.escape(man.name)
    app.query_params.clear()  # as the link to the Library does
    app.switch_page("library.py")
    assert app.run().title[0].value == "Library"


def test_a_film_is_opened_although_the_page_before_runs_once_more(man: Film) -> None:
    """A run that a component asked for ends the one of the film's page: it has the address of the film."""
    assert open_page(film=man.id).title[0].value == markdown.escape(man.name)


def test_a_model_that_is_not_here_is_one_message(library: Library) -> None:
    """A checkpoint that is not on the disk is one message beside its field, and nothing can be started with it."""
    app = open_page()
    app.text_input(key="checkpoint").input("no/such-model").run()
    assert len(app.error) == 1
    assert "no/such-model" in app.error[0].value
    assert upload_components(app)[0]["settings"] is None
    assert "Try the sample cut" not in button_labels(app)


def test_a_refusal_is_told_until_it_is_removed(library: Library) -> None:
    """Every page shows an upload that was no film with its message, until it is dismissed."""
    uploads = Uploads(library.home)
    upload = uploads.announce("shopping.mp4", 4)
    with uploads.open(upload.id, 0) as writer:
        writer.append(b"milk")
        writer.finish()
    (refused,) = upload_components(open_page())[0]["refused"]
    assert refused["filename"] == "shopping.mp4"
    assert refused["message"].startswith("shopping.mp4 cannot be opened as a film: it is a text.")
    uploads.remove(upload.id)
    assert upload_components(open_page())[0]["refused"] == []


def test_the_room_left_is_what_the_quota_leaves(library: Library) -> None:
    """The drop zone shows how much room is left, and that it is little."""
    (library.home / "config.toml").write_text("quota_gb = 2")
    assert upload_components(open_page())[0]["space"] == {
        "words": "Room for 2.0 GB more of the 2.0 GB that the library may take.",
        "tight": True,
    }


def test_folders_are_offered_only_where_they_are_allowed(library: Library, tmp_path: Path) -> None:
    """Films in folders are offered only if config.toml names folders; they are opened in place."""
    assert "Add from a folder of this machine" not in [box.label for box in open_page().expander]
    cuts = tmp_path / "cuts"
    cuts.mkdir()
    (cuts / "a_[cut].mp4").write_bytes(clip(CARPHONE).read_bytes())
    (library.home / "config.toml").write_text(f'folders = ["{cuts}"]')
    app = open_page()
    assert "folder-film" not in [box.key for box in app.selectbox]
    app.session_state["folder"] = True
    app.run()
    assert not app.exception
    (line,) = app.selectbox(key="folder-film").options
    assert line.startswith("cuts/a_[cut].mp4 · 589 kB")
    app.selectbox(key="folder-film").select_index(0).run()
    app.button(key="folder-open").click().run()
    (film,) = library.films()
    assert (film.name, film.path, film.managed) == ("a_[cut].mp4", cuts / "a_[cut].mp4", False)
    scans.delete_film(library, film.id)


def test_a_configuration_that_makes_no_sense_is_one_message(man: Film, library: Library) -> None:
    """An error in config.toml is shown once, and the films are listed all the same."""
    (library.home / "config.toml").write_text("quota = 2")
    app = open_page()
    assert len(app.error) == 1
    assert "quota" in app.error[0].value
    assert "carphone" in page_text(app)


def _form() -> None:
    """The scan form by itself; runs in the page's own process."""
    import streamlit as st

    from pages.parts import scan_form

    st.session_state["settings"] = scan_form.show()


def _box(app: AppTest, begins: str) -> Any:
    return next(box for box in app.checkbox if box.label.startswith(begins))


def test_what_is_read_otherwise_is_a_tick_away(library: Library) -> None:
    """The scan form reuses equal pictures of a face and turns tilted heads upright unless their boxes are unticked."""
    app = AppTest.from_function(_form, default_timeout=30).run()
    assert not app.exception
    assert app.session_state["settings"].reuse_equal_crops
    assert app.session_state["settings"].level_faces
    for begins in ("Read equal", "Turn tilted"):
        _box(app, begins).uncheck().run()
    assert not app.session_state["settings"].reuse_equal_crops
    assert not app.session_state["settings"].level_faces


def test_people_are_told_apart_where_asked_for(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """The box is off at first, cannot be ticked without the network or without pictures, and then stores nothing."""
    monkeypatch.setattr(installed, "network_path", lambda: None)
    app = AppTest.from_function(_form, default_timeout=30).run()
    people = _box(app, "Tell people apart")
    assert (people.value, people.disabled) == (False, True)
    assert PACKAGE in people.help
    monkeypatch.setattr(installed, "network_path", lambda: Path(__file__))
    app.run()
    assert not app.session_state["settings"].people
    _box(app, "Tell people apart").check().run()
    assert app.session_state["settings"].people
    _box(app, "Keep small pictures").uncheck().run()
    assert _box(app, "Tell people apart").disabled
    assert not app.session_state["settings"].people


def test_another_video_track_is_a_number_away(man: Film, library: Library) -> None:
    """The scan form reads the track that players show unless a number is given; a missing track is refused."""
    app = AppTest.from_function(_form, default_timeout=30).run()
    assert app.session_state["settings"].track is None
    _track(app).set_value(2).run()
    assert app.session_state["settings"].track == 2
    app = open_page()
    _track(app).set_value(2).run()
    app.button(key=f"icon-again-{man.id}").click().run()
    (refused,) = app.error
    assert "no video track 2" in refused.value
    assert "1 (h264, 176 x 144" in refused.value
    assert len(library.scans(man.id)) == 1


def _track(app: AppTest) -> NumberInput:
    return next(number for number in app.number_input if number.label == "Video track")


def test_delete_asks_first(man: Film, library: Library) -> None:
    """The delete button asks for confirmation; Keep keeps the film."""
    app = open_page()
    app.button(key=f"icon-delete-{man.id}").click().run()
    assert "Delete" in button_labels(app)
    assert "will be removed" in page_text(app)
    app.button(key="keep").click().run()
    assert [film.id for film in library.films()] == [man.id]


def test_delete_removes_once_it_is_confirmed(man: Film, library: Library) -> None:
    """After confirmation the film is gone from disk and page, with its screenings; the user's own file stays."""
    screening = library.add_screening(man.id).id
    for _ in range(2):
        library.add_live_viewer(screening, readings(5), consent=CONSENT)
    app = open_page()
    app.button(key=f"icon-delete-{man.id}").click().run()
    assert (
        "So will its 1 screening with 2 viewers and all that is known of them. Your own file stays where it is."
        in page_text(app)
    )
    app.button(key="delete-for-good").click().run()
    assert not library.films()
    assert not library.screenings()
    assert "carphone" not in page_text(app)
    assert man.path.exists()


def test_a_failed_analysis_says_why_and_can_be_started_again(library: Library) -> None:
    """A failed scan's message is shown with the film, beside a button that analyses it again."""
    library_builder.unfinished(
        library, CARPHONE, {"event": "error", "problem": "It breaks off.", "advice": "Copy it again."}
    )
    app = open_page()
    assert [error.value for error in app.error] == ["It breaks off. Copy it again."]
    assert "Analyse again" in button_labels(app)
    assert "Open" not in button_labels(app)


def test_a_running_analysis_shows_how_far_it_is(library: Library) -> None:
    """A running analysis shows frames, scenes so far, speed and time left, with a button that cancels it."""
    here = psutil.Process(os.getpid())
    progress = {"event": "progress", "frames": 60, "frames_total": 120, "frames_per_second": 42.0,
                "seconds_left": 75.0, "scenes": 2, "faces": 1}  # fmt: skip
    library_builder.unfinished(library, CARPHONE, progress, pid=here.pid, pid_started=here.create_time())
    app = open_page()
    (bar,) = progress_components(app)
    assert (bar["done"], bar["segments"]) == (0.5, None)  # what it shows does not change with them
    for part in ("60 of 120 frames", "2 scenes so far", "1 face", "42 frames/s", "1:15 left"):
        assert part in bar["words"]
    assert "Cancel" in button_labels(app)


def test_an_analysis_that_ends_meanwhile_takes_no_click_away(
    man: Film, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film's analysis ends while the page is drawn for a click on the film below it: that is opened nevertheless."""
    here = psutil.Process(os.getpid())
    library_builder.unfinished(library, BIKES, {"event": "loading"}, pid=here.pid, pid_started=here.create_time())
    app = open_page()
    assert progress_components(app)
    latest, looks = scans.latest, Counter[str]()

    def ended_after_one_look(
        library: Library, film_id: str, ahead: Mapping[str, int] | None = None
    ) -> tuple[str, scans.Status] | None:
        looks[film_id] += 1
        found = latest(library, film_id, ahead)
        return found if found is None or looks[film_id] == 1 else (found[0], scans.Status("done", "done"))

    monkeypatch.setattr(scans, "latest", ended_after_one_look)
    app.button(key=f"open-{man.id}").click().run()
    assert app.title[0].value == markdown.escape(man.name)


def test_the_library_listens_to_what_others_do(library: Library) -> None:
    """The page's script gets the library's state as drawn, and a token to learn of changes."""
    (ear,) = [each for each in component_data(open_page()) if "drawn" in each]
    assert ear["drawn"] == library.change_token()
    assert tokens.verify(library.home, "analyses", ear["token"])


def test_a_film_that_is_being_read_shows_what_is_there(man: Film, library: Library) -> None:
    """A film's page during its first analysis shows the progress and the timeline of the segments written so far."""
    here = psutil.Process(os.getpid())
    scan = library.scans(man.id)[0]
    (library.store(scan.id).folder / "sealed.json").unlink()
    library_builder.runs(library, scan, here.pid, here.create_time())
    progress = {"event": "progress", "frames": 90, "frames_total": 120, "frames_per_second": 42.0,
                "seconds_left": 1.0, "scenes": 3, "faces": 6, "segments": 1}  # fmt: skip
    (library.home / "jobs" / f"{scan.id}.events").write_text(json.dumps(progress) + "\n")
    app = open_page()
    assert "Look so far" in button_labels(app)
    assert "Open" not in button_labels(app)
    app = open_page("film", film=man.id)
    assert not app.exception
    assert app.header[0].value.startswith("So far: 3.0 s of ")
    assert len(figures(app)) == 2
    (bar,) = progress_components(app)
    assert "90 of 120 frames" in bar["words"]
    assert bar["segments"] == 1  # another one draws the page anew


# Film

FORM = {"view": "How scenes are found"}
"""In a film's address: the tab with the form of the report's settings."""


def test_the_film_page_has_its_facts(man: Film) -> None:
    """The page has name, length, scenes, and model with hash and engine."""
    app = open_page("film", film=man.id)
    assert not app.exception
    assert app.title[0].value == r"carphone\_pristine.mp4"
    for part in ("3 scenes", "1 of them without enough faces", "the built-in model (embedded)", "torch fp32"):
        assert part in page_text(app)


def test_no_page_speaks_of_what_anyone_felt(man: Film) -> None:
    """The page says that expressions are apparent, and never "felt"."""
    text = page_text(open_page("film", film=man.id, scene="1")).lower()
    assert "apparent facial expression" in text
    assert "felt" not in text


def test_a_scene_without_faces_has_no_expression(man: Film) -> None:
    """The table says "not enough faces" and leaves the share empty rather than zero."""
    scenes = listed_scenes(open_page("film", film=man.id))
    assert [scene["leading"] for scene in scenes] == ["happy", "not enough faces", "sad"]
    assert [scene["shares"] is None for scene in scenes] == [False, True, False]
    assert [scene["leading_shares"] == "" for scene in scenes] == [False, True, False]


def test_a_black_scene_is_called_black(library: Library) -> None:
    """Headline, table and timeline say "black", and do not count it among scenes without faces."""
    film = library_builder.film(library, CARPHONE, ["happy", "black", "sad"])
    app = open_page("film", film=film.id, scene="2")
    assert not app.exception
    assert [scene["leading"] for scene in listed_scenes(app)] == ["happy", "black", "sad"]
    assert "3 scenes · 1 black" in page_text(app)
    assert "without enough faces" not in page_text(app)


def panel(app: AppTest) -> dict[str, object]:
    """The data of the current scene's panel."""
    (data,) = (each for each in component_data(app) if {"frame", "version"} <= each.keys())
    return data


def test_the_panel_is_told_where_its_film_lies(man: Film, library: Library) -> None:
    """It gets the first frame of the scene in the address, the version of the report, and a link for this film, which
    stays the same while the page is open.
    """
    app = open_page("film", film=man.id, scene="2")
    data = panel(app)
    assert (data["film"], data["frame"], data["version"]) == (man.id, 30, page_cache.version(man.id))
    token = tokens.verify(library.home, "film", str(data["link"]).rsplit("/", 1)[1])
    assert token.subject == man.id
    assert panel(app.run())["link"] == data["link"]


@pytest.mark.parametrize("scene", ["0", "4", "-1", "x", "9" * 30])
def test_a_scene_that_is_not_there_is_passed_over(man: Film, scene: str) -> None:
    """An address with a scene that does not exist opens the film at its beginning."""
    app = open_page("film", film=man.id, scene=scene)
    assert not app.exception
    assert not app.error
    assert panel(app)["frame"] == 0


@pytest.mark.parametrize(("t", "frame"), [("1.4", 42), ("2", 60), ("99", 89), ("soon", 0)])
def test_an_address_opens_at_its_time(man: Film, t: str, frame: int) -> None:
    """The seconds in an address lead, whatever number the scene there had; what is no time is passed over."""
    app = open_page("film", film=man.id, t=t, **({} if t == "soon" else {"scene": "1"}))
    assert panel(app)["frame"] == frame


def test_an_unknown_film_is_one_message(library: Library) -> None:
    """An address with a deleted film is one message."""
    app = open_page("film", film="0" * 64)
    assert [error.value for error in app.error] == [
        "This film is not in the library. It may have been deleted; add it again."
    ]


def test_the_film_page_without_a_film_lets_choose(man: Film) -> None:
    """Opened from the menu, the page offers the analysed films."""
    assert open_page("film").selectbox[0].options == [man.name]


def test_another_detector_makes_the_report_anew_without_a_scan(man: Film, library: Library) -> None:
    """Saved settings change the scenes at once and are stored; the scan stays the same."""
    scan = library.newest_scan(man.id)
    app = open_page("film", film=man.id, **FORM)
    app.selectbox(key=f"detector-{man.id}").select("content").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert not app.error
    assert len(library.analysis(man.id).scenes) == 1
    assert library.report_settings(man.id).shots.detector == "content"
    assert library.newest_scan(man.id) == scan


def test_shots_are_grouped_into_scenes_and_listed(library: Library) -> None:
    """With rows as scenes, the page groups the shots that return to a place."""
    talk = library_builder.film(library, CARPHONE, ["happy", "sad", "happy", None], places="ABAC")
    app = open_page("film", film=talk.id, **FORM)
    app.selectbox(key=f"detector-{talk.id}").select("combined").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert len(library.analysis(talk.id).scenes) == 4
    app.segmented_control(key=f"scenes-are-{talk.id}").select("groups").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert not app.error
    settings = library.report_settings(talk.id)
    assert (settings.scenes_are, settings.shots.detector) == ("groups", "combined")
    app = open_page("film", film=talk.id, scene="1")
    assert [scene["shots"] for scene in listed_scenes(app)] == [3, 1]


def test_a_cut_list_by_hand_names_the_scenes(man: Film, library: Library) -> None:
    """Lines of timecode and name become the scenes of the report."""
    app = open_page("film", film=man.id, **FORM)
    app.text_area[0].input("0 Opening\n00:00:02:00 The car")
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert [row.scene.name for row in library.analysis(man.id).scenes] == ["Opening", "The car"]
    assert library.report_settings(man.id).shots.cuts == ((0, "Opening"), (60, "The car"))


@pytest.mark.parametrize("text", ["nonsense", "0\n99999999"])
def test_a_wrong_cut_list_changes_nothing(man: Film, library: Library, text: str) -> None:
    """A line that names no frame of the film is one message, and the report stays."""
    before = library.report_settings(man.id)
    app = open_page("film", film=man.id, **FORM)
    app.text_area[0].input(text)
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert len(app.error) == 1
    assert library.report_settings(man.id) == before
    assert len(library.analysis(man.id).scenes) == 3


EDL = (
    "TITLE: Cut 7\n\n"
    "001  AX       V     C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n* FROM CLIP NAME: Opening\n"
    "002  AX       V     C        00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n* FROM CLIP NAME: The car\n"
)


FIRST = "01:00:00:00 in the cut list was taken for the film's first frame."


def test_a_cut_list_is_taken_from_an_edl(man: Film, library: Library) -> None:
    """A list of an editing tool is put into the box, with its assumptions; after saving, its cuts are the scenes."""
    app = open_page("film", film=man.id, **FORM)
    app.file_uploader[0].set_value(("cut 7.edl", EDL.encode(), "text/plain")).run()
    assert not app.exception
    assert app.text_area[0].value == "00:00:00:00 Opening\n00:00:02:00 The car"
    assert FIRST in page_text(app)
    assert library.report_settings(man.id).shots.cuts != ((0, "Opening"), (60, "The car"))
    app.text_area[0].input("00:00:00:00 Opening\n00:00:02:00 The red car")
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert [row.scene.name for row in library.analysis(man.id).scenes] == ["Opening", "The red car"]
    assert library.report_settings(man.id).shots.cuts == ((0, "Opening"), (60, "The red car"))
    assert library.report_settings(man.id).shots.cut_notes == (FIRST,)
    assert FIRST in library.analysis(man.id).notes
    assert app.text_area[0].value == "00:00:00:00 Opening\n00:00:02:00 The red car"


@pytest.mark.parametrize("content", [EDL.replace("01:00:03:00", "01:10:03:00").encode(), b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_list_of_this_film_changes_nothing(man: Film, content: bytes) -> None:
    """A list of another cut, or a file that is no list, is one message; the list in the box stays."""
    app = open_page("film", film=man.id, **FORM)
    before = app.text_area[0].value
    app.file_uploader[0].set_value(("cut.txt", content, "text/plain")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.text_area[0].value == before


# Compare


def test_compare_needs_two_films(man: Film) -> None:
    """With one film the page says that two are needed."""
    assert "Two analysed films are needed" in page_text(open_page("compare"))


def compared_all_the_same(before: Film, after: Film) -> AppTest:
    """The page with two films that share no footage, once the user asked for them to be compared all the same."""
    app = open_page("compare", before=before.id, after=after.id)
    assert "seem to share no footage, so nothing was computed" in page_text(app)
    assert figures(app) == []
    return next(button for button in app.button if button.label == "Compare them all the same").click().run()


def test_compare_sets_two_films_side_by_side(man: Film, bikes: Film) -> None:
    """Films that share no footage are compared when asked: totals, both timelines in one figure, two heatmaps, and the
    scenes of both in one table, paired by order.
    """
    app = compared_all_the_same(man, bikes)
    assert not app.exception
    assert not app.error
    assert len(figures(app)) == 4
    totals, scenes = (element.value for element in app.dataframe)
    assert totals["label"].tolist()[-1] == "not enough faces"
    happy = totals.set_index("label").loc["happy"]
    assert (happy["seconds_before"], happy["seconds_after"]) == (pytest.approx(1.0, abs=0.01), pytest.approx(2.4))
    assert scenes["Dominant, first"].tolist() == ["happy", "not enough faces", "sad"]
    assert scenes["Dominant, second"].fillna("–").tolist() == ["happy", "happy", "–"]
    assert scenes["Footage"].tolist() == ["by order"] * 3
    assert "The films share no footage. Scenes stand side by side by their order." in page_text(app)


def test_compare_shows_a_part_of_both_timelines(man: Film, bikes: Film) -> None:
    """The slider, which keys move, has the longer film's length; what it leaves is what the figure of both shows.

    Another one chooses the scenes of both heatmaps.
    """
    app = compared_all_the_same(man, bikes)
    part, scenes = app.slider
    first, last = part.value
    assert (first.isoformat(), last.isoformat()) == ("00:00:00", "00:00:03.003000")
    whole = [figure["layout"]["xaxis"].get("range") for figure in figures(app)]
    part.set_value((first.replace(second=1), first.replace(second=2))).run()
    shown = [figure["layout"]["xaxis"].get("range") for figure in figures(app)]
    assert [now for now, before in zip(shown, whole, strict=True) if now != before] == [[axis_time(1), axis_time(2)]]
    assert scenes.value == (1, 3)
    scenes.set_value((2, 3)).run()
    assert [figure["layout"]["xaxis"].get("range") for figure in figures(app)].count([1.5, 3.5]) == 2


def test_compare_tells_what_a_recut_did(library: Library) -> None:
    """For films that share footage the page counts the changes, lists them by kind with places in both films, and pairs
    scenes of the same footage.
    """
    first = library_builder.film(library, CARPHONE, ["happy", None, "sad", "fear"], places="abcd")
    second = library_builder.film(library, BIKES, ["sad", "fear", "happy", "angry"], places="dacx")
    app = open_page("compare", before=first.id, after=second.id)
    assert not app.exception
    assert len(figures(app)) == 4
    words = page_text(app)
    assert "1.0 s left out, 1.4 s new: 1 scene left out, 1 new, 3 extended, 1 moved; " in words
    players, changes = component_data(app)
    assert [len(side["scenes"]) for side in players["sides"]] == [4, 4]
    assert players["segments"]
    assert changes["films"] == [first.id, second.id]
    moved = next(row for row in changes["rows"] if "moved" in row["kinds"])
    assert [place["scene"] for place in moved["places"]] == [4, 1]
    assert all(place["picture"] is not None for place in moved["places"])
    assert [row["places"][1] for row in changes["rows"] if row["kinds"] == ["left out"]] == [None]
    assert "of the second film is footage of the first" in words
    assert "is new." in words
    assert "Orange: in another place." in words
    _, scenes = (element.value for element in app.dataframe)
    beside = list(zip(*(scenes[f"Scene, {word}"].fillna("–") for word in ("first", "second")), strict=True))
    assert beside == [("4", "1"), ("1", "2"), ("2", "–"), ("3", "3"), ("–", "4")]
    footage = scenes["Footage"].tolist()
    assert footage[0].endswith(", moved")
    assert footage[2] == "left out"
    assert footage[4] == "new"


def test_compare_offers_pairs_that_share_footage(library: Library) -> None:
    """With no film chosen nothing is computed; a pair that shares footage is offered, the earlier film first."""
    first = library_builder.film(library, CARPHONE, ["happy", None, "sad"], places="abc")
    second = library_builder.film(library, BIKES, ["sad", "happy"], places="ca")
    app = open_page("compare")
    assert not app.exception
    assert figures(app) == []
    (offer,) = (button for button in app.button if "→" in button.label)
    offer.click().run()
    assert not app.exception
    assert [app.query_params[side] for side in ("before", "after")] == [first.id, second.id]
    assert "What the re-cut did" in [header.value for header in app.header]


def test_compare_offers_nothing_where_films_share_nothing(man: Film, bikes: Film) -> None:
    app = open_page("compare")
    assert "No two of the films here seem to share footage." in page_text(app)
    assert not [button for button in app.button if "→" in button.label]


def test_different_models_are_compared_with_a_warning(man: Film, library: Library) -> None:
    """Two models with the same labels are compared, with a warning."""
    other = library_builder.film(library, BIKES, ["sad"], model="other-model")
    app = compared_all_the_same(man, other)
    assert any("different models" in warning.value for warning in app.warning)
    assert len(figures(app)) == 4


def test_different_labels_are_not_compared(man: Film, library: Library) -> None:
    """Films of different labels cannot be compared: one message, and no chart."""
    other = library_builder.film(library, BIKES, ["sad"], model="other-model", labels=("sad", "disgust", "angry"))
    app = open_page("compare", before=man.id, after=other.id)
    assert len(app.error) == 1
    assert "different labels" in app.error[0].value
    assert figures(app) == []


def test_a_film_is_not_compared_with_itself(man: Film, bikes: Film) -> None:
    """With the same film in both boxes, the page asks for two different ones."""
    app = open_page("compare", before=man.id, after=man.id)
    assert "two different films" in page_text(app)
    assert figures(app) == []


def test_films_of_one_name_can_each_be_chosen(man: Film, bikes: Film, library: Library) -> None:
    """Two films of the same name have different entries in the boxes, and each entry selects its film."""
    with library.database() as database:
        database.execute("UPDATE films SET name = 'cut.mp4'")
    newest, older = library.films()
    app = open_page("compare")
    for box in app.selectbox:
        assert len(set(box.options)) == 2
        assert all(option.startswith("cut.mp4 · added ") for option in box.options)
    for before, after in ((newest, older), (older, newest)):
        for box, film in zip(app.selectbox, (before, after), strict=True):
            box.select_index([newest.id, older.id].index(film.id))
        app.run()
        assert [app.query_params[side] for side in ("before", "after")] == [before.id, after.id]
        assert "seem to share no footage" in page_text(app)
    with library.database() as database:
        database.execute("UPDATE films SET added_at = '2026-11-26T12:00:00+00:00'")
    ends = {option.rsplit(" · ")[-1] for option in open_page("film").selectbox[0].options}
    assert ends == {newest.id[:8], older.id[:8]}


# The house


def imported(folder: Path, names: set[str]) -> set[str]:
    """Which of these top-level modules the Python files below a folder import, anywhere in them."""
    files = list(folder.rglob("*.py"))
    assert len(files) > 10
    found = set()
    for text in (file.read_text(encoding="utf-8") for file in files):
        if not any(name in text for name in names):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                found.add(node.module.split(".")[0])
    return found & names


def test_pages_never_decode_or_infer() -> None:
    """No page imports a decoder or an engine."""
    assert not imported(PAGES, {"av", "cv2", "torch", "transformers"})


def test_the_core_knows_no_pages() -> None:
    """emotion_core imports neither streamlit nor a page."""
    assert not imported(ROOT / "emotion_core", {"streamlit", "pages"})


def test_a_film_of_default_settings_opens_too(library: Library) -> None:
    """A film without settings of its own is reported with the defaults, here as one scene."""
    film = library_builder.film(library, CARPHONE, ["happy", "sad"])
    library.set_report_settings(film.id, ReportSettings())
    app = open_page("film", film=film.id)
    assert "No cut was found" in page_text(app)


def test_the_moment_stays_where_scenes_have_other_numbers(man: Film) -> None:
    """After the scenes changed, the one with the same frame is shown, under its new number."""
    app = open_page("film", film=man.id, scene="3", **FORM)
    app.text_area[0].input("0 Opening\n00:00:02:00 The car")
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert panel(app)["frame"] == 60
