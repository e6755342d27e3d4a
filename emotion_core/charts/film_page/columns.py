"""The columns of a chart: a film's scenes, or parts of equal length where scenes would be too narrow to see."""

from __future__ import annotations

from dataclasses import dataclass, replace
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from ...analysis import Analysis, Pooled, certainty_of, runner_up, sums_by_frame

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

NONE, CLEAR, MIXED, FEW = range(4)
"""Levels of certainty: no dominant expression, clear, mixed, too few frames for an interval."""
NARROW = 4
"""Pixels: narrower scenes cannot be told apart, nor read."""
_LENGTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
"""Seconds that a part of a film may have."""
_ROUNDING = 1e-6
"""Seconds by which the same time may differ, computed in two ways."""


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """n columns, ascending and without gaps between them; k labels. NaN is missing, never zero."""

    starts: Floats
    """(n,) seconds, as `ends`."""
    ends: Floats
    first: Ints
    """(n,) number, from 1, of the first scene that a column shows, as `last`."""
    last: Ints
    shares: Floats
    """(n, k), as `low` and `high`, the ends of the intervals."""
    low: Floats
    high: Floats
    coverage: Floats
    """(n,)"""
    faces: Ints
    frames: Ints
    frames_with_faces: Ints
    dominant: Ints
    """(n,) label of the largest share; -1 without a dominant expression."""
    rival: Ints
    """(n,) label of the second largest share; -1 without a dominant expression."""
    level: Ints
    """(n,) one of NONE, CLEAR, MIXED, FEW."""
    counts: NDArray[np.bool_]
    """(n,) whether a column is part of the film."""
    per: float = 0
    """Length of a column that pools, in seconds or scenes; 0 where each column is one scene."""

    def __len__(self) -> int:
        return len(self.starts)

    def between(self, first: int, last: int) -> Columns:
        """The columns from index `first` up to `last`, exclusive."""
        return replace(
            self,
            **{
                name: getattr(self, name)[first:last]
                for name in self.__dataclass_fields__
                if isinstance(getattr(self, name), np.ndarray)
            },
        )


def scene_columns(analysis: Analysis) -> Columns:
    """A column a scene, with the numbers of the report; computed once for each analysis."""
    columns = _known.get(analysis)
    if columns is None:
        columns = _known[analysis] = _of_scenes(analysis)
    return columns


_known: WeakKeyDictionary[Analysis, Columns] = WeakKeyDictionary()


def columns_of_time(analysis: Analysis, start: float, end: float, width: float) -> Columns:
    """What a chart `width` pixels wide shows from `start` to `end` (seconds): scenes, or parts of one length where
    more than a quarter of the scenes would be narrower than NARROW.
    """
    scenes = scene_columns(analysis)
    first = max(0, int(np.searchsorted(scenes.starts, start, side="right")) - 1)
    last = int(np.searchsorted(scenes.starts, end))
    shown = scenes.between(first, max(last, first + 1))
    pixels = (shown.ends - shown.starts) * width / max(end - start, 1e-9)
    if np.count_nonzero(pixels < NARROW) <= max(len(shown) / 4, 10):
        return shown
    start = max(start, 0.0)
    length = next((x for x in _LENGTHS if x * width / (end - start) > NARROW), _LENGTHS[-1])
    stop = float(scenes.ends[-1])
    edges = np.arange(np.floor(start / length), np.ceil(min(end, stop) / length) + 1) * length
    edges = np.unique(np.minimum(edges, stop))
    return _pooled(analysis, edges, length)


