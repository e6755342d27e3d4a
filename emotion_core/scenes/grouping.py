"""Shots -> groups of neighbouring shots that keep returning to the same places, as those of a dialogue do.

Overlapping links (Hanjalic, Lagendijk & Biemond 1999, after the time-constrained clustering of Yeung & Yeo 1996): a
shot is linked to every later one that looks alike and begins within a time window after it; a group ends where no link
reaches over. So the shots between two that look alike belong with them, whatever they show.

Two shots are as alike as the two sampled frames, one of each, that are most alike. Two frames are alike by half for
their colours (Bhattacharyya coefficient of the colour counts) and by half for their layout (correlation, 0 where
negative): the same framing counts for most, and a camera that moved a little still sees the same colours. On the clips
and films tried, shots of one framing came to 0.8 or more, shots of two places to 0.73 or less.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from ..observations.layouts import directions
from ..observations.observations import PLACE, Observations, Sample
from ..settings import ReportSettings
from .sampling import counted
from .shots import Shot

Group = tuple[Shot, ...]

LOOKS = 8
"""Sampled frames of a shot that are compared, spread evenly over it."""


def grouped(observations: Observations, shots: Sequence[Shot], settings: ReportSettings) -> tuple[Group, ...]:
    """The film's shots, in order, as groups. Each alone if scenes are shots, or if a cut list by hand made them.

    On a scan older than samples' colours (layout 1 of the store) two frames are as alike as their fingerprints.
    """
    if settings.scenes_are == "shots" or settings.shots.detector == "cuts" or not shots:
        return tuple((shot,) for shot in shots)
    samples = _spread(observations, shots)
    looks = _Fingerprints(samples) if without_places(observations, settings) else _Looks(observations, samples)
    starts = [float(shot.span.start) for shot in shots]
    groups: list[Group] = []
    first = reach = 0
    for i, shot in enumerate(shots):
        # Only a link beyond the group's end so far says anything: the farthest comes first.
        latest = bisect_right(starts, float(shot.span.end) + settings.scene_window)
        linked = (j for j in range(latest - 1, max(i, reach), -1) if looks.alike(i, j) >= settings.scene_similarity)
        reach = max(reach, next(linked, i))
        if reach == i:
            groups.append(tuple(shots[first : i + 1]))
            first = reach = i + 1
    return tuple(groups)


def without_places(observations: Observations, settings: ReportSettings) -> bool:
    """Whether shots are to be grouped but the scan is older than the colours that tell a place."""
    asked = settings.scenes_are == "groups" and settings.shots.detector != "cuts"
    return asked and not (observations.scores.has_layout and all(s.place for s in observations.samples if not s.filled))


def _spread(observations: Observations, shots: Sequence[Shot]) -> list[list[Sample]]:
    """Each shot's samples, LOOKS of them at most."""
    samples = counted(observations, shots)
    frames = [sample.frame for sample in samples]
    spread = []
    for shot in shots:
        own = samples[bisect_left(frames, shot.frame_in) : bisect_left(frames, shot.frame_out)]
        some = min(LOOKS, len(own))
        spread.append([own[(2 * i + 1) * len(own) // (2 * some)] for i in range(some)])
    return spread


class _Looks:
    """Shots by colours and layout of their samples."""

    def __init__(self, observations: Observations, samples: list[list[Sample]]) -> None:
        layout = observations.scores.layout
        places = [np.frombuffer(b"".join(s.place for s in own), np.uint8).reshape(-1, PLACE) for own in samples]
        frames = [np.array([s.frame for s in own], dtype=np.int64) for own in samples]
        self._colours = [directions(place.astype(np.float32)) for place in places]
        self._layouts = [directions(_about_mean(layout[own].astype(np.float32))) for own in frames]

    def alike(self, i: int, j: int) -> float:
        colours = self._colours[i] @ self._colours[j].T
        layouts = np.maximum(self._layouts[i] @ self._layouts[j].T, 0)
        return float(((colours + layouts) / 2).max(initial=0))


class _Fingerprints:
    """Shots by the perceptual hashes of their samples: unlike pictures differ in about 32 of 64 bits."""

    def __init__(self, samples: list[list[Sample]]) -> None:
        self._hashes = [[s.fingerprint for s in own] for own in samples]

    def alike(self, i: int, j: int) -> float:
        pairs = product(self._hashes[i], self._hashes[j])
        return max((1 - (one ^ other).bit_count() / 32 for one, other in pairs), default=0.0)


def _about_mean(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    centred: NDArray[np.float32] = rows - rows.mean(axis=1, keepdims=True)
    return centred
