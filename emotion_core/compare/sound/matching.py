"""What sound adds to an alignment by pictures: footage that only sounds the same, and footage with another sound."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...observations import PRINTS_A_SECOND, SoundPrints
from ..altered import Match, Matches
from ..pictures import Steps
from .likeness import Rows, Sound, errors_at
from .same_place import other_sound
from .search import SHORTEST, Stretch, find_stretches, stretches_at

Flags = NDArray[np.bool_]
"""(n,): a flag for each step of the second cut."""

CONTINUED = PRINTS_A_SECOND
"""Rows that say something, at least, of a stretch that goes on with the offset of the picture beside it."""
CONTINUED_SHARE = 0.6
"""Share of the open rows that it covers: sound that only ends or begins a little after its picture is none."""
SNAP = 0.4
"""Seconds up to which the edge of a stretch, which a row blurs by half its window, is that of the open steps."""

EDGE = 0.25
"""Seconds up to which another sound that begins or ends beside a splice does so there: prints of 0.38 s blur it."""


def match_sound(
    source: Steps,
    how: Matches,
    steps: int,
    rate: float,
    first: SoundPrints | None,
    second: SoundPrints | None,
    splices: Steps | None = None,
) -> Flags:
    """Write into `source` and `how` what only sounds the same; and return the steps with another sound.

    `source`, `how`, `steps` and `rate` as in AlignmentMap. `splices` are the steps at which a shot of the second cut
    begins: another sound that begins or ends near to one does so there. Where a cut has no sound nothing is changed or
    returned.
    """
    one, other = (None if prints is None else Sound.of(prints) for prints in (first, second))
    if one is None or other is None:
        return np.zeros(len(source), dtype=np.bool_)
    told = _at_splices(_other_sound(one, other, source, how, rate), splices, rate)
    _fill_open(one, other, source, how, steps, rate)
    return told


def _other_sound(first: Sound, second: Sound, source: Steps, how: Matches, rate: float) -> Flags:
    """The matched steps with another sound. That of retimed footage has another pitch, and is not compared."""
    told = np.zeros(len(source), dtype=np.bool_)
    compared = (source >= 0) & (how != Match.RETIMED) & (how != Match.SOUND)
    for begin, end in _runs(compared & (np.abs(np.diff(source - np.arange(len(source)), prepend=source[0])) <= 1)):
        rows = np.arange(*_rows(begin, end, rate))
        at = np.clip(((rows / PRINTS_A_SECOND) * rate).astype(np.int64), begin, end - 1)
        shift = float(np.median(source[begin:end] - np.arange(begin, end))) if end - begin < rate else None
        offsets = source[at] - at if shift is None else shift
        places = rows + np.rint(np.asarray(offsets) / rate * PRINTS_A_SECOND).astype(np.int64)
        flags = other_sound(first, second, rows, places)
        if flags.any():
            here = np.clip(_row_of(np.arange(begin, end), rate) - rows[0], 0, len(rows) - 1)
            told[begin:end] = flags[here]
    return told


def _at_splices(told: Flags, splices: Steps | None, rate: float) -> Flags:
    """The flags with each edge of a run at the nearest splice, where one is near."""
    if splices is None or not len(splices):
        return told
    moved = np.zeros_like(told)
    for edges in _runs(told):
        nearest = [int(splices[np.abs(splices - edge).argmin()]) for edge in edges]
        begin, end = (
            splice if abs(splice - edge) <= EDGE * rate else edge for splice, edge in zip(nearest, edges, strict=True)
        )
        moved[begin:end] = True
    return moved


def _fill_open(first: Sound, second: Sound, source: Steps, how: Matches, steps: int, rate: float) -> None:
    """Find what is open in the sound, beside matched pictures before elsewhere."""
    is_open = np.zeros(len(second), dtype=np.bool_)
    gaps = [gap for gap in _runs(source < 0) if gap[1] - gap[0] >= CONTINUED / PRINTS_A_SECOND * rate]
    for begin, end in gaps:
        is_open[slice(*_rows(begin, end, rate))] = True
    for begin, end in gaps:
        low, high = (min(row, len(second)) for row in _rows(begin, end, rate))  # sound may end before the pictures
        least = max(CONTINUED, min(SHORTEST, round(CONTINUED_SHARE * (high - low))))
        for shift in {int(source[at]) - at for at in (begin - 1, end) if 0 <= at < len(source) and source[at] >= 0}:
            offset = round(shift / rate * PRINTS_A_SECOND)
            for stretch in stretches_at(first, second, offset, low, high, is_open, least):
                _write(source, how, stretch, shift, steps, rate)
                is_open[stretch.first : stretch.last] = False
    for stretch in find_stretches(first, second, is_open):
        shift = round(_exact_offset(first, second, stretch) / PRINTS_A_SECOND * rate)
        _write(source, how, stretch, shift, steps, rate)


def _write(source: Steps, how: Matches, stretch: Stretch, shift: int, steps: int, rate: float) -> None:
    """Write a stretch into the open steps that it covers, to their edges where they are near."""
    at = np.arange(*(round(row / PRINTS_A_SECOND * rate) for row in (stretch.first, stretch.last)))
    at = at[(at >= 0) & (at < len(source))]
    at = at[source[at] < 0]
    if not len(at):
        return
    is_open, reach = source < 0, round(SNAP * rate)
    begin = int(at[0]) - _to_edge(is_open[: at[0]][::-1], reach)
    end = int(at[-1]) + 1 + _to_edge(is_open[at[-1] + 1 :], reach)
    at = np.concatenate([np.arange(begin, at[0]), at, np.arange(at[-1] + 1, end)])
    at = at[(at + shift >= 0) & (at + shift < steps)]
    source[at], how[at] = at + shift, Match.SOUND


def _to_edge(is_open: Flags, reach: int) -> int:
    """How many steps from the first on are open, if they end within `reach`; else none."""
    closed = np.flatnonzero(~is_open[:reach])
    count = int(closed[0]) if len(closed) else len(is_open)
    return count if count < reach else 0


def _exact_offset(first: Sound, second: Sound, stretch: Stretch) -> float:
    """A stretch's offset to a part of a row: where the parabola through the errors about it is lowest."""
    rows = np.arange(stretch.first, stretch.last)
    low, here, high = (
        float(np.nanmean(errors_at(first, second, rows, rows + stretch.offset + step))) for step in (-1, 0, 1)
    )
    bend = low - 2 * here + high
    return stretch.offset + (float(np.clip((low - high) / (2 * bend), -0.5, 0.5)) if bend > 0 else 0.0)


def _rows(begin: int, end: int, rate: float) -> tuple[int, int]:
    """The rows at the times of some steps."""
    return int(np.ceil(begin / rate * PRINTS_A_SECOND)), int(np.ceil(end / rate * PRINTS_A_SECOND))


def _row_of(steps: Steps, rate: float) -> Rows:
    """The row nearest to the middle of each step."""
    return np.asarray(np.rint((steps + 0.5) / rate * PRINTS_A_SECOND), dtype=np.int64)


def _runs(flags: NDArray[Any]) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) of each run of flags that are set."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flags.astype(np.int8), [0]]))).reshape(-1, 2)
    yield from ((int(begin), int(end)) for begin, end in edges)
