"""Links the faces of one shot from one sampled frame to the next: which of them are one person's.

Frame by frame each face goes on with a track or begins one. All pairs of tracks and faces have a cost, and the
assignment with the least sum is taken (Kuhn's method, in scipy), as in Bewley and others, "Simple online and realtime
tracking" (2016). A pair above LIMIT is none. The cost is a sum of squares, each in spreads of what it is about:

    place       distance from where the track's motion leads, in face sizes; the spread grows with the time between
    size        logarithm of the ratio of sizes; so does this
    landmarks   root of the mean square of their differences, in face sizes: a head hardly turns at once
    appearance  Hellinger distance of the colour counts (see faces.appearance), left out where one has none

A face moves far between samples of half a second: a walker some five times its width. So the spread of place is wide,
and appearance decides between faces that are both within reach.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from .features import Features, Floats

GAP_SECONDS = 3.0
"""How long a face may not be seen before its track ends.

Measured on 54 spliced shots of five known people (`python -m tests.benchmarks.tracks`), IDF1 by the longest gap: 0.926
at 0.5 s, 0.936 at 1, 0.956 at 1.5, 0.964 at 2, 0.981 at 3, 0.988 at 4 and 6. A longer one gains where one face hides
another for long, and takes more faces for those that were in their place before. Without appearance: 0.975, without
landmarks the same 0.981."""
LIMIT = 14.0
"""Cost from which a face is not the track's."""

PLACE_SPREAD, PLACE_SPREAD_A_SECOND = 0.3, 2.0
"""In face sizes, and what each second adds."""
SIZE_SPREAD, SIZE_SPREAD_A_SECOND = 0.15, 0.4
"""Of the logarithm."""
SHAPE_SPREAD = 0.25
COLOUR_SPREAD = 0.08
"""Of the Hellinger distance, 0 to 1."""
AHEAD_SECONDS = 1.0
"""For how long a track's motion is taken to go on; the spread grows no further after twice that."""
DAMPING = 0.8
"""Share of a track's last motion that goes on."""
MEMORY = 0.6
"""Share of a track's appearance that stays when a face is added."""


@dataclass(slots=True)
class _Open:
    """A track to which faces can be added."""

    faces: list[int]
    """Rows of the features."""
    motion: Floats
    """(2,) a second."""
    colours: NDArray[np.float32]


def link(features: Features, rows: NDArray[np.int64], gap_seconds: float = GAP_SECONDS) -> list[list[int]]:
    """The tracks among the faces at `rows` of the features, which ascend by frame and are all of one shot.

    Tracks are lists of rows, in the order of their first faces.
    """
    done: list[list[int]] = []
    going: list[_Open] = []
    frames = features.frames[rows]
    edges = [0, *(np.flatnonzero(np.diff(frames)) + 1).tolist(), len(rows)]
    for first, last in pairwise(edges):
        here = rows[first:last]
        if not len(here):
            continue
        now = features.seconds[here[0]]
        going = [track for track in going if now - features.seconds[track.faces[-1]] <= gap_seconds + 1e-6]
        taken = _assign(features, going, here)
        for row, track in zip(here.tolist(), taken, strict=True):
            if track is None:
                fresh = _Open([row], np.zeros(2), features.colours[row])
                going.append(fresh)
                done.append(fresh.faces)
            else:
                _add(features, going[track], row)
    return done


def _assign(features: Features, going: list[_Open], here: NDArray[np.int64]) -> list[int | None]:
    """For each of a frame's faces the index of its track; None for a new one."""
    out: list[int | None] = [None] * len(here)
    if not going:
        return out
    costs = _costs(features, going, here)
    if costs.shape == (1, 1):
        return [0 if costs[0, 0] < LIMIT else None]
    from scipy.optimize import linear_sum_assignment  # takes 0.2 seconds to load

    for track, face in zip(*linear_sum_assignment(np.minimum(costs, LIMIT)), strict=True):
        if costs[track, face] < LIMIT:
            out[face] = int(track)
    return out


def _costs(features: Features, going: list[_Open], here: NDArray[np.int64]) -> Floats:
    """(tracks, faces)"""
    last = np.array([track.faces[-1] for track in going])
    passed = (features.seconds[here[0]] - features.seconds[last])[:, None]
    ahead, spread = np.minimum(passed, AHEAD_SECONDS), np.minimum(passed, 2 * AHEAD_SECONDS)
    predicted = features.middles[last] + np.stack([track.motion for track in going]) * ahead * DAMPING
    sizes = np.sqrt(features.sizes[last][:, None] * features.sizes[here])
    away = np.linalg.norm(features.middles[here] - predicted[:, None], axis=2) / sizes
    grown = np.log(features.sizes[here] / features.sizes[last][:, None])
    costs = (away / (PLACE_SPREAD + PLACE_SPREAD_A_SECOND * spread)) ** 2
    costs += (grown / (SIZE_SPREAD + SIZE_SPREAD_A_SECOND * spread)) ** 2
    turned = ((features.shapes[here] - features.shapes[last][:, None]) ** 2).mean(axis=2)
    costs += np.nan_to_num(turned / SHAPE_SPREAD**2)
    colours = np.stack([track.colours for track in going])
    apart = ((features.colours[here] - colours[:, None]) ** 2).sum(axis=2) / 4
    total: Floats = costs + np.nan_to_num(apart / COLOUR_SPREAD**2)
    return total


def _add(features: Features, track: _Open, row: int) -> None:
    before = track.faces[-1]
    passed = max(features.seconds[row] - features.seconds[before], 1e-3)
    track.motion = (features.middles[row] - features.middles[before]) / passed
    track.faces.append(row)
    own = features.colours[row]
    if np.isnan(track.colours[0]):
        track.colours = own
    elif not np.isnan(own[0]):
        track.colours = track.colours * MEMORY + own * (1 - MEMORY)
