"""Search windows of one sound in the whole of another, and find the line on which most of them lie.

A place is a row of the longer sound, its lag the place less the window's row in the shorter one. A line is
lag = place + slope x row.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...decoding import ROWS_A_SECOND
from ..records import Floats
from .features import Features, Rows

LONGEST, SHORTEST = 30 * ROWS_A_SECOND, 4 * ROWS_A_SECOND
"""Rows of a window. In 30 seconds a drift of SEARCHED_DRIFT blurs the place by 4 rows."""
WINDOWS = 24
"""Windows that are sought in the whole of the longer sound."""
CELL = 5
"""Rows of the longer sound of which the best place is kept."""

_CANDIDATES = 5
"""Best places of each window."""
_NEAR = 0.15 * ROWS_A_SECOND
"""Rows by which the place of a window on a line may be off it."""
_ELSEWHERE = 0.3 * ROWS_A_SECOND
"""Rows from which on another place is another."""
_LEAST_POWER = 0.1
"""Power of a window, as a share of the mean, below which it is not sought: hardly anything is heard."""
_HEARD = 10.0
"""Deviations from which on a window is surely heard: of unrelated sounds, 99 % of the best places have less than 9."""
_ALIKE = 0.6
"""Share of the best place's score from which on another fits about as well: of other passages it is below 0.5."""
_BETA = 0.5
"""Share of the phase transform: 0 is plain correlation, 1 the whole transform."""
_BLOCKS = 16
"""Blocks of the longer sound that are transformed at once."""


@dataclass(frozen=True, slots=True)
class Found:
    """The line that fits best."""

    place: float
    slope: float
    agreement: float
    """Share of the windows within both sounds whose best place is on the line."""
    clarity: float
    """1 - second / best sum of all windows' correlations, 0 to 1."""
    repeats: float
    """Share of the windows that are heard well, and hardly less so in other places."""
    break_at: float | None = None
    """Row of the shorter sound from which on, or up to which, windows agree on another line."""
    break_shift: float = 0.0
    """Rows by which that is shifted."""

    @property
    def confidence(self) -> float:
        return self.agreement * self.clarity


def find_line(short: Features, long: Features, most_slope: float) -> Found | None:
    """The line, of a slope of at most `most_slope`, on which the most windows of `short` lie in `long`.

    None if no window has sound that changes.
    """
    starts, length = windows(short, WINDOWS, 1)
    if len(starts) == 0 or not long.rows.any():
        return None
    scores = _scores(short, long, starts, length)
    cells, values = _best_cells(scores)
    lags = np.asarray(cells * CELL + (CELL - 1) / 2 - starts[:, None], dtype=np.float64)
    middles = np.asarray(starts + length / 2, dtype=np.float64)
    line = _consensus(middles, lags, values, most_slope)
    on_line = np.abs(lags[:, 0] - line[0] - line[1] * middles) <= _NEAR
    expected = starts + line[0] + line[1] * middles
    inside = (expected >= -_NEAR) & (expected <= len(long.rows) - length + _NEAR)
    if not inside.any():
        inside = on_line
    agreement = float(on_line[inside].mean()) if inside.any() else 0.0
    clarity = _clarity(scores, expected)
    at, elsewhere = _break(middles, lags - line[0] - line[1] * middles[:, None], values)
    repeats = float(((values[:, 0] > _HEARD) & (values[:, 1] > _ALIKE * values[:, 0])).mean())
    return Found(line[0], line[1], agreement, clarity, repeats, at, elsewhere)


