"""Dissolves: passages from one picture to another by mixing.

A **dissolve** from A to B passes through their mean. With M the picture midway,

    r = |M - (A + B) / 2|² / |(A - B) / 2|²

is 0 in a dissolve, 1 about a hard cut and mostly above where the picture moves. It is asked over several spans at
once, since a dissolve shorter or longer than the span still shows. That mixing is linear and that contrast sags
midway is the classical model (Hampapur, Jain & Weymouth 1994; Lienhart 1999).
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .layouts import FLOOR, Floats, Layouts
from .transition import Transition

SPANS = {6: 0.9, 8: 0.9, 12: 0.9, 16: 1.0, 24: 1.0, 32: 1.1, 48: 1.3, 64: 1.5, 96: 1.6}
"""Frames from A to B at which a dissolve is looked for, and the weight of what is seen: the longer ones count for more,
since fewer of them reach over all of a long dissolve."""

LEAST = 0.66
"""Evidence, summed over the spans, that a dissolve has at least."""

CHANGED, MOST = 6.0, 0.6
"""A field changed if it differs by more than so many levels; of a dissolve's most do, of a title's few."""

TO_AND_FRO = 6.0
"""The way from A to B and back that a picture goes in a dissolve at most, as a multiple of the way from A to B."""


def dissolves(layouts: Layouts, threshold: float) -> list[Transition]:
    """The dissolves in a film, by the middle of each."""
    by_span = np.stack([weight * _mixed(layouts, span) for span, weight in SPANS.items()])
    evidence = by_span.sum(axis=0)
    highest = np.pad(sliding_window_view(evidence, 7).max(axis=1), 3) if len(evidence) >= 7 else evidence
    found = []
    for frame in np.flatnonzero((evidence >= LEAST) & (evidence == highest)).tolist():
        # The shortest span that sees about all of it is its length.
        spans = by_span[:, frame]
        length = tuple(SPANS)[int(np.argmax(spans >= 0.8 * spans.max()))]
        strength = max(_strength(layouts, frame, half, float(evidence[frame])) for half in (length // 2, length))
        if strength >= threshold:
            half = length // 2
            found.append(Transition("dissolve", frame, frame - half, frame + half, False, strength))
    return found


def _strength(layouts: Layouts, frame: int, half: int, evidence: float) -> float:
    """How sure it is that `frame` is the middle of a dissolve of 2 x `half` frames: 1 where it is as likely as not."""
    first, last = max(0, frame - half), min(len(layouts) - 1, frame + half)
    cells = layouts.cells[first : last + 1].astype(np.float32)
    a, b = cells[0], cells[-1]
    way = b - a
    squares = float(way @ way) + 1e-6
    rest = float(np.sqrt(((cells[frame - first] - (a + b) / 2) ** 2).sum() / squares))
    changed = float((np.abs(way) > CHANGED).mean())
    along = (cells - a) @ way / squares
    if changed < MOST or np.abs(np.diff(along)).sum() > TO_AND_FRO:
        return 0.0
    unlike = min(layouts.unlike_at(first, last), 1.0)
    odds = 1.47 * np.log(evidence) + 2.52 * unlike - 9.9 * min(rest, 0.6) + 6.48 * changed - 5.04
    return float(np.exp(odds / 2))


def _mixed(layouts: Layouts, span: int) -> Floats:
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
