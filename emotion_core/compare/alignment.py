"""Frame alignment: which picture of the first cut each picture of the second shows, from the layouts of both scans.

A re-cut shows stretches of the same footage at an offset; along a stretch the offset is constant. Both cuts are laid on
one grid of time. Four times a second of the second cut, the most similar pictures of the first are candidates. The
cheapest path through the candidates is taken (Viterbi 1967): a match costs the dissimilarity of its pictures, a picture
without counterpart a fixed amount, and a jump to another offset another. A picture that occurs in many places therefore
follows its neighbours, and so does black: see `pictures`.

Motion within a stretch must agree in both cuts, since two takes of one set-up look alike in every single picture.

Measured by `python -m tests.benchmarks.recuts` on five films (a trailer, film, television, a phone, one man who talks),
re-coded at half the size, burnt in or graded, also cut within shots and reordered: 97 to 99 % of the frames are matched
within two frames of the right place, 91 to 97 % exactly. Nothing of one film is matched in another. One in ten frames
missing from the first cut is matched wrongly: in a static take, omitted footage looks like the rest.

Where something like timecode lies over one of the cuts, its fields are left out. What then has no counterpart is looked
for mirrored, reframed and retimed, see `altered`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np

from ..observations import Layouts, Observations
from .altered import ALL_CLEAR, Clear, Match, Matches, clear_fields, find_altered, see_heard
from .pictures import Steps, search_pictures
from .sound import Flags, match_sound
from .splices import find_splices, likely_splices

FORMAT = 9
"""Version of the arithmetic of an alignment, by pictures and by sound; raise it with each change of what comes out, so
that no alignment that is kept on disk is taken for a new one."""
MAX_RATE = 60
"""Highest rate of the grid, steps a second; of faster films every second, fourth or eighth frame is used."""


@dataclass(frozen=True, slots=True, eq=False)
class AlignmentMap:
    """For each step of the second cut, the step of the first that shows the same picture."""

    rate: Fraction
    """Steps a second of the grid of both cuts: the lower of their frame rates, halved until it is at most MAX_RATE."""
    steps: int
    """Number of steps of the first cut."""
    source: Steps
    """(n,), one entry per step of the second cut: the matching step of the first, -1 where there is none."""
    how: Matches = field(default_factory=lambda: np.empty(0, dtype=np.uint8))
    """(n,): a Match a step, NONE where `source` is -1. Without it all matches are by PICTURE."""
    other_sound: Flags = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    """(n,): whether the picture is matched, but the second cut has another sound there. Without it nowhere."""
    is_listed: Flags = field(default_factory=lambda: np.empty(0, dtype=np.bool_))
    """(n,): whether `source` is what both films' cut lists say, see listed_sources. Without it nowhere."""

    clear: Clear = field(default_factory=lambda: ALL_CLEAR)
    """(144,): the fields of the layouts on which nothing like timecode lies in either cut."""

    def __post_init__(self) -> None:
        if len(self.other_sound) != len(self.source):
            object.__setattr__(self, "other_sound", np.zeros(len(self.source), dtype=np.bool_))
        if len(self.is_listed) != len(self.source):
            object.__setattr__(self, "is_listed", np.zeros(len(self.source), dtype=np.bool_))
        if len(self.how) != len(self.source):
            how = np.where(self.source >= 0, np.uint8(Match.PICTURE), np.uint8(Match.NONE))
            object.__setattr__(self, "how", how)


def align(before: Observations, after: Observations) -> AlignmentMap:
    """Align `after` to `before`: by their pictures, then by their sound where both scans have fingerprints of it."""
    rate, first, second = layouts_on_grid(before, after)
    source, how, clear = _matched(first, second, float(rate))
    has_sound = before.sound is not None and after.sound is not None
    other_sound = match_sound(
        source, how, len(first), float(rate), before.sound, after.sound, find_splices(second) if has_sound else None
    )
    see_heard(first, second, source, how, float(rate), clear)
    return AlignmentMap(rate, len(first), source, how, other_sound, clear=clear)


def layouts_on_grid(before: Observations, after: Observations) -> tuple[Fraction, Layouts, Layouts]:
    """Steps a second of the grid of both cuts, and the layouts of each at its steps."""
    rate = min(before.media.rate, after.media.rate)
    while rate > MAX_RATE:
        rate /= 2
    first, second = (film.scores.layout[frames_on_grid(film, rate)] for film in (before, after))
    return rate, first, second


def align_layouts(before: Layouts, after: Layouts, rate: float) -> Steps:
    """AlignmentMap.source of two cuts' layouts (n, 144) at `rate` steps a second."""
    return match_layouts(before, after, rate)[0]


def match_layouts(before: Layouts, after: Layouts, rate: float) -> tuple[Steps, Matches]:
    """AlignmentMap.source and AlignmentMap.how of two cuts' layouts (n, 144) at `rate` steps a second."""
    return _matched(before, after, rate)[:2]


def _matched(before: Layouts, after: Layouts, rate: float) -> tuple[Steps, Matches, Clear]:
    """The same, and the fields on which nothing lies."""
    source, overlaid = search_pictures(before, after, rate)
    clear = clear_fields(overlaid)
    splices = likely_splices(before), likely_splices(after)
    return source, find_altered(before, after, source, rate, splices, clear), clear


def frames_on_grid(film: Observations, rate: Fraction) -> Steps:
    """The frame on screen at the middle of each step."""
    seconds = film.scores.pts * float(film.media.time_base)
    middles = (np.arange(max(1, round(film.media.duration * rate))) + 0.5) / float(rate)
    return np.maximum(np.searchsorted(seconds, middles, side="right") - 1, 0)
