"""The pages, without a browser: what they say and what their buttons do. Scans are written by hand."""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import NumberInput

from emotion_core.ingest.uploads import Uploads
from emotion_core.jobs import scans
from emotion_core.library.library import Library
from emotion_core.library.records import Film
from emotion_core.settings import ReportSettings, ScanSettings, ShotSettings, to_json
from emotion_core.web import tokens
from tests import shelf
from tests.clips import BIKES, CARPHONE, clip

ROOT = Path(__file__).parent.parent
PAGES = ROOT / "pages"


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Library]:
    """An empty library that the pages find."""
    monkeypatch.setenv("EMOTION_HOME", str(tmp_path))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    yield Library.open(tmp_path)
    st.cache_resource.clear()
    st.cache_data.clear()


@pytest.fixture
def man(library: Library) -> Film:
    """An analysed film of three scenes: happy, nobody, sad."""
    return shelf.film(library, CARPHONE, ["happy", None, "sad"])


@pytest.fixture
def bikes(library: Library) -> Film:
    """An analysed film of two scenes: happy, happy."""
    return shelf.film(library, BIKES, ["happy", "happy"])


def opened(page: str = "", **asked: str) -> AppTest:
    """A page as its address opens it."""
    app = AppTest.from_file(PAGES / "router.py", default_timeout=30)
    if page:
        app.run()
        app.switch_page(f"{page}.py")
    for name, value in asked.items():
        app.query_params[name] = value
    return app.run()


def said(app: AppTest) -> str:
    """All the text of a page, as it is read."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error")
    return "\n".join(str(getattr(element, "value", "")) for kind in kinds for element in app.get(kind)).replace(
        "\\", ""
    )


def buttons(app: AppTest) -> list[str]:
    return [button.label for button in app.button]


def charts(app: AppTest) -> list[dict[str, object]]:
    """The figures of a page."""
    return [json.loads(element.proto.spec) for element in app.get("plotly_chart")]


def told(app: AppTest) -> list[dict[str, Any]]:
    """What the parts of a page that have scripts of their own were told."""
    return [json.loads(element.proto.json) for element in app.get("bidi_component")]


def places(app: AppTest) -> list[dict[str, Any]]:
    """What each place for dropping films in was told."""
    return [each for each in told(app) if "settings" in each]


def bars(app: AppTest) -> list[dict[str, Any]]:
    """What each bar of an analysis was told."""
    return [each for each in told(app) if each.get("scan")]


# Library


def test_an_empty_library_says_how_to_begin(library: Library) -> None:
    """With no film there is a place to drop one in, a sample to try, and the model that will be used."""
    app = opened()
    assert not app.exception
    (place,) = places(app)
    assert place["settings"] == to_json(ScanSettings())
    assert place["refused"] == []
    assert "Try the sample cut" in buttons(app)
    assert app.expander[0].label == "The next film is read with the built-in model"


def test_the_library_lists_what_is_known_of_each_film(man: Film) -> None:
    """An analysed film stands there with its length, scenes and model, and can be opened."""
    app = opened()
    assert "carphone" in said(app)
    for part in ("3.0 s", "3 scenes", "1 without enough faces", "the built-in model"):
        assert part in said(app)
    assert "Open" in buttons(app)


def test_a_model_that_is_not_here_is_one_message(library: Library) -> None:
    """Naming a checkpoint that is not on the disk is answered beside the field, and nothing can be started with it."""
    app = opened()
    app.text_input(key="checkpoint").input("no/such-model").run()
    assert len(app.error) == 1
    assert "no/such-model" in app.error[0].value
    assert places(app)[0]["settings"] is None
    assert "Try the sample cut" not in buttons(app)


def test_a_refusal_is_told_until_it_is_removed(library: Library) -> None:
    """An upload that was no film is named with its message by every page that opens, until it is dismissed."""
    uploads = Uploads(library.home)
    upload = uploads.announce("shopping.mp4", 4)
    with uploads.open(upload.id, 0) as writer:
        writer.append(b"milk")
        writer.finish()
    (refused,) = places(opened())[0]["refused"]
    assert refused["filename"] == "shopping.mp4"
    assert refused["message"].startswith("shopping.mp4 cannot be opened as a film: it is a text.")
    uploads.remove(upload.id)
    assert places(opened())[0]["refused"] == []


def test_the_room_left_is_what_the_quota_leaves(library: Library) -> None:
    """Beside the place for films stands how much more may come, and that it is little."""
    (library.home / "config.toml").write_text("quota_gb = 2")
    assert places(opened())[0]["space"] == {
        "words": "Room for 2.0 GB more of the 2.0 GB that the library may take.",
        "tight": True,
    }


def test_folders_are_offered_only_where_they_are_allowed(library: Library, tmp_path: Path) -> None:
    """Without folders in config.toml there is no way to them; with one, its films can be opened where they lie."""
    assert "Add from a folder of this machine" not in [box.label for box in opened().expander]
    cuts = tmp_path / "cuts"
    cuts.mkdir()
    (cuts / "a_[cut].mp4").write_bytes(clip(CARPHONE).read_bytes())
    (library.home / "config.toml").write_text(f'folders = ["{cuts}"]')
    app = opened()
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
    """What is wrong with config.toml is said once, and the films are listed all the same."""
    (library.home / "config.toml").write_text("quota = 2")
    app = opened()
    assert len(app.error) == 1
    assert "quota" in app.error[0].value
    assert "carphone" in said(app)


def _form() -> None:
    """The scan form by itself; runs in the page's own process."""
    import streamlit as st

    from pages.parts import scan_form

    st.session_state["settings"] = scan_form.show()


