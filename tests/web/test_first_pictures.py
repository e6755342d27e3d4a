"""What waits for the first pictures of two players goes on once both are there, or after a while."""

from __future__ import annotations

import threading
import time

from emotion_core.web import first_pictures


def test_who_waits_goes_on_once_both_pictures_are_there() -> None:
    first_pictures.expect(["one", "two"])
    begun = time.monotonic()
    first_pictures.is_there("one")
    first_pictures.wait_for(["one", "two"], 0.05)
    assert time.monotonic() - begun >= 0.05
    threading.Timer(0.05, first_pictures.is_there, ["two"]).start()
    first_pictures.wait_for(["one", "two"], 30)
    assert time.monotonic() - begun < 10


def test_films_that_nobody_expects_are_not_waited_for() -> None:
    begun = time.monotonic()
    first_pictures.wait_for(["three"], 30)
    assert time.monotonic() - begun < 10
