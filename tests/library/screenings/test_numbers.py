"""The numbers of a screening, and how they leave."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path

import pytest

from emotion_core.audience import Alignment, SceneSpan
from emotion_core.errors import LibraryError
from emotion_core.export import FORMATS, ScreenedFilm
from emotion_core.library import Library, SoundSearch, numbers_of_screening
from emotion_core.settings import ScanSettings
from tests.support.clips import CARPHONE
from tests.support.library_builder import film
from tests.support.screenings import CONSENT, SETTINGS, readings, recording, taken_in

pytestmark = pytest.mark.usefixtures("read_in_process")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


def test_names_stay_unless_they_are_asked_for(library: Library, tmp_path: Path) -> None:
    """Viewers of each kind, one of whom is not read yet, and ratings that nobody can read: all of it is said, and
    neither CSV nor JSON holds a name that was not asked for.
    """
    shown = film(library, CARPHONE, ["happy", None, "sad"])
    screening = library.add_screening(shown.id, "Test").id
    with pytest.raises(LibraryError, match="No viewer of “Test” has numbers yet"):
        numbers_of_screening(library, screening)
    face = recording(library, tmp_path / "Xanthippe.mp4", [{(60, 40): "happy"}] * 4)
    library.add_recorded_viewer(screening, face.id, consent=CONSENT, groups={"age": "18-29"})
    library.add_live_viewer(screening, readings(40, "sad"), consent=CONSENT, name="Zenobia", groups={"age": "=1+1"})
    (tmp_path / "Unread.mp4").write_bytes(b"unread")
    unread = taken_in(library, tmp_path / "Unread.mp4", 240)
    library.add_recorded_viewer(screening, unread.id, consent=CONSENT)
    library.set_ratings(screening, "r.csv", "viewer,rating\nZenobia,4\nXanthippe,nothing\n")
    library.set_viewer_alignment(library.viewers(screening)[0].id, Alignment(-1.25, method="typed"))
    numbers = numbers_of_screening(library, screening)
    assert [viewer.name for viewer in numbers.summary.viewers] == ["Xanthippe", "Zenobia"]
    assert [viewer.name for viewer, _ in numbers.left_out] == ["Unread"]
    assert {"Viewer 3 is left out.", "The ratings cannot be read, and are left out."} <= set(numbers.notes)
    assert len(numbers.named_notes) == 2
    screened = ScreenedFilm.of(library, library.screening(screening))
    table = FORMATS["audience-csv"].write_audience(screened)
    rows = list(csv.DictReader(io.StringIO(table.decode("utf-8-sig"), newline="")))
    assert [row["scene"] for row in rows] == ["1", "2", "3"]
    assert [row["viewers"] for row in rows] == ["1", "2", "2"]
    assert rows[1]["age =1+1: top"] == "sad"
    document = FORMATS["audience-json"].write_audience(screened)
    assert not any(name in table + document for name in (b"Xanthippe", b"Zenobia", b"Unread", b"the tests"))
    with_names = ScreenedFilm.of(library, library.screening(screening), names=True)
    named = json.loads(FORMATS["audience-json"].write_audience(with_names))
    assert len(named["notes"]) == len(json.loads(document)["notes"]) + 2
    assert [viewer["name"] for viewer in named["viewers"]] == ["Xanthippe", "Zenobia"]
    assert named["viewers"][0]["consent"]["given_by"] == "the tests"
    text, (_, last) = "viewer,rating,scene\nZenobia,4,1\nXanthippe,2,1\n", screened.summary.scenes[1:]
    library.set_ratings(screening, "r.csv", text, [SceneSpan(1, 0.0, last.end)])
    changed = numbers_of_screening(library, screening)
    assert changed.summary.ratings is not None
    assert [mean.value for mean in changed.summary.ratings.scenes] == [3.0, 3.0, 3.0]  # it was one scene
    assert any("scenes have changed since" in note for note in changed.notes)
    library.set_ratings(screening, "r.csv", text, screened.summary.scenes)
    rated = FORMATS["audience-csv"].write_audience(ScreenedFilm.of(library, library.screening(screening)))
    first = next(csv.DictReader(io.StringIO(rated.decode("utf-8-sig"), newline="")))
    assert (first["rating"], first["rating_people"], first["rating_low"]) == ("3.0", "2", "")


def test_a_viewer_of_whom_nothing_can_be_read_is_told_of(library: Library) -> None:
    """The numbers are those of the others, and say so; without others the message says why."""
    screening = library.add_screening(film(library, CARPHONE, ["happy"]).id).id
    for name in ("Ann", "Bob"):
        library.add_live_viewer(screening, readings(40), consent=CONSENT, name=name)
    with library.database() as database:
        database.execute("UPDATE viewers SET consent = 'x' WHERE name = 'Ann'")
    numbers = numbers_of_screening(library, screening)
    assert "A viewer is left out, of whom nothing can be read." in numbers.notes
    assert "What is known of the viewer “Ann” cannot be read" in " ".join(numbers.named_notes)
    with library.database() as database:
        database.execute("UPDATE viewers SET consent = 'x'")
    with pytest.raises(LibraryError, match="“Ann” cannot be read"):
        numbers_of_screening(library, screening)


def test_tilted_heads_that_were_not_read_alike_are_told_of(library: Library, tmp_path: Path) -> None:
    """Recordings from before heads were turned upright beside later ones, and beside a film that was read later. What
    nobody knows of a live session is not told.
    """
    screening = library.add_screening(film(library, CARPHONE, ["happy"]).id).id
    library.add_live_viewer(screening, readings(40), consent=CONSENT)

    def told() -> list[str]:
        return [note for note in numbers_of_screening(library, screening).notes if note.startswith("Tilted heads")]

    def add(name: str, settings: ScanSettings) -> None:
        seen = recording(library, tmp_path / name, [{(60, 40): "happy"}] * 4, settings=settings)
        library.add_recorded_viewer(screening, seen.id, consent=CONSENT)

    assert told() == []
    before = replace(SETTINGS, level_faces=False)
    add("a.mp4", before)
    (note,) = told()
    assert note.startswith(
        "Tilted heads of the film were turned upright before they were read, those of the viewers not"
    )
    add("b.mp4", SETTINGS)
    add("c.mp4", before)
    (note,) = told()
    assert "but not of viewers 2 and 4" in note


def test_a_recording_in_which_the_film_is_not_heard_does_not_count(library: Library, tmp_path: Path) -> None:
    """Nor one in which it is still sought, until it is aligned otherwise: when the film begins would be a guess."""
    screening = library.add_screening(film(library, CARPHONE, ["happy"]).id).id
    library.add_live_viewer(screening, readings(40), consent=CONSENT, name="Ann")
    shown = recording(library, tmp_path / "b.mp4", [{(60, 40): "happy"}] * 30)
    viewer = library.add_recorded_viewer(screening, shown.id, consent=CONSENT, name="Bob")
    assert numbers_of_screening(library, screening).left_out == ()
    library.want_sound_search([viewer.id])
    ((left_out, why),) = numbers_of_screening(library, screening).left_out
    assert (left_out.name, why) == ("Bob", "The film's sound is still sought in the recording.")
    revision = library.screening_revision(screening)
    library.end_sound_search(viewer.id, SoundSearch(wanted=False, note="It has no sound."))
    assert library.screening_revision(screening) > revision
    numbers = numbers_of_screening(library, screening)
    assert "Viewer 2 is left out." in numbers.notes
    assert "It has no sound. Align the recording by marks, or type the second" in " ".join(numbers.named_notes)
    library.set_viewer_alignment(viewer.id, Alignment(method="typed"))
    assert numbers_of_screening(library, screening).left_out == ()


def test_no_seat_of_such_a_recording_counts(library: Library, tmp_path: Path) -> None:
    """The search was asked for at one seat; what it finds is all seats' alignment, and so is what it does not find."""
    screening = library.add_screening(film(library, CARPHONE, ["happy"]).id).id
    library.add_live_viewer(screening, readings(40), consent=CONSENT, name="Ann")
    room = recording(library, tmp_path / "b.mp4", [{(60, 40): "happy", (200, 40): "sad"}] * 30)
    first, second = (
        library.add_recorded_viewer(screening, room.id, consent=CONSENT, name=f"Seat {seat}", seat=seat)
        for seat in (1, 2)
    )
    library.want_sound_search([first.id])
    library.end_sound_search(first.id, SoundSearch(wanted=False, note="It has no sound."))
    assert [left.id for left, _ in numbers_of_screening(library, screening).left_out] == [first.id, second.id]
    third = library.add_recorded_viewer(screening, room.id, consent=CONSENT, name="Seat 3", seat=3)
    library.forget_viewer(first.id)
    assert [left.id for left, _ in numbers_of_screening(library, screening).left_out] == [second.id, third.id]
    library.set_recording_alignment(third.id, Alignment(1.0, method="typed"))
    assert numbers_of_screening(library, screening).left_out == ()
    assert library.viewer(second.id).alignment == Alignment(1.0, method="typed")


def test_a_recording_that_waits_for_marks_does_not_count(library: Library, tmp_path: Path) -> None:
    """It was taken in to be aligned later; it counts once it is, also where that says that both begin at once."""
    screening = library.add_screening(film(library, CARPHONE, ["happy"]).id, "Test").id
    shown = recording(library, tmp_path / "b.mp4", [{(60, 40): "happy"}] * 30)
    viewer = library.add_recorded_viewer(screening, shown.id, consent=CONSENT, name="Bob")
    library.await_alignment(viewer.id)
    with pytest.raises(LibraryError, match=r"Nobody has said yet when the film begins in the recording\. Align the"):
        numbers_of_screening(library, screening)
    library.set_recording_alignment(viewer.id, Alignment())
    assert numbers_of_screening(library, screening).left_out == ()
