"""When a file of a watched folder is whole."""

from __future__ import annotations

import pytest

from emotion_core.ingest.watching.settling import Seen, Settling

SETTLE = 30.0


def given(settling: Settling, now: float, *files: Seen) -> list[Seen]:
    return list(settling.look(files, now, SETTLE))


def test_a_file_that_rests_is_whole() -> None:
    """A file is given once its size and time have not changed for the settling time, and at each look until taken."""
    settling, file = Settling(), Seen("/in/a.mov", 100, 5)
    assert given(settling, 0, file) == []
    assert given(settling, 29.9, file) == []
    assert given(settling, 30, file) == [file]
    assert given(settling, 31, file) == [file]
    settling.taken(file)
    assert len(settling) == 0


@pytest.mark.parametrize("changed", [Seen("/in/a.mov", 200, 5), Seen("/in/a.mov", 100, 6), Seen("/in/a.mov", 50, 5)])
def test_a_file_that_changes_begins_anew(changed: Seen) -> None:
    """Growth, a new time and a file that shrank each start the settling time again."""
    settling = Settling()
    given(settling, 0, Seen("/in/a.mov", 100, 5))
    assert given(settling, 31, changed) == []
    assert given(settling, 60.9, changed) == []
    assert given(settling, 61, changed) == [changed]


def test_a_file_that_was_away_begins_anew() -> None:
    """A file that was removed and is back has not rested meanwhile; removing one is no error."""
    settling, file = Settling(), Seen("/in/a.mov", 100, 5)
    given(settling, 0, file)
    assert given(settling, 10) == []
    assert given(settling, 31, file) == []
    assert given(settling, 61, file) == [file]


def test_an_empty_file_is_never_whole() -> None:
    """A file of no bytes has only just been begun, however long it lies there."""
    settling, file = Settling(), Seen("/in/a.mov", 0, 5)
    given(settling, 0, file)
    assert given(settling, 1000, file) == []
