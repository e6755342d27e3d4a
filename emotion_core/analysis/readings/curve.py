"""The course of the shares inside scenes: a point every `step` seconds, over the frames around it.

Scene s is divided into parts of `step` seconds from its own start on. At the middle t of a part the curve is

    share_k(t) = sum_f S_fk / sum_f W_f        over the scene's frames f with -smoothing / 2 <= t_f - t < smoothing / 2

with the sums of frame_sums. So a smoothing of 1 s at steps of 1 s gives means by the second, weighted as in a scene's
share. Frames of other scenes have no part in it, and a part without a usable face of its own has no point: the curve
is never drawn over a gap. A scene's own number stays its share over all its frames.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .frame_sums import Floats, FrameSums, Ints

_ROUNDING = 1e-6
"""Seconds by which the same time may differ, computed in two ways."""


@dataclass(frozen=True, slots=True)
class Curve:
    """Points, ascending; after each scene's last one a row of NaN, so that no line joins two scenes."""

    seconds: Floats
    """(n,)"""
    shares: Floats
    """(n, k); NaN in gaps."""


def share_curve(sums: FrameSums, starts: Floats, ends: Floats, first: int, *, step: float, smoothing: float) -> Curve:
    """The curve over neighbouring scenes from `starts` to `ends` (seconds); `first` is the index of the first of them.

    `smoothing` and `step` are seconds; a smoothing below the step is the step.
    """
    parts = np.maximum(np.ceil((ends - starts) / step - 1e-9), 1).astype(np.int64)
    scene = np.repeat(np.arange(len(starts)), parts)
    number = np.arange(len(scene)) - np.repeat(np.cumsum(parts) - parts, parts)
    begin = starts[scene] + number * step
    end = np.minimum(begin + step, ends[scene])
    middle = (begin + end) / 2
    of_scene = np.searchsorted(sums.scenes, np.arange(first, first + len(starts) + 1))
    inside = [np.searchsorted(sums.seconds, edge - _ROUNDING) for edge in (begin, end)]
    with_faces = np.concatenate([[0], np.cumsum(sums.faces > 0)])
    half = max(smoothing, step) / 2
    around = [
        _bounded(np.searchsorted(sums.seconds, edge - _ROUNDING), of_scene, scene)
        for edge in (middle - half, middle + half)
    ]
    shares = sums.shares(*around)
    shares[with_faces[inside[1]] == with_faces[inside[0]]] = np.nan
    last = np.flatnonzero(np.diff(scene, append=-1))  # of each scene
    return Curve(np.insert(middle, last + 1, ends[scene[last]]), np.insert(shares, last + 1, np.nan, axis=0))


def _bounded(index: Ints, of_scene: Ints, scene: Ints) -> Ints:
    """Indices of frames, no further than their scene's first and last."""
    return np.clip(index, of_scene[scene], of_scene[scene + 1])