def test_reading_equal_pictures_again_is_a_tick_away(library: Library) -> None:
    """The scan form takes equal pictures of a face over unless its tick is taken away."""
    app = AppTest.from_function(_form, default_timeout=30).run()
    assert not app.exception
    assert app.session_state["settings"].reuse_equal_crops
    app.checkbox[0].uncheck().run()
    assert not app.session_state["settings"].reuse_equal_crops


def test_another_video_track_is_a_number_away(man: Film, library: Library) -> None:
    """The scan form asks for the track that players show unless a number is given; one that is not there is refused."""
    app = AppTest.from_function(_form, default_timeout=30).run()
    assert app.session_state["settings"].track is None
    _track(app).set_value(2).run()
    assert app.session_state["settings"].track == 2
    app = opened()
    _track(app).set_value(2).run()
    app.button(key=f"again-{man.id}").click().run()
    (refused,) = app.error
    assert "no video track 2" in refused.value
    assert "1 (h264, 176 x 144" in refused.value
    assert len(library.scans(man.id)) == 1


def _track(app: AppTest) -> NumberInput:
    return next(number for number in app.number_input if number.label == "Video track")


def test_delete_asks_first(man: Film, library: Library) -> None:
    """The delete button only asks; keeping keeps the film."""
    app = opened()
    app.button(key=f"delete-{man.id}").click().run()
    assert "Delete" in buttons(app)
    assert "will be removed" in said(app)
    app.button(key="keep").click().run()
    assert [film.id for film in library.films()] == [man.id]


def test_delete_removes_once_it_is_confirmed(man: Film, library: Library) -> None:
    """After the question was answered the film is gone from disk and page; the user's own file stays."""
    app = opened()
    app.button(key=f"delete-{man.id}").click().run()
    app.button(key="delete-for-good").click().run()
    assert library.films() == []
    assert "carphone" not in said(app)
    assert man.path.exists()


def test_a_failed_analysis_says_why_and_can_be_started_again(library: Library) -> None:
    """The scan's own message stands with the film, beside a button that analyses it again."""
    shelf.unfinished(library, CARPHONE, {"event": "error", "problem": "It breaks off.", "advice": "Copy it again."})
    app = opened()
    assert [error.value for error in app.error] == ["It breaks off. Copy it again."]
    assert "Analyse again" in buttons(app)
    assert "Open" not in buttons(app)


