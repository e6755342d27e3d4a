"""The combined detector: hard cuts, fades and dissolves from a film's stored scores, all frames at once.

Each kind has its own evidence:

- A **hard cut** is one step between two frames that stands out from the steps around it, by content (as PySceneDetect's
  adaptive detector asks), layout, luma histogram and perceptual hash together. It is none if the picture comes back
  within a few frames (a flash), or if the step is only part of a longer way (a fade, a dissolve).
- A **fade** runs into black or white and out of it again, as PySceneDetect's threshold detector has it; the picture
  must become plain too, so that a night scene is none.
- A **dissolve** from A to B passes through their mean. With M the picture midway,

      r = |M - (A + B) / 2|² / |(A - B) / 2|²

  is 0 in a dissolve, 1 about a hard cut and mostly above where the picture moves. It is asked over several spans at
  once, since a dissolve shorter or longer than the span still shows. That mixing is linear and that contrast sags
  midway is the classical model (Hampapur, Jain & Weymouth 1994; Lienhart 1999).

Weights and thresholds were settled on spliced films: `python -m tests.benchmarks.cuts`.
"""

from __future__ import annotations

from bisect import bisect, insort
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .observations import Scores

Floats = NDArray[np.float64]

SPANS = {6: 0.9, 8: 0.9, 12: 0.9, 16: 1.0, 24: 1.0, 32: 1.1, 48: 1.3, 64: 1.5, 96: 1.6}
"""Frames from A to B at which a dissolve is looked for, and the weight of what is seen: the longer ones count for more,
since fewer of them reach over all of a long dissolve."""

FLASH = 5
"""A picture that is back after so many frames was interrupted, not cut."""

SAME, SUDDEN = 0.5, 0.5
"""Back is a picture that came nearer again than this share of the step. A step is sudden if it is at least this share
of the way that the picture goes in five frames about it."""

FLOOR, PLAIN = 6.0, 3.0
"""Contrast (standard deviation of the layout, levels) below which likeness would be that of noise; and below which
there is nothing in the picture."""

BLACK, WHITE = 16.0, 225.0
"""A plain picture is black below the one mean luma, white above the other."""

HARD, DISSOLVE = 10.5, 1.1
"""Evidence that makes a cut at threshold 1."""


Kind = Literal["hard", "fade", "dissolve"]


@dataclass(frozen=True, slots=True)
class Transition:
    """A possible cut."""

    kind: Kind
    frame: int
    """First frame of the new shot; of a fade or dissolve its middle."""
    strength: float
    """1 at the default threshold."""
    reach: int
    """Frames to either side that belong to it; 0 for a hard cut."""


def cuts(scores: Scores, threshold: float, min_scene_frames: int) -> list[int]:
    """First frames of the shots after the first, ascending; `threshold` is 1 by default, lower finds more.

    Neither the first shot nor one between two cuts is shorter than `min_scene_frames`. Hard cuts stand before fades and
    these before dissolves; within a kind the stronger one stays. `scores` must have layouts.
    """
    if len(scores) < 2:
        return []
    layouts = _Layouts(scores.layout)
    hard = _hard_cuts(scores, layouts, min(FLASH, min_scene_frames - 1), threshold)
    kept: list[Transition] = []  # ascending
    widest = 0
    for kind in (hard, _fades(layouts), _dissolves(layouts, threshold)):
        for one in sorted(kind, key=lambda t: (-t.strength, t.frame)):
            if one.strength < threshold or one.frame < min_scene_frames:
                continue
            far = max(min_scene_frames, one.reach + widest + 1)
            near = slice(*(bisect(kept, one.frame + side, key=_frame) for side in (-far, far)))
            if all(abs(one.frame - other.frame) >= _room(one, other, min_scene_frames) for other in kept[near]):
                insort(kept, one, key=_frame)
                widest = max(widest, one.reach)
    return [t.frame for t in kept]


def _frame(transition: Transition) -> int:
    return transition.frame


