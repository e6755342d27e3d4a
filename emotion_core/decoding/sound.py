"""Band energies of a film's first sound track: what two recordings of one sound are recognised by.

Sound is mixed to one channel of SAMPLE_RATE samples a second. Every 10 ms the power spectrum under a Hann window of
32 ms is summed in BANDS bands, and their levels in decibels are kept. A film of two hours has 11.5 MB of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av.error
import numpy as np
from av.audio.fifo import AudioFifo
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .. import limits
from ..errors import NoSound
from .decoder import Decoder
from .sound_track import SoundTrack

ROWS_A_SECOND = 100
"""Rows a second."""
BANDS = 16
"""Bands a row, of equal width on the mel scale from LOWEST to HIGHEST. At -6 dB of noise 75 % of the windows of 4 to 15
seconds were found with 8 bands, 77 % with 12, 84 % with 16 and 88 % with 24; at 0 dB 93 to 97 %."""
LOWEST, HIGHEST = 150.0, 3_800.0
"""Hertz. Below is hum; above, telephones and small microphones hear little."""
SAMPLE_RATE = 8_000
"""Samples a second from which the bands are computed."""
SILENT = 75
"""Levels up to this one, -90 dB, are silence."""

Samples = NDArray[np.float32]
Run = tuple[int, Samples]
"""The place of the first of a block of samples, in samples from second 0, and the block."""
Levels = NDArray[np.uint8]

_FULL = 255
"""Level of 0 dB."""
_STEPS = 2
"""Levels a decibel."""
_HOP = SAMPLE_RATE // ROWS_A_SECOND
_WINDOW = 256
_JITTER = 0.02 + 1e-9
"""Seconds between a frame's begin and the end of the sound before it that are no gap: stamps are rounded."""
_BLOCK = 65_536
"""Samples that are resampled, and rows that are computed, at once."""
_ADVICE = "Type the offset, or mark one moment, such as a clap, in the film and in the recording."


@dataclass(frozen=True, slots=True, eq=False)
class BandEnergies:
    """The levels of the bands of a film's sound. Row i is at second i / ROWS_A_SECOND, the first picture at 0."""

    levels: Levels
    """(n, BANDS): 0 where the film has no sound at that time, else 255 + 2 x decibels, from 1 (-127 dB and below) to
    255 (0 dB, about the loudest that a band can be)."""

    def __post_init__(self) -> None:
        if self.levels.ndim != 2 or self.levels.shape[1] != BANDS or self.levels.dtype != np.uint8:
            raise ValueError(f"Levels of {self.levels.dtype} and shape {self.levels.shape}.")

    @property
    def seconds(self) -> float:
        """Length, in seconds."""
        return len(self.levels) / ROWS_A_SECOND

    @property
    def known(self) -> NDArray[np.bool_]:
        """(n,) whether there is sound at that time, be it silence."""
        return np.asarray(self.levels[:, 0] > 0)

    def to_bytes(self) -> bytes:
        return self.levels.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> BandEnergies:
        return cls(np.frombuffer(content, dtype=np.uint8).reshape(-1, BANDS))


def read_band_energies(film: Path, content: str, track: int | None = None) -> BandEnergies:
    """The band energies of the film at `film`, of SHA-256 `content`; `track`, of the picture, as in Decoder.

    Raises NoSound for a film without a sound track, with one that cannot be read, or with silence alone; and NotAFilm,
    MediaError, SettingsError or FilmChanged.
    """
    with Decoder(film, content, track=track) as decoder:
        media = decoder.media
        zero, clock = media.first_pts * media.time_base, media.stamps == "clock"
        with SoundTrack(film, zero, clock=clock) as sound:
            if not sound:
                raise NoSound(f"{film.name} has no sound track.", _ADVICE)
            levels = _assemble(_rows(mono_runs(sound.frames())))
        decoder.verify_file()  # its sound was read from a second handle
    if not levels.any():
        raise NoSound(f"The sound track of {film.name} cannot be read.", _ADVICE)
    if levels.max() <= SILENT:
        raise NoSound(f"The sound track of {film.name} is silent.", _ADVICE)
    return BandEnergies(levels)


def band_energies(samples: Samples) -> BandEnergies:
    """The band energies of mono `samples`, -1 to 1, SAMPLE_RATE a second; the first is at second 0."""
    return BandEnergies(_assemble(_rows([(0, samples)])))


def mono_runs(frames: Iterable[tuple[Fraction, AudioFrame]]) -> Iterator[Run]:
    """Blocks of mono samples, each with the place of its first, in samples from second 0; ascending, none overlaps.

    Sound before second 0 and after the longest film is left out.
    """
    position = 0
    for begins, part in _resampled(frames):
        first = round(begins * SAMPLE_RATE)
        if first > limits.SECONDS * SAMPLE_RATE:
            return
        rest = part[max(0, position - first) :]
        if len(rest):
            first = max(position, first)
            yield first, rest
            position = first + len(rest)


