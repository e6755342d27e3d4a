"""Search of the second cut's sound in the first: stretches along which the offset is constant.

Rows of both cuts whose KEYS, parts of the fingerprint, are equal vote for their offset. Offsets with enough votes in a
window are compared bit by bit, and followed as far as they hold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...observations import PRINTS_A_SECOND
from .likeness import Rows, Sound, best_part, errors_at

KEY_BITS = 16
KEYS = (0, 5, 11, 16)
"""First bits of the parts of a fingerprint that are looked up. Of the same sound 7 % of them are equal, or more."""
MOST_EQUAL = 64
"""Rows of the first cut with one key beyond which it is not looked up: it says little."""
WINDOW = 3 * PRINTS_A_SECOND
"""Rows within which votes are counted."""
LEAST_VOTES = 7
"""Of 240 in a window: the same sound has about 17."""
OFFSETS = 8
"""Offsets of a window that are compared."""
AT_ONCE = 4096
"""Windows that are compared at once."""
LIMIT = 0.36
"""Share of differing bits above which a row speaks against a stretch."""
SURE = 0.3
"""Mean share of differing bits that a stretch has at most."""
SHORTEST = round(2.5 * PRINTS_A_SECOND)
"""Rows of a stretch that say something, at least."""
BESIDE = 10 * PRINTS_A_SECOND
"""Rows beyond its windows in which a stretch is followed."""
SAME_OFFSET = 2
"""Rows by which offsets of one stretch differ at most."""
AS_GOOD = 0.7
"""Share of a stretch's gain from which on another place fits about as well: a loop, or music that comes again."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows of the second cut whose sound is in the first, `offset` rows later."""

    first: int
    last: int
    """Exclusive."""
    offset: int
    gain: float
    """Sum over its rows of how far their errors are below LIMIT."""


def find_stretches(first: Sound, second: Sound, is_open: NDArray[np.bool_]) -> list[Stretch]:
    """The stretches of the `is_open` rows of the second cut whose sound is in one place of the first; none overlap."""
    found: list[Stretch] = []
    votes = _votes(first, second, np.flatnonzero(is_open & second.heard))
    for offset, begin, end in _tracks(*_alike(first, second, *_voted(*votes))):
        low, high = max(0, begin - BESIDE), min(len(second), end + BESIDE)
        found += stretches_at(first, second, offset, low, high, is_open)
    found.sort(key=lambda stretch: -stretch.gain)
    kept: list[Stretch] = []
    for stretch in found:
        if all(stretch.last <= other.first or other.last <= stretch.first for other in kept):
            kept.append(stretch)
    return [stretch for stretch in kept if not any(_fits_as_well(other, stretch) for other in found)]


def stretches_at(
    first: Sound, second: Sound, offset: int, low: int, high: int, is_open: NDArray[np.bool_], least: int = SHORTEST
) -> list[Stretch]:
    """The stretches between two rows of the second cut whose sound is in the first by this offset.

    Of one, at least `least` rows say something.
    """
    if high - low < least:
        return []
    rows = np.arange(low, high)
    near = [errors_at(first, second, rows, rows + offset + step) for step in (-1, 0, 1)]
    means = [float(np.nanmean(errors)) if np.isfinite(errors).any() else 1.0 for errors in near]
    errors = near[int(np.argmin(means))]
    errors[~is_open[low:high]] = np.nan
    begin, end, gain = best_part(LIMIT - errors)
    part = errors[begin:end]
    if np.count_nonzero(np.isfinite(part)) < least or float(np.nanmean(part)) > SURE:
        return []
    best = Stretch(low + begin, low + end, offset + int(np.argmin(means)) - 1, gain)
    before = stretches_at(first, second, offset, low, low + begin, is_open, least)
    return [*before, best, *stretches_at(first, second, offset, low + end, high, is_open, least)]


