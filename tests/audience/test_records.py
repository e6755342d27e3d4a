from __future__ import annotations

import numpy as np
import pytest

from emotion_core.audience import Alignment, Reactions
from emotion_core.errors import SettingsError


def test_a_recordings_time_becomes_the_films_and_back() -> None:
    alignment = Alignment(offset=12.5, drift=0.001, method="sound", confidence=0.9)
    film = np.array([0.0, 100.0, 6000.0])
    recording = alignment.recording_seconds(film)
    assert recording == pytest.approx([12.5, 112.6, 6018.5])
    assert alignment.film_seconds(recording) == pytest.approx(film)


@pytest.mark.parametrize(
    "values",
    [{"offset": float("nan")}, {"offset": 1e6}, {"drift": 0.04}, {"drift": float("inf")}, {"method": "guess"}],
)
def test_an_impossible_alignment_is_refused_in_words(values: dict[str, object]) -> None:
    with pytest.raises(SettingsError):
        Alignment(**values)  # type: ignore[arg-type]


def test_a_reading_without_a_usable_face_is_missing() -> None:
    probabilities = np.array([[0.25, 0.75], [np.nan, np.nan]])
    reactions = Reactions(("happy", "neutral"), np.array([0.0, 0.5]), probabilities)
    assert reactions.usable.tolist() == [True, False]
    with pytest.raises(ValueError, match="readings"):
        Reactions(("happy",), np.array([0.0]), probabilities)
