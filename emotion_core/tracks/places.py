"""Which track an anchor stands for: the one with the nearest face.

The frame of an anchor may not be sampled any more: a film may have been scanned anew with other sampling, or the frame
filled up a scene that is found otherwise now. Then a track is taken to be between its faces before and after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..face_corrections import FaceAnchor
from ..observations import Observations
from .features import Features
from .linked import Rows, features_in

REACH = 0.75
"""How far from an anchor a face may be, in its own sizes."""
HOLD_SECONDS = 1.0
"""For how long before its first and after its last face a track is taken to be there; longer where scans sample less
often."""


@dataclass(frozen=True, slots=True)
class Place:
    """An anchor in the units of features."""

    frame: int
    second: float
    x: float
    y: float


def place_of(observations: Observations, anchor: FaceAnchor) -> Place | None:
    """The place of an anchor; None past the film's end."""
    if anchor.frame >= observations.frames:
        return None
    media = observations.media
    second = float(observations.seconds_at(anchor.frame))
    return Place(anchor.frame, second, anchor.x * media.display_width, anchor.y * media.display_height)


def nearest(observations: Observations, tracks: Sequence[Rows], anchor: FaceAnchor) -> int | None:
    """The index of the track that an anchor stands for; None if no face is near. `tracks` are of the anchor's shot."""
    place, features = place_of(observations, anchor), features_in(observations)
    if place is None:
        return None
    there = {i: row for i, track in enumerate(tracks) for row in track if features.frames[row] == place.frame}
    away = {i: _distance(features, (row, row, 0.0), place) for i, row in there.items()}
    if not any(distance <= REACH for distance in away.values()):
        hold = max(HOLD_SECONDS, float(1 / observations.scan_settings.samples_per_second))
        around = {i: _around(features, track, place.second, hold) for i, track in enumerate(tracks) if i not in there}
        away = {i: _distance(features, rows, place) for i, rows in around.items() if rows is not None}
    best = min(away, key=lambda i: (away[i], i), default=None)
    return best if best is not None and away[best] <= REACH else None


def _around(features: Features, track: Rows, second: float, hold: float) -> tuple[int, int, float] | None:
    """The faces of a track before and after a time, and how far the time lies from the one to the other; None more than
    `hold` seconds before or after it.
    """
    seconds = features.seconds[list(track)]
    after = int(np.searchsorted(seconds, second))
    if after == 0 or after == len(track):
        end = track[0] if after == 0 else track[-1]
        return (end, end, 0.0) if abs(features.seconds[end] - second) <= hold else None
    before = float(seconds[after - 1])
    return track[after - 1], track[after], (second - before) / (float(seconds[after]) - before)


def _distance(features: Features, rows: tuple[int, int, float], place: Place) -> float:
    """In sizes of the face."""
    before, after, part = rows
    middle = features.middles[before] * (1 - part) + features.middles[after] * part
    size = features.sizes[before] * (1 - part) + features.sizes[after] * part
    return float(np.hypot(middle[0] - place.x, middle[1] - place.y) / size)
