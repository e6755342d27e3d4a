"""The sessions of a library: whose they are, and how long they are kept."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from emotion_core.errors import SettingsError
from emotion_core.live import KEEP_MINUTES, Reader, Sessions
from emotion_core.live.sessions import MOST
from tests.support.live_reading import QuickReader, stamp


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(tmp_path: Path, clock: Clock) -> Sessions:
    made = Sessions(tmp_path, clock)
    made.reader = QuickReader()
    return made


def test_one_that_was_left_is_offered_and_then_discarded(sessions: Sessions, clock: Clock) -> None:
    """Only to its person, and only with readings of a film; after the stated minutes it is gone."""
    session = sessions.begin("f", "Film", "Notice", "A", user="ann")
    mirror = sessions.begin(None, "", "Notice", "A", user="ann")
    for each in (session, mirror):
        each.open()
    assert sessions.left("ann") == []
    session.read(stamp(1, 0.5), b"face")
    assert sessions.left("ann") == [session]
    assert sessions.left("bob") == []
    assert sessions.find(session.id, "bob") is None
    clock.now = KEEP_MINUTES * 60 - 1
    assert sessions.find(session.id, "ann") is session
    clock.now += KEEP_MINUTES * 60 - 1
    assert sessions.left("ann") == [session]
    clock.now += 2
    assert sessions.left("ann") == []
    assert sessions.find(session.id, "ann") is None


def test_one_before_its_camera_is_neither_offered_nor_discarded(sessions: Sessions, clock: Clock) -> None:
    """A film may be longer than sessions are kept; the newest of two windows counts."""
    session = sessions.begin("f", "Film", "Notice", "A")
    session.open()
    session.read(stamp(1, 0.5), b"face")
    first, second = session.connect(), session.connect()
    session.disconnect(first)
    clock.now = 7200.0
    assert sessions.left() == []
    assert sessions.find(session.id) is session
    session.disconnect(second)
    assert sessions.left() == [session]


def test_there_are_only_so_many(sessions: Sessions, clock: Clock) -> None:
    """One more is refused with a message, until some were discarded."""
    for _ in range(MOST):
        sessions.begin(None, "", "Notice", "A")
    with pytest.raises(SettingsError, match="sessions are open"):
        sessions.begin(None, "", "Notice", "A")
    clock.now = KEEP_MINUTES * 60 + 1
    sessions.begin(None, "", "Notice", "A")


def test_sixty_cameras_take_turns(tmp_path: Path) -> None:
    """They share one reader: each has its own readings, none waits for long behind the others, and all end with it."""
    crowd = Sessions(tmp_path)
    crowd.reader = Reader(tmp_path, module="tests.support.live_reader_script")
    sessions = [crowd.begin("f", "Film", "Notice", f"Viewer {number}") for number in range(60)]
    turns: list[int] = []
    together = threading.Barrier(60)

    def watch(number: int) -> None:
        sessions[number].open()
        together.wait()
        for second in range(20):
            sessions[number].read(stamp(second, number + second / 20), b"face")
            turns.append(number)

    try:
        with ThreadPoolExecutor(60) as threads:
            assert len(list(threads.map(watch, range(60)))) == 60
        for number, session in enumerate(sessions):
            np.testing.assert_allclose(session.readings().seconds, number + np.arange(20) / 20)
        half = turns[: len(turns) // 2]  # while all of them watch
        assert min(half.count(number) for number in range(60)) >= 5
        assert len(crowd.left()) == 60
    finally:
        crowd.close()
    assert crowd.reader.pid is None
