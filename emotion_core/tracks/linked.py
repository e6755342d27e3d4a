"""The tracks of shots as they are linked, before an editor's corrections; kept for each shot of a scan in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np

from ..observations import Observations
from ..scenes import Shot, counted_samples
from .features import Features, features_of
from .linking import link

MOST_SHOTS = 20_000
"""Of a scan, whose tracks are kept: those of several detectors and thresholds."""

Rows = tuple[int, ...]
"""A track: indices into Observations.faces, ascending by sampled frame."""


@dataclass(slots=True)
class _Kept:
    features: Features
    tracks: dict[tuple[int, int], tuple[Rows, ...]] = field(default_factory=dict)
    """By a shot's first frame and the one after its last."""


_kept: WeakKeyDictionary[Observations, _Kept] = WeakKeyDictionary()


def features_in(observations: Observations) -> Features:
    """The features of all faces of a scan, computed once."""
    return _of(observations).features


def linked_tracks(observations: Observations, shots: Sequence[Shot]) -> list[tuple[Rows, ...]]:
    """The tracks of each of these shots, in the order of their first faces.

    Faces on frames that were sampled to fill up other shots are left out, so that tracks depend on the shots alone.
    """
    kept = _of(observations)
    wanted = {(shot.frame_in, shot.frame_out): shot for shot in shots}
    missing = [shot for key, shot in wanted.items() if key not in kept.tracks]
    if len(kept.tracks) + len(missing) > MOST_SHOTS:
        kept.tracks.clear()
        missing = list(wanted.values())
    if missing:
        counted = np.array([sample.frame for sample in counted_samples(observations, missing)], dtype=np.int64)
        rows = np.flatnonzero(np.isin(kept.features.frames, counted))
        frames = kept.features.frames[rows]
        for shot in missing:
            first, last = np.searchsorted(frames, [shot.frame_in, shot.frame_out])
            found = link(kept.features, rows[first:last])
            kept.tracks[shot.frame_in, shot.frame_out] = tuple(tuple(track) for track in found)
    return [kept.tracks[shot.frame_in, shot.frame_out] for shot in shots]


def _of(observations: Observations) -> _Kept:
    kept = _kept.get(observations)
    if kept is None:
        kept = _kept[observations] = _Kept(features_of(observations, observations.faces))
    return kept
