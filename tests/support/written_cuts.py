"""Cuts written by hand, with their list of changes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare import align, pair
from emotion_core.compare.change_list import ChangeList, list_changes
from tests.support.planted_footage import synthetic_takes
from tests.support.scans import Look, by_cuts, logits_of, observations

HAPPY: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(happy=0.88))
SAD: Look = ((10.0, 10.0, 40.0, 40.0), 0.9, logits_of(sad=0.88))
TAKES = synthetic_takes(4, 100, 9)


def cut(*parts: tuple[int, int, int, Look | None]) -> Analysis:
    """A cut of scenes, each frames `first` to before `last` of a take with such a face on every fifth frame."""
    starts = np.cumsum([0, *(last - first for _, first, last, _ in parts)]).tolist()
    looks: dict[int, list[Look]] = {
        frame: [] if look is None else [look]
        for start, (_, first, last, look) in zip(starts, parts, strict=False)
        for frame in range(start, start + last - first, 5)
    }
    scan = observations(looks, frames=starts[-1])
    layout = np.concatenate([TAKES[take][first:last] for take, first, last, _ in parts])
    scan = replace(scan, scores=replace(scan.scores, layout=layout))
    return analyse(scan, by_cuts(*starts[1:-1]))


def listed(before: Analysis, after: Analysis) -> ChangeList:
    shared = align(before.observations, after.observations)
    return list_changes(before, after, shared, pair(before, after, shared))


def trimmed() -> tuple[Analysis, Analysis, ChangeList]:
    """A scene left out, one with its head trimmed, one without faces extended, and one unchanged."""
    before = cut((0, 0, 100, HAPPY), (1, 0, 100, SAD), (2, 0, 90, None), (3, 0, 100, HAPPY))
    after = cut((1, 15, 100, SAD), (2, 0, 98, None), (3, 0, 100, HAPPY))
    return before, after, listed(before, after)
