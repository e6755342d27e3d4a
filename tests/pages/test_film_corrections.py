"""Corrections of scenes on the film's page, without a browser. Scans are written by hand."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from emotion_core.corrections import Corrections
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, editing, job_table
from emotion_core.settings import ReportSettings, ShotSettings
from emotion_core.tracks import anchor_of, editing as track_editing
from pages.services import page_cache, report_edits
from tests.support import library_builder
from tests.support.clips import BIKES, CARPHONE, clip
from tests.support.pages import (
    button_labels,
    component_data,
    library as library,  # noqa: PLC0414  # the fixture
    listed_scenes,
    open_page,
    page_text,
    text_field,
)


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of four scenes of 30 frames at 29.97 frames a second."""
    return library_builder.film(library, CARPHONE, ["happy", None, "sad", "sad"])


@pytest.fixture
def nothing_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """No process may be started to add frames."""

    def refused(*arguments: object, **more: object) -> None:
        raise AssertionError("frames were asked for")

    monkeypatch.setattr(job_table, "enqueue", refused)


def press(app: AppTest, key: str) -> AppTest:
    """Press the button whose key begins with this text; “split-at-75” is a split at frame 75."""
    if key.startswith("split-at-"):
        app.text_input(key=text_field(app, "Split at")).input(key.removeprefix("split-at-"))
        key = "button-split"
    (match,) = (button for button in app.button if button.key is not None and button.key.startswith(key))
    return match.click().run()


def dominant(app: AppTest) -> list[str]:
    return [scene["leading"] for scene in listed_scenes(app)]


def scene(app: AppTest) -> str:
    """The number of the scene that the panel shows."""
    (shown,) = (data for data in component_data(app) if {"frame", "version"} <= data.keys())
    rows = page_cache.analysis(shown["film"]).scenes
    return str(sum(row.scene.frame_in <= shown["frame"] for row in rows))


@pytest.mark.usefixtures("nothing_is_read")
def test_a_scene_is_merged_with_its_neighbours(man: Film, library: Library) -> None:
    """Two scenes merged with the one before or the next become one, which is then selected."""
    app = press(open_page("film", film=man.id, scene="3"), "merge-next")
    assert dominant(app) == ["happy", "not enough faces", "sad"]
    assert scene(app) == "3"
    app = press(app, "merge-before")
    assert dominant(app) == ["happy", "sad"]
    assert scene(app) == "2"
    assert library.report_settings(man.id).corrections == Corrections(joined=(60, 90))
    assert not app.error
    assert app.button(key="merge-next").disabled
    assert not app.button(key="merge-before").disabled


@pytest.mark.usefixtures("nothing_is_read")
def test_a_scene_is_named(man: Film) -> None:
    """A name typed beside a scene is in the table; emptied, it is removed."""
    app = open_page("film", film=man.id, scene="2")
    app.text_input(key=text_field(app, "Name")).input("The *car*").run()
    assert [scene["name"] for scene in listed_scenes(app)] == ["", "The *car*", "", ""]
    app.text_input(key=text_field(app, "Name")).input("").run()
    assert not any(scene["name"] for scene in listed_scenes(app))
    assert not app.error


@pytest.mark.usefixtures("nothing_is_read")
def test_a_scene_is_marked_as_no_film_and_back(man: Film) -> None:
    """A scene marked as not film says so, and keeps a row without numbers; marked back, it counts again."""
    app = press(open_page("film", film=man.id, scene="1"), "mark")
    assert dominant(app) == ["not film", "not enough faces", "sad", "sad"]
    assert [scene["shares"] is None for scene in listed_scenes(app)] == [True, True, False, False]
    for part in ("1 not film", "1 of them without enough faces", "Grey: black or not film"):
        assert part in page_text(app)
    app = press(app, "mark")
    assert dominant(app)[0] == "happy"
    assert "Grey" not in page_text(app)


@pytest.mark.usefixtures("nothing_is_read")
def test_a_scene_begins_elsewhere(man: Film) -> None:
    """With another in point the scene begins there, and the one before ends there."""
    app = open_page("film", film=man.id, scene="4")
    app.text_input(key=text_field(app, "Begin at")).input("00:00:02:27")
    app = press(app, "button-move")
    assert [scene["tc_in"] for scene in listed_scenes(app)] == [
        "00:00:00:00",
        "00:00:01:00",
        "00:00:02:00",
        "00:00:02:27",
    ]
    assert scene(app) == "4"
    assert not app.error


@pytest.mark.usefixtures("nothing_is_read")
def test_a_scene_is_to_be_split_at_the_playhead(man: Film) -> None:
    """The field holds the frame on screen; on a scene's first frame, which no split can be at, the scene's middle."""
    app = open_page("film", film=man.id, t="1.4")
    assert app.text_input(key=text_field(app, "Split at")).value == "00:00:01:12"
    middle = open_page("film", film=man.id, scene="4")
    assert middle.text_input(key=text_field(middle, "Split at")).value == "00:00:03:15"


