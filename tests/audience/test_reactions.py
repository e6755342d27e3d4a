"""Reactions of recordings and of live sessions in the film's time."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emotion_core.audience import Alignment, Readings, reactions
from emotion_core.expression import Scaling
from emotion_core.labels import REFERENCE_LABELS
from emotion_core.settings import ReportSettings
from tests.support.screenings import Row, observed, readings

HAPPY, SAD = REFERENCE_LABELS.index("happy"), REFERENCE_LABELS.index("sad")
SETTINGS = ReportSettings()


def test_a_recording_is_read_in_the_films_time() -> None:
    """Offset and drift are applied, what lies outside the film is left out, and a missing face is neither zero nor
    neutral.
    """
    shows: tuple[Row, ...] = ({(60, 40): "happy"}, {}, {(60, 40): "sad"})
    rows = [row for row, count in zip(shows, (10, 5, 10), strict=True) for _ in range(count)]
    shown = reactions.reactions_of_recording(observed(rows), SETTINGS, Scaling(), Alignment(2.0, 0.01, "typed"), 8.0)
    assert shown.labels == REFERENCE_LABELS
    assert shown.seconds[0] == 0
    np.testing.assert_allclose(np.diff(shown.seconds), 0.5 / 1.01)
    assert shown.seconds[-1] <= 8
    np.testing.assert_array_equal(shown.usable, [True] * 6 + [False] * 5 + [True] * (len(shown.seconds) - 11))
    np.testing.assert_allclose(shown.probabilities[0, HAPPY], 0.7)
    np.testing.assert_allclose(shown.probabilities[-1, SAD], 0.7)
    flat = reactions.reactions_of_recording(observed(rows), SETTINGS, Scaling(20.0), Alignment(), 8.0)
    assert 1 / 7 < flat.probabilities[0, HAPPY] < 0.3


def test_of_several_faces_the_viewers_is_taken() -> None:
    """The face at the usual place, also where a larger one passes by, and none where only another face is there."""
    alone: Row = {(60, 100): "happy"}
    passing: Row = {(60, 100): "happy", (300, 100): "sad"}
    rows: list[Row] = [alone] * 20 + [passing] * 5 + [{(300, 100): "sad"}] * 3
    seen = observed(rows)
    large = tuple(replace(face, box=(260.0, 60.0, 80.0, 80.0)) if face.box[0] > 200 else face for face in seen.faces)
    shown = reactions.reactions_of_recording(replace(seen, faces=large), SETTINGS, Scaling(), Alignment(), 100.0)
    np.testing.assert_allclose(shown.probabilities[:25, HAPPY], 0.7)
    np.testing.assert_array_equal(shown.usable, [True] * 25 + [False] * 3)


def test_seats_have_their_own_reactions() -> None:
    """One recording gives each seat its own face; a seat that is not there shows none."""
    seen = observed([{(60, 100): "happy", (300, 100): "sad"}] * 20)
    for seat, label in ((1, HAPPY), (2, SAD)):
        shown = reactions.reactions_of_recording(seen, SETTINGS, Scaling(), Alignment(), 100.0, seat)
        np.testing.assert_allclose(shown.probabilities[:, label], 0.7)
    assert not reactions.reactions_of_recording(seen, SETTINGS, Scaling(), Alignment(), 100.0, 3).usable.any()


def test_what_was_seen_twice_counts_once() -> None:
    """A jump back begins a run whose seconds count only where no earlier run was; a pause counts once."""
    first, again = readings(100, "happy"), readings(100, "sad", start=5.0)
    pause = readings(20, "angry", start=14.9, step=0.0)
    session = Readings(
        REFERENCE_LABELS,
        np.concatenate([first.seconds, again.seconds, pause.seconds, readings(50, "happy").seconds]),
        np.concatenate([each.probabilities for each in (first, again, pause, readings(50, "happy"))]),
        1.8e9 + np.arange(270.0),
    )
    shown = reactions.reactions_of_readings(session, 12.0)
    assert (np.diff(shown.seconds) > 0).all()
    assert shown.seconds[-1] <= 12.0
    assert shown.replayed == 10  # 5 to 10 in the second run, 0 to 5 in the third
    np.testing.assert_allclose(shown.probabilities[shown.seconds < 9.95, HAPPY], 0.8)
    np.testing.assert_allclose(shown.probabilities[shown.seconds >= 10, SAD], 0.8)


@pytest.mark.parametrize(("count", "duration"), [(0, 10.0), (10, 0.0)])
def test_an_empty_session_has_no_reactions(count: int, duration: float) -> None:
    """Nothing is read, or next to nothing of it lies in the film."""
    shown = reactions.reactions_of_readings(readings(count), duration)
    assert len(shown.seconds) == min(count, 1)
    assert shown.replayed == 0


@pytest.mark.parametrize(
    ("offset", "length", "words"),
    [
        (0, 100, ""),
        (0, 60, "ends 0:40 before its end: there"),
        (-10, 60, "begins 0:10 after the film's beginning and ends 0:30 before"),
        (5, 200, "longer than the film: 1:40 of it"),
        (70, 60, "no part of the recording falls into the film"),
        (-110, 60, "no part of the recording falls into the film"),
    ],
)
def test_a_recording_of_another_length_is_told_of(offset: float, length: float, words: str) -> None:
    """Shorter and longer recordings are taken as they are, and said so."""
    note = reactions.extent_note(Alignment(offset, method="typed"), length, 100.0)
    assert words in note
    assert bool(note) == bool(words)


def test_a_recording_without_a_face_is_told_of() -> None:
    """One sentence where no face was usable."""
    none = reactions.reactions_of_recording(observed([{}] * 5), SETTINGS, Scaling(), Alignment(), 10.0)
    assert "No face" in reactions.no_face_note(none)
    assert "seat" in reactions.no_face_note(none)
    assert "seat" not in reactions.no_face_note(none, "live")
    some = reactions.reactions_of_recording(observed([{(60, 40): "sad"}] * 5), SETTINGS, Scaling(), Alignment(), 10.0)
    assert reactions.no_face_note(some) == ""