def columns_of_scenes(analysis: Analysis, first: int, last: int, width: float) -> Columns:
    """What a chart `width` pixels wide shows of the scenes from index `first` up to `last`, exclusive, all of one
    width: scenes, or groups of as many of them as make NARROW pixels.
    """
    scenes = scene_columns(analysis)
    size = max(1, next(s * 10**p for p in range(6) for s in (1, 2, 5) if s * 10**p * width / (last - first) >= NARROW))
    if size == 1:
        return scenes.between(first, last)
    starts = np.arange(first // size * size, last, size)
    return _pooled(analysis, np.append(scenes.starts[starts], scenes.ends[last - 1]), size)


def _pooled(analysis: Analysis, edges: Floats, per: float) -> Columns:
    """Columns between `edges` (seconds), each over the frames in it, weighted by their usable faces."""
    scenes, sums, settings = scene_columns(analysis), sums_by_frame(analysis), analysis.report_settings
    at = np.searchsorted(sums.seconds, edges - _ROUNDING)
    pooled = sums.pooled(at[:-1], at[1:], settings.confidence)
    dominant, rival, level = _leading(pooled, settings.coverage_floor, settings.mixed_floor)
    first = np.maximum(np.searchsorted(scenes.starts, edges[:-1] + _ROUNDING, side="right"), 1)
    last = np.maximum(np.searchsorted(scenes.starts, edges[1:] - _ROUNDING), first)
    film = np.concatenate([[0.0], np.cumsum((scenes.ends - scenes.starts) * scenes.counts)])
    return Columns(
        edges[:-1], edges[1:], first, last,
        pooled.shares, pooled.low, pooled.high, pooled.coverage,
        pooled.faces, pooled.frames, pooled.frames_with_faces,
        dominant, rival, level,
        counts=film[last] - film[first - 1] > 0, per=per,
    )  # fmt: skip


def _leading(pooled: Pooled, coverage_floor: float, mixed_floor: float) -> tuple[Ints, Ints, Ints]:
    """Dominant label, runner-up and level, by the rules for scenes: see analysis/readings/certainty.py."""
    shares = np.nan_to_num(pooled.shares, nan=-1.0)
    order = np.argsort(-shares, axis=1, kind="stable")
    dominant, rival = order[:, 0], order[:, 1]
    rows = np.arange(len(shares))
    has = (pooled.faces > 0) & (pooled.coverage >= coverage_floor)
    overlap = pooled.low[rows, dominant] <= pooled.high[rows, rival]
    mixed = (shares[rows, dominant] < mixed_floor) | overlap
    few = np.isnan(pooled.low[rows, dominant])
    level = np.select([~has, (shares[rows, dominant] < mixed_floor), few, mixed], [NONE, MIXED, FEW, MIXED], CLEAR)
    return np.where(has, dominant, -1), np.where(has, rival, -1), level.astype(np.int64)


def _of_scenes(analysis: Analysis) -> Columns:
    rows, labels = analysis.scenes, analysis.labels
    nothing = (np.nan,) * len(labels)
    intervals = np.array(
        [row.intervals or ((np.nan, np.nan),) * len(labels) for row in rows], dtype=np.float64
    ).reshape(len(rows), len(labels), 2)
    index = {label: i for i, label in enumerate(labels)} | {None: -1}
    levels = {None: NONE, "clear": CLEAR, "mixed": MIXED, "few frames": FEW}
    return Columns(
        starts=np.array([float(row.scene.span.start) for row in rows]),
        ends=np.array([float(row.scene.span.end) for row in rows]),
        first=np.array([row.scene.number for row in rows], dtype=np.int64),
        last=np.array([row.scene.number for row in rows], dtype=np.int64),
        shares=np.array([nothing if row.shares is None else row.shares for row in rows], dtype=np.float64),
        low=intervals[:, :, 0],
        high=intervals[:, :, 1],
        coverage=np.array([np.nan if row.coverage is None else row.coverage for row in rows], dtype=np.float64),
        faces=np.array([row.faces for row in rows], dtype=np.int64),
        frames=np.array([row.frames_sampled for row in rows], dtype=np.int64),
        frames_with_faces=np.array([row.frames_with_faces for row in rows], dtype=np.int64),
        dominant=np.array([index[row.dominant] for row in rows], dtype=np.int64),
        rival=np.array([index[runner_up(analysis, row)] for row in rows], dtype=np.int64),
        level=np.array([levels[certainty_of(analysis, row)] for row in rows], dtype=np.int64),
        counts=np.array([row.scene.counts for row in rows], dtype=bool),
    )
