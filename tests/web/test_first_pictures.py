"""What waits for the first pictures of two players goes on once both are there, or after a while."""

from __future__ import annotations

import threading
import time

from emotion_core.web.first_pictures import expect_pictures, picture_is_there, wait_for_pictures


def test_who_waits_goes_on_once_both_pictures_are_there() -> None:
    expect_pictures(["one", "two"])
    begun = time.monotonic()
    picture_is_there("one")
    wait_for_pictures(["one", "two"], 0.05)
    assert time.monotonic() - begun >= 0.05
    threading.Timer(0.05, picture_is_there, ["two"]).start()
    wait_for_pictures(["one", "two"], 30)
    assert time.monotonic() - begun < 10


def test_films_that_nobody_expects_are_not_waited_for() -> None:
    begun = time.monotonic()
    wait_for_pictures(["three"], 30)
    assert time.monotonic() - begun < 10