def _resampled(frames: Iterable[tuple[Fraction, AudioFrame]]) -> Iterator[tuple[Fraction, Samples]]:
    """Blocks of mono samples and their begins; within a run without a gap each begins where the one before ends."""
    run: _Run | None = None
    try:
        for begins, frame in frames:
            if run is None or abs(float(begins) - run.heard) > _JITTER:
                if run is not None:
                    yield from run.resampled(end=True)
                run = _Run(begins, frame.sample_rate)
            run.add(frame)
            yield from run.resampled()
        if run is not None:
            yield from run.resampled(end=True)
    except av.error.MemoryError:
        raise
    except (av.error.FFmpegError, ValueError):  # more channels than it can mix
        return


class _Run:
    """Sound without a gap, on its way to mono."""

    def __init__(self, begins: Fraction, rate: int) -> None:
        self._begins, self._rate = begins, rate
        self._samples = self._given = 0
        self._fifo = AudioFifo()
        self._resampler = AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)

    @property
    def heard(self) -> float:
        """End of the sound taken so far, seconds; no fraction, whose arithmetic takes most of the time of reading."""
        return float(self._begins) + self._samples / self._rate

    def add(self, frame: AudioFrame) -> None:
        """Take the next frame."""
        frame.pts = None  # counted, since stamps are rounded
        self._fifo.write(frame)
        self._samples += frame.samples

    def resampled(self, *, end: bool = False) -> Iterator[tuple[Fraction, Samples]]:
        """Blocks of samples and their begins, once there is enough for one; `end`: all the rest."""
        if self._fifo.samples < _BLOCK and not end:
            return
        whole = self._fifo.read()
        for given in (*([] if whole is None else [whole]), *([None] if end else [])):
            for frame in self._resampler.resample(given):
                part = frame.to_ndarray()[0]
                yield self._begins + Fraction(self._given, SAMPLE_RATE), part
                self._given += len(part)


def _rows(runs: Iterable[Run]) -> Iterator[tuple[int, Levels]]:
    """Blocks of rows, each with the index of its first. A row has sound all through its window."""
    for row, samples in windows_of(runs, hop=_HOP, before=_WINDOW // 2, window=_WINDOW, block=_BLOCK):
        yield row, _levels(samples)


def windows_of(runs: Iterable[Run], *, hop: int, before: int, window: int, block: int) -> Iterator[tuple[int, Samples]]:
    """The samples of up to `block` rows at once, with the index of the first: (rows - 1) x `hop` + `window` of them.

    Row i is at sample i x `hop`; its `window` begins `before` samples earlier. Rows without sound all through their
    window are left out.
    """
    kept, at = np.empty(0, dtype=np.float32), 0
    for first, part in runs:
        if first != at + len(kept):
            kept, at = part[:0], first
        kept = np.concatenate([kept, part])
        row = -(-(at + before) // hop)
        skipped = row * hop - before - at
        count = (len(kept) - skipped - window) // hop + 1
        for done in range(0, count, block):
            many = min(block, count - done)
            begin = skipped + done * hop
            yield row + done, kept[begin : begin + (many - 1) * hop + window]
        used = skipped + max(0, count) * hop
        kept, at = kept[used:], at + min(used, len(kept))


def _levels(samples: Samples) -> Levels:
    """(rows, BANDS) levels of as many windows as `samples` hold."""
    windows = sliding_window_view(samples, _WINDOW)[::_HOP]
    spectra = np.fft.rfft(windows * _HANN, axis=1)
    power = (spectra.real**2 + spectra.imag**2) @ _FILTERS
    levels = np.log10(np.maximum(power, 1e-20)) * (10 * _STEPS) + _FULL
    rounded: Levels = np.clip(np.nan_to_num(levels, nan=1, posinf=_FULL).round(), 1, _FULL).astype(np.uint8)
    return rounded


def _assemble(blocks: Iterable[tuple[int, Levels]]) -> Levels:
    """All rows, 0 where there is none."""
    known = list(blocks)
    levels = np.zeros((max((first + len(rows) for first, rows in known), default=0), BANDS), dtype=np.uint8)
    for first, rows in known:
        levels[first : first + len(rows)] = rows
    return levels


def _filters() -> Samples:
    """(_WINDOW / 2 + 1, BANDS) weights of the spectrum's bins: triangles whose peaks are even on the mel scale.

    The scale is 2595 log10(1 + f / 700), of O'Shaughnessy, Speech Communication (1987). Scaled so that a sine of
    amplitude 1 has about 0 dB.
    """
    lowest, highest = (2595 * np.log10(1 + hertz / 700) for hertz in (LOWEST, HIGHEST))
    edges = 700 * (10 ** (np.linspace(lowest, highest, BANDS + 2) / 2595) - 1)
    bins = np.fft.rfftfreq(_WINDOW, 1 / SAMPLE_RATE)[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    weights = np.maximum(0, np.minimum(rising, falling)) / (_HANN.sum() / 2) ** 2
    return np.asarray(weights, dtype=np.float32)


_HANN: Samples = np.hanning(_WINDOW + 1)[:-1].astype(np.float32)
_FILTERS = _filters()
