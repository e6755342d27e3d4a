"""Find when a film begins in a recording of its viewers, by the film's sound heard in both.

Both sounds are given as band energies, 100 rows a second. Of the shorter one, windows of up to 30 seconds are sought in
the whole of the longer one, by generalized cross-correlation with phase transform: the cross-spectrum of the levels,
summed over the bands, is divided by the root of its magnitude (PHAT-beta with beta 0.5: Donohue, Hannemann and Dietz,
Signal Processing 87, 2007; with 1 as with 0 fewer windows were found in noise). The line through most of the windows'
places is the alignment; it is refined in windows all along both sounds, to a part of a row.
"""

from __future__ import annotations

import numpy as np

from ...decoding import ROWS_A_SECOND, BandEnergies
from ...errors import AlignmentError
from ...formatting import hms
from ..records import Alignment, Floats
from . import search
from .features import Features, sound_features

LEAST_SECONDS = 10
"""Of sound that film and recording each need."""
LEAST_CONFIDENCE = 0.3
"""Confidence below which an alignment is refused. Of 374 pairs of unrelated sounds, 12 to 400 seconds long, none had
more than 0.16; at 0 dB of noise, with echo and through a telephone's band, related ones had 0.65 to 0.96."""
SEARCHED_DRIFT = 0.0015
"""Greatest drift that is found: one of film at 24 frames a second shown at 23.976 is 0.001."""
_FINE_WINDOWS = 400
_FINE_REACH = 40
"""Rows around the first line in which the refined place of a window is sought."""
_NEAR = 5.0
"""Rows by which a window's place may be off the line that is fitted to it."""
_BY_HAND = "type the offset, or mark one moment, such as a clap, in both"


def align_by_sound(film: BandEnergies, recording: BandEnergies) -> Alignment:
    """The alignment of a recording in which the film's sound is heard.

    Its confidence is agreement x clarity. Agreement is the share of the windows that lie in both sounds whose best
    place in the whole of the longer one is on the line that was found. Clarity is 1 - second / best, of the summed
    correlation of all windows along that line, and along the next best line parallel to it: 0 where the sound repeats
    itself, and where it is another one.

    Raises AlignmentError for sound that is too short, for a confidence below LEAST_CONFIDENCE, and for a recording that
    was stopped meanwhile.
    """
    for name, sound in (("film", film), ("recording", recording)):
        heard = float(sound.known.sum()) / ROWS_A_SECOND
        if heard < LEAST_SECONDS:
            raise AlignmentError(
                f"The {name} has {heard:.1f} seconds of sound; to find one in the other takes {LEAST_SECONDS}.",
                f"Take a longer part, or {_BY_HAND}.",
            )
    ours, theirs = sound_features(film.levels), sound_features(recording.levels)
    film_is_longer = len(theirs.rows) <= len(ours.rows)
    short, long = (theirs, ours) if film_is_longer else (ours, theirs)
    found = search.find_line(short, long, SEARCHED_DRIFT)
    if found is None:
        raise AlignmentError(
            "Film or recording has no passage with sound that changes.", f"Check that both have sound, or {_BY_HAND}."
        )
    if found.agreement >= LEAST_CONFIDENCE and found.break_at is not None:
        raise AlignmentError(
            f"The recording was stopped, or the film paused: about {hms(found.break_at / ROWS_A_SECOND)} into the "
            f"{'recording' if film_is_longer else 'film'} both part by {abs(found.break_shift) / ROWS_A_SECOND:.1f} s.",
            "Take what lies before and after as two recordings.",
        )
    if found.confidence < LEAST_CONFIDENCE:
        raise _refusal(found)
    place, slope = _refined(short, long, found)
    if film_is_longer:  # film = recording (1 + slope) + place
        drift = 1 / (1 + slope) - 1
        offset = -place / ROWS_A_SECOND * (1 + drift)
    else:
        drift, offset = slope, place / ROWS_A_SECOND
    return Alignment(round(offset, 4), round(drift, 7), "sound", round(found.confidence, 3))


def _refusal(found: search.Found) -> AlignmentError:
    if found.repeats >= 0.5 or found.agreement >= LEAST_CONFIDENCE > found.clarity:
        return AlignmentError(
            f"Film and recording fit at several places alike, since their sound repeats itself, or at none: confidence "
            f"{found.confidence:.2f}, at least {LEAST_CONFIDENCE} is needed.",
            f"Check that this film was shown; take a longer part, with other sound, or {_BY_HAND}.",
        )
    return AlignmentError(
        f"The film's sound is not found in the recording: confidence {found.confidence:.2f}, at least "
        f"{LEAST_CONFIDENCE} is needed.",
        f"Check that it was recorded while this film was shown, loud enough; or {_BY_HAND}.",
    )


def _refined(short: Features, long: Features, found: search.Found) -> tuple[float, float]:
    """Place and slope of the line, in rows: long = short (1 + slope) + place."""
    at, lags = search.local_lags(short, long, found, _FINE_WINDOWS, _FINE_REACH)
    if len(at) == 0:
        return found.place, found.slope
    place, slope = found.place, found.slope
    for _ in range(3):
        place, slope = _robust_line(at, lags)
        near = np.abs(lags - place - slope * at) <= _NEAR
        if near.all() or near.sum() < 3:
            break
        at, lags = at[near], lags[near]
    return place, slope


def _robust_line(at: Floats, lags: Floats) -> tuple[float, float]:
    """Theil-Sen's line through the lags; level unless it rises by a row, and by three times what the scatter gives.

    The slope of a short recording says nothing of the film's begin, which may be an hour away.
    """
    level = float(np.median(lags))
    if len(at) < 3:
        return level, 0.0
    first, second = np.triu_indices(len(at), 1)
    steps = at[second] - at[first]
    slope = float(np.median((lags[second] - lags[first])[steps > 0] / steps[steps > 0]))
    place = float(np.median(lags - slope * at))
    scatter = 1.4826 * float(np.median(np.abs(lags - place - slope * at))) + 0.05
    error = scatter / (np.sqrt(len(at) / 2) * at.std())  # windows overlap by half
    return (place, slope) if abs(slope) > max(3 * error, 1 / float(np.ptp(at))) else (level, 0.0)
