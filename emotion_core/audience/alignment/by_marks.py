"""The alignment of a recording by moments that are marked by hand: a clap, a flash, a door."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...errors import SettingsError
from ..records import MAX_DRIFT, Alignment


def alignment_from_marks(pairs: Sequence[tuple[float, float]]) -> Alignment:
    """The alignment by moments marked by hand: pairs of the film's second and the recording's.

    One pair gives the offset, two or more also the drift, by least squares. Raises SettingsError.
    """
    if not pairs:
        raise SettingsError(
            "No moment is marked.", "Mark one moment, such as a clap, in the film and in the recording."
        )
    marks = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
    if not np.isfinite(marks).all() or marks.min() < 0:
        raise SettingsError("A mark is no second of the film or of the recording.", "Give seconds from 0 on.")
    film, recording = marks.T
    if len(marks) == 1:
        return Alignment(float(recording[0] - film[0]), 0.0, "mark")
    spread = film - film.mean()
    if (spread**2).sum() < 1e-6:
        raise SettingsError(
            f"All marks are at second {film[0]:g} of the film.", "Mark moments far apart, or a single one."
        )
    speed = float(spread @ (recording - recording.mean()) / (spread**2).sum())
    if not abs(speed - 1) <= MAX_DRIFT:
        raise SettingsError(
            f"By the marks the recording runs at {speed:.4g} times the film's speed.",
            f"{1 - MAX_DRIFT} to {1 + MAX_DRIFT} times are possible: check each pair, and mark moments far apart.",
        )
    return Alignment(float(recording.mean() - speed * film.mean()), speed - 1, "mark")
