"""Gaps: altered footage in its old place, between footage that both cuts show.

Where a stretch of the second cut has no counterpart, and the footage on both of its sides is that on both sides of a
stretch of the first cut, the footage between is likely the same. It is fitted there without a search for places, and
less proof is asked of it than of a place anywhere in the film: it may hardly move.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..pictures import Steps
from .fitting import Fitting, Stretch
from .lines import Line
from .match import Match, Matches
from .views import MIRRORED, REFRAMED

VIEWS = (MIRRORED, *REFRAMED)
LONGER = 3
"""Times as long as the other cut's gap a gap may be."""
LIKELY = 0.7
"""Mean correlation of a gap's pictures through a view from which it is fitted."""
SAMPLES = 12
"""Pictures of a gap that are looked at through every view."""
SIMILARITY, HELD_SIMILARITY = 0.955, 0.97
"""Least correlation of pictures that move alike, and of those that hardly move."""
MOTION = 0.8
"""Correlation of both cuts' motion from which they move alike."""
UNEXPLAINED = 1.5
"""Mean square of motion that the other cut does not have, levels squared, up to which pictures hardly move: coding."""
GAIN = 2.3
"""Times as unlike as through the view pictures are as they are, at least."""
PART = 0.5
"""Part of the shorter gap that must be found."""


def find_in_gaps(fitting: Fitting, source: Steps, how: Matches, stretches: Sequence[tuple[int, int]]) -> None:
    """Write mirrored and reframed footage of `stretches` of the second cut into `source` and `how`.

    Both are as of find_altered; stretches are first steps and those past the last.
    """
    for first, last in stretches:
        gap = gap_of(source, first, last, fitting.steps_before)
        if gap is None:
            continue
        line = likeliest_line(fitting, (first, last), gap)
        part = fit_in_place(fitting, line, first, last) if line.score >= LIKELY else None
        if part is not None and part.last - part.first >= PART * min(last - first, gap[1] - gap[0]):
            steps, sources = part.sources()
            source[steps], how[steps] = sources, kind_of(part.line)


def kind_of(line: Line) -> Match:
    """How a line of slope 1 shows the footage."""
    return Match.MIRRORED if line.view.is_mirrored else Match.REFRAMED


def gap_of(source: Steps, first: int, last: int, steps_before: int) -> tuple[int, int] | None:
    """The steps of the first cut between the counterparts of a stretch's neighbours; None without such a gap."""
    begin = 0 if first == 0 else int(source[first - 1]) + 1
    end = steps_before if last == len(source) else int(source[last])
    if (first and not begin) or end < 0:
        return None
    short, long = sorted((last - first, end - begin))
    return (begin, end) if 0 < long <= LONGER * short else None


def likeliest_line(fitting: Fitting, stretch: tuple[int, int], gap: tuple[int, int]) -> Line:
    """The line from the gap's beginning or from its end, and the view, through which most of it is alike."""
    length = min(stretch[1] - stretch[0], gap[1] - gap[0])
    lines = []
    for first, begin in ((stretch[0], gap[0]), (stretch[1] - length, gap[1] - length)):
        steps = np.unique(np.linspace(first + 1, first + length - 2, SAMPLES).astype(np.int64))
        scores = [float(fitting.similarity(view, steps, steps + begin - first).mean()) for view in VIEWS]
        best = int(np.rint(np.array(scores) * 1e4).argmax())
        lines.append(Line(VIEWS[best], 1.0, float(begin - first), scores[best], int(steps[0]), int(steps[-1])))
    return max(lines, key=lambda line: round(line.score, 4))


def fit_in_place(fitting: Fitting, line: Line, first: int, last: int) -> Stretch | None:
    """The stretch along a line within the steps `first` to before `last` that holds in its place; None without one."""
    fitted = fitting.fitted(line, slopes=False, may_be_held=True)
    part = None if fitted is None else fitting.proved(fitted, first, last)
    return part if part is not None and holds_in_place(fitting, part) else None


def holds_in_place(fitting: Fitting, part: Stretch) -> bool:
    """Whether a mirrored or reframed stretch shows the same footage, given that its place is the likeliest."""
    moves_alike = part.motion >= MOTION and part.similarity >= SIMILARITY
    is_held = (1 - part.motion) * part.amount <= UNEXPLAINED and part.similarity >= HELD_SIMILARITY
    return (moves_alike or is_held) and part.line.view.is_another and fitting.is_altered(part, GAIN)
