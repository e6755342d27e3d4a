"""A session: what of its readings counts, and what it answers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emotion_core.errors import SettingsError
from emotion_core.expression.selection import LiveSize
from emotion_core.live import Stamp
from tests.support.live_reading import OPENED, QuickReader, session, stamp
from tests.support.trials import AGREES


def test_readings_are_those_while_the_film_plays() -> None:
    """A picture while it stands still is answered and not kept; one without a face is kept as missing."""
    live = session()
    assert live.read(stamp(0, None), b"face")["probabilities"] is not None
    live.read(stamp(1, 0.1), b"face")
    assert live.read(stamp(2, 0.2), b"nobody")["probabilities"] is None
    kept = live.readings()
    np.testing.assert_array_equal(kept.seconds, [0.1, 0.2])
    np.testing.assert_array_equal(np.isnan(kept.probabilities).all(axis=1), [False, True])
    np.testing.assert_allclose(kept.probabilities[0].sum(), 1)
    assert (kept.labels, kept.engine) == (OPENED.checkpoint.labels, OPENED.engine)
    assert (live.summary().readings, live.summary().usable) == (2, 1)


def test_a_second_seen_again_is_said_so() -> None:
    """It stays in the readings, in the order in which they were taken, and counts once in the summary."""
    live = session()
    for number, film in enumerate([0.0, 0.5, 1.0]):
        live.read(stamp(number, film, film), b"face")
    live.note("seek", 1001.0, 1.0)
    answers = [live.read(stamp(9, film, 2 + film), b"face") for film in (0.5, 1.0, 1.5)]
    assert [answer["again"] for answer in answers] == [True, True, False]
    np.testing.assert_array_equal(live.readings().seconds, [0.0, 0.5, 1.0, 0.5, 1.0, 1.5])
    summary = live.summary()
    assert (summary.readings, summary.jumps) == (4, 1)
    assert (summary.seen, summary.replayed) == pytest.approx((1.5, 0.5))
    assert live.readings().events == ((1001.0, "seek", 1.0),)


def test_what_cannot_be_is_refused() -> None:
    """Stamps and pictures of no possible value, one message each; events of no kind are ignored."""
    live = session()
    good = {"number": 1, "clock": 1000.0, "film": None, "dropped": 0, "delay": None}
    assert Stamp.from_json(good).film is None
    for field, value in (("film", float("nan")), ("film", -1), ("clock", "noon"), ("dropped", 1e9), ("number", None)):
        with pytest.raises(SettingsError, match="stamp"):
            Stamp.from_json({**good, field: value})
    for jpeg in (b"", bytes(300_000)):
        with pytest.raises(SettingsError, match="bytes"):
            live.read(stamp(1, 0.0), jpeg)
    live.note("rob", 1.0, 1.0)
    live.note("play", float("inf"), 1.0)
    assert live.readings().events == ()


def test_a_session_has_one_size_of_pictures() -> None:
    """Opened again with a model that reads at fewer pixels, it is over; its readings carry the size that read them."""
    reader = QuickReader()
    live = session(reader)
    assert live.readings().size is None
    small = replace(OPENED, size=LiveSize(112, 224, 16.6, 4.5, AGREES))
    reader.open = lambda: small  # type: ignore[method-assign]
    with pytest.raises(SettingsError, match="model that reads faces changed"):
        live.open()
    assert session(reader).readings().size == small.size
    reader.open = lambda: replace(OPENED, size=LiveSize(224, 224, 4.5, 4.5))  # type: ignore[method-assign]
    live.open()