def _room(one: Transition, other: Transition, min_scene_frames: int) -> int:
    """How far apart two cuts must be."""
    kinds = {one.kind, other.kind}
    if kinds == {"dissolve", "fade"}:
        return max(min_scene_frames, one.reach + other.reach + 1)
    # Each fade has a black of its own, and no step in it is sudden; a dissolve may be seen twice.
    return max(min_scene_frames, one.reach, other.reach) if "dissolve" in kinds else min_scene_frames


class _Layouts:
    """The layouts as vectors about their own mean, and how they go together over a number of frames."""

    def __init__(self, layout: NDArray[np.uint8]) -> None:
        self._vectors = layout.astype(np.float32)
        self.means = self._vectors.mean(axis=1, dtype=np.float64)
        self._vectors -= self.means[:, None].astype(np.float32)
        self.fields = layout.shape[1]
        self._products: dict[int, Floats] = {}

    def __len__(self) -> int:
        return len(self._vectors)

    @cached_property
    def contrast(self) -> Floats:
        """(n,): standard deviation, levels."""
        deviation: Floats = np.sqrt(self.product(0) / self.fields)
        return deviation

    @cached_property
    def length(self) -> Floats:
        """(n,): of the vectors, but never that of noise."""
        length: Floats = np.maximum(self.contrast, FLOOR) * np.sqrt(self.fields)
        return length

    def product(self, frames: int) -> Floats:
        """(n - frames,): of each layout with the one `frames` later; empty for a shorter film."""
        if frames not in self._products:
            end = max(0, len(self) - frames)
            found = np.einsum("ij,ij->i", self._vectors[:end], self._vectors[frames:])
            self._products[frames] = found.astype(np.float64)
        return self._products[frames]

    def unlike(self, frames: int) -> Floats:
        """(n - frames,): 1 - the correlation with the layout `frames` later, 0 to 2."""
        end = max(0, len(self) - frames)
        return 1 - self.product(frames) / (self.length[:end] * self.length[frames:])

    def could_be_same(self, index: int, frames: int) -> bool:
        """Whether the picture `frames` after `index` may be of the same shot, as that moves before and after."""

        def unlike(first: int) -> float:
            if not 0 <= first < len(self) - frames:
                return 0.0
            product = self._vectors[first] @ self._vectors[first + frames]
            return 1 - float(product) / float(self.length[first] * self.length[first + frames])

        return unlike(index) <= max(0.35, 0.1 + 1.5 * max(unlike(index - frames), unlike(index + frames)))

    def apart(self, frames: int) -> Floats:
        """(n - frames,): distance to the layout `frames` later, root mean square of levels."""
        end, squares = max(0, len(self) - frames), self.product(0)
        shape = np.maximum(squares[:end] + squares[frames:] - 2 * self.product(frames), 0) / self.fields
        distance: Floats = np.sqrt(shape + (self.means[frames:] - self.means[:end]) ** 2)
        return distance


def _hard_cuts(scores: Scores, layouts: _Layouts, flash: int, threshold: float) -> list[Transition]:
    """A picture that is back within `flash` frames was never cut; nor is a cut known that near to the film's end."""
    apart = {k: layouts.apart(k) for k in range(1, FLASH + 2)}
    step = _of_each_frame(apart[1])
    unlike = _of_each_frame(layouts.unlike(1))
    content = np.log(scores.content + 1)
    over_mean = content - np.log(_about(scores.content, 2).mean(axis=0) + 1)
    over_largest = content - np.log(_about(scores.content, 3).max(axis=0) + 1)
    layout = np.log((unlike + 0.01) / (_about(unlike, 3).max(axis=0) + 0.01))
    evidence = 2 * over_mean + over_largest + 3 * layout + 2 * np.minimum(unlike, 1)
    evidence = (evidence + 7 * np.minimum(1 - scores.histogram, 1) + 6 * scores.hash) / HARD
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
            found.append(Transition("hard", frame, float(evidence[frame]), 0))
    return found