def _votes(first: Sound, second: Sound, rows: Rows) -> tuple[Rows, Rows]:
    """Rows of the second cut, and offsets of those of the first with an equal key."""
    theirs = np.flatnonzero(first.heard)
    at: list[Rows] = []
    offsets: list[Rows] = []
    for shift in KEYS:
        keys, wanted = (_key(bits, shift) for bits in (first.bits[theirs], second.bits[rows]))
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        low, high = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
        count = np.where(high - low <= MOST_EQUAL, high - low, 0)
        ranks = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        places = theirs[order[np.repeat(low, count) + ranks]]
        at.append(np.repeat(rows, count))
        offsets.append(places - at[-1])
    return np.concatenate(at), np.concatenate(offsets)


def _key(bits: NDArray[np.uint32], shift: int) -> NDArray[np.uint16]:
    return ((bits >> np.uint32(shift)) & np.uint32(2**KEY_BITS - 1)).astype(np.uint16)


def _voted(at: Rows, offsets: Rows) -> tuple[Rows, Rows]:
    """Windows of rows of the second cut, and offsets for which enough of their rows voted; of each the OFFSETS best."""
    if not len(at):
        return at, offsets
    windows, lowest = at // WINDOW, int(offsets.min())
    span = (int(offsets.max()) - lowest) // SAME_OFFSET + 2
    keys, counts = np.unique(windows * span + (offsets - lowest) // SAME_OFFSET, return_counts=True)
    # Votes for the next offset count, too: sound lies between two rows.
    counts[:-1] += np.where(keys[1:] - keys[:-1] == 1, counts[1:], 0)
    enough = np.flatnonzero(counts >= LEAST_VOTES)
    enough = enough[np.lexsort((-counts[enough], keys[enough] // span))]
    windows = keys[enough] // span
    best = np.arange(len(enough)) - np.searchsorted(windows, windows, "left") < OFFSETS
    return windows[best], keys[enough][best] % span * SAME_OFFSET + lowest + 1


def _alike(first: Sound, second: Sound, windows: Rows, offsets: Rows) -> tuple[Rows, Rows]:
    """Those of the windows and offsets along which the sounds are alike, by any of the rows about the offset."""
    kept = np.zeros(len(windows), dtype=np.bool_)
    for begin in range(0, len(windows), AT_ONCE):
        part = slice(begin, begin + AT_ONCE)
        rows = windows[part, None] * WINDOW + np.arange(WINDOW)
        for step in (-1, 0, 1):
            errors = errors_at(first, second, rows, rows + offsets[part, None] + step)
            said = np.isfinite(errors).sum(axis=1)
            kept[part] |= (np.nansum(errors, axis=1) <= LIMIT * said) & (said >= PRINTS_A_SECOND)
    return windows[kept], offsets[kept]


def _tracks(windows: Rows, offsets: Rows) -> Iterator[tuple[int, int, int]]:
    """Each offset with the first row and one past the last of windows in turn that agree on it."""
    order = np.lexsort((windows, offsets))
    run: list[int] | None = None
    for offset, number in zip(offsets[order].tolist(), windows[order].tolist(), strict=True):
        if run is not None and offset == run[0] and number <= run[2] + 2:
            run[2] = number
            continue
        if run is not None:
            yield run[0], run[1] * WINDOW, (run[2] + 1) * WINDOW
        run = [offset, number, number]
    if run is not None:
        yield run[0], run[1] * WINDOW, (run[2] + 1) * WINDOW


def _fits_as_well(other: Stretch, stretch: Stretch) -> bool:
    """Whether most of a stretch is about as well elsewhere in the first cut."""
    overlap = min(other.last, stretch.last) - max(other.first, stretch.first)
    is_elsewhere = abs(other.offset - stretch.offset) > 3 * SAME_OFFSET
    per_row = stretch.gain / (stretch.last - stretch.first)
    return is_elsewhere and 2 * overlap > stretch.last - stretch.first and (
        other.gain / (other.last - other.first) > AS_GOOD * per_row
    )  # fmt: skip
