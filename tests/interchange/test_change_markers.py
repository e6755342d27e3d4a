"""Markers of a re-cut's changes, on either cut."""

from __future__ import annotations

from dataclasses import replace

import opentimelineio
import pytest

from emotion_core.compare.change_list import ChangeList
from emotion_core.errors import ComparisonError
from emotion_core.interchange import FORMATS, Side, mark_changes
from tests.support import written_cuts

SECOND = [(0, "1 trimmed: sad 88 %"), (85, "2 extended: not enough faces")]
FIRST = [(0, "1 left out: happy 88 %"), (100, "2 trimmed: sad 88 %"), (200, "3 extended: not enough faces")]


@pytest.mark.parametrize(("side", "expected"), [("after", SECOND), ("before", FIRST)])
def test_a_recut_is_marked(side: Side, expected: list[tuple[int, str]]) -> None:
    """On either cut each changed scene has a marker that names its kinds; the others have none."""
    before, after, listed = written_cuts.trimmed()
    marker_list = mark_changes(before, after, listed, side, "cut.mov")
    assert [(marker.start, marker.name) for marker in marker_list.markers] == expected
    trimmed = next(marker.note for marker in marker_list.markers if "trimmed" in marker.name)
    other, at = ("first", "00:00:04:00") if side == "after" else ("second", "00:00:00:00")
    assert f"of the {other} cut at {at}: sad 88 %, head −15 frames, no clear change; sad 88" in trimmed


def test_every_format_holds_them() -> None:
    """The kinds are in each editing tool's file, whatever it calls a name."""
    before, after, listed = written_cuts.trimmed()
    marker_list = mark_changes(before, after, listed, "after", "cut.mov")
    for form in FORMATS.values():
        if not form.has_every_scene:
            assert "1 trimmed: sad 88" in form.write(marker_list).decode("utf-8-sig"), form.name
    timeline = opentimelineio.adapters.read_from_string(FORMATS["otio"].write(marker_list).decode(), "otio_json")
    assert [marker.name for marker in timeline.tracks.markers] == [name for _, name in SECOND]


def test_a_scene_of_several_has_one_marker() -> None:
    """A scene merged from two has one marker, which names both."""
    before = written_cuts.cut((0, 0, 50, written_cuts.HAPPY), (0, 50, 100, written_cuts.SAD))
    after = written_cuts.cut((0, 0, 100, written_cuts.HAPPY))
    (marker,) = mark_changes(before, after, written_cuts.listed(before, after), "after", "cut.mov").markers
    assert marker.name.startswith("1 merged: ")
    assert "scene 1 of the first cut at 00:00:00:00: happy 88" in marker.note
    assert " / scene 2 of the first cut at 00:00:02:00: sad 88" in marker.note


def test_where_nothing_can_be_marked_it_is_told() -> None:
    """Cuts that share nothing, and two equal ones, have no markers of changes."""
    before, _, listed = written_cuts.trimmed()
    with pytest.raises(ComparisonError, match="share no footage"):
        mark_changes(before, before, ChangeList((), listed.rate, True), "after", "cut.mov")
    with pytest.raises(ComparisonError, match="Nothing changed"):
        mark_changes(before, before, written_cuts.listed(before, before), "after", "cut.mov")


def test_a_share_of_the_other_cut_names_what_read_it() -> None:
    """Where two models read the cuts, a marker names both and says that part of a difference may come of that."""
    before, after, listed = written_cuts.trimmed()
    other = replace(before.observations, checkpoint=replace(before.observations.checkpoint, name="b", hash="cd" * 32))
    before = replace(before, observations=other)
    beside = [marker.note for marker in mark_changes(before, after, listed, "after", "cut.mov").markers]
    assert all("the other cut: apparent expression, read by b (cdcdcdcd)" in note for note in beside)
    assert all("read differently" in note for note in beside)