def test_a_running_analysis_shows_how_far_it_is(library: Library) -> None:
    """Frames, scenes so far, speed and time left are shown, with a button that cancels."""
    here = psutil.Process(os.getpid())
    progress = {"event": "progress", "frames": 60, "frames_total": 120, "frames_per_second": 42.0,
                "seconds_left": 75.0, "scenes": 2, "faces": 1}  # fmt: skip
    shelf.unfinished(library, CARPHONE, progress, pid=here.pid, pid_started=here.create_time())
    app = opened()
    (bar,) = bars(app)
    assert (bar["done"], bar["segments"]) == (0.5, None)  # what it shows does not change with them
    for part in ("60 of 120 frames", "2 scenes so far", "1 face", "42 frames/s", "1:15 left"):
        assert part in bar["words"]
    assert "Cancel" in buttons(app)


def test_the_library_listens_to_what_others_do(library: Library) -> None:
    """It is told the state that it was drawn with, and a token for asking whether that still holds."""
    (ear,) = [each for each in told(opened()) if "drawn" in each]
    assert ear["drawn"] == library.state()
    assert tokens.read(library.home, "analyses", ear["token"])


def test_a_film_that_is_being_read_shows_what_is_there(man: Film, library: Library) -> None:
    """A film's page during its first analysis has the progress and the timeline of the segments written so far."""
    here = psutil.Process(os.getpid())
    scan = library.scans(man.id)[0]
    (library.store(scan.id).folder / "sealed.json").unlink()
    shelf.runs(library, scan, here.pid, here.create_time())
    progress = {"event": "progress", "frames": 90, "frames_total": 120, "frames_per_second": 42.0,
                "seconds_left": 1.0, "scenes": 3, "faces": 6, "segments": 1}  # fmt: skip
    (library.home / "jobs" / f"{scan.id}.events").write_text(json.dumps(progress) + "\n")
    app = opened()
    assert "Look so far" in buttons(app)
    assert "Open" not in buttons(app)
    app = opened("film", film=man.id)
    assert not app.exception
    assert app.subheader[0].value.startswith("So far: 3.0 s of ")
    assert len(charts(app)) == 2
    (bar,) = bars(app)
    assert "90 of 120 frames" in bar["words"]
    assert bar["segments"] == 1  # another one draws the page anew


# Film


def test_the_film_page_has_its_facts_and_timeline(man: Film) -> None:
    """Name, length, scenes, model with hash and engine, and a timeline with a bar a scene."""
    app = opened("film", film=man.id)
    assert not app.exception
    assert app.title[0].value == r"carphone\_pristine.mp4"
    for part in ("3 scenes", "1 of them without enough faces", "the built-in model (embedded)", "torch fp32"):
        assert part in said(app)
    timeline = charts(app)[0]["data"]
    assert isinstance(timeline, list)
    assert len(next(trace for trace in timeline if trace.get("name") == "scenes")["customdata"]) == 3


def test_no_page_speaks_of_what_anyone_felt(man: Film) -> None:
    """The page says that expressions are apparent, and never "felt"."""
    text = said(opened("film", film=man.id, scene="1")).lower()
    assert "apparent facial expression" in text
    assert "felt" not in text


def test_a_scene_without_faces_has_no_expression(man: Film) -> None:
    """In the table it says "not enough faces", and its share is empty rather than zero."""
    table = opened("film", film=man.id).dataframe[0].value
    assert table["dominant"].tolist() == ["happy", "not enough faces", "sad"]
    assert table["share"].isna().tolist() == [False, True, False]
    assert table["picture"].str.startswith("data:image/jpeg;base64,").all()


def test_a_black_scene_is_called_black(library: Library) -> None:
    """Headline, table, timeline and the scene itself say "black", and do not count it among those without faces."""
    film = shelf.film(library, CARPHONE, ["happy", "black", "sad"])
    app = opened("film", film=film.id, scene="2")
    assert not app.exception
    assert app.dataframe[0].value["dominant"].tolist() == ["happy", "black", "sad"]
    assert "3 scenes · 1 black" in said(app)
    assert "**Black**: it has no part in any number" in said(app)
    assert "without enough faces" not in said(app)
    timeline = charts(app)[0]["data"]
    assert isinstance(timeline, list)
    hover = next(trace for trace in timeline if trace.get("name") == "scenes")["customdata"]
    assert ["<b>black</b>" in text for text in hover] == [False, True, False]


