"""Dissolves: one picture turns into another by being mixed with it.

A dissolve from A to B passes through their mean. With M the picture midway,

    r = |M - (A + B) / 2|² / |(A - B) / 2|²

is 0 in a dissolve, 1 at a hard cut and mostly higher where the picture moves. It is computed over several spans at
once, since a dissolve shorter or longer than the span still shows. Linear mixing and the sag of contrast midway are the
classical model (Hampapur, Jain & Weymouth 1994; Lienhart 1999).

A candidate may still be a zoom, a pan or an incoming title. Its odds are a logistic regression on the amount of
evidence, the dissimilarity of A and B, the distance of M from their mean, how much of the picture changed and how
evenly, and whether B is new: absent shortly before A, with A absent shortly after B.
"""

from __future__ import annotations

from bisect import bisect

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from .layouts import FLOOR, Floats, Layouts
from .transition import Transition, frame_of
from .zooms import is_zoom

SPANS = {6: 0.9, 8: 0.9, 12: 0.9, 16: 1.0, 24: 1.0, 32: 1.1, 48: 1.3, 64: 1.5, 96: 1.6}
"""Spans, frames from A to B, with the weight of their evidence. Longer ones weigh more, since fewer of them cover all
of a long dissolve."""

MIN_EVIDENCE = 0.5
"""Lowest evidence of a dissolve, summed over the spans."""

WEIGHTS = {"evidence": 1.93, "dissimilarity": 2.76, "residue": -10.26, "changed": 2.82, "evenly": 3.03, "new": 3.14}
"""Log-odds of a dissolve by each measure, and BIAS: fitted on 370 dissolves and 1,000 candidates that are none."""
BIAS, PER_STRENGTH = -6.35, 4.0
"""Log-odds at zero evidence, offset so that 0 stands for the accepted probability of 0.25; log-odds in one unit of
strength."""

CHANGED, EVENLY = 6.0, 0.3
"""A cell changed if it differs by more than CHANGED levels; it changed evenly if by more than this share of the mean
change. Most cells do in a dissolve, few where a title comes in."""

MAX_FRAMES = 96
"""Longest dissolve, frames."""

RETURN_FRAMES = 72
"""Frames, three seconds of film, within which a returning picture speaks against a dissolve: a passer-by, a title, a
light."""

SERIES_FRAMES, SERIES_SHARE = 16, 0.8
"""A candidate is dropped if another within SERIES_FRAMES has at least this share of its strength."""


def find_dissolves(layouts: Layouts, threshold: float) -> list[Transition]:
    """The dissolves of a film; each is placed at its middle."""
    by_span = np.stack([weight * _mixing(layouts, span) for span, weight in SPANS.items()])
    evidence = by_span.sum(axis=0)
    highest = np.pad(sliding_window_view(evidence, 7).max(axis=1), 3) if len(evidence) >= 7 else evidence
    candidates = []
    for frame in np.flatnonzero((evidence >= MIN_EVIDENCE) & (evidence == highest)).tolist():
        # The length is the shortest span with nearly the full evidence, or twice that.
        spans = by_span[:, frame]
        length = tuple(SPANS)[int(np.argmax(spans >= 0.8 * spans.max()))]
        first, last = frame - length // 2, frame + length // 2
        halves = (length // 2, min(length, MAX_FRAMES // 2))
        strength = 1 + max(_log_odds(layouts, frame, half, float(evidence[frame])) for half in halves) / PER_STRENGTH
        if strength >= SERIES_SHARE * threshold:
            candidates.append(Transition("dissolve", frame, first, last, False, strength))
    strong = [c for c in candidates if c.strength >= threshold and not _in_series(c, candidates)]
    return [c for c in strong if not is_zoom(layouts, c.first, c.frame, min(c.last, len(layouts) - 1))]


def _in_series(candidate: Transition, candidates: list[Transition]) -> bool:
    """Whether another strong one is too close for a shot between: slow drift yields such series."""
    start = bisect(candidates, candidate.frame - SERIES_FRAMES - 1, key=frame_of)
    near = candidates[start : bisect(candidates, candidate.frame + SERIES_FRAMES, key=frame_of)]
    return any(
        (candidate.last < other.first or other.last < candidate.first)
        and other.strength >= SERIES_SHARE * candidate.strength
        for other in near
    )


def _log_odds(layouts: Layouts, frame: int, half: int, evidence: float) -> float:
    """Log-odds that `frame` is the middle of a dissolve of 2 x `half` frames; accepted from 0 on."""
    first, last = max(0, frame - half), min(len(layouts) - 1, frame + half)
    a, m, b = layouts.cells[[first, frame, last]].astype(np.float64)
    change = np.abs(b - a)
    size = max(1e-3, float(np.sqrt((change**2).mean())))
    residue = float(np.sqrt(((m - (a + b) / 2) ** 2).mean())) / size
    dissimilarity = min(layouts.dissimilarity_of(first, last), 1.0)
    after = layouts.dissimilarities_to(slice(last + 1, last + RETURN_FRAMES), first)
    before = layouts.dissimilarities_to(slice(max(0, first - RETURN_FRAMES), first), last)
    nearest = min(after.min(initial=2.0), before.min(initial=2.0))
    return float(
        BIAS
        + WEIGHTS["evidence"] * np.log(evidence)
        + WEIGHTS["dissimilarity"] * dissimilarity
        + WEIGHTS["residue"] * min(residue, 0.6)
        + WEIGHTS["changed"] * (change > CHANGED).mean()
        + WEIGHTS["evenly"] * (change > EVENLY * size).mean()
        + WEIGHTS["new"] * min(1.0, nearest / max(dissimilarity, 0.05))
    )


def _mixing(layouts: Layouts, span: int) -> Floats:
    """(n,), 0 to 1: how well each frame is a mix of the frames half a `span` before and after it."""
    count, half = len(layouts), span // 2
    mixing = np.zeros(count)
    if count <= span:
        return mixing
    squares, near, far = layouts.products(0), layouts.products(half), layouts.products(span)
    a, m, b = slice(0, count - span), slice(half, count - half), slice(span, count)
    am, mb = near[: count - span], near[half:]
    gap = (squares[a] + squares[b] - 2 * far) / 4
    residue = squares[m] + (squares[a] + squares[b] + 2 * far) / 4 - am - mb
    linearity = np.clip(1 - residue / np.maximum(gap, layouts.cell_count), 0, 1)
    length = layouts.length
    dissimilarity = 1 - far / (length[a] * length[b])
    # Where M is A or B at another gain, the light has changed and not the picture.
    neither = 1 - np.maximum(am / (length[a] * length[m]), mb / (length[b] * length[m]))
    not_light = np.clip(neither / (0.12 * np.maximum(dissimilarity, 0.05)), 0, 1)
    has_content = np.minimum(layouts.contrast[a], layouts.contrast[b]) > FLOOR
    # Contrast sags to about 0.7 midway; where it nearly vanishes, M is a flash or another picture.
    has_content &= squares[m] > 0.1 * (squares[a] + squares[b])
    mixing[m] = np.where(has_content & (dissimilarity > 0.25), not_light * np.minimum(dissimilarity, 1) * linearity, 0)
    return mixing
