"""Passages through a plain picture: fades, cuts to black, white-outs, title cards.

A plain picture is one level all over, or black or white with lettering on it. What leads to it and from it is a step or
a slope. The shots on both sides must differ, else it was a flash, a strobe, a lamp switched off, the camera's exposure.
A plain picture that lasts is a shot of its own.
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
"""Contrast (standard deviation of the layout, levels) below which there is nothing in the picture."""

BLACK, WHITE = 16, 225
"""A card's ground is darker than the one, or brighter than the other."""

GROUND = 0.6
"""Share of a card's fields, at least, that are its ground and all of one level, give or take one. A title of two lines
leaves 0.65, a whole page of credits less: that is a picture like others."""

STEP = 0.6
"""A step is at least this share of the way within six frames."""

LONGEST = 150
"""Frames that a slope is followed."""

SLOWER = 0.35
"""A slope ends where it goes on at less than this share of its mean pace."""

QUICK = 3
"""A flash comes within so many frames."""

SWEPT = 0.25
"""1 - the correlation of a fading picture halfway with itself. The trailer's white-out has 0.0."""

STROBE, WITHIN = 5, 18
"""Of plain stretches of up to so many frames, three within so many frames of each other are a strobe."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Plain pictures one after another."""

    first: int
    end: int
    """Exclusive."""
    ground: int
    """Level of most fields in the plainest of them."""
    still: int
    """Frames of that level: without the ends of the slopes."""

    @property
    def is_bright(self) -> bool:
        return self.ground > 128

    @property
    def is_grey(self) -> bool:
        """Neither black nor white: it may also be a wall or the sky."""
        return BLACK < self.ground < WHITE


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a shot ends in a plain stretch, or begins from it."""

    boundary: int
    """The cut, if it lies here: the first frame after a step; of a slope, where a quarter of the shot is left."""
    half: int
    """Frame at which half of the shot is left; next to a step the shot's own frame."""
    far: int
    """The shot's frame at the slope's far end, or next to a step."""
    is_step: bool
    rise: float
    """Distance from the plain picture to the frame `far`, levels."""

    @property
    def strength(self) -> float:
        return math.sqrt(self.rise / (FLAT if self.is_step else FLOOR))


