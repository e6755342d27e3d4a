"""The list of changes as a table, and what a row says of the expressions."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emotion_core.compare.change_list import change_rows, change_table, kinds_of_scenes, reading_text, summary_sentence
from emotion_core.labels import REFERENCE_LABELS
from tests.support import written_cuts


def test_a_row_has_both_ranges_and_the_verdict() -> None:
    """Frames, timecode, what was cut off at each end in frames, the shift, and each expression with its interval."""
    before, after, changes = written_cuts.trimmed()
    table = change_table(before, after, changes)
    row = table[table["kind"] == "trimmed"].iloc[0]
    assert (row["scene_before"], row["scene_after"]) == (2, 1)
    assert (row["frame_in_before"], row["frame_out_before"]) == (100, 200)
    assert (row["frame_in_after"], row["frame_out_after"]) == (0, 85)
    assert (row["tc_in_before"], row["tc_out_after"]) == ("00:00:04:00", "00:00:03:10")
    assert (row["head_frames"], row["tail_frames"], row["inside_frames"]) == (15, 0, 0)
    assert (row["head_seconds"], row["shift_frames"], row["shift_seconds"]) == (0.6, -115, -4.6)
    assert row["sad_verdict"] in ("clear", "no clear change")
    assert row["sad_change_low"] <= row["sad_change"] <= row["sad_change_high"]
    gone = table[table["kind"] == "left out"].iloc[0]
    assert gone["happy_verdict"] == "one cut"
    assert gone["happy_before"] == pytest.approx(0.88, abs=0.001)
    assert gone[["happy_after", "happy_change", "scene_after", "frame_in_after"]].isna().all()
    faceless = table[table["scene_before"] == 3].iloc[0]
    assert (faceless["kind"], faceless["happy_verdict"]) == ("extended", "not enough faces")


def test_few_columns_without_what_is_unchanged() -> None:
    before, after, changes = written_cuts.trimmed()
    rows = change_rows(before, after, changes)
    assert rows["Change"].tolist() == ["left out", "trimmed", "extended"]
    assert rows["How much"].tolist() == ["4.0 s", "head −15 frames", "tail +8 frames"]
    assert rows["Expressions"].tolist()[0] == "happy 88\u00a0% went"
    assert rows["Expressions"].tolist()[2] == "not enough faces"


def test_the_same_footage_has_no_change() -> None:
    """Of an unchanged scene nothing is said but that it is the same, unless both cuts were read otherwise."""
    _, _, changes = written_cuts.trimmed()
    unchanged = next(change for change in changes.changes if change.kind == "unchanged")
    assert reading_text(REFERENCE_LABELS, unchanged, same_readings=True) == "same footage"
    assert reading_text(REFERENCE_LABELS, unchanged, same_readings=False) == "no clear change"


def test_a_treatment_is_a_kind_and_a_column_where_there_is_one() -> None:
    """A mirrored scene does not show the same frames; one with another sound does."""
    before, after, changes = written_cuts.trimmed()
    assert "treatments" not in change_table(before, after, changes)
    at = next(i for i, change in enumerate(changes.changes) if change.kind == "unchanged")
    kept = changes.changes[at]
    assert kept.shows_same_frames
    mirrored = replace(kept, kind="mirrored", treatments=("mirrored", "other sound"), is_moved=True)
    assert mirrored.kinds == ("mirrored", "moved", "sound replaced")
    scenes = [row.scene.number for row in (mirrored.before, mirrored.after) if row is not None]
    told = kinds_of_scenes(replace(changes, changes=(*changes.changes[:at], mirrored, *changes.changes[at + 1 :])))
    assert told[scenes[0], scenes[1]] == ["mirrored", "moved", "sound replaced"]
    assert told[2, 1] == ["trimmed"]
    assert not mirrored.shows_same_frames
    assert replace(kept, kind="sound replaced", treatments=("other sound",)).shows_same_frames
    rows = (*changes.changes[:at], mirrored, *changes.changes[at + 1 :])
    treated = replace(changes, changes=rows)
    assert change_table(before, after, treated)["treatments"].tolist()[at] == "mirrored, other sound"
    assert "1 mirrored" in summary_sentence(treated, ()).replace("scene ", "")