def test_a_scene_shows_the_frames_and_faces_behind_it(man: Film) -> None:
    """Each sampled frame has its timecode and what was read of its faces, or why one does not count."""
    app = opened("film", film=man.id, scene="1")
    text = said(app)
    assert "Scene 1" in text
    assert "A · not counted: cut by the frame's edge" in text
    assert "Faces left out: 1 cut by the edge" in text
    assert "B · **happy** 70\u00a0%" in text
    assert "00:00:00:05" in text
    assert len(app.get("image")) == 3


def test_going_to_the_next_scene(man: Film) -> None:
    """The arrow leads to the next scene and into the address; the last scene has none further."""
    app = opened("film", film=man.id, scene="2")
    assert "Not enough faces" in said(app)
    app.button(key="scene-next").click().run()
    assert app.query_params["scene"] in ("3", ["3"])
    assert "Scene 3" in said(app)
    assert app.button(key="scene-next").disabled


@pytest.mark.parametrize("scene", ["0", "4", "-1", "x", "9" * 30])
def test_a_scene_that_is_not_there_is_passed_over(man: Film, scene: str) -> None:
    """An address with a scene that the film has not opens the film all the same."""
    app = opened("film", film=man.id, scene=scene)
    assert not app.exception
    assert not app.error
    assert "Pick a scene" in said(app)


def test_a_scenes_name_is_shown_as_it_stands(man: Film, library: Library) -> None:
    """Stars and brackets of a name that someone gave are neither bold nor a picture from elsewhere."""
    cuts = ((0, "*Opening* ![x](http://example.org/x.png)"),)
    library.set_report_settings(man.id, ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts)))
    heading = opened("film", film=man.id, scene="1").subheader[2].value
    assert heading.replace("\u2060", "") == r"Scene 1 · \*Opening\* !\[x\](http\://example.org/x.png)"
    assert "http:" not in heading.replace("\\", "")  # what no Markdown takes for an address


def test_an_unknown_film_is_one_message(library: Library) -> None:
    """An address with a film that was deleted says so."""
    app = opened("film", film="0" * 64)
    assert [error.value for error in app.error] == [
        "This film is not in the library. It may have been deleted; add it again."
    ]


def test_the_film_page_without_a_film_lets_choose(man: Film) -> None:
    """Opened from the menu it offers the analysed films."""
    assert opened("film").selectbox[0].options == [man.name]


def test_another_detector_makes_the_report_anew_without_a_scan(man: Film, library: Library) -> None:
    """Saved settings change the scenes at once and are kept; the scan stays the same."""
    scan = library.scan_of(man.id)
    app = opened("film", film=man.id)
    app.selectbox(key=f"detector-{man.id}").select("content").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert not app.error
    assert len(app.dataframe[0].value) == 1
    assert library.report_settings(man.id).shots.detector == "content"
    assert library.scan_of(man.id) == scan


def test_shots_are_grouped_into_scenes_and_listed(library: Library) -> None:
    """Asked for scenes, the page groups the shots that return to a place and lists them in the scene's panel."""
    talk = shelf.film(library, CARPHONE, ["happy", "sad", "happy", None], places="ABAC")
    app = opened("film", film=talk.id)
    app.selectbox(key=f"detector-{talk.id}").select("combined").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert len(app.dataframe[0].value) == 4
    assert "shots" not in app.dataframe[0].value
    app.segmented_control(key=f"scenes-are-{talk.id}").select("groups").run()
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert not app.error
    settings = library.report_settings(talk.id)
    assert (settings.scenes_are, settings.shots.detector) == ("groups", "combined")
    assert app.dataframe[0].value["shots"].tolist() == [3, 1]
    app = opened("film", film=talk.id, scene="1")
    (panel,) = [e for e in app.expander if e.label == "3 shots"]
    lines = panel.markdown[0].value.splitlines()
    assert [line.split()[:4] for line in lines] == [
        ["1.", "00:00:00:00", "–", "00:00:01:00"],
        ["2.", "00:00:01:00", "–", "00:00:02:00"],
        ["3.", "00:00:02:00", "–", "00:00:03:00"],
    ]


def test_a_cut_list_by_hand_names_the_scenes(man: Film, library: Library) -> None:
    """Lines of timecode and name become the scenes of the report."""
    app = opened("film", film=man.id)
    app.text_area[0].input("0 Opening\n00:00:02:00 The car")
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert app.dataframe[0].value["name"].tolist() == ["Opening", "The car"]
    assert library.report_settings(man.id).shots.cuts == ((0, "Opening"), (60, "The car"))


