"""Fingerprints of a film's sound, after Haitsma and Kalker, A Highly Robust Audio Fingerprinting System, ISMIR 2002.

Sound is mixed to one channel of SAMPLE_RATE samples a second. With E(n, m) the energy of band m, of BITS + 1 even on a
logarithmic scale from LOWEST to HIGHEST, under the Hann window of row n, bit m of row n is set where

    E(n, m) - E(n, m + 1) - (E(n - 1, m) - E(n - 1, m + 1)) > 0

That sign depends neither on the level nor much on the coding. Here energies are in decibels, so that it does not depend
on tone controls either, and rows are PRINTS_A_SECOND a second instead of 86: cuts are compared by seconds of sound. An
hour of film has 432 kB, with each row's level and change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
from av.audio.frame import AudioFrame
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..media import Media
from ..observations import PRINTS_A_SECOND, SoundPrints
from ..observations.sound import BITS
from .sound import SAMPLE_RATE, Run, Samples, mono_runs, windows_of
from .sound_track import SoundTrack

LOWEST, HIGHEST = 300.0, 2_000.0
"""Hertz, as in the paper: where sound carries most of what is heard."""
WINDOW = 3072
"""Samples, 0.38 s; the paper has 0.37 s."""

_HOP = SAMPLE_RATE // PRINTS_A_SECOND
_FLOOR = 1e-10
"""Energy added to each band's, -100 dB: what is more silent does not change."""
_ROWS = 1024
"""Rows that are computed at once."""
_FULL, _STEPS, _TENTHS = 255, 2, 10
"""Level of 0 dB, levels a decibel, and changes a decibel."""

_Rows = tuple[NDArray[np.uint32], NDArray[np.uint8], NDArray[np.uint8]]
"""Bits, levels and changes of some rows."""


def read_sound_prints(film: Path, media: Media, heartbeat: Callable[[], object]) -> SoundPrints:
    """The fingerprints of the first sound track of the film at `film`, whose facts are `media`, up to its last picture.

    Those of a film without sound have no rows; sound that cannot be read is unknown. `heartbeat` is called with every
    packet. Raises NotAFilm or MediaError where the film cannot be opened.
    """
    zero, clock = media.first_pts * media.time_base, media.stamps == "clock"
    with SoundTrack(film, zero, clock=clock, heartbeat=heartbeat) as sound:
        return prints_of_runs(mono_runs(_until(sound.frames(), media.duration + 1)), media.duration)


def prints_of_runs(runs: Iterable[Run], seconds: Fraction) -> SoundPrints:
    """The fingerprints of mono sound, SAMPLE_RATE a second, of the first `seconds`."""
    rows = int(seconds * PRINTS_A_SECOND)
    blocks = []
    # A row needs the window of the row before, too.
    wanted = windows_of(runs, hop=_HOP, before=WINDOW // 2 + _HOP, window=WINDOW + _HOP, block=_ROWS)
    for first, samples in wanted:
        if first >= rows:
            break
        blocks.append((first, _prints(samples)))
    if not blocks:
        return SoundPrints.none()
    end = min(rows, max(first + len(block[0]) for first, block in blocks))
    bits, levels, changes = np.zeros(end, np.uint32), np.zeros(end, np.uint8), np.zeros(end, np.uint8)
    for first, block in blocks:
        last = min(end, first + len(block[0]))
        bits[first:last], levels[first:last], changes[first:last] = (part[: last - first] for part in block)
    return SoundPrints(bits, levels, changes)


def _until(frames: Iterable[tuple[Fraction, AudioFrame]], end: Fraction) -> Iterator[tuple[Fraction, AudioFrame]]:
    """The frames up to second `end`: sound may go on for hours after the last picture."""
    for begins, frame in frames:
        if begins > end:
            return
        yield begins, frame


def _prints(samples: Samples) -> _Rows:
    """The rows of as many windows as `samples` hold, less the first one."""
    heard = np.clip(np.nan_to_num(samples, nan=0, posinf=1, neginf=-1), -8, 8)
    windows = sliding_window_view(heard, WINDOW)[::_HOP]
    spectra = np.fft.rfft(windows * _HANN, axis=1)
    power = np.add.reduceat(spectra.real**2 + spectra.imag**2, _EDGES, axis=1, dtype=np.float64)[:, :-1]
    decibels = 10 * np.log10(power * _SCALE + _FLOOR)
    changes = np.diff(decibels[:, :-1] - decibels[:, 1:], axis=0)
    bits = np.packbits(changes > 0, axis=1, bitorder="little").view("<u4").reshape(-1).astype(np.uint32)
    loudness = 10 * np.log10(np.einsum("nw,nw->n", windows[1:], windows[1:], dtype=np.float64) / WINDOW + 1e-20)
    return bits, _as_bytes(_FULL + _STEPS * loudness, 1), _as_bytes(_TENTHS * np.abs(changes).mean(axis=1), 0)


def _as_bytes(values: NDArray[np.float64], least: int) -> NDArray[np.uint8]:
    return np.clip(np.rint(values), least, 255).astype(np.uint8)


_HANN: Samples = np.hanning(WINDOW + 1)[:-1].astype(np.float32)
_SCALE = 1 / (float(_HANN.sum()) / 2) ** 2
"""By which a sine of amplitude 1 has about 0 dB."""
_EDGES = np.ceil(LOWEST * (HIGHEST / LOWEST) ** (np.arange(BITS + 2) / (BITS + 1)) * WINDOW / SAMPLE_RATE).astype(int)
"""First bins of the bands, and of what is above them."""