def windows(sound: Features, most: int, overlap: int) -> tuple[NDArray[np.int64], int]:
    """First rows and length of up to `most` windows, spread evenly, in which something is heard.

    With `overlap` 1 they do not overlap, with 2 by half.
    """
    rows = len(sound.rows)
    length = int(np.clip(rows // 8, SHORTEST, LONGEST))
    count = int(np.clip((rows - length) * overlap // length + 1, 1, most))
    starts = np.linspace(0, max(0, rows - length), count).astype(np.int64)
    sums = np.concatenate([[0.0], np.cumsum(sound.power, dtype=np.float64)])
    power = sums[np.minimum(starts + length, rows)] - sums[starts]
    return starts[power > _LEAST_POWER * length * sums[-1] / max(1, rows)], length


def local_lags(short: Features, long: Features, found: Found, most: int, reach: int) -> tuple[Floats, Floats]:
    """Middles of windows along both sounds, and their lags within `reach` rows of the line, to a part of a row."""
    starts, length = windows(short, most, 2)
    expected = starts + found.place + found.slope * (starts + length / 2)
    firsts = np.round(expected).astype(np.int64) - reach
    size = _fast_length(length + 2 * reach)
    at, lags = [], []
    for start, first in zip(starts.tolist(), firsts.tolist(), strict=True):
        if first < 0 or first + length + 2 * reach > len(long.rows):
            continue
        piece = short.rows[start : start + length]
        place = long.rows[first : first + length + 2 * reach]
        spectrum = np.einsum("fb,fb->f", np.fft.rfft(place, size, axis=0), np.fft.rfft(piece, size, axis=0).conj())
        correlation = np.fft.irfft(_transformed(spectrum), size)[: 2 * reach + 1]
        best = int(correlation.argmax())
        if not 0 < best < 2 * reach or correlation[best] <= 0:
            continue
        at.append(start + length / 2)
        lags.append(first + best + _peak(correlation[best - 1 : best + 2]) - start)
    return np.asarray(at, dtype=np.float64), np.asarray(lags, dtype=np.float64)


def _scores(short: Features, long: Features, starts: NDArray[np.int64], length: int) -> Rows:
    """(windows, cells) the best correlation of each window in each cell of places, in deviations of all its places."""
    places = len(long.rows) - length + 1
    scores = np.zeros((len(starts), -(-max(1, places) // CELL)), dtype=np.float32)
    sums = np.concatenate([[0.0], np.cumsum(long.power, dtype=np.float64)])
    power = sums[length:] - sums[:-length]
    scale = (1 / np.sqrt(np.maximum(power, 0.1 * power.mean()))).astype(np.float32)
    size = _fast_length(4 * length)
    pieces = np.stack([np.fft.rfft(short.rows[start : start + length], size, axis=0).conj() for start in starts])
    for first, spectra, step in _blocks(long, length, size):
        for window, piece in enumerate(pieces):
            spectrum = np.einsum("nfb,fb->nf", spectra, piece)
            correlation = np.fft.irfft(_transformed(spectrum), size, axis=1)[:, :step].reshape(-1)
            correlation = correlation[: places - first] * scale[first : first + correlation.size]
            padded = np.pad(correlation, (0, -len(correlation) % CELL), constant_values=-np.inf)
            cells = padded.reshape(-1, CELL).max(axis=1)
            scores[window, first // CELL : first // CELL + len(cells)] = cells
    scores -= np.median(scores, axis=1, keepdims=True)
    deviation = 1.4826 * np.median(np.abs(scores), axis=1, keepdims=True)
    return np.asarray(scores / np.maximum(deviation, 1e-12), dtype=np.float32)


def _blocks(long: Features, length: int, size: int) -> Iterator[tuple[int, NDArray[np.complex64], int]]:
    """The first place, (blocks, size / 2 + 1, bands) spectra of blocks that overlap (overlap-save), places a block."""
    step = (size - length + 1) // CELL * CELL
    for first in range(0, max(1, len(long.rows) - length + 1), step * _BLOCKS):
        part = long.rows[first : first + step * (_BLOCKS - 1) + size]
        count = min(_BLOCKS, -(-max(1, len(part) - length + 1) // step))
        padded = np.pad(part, ((0, max(0, step * (count - 1) + size - len(part))), (0, 0)))
        blocks = np.stack([padded[step * block : step * block + size] for block in range(count)])
        yield first, np.fft.rfft(blocks, axis=1).astype(np.complex64, copy=False), step


def _transformed(spectrum: NDArray[np.complex64]) -> NDArray[np.complex64]:
    """The cross-spectrum after the phase transform."""
    magnitude = np.abs(spectrum)
    least = 1e-6 * magnitude.max(axis=-1, keepdims=True) + 1e-20
    return np.asarray(spectrum / np.maximum(magnitude, least) ** _BETA)


def _best_cells(scores: Rows) -> tuple[NDArray[np.int64], Floats]:
    """(windows, candidates) cells of the highest scores, _ELSEWHERE apart, and the scores; the best first."""
    left, apart = scores.copy(), round(_ELSEWHERE / CELL)
    cells = np.zeros((len(scores), _CANDIDATES), dtype=np.int64)
    values = np.zeros((len(scores), _CANDIDATES))
    for window, row in enumerate(left):
        for candidate in range(_CANDIDATES):
            best = int(row.argmax())
            cells[window, candidate], values[window, candidate] = best, max(0.0, float(row[best]))
            row[max(0, best - apart) : best + apart + 1] = -np.inf
    return cells, np.nan_to_num(values, posinf=0.0)


def _consensus(middles: Floats, lags: Floats, values: Floats, most_slope: float) -> tuple[float, float]:
    """Place and slope of the line with the greatest sum of values: level, or through two candidates."""
    best, line = -1.0, (0.0, 0.0)
    flat_at, flat_lags = np.repeat(middles, lags.shape[1]), lags.reshape(-1)
    for at, lag in zip(flat_at, flat_lags, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            slopes = (flat_lags - lag) / (flat_at - at)
        slopes = np.unique(np.append(slopes[np.abs(slopes) <= most_slope], 0.0))
        off = np.abs(lags - lag - slopes[:, None, None] * (middles - at)[:, None])
        sums = np.where(off <= _NEAR, values, 0).max(axis=2).sum(axis=1)
        top = int(sums.argmax())
        if sums[top] > best:
            best, line = float(sums[top]), (float(lag - slopes[top] * at), float(slopes[top]))
    return line


def _clarity(scores: Rows, expected: Floats) -> float:
    """1 - second / best of the windows' summed scores on lines parallel to the one found.

    `expected` are the places of the windows on the line found.
    """
    cells = scores.shape[1]
    sums = np.zeros(2 * cells + 1)
    for row, place in zip(scores, expected, strict=True):
        first = cells - round(float(np.clip(place / CELL, 0, cells)))
        sums[first : first + cells] += np.maximum(row, 0)
    near, elsewhere = round(_NEAR / CELL), round(_ELSEWHERE / CELL)
    best = sums[cells - near : cells + near + 1].max()
    sums[cells - elsewhere : cells + elsewhere + 1] = 0
    return float(np.clip(1 - sums.max() / max(best, 1e-9), 0, 1))


def _break(middles: Floats, off: Floats, values: Floats) -> tuple[float | None, float]:
    """Where the windows begin or cease to agree on another line, and its shift: see Found.

    `off` are the rows by which the candidates are off the line. At least two windows, and a tenth of all, must surely
    be heard on the other line and not on this one, and all lie before or after those that are heard on this one.
    """
    heard = values > np.maximum(_HEARD, _ALIKE * values[:, :1])
    here = np.flatnonzero((heard & (np.abs(off) <= _NEAR)).any(axis=1))
    if len(here) == 0:
        return None, 0.0
    for shift in off[heard[:, 0], 0]:
        on_other = (heard & (np.abs(off - shift) <= _NEAR)).any(axis=1)
        there = np.setdiff1d(np.flatnonzero(on_other), here)
        if len(there) < max(2, len(off) / 10) or on_other[here].mean() > 0.5:
            continue
        if there[0] > here[-1] or there[-1] < here[0]:
            gap = [here[-1], there[0]] if there[0] > here[-1] else [there[-1], here[0]]
            return float(middles[gap].mean()), float(shift)
    return None, 0.0


def _peak(three: Floats) -> float:
    """The peak of the parabola through three values, the second the greatest: -0.5 to 0.5 from it."""
    bend = three[0] - 2 * three[1] + three[2]
    return float(0.5 * (three[0] - three[2]) / bend) if bend < 0 else 0.0


def _fast_length(rows: int) -> int:
    return 1 << (rows - 1).bit_length()
