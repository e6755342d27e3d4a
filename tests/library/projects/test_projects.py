"""Projects: versions in order, undo and redo, and films that go."""

from __future__ import annotations

from pathlib import Path

import pytest

from emotion_core.errors import CorrectionError, LibraryError, SettingsError
from emotion_core.library import Library, ProjectHistory
from emotion_core.maintenance import check
from tests.support.screenings import taken_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library.open(tmp_path / "home")


@pytest.fixture
def films(library: Library, tmp_path: Path) -> list[str]:
    """Ids of four films."""
    ids = []
    for number in range(4):
        file = tmp_path / f"cut {number + 1}.mp4"
        file.write_bytes(b"film" * (number + 1))
        ids.append(taken_in(library, file, 240, role="film").id)
    return ids


def test_versions_are_added_ordered_and_removed(library: Library, films: list[str]) -> None:
    """A film stands at the place it is given; the library's token changes with each change."""
    tokens = {library.change_token()}
    project = library.add_project(" The  film ", films[:2])
    assert (project.name, project.films) == ("The film", tuple(films[:2]))
    tokens.add(library.change_token())
    library.add_version(project.id, films[2])
    library.add_version(project.id, films[3], 1)
    assert library.project(project.id).films == (films[3], *films[:3])
    library.move_version(project.id, films[3], 99)
    assert library.project(project.id).films == tuple(films)
    library.move_version(project.id, films[3], 2)
    tokens.add(library.change_token())
    library.remove_version(project.id, films[0])
    assert library.project(project.id).films == (films[3], films[1], films[2])
    library.rename_project(project.id, "THE FILM")
    assert library.project_named("the film") == library.project_of(films[3]) == library.project(project.id)
    assert library.project_of(films[0]) is None
    tokens.add(library.change_token())
    assert len(tokens) == 4


def test_each_step_is_undone_and_redone(library: Library, films: list[str]) -> None:
    """Undo goes back through names and versions; a new step replaces what was undone."""
    project = library.add_project("One")
    assert library.project_history(project.id) == ProjectHistory(None, None)
    library.add_version(project.id, films[0])
    library.add_version(project.id, films[1])
    library.rename_project(project.id, "Two")
    assert library.project_history(project.id) == ProjectHistory("the project's name", None)
    assert library.undo_project(project.id)
    assert library.undo_project(project.id)
    assert (library.project(project.id).name, library.project(project.id).films) == ("One", (films[0],))
    assert library.project_history(project.id) == ProjectHistory("a version added", "a version added")
    assert library.redo_project(project.id, library.project(project.id).revision)
    assert library.project(project.id).films == (films[0], films[1])
    library.move_version(project.id, films[1], 1)
    assert not library.redo_project(project.id)
    with pytest.raises(CorrectionError, match="changed meanwhile"):
        library.undo_project(project.id, 0)


def test_a_film_that_is_deleted_leaves_the_rest(library: Library, films: list[str]) -> None:
    """The others keep their order, and undo brings back only films that are here; no trace of the film stays."""
    project = library.add_project("One", films[:3])
    library.remove_version(project.id, films[2])
    library.delete_film(films[1])
    assert library.project(project.id).films == (films[0],)
    assert library.undo_project(project.id)
    assert library.project(project.id).films == (films[0], films[2])
    assert films[1].encode() not in (library.home / "library.sqlite").read_bytes()
    library.delete_project(project.id)
    assert library.projects() == []
    assert len(library.films()) == 3
    with pytest.raises(LibraryError, match="not in the library"):
        library.project(project.id)


def test_a_film_is_in_one_project(library: Library, films: list[str]) -> None:
    """Each refusal says where the film is; undo does not take it from the project that it is in by now."""
    one, two = library.add_project("One", films[:2]), library.add_project("Two")
    with pytest.raises(SettingsError, match=r"cut 1\.mp4 is version 1 of “One” already"):
        library.add_version(one.id, films[0])
    with pytest.raises(SettingsError, match="version 2 of the project “One”"):
        library.add_version(two.id, films[1])
    library.remove_version(one.id, films[1])
    library.add_version(two.id, films[1])
    with pytest.raises(CorrectionError, match=r"cannot be taken: cut 2\.mp4 is version 1 of the project “Two”"):
        library.undo_project(one.id)
    assert library.project(one.id).films == (films[0],)
    for name in ("two", " ", "x" * 201):
        with pytest.raises(SettingsError):
            library.rename_project(one.id, name)
    with pytest.raises(SettingsError, match="no version of “Two”"):
        library.move_version(two.id, films[3], 1)
    with pytest.raises(LibraryError):
        library.add_version(two.id, "0" * 64)


def test_a_check_finds_versions_of_lost_films(library: Library, films: list[str]) -> None:
    """A version whose film has no row is told; a whole library has no issue."""
    library.add_project("One", films[:2])
    before = {issue.what for issue in check.find(library)}
    with library.database() as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("DELETE FROM films WHERE id = ?", (films[0],))
    found = {issue.what for issue in check.find(library)} - before
    assert any("1 rows of versions belong to a film that is not here" in what for what in found)
