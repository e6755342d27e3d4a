"""Viewers of a screening: added, changed, and deleted with everything of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from emotion_core.audience import Alignment, Consent
from emotion_core.errors import LibraryError, SettingsError
from emotion_core.jobs import scans
from emotion_core.library import Film, Library, copies
from emotion_core.storage import Home
from tests.support.screenings import CONSENT, readings, recording, taken_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def film(library: Library, tmp_path: Path) -> Film:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    return taken_in(library, file, 240, role="film")


@pytest.fixture
def screening(library: Library, film: Film) -> str:
    return library.add_screening(film.id).id


@pytest.fixture
def anna(library: Library, tmp_path: Path) -> Film:
    return recording(library, tmp_path / "anna.mp4", [{(60, 40): "happy"}] * 20)


def everything(library: Library) -> bytes:
    """All bytes of the library's database, its copies and its other files."""
    return b"".join(sorted(file.read_bytes() for file in library.home.rglob("*") if file.is_file()))


def test_viewers_are_listed_as_they_were_added(library: Library, screening: str, anna: Film) -> None:
    """A recording, a live session and synthetic curves, numbered; each names itself where nobody does."""
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT, groups={"age": " 18-29 ", "seat": ""})
    live = library.add_live_viewer(screening, readings(20), consent=CONSENT, name="Bert")
    library.add_synthetic_viewer(screening, readings(20, "sad"))
    first, second, third = library.viewers(screening)
    assert [(each.number, each.name, each.kind) for each in (first, second, third)] == [
        (1, "anna", "recording"),
        (2, "Bert", "live"),
        (3, "Synthetic", "synthetic"),
    ]
    assert (first.recording, first.groups, first.consent) == (anna.id, {"age": "18-29"}, CONSENT)
    assert [each.alignment.method for each in (first, second, third)] == ["start", "live", "synthetic"]
    assert third.consent is None
    assert library.viewer(live.id) == second
    np.testing.assert_allclose(library.viewer_readings(live.id).probabilities, readings(20).probabilities)


def test_a_recording_is_listed_as_no_film(library: Library, film: Film, anna: Film) -> None:
    """Films are those that were added as films; a recording that is added as one becomes one, and stays one."""
    assert [each.id for each in library.films()] == [film.id]
    assert [each.id for each in library.films_and_recordings()] == [anna.id, film.id]
    assert library.film(anna.id).role == "recording"
    with library.database() as database:
        for role in ("film", "recording"):
            Film.insert(database, library.home, anna.id, "a", anna.path, managed=False, media=anna.media, role=role)
    assert library.film(anna.id).role == "film"
    assert library.film(anna.id).name == "anna.mp4"


def test_viewers_are_changed(library: Library, screening: str, anna: Film) -> None:
    """Name, groups, alignment and seat; each change is seen."""
    viewer = library.add_recorded_viewer(screening, anna.id, consent=CONSENT)
    seen = {library.change_token()}
    changes: tuple[Callable[[], object], ...] = (
        lambda: library.rename_viewer(viewer.id, "Anna"),
        lambda: library.set_viewer_groups(viewer.id, {"age": "30-39"}),
        lambda: library.set_viewer_alignment(viewer.id, Alignment(1.5, 1e-5, "sound", 0.9)),
        lambda: library.set_viewer_seat(viewer.id, 2),
    )
    for change in changes:
        change()
        seen.add(library.change_token())
    assert len(seen) == len(changes) + 1
    now = library.viewer(viewer.id)
    assert (now.name, now.groups, now.seat) == ("Anna", {"age": "30-39"}, 2)
    assert now.alignment == Alignment(1.5, 1e-5, "sound", 0.9)


