"""Hard cuts: one step between two frames that stands out from the steps around it.

The odds of a cut are a logistic regression on how far the step exceeds the steps around it (in content, as in
PySceneDetect's adaptive detector, and in layout), on the dissimilarity of the pictures, their luma histograms and
perceptual hashes, and on how much of the picture changed: nearly all at a cut, a part in a gesture or title. A step is
no cut if the picture returns (a flash, lightning), or if it is part of a longer change (a fade, a dissolve).
"""

from __future__ import annotations

import numpy as np

from ...observations import Scores
from .layouts import Floats, Layouts
from .transition import Transition

FLASH = 5
"""A picture that returns within so many frames was interrupted, not cut."""

RETURN_SHARE, SUDDEN_SHARE = 0.5, 0.5
"""A picture has returned if its distance is at most RETURN_SHARE of the step. A step is sudden if it is at least
SUDDEN_SHARE of the change over the five frames around it."""

NEAR, AROUND = 2, 12
"""Frames to either side whose steps a cut exceeds: their mean, and the largest of them."""

WEIGHTS = {
    "over mean": 1.23,
    "over largest": 1.2,
    "dissimilarity": 1.64,
    "dissimilarity over largest": 0.65,
    "histogram": 1.93,
    "hash": 4.85,
    "changed": 2.51,
    "outstanding": 4.33,
}
"""Log-odds of a cut by each measure, and BIAS: fitted on 550 cuts and 1,900 steps that are none."""
BIAS, PER_STRENGTH = -9.24, 6.0
"""Log-odds of a step where every measure is 0; log-odds in one unit of strength."""

SAME_PICTURE = 0.015
"""Highest 1 - correlation of two layouts of the same picture, perhaps in another light."""

CHANGED = 3
"""A cell changed if it differs by more than so many levels."""

LIGHT_SHARE, LIGHT_FRAMES = 0.9, 72
"""A step is a light if it makes this share of the picture brighter, or darker; it is no cut if the light goes within
LIGHT_FRAMES (three seconds of film)."""


def find_hard_cuts(scores: Scores, layouts: Layouts, flash: int, threshold: float) -> list[Transition]:
    """The hard cuts of a film, ascending.

    A picture that returns within `flash` frames is no cut. None is found within `flash` frames of the film's end.
    """
    strength = _strengths(scores, layouts, threshold)
    dissimilarity = _per_frame(layouts.dissimilarities(1))
    candidates = np.flatnonzero((strength >= threshold) & (dissimilarity > SAME_PICTURE))
    distances = {k: layouts.distances(k) for k in range(1, FLASH + 2)}
    step = _per_frame(distances[1])
    cuts = []
    for frame in candidates[(candidates > 0) & (candidates < len(scores) - flash)].tolist():
        # Over spans of a few frames that include the step: does the picture of one side return on the other?
        spans = [(k, i) for k in range(2, flash + 2) for i in (frame - 1, frame - k) if 0 <= i < len(scores) - k]
        if any(distances[k][i] <= RETURN_SHARE * step[frame] and layouts.may_be_same_shot(i, k) for k, i in spans):
            continue
        change = distances[5][frame - 3] if 3 <= frame < len(scores) - 2 else step[frame]
        if step[frame] >= SUDDEN_SHARE * change and not _is_light(layouts, frame, float(step[frame])):
            cuts.append(Transition("hard", frame, frame, frame, True, float(strength[frame])))
    return cuts


def _strengths(scores: Scores, layouts: Layouts, threshold: float) -> Floats:
    """(n,): 1 at even odds; 0 where the step is below `threshold` whatever share of the picture changed."""
    content = np.log(scores.content + 1)
    dissimilarity = _per_frame(layouts.dissimilarities(1))
    largest = _neighbours(dissimilarity, AROUND).max(axis=0)
    odds = (
        BIAS
        + WEIGHTS["over mean"] * (content - np.log(_neighbours(scores.content, NEAR).mean(axis=0) + 1))
        + WEIGHTS["over largest"] * (content - np.log(_neighbours(scores.content, AROUND).max(axis=0) + 1))
        + WEIGHTS["dissimilarity"] * np.minimum(dissimilarity, 1)
        + WEIGHTS["dissimilarity over largest"] * np.log((dissimilarity + 0.01) / (largest + 0.01))
        + WEIGHTS["histogram"] * np.minimum(1 - scores.histogram, 1)
        + WEIGHTS["hash"] * scores.hash
    )
    lowest = PER_STRENGTH * (threshold - 1)
    for frame in np.flatnonzero(odds >= lowest - WEIGHTS["changed"] - WEIGHTS["outstanding"]).tolist():
        changed, outstanding = _changed_shares(layouts, frame)
        odds[frame] += WEIGHTS["changed"] * changed + WEIGHTS["outstanding"] * outstanding
    return np.where(odds >= lowest, 1 + odds / PER_STRENGTH, 0.0)


def _changed_shares(layouts: Layouts, frame: int) -> tuple[float, float]:
    """Shares of the cells that the step to `frame` changed, and that it changed more than twice any step nearby."""
    first = max(0, frame - 4)
    steps = np.abs(np.diff(layouts.cells[first : frame + 4].astype(np.int16), axis=0))
    at = frame - 1 - first
    if at < 0:
        return 0.0, 0.0
    others = np.delete(steps, at, axis=0).max(axis=0, initial=0)
    return float((steps[at] > CHANGED).mean()), float((steps[at] > 2 * others + 2).mean())


def _is_light(layouts: Layouts, frame: int, step: float) -> bool:
    """Whether a step brightens or darkens nearly all of the picture, which is as before within LIGHT_FRAMES."""
    change = layouts.cells[frame].astype(np.int16) - layouts.cells[frame - 1]
    if abs(float(np.sign(change).mean())) < LIGHT_SHARE or layouts.dissimilarity_of(frame - 1, frame) > 0.4:
        return False
    sides = (
        (frame - 1, slice(frame + 1, frame + LIGHT_FRAMES)),
        (frame, slice(max(0, frame - LIGHT_FRAMES), frame - 1)),
    )
    for origin, near in sides:
        distances = layouts.distances_to(near, origin)
        if len(distances) and distances.min() <= 0.35 * step:
            return True
    return False


def _neighbours(values: Floats, frames: int) -> Floats:
    """(2 * frames, n): values of each frame's neighbours up to `frames` away, 0 outside the film."""
    padded = np.pad(values, frames)
    return np.stack([padded[i : i + len(values)] for i in range(2 * frames + 1) if i != frames])


def _per_frame(steps: Floats) -> Floats:
    """(n,): each step between frames at the later frame; 0 at the first frame."""
    return np.concatenate([[0.0], steps])