def _fades(layouts: _Layouts) -> list[Transition]:
    """Runs of black or white that the picture sinks into and rises from gradually."""
    contrast = layouts.contrast
    found = []
    for plain in (layouts.means < BLACK, layouts.means > WHITE):
        edges = np.flatnonzero(np.diff(np.r_[False, plain & (contrast < PLAIN), False])).reshape(-1, 2)
        for first, end in edges.tolist():
            before, after = contrast[max(0, first - 12) : first][::-1], contrast[end : end + 12]
            if min(len(before), len(after)) < 3:
                continue
            # Two frames off, a fade has not come far; what was cut has all its contrast.
            if before[1] <= 0.6 * before.max() and after[1] <= 0.6 * after.max():
                strength = min(before.max(), after.max()) / FLOOR
                slope = max(_climb(contrast[max(0, first - 72) : first][::-1]), _climb(contrast[end : end + 72]))
                found.append(Transition("fade", (first + end) // 2, float(strength), (end - first) // 2 + slope))
    return found


def _climb(contrast: Floats) -> int:
    """For how many frames contrast goes on rising, but for the small change that movement makes."""
    return int(np.argmax(np.r_[contrast < 0.93 * np.maximum.accumulate(contrast), True]))


def _dissolves(layouts: _Layouts, threshold: float) -> list[Transition]:
    by_span = np.stack([weight * _mixed(layouts, span) for span, weight in SPANS.items()])
    evidence = by_span.sum(axis=0) / DISSOLVE
    highest = np.pad(sliding_window_view(evidence, 7).max(axis=1), 3) if len(evidence) >= 7 else evidence
    found = []
    for frame in np.flatnonzero((evidence >= threshold) & (evidence == highest)).tolist():
        # The shortest span that sees about all of it is its length.
        spans = by_span[:, frame]
        length = tuple(SPANS)[int(np.argmax(spans >= 0.8 * spans.max()))]
        found.append(Transition("dissolve", frame, float(evidence[frame]), length // 2 + 2))
    return found


def _mixed(layouts: _Layouts, span: int) -> Floats:
    """(n,), 0 to 1: how much the picture half a `span` before and the one half a span after are mixed in each frame."""
    count, half = len(layouts), span // 2
    mixed = np.zeros(count)
    if count <= span:
        return mixed
    squares, near, far = layouts.product(0), layouts.product(half), layouts.product(span)
    a, m, b = slice(0, count - span), slice(half, count - half), slice(span, count)
    am, mb = near[: count - span], near[half:]
    gap = (squares[a] + squares[b] - 2 * far) / 4
    rest = squares[m] + (squares[a] + squares[b] + 2 * far) / 4 - am - mb
    straight = np.clip(1 - rest / np.maximum(gap, layouts.fields), 0, 1)
    length = layouts.length
    unlike = 1 - far / (length[a] * length[b])
    # Where M is A or B but for its gain, the light has changed and not the picture.
    neither = 1 - np.maximum(am / (length[a] * length[m]), mb / (length[b] * length[m]))
    lit = np.clip(neither / (0.12 * np.maximum(unlike, 0.05)), 0, 1)
    something = np.minimum(layouts.contrast[a], layouts.contrast[b]) > FLOOR
    # Contrast sags to about 0.7 midway; where it is all but gone, M is a flash or a picture of its own.
    something &= squares[m] > 0.1 * (squares[a] + squares[b])
    mixed[m] = np.where(something & (unlike > 0.25), lit * np.minimum(unlike, 1) * straight, 0)
    return mixed


def _about(values: Floats, frames: int) -> Floats:
    """(2 * frames, n): each frame's neighbours up to `frames` away, 0 beyond the film."""
    padded = np.pad(values, frames)
    return np.stack([padded[i : i + len(values)] for i in range(2 * frames + 1) if i != frames])


def _of_each_frame(steps: Floats) -> Floats:
    """Steps between frames, each told of the later one; the first frame has none."""
    return np.concatenate([[0.0], steps])