def test_what_cannot_be_is_refused_in_one_sentence(library: Library, screening: str, anna: Film) -> None:
    """Two viewers of one name, one face twice, nobody told, an empty session, no seats: nothing is left behind."""
    viewer = library.add_recorded_viewer(screening, anna.id, consent=CONSENT, name="Anna")
    live = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="Bert")
    before = sorted(file.name for file in Home(library.home).readings.iterdir())
    refused: dict[str, Callable[[], object]] = {
        "a viewer called “anna” already": lambda: library.add_live_viewer(
            screening, readings(5), consent=CONSENT, name=" anna"
        ),
        "a viewer called “Bert” already": lambda: library.rename_viewer(viewer.id, "Bert"),
        "is the viewer “Anna” of this screening": lambda: library.add_recorded_viewer(
            screening, anna.id, consent=CONSENT, seat=2
        ),
        "film.mp4 is the film that was shown": lambda: library.add_recorded_viewer(
            screening, library.screening(screening).film_id, consent=CONSENT
        ),
        "told nothing": lambda: library.add_live_viewer(screening, readings(5), consent=Consent(" ", "now")),
        "no readings": lambda: library.add_live_viewer(screening, readings(0), consent=CONSENT),
        "no recording of a room": lambda: library.set_viewer_seat(live.id, 1),
        "The seat is 0": lambda: library.set_viewer_seat(viewer.id, 0),
    }
    for words, call in refused.items():
        with pytest.raises(SettingsError, match=words):
            call()
    assert [each.name for each in library.viewers(screening)] == ["Anna", "Bert"]
    assert sorted(file.name for file in Home(library.home).readings.iterdir()) == before


def test_a_room_has_a_viewer_a_seat(library: Library, screening: str, anna: Film) -> None:
    """One recording becomes several viewers; sixty at once are numbered in order."""
    for seat in range(1, 61):
        library.add_recorded_viewer(screening, anna.id, consent=CONSENT, seat=seat)
    viewers = library.viewers(screening)
    assert [each.number for each in viewers] == [each.seat for each in viewers] == list(range(1, 61))
    assert viewers[59].name == "anna (60)"


def test_a_deleted_viewers_number_is_not_used_again(library: Library, screening: str) -> None:
    """Numbers stand for names in exports: one means one person."""
    library.add_live_viewer(screening, readings(5), consent=CONSENT)
    second = library.add_live_viewer(screening, readings(5), consent=CONSENT)
    scans.delete_viewer(library, second.id)
    assert library.add_live_viewer(screening, readings(5), consent=CONSENT).number == 3


def test_ratings_follow_a_viewers_name(library: Library, screening: str) -> None:
    """They stay that viewer's, are deleted with the viewer, and never become another person's."""
    viewer = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="Zenobia")
    library.set_ratings(screening, "r.csv", "viewer,rating\nZenobia,4\nOther,2\n")
    with pytest.raises(SettingsError, match="The ratings are of “Zenobia” and of “Other”"):
        library.rename_viewer(viewer.id, "Other")
    library.rename_viewer(viewer.id, "V1")
    kept = library.ratings(screening)
    assert kept is not None
    assert kept.text == "viewer,rating\nV1,4\nOther,2\n"
    scans.delete_viewer(library, viewer.id)
    rest = everything(library)
    assert b"Zenobia" not in rest
    assert b"Other,2" in rest


def test_nothing_of_a_deleted_viewer_stays(library: Library, screening: str, anna: Film) -> None:
    """Neither name, groups, ratings, readings nor the recording's scan, also not in copies of the database."""
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT, name="Zenobia", groups={"seat": "QQ77"})
    live = library.add_live_viewer(screening, readings(40), consent=CONSENT, name="Xanthippe")
    library.set_ratings(screening, "r.csv", "viewer,rating\nZenobia,4\nXanthippe,1\nOther,2\n")
    copies.create(Home(library.home).database)
    assert all(word in everything(library) for word in (b"Zenobia", b"QQ77", b"Xanthippe", b"anna.mp4"))
    for viewer in library.viewers(screening):
        scans.delete_viewer(library, viewer.id)
    rest = everything(library)
    assert not any(word in rest for word in (b"Zenobia", b"QQ77", b"Xanthippe", b"anna.mp4", live.id.encode()))
    assert b"Other,2" in rest
    assert [each.role for each in library.films_and_recordings()] == ["film"]
    assert not list(Home(library.home).scans.iterdir())
    assert not list(Home(library.home).readings.iterdir())
    assert anna.path.exists()  # outside the library
    assert len(copies.all_copies(library.home)) == 1


