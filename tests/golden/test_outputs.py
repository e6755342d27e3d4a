"""What leaves the app for a library of an earlier version is, byte by byte, what left it then."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from emotion_core.library import Library
from tests.golden.outputs import CORRECTIONS, EXPECTED, LIBRARY, outputs

FILMS = ("Sample cut.mp4", "Sample re-cut.mp4")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The golden library, in a place where it can be brought up to date."""
    home = tmp_path_factory.mktemp("golden") / "home"
    shutil.copytree(LIBRARY, home)
    return Library.open(home)


def test_earlier_library_opens(library: Library) -> None:
    """Films, analyses, settings and corrections of the earlier version are there."""
    assert sorted(film.name for film in library.films()) == list(FILMS)
    assert not library.unreadable()
    assert not library.loss_warning()
    for film in library.films():
        (scan,) = library.scans(film.id)
        assert library.store(scan.id).sealed
        corrections = library.report_settings(film.id).corrections
        assert corrections == CORRECTIONS if film.name == FILMS[0] else not corrections
        assert bool(library.edit_history(film.id).undo) == bool(corrections)


def test_outputs_are_as_they_were(library: Library) -> None:
    """Report, JSON, markers of every format, comparison and digests are the golden ones."""
    expected = {file.name: file.read_bytes() for file in EXPECTED.iterdir()}
    written = outputs(library)
    assert sorted(written) == sorted(expected)
    for name, content in written.items():
        assert content == expected[name], Path(name)