@pytest.mark.parametrize("text", ["nonsense", "0\n99999999"])
def test_a_wrong_cut_list_changes_nothing(man: Film, library: Library, text: str) -> None:
    """A line that names no frame of the film is one message, and the report stays as it was."""
    before = library.report_settings(man.id)
    app = opened("film", film=man.id)
    app.text_area[0].input(text)
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert len(app.error) == 1
    assert library.report_settings(man.id) == before
    assert len(app.dataframe[0].value) == 3


EDL = (
    "TITLE: Cut 7\n\n"
    "001  AX       V     C        00:00:00:00 00:00:02:00 01:00:00:00 01:00:02:00\n* FROM CLIP NAME: Opening\n"
    "002  AX       V     C        00:00:00:00 00:00:01:00 01:00:02:00 01:00:03:00\n* FROM CLIP NAME: The car\n"
)


FIRST = "01:00:00:00 in the cut list was taken for the film's first frame."


def test_a_cut_list_is_taken_from_an_edl(man: Film, library: Library) -> None:
    """The list of an editing tool is put into the box, with what was assumed; saved, its cuts are the scenes."""
    app = opened("film", film=man.id)
    app.file_uploader[0].set_value(("cut 7.edl", EDL.encode(), "text/plain")).run()
    assert not app.exception
    assert app.text_area[0].value == "00:00:00:00 Opening\n00:00:02:00 The car"
    assert FIRST in said(app)
    assert library.report_settings(man.id).shots.cuts != ((0, "Opening"), (60, "The car"))
    app.text_area[0].input("00:00:00:00 Opening\n00:00:02:00 The red car")
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert app.dataframe[0].value["name"].tolist() == ["Opening", "The red car"]
    assert library.report_settings(man.id).shots.cuts == ((0, "Opening"), (60, "The red car"))
    assert library.report_settings(man.id).shots.cut_notes == (FIRST,)
    assert FIRST in library.analysis(man.id).notes
    assert app.text_area[0].value == "00:00:00:00 Opening\n00:00:02:00 The red car"


