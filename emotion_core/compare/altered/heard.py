"""Footage that sounds the same, and whose pictures are those after all: mirrored or reframed, or too short to be found.

Sound says where a picture would be, to a step or two. So its views are compared there, and less proof is asked than of
footage that is looked for everywhere.
"""

from __future__ import annotations

import numpy as np

from ...observations import Layouts
from ..pictures import Steps
from .finding import MOVING, VIEWS
from .fitting import Fitting, Stretch
from .gaps import holds_in_place
from .lines import Line
from .match import Match, Matches
from .overlay import ALL_CLEAR, Clear

MIN_SECONDS = 1.0
"""Shortest run that is looked at."""
SAMPLES, TRIES = 9, 3
"""Pictures of a run by which views are ranked, and views that are fitted."""
BESIDE = 4
"""Steps by which pictures may lie beside their sound."""
ALIKE, STILL_ALIKE = 0.94, 0.985
"""Median correlation of the pictures of a run that moves, and of one that stands still."""
SAME_MOTION = 0.6
"""Correlation of the motion of a run that moves."""


def see_heard(
    before: Layouts, after: Layouts, source: Steps, how: Matches, rate: float, clear: Clear = ALL_CLEAR
) -> None:
    """Give the runs of SOUND whose pictures are the same, through a view, the Match of that view; in place.

    `before`, `after` and `clear` as of find_altered, `source` and `how` as of AlignmentMap.
    """
    fitting = Fitting(before, after, rate, clear)
    heard = how == Match.SOUND
    breaks = np.flatnonzero(np.diff(source, prepend=-2) != 1)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], heard.astype(np.int8), [0]])))
    bounds = np.unique(np.concatenate([edges, breaks]))
    for begin, end in zip(bounds.tolist(), bounds[1:].tolist(), strict=False):
        if heard[begin] and end - begin >= MIN_SECONDS * rate:
            seen = _seen(fitting, begin, end, int(source[begin]) - begin)
            if seen is not None:
                kind, part = seen
                steps, sources = part.sources()
                source[steps], how[steps] = sources, kind


def _seen(fitting: Fitting, begin: int, end: int, offset: int) -> tuple[Match, Stretch] | None:
    """The view through which a run shows the pictures of its sound, and the part that does."""
    steps = np.unique(np.linspace(begin, end - 1, SAMPLES).astype(np.int64))
    views = [view for view, _ in VIEWS]
    ranked = sorted(
        views, key=lambda view: -float(fitting.similarity(view, steps, fitting.within(steps + offset)).mean())
    )
    for view in ranked[:TRIES]:
        heard = Line(view, 1.0, float(offset), 0.0, begin, end - 1)
        line = fitting.fitted(heard, slopes=False, may_be_held=True)
        part = None if line is None or abs(line.start - offset) > BESIDE else fitting.proved(line, begin, end)
        if (
            part is not None
            and (_holds(part) or holds_in_place(fitting, part))
            and 2 * (part.last - part.first) >= end - begin
        ):
            if view.is_mirrored:
                return Match.MIRRORED, part
            return Match.REFRAMED if fitting.is_altered(part) else Match.PICTURE, part
    return None


def _holds(part: Stretch) -> bool:
    moves = part.amount >= MOVING
    return part.similarity >= (ALIKE if moves else STILL_ALIKE) and (part.motion >= SAME_MOTION or not moves)