WRONG = [
    # the field, its button, what is typed, words of the message
    ("Split at", "button-split", "soon", "no timecode"),
    ("Split at", "button-split", "00:00:09:00", "cannot be split"),
    ("Split at", "button-split", "30", "31 to 59"),
    ("Begin at", "button-move", "60", "cannot begin"),
    ("Begin at", "button-move", "", "no timecode"),
    ("Name", "", "\x07", "cannot be shown"),
]


@pytest.mark.usefixtures("nothing_is_read")
@pytest.mark.parametrize(("label", "button", "typed", "message"), WRONG)
def test_what_cannot_be_is_one_message(man: Film, label: str, button: str, typed: str, message: str) -> None:
    """A position outside the scene, or an invalid one, is one message; the scenes stay."""
    app = open_page("film", film=man.id, scene="2")
    app.text_input(key=text_field(app, label)).input(typed)
    app = press(app, button) if button else app.run()
    assert len(app.error) == 1
    assert message in app.error[0].value
    assert len(dominant(app)) == 4
    assert app.run().error == []


@pytest.mark.usefixtures("nothing_is_read")
def test_undo_and_redo(man: Film, library: Library) -> None:
    """Undo reverts the last step and redo repeats it, also on a page opened again; the selected scene stays."""
    app = press(open_page("film", film=man.id, scene="4"), "merge-before")
    assert scene(app) == "3"
    app = press(open_page("film", film=man.id, scene="3"), "undo")
    assert len(dominant(app)) == 4
    assert scene(app) == "3"
    assert not app.button(key="redo").disabled
    app = press(app, "redo")
    assert len(dominant(app)) == 3
    assert app.button(key="redo").disabled
    assert library.edit_history(man.id).undo == "merge of scenes 3 and 4"


@pytest.mark.usefixtures("nothing_is_read")
def test_each_correction_can_be_taken_out(man: Film, library: Library) -> None:
    """All corrections are listed by timecode; removing one keeps the others."""
    app = open_page("film", film=man.id, scene="3")
    app = press(app, "merge-next")
    app = press(app, "mark")
    for part in ("Merged across 00:00:03:00", "Scene at 00:00:02:00 marked “not film”"):
        assert part in page_text(app)
    app = press(app, "icon-remove-merge-90")
    assert dominant(app) == ["happy", "not enough faces", "not film", "sad"]
    assert library.report_settings(man.id).corrections == Corrections(marks=((60, "not film"),))
    assert dominant(press(app, "undo")) == ["happy", "not enough faces", "not film"]


@pytest.mark.usefixtures("nothing_is_read")
def test_a_scene_changed_elsewhere_is_left_alone(man: Film, library: Library) -> None:
    """After another window corrected the scene, a button of the old page changes nothing and shows a message."""
    app = open_page("film", film=man.id, scene="3")
    elsewhere = press(open_page("film", film=man.id, scene="3"), "merge-next")
    assert len(dominant(elsewhere)) == 3
    before = library.report_settings(man.id)
    app = press(app, "merge-next")
    (error,) = app.error
    assert error.value.replace("\\", "") == (
        "Scene 3 (frames 60 to 89) was to be merged (scenes 3 to 4), and was corrected elsewhere meanwhile: there is "
        "scene 3 (frames 60 to 119) now. Nothing was changed. Look at the scenes as they are now, and correct them "
        "again."
    )
    assert library.report_settings(man.id) == before


TWO_WINDOWS = [
    # what one window does, what the other does before it, words that are told (none: both stay)
    ("merge-next", "mark", ""),
    ("mark", "merge-next", ""),
    ("mark", "merge-before", "scene 2 (frames 30 to 89)"),
    ("mark", "mark", ""),
    ("split-at-75", "merge-next", ""),
    ("split-at-75", "split-at-75", "there is scene 3 (frames 60 to 74) and scene 4 (frames 75 to 89) now"),
    ("undo", "mark", "now the last step is: mark “not film” of scene 3"),
]


@pytest.mark.parametrize(("here", "elsewhere", "message"), TWO_WINDOWS)
def test_two_windows_lose_no_correction(man: Film, library: Library, here: str, elsewhere: str, message: str) -> None:
    """A correction on top of another window's is a step of its own, or a message and no change."""
    app = open_page("film", film=man.id, scene="3")
    press(open_page("film", film=man.id, scene="3"), elsewhere)
    before, settings_before = library.edit_history(man.id), library.report_settings(man.id)
    app = press(app, here)
    after = library.report_settings(man.id)
    assert [message in error.value.replace("\\", "") for error in app.error] == ([True] if message else [])
    if message or here == elsewhere:
        assert (library.edit_history(man.id), after) == (before, settings_before)
    else:
        assert library.undo(man.id)
        assert (library.edit_history(man.id).undo, library.report_settings(man.id)) == (before.undo, settings_before)