def test_what_others_need_stays(library: Library, film: Film, screening: str, anna: Film) -> None:
    """A recording goes with its last viewer, of whatever screening; a film that is one besides stays."""
    other = library.add_screening(film.id).id
    one, two = (library.add_recorded_viewer(each, anna.id, consent=CONSENT) for each in (screening, other))
    scans.delete_viewer(library, one.id)
    assert library.film(anna.id).id == anna.id
    scans.delete_screening(library, other)
    assert library.films_and_recordings() == library.films()
    with pytest.raises(LibraryError, match="not in the library"):
        library.viewer(two.id)
    itself = library.add_recorded_viewer(_screening_of_another(library), film.id, consent=CONSENT)
    scans.delete_viewer(library, itself.id)
    assert library.film(film.id).role == "film"


def _screening_of_another(library: Library) -> str:
    file = library.home / "another.mp4"
    file.write_bytes(b"another")
    return library.add_screening(taken_in(library, file, 240, role="film").id).id


def test_a_films_screenings_go_with_it(library: Library, film: Film, screening: str, anna: Film) -> None:
    """Its viewers' recordings and readings too; but a film that is a viewer's recording elsewhere is kept."""
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT)
    library.add_live_viewer(screening, readings(5), consent=CONSENT)
    itself = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="Itself")
    with library.database() as database:
        database.execute("UPDATE viewers SET recording = ? WHERE id = ?", (film.id, itself.id))  # of an earlier version
        database.execute("UPDATE films SET role = 'film' WHERE id = ?", (anna.id,))
    with pytest.raises(LibraryError, match=r"recording of “anna”, a viewer of film\.mp4.*Delete that viewer first"):
        scans.delete_film(library, anna.id)
    assert len(library.viewers(screening)) == 3
    with library.database() as database:
        database.execute("UPDATE films SET role = 'recording' WHERE id = ?", (anna.id,))
    scans.delete_film(library, film.id)
    assert library.films_and_recordings() == []
    assert library.screenings() == []
    assert not list(Home(library.home).readings.iterdir())


def test_damage_is_told_of_and_the_others_stay(library: Library, screening: str) -> None:
    """A row or readings that cannot be read are one clear error; such a viewer can be deleted."""
    one = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="One")
    two = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="Two")
    with library.database() as database:
        database.execute("UPDATE viewers SET groups = 'x' WHERE id = ?", (one.id,))
    assert [each.name for each in library.viewers(screening)] == ["Two"]
    ((viewer_id, name, error),) = library.unreadable_viewers(screening)
    assert (viewer_id, name) == (one.id, "One")
    assert "cannot be read" in str(error)
    with pytest.raises(LibraryError, match="“One” cannot be read"):
        library.viewer(one.id)
    Home(library.home).readings_of(two.id).write_bytes(b"x" * 100)
    with pytest.raises(LibraryError, match="readings of the viewer “Two” cannot be read"):
        library.viewer_readings(two.id)
    scans.delete_viewer(library, one.id)
    scans.delete_screening(library, screening)
    assert not list(Home(library.home).readings.iterdir())


def test_marks_are_kept_until_they_are_used(library: Library, screening: str, anna: Film) -> None:
    """Another alignment leaves them, one by marks uses them; no number changes with them."""
    viewer = library.add_recorded_viewer(screening, anna.id, consent=CONSENT)
    revision, marks = library.screening_revision(screening), (("1.5 s: clap, 30 dB", "00:04"), ("", "7"))
    assert library.viewer_marks(viewer.id) == ()
    library.set_viewer_marks(viewer.id, marks)
    assert library.screening_revision(screening) == revision
    library.set_viewer_alignment(viewer.id, Alignment(2.5, method="typed"))
    assert Library.open(library.home).viewer_marks(viewer.id) == marks
    assert library.viewer(viewer.id).alignment == Alignment(2.5, method="typed")
    library.set_recording_alignment(viewer.id, Alignment(2.0, method="mark"))
    assert library.viewer_marks(viewer.id) == ()
