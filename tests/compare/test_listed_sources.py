"""Footage that both films' cut lists name, against cuts of which the truth is known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from emotion_core.analysis import Analysis, analyse
from emotion_core.compare import align, pair, with_listed_sources
from emotion_core.compare.change_list import list_changes
from emotion_core.settings import CutSource, ReportSettings, ShotSettings
from tests.support.planted_footage import recoded, synthetic_takes
from tests.support.scans import observations

Piece = tuple[str, int, int]
"""A reel, its first frame and one past the last."""
MOVING = dict(zip("AB", synthetic_takes(2, 300, 4), strict=True))
TAKES = {**MOVING, "S": np.repeat(MOVING["B"][:1], 300, axis=0)}
"""S stands still: no picture tells which part of it is shown."""
BEFORE: list[Piece] = [("A", 0, 150), ("S", 10, 210), ("B", 0, 100)]
AFTER: list[Piece] = [("A", 20, 150), ("S", 60, 150), ("B", 100, 180), ("B", 0, 100), ("S", 5, 10)]


def cut(pieces: Sequence[Piece], seed: int, sources: Sequence[CutSource] | None = None) -> Analysis:
    """A cut with its list, which names the truth unless told otherwise."""
    starts = np.cumsum([0, *(last - first for _, first, last in pieces)]).tolist()
    layouts = recoded(np.concatenate([TAKES[take][first:last] for take, first, last in pieces]), seed)
    scan = observations({}, frames=starts[-1])
    scan = replace(scan, scores=replace(scan.scores, layout=layouts))
    if sources is None:
        sources = [
            (start, start + last - first, take, 1000 + first, 1000 + last)
            for start, (take, first, last) in zip(starts, pieces, strict=False)
        ]
    cuts = tuple((start, "") for start in starts[:-1])
    return analyse(scan, ReportSettings(shots=ShotSettings(detector="cuts", cuts=cuts, cut_sources=tuple(sources))))


def truth() -> NDArray[np.int64]:
    """AlignmentMap.source of both cuts."""
    place = {}
    for at, shown in enumerate((take, frame) for take, first, last in BEFORE for frame in range(first, last)):
        place[shown] = at
    return np.array([place.get((take, frame), -1) for take, first, last in AFTER for frame in range(first, last)])


def test_lists_say_which_part_of_a_still_take_was_kept() -> None:
    """Every frame has its place, and the changes are right to the frame; by the pictures alone they are not."""
    before, after = cut(BEFORE, 1), cut(AFTER, 2)
    seen = align(before.observations, after.observations)
    assert not np.array_equal(seen.source, truth())
    shared = with_listed_sources(seen, before, after)
    assert np.array_equal(shared.source, truth())
    changes = list_changes(before, after, shared, pair(before, after, shared)).changes
    told = {(change.kind, change.head, change.tail) for change in changes}
    assert told >= {("trimmed", 20, 0), ("trimmed", 50, 60), ("unchanged", 0, 0)}
    assert with_listed_sources(seen, before, cut(AFTER, 2, ())) is seen


def test_pictures_that_contradict_a_list_win() -> None:
    """A list of another film, whose reels have the same names, changes nothing of what the pictures show."""
    before = cut(BEFORE, 1)
    wrong = [(0, 130, "B", 1000, 1130), (130, 220, "A", 1000, 1090)]
    after = cut(AFTER, 2, wrong)
    seen = align(before.observations, after.observations)
    shared = with_listed_sources(seen, before, after)
    assert np.array_equal(shared.source[:130], seen.source[:130])
    assert not shared.is_listed[:130].any()
