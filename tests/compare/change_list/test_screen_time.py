"""Screen time of the expressions in both cuts, and the sentence above the list."""

from __future__ import annotations

import pytest

from emotion_core.compare.change_list import screen_times, summary_sentence
from tests.support.written_cuts import HAPPY, SAD, cut, listed

BEFORE = cut((0, 0, 100, HAPPY), (1, 0, 100, SAD), (2, 0, 100, HAPPY))


def test_what_was_left_out_is_screen_time_lost() -> None:
    """A scene of four seconds that shows one expression takes its time along; the rest does not change."""
    after = cut((0, 0, 100, HAPPY), (2, 0, 100, HAPPY))
    changes = listed(BEFORE, after)
    times = {time.label: time for time in screen_times(BEFORE, after, changes)}
    assert times["sad"].change == pytest.approx(-0.88 * 4, abs=0.01)
    assert times["sad"].is_clear
    assert times["happy"].change == pytest.approx(-0.02 * 4, abs=0.01)
    assert not times["happy"].is_clear
    sentence = summary_sentence(changes, tuple(times.values()))
    assert sentence == "4.0 s left out: 1 scene left out, 2 unchanged; sad −3.5 s, the rest no clear change."


def test_the_same_footage_changes_nothing() -> None:
    """Unchanged and moved scenes count as equal, whichever of their frames were looked at."""
    after = cut((2, 0, 100, SAD), (0, 0, 100, HAPPY), (1, 0, 100, HAPPY))
    changes = listed(BEFORE, after)
    assert {change.kind for change in changes.changes} == {"moved", "unchanged"}
    times = screen_times(BEFORE, after, changes)
    assert {time.change for time in times} == {0.0}
    assert summary_sentence(changes, times) == "1 scene moved, 2 unchanged; no clear change of any expression."


def test_nobody_on_screen_is_no_zero() -> None:
    """Without a usable face in either cut the sentence says so."""
    first = cut((0, 0, 100, None), (1, 0, 100, None))
    second = cut((0, 0, 80, None), (1, 0, 100, None), (3, 0, 50, None))
    changes = listed(first, second)
    times = screen_times(first, second, changes)
    assert times == ()
    sentence = summary_sentence(changes, times)
    assert sentence.startswith("0.8 s left out, 2.0 s new: 1 scene new, 1 trimmed, 1 unchanged; ")
    assert sentence.endswith("too few faces to say what happened to the expressions.")
