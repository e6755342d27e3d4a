"""What became of each scene of two films, kept on disk, and made again where anything that it says may differ."""

from __future__ import annotations

from dataclasses import fields, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from emotion_core.analysis import Analysis, disk_cache
from emotion_core.compare import change_list, pair
from emotion_core.compare.change_list import ChangeList, FootageChange, Grade
from emotion_core.library import Library
from emotion_core.library.projects import aligned, kept_changes, listed_changes
from tests.support import library_builder


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[ChangeList]:
    """The lists that were computed; rows and list have all that either can have."""
    lists: list[ChangeList] = []
    real = change_list.list_changes

    def counting(*given: Any) -> ChangeList:
        listed = real(*given)
        full = replace(
            listed.changes[0], head=3, tail=-2, inside=1, shift=Fraction(-7, 24), is_moved=True, is_regraded=True,
            treatments=("mirrored", "other sound"), holds_other=True, is_about=True,
        )  # fmt: skip
        rows = (full, *listed.changes[1:])
        lists.append(replace(listed, changes=rows, grade=Grade(1.1, -3.5), left_out=Fraction(1, 3), new=Fraction(2, 7)))
        return lists[-1]

    monkeypatch.setattr(change_list, "list_changes", counting)
    return lists


def listed(library: Library, before: Analysis, after: Analysis) -> ChangeList:
    shared = aligned(library, before, after)
    return listed_changes(library, before, after, shared, pair(before, after, shared))


def test_a_list_is_computed_once_and_comes_back_whole(tmp_path: Path, made: list[ChangeList]) -> None:
    library = Library.open(tmp_path)
    before, after = (library.analysis(film.id) for film in library_builder.recut(library))
    first = listed(library, before, after)
    again = listed(Library.open(tmp_path), before, after)
    assert len(made) == 1
    assert again == first
    full, plain = again.changes[0], FootageChange("new", None, None, None, None)
    for field in fields(FootageChange):  # none is lost: each has a value of its own, which came back
        assert getattr(full, field.name) != getattr(plain, field.name), field.name


def test_other_scenes_numbers_or_films_make_another_list(tmp_path: Path, made: list[ChangeList]) -> None:
    library = Library.open(tmp_path)
    before, after = (library.analysis(film.id) for film in library_builder.recut(library))
    listed(library, before, after)
    shown = after.scenes[0]
    listed(library, before, replace(after, scenes=(replace(shown, coverage=0.5), *after.scenes[1:])))
    listed(library, after, before)
    assert len(made) == 3


def test_a_damaged_list_is_made_again(tmp_path: Path, made: list[ChangeList], monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library.open(tmp_path)
    before, after = (library.analysis(film.id) for film in library_builder.recut(library))
    listed(library, before, after)
    (file,) = tmp_path.glob("derived/*/changes-*.json")
    file.write_bytes(file.read_bytes().replace(b'"is_moved": true', b'"is_moved": null'))
    listed(library, before, after)
    assert len(made) == 2
    monkeypatch.setattr(change_list, "LIST_FORMAT", change_list.LIST_FORMAT + 1)
    listed(library, before, after)
    assert len(made) == 3
    monkeypatch.setattr(kept_changes, "CAPACITY", 1)
    monkeypatch.setattr(change_list, "LIST_FORMAT", change_list.LIST_FORMAT + 1)
    listed(library, before, after)
    assert len(list(tmp_path.glob("derived/*/changes-*.json"))) == 1


def test_analyses_under_other_settings_leave_lists(
    tmp_path: Path, made: list[ChangeList], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They lie in the same folder, of which the oldest analyses are removed, and each correction adds one."""
    library = Library.open(tmp_path)
    films = library_builder.recut(library)
    before, after = (library.analysis(film.id) for film in films)
    listed(library, before, after)
    monkeypatch.setattr(disk_cache, "CAPACITY", 1)
    scan = library.newest_scan(films[1].id)
    assert scan is not None
    library.analysis_of(scan, replace(after.report_settings, min_face_score=0.71))
    listed(Library.open(tmp_path), before, after)
    assert len(made) == 1
    assert len(list((tmp_path / "derived" / scan.id).glob("*-v*.json"))) == 1
