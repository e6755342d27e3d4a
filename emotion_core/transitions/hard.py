"""Hard cuts: one step between two frames that stands out from the steps around it.

By content (as PySceneDetect's adaptive detector asks), layout, luma histogram and perceptual hash together. It is none if the picture comes back
  within a few frames (a flash), or if the step is only part of a longer way (a fade, a dissolve).
"""

from __future__ import annotations

import numpy as np

from ..observations import Scores
from .layouts import Floats, Layouts
from .transition import Transition

FLASH = 5
"""A picture that is back after so many frames was interrupted, not cut."""

SAME, SUDDEN = 0.5, 0.5
"""Back is a picture that came nearer again than this share of the step. A step is sudden if it is at least this share
of the way that the picture goes in five frames about it."""

EVIDENCE = 10.5
"""Evidence that makes a cut at threshold 1."""


def hard_cuts(scores: Scores, layouts: Layouts, flash: int, threshold: float) -> list[Transition]:
    """A picture that is back within `flash` frames was never cut; nor is a cut known that near to the film's end."""
    apart = {k: layouts.apart(k) for k in range(1, FLASH + 2)}
    step = _of_each_frame(apart[1])
    unlike = _of_each_frame(layouts.unlike(1))
    content = np.log(scores.content + 1)
    over_mean = content - np.log(_about(scores.content, 2).mean(axis=0) + 1)
    over_largest = content - np.log(_about(scores.content, 3).max(axis=0) + 1)
    layout = np.log((unlike + 0.01) / (_about(unlike, 3).max(axis=0) + 0.01))
    evidence = 2 * over_mean + over_largest + 3 * layout + 2 * np.minimum(unlike, 1)
    evidence = (evidence + 7 * np.minimum(1 - scores.histogram, 1) + 6 * scores.hash) / EVIDENCE
    # A lone step in a calm picture is a cut however alike the shots: five times the mean about it, and so on.
    alone = (over_mean > 1.6) & (over_largest > 0.9) & (layout > 0.7) & (unlike > 0.03)
    evidence = np.where(alone, np.maximum(evidence, 1), evidence)
    seen = np.flatnonzero((evidence >= threshold) & (unlike > 0.015))
    seen = seen[(seen > 0) & (seen < len(scores) - flash)]
    found = []
    for frame in seen.tolist():
        # Over spans of a few frames that include the step: is the picture on one side that on the other side again?
        around = [(k, i) for k in range(2, flash + 2) for i in (frame - 1, frame - k) if 0 <= i < len(scores) - k]
        if any(apart[k][i] <= SAME * step[frame] and layouts.could_be_same(i, k) for k, i in around):
            continue
        way = apart[5][frame - 3] if 3 <= frame < len(scores) - 2 else step[frame]
        if step[frame] >= SUDDEN * way:
            found.append(Transition("hard", frame, frame, frame, True, float(evidence[frame])))
    return found


def _about(values: Floats, frames: int) -> Floats:
    """(2 * frames, n): each frame's neighbours up to `frames` away, 0 beyond the film."""
    padded = np.pad(values, frames)
    return np.stack([padded[i : i + len(values)] for i in range(2 * frames + 1) if i != frames])


def _of_each_frame(steps: Floats) -> Floats:
    """Steps between frames, each told of the later one; the first frame has none."""
    return np.concatenate([[0.0], steps])