@pytest.mark.parametrize("content", [EDL.replace("01:00:03:00", "01:10:03:00").encode(), b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_list_of_this_film_changes_nothing(man: Film, content: bytes) -> None:
    """A list of another cut, and what is no list, is one message; the list in the box stays."""
    app = opened("film", film=man.id)
    before = app.text_area[0].value
    app.file_uploader[0].set_value(("cut.txt", content, "text/plain")).run()
    assert not app.exception
    assert len(app.error) == 1
    assert app.text_area[0].value == before


def test_many_scenes_are_shown_a_hundred_at_a_time(library: Library) -> None:
    """A film of 120 scenes has a table of 100 rows; the CSV has them all."""
    film = shelf.film(library, CARPHONE, ["happy", "sad"] * 60)
    app = opened("film", film=film.id)
    assert len(app.dataframe[0].value) == 100
    assert "120 scenes" in said(app)


# Compare


def test_compare_needs_two_films(man: Film) -> None:
    """With one film the page says that two are needed."""
    assert "Two analysed films are needed" in said(opened("compare"))


def test_compare_sets_two_films_side_by_side(man: Film, bikes: Film) -> None:
    """Totals, both timelines in one figure, two heatmaps, and the scenes of both in one table: by order, as these films
    share no footage.
    """
    app = opened("compare", before=man.id, after=bikes.id)
    assert not app.exception
    assert not app.error
    assert len(charts(app)) == 4
    totals, scenes = (element.value for element in app.dataframe)
    assert totals["label"].tolist()[-1] == "not enough faces"
    happy = totals.set_index("label").loc["happy"]
    assert (happy["seconds_before"], happy["seconds_after"]) == (pytest.approx(1.0, abs=0.01), pytest.approx(2.4))
    assert scenes["Dominant, first"].tolist() == ["happy", "not enough faces", "sad"]
    assert scenes["Dominant, second"].fillna("–").tolist() == ["happy", "happy", "–"]
    assert scenes["Footage"].tolist() == ["by order"] * 3
    assert "The films share no footage. Scenes stand side by side by their order." in said(app)


def test_compare_tells_what_a_recut_did(library: Library) -> None:
    """Of films that share footage the page says how much, draws it, and sets scenes beside the same footage."""
    first = shelf.film(library, CARPHONE, ["happy", None, "sad", "fear"], places="abcd")
    second = shelf.film(library, BIKES, ["sad", "fear", "happy", "angry"], places="dacx")
    app = opened("compare", before=first.id, after=second.id)
    assert not app.exception
    assert len(charts(app)) == 5
    words = said(app)
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


def test_different_models_are_compared_with_a_warning(man: Film, library: Library) -> None:
    """Two models with the same labels are compared, and the page says that the models differ."""
    other = shelf.film(library, BIKES, ["sad"], model="other-model")
    app = opened("compare", before=man.id, after=other.id)
    assert any("different models" in warning.value for warning in app.warning)
    assert len(charts(app)) == 4


def test_different_labels_are_not_compared(man: Film, library: Library) -> None:
    """Two label sets cannot be compared: one message, and no chart."""
    other = shelf.film(library, BIKES, ["sad"], model="other-model", labels=("sad", "disgust", "angry"))
    app = opened("compare", before=man.id, after=other.id)
    assert len(app.error) == 1
    assert "different labels" in app.error[0].value
    assert charts(app) == []


def test_a_film_is_not_compared_with_itself(man: Film, bikes: Film) -> None:
    """The same film in both places is asked to be changed."""
    app = opened("compare", before=man.id, after=man.id)
    assert "two different films" in said(app)
    assert charts(app) == []


def test_films_of_one_name_can_each_be_chosen(man: Film, bikes: Film, library: Library) -> None:
    """An editor exports again under the same name: the boxes tell the two apart, and each choice is the film chosen."""
    with library.database() as database:
        database.execute("UPDATE films SET name = 'cut.mp4'")
    newest, older = library.films()
    app = opened("compare")
    for box in app.selectbox:
        assert len(set(box.options)) == 2
        assert all(option.startswith("cut.mp4 · added ") for option in box.options)
    for before, after in ((newest, older), (older, newest)):
        for box, film in zip(app.selectbox, (before, after), strict=True):
            box.select_index([newest.id, older.id].index(film.id))
        app.run()
        assert [app.query_params[side] for side in ("before", "after")] == [before.id, after.id]
        assert len(charts(app)) == 4
    with library.database() as database:
        database.execute("UPDATE films SET added_at = '2026-11-26T12:00:00+00:00'")
    ends = {option.rsplit(" · ")[-1] for option in opened("film").selectbox[0].options}
    assert ends == {newest.id[:8], older.id[:8]}


# The house


def imports(file: Path) -> set[str]:
    """Top-level names of the modules that a file imports, anywhere in it."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
    return found


def test_pages_never_decode_or_infer() -> None:
    """No page imports a decoder or an engine."""
    files = list(PAGES.rglob("*.py"))
    assert len(files) > 10
    assert not {name for file in files for name in imports(file)} & {"av", "cv2", "torch", "transformers"}


def test_the_core_knows_no_pages() -> None:
    """emotion_core imports neither streamlit nor a page."""
    files = list((ROOT / "emotion_core").rglob("*.py"))
    assert len(files) > 10
    assert not {name for file in files for name in imports(file)} & {"streamlit", "pages"}


def test_a_film_of_default_settings_opens_too(library: Library) -> None:
    """Without settings of its own a film is reported with the defaults, here as one scene."""
    film = shelf.film(library, CARPHONE, ["happy", "sad"])
    library.set_report_settings(film.id, ReportSettings())
    app = opened("film", film=film.id)
    assert "No cut was found" in said(app)


def test_other_scenes_have_other_numbers(man: Film) -> None:
    """After the scenes were decided anew none is picked, since the number in the address means another one."""
    app = opened("film", film=man.id, scene="3")
    app.text_area[0].input("0 Opening\n00:00:02:00 The car")
    next(b for b in app.button if b.label.startswith("Save")).click().run()
    assert "scene" not in app.query_params
    assert "Pick a scene" in said(app)
