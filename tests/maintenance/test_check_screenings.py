"""Issues of screenings that a check finds, and their repair."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from emotion_core.jobs import scans
from emotion_core.library import Film, Library, copies
from emotion_core.library.screenings import removal
from emotion_core.maintenance import check, repair
from emotion_core.storage import Home
from tests.support.screenings import CONSENT, readings, recording, taken_in

OLD = 3600.0


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def screening(library: Library, tmp_path: Path) -> str:
    file = tmp_path / "film.mp4"
    file.write_bytes(b"film")
    return library.add_screening(taken_in(library, file, 240, role="film").id).id


@pytest.fixture
def anna(library: Library, tmp_path: Path) -> Film:
    return recording(library, tmp_path / "anna.mp4", [{(60, 40): "happy"}] * 20)


def found(library: Library) -> list[tuple[str, str]]:
    """Kind and text of each issue."""
    return [(issue.kind, issue.what) for issue in check.find(library)]


def grow_old(library: Library, film: Film) -> None:
    with library.database() as database:
        database.execute("UPDATE films SET added_at = '2026-01-01T00:00:00+00:00' WHERE id = ?", (film.id,))


def test_a_sound_screening_has_no_issue(library: Library, screening: str, anna: Film) -> None:
    """Viewers of each kind, ratings, and nothing to say; nor about a recording that is just being taken in."""
    assert found(library) == []
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT)
    library.add_live_viewer(screening, readings(5), consent=CONSENT)
    library.add_synthetic_viewer(screening, readings(5))
    library.set_ratings(screening, "r.csv", "viewer,rating\n")
    grow_old(library, anna)
    assert found(library) == []


def test_a_recording_of_nobody_is_removed(library: Library, screening: str, anna: Film) -> None:
    """What a kill left between the recording and its viewer; unless somebody needs it by then."""
    grow_old(library, anna)
    issues = check.find(library)
    assert [(issue.kind, issue.subject) for issue in issues] == [("recording", anna.id)]
    viewer = library.add_recorded_viewer(screening, anna.id, consent=CONSENT)
    repair.repair(library, issues)
    assert library.viewer(viewer.id).recording == anna.id
    with library.database() as database:
        database.execute("DELETE FROM viewers")
    repair.repair(library, check.find(library))
    assert library.films_and_recordings() == library.films()
    assert not list(Home(library.home).scans.iterdir())
    assert found(library) == []


def test_readings_of_nobody_are_set_aside(library: Library, screening: str) -> None:
    """An older copy of the database may lack their viewer; young ones may be a viewer's that is being added."""
    viewer = library.add_live_viewer(screening, readings(5), consent=CONSENT)
    file = Home(library.home).readings_of(viewer.id)
    content = file.read_bytes()
    scans.delete_viewer(library, viewer.id)
    file.write_bytes(content)
    assert found(library) == []
    os.utime(file, (time.time() - OLD,) * 2)
    os.utime(file.parent, (time.time() - OLD,) * 2)
    issues = check.find(library)
    assert [issue.kind for issue in issues] == ["aside"]
    repair.repair(library, issues)
    assert [each.read_bytes() for each in Home(library.home).set_aside.iterdir()] == [content]
    assert found(library) == []


def test_damage_is_found(library: Library, screening: str, anna: Film) -> None:
    """Rows and readings that cannot be read, and a recording that is gone: a line each, and nothing is deleted."""
    one = library.add_live_viewer(screening, readings(5), consent=CONSENT, name="One")
    library.add_live_viewer(screening, readings(5), consent=CONSENT, name="Two")
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT, name="Three")
    library.set_ratings(screening, "r.csv", "viewer,rating\n")
    Home(library.home).readings_of(one.id).unlink()
    with library.database() as database:
        database.execute("UPDATE viewers SET consent = 'x' WHERE name = 'Two'")
        database.execute("UPDATE viewers SET recording = NULL WHERE name = 'Three'")
        database.execute("UPDATE ratings SET file = 'x'")
        database.execute("UPDATE screenings SET settings = 'x'")
    issues = check.find(library)
    assert {issue.kind for issue in issues} == {"viewer"}
    text = "\n".join(issue.what for issue in issues)
    assert all(words in text for words in ("“One” cannot", "“Two” cannot", "“Three” is gone", "ratings", "settings"))
    repair.repair(library, issues)
    assert len(library.viewer_ids(screening)) == 3


def test_a_damaged_recording_is_taken_in_or_read_again(library: Library, screening: str, anna: Film) -> None:
    """Not added or analysed as a film: the advice is for a viewer."""
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT)
    with library.database() as database:
        database.execute("UPDATE films SET bytes = -1 WHERE id = ?", (anna.id,))
    next(library.home.glob("scans/*/segments/*.npz")).unlink()
    texts = [text for _, text in found(library)]
    assert any("a recording of viewers: take it in again on the Screening page" in text for text in texts)
    assert any("Read the viewer again on the Screening page" in text for text in texts)
    assert not any(word in " ".join(texts) for word in ("Add the film", "Analyse"))


class Killed(BaseException):
    """Ends a call as a kill ends a process: nothing catches it."""


@pytest.mark.parametrize("step", range(1, 14))
def test_a_kill_leaves_nothing_that_is_not_found(
    library: Library, screening: str, anna: Film, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Wherever deleting a screening ends, what is left belongs to a viewer who is still listed, or the check finds it;
    deleting again removes all of it.
    """
    library.add_recorded_viewer(screening, anna.id, consent=CONSENT, name="Xanthippe")
    library.add_live_viewer(screening, readings(5), consent=CONSENT, name="Zenobia")
    library.set_ratings(screening, "r.csv", "viewer,rating\nXanthippe,4\nZenobia,3\n")
    copies.create(Home(library.home).database)
    calls = 0

    def dying(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **words: object) -> object:
            nonlocal calls
            calls += 1
            if calls == step:
                raise Killed
            return function(*arguments, **words)

        return call

    with monkeypatch.context() as patch, contextlib.suppress(Killed):
        patch.setattr(Path, "unlink", dying(Path.unlink))
        patch.setattr(shutil, "rmtree", dying(shutil.rmtree))
        for module, name in ((copies, "change_all"), (copies, "remove_film"), (removal, "delete_viewer")):
            patch.setattr(module, name, dying(getattr(module, name)))
        patch.setattr(removal, "delete_screening", dying(removal.delete_screening))
        scans.delete_screening(library, screening)
    left = {each.id for each in library.screenings()}
    owned = {viewer.recording for each in left for viewer in library.viewers(each)}
    recordings = {film.id for film in library.films_and_recordings() if film.role == "recording"}
    assert recordings <= owned
    if left:
        scans.delete_screening(library, screening)
    assert found(library) == []
    assert library.films_and_recordings() == library.films()
    rest = b"".join(file.read_bytes() for file in library.home.rglob("*") if file.is_file())
    assert not any(word in rest for word in (b"Xanthippe", b"Zenobia", b"anna.mp4"))
