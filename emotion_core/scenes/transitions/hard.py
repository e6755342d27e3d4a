"""Hard cuts: one step between two frames that stands out from the steps around it.

Asked of the step: how far it exceeds those near it (in content, as PySceneDetect's adaptive detector asks, and in
layout), how unlike the pictures, their luma histograms and perceptual hashes are, and how much of the picture changed:
of a cut nearly all, of a gesture or a title a part. The odds are a logistic regression on these. It is none if the
picture comes back (a flash, lightning), or if the step is only part of a longer way (a fade, a dissolve).
"""

from __future__ import annotations

import numpy as np

from ...observations.observations import Scores
from .layouts import Floats, Layouts
from .transition import Transition

FLASH = 5
"""A picture that is back after so many frames was interrupted, not cut."""

SAME, SUDDEN = 0.5, 0.5
"""Back is a picture that came nearer again than this share of the step. A step is sudden if it is at least this share
of the way that the picture goes in five frames about it."""

NEAR, AROUND = 2, 12
"""Frames to either side whose steps a cut exceeds: their mean, and the largest of them."""

ODDS = {
    "over mean": 1.23,
    "over largest": 1.2,
    "unlike": 1.64,
    "unlike over largest": 0.65,
    "histogram": 1.93,
    "hash": 4.85,
    "changed": 2.51,
    "stirred": 4.33,
}
"""Log-odds of a cut by each measure, and EVEN for none: settled on 550 cuts and 1,900 steps that are none."""
EVEN, PER_STRENGTH = -9.24, 6.0
"""Log-odds of a step with nothing to show, and log-odds in one unit of strength."""

LIKE = 0.015
"""1 - the correlation of two layouts up to which they are the same picture, in another light perhaps."""

CHANGED = 3
"""A field changed if it differs by more than so many levels."""

LIT, BACK = 0.9, 72
"""A step is a light if it makes so much of the picture brighter, or darker; it is none if it goes within so many frames
(three seconds of film)."""


def hard_cuts(scores: Scores, layouts: Layouts, flash: int, threshold: float) -> list[Transition]:
    """A picture that is back within `flash` frames was never cut; nor is a cut known that near to the film's end."""
    strength = _strengths(scores, layouts, threshold)
    unlike = _of_each_frame(layouts.unlike(1))
    seen = np.flatnonzero((strength >= threshold) & (unlike > LIKE))
    apart = {k: layouts.apart(k) for k in range(1, FLASH + 2)}
    step = _of_each_frame(apart[1])
    found = []
    for frame in seen[(seen > 0) & (seen < len(scores) - flash)].tolist():
        # Over spans of a few frames that include the step: is the picture on one side that on the other side again?
        around = [(k, i) for k in range(2, flash + 2) for i in (frame - 1, frame - k) if 0 <= i < len(scores) - k]
        if any(apart[k][i] <= SAME * step[frame] and layouts.could_be_same(i, k) for k, i in around):
            continue
        way = apart[5][frame - 3] if 3 <= frame < len(scores) - 2 else step[frame]
        if step[frame] >= SUDDEN * way and not _is_light(layouts, frame, float(step[frame])):
            found.append(Transition("hard", frame, frame, frame, True, float(strength[frame])))
    return found


def _strengths(scores: Scores, layouts: Layouts, threshold: float) -> Floats:
    """(n,): 1 where a step is about as likely a cut as not; 0 where it is none at `threshold` whatever changed."""
    content = np.log(scores.content + 1)
    unlike = _of_each_frame(layouts.unlike(1))
    odds = (
        EVEN
        + ODDS["over mean"] * (content - np.log(_neighbours(scores.content, NEAR).mean(axis=0) + 1))
        + ODDS["over largest"] * (content - np.log(_neighbours(scores.content, AROUND).max(axis=0) + 1))
        + ODDS["unlike"] * np.minimum(unlike, 1)
        + ODDS["unlike over largest"] * np.log((unlike + 0.01) / (_neighbours(unlike, AROUND).max(axis=0) + 0.01))
        + ODDS["histogram"] * np.minimum(1 - scores.histogram, 1)
        + ODDS["hash"] * scores.hash
    )
    least = PER_STRENGTH * (threshold - 1)
    for frame in np.flatnonzero(odds >= least - ODDS["changed"] - ODDS["stirred"]).tolist():
        changed, stirred = _changed(layouts, frame)
        odds[frame] += ODDS["changed"] * changed + ODDS["stirred"] * stirred
    return np.where(odds >= least, 1 + odds / PER_STRENGTH, 0.0)


def _changed(layouts: Layouts, frame: int) -> tuple[float, float]:
    """Of a frame's fields, the share that the step to it changed, and that it stirred more than twice any step near."""
    first = max(0, frame - 4)
    steps = np.abs(np.diff(layouts.cells[first : frame + 4].astype(np.int16), axis=0))
    at = frame - 1 - first
    if at < 0:
        return 0.0, 0.0
    others = np.delete(steps, at, axis=0).max(axis=0, initial=0)
    return float((steps[at] > CHANGED).mean()), float((steps[at] > 2 * others + 2).mean())


def _is_light(layouts: Layouts, frame: int, step: float) -> bool:
    """Whether a step makes the picture brighter or darker all over, and it is as before within BACK frames."""
    change = layouts.cells[frame].astype(np.int16) - layouts.cells[frame - 1]
    if abs(float(np.sign(change).mean())) < LIT or layouts.unlike_at(frame - 1, frame) > 0.4:
        return False
    for there, near in ((frame - 1, slice(frame + 1, frame + BACK)), (frame, slice(max(0, frame - BACK), frame - 1))):
        back = layouts.distances(near, there)
        if len(back) and back.min() <= 0.35 * step:
            return True
    return False


def _neighbours(values: Floats, frames: int) -> Floats:
    """(2 * frames, n): each frame's neighbours up to `frames` away, 0 beyond the film."""
    padded = np.pad(values, frames)
    return np.stack([padded[i : i + len(values)] for i in range(2 * frames + 1) if i != frames])


def _of_each_frame(steps: Floats) -> Floats:
    """Steps between frames, each told of the later one; the first frame has none."""
    return np.concatenate([[0.0], steps])
