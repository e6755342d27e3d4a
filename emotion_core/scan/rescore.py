"""Whether a finished scan holds the numbers of a film, told by scoring a few of its frames again.

Frames at places spread over the scan are found by seeking, and scored as the scan scored them. Where they differ they
are read from further back, in the end from the film's first frame on, as the scan read it. A place that differs even
then is no proof yet: a few frames of a damaged stream come out otherwise from time to time, and decoders do not always
say which. So there have to be two.
"""

from __future__ import annotations

from enum import Enum, auto
from fractions import Fraction

import numpy as np

from ..decoding.decoder import SEEKS, Decoder
from ..errors import DamagedFilm
from ..media.media import Media
from ..observations.observations import Observations
from ..picture.letterbox import scored_within_bars
from ..scenes.frame_metrics import LOOKBACK, FrameScore, Scorer, stored_scores

PLACES = 8
"""Where frames are compared; the first and the last frame of the scan are among them."""
RUN = 4
"""Frames that are compared at each."""
AROUND = (-12, -6, 6, 12)
"""Seconds from a single place that differs to others: what a damaged frame spoils lasts until the next keyframe."""
_CLEAR = 10
"""Seconds before the first damage that a scan knows of from which on nothing is compared."""
_LAYOUT, _ROUNDING = 1, 0.05
"""Steps of 255 of a layout's cells, and of the other numbers, that another version of the libraries may round to."""


class _Found(Enum):
    """What is found at one place."""

    SAME = auto()
    OTHER = auto()
    """Or nothing."""
    LENGTH = auto()
    """The film goes on where the scan ended, or ends before it: that is no damage."""


def is_of(decoder: Decoder, seen: Observations) -> bool | None:
    """Whether `seen` holds the numbers of the film that `decoder` has open; None where that cannot be told.

    Raises MediaError.
    """
    if seen.media.track is not None and _clock(seen.media) != _clock(decoder.media):
        return False
    frames = _comparable(seen)
    run = min(frames, RUN + LOOKBACK)
    if run == 0:
        return None
    firsts = sorted({(frames - run) * place // (PLACES - 1) for place in range(PLACES)})
    enough = min(2, len(firsts))
    wrong: list[int] = []
    for first in firsts:
        found = _found(decoder, seen, first, run)
        wrong += [first] * (found is not _Found.SAME)
        if found is _Found.LENGTH or len(wrong) == enough:
            return False
    if wrong:
        around = {wrong[0] + round(seconds * seen.media.rate) for seconds in AROUND}
        within = (first for first in sorted(around) if 0 <= first <= frames - run)
        return all(_found(decoder, seen, first, run) is _Found.SAME for first in within)
    return True


def _clock(media: Media) -> tuple[Fraction, int, bool, Fraction, int]:
    """What times and timecodes are counted by; versions that named no track read some of it otherwise."""
    return media.rate, media.start_frame, media.drop_frame, media.time_base, media.first_pts


def _comparable(seen: Observations) -> int:
    """Frames, from the first on, that come out the same however often they are decoded, as far as the scan knows."""
    if not seen.scores.layout.shape[1]:  # scans of layout 1 tell too little of a frame
        return 0
    if seen.damaged_from is None:
        return 0 if seen.damaged_frames else len(seen.scores)
    return int(np.searchsorted(seen.scores.pts, int((seen.damaged_from - _CLEAR) / seen.media.time_base)))


def _found(decoder: Decoder, seen: Observations, first: int, run: int) -> _Found:
    """What comes of `run` frames from index `first` on."""
    for seconds in SEEKS if first else SEEKS[-1:]:
        found = _read(decoder, seen, first, run, seconds)
        if found is _Found.SAME or (found is _Found.LENGTH and seconds is None):
            return found
    return _Found.OTHER


def _read(decoder: Decoder, seen: Observations, first: int, run: int, seconds_before: Fraction | None) -> _Found:
    """As _found, read from so many seconds before; for None from the film's first frame on."""
    scores, scorer, met = seen.scores, Scorer(), 0
    stored = list(stored_scores(scores.part(first)))[:run]
    to_the_end = first + run == len(scores) and seen.claimed is None
    try:
        for frame in decoder.frames_again(first, scores, seconds_before):
            if met == run:
                return _Found.LENGTH if to_the_end else _Found.SAME
            score = scorer.score(scored_within_bars(frame.picture, seen.media))
            # The first one's score depends on the one before it, but at the film's begin.
            looks_back = first > 0 and met < LOOKBACK
            if frame.ticks != scores.pts[frame.index] or not (looks_back or _alike(score, stored[met])):
                return _Found.OTHER
            met += 1
    except DamagedFilm:
        return _Found.SAME if met == run and not to_the_end else _Found.OTHER
    return _Found.SAME if met == run else _Found.LENGTH


def _alike(one: FrameScore, other: FrameScore) -> bool:
    """Whether two frames measured the same, but for rounding."""
    layouts = np.abs(one.layout.astype(np.int16) - other.layout.astype(np.int16))
    others = np.abs(np.subtract(one[:4], other[:4]))
    return bool(layouts.max() <= _LAYOUT and others.max() <= _ROUNDING)
