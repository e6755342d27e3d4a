"""Matching of scenes, from the alignment of a re-cut."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emotion_core.compare import (
    AlignmentMap,
    FootageSummary,
    MatchKind,
    find_shared_segments,
    match_scenes,
    summarize_footage,
)
from emotion_core.compare.scene_matching import scene_edges
from emotion_core.scenes import Scene, scenes_of
from tests.support.scans import by_cuts, media, observations

RATE = Fraction(25)

Shown = list[tuple[int, int] | int]
"""Steps of the second cut: (first, after the last) of the first cut, or a number of new ones."""

Row = tuple[int | None, int | None, MatchKind, float | None, bool]
"""Scene before and after by number, kind of match, seconds shared, moved."""

# The first cut has scenes of 100, 50 and 150 frames.
RECUTS: dict[str, tuple[Shown, tuple[int, ...], list[Row]]] = {
    # shown, where the second cut's scenes begin, rows
    "nothing done": ([(0, 300)], (0, 100, 150), [
        (1, 1, "same", 4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "a frame here and there": ([(1, 100), 1, (101, 299)], (0, 100, 150), [
        (1, 1, "same", 3.96, False), (2, 2, "same", 1.96, False), (3, 3, "same", 5.92, False)]),
    "trimmed": ([(10, 90), (100, 150), (180, 300)], (0, 80, 130), [
        (1, 1, "trimmed", 3.2, False), (2, 2, "same", 2, False), (3, 3, "trimmed", 4.8, False)]),
    "a pause taken out within": ([(0, 40), (60, 150), (150, 300)], (0, 80, 130), [
        (1, 1, "trimmed", 3.2, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "longer": ([20, (0, 100), (100, 300)], (0, 120, 170), [
        (1, 1, "extended", 4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "part replaced": ([(0, 50), 40, (100, 300)], (0, 90, 140), [
        (1, 1, "recut", 2, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "halves changed places": ([(50, 100), (0, 50), (100, 300)], (0, 100, 150), [
        (1, 1, "recut", 4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "left out": ([(0, 100), (150, 300)], (0, 100), [
        (1, 1, "same", 4, False), (2, None, "only before", 0, False), (3, 2, "same", 6, False)]),
    "the first left out": ([(100, 300)], (0, 50), [
        (1, None, "only before", 0, False), (2, 1, "same", 2, False), (3, 2, "same", 6, False)]),
    "a scene more": ([30, (0, 300)], (0, 30, 130, 180), [
        (None, 1, "only after", 0, False), (1, 2, "same", 4, False), (2, 3, "same", 2, False),
        (3, 4, "same", 6, False)]),
    "a scene more, for the most part": ([90, (100, 105), (0, 300)], (0, 95, 195, 245), [
        (None, 1, "only after", 0.2, False), (1, 2, "same", 4, False), (2, 3, "same", 2, False),
        (3, 4, "same", 6, False)]),
    "shown again, a frame more of it": ([(0, 100), 1, (101, 300), (100, 150)], (0, 100, 150, 300), [
        (1, 1, "same", 4, False), (2, 2, "same", 1.96, False), (3, 3, "same", 6, False),
        (2, 4, "repeated", 2, True)]),
    "moved": ([(100, 150), (0, 100), (150, 300)], (0, 50, 150), [
        (2, 1, "same", 2, True), (1, 2, "same", 4, False), (3, 3, "same", 6, False)]),
    "split": ([(0, 300)], (0, 60, 100, 150), [
        (1, 1, "split", 2.4, False), (1, 2, "split", 1.6, False), (2, 3, "same", 2, False), (3, 4, "same", 6, False)]),
    "merged": ([(0, 300)], (0, 150), [
        (1, 1, "merged", 4, False), (2, 1, "merged", 2, False), (3, 2, "same", 6, False)]),
    "an insert parts a scene": ([(0, 60), 40, (60, 300)], (0, 60, 100, 140, 190), [
        (1, 1, "split", 2.4, False), (None, 2, "only after", 0, False), (1, 3, "split", 1.6, False),
        (2, 4, "same", 2, False), (3, 5, "same", 6, False)]),
    "shown again": ([(0, 300), (0, 100)], (0, 100, 150, 300), [
        (1, 1, "same", 4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False), (1, 4, "repeated", 4, True)]),
    "nothing shared": ([200], (0, 100), [
        (1, 1, "by order", None, False), (2, 2, "by order", None, False), (3, None, "by order", None, False)]),
    "a tenth of a scene": ([90, (0, 10), (100, 300)], (0, 100, 150), [
        (1, 1, "recut", 0.4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "less than a tenth": ([91, (0, 9), (100, 300)], (0, 100, 150), [
        (1, None, "only before", 0.36, False), (None, 1, "only after", 0.36, False), (2, 2, "same", 2, False),
        (3, 3, "same", 6, False)]),
    "three frames gone": ([(0, 97), (100, 300)], (0, 97, 147), [
        (1, 1, "trimmed", 3.88, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False)]),
    "a scene's edge moved": ([(0, 300)], (0, 60, 150), [
        (1, 1, "trimmed", 2.4, False), (2, 2, "extended", 2, False), (3, 3, "same", 6, False)]),
    "split, and another merged into a part": ([(0, 60), (100, 150), (60, 100), (150, 300)], (0, 110, 150), [
        (1, 1, "recut", 2.4, False), (2, 1, "merged", 2, False), (1, 2, "split", 1.6, True),
        (3, 3, "same", 6, False)]),
    "a little of it again": ([(0, 60), (40, 100), (100, 300)], (0, 60, 120, 170), [
        (1, 1, "split", 2.4, False), (1, 2, "split", 2.4, False), (2, 3, "same", 2, False),
        (3, 4, "same", 6, False)]),
    "shown again from the middle": ([(0, 300), (100, 150)], (0, 100, 150, 300), [
        (1, 1, "same", 4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False), (2, 4, "repeated", 2, True)]),
    "a teaser": ([(150, 300), (0, 300)], (0, 150, 250, 300), [
        (3, 1, "repeated", 6, True), (1, 2, "same", 4, False), (2, 3, "same", 2, False), (3, 4, "same", 6, False)]),
    "moved and merged": ([(200, 300), (0, 100), (100, 150)], (0, 200), [
        (1, 1, "merged", 4, False), (3, 1, "merged", 4, True), (2, 2, "same", 2, False)]),
    "a picture held": ([(0, 100), (100, 150), *[(149, 150)] * 60, (150, 300)], (0, 100, 210), [
        (1, 1, "same", 4, False), (2, 2, "extended", 4.4, False), (3, 3, "same", 6, False)]),
    "a montage of the film": ([(0, 300), (0, 40), (100, 140), (150, 190)], (0, 100, 150, 300), [
        (1, 1, "same", 4, False), (2, 2, "same", 2, False), (3, 3, "same", 6, False), (None, 4, "spread", 4.8, False)]),
}  # fmt: skip


def scenes(frames: int, cuts: tuple[int, ...], rate: Fraction = RATE) -> tuple[Scene, ...]:
    film = media(rate=rate, duration=frames / rate)
    return scenes_of(observations({}, frames=frames, film=film), by_cuts(*cuts))


def footage_of(stretches: Shown, steps: int = 300) -> AlignmentMap:
    parts = [np.full(stretch, -1) if isinstance(stretch, int) else np.arange(*stretch) for stretch in stretches]
    return AlignmentMap(RATE, steps, np.concatenate(parts).astype(np.int64))


BEFORE = scenes(300, (0, 100, 150))


@pytest.mark.parametrize("name", RECUTS)
def test_what_became_of_each_scene(name: str) -> None:
    """Each scene of both cuts is matched to the one that shows its footage, in the order of the second cut."""
    stretches, cuts, expected = RECUTS[name]
    footage = footage_of(stretches)
    rows = match_scenes(BEFORE, scenes(len(footage.source), cuts), footage)
    matches = [
        (
            None if row.before is None else row.before + 1,
            None if row.after is None else row.after + 1,
            row.kind,
            None if row.shared is None else float(row.shared),
            row.moved,
        )
        for row in rows
    ]
    assert matches == expected


def test_without_footage_scenes_stand_by_their_order() -> None:
    """Without an alignment scenes are matched by order; surplus scenes stand alone."""
    fates = [(row.before, row.after, row.kind) for row in match_scenes(BEFORE[:1], BEFORE, None)]
    assert fates == [(0, 0, "by order"), (None, 1, "by order"), (None, 2, "by order")]
    assert [row.kind for row in match_scenes(BEFORE, BEFORE[:2], None)] == ["by order"] * 3


SUMMARIES: dict[str, tuple[float, float, float, float]] = {
    # seconds shared, moved, new, left out
    "nothing done": (12, 0, 0, 0),
    "trimmed": (10, 0, 0, 2),
    "longer": (12, 0, 0.8, 0),
    "moved": (12, 2, 0, 0),
    "shown again": (16, 4, 0, 0),
    "nothing shared": (0, 0, 8, 12),
}


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_of_a_recut(name: str) -> None:
    """Shared and new footage make up the second cut; left-out footage is missing from the first, shown once or
    twice.
    """
    summary = summarize_footage(footage_of(RECUTS[name][0]))
    assert summary == FootageSummary(*(Fraction(str(seconds)) for seconds in SUMMARIES[name]))


def test_segments_are_where_footage_goes_on() -> None:
    """A segment has the same length in both cuts unless a picture is held; segments outside the longest part in
    order are moved.
    """
    segments = find_shared_segments(footage_of([(100, 150), 25, (0, 100), *[(99, 100)] * 25, (150, 300)]))
    assert [tuple(map(float, (r.before.start, r.before.end, r.after.start, r.after.end))) for r in segments] == [
        (4, 6, 0, 2),
        (0, 4, 3, 8),
        (6, 12, 8, 14),
    ]
    assert [segment.moved for segment in segments] == [True, False, False]


def test_scenes_at_another_rate_are_laid_on_the_grid() -> None:
    """Scenes of a film at 50 frames a second lie on the grid of 25 by their times."""
    footage = footage_of([(0, 300)])
    rows = match_scenes(BEFORE, scenes(600, (0, 200, 300), Fraction(50)), footage)
    assert [row.kind for row in rows] == ["same"] * 3


def test_three_thousand_scenes_are_linked() -> None:
    """In a film of three thousand scenes in reverse each is matched, and all but one are moved."""
    ends = np.arange(0, 30_000, 10)
    source = np.concatenate([np.arange(end, end + 10) for end in ends[::-1].tolist()])
    many = scenes(30_000, tuple(ends.tolist()))
    rows = match_scenes(many, many, AlignmentMap(RATE, 30_000, source))
    assert [row.before for row in rows] == list(range(3000))[::-1]
    assert {row.kind for row in rows} == {"same"}
    assert sum(row.moved for row in rows) == 2999


def test_a_film_of_less_than_half_a_step_has_one() -> None:
    """As its pictures on the grid of both cuts: a film of one frame beside one of half its rate."""
    assert scene_edges(scenes(1, ()), Fraction(12)).tolist() == [0, 1]
