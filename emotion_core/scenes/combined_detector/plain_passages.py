"""Passages through a plain picture: fades, cuts to black, white-outs, title cards.

A plain picture is one level all over, or black or white with lettering on it. The picture reaches it and leaves it by a
step or a slope. The shots on both sides must differ; else it was a flash, a strobe, a lamp switched off or the camera's
exposure. A plain picture that lasts is a shot by itself.
"""

from __future__ import annotations

import math
from bisect import bisect
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .layouts import FLOOR, Floats, Layouts
from .transition import Transition

FLAT = 3.0
"""Contrast (standard deviation of the layout, levels) below which a picture has no content."""

BLACK, WHITE = 16, 225
"""The ground of a title card is darker than BLACK or brighter than WHITE."""

GROUND_SHARE = 0.6
"""Smallest share of a title card's cells that are its ground, all of one level give or take one. A title of two lines
leaves 0.65; a full page of credits leaves less and counts as an ordinary picture."""

STEP_SHARE = 0.6
"""Smallest share of the change over six frames that one step must make."""

MAX_SLOPE_FRAMES = 150
"""Frames over which a slope is followed."""

END_PACE = 0.35
"""A slope ends where its pace falls below this share of its mean pace."""

QUICK_FRAMES = 3
"""Frames within which a flash comes."""

MAX_FADE_DISSIMILARITY = 0.25
"""Highest 1 - correlation of a fading picture halfway with itself in full. The white-out of the trailer has 0.0."""

STROBE_FRAMES, STROBE_GAP = 5, 18
"""Three plain stretches of up to STROBE_FRAMES within STROBE_GAP frames of each other are a strobe."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive plain pictures."""

    first: int
    end: int
    """Exclusive."""
    ground: int
    """Level of most cells in the plainest picture."""
    still: int
    """Frames at that level, without the ends of the slopes."""

    @property
    def is_bright(self) -> bool:
        return self.ground > 128

    @property
    def is_grey(self) -> bool:
        """Neither black nor white; it may also be a wall or the sky."""
        return BLACK < self.ground < WHITE


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a shot ends in a plain stretch, or begins from it."""

    boundary: int
    """The cut, if it lies here: the first frame after a step; in a slope, where a quarter of the shot is left."""
    half: int
    """Frame at which half of the shot is left; next to a step the shot's nearest frame."""
    far: int
    """The shot's frame at the slope's far end, or next to a step."""
    is_step: bool
    rise: float
    """Distance from the plain picture to frame `far`, levels."""

    @property
    def strength(self) -> float:
        return math.sqrt(self.rise / (FLAT if self.is_step else FLOOR))


