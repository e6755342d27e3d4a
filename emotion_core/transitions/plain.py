"""Passages through a plain picture: fades, cuts to black, white-outs, title cards.

A plain picture is one level all over, or black or white with lettering on it. What leads to it and from it is a step or
a slope; the shots on both sides must differ, else it was a flash, a lamp switched off, a blink.
"""

from __future__ import annotations

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
"""Share of a card's fields, at least, that are its ground and all of one level, give or take one."""

FLASH = 5
STEP = 0.6
"""A step is at least this share of the way within six frames."""

LONGEST = 150
"""Frames that a slope is followed."""


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a shot ends in a plain picture, or begins from it."""

    frame: int
    """The boundary if it lies here: the first frame after a step, or where a slope is at a quarter."""
    far: int
    """The shot's frame at the slope's far end; next to the plain picture at a step."""
    is_step: bool
    rise: float
    """Distance from the plain picture to the frame `far`, levels."""


def passages(layouts: Layouts, held: int, shortest: int) -> tuple[list[Transition], NDArray[np.bool_]]:
    """Transitions through plain pictures, and the frames (n,) at which no other kind can be."""
    taken = np.zeros(len(layouts) + 1, dtype=bool)
    found: list[Transition] = []
    for first, end in _runs(layouts, shortest):
        into = _edge(layouts, first - 1, -1) if first > 0 else None
        out = _edge(layouts, end, 1) if end < len(layouts) else None
        edges = [edge for edge in (into, out) if edge is not None]
        start = first if into is None else into.far + 1
        stop = end if out is None else out.far
        strength = min((edge.rise for edge in edges), default=0.0) / FLOOR
        alike = into is not None and out is not None and _same(layouts, into, out, first, end)
        if _still(layouts, first, end) >= held:
            for edge in edges:
                span = (start, first) if edge is into else (end, stop)
                found.append(Transition("plain", edge.frame, *span, edge.is_step, edge.rise / FLOOR))
                taken[span[0] : span[1] + 1] = True
            continue
        taken[start : stop + 1] = True
        if into is None or out is None or alike:
            continue
        if into.is_step != out.is_step:
            frame = into.frame if into.is_step else out.frame
        else:
            frame = (first + end + 1) // 2
        found.append(Transition("plain", frame, start, stop, into.is_step != out.is_step, strength))
    return found, taken[:-1]


def _runs(layouts: Layouts, shortest: int) -> list[tuple[int, int]]:
    """First frame and end (exclusive) of each stretch of plain pictures.

    What is lit for less than `shortest` frames between two of them is no shot, and part of the stretch.
    """
    ground = np.partition(layouts.cells, layouts.fields // 2, axis=1)[:, layouts.fields // 2]
    near = np.abs(layouts.cells.astype(np.int16) - ground[:, None].astype(np.int16)) <= 1
    card = (near.mean(axis=1) >= GROUND) & ((ground < BLACK) | (ground > WHITE))
    plain = card | (layouts.contrast < FLAT)
    edges = np.flatnonzero(np.diff(np.r_[False, plain, False])).reshape(-1, 2).tolist()
    return [(first, end) for first, end in edges]


def _still(layouts: Layouts, first: int, end: int) -> int:
    """Frames of a plain stretch whose ground is that of most of it: without the slopes' ends."""
    ground = np.median(layouts.cells[first:end], axis=1)
    return int((np.abs(ground - np.median(ground)) <= 1).sum())


def _edge(layouts: Layouts, index: int, way: int) -> Edge:
    """The edge of a plain stretch: `index` is the shot's frame next to it, `way` (1 or -1) leads into the shot."""
    last = index + way * (LONGEST - 1)
    frames = slice(index, last + 1) if way > 0 else slice(max(0, last), index + 1)
    rises = layouts.distances(frames, index - way)
    if way < 0:
        rises = rises[::-1]
    near = rises[:6]
    steps = np.diff(near, prepend=0.0)
    at = int(np.argmax(steps))
    if steps[at] >= STEP * near.max():
        frame = index + way * at
        return Edge(frame if way > 0 else frame + 1, frame, True, float(rises[at]))
    length = _slope(rises)
    quarter = int(np.argmax(rises >= rises[length] / 4))
    return Edge(index + way * quarter, index + way * length, False, float(rises[length]))


def _slope(rises: Floats) -> int:
    """Frames for which the distance goes on growing about as it did until then, by steps that no cut makes."""
    for k in range(6, len(rises)):
        w = max(6, k // 3)
        if rises[k] > FLAT and rises[k] - rises[k - w] < 0.35 * w * rises[k] / (k + 1):
            return int(np.argmax(rises[: k + 1]))
    return int(np.argmax(rises))


def _same(layouts: Layouts, into: Edge, out: Edge, first: int, end: int) -> bool:
    """Whether the shot goes on after the plain stretch."""
    a, b = into.far, out.far
    if layouts.distances(slice(a, a + 1), b)[0] > 0.5 * max(into.rise, out.rise):
        return False
    gap = min(b - a, 12)
    moved = max(layouts.unlike_at(a - gap, a), layouts.unlike_at(b, b + gap))
    if first - into.far > 3:
        most = 0.08
    else:
        most = max(0.35, min(0.6 if end - first <= FLASH else 0.5, 0.1 + 1.5 * moved))
    return layouts.unlike_at(a, b) <= most