def passages(
    layouts: Layouts, held: int, hard: list[int]
) -> tuple[list[Transition], NDArray[np.bool_], NDArray[np.bool_]]:
    """Transitions through plain pictures, and the frames (n,) at which no hard cut can be, and no dissolve.

    `hard` are the first frames of what may be hard cuts, ascending. A stretch that is still for `held` frames is a shot
    with a transition at either end.
    """
    no_cut = np.zeros(len(layouts), dtype=bool)
    no_dissolve = np.zeros(len(layouts), dtype=bool)
    found: list[Transition] = []
    stretches = _stretches(layouts)
    strobes = _strobes(stretches)
    for stretch in stretches:
        first, end = stretch.first, stretch.end
        into = _edge(layouts, first - 1, -1, hard) if first > 0 else None
        out = _edge(layouts, end, 1, hard) if end < len(layouts) else None
        if stretch.is_grey and not all(edge and _is_fade(layouts, edge) for edge in (into, out)):
            continue
        start = first if into is None else into.far + 1
        stop = end if out is None else out.far
        is_shot = stretch.still >= held
        if not is_shot:
            no_cut[first : end + 1] = no_dissolve[first : end + 1] = True
        for edge, near in ((into, first), (out, end)):
            if edge is None:
                continue
            _take(no_cut, near, edge.half)
            _take(no_dissolve, near, edge.far + (edge.far - near) // 4)
            if is_shot:
                span = (start, near) if edge is into else (near, stop)
                found.append(Transition("plain", edge.boundary, *span, edge.is_step, edge.strength))
        if is_shot or into is None or out is None:
            continue
        if stretch not in strobes and not _goes_on(layouts, stretch, into, out):
            is_exact = into.is_step != out.is_step
            frame = (into if into.is_step else out).boundary if is_exact else (first + end + 1) // 2
            found.append(Transition("plain", frame, start, stop, is_exact, min(into.strength, out.strength)))
    return found, no_cut, no_dissolve


def _take(frames: NDArray[np.bool_], one: int, other: int) -> None:
    frames[max(0, min(one, other)) : max(one, other) + 1] = True


def _stretches(layouts: Layouts) -> list[Stretch]:
    middle = layouts.fields // 2
    ground = np.partition(layouts.cells, middle, axis=1)[:, middle].astype(np.int16)
    near = np.abs(layouts.cells - ground[:, None]) <= 1
    card = (near.mean(axis=1) >= GROUND) & ((ground < BLACK) | (ground > WHITE))
    plain = card | (layouts.contrast < FLAT)
    edges = np.flatnonzero(np.diff(np.r_[False, plain, False])).reshape(-1, 2).tolist()
    found = []
    for first, end in edges:
        purest = first + int(np.argmin(layouts.contrast[first:end]))
        same = np.abs(ground[first:end] - ground[purest]) <= 1
        # Where no lettering stands, the mean tells a slope's end finer.
        even = np.abs(layouts.means[first:end] - layouts.means[purest]) <= 0.7
        still = same & (even | (layouts.contrast[first:end] >= FLAT))
        found.append(Stretch(first, end, int(ground[purest]), int(still.sum())))
    return found


def _strobes(stretches: list[Stretch]) -> set[Stretch]:
    """Short stretches of one kind that come thick and fast."""
    found: set[Stretch] = set()
    for is_bright in (False, True):
        short = [s for s in stretches if s.is_bright == is_bright and s.end - s.first <= STROBE]
        for one, two, three in zip(short, short[1:], short[2:], strict=False):
            if three.first - one.first <= 2 * WITHIN:
                found.update((one, two, three))
    return found


def _edge(layouts: Layouts, index: int, way: int, hard: list[int]) -> Edge:
    """The edge of a plain stretch: `index` is the shot's frame next to it, `way` (1 or -1) leads into the shot.

    It reaches to the next of the `hard` cuts at most, but for those close by, which may be part of it.
    """
    if way > 0:
        cut = bisect(hard, index + QUICK)
        frames = slice(index, min(index + LONGEST, *hard[cut : cut + 1], len(layouts)))
    else:
        cut = bisect(hard, index - QUICK)
        frames = slice(max(index - LONGEST + 1, *hard[max(0, cut - 1) : cut], 0), index + 1)
    rises = layouts.distances(frames, index - way)[::way]
    steps = np.diff(rises[:6], prepend=0.0)
    at = int(np.argmax(steps))
    if steps[at] >= STEP * rises[:6].max():
        frame = index + way * at
        return Edge(frame if way > 0 else frame + 1, frame, frame, True, float(rises[at]))
    top = _top(rises)
    quarter, half, far = (index + way * int(np.argmax(rises >= share * top)) for share in (0.25, 0.5, 0.95))
    return Edge(quarter, half, far, False, top)


def _top(rises: Floats) -> float:
    """How far the distance goes on growing about as it did until then; what moves in the shot makes it uneven."""
    highest = np.maximum.accumulate(rises)
    for k in range(6, len(rises)):
        w = max(6, k // 2)
        if highest[k] > FLAT and highest[k] - highest[k - w] < SLOWER * w * highest[k] / (k + 1):
            return float(highest[k])
    return float(highest[-1])


def _is_fade(layouts: Layouts, edge: Edge) -> bool:
    """Whether what is left of a shot halfway to a plain picture is that shot; the camera may have moved on instead."""
    return not edge.is_step and layouts.unlike_at(edge.half, edge.far) <= SWEPT


def _goes_on(layouts: Layouts, stretch: Stretch, into: Edge, out: Edge) -> bool:
    """Whether the shot after the stretch is the one before it."""
    apart = layouts.distances(slice(into.far, into.far + 1), out.far)[0]
    if apart > 0.5 * max(into.rise, out.rise):
        return False
    unlike = layouts.unlike_at(into.far, out.far)
    if min(layouts.contrast[into.half], layouts.contrast[out.half]) > FLOOR:
        unlike = min(unlike, layouts.unlike_at(into.half, out.half))  # nearer to each other, so less has moved
    frames = stretch.end - stretch.first
    gap = min(out.far - into.far, 24)
    moved = max(layouts.unlike_at(into.far - gap, into.far), layouts.unlike_at(out.far, out.far + gap))
    comes_quickly = stretch.first - into.far <= QUICK
    goes_quickly = out.far - stretch.end < QUICK
    if not (comes_quickly and (goes_quickly or stretch.is_bright)):
        most = max(0.1, min(0.2, moved))
    else:
        most = max(0.35, min(0.5 if frames > 2 * STROBE else 1.0, 0.1 + 1.5 * moved))
    return unlike <= most
