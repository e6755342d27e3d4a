"""Decide whether a finished scan holds the numbers of a film, by scoring a few of its frames again.

Frames at places spread over the scan are found by seeking, and scored as in the scan. Where they differ they are read
from further back, in the end from the film's first frame on, as the scan read it. One place that differs even then is
no proof: a few frames of a damaged stream decode differently from time to time, and decoders do not always report
which. Two such places are.
"""

from __future__ import annotations

from enum import Enum, auto
from fractions import Fraction

import numpy as np

from ..decoding import SEEK_MARGINS, Decoder
from ..errors import DamagedFilm
from ..media import Media
from ..observations import Observations
from ..picture import analysis_picture_within_bars
from ..scenes import LOOKBACK, FrameScore, Scorer, unpack_scores

PLACES = 8
"""Places where frames are compared, the first and the last frame of the scan among them."""
RUN = 4
"""Frames that are compared at each place."""
AROUND = (-12, -6, 6, 12)
"""Seconds from a single place that differs to further places: a damaged frame spoils those up to the next keyframe."""
_CLEAR = 10
"""Seconds before the first recorded damage from which on nothing is compared."""
_LAYOUT, _ROUNDING = 1, 0.05
"""Differences by rounding that other versions of the libraries may give: of layout cells and other metrics, of 255."""


class _Match(Enum):
    """The result of the comparison at one place."""

    SAME = auto()
    DIFFERENT = auto()
    """Other numbers, or no frames there."""
    OTHER_LENGTH = auto()
    """The film goes on where the scan ended, or ends before it: that is no damage."""


def matches_film(decoder: Decoder, observations: Observations) -> bool | None:
    """Whether `observations` are of the film that `decoder` has open; None where that cannot be decided.

    Raises MediaError.
    """
    if observations.media.track is not None and _timing(observations.media) != _timing(decoder.media):
        return False
    frames = _comparable_frames(observations)
    run = min(frames, RUN + LOOKBACK)
    if run == 0:
        return None
    firsts = sorted({(frames - run) * place // (PLACES - 1) for place in range(PLACES)})
    proof = min(2, len(firsts))
    different: list[int] = []
    for first in firsts:
        match = _match(decoder, observations, first, run)
        different += [first] * (match is not _Match.SAME)
        if match is _Match.OTHER_LENGTH or len(different) == proof:
            return False
    if different:
        around = {different[0] + round(seconds * observations.media.rate) for seconds in AROUND}
        within = (first for first in sorted(around) if 0 <= first <= frames - run)
        return all(_match(decoder, observations, first, run) is _Match.SAME for first in within)
    return True


def _timing(media: Media) -> tuple[Fraction, int, bool, Fraction, int]:
    """The facts that decide times and timecodes; versions that named no track read some of them differently."""
    return media.rate, media.start_frame, media.drop_frame, media.time_base, media.first_pts


def _comparable_frames(observations: Observations) -> int:
    """Number of frames, from the first on, that decode the same each time, as far as the scan recorded damage."""
    if observations.damaged_from is None:
        return len(observations.scores)
    end = (observations.damaged_from - _CLEAR) / observations.media.time_base
    return int(np.searchsorted(observations.scores.pts, int(end)))


def _match(decoder: Decoder, observations: Observations, first: int, run: int) -> _Match:
    """Compare `run` frames from index `first` on."""
    for margin in SEEK_MARGINS if first else SEEK_MARGINS[-1:]:
        match = _match_from(decoder, observations, first, run, margin)
        if match is _Match.SAME or (match is _Match.OTHER_LENGTH and margin is None):
            return match
    return _Match.DIFFERENT


def _match_from(
    decoder: Decoder, observations: Observations, first: int, run: int, seconds_before: Fraction | None
) -> _Match:
    """As _match, read from so many seconds before; None for the film's first frame."""
    scores, scorer, compared = observations.scores, Scorer(), 0
    stored = list(unpack_scores(scores.from_frame(first)))[:run]
    to_the_end = first + run == len(scores) and observations.claimed is None
    try:
        for frame in decoder.frames_from(first, scores, seconds_before):
            if compared == run:
                return _Match.OTHER_LENGTH if to_the_end else _Match.SAME
            score = scorer.score(analysis_picture_within_bars(frame.picture, observations.media))
            # The first score depends on the frame before, except at the film's start.
            looks_back = first > 0 and compared < LOOKBACK
            if frame.ticks != scores.pts[frame.index] or not (looks_back or _alike(score, stored[compared])):
                return _Match.DIFFERENT
            compared += 1
    except DamagedFilm:
        return _Match.SAME if compared == run and not to_the_end else _Match.DIFFERENT
    return _Match.SAME if compared == run else _Match.OTHER_LENGTH


def _alike(first: FrameScore, second: FrameScore) -> bool:
    """Whether the metrics of two frames are the same, but for rounding."""
    layouts = np.abs(first.layout.astype(np.int16) - second.layout.astype(np.int16))
    others = np.abs(np.subtract(first[:4], second[:4]))
    return bool(layouts.max() <= _LAYOUT and others.max() <= _ROUNDING)
