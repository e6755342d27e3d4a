"""Dissolves: one picture becomes another by being mixed with it.

A dissolve from A to B passes through their mean. With M the picture midway,

    r = |M - (A + B) / 2|² / |(A - B) / 2|²

is 0 in a dissolve, 1 about a hard cut and mostly above where the picture moves. It is asked over several spans at once,
since a dissolve shorter or longer than the span still shows. That mixing is linear and that contrast sags midway is the
classical model (Hampapur, Jain & Weymouth 1994; Lienhart 1999).

What is seen so may still be a zoom, a pan, a title that comes in. The odds are a logistic regression on how much is
seen, how unlike A and B are, how far M is from their mean, how much of the picture changed and how evenly, and whether
B is new: not there a moment before A, nor A soon after B.
"""

from __future__ import annotations

from bisect import bisect

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .approach import comes_near
from .layouts import FLOOR, Floats, Layouts
from .transition import Transition, frame_of

SPANS = {6: 0.9, 8: 0.9, 12: 0.9, 16: 1.0, 24: 1.0, 32: 1.1, 48: 1.3, 64: 1.5, 96: 1.6}
"""Frames from A to B at which a dissolve is looked for, and the weight of what is seen: the longer ones count for more,
since fewer of them reach over all of a long dissolve."""

SEEN = 0.5
"""A dissolve's evidence, summed over the spans, is at least this."""

ODDS = {"evidence": 1.93, "unlike": 2.76, "rest": -10.26, "changed": 2.82, "evenly": 3.03, "new": 3.14}
"""Log-odds of a dissolve by each measure, and EVEN for none: settled on 370 dissolves and 1,000 that only look so."""
EVEN, PER_STRENGTH = -6.35, 4.0
"""Log-odds where nothing is seen, less the 0.25 from which one is taken for a cut; and log-odds in one of strength."""

CHANGED, EVENLY = 6.0, 0.3
"""A field changed if it differs by more than so many levels, and evenly if by more than so much of what all do: of a
dissolve's most do, of a title's few."""

LONGEST = 96
"""Frames of a dissolve at most."""

AGAIN = 72
"""Frames, three seconds of film, within which a picture that is seen again speaks against a dissolve: somebody passed,
a title came and went, a light."""

SOON, SERIES = 16, 0.8
"""One dissolve within so many frames of another that has at least this share of its strength is none."""


def dissolves(layouts: Layouts, threshold: float) -> list[Transition]:
    """The dissolves in a film, by the middle of each."""
    by_span = np.stack([weight * _mixed(layouts, span) for span, weight in SPANS.items()])
    evidence = by_span.sum(axis=0)
    highest = np.pad(sliding_window_view(evidence, 7).max(axis=1), 3) if len(evidence) >= 7 else evidence
    found = []
    for frame in np.flatnonzero((evidence >= SEEN) & (evidence == highest)).tolist():
        # The shortest span that sees about all of it is its length, or it is twice as long.
        spans = by_span[:, frame]
        length = tuple(SPANS)[int(np.argmax(spans >= 0.8 * spans.max()))]
        first, last = frame - length // 2, frame + length // 2
        halves = (length // 2, min(length, LONGEST // 2))
        strength = 1 + max(_log_odds(layouts, frame, half, float(evidence[frame])) for half in halves) / PER_STRENGTH
        if strength >= SERIES * threshold:
            found.append(Transition("dissolve", frame, first, last, False, strength))
    strong = [one for one in found if one.strength >= threshold and not _in_series(one, found)]
    return [one for one in strong if not comes_near(layouts, one.first, one.frame, min(one.last, len(layouts) - 1))]


def _in_series(one: Transition, found: list[Transition]) -> bool:
    """Whether another follows or precedes so soon that no shot is between: what drifts looks so over and over."""
    near = found[bisect(found, one.frame - SOON - 1, key=frame_of) : bisect(found, one.frame + SOON, key=frame_of)]
    return any(
        (one.last < other.first or other.last < one.first) and other.strength >= SERIES * one.strength for other in near
    )


def _log_odds(layouts: Layouts, frame: int, half: int, evidence: float) -> float:
    """Log-odds that `frame` is the middle of a dissolve of 2 x `half` frames; 0 is where one is taken for a cut."""
    first, last = max(0, frame - half), min(len(layouts) - 1, frame + half)
    a, m, b = layouts.cells[[first, frame, last]].astype(np.float64)
    way = np.abs(b - a)
    far = max(1e-3, float(np.sqrt((way**2).mean())))
    rest = float(np.sqrt(((m - (a + b) / 2) ** 2).mean())) / far
    unlike = min(layouts.unlike_at(first, last), 1.0)
    after = layouts.unlikes(slice(last + 1, last + AGAIN), first)
    before = layouts.unlikes(slice(max(0, first - AGAIN), first), last)
    again = min(after.min(initial=2.0), before.min(initial=2.0))
    return float(
        EVEN
        + ODDS["evidence"] * np.log(evidence)
        + ODDS["unlike"] * unlike
        + ODDS["rest"] * min(rest, 0.6)
        + ODDS["changed"] * (way > CHANGED).mean()
        + ODDS["evenly"] * (way > EVENLY * far).mean()
        + ODDS["new"] * min(1.0, again / max(unlike, 0.05))
    )


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
