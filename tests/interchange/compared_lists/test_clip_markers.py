"""The changes between two lists as markers on one of both timelines."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from emotion_core.errors import ComparisonError
from emotion_core.interchange.compared_lists import SourceClip, SourceList, compare_lists, mark_clip_changes

BEFORE = SourceList(
    "old.edl",
    (
        SourceClip("A", "a", 0, 100, 0, 100),
        SourceClip("B", "b", 0, 50, 100, 150),
        SourceClip("C", "c", 0, 90, 150, 240),
    ),
    Fraction(25),
    starts_at=90000,
)
AFTER = replace(
    BEFORE,
    name="new.edl",
    clips=(
        SourceClip("A", "a", 12, 100, 0, 88),
        SourceClip("C", "c", 0, 90, 88, 178),
        SourceClip("D", "d", 0, 20, 0, 20, track=2),
    ),
)


def test_each_changed_clip_is_marked_where_it_lies() -> None:
    """Clips of two tracks with one first frame share a marker; what is unchanged has none."""
    changes = compare_lists(BEFORE, AFTER)
    after = mark_clip_changes(BEFORE, AFTER, changes, "after")
    assert [(marker.start, marker.frames, marker.name) for marker in after.markers] == [(0, 20, "a: trimmed / d: new")]
    assert after.markers[0].note == "head −12 frames; a, 01:00:00:00 in the first list / 20 frames"
    assert (after.timebase.first, after.frames) == ("01:00:00:00", 178)
    before = mark_clip_changes(BEFORE, AFTER, changes, "before")
    assert [(marker.start, marker.name) for marker in before.markers] == [(0, "a: trimmed"), (100, "b: left out")]
    assert [scene.name for scene in before.scenes] == ["a", "b", "c"]


def test_nothing_changed_is_nothing_to_mark() -> None:
    with pytest.raises(ComparisonError, match=r"Nothing changed in “old\.edl”"):
        mark_clip_changes(BEFORE, BEFORE, compare_lists(BEFORE, BEFORE), "after")