def test_a_form_leaves_what_others_set(man: Film, library: Library) -> None:
    """A form sent from an older page sets only its own changes and keeps another window's. Where both changed the same
    setting, it sets nothing and shows a message.
    """
    app = open_page("film", film=man.id, view="How scenes are found")
    now = library.report_settings(man.id)
    elsewhere = replace(now, coverage_floor=0.5, corrections=Corrections(names=((30, "Car"),)))
    library.set_report_settings(man.id, elsewhere, "elsewhere")
    score = next(slider for slider in app.slider if slider.label.startswith("Face detector"))
    score.set_value(90)
    app = next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert not app.error
    assert library.report_settings(man.id) == replace(elsewhere, min_face_score=0.9)
    floor = next(slider for slider in app.slider if slider.label.startswith("Coverage floor"))
    assert floor.value == 50
    library.set_report_settings(man.id, replace(elsewhere, coverage_floor=0.75), "elsewhere again")
    floor.set_value(10)
    app = next(b for b in app.button if b.label.startswith("Save")).click().run()
    (error,) = app.error
    assert "the coverage floor was changed elsewhere meanwhile (to 0.75)" in error.value
    assert library.report_settings(man.id).coverage_floor == 0.75
    app = app.run()
    assert next(slider for slider in app.slider if slider.label.startswith("Coverage floor")).value == 75
    library.set_report_settings(man.id, replace(elsewhere, shots=ShotSettings(detector="content")), "content")
    app = app.run()
    assert app.selectbox(key=f"detector-{man.id}").value == "content"


def test_frames_that_could_not_be_added_are_told(man: Film, library: Library) -> None:
    """A split that needs frames is made even if the scan's model has changed. The page says how many frames are missing
    and why, and offers to try again.
    """
    app = press(open_page("film", film=man.id, scene="1"), "split-at-15")
    assert [scene["tc_in"] for scene in listed_scenes(app)][:2] == ["00:00:00:00", "00:00:00:15"]
    scan = library.newest_scan(man.id)
    assert scan is not None
    until = time.monotonic() + 60
    while scans.status(library, scan.id).active and time.monotonic() < until:
        time.sleep(0.1)
    app = app.run()
    assert len(app.warning) == 1
    assert "3 frames of short scenes could not be added" in app.warning[0].value
    assert "has changed since this film was analysed" in app.warning[0].value
    assert "Try again" in button_labels(app)
    assert len(dominant(app)) == 5


def test_frames_of_a_film_that_is_gone_are_told(man: Film, library: Library) -> None:
    """With the film's file changed, a split uses the stored observations, and the page says why frames are missing."""
    with library.database() as database:
        database.execute("UPDATE films SET path = ? WHERE id = ?", (str(clip(BIKES)), man.id))
    app = press(open_page("film", film=man.id, scene="1"), "split-at-15")
    assert len(dominant(app)) == 5
    assert "is no longer at" in app.warning[0].value
    assert not app.error


@pytest.mark.parametrize(("event", "asked"), [("done", 1), ("error", 0)])
def test_frames_asked_for_meanwhile_are_added_next(
    man: Film, library: Library, monkeypatch: pytest.MonkeyPatch, event: str, asked: int
) -> None:
    """Frames requested while others were added are added next, but not after a failure."""
    started: list[str] = []

    def asked_for(*arguments: object, scan_id: str, at_once: int) -> bool:
        started.append(scan_id)
        return True

    monkeypatch.setattr(job_table, "enqueue", asked_for)
    scan = library.newest_scan(man.id)
    assert scan is not None
    settings = library.report_settings(man.id)
    library.set_report_settings(man.id, replace(settings, corrections=Corrections(begins=(15,))))
    last_event = {"event": event, "problem": "The disk is full.", "advice": ""}
    (library.home / "jobs" / f"{scan.id}.events").write_text(json.dumps(last_event) + "\n")
    report_edits.continue_adding_frames(man.id)
    assert started == [scan.id] * asked


def test_a_cut_list_taken_from_corrected_scenes_holds_them(man: Film, library: Library) -> None:
    """The form's list contains the corrected scenes; after saving, marks stay corrections."""
    library.set_report_settings(
        man.id,
        ReportSettings(corrections=Corrections(begins=(40, 80), names=((80, "End"),), marks=((40, "not film"),))),
    )
    app = open_page("film", film=man.id, view="How scenes are found")
    app.selectbox(key=f"detector-{man.id}").select("cuts").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    settings = library.report_settings(man.id)
    assert settings.shots == ShotSettings(detector="cuts", cuts=((0, ""), (40, ""), (80, "End")))
    assert settings.corrections == Corrections(marks=((40, "not film"),))
    assert library.analysis(man.id).scenes[1].scene.kind == "not film"


def test_a_correction_of_faces_is_listed_and_taken_out(library: Library, man: Film) -> None:
    """As one entry, however many places it refers to."""
    whole = library.analysis(man.id).observations
    face = anchor_of(whole, whole.faces[0])
    editing.correct_faces(
        library, man.id, lambda now, seen, shots: track_editing.leave_out(seen, shots, now, face, True), "left out"
    )
    app = open_page("film", film=man.id)
    assert dominant(app)[0] == "not enough faces"
    assert len(library.report_settings(man.id).faces.left_out) == 2
    app = press(app, "icon-remove-face-0")
    assert dominant(app)[0] == "happy"
    assert not library.report_settings(man.id).faces
