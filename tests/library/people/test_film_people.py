"""The people of a film in a library, corrected by hand and undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import CorrectionError
from emotion_core.export import FORMATS, ReportedFilm, everything
from emotion_core.face_corrections import FaceAnchor
from emotion_core.jobs import scans
from emotion_core.library import Library, correct_faces, has_embeddings, people_of_film
from emotion_core.observations.embeddings import NUMBERS
from emotion_core.people import leave_out, name_person
from tests.support import library_builder
from tests.support.clips import CARPHONE


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """A library with an analysed film: the same face in the first and the third scene."""
    opened = Library.open(tmp_path / "home")
    library_builder.film(opened, CARPHONE, ["happy", None, "sad"])
    return opened


def anchor(library: Library, label: str) -> FaceAnchor:
    found = people_of_film(library, library.films()[0].id).arc(label)
    assert found is not None
    return found.person.tracks[0].anchor


def test_a_correction_is_a_step_that_is_undone(library: Library) -> None:
    """Named faces are a person; without embeddings the others wait for a name."""
    (film,) = library.films()
    before = people_of_film(library, film.id)
    assert before.arcs == ()
    assert not before.people.by_embeddings
    faces = [arc.person.tracks[0].anchor for arc in before.unknown if arc.person.seconds > 0.5]
    correct_faces(library, film.id, name_person(faces, "Ann"), "Ann named")
    (ann,) = people_of_film(library, film.id).arcs
    assert [scene.emotion.scene.number for scene in ann.scenes] == [1, 3]
    assert [scene.emotion.dominant for scene in ann.scenes] == ["happy", "sad"]
    assert library.edit_history(film.id).undo == "Ann named"
    correct_faces(library, film.id, leave_out([faces[0]]), "a face left out")
    shown = people_of_film(library, film.id)
    assert [scene.emotion.scene.number for scene in shown.arcs[0].scenes] == [3]
    assert len(shown.left_out) == 1
    library.undo(film.id)
    library.undo(film.id)
    assert people_of_film(library, film.id).arcs == ()


def test_a_face_that_is_not_there_is_told_and_nothing_is_kept(library: Library) -> None:
    """As where cuts or sampling changed in another window."""
    (film,) = library.films()
    with pytest.raises(CorrectionError, match="frame 45"):
        correct_faces(library, film.id, name_person([FaceAnchor(45, 0.5, 0.5)], "Ann"), "Ann named")
    assert not library.report_settings(film.id).faces


def test_people_leave_with_everything_else_where_there_are_some(library: Library) -> None:
    """A film without people has no files of them, and its single formats say why."""
    (film,) = library.films()
    reported = ReportedFilm.of(library, film.id, "day.mov")
    assert b"people" not in everything(reported)[1]
    with pytest.raises(Exception, match="page People"):
        FORMATS["people-csv"].write(reported)
    correct_faces(library, film.id, name_person([anchor(library, "Face 1")], "A/nn"), "named")
    content = everything(ReportedFilm.of(library, film.id, "day.mov"))[1]
    for name in (b"people/day-people.csv", b"people/day-people.json", b"people/day-01 A_nn-resolve-markers.edl"):
        assert name in content


def test_embeddings_put_a_film_s_people_together_until_they_are_deleted(library: Library) -> None:
    """The face of both scenes is one person; those without an embedding are nobody's. Damaged ones are told, and people
    are then those with names, as after they were deleted.
    """
    (film,) = library.films()
    scan = library.newest_scan(film.id)
    assert scan is not None
    store = library.store(scan.id)
    faces = store.read().faces
    rows = np.zeros((len(faces), NUMBERS), dtype=np.float32)
    rows[[face.box[0] < 0 for face in faces]] = np.nan
    files = store.segment_files
    files.embeddings.write(0, [face.sample_frame for face in faces], rows, files.digest(0))
    assert has_embeddings(library, film.id)
    shown = people_of_film(library, film.id)
    assert [(arc.person.label, len(arc.person.tracks)) for arc in shown.arcs] == [("Person 1", 2)]
    assert {arc.person.label for arc in shown.unknown} == {"Face 1", "Face 2"}
    (stored,) = (store.folder / "embeddings").glob("*.npz")
    stored.write_bytes(stored.read_bytes()[:-1] + b"?")
    damaged = people_of_film(library, film.id)
    assert "damaged" in damaged.problem
    assert damaged.arcs == ()
    scans.forget_people(library, film.id)
    assert not has_embeddings(library, film.id)
    assert people_of_film(library, film.id).problem == ""