def find_passages(
    layouts: Layouts, shot_frames: int, hard_cuts: list[int]
) -> tuple[list[Transition], NDArray[np.bool_], NDArray[np.bool_]]:
    """Transitions through plain pictures, and masks (n,) of frames that can be no hard cut, and no dissolve.

    `hard_cuts` are the first frames of possible hard cuts, ascending. A stretch that is still for `shot_frames` is a
    shot with a transition at either end.
    """
    no_cut = np.zeros(len(layouts), dtype=bool)
    no_dissolve = np.zeros(len(layouts), dtype=bool)
    transitions: list[Transition] = []
    stretches = _stretches(layouts)
    strobes = _strobes(stretches)
    for stretch in stretches:
        first, end = stretch.first, stretch.end
        into = _edge(layouts, first - 1, -1, hard_cuts) if first > 0 else None
        out = _edge(layouts, end, 1, hard_cuts) if end < len(layouts) else None
        if stretch.is_grey and not all(edge and _is_fade(layouts, edge) for edge in (into, out)):
            continue
        start = first if into is None else into.far + 1
        stop = end if out is None else out.far
        is_shot = stretch.still >= shot_frames
        if not is_shot:
            no_cut[first : end + 1] = no_dissolve[first : end + 1] = True
        for edge, near in ((into, first), (out, end)):
            if edge is None:
                continue
            _mask(no_cut, near, edge.half)
            _mask(no_dissolve, near, edge.far + (edge.far - near) // 4)
            if is_shot:
                span = (start, near) if edge is into else (near, stop)
                transitions.append(Transition("plain", edge.boundary, *span, edge.is_step, edge.strength))
        if is_shot or into is None or out is None:
            continue
        if stretch not in strobes and not _continues(layouts, stretch, into, out):
            is_exact = into.is_step != out.is_step
            frame = (into if into.is_step else out).boundary if is_exact else (first + end + 1) // 2
            transitions.append(Transition("plain", frame, start, stop, is_exact, min(into.strength, out.strength)))
    return transitions, no_cut, no_dissolve


def _mask(frames: NDArray[np.bool_], a: int, b: int) -> None:
    """Set the frames from `a` to `b`, inclusive, in either order."""
    frames[max(0, min(a, b)) : max(a, b) + 1] = True


def _stretches(layouts: Layouts) -> list[Stretch]:
    middle = layouts.cell_count // 2
    ground = np.partition(layouts.cells, middle, axis=1)[:, middle].astype(np.int16)
    near = np.abs(layouts.cells - ground[:, None]) <= 1
    card = (near.mean(axis=1) >= GROUND_SHARE) & ((ground < BLACK) | (ground > WHITE))
    plain = card | (layouts.contrast < FLAT)
    edges = np.flatnonzero(np.diff(np.r_[False, plain, False])).reshape(-1, 2).tolist()
    stretches = []
    for first, end in edges:
        plainest = first + int(np.argmin(layouts.contrast[first:end]))
        same = np.abs(ground[first:end] - ground[plainest]) <= 1
        # Without lettering the mean shows a slope's end more finely.
        even = np.abs(layouts.means[first:end] - layouts.means[plainest]) <= 0.7
        still = same & (even | (layouts.contrast[first:end] >= FLAT))
        stretches.append(Stretch(first, end, int(ground[plainest]), int(still.sum())))
    return stretches


def _strobes(stretches: list[Stretch]) -> set[Stretch]:
    """Short stretches of one kind in rapid succession."""
    strobes: set[Stretch] = set()
    for is_bright in (False, True):
        short = [s for s in stretches if s.is_bright == is_bright and s.end - s.first <= STROBE_FRAMES]
        for a, b, c in zip(short, short[1:], short[2:], strict=False):
            if c.first - a.first <= 2 * STROBE_GAP:
                strobes.update((a, b, c))
    return strobes


def _edge(layouts: Layouts, index: int, direction: int, hard_cuts: list[int]) -> Edge:
    """The edge of a plain stretch; `index` is the shot's frame next to it, `direction` (1 or -1) leads into the shot.

    The edge ends at the next of `hard_cuts`, except that cuts close to the stretch may be part of it.
    """
    if direction > 0:
        cut = bisect(hard_cuts, index + QUICK_FRAMES)
        frames = slice(index, min(index + MAX_SLOPE_FRAMES, *hard_cuts[cut : cut + 1], len(layouts)))
    else:
        cut = bisect(hard_cuts, index - QUICK_FRAMES)
        frames = slice(max(index - MAX_SLOPE_FRAMES + 1, *hard_cuts[max(0, cut - 1) : cut], 0), index + 1)
    rises = layouts.distances_to(frames, index - direction)[::direction]
    steps = np.diff(rises[:6], prepend=0.0)
    at = int(np.argmax(steps))
    if steps[at] >= STEP_SHARE * rises[:6].max():
        frame = index + direction * at
        return Edge(frame if direction > 0 else frame + 1, frame, frame, True, float(rises[at]))
    top = _top(rises)
    quarter, half, far = (index + direction * int(np.argmax(rises >= share * top)) for share in (0.25, 0.5, 0.95))
    return Edge(quarter, half, far, False, top)


def _top(rises: Floats) -> float:
    """The distance up to which a slope grows at about its mean pace; motion in the shot makes the pace uneven."""
    highest = np.maximum.accumulate(rises)
    for k in range(6, len(rises)):
        w = max(6, k // 2)
        if highest[k] > FLAT and highest[k] - highest[k - w] < END_PACE * w * highest[k] / (k + 1):
            return float(highest[k])
    return float(highest[-1])


def _is_fade(layouts: Layouts, edge: Edge) -> bool:
    """Whether the picture halfway to a plain one is the faded shot; instead the camera may have moved on."""
    return not edge.is_step and layouts.dissimilarity_of(edge.half, edge.far) <= MAX_FADE_DISSIMILARITY


def _continues(layouts: Layouts, stretch: Stretch, into: Edge, out: Edge) -> bool:
    """Whether the shot after the stretch is the one before it."""
    distance = layouts.distances_to(slice(into.far, into.far + 1), out.far)[0]
    if distance > 0.5 * max(into.rise, out.rise):
        return False
    dissimilarity = layouts.dissimilarity_of(into.far, out.far)
    if min(layouts.contrast[into.half], layouts.contrast[out.half]) > FLOOR:
        # The frames at half are closer in time, so less has moved between them.
        dissimilarity = min(dissimilarity, layouts.dissimilarity_of(into.half, out.half))
    frames = stretch.end - stretch.first
    gap = min(out.far - into.far, 24)
    before, after = layouts.dissimilarity_of(into.far - gap, into.far), layouts.dissimilarity_of(out.far, out.far + gap)
    motion = max(before, after)
    comes_quickly = stretch.first - into.far <= QUICK_FRAMES
    goes_quickly = out.far - stretch.end < QUICK_FRAMES
    if not (comes_quickly and (goes_quickly or stretch.is_bright)):
        limit = max(0.1, min(0.2, motion))
    else:
        limit = max(0.35, min(0.5 if frames > 2 * STROBE_FRAMES else 1.0, 0.1 + 1.5 * motion))
    return dissimilarity <= limit
