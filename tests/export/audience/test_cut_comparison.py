"""Two screenings of two cuts, scene by scene."""

from __future__ import annotations

import csv
import io
from dataclasses import replace

import pytest

from emotion_core.audience import Viewer
from emotion_core.compare import SceneChange, pair
from emotion_core.export import (
    ScreenedFilm,
    audience_changes,
    audience_comparison_csv,
    audience_comparison_rows,
    shared_viewers_note,
)
from tests.support.screened import NAMES, screened, shown_film


def _by_order(before: ScreenedFilm, after: ScreenedFilm) -> tuple[SceneChange, ...]:
    return pair(before.analysis, after.analysis, None)


def _rows(before: ScreenedFilm, after: ScreenedFilm) -> list[dict[str, str]]:
    content = audience_comparison_csv(before, after, _by_order(before, after)).decode("utf-8-sig")
    assert not any(name in content for name in NAMES)
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_a_change_has_an_interval_over_viewers() -> None:
    """After less before of each expression; that of intensity is the opposite of neutral's."""
    before, after = screened(), screened(seed=8)
    change = audience_changes(before, after, _by_order(before, after))[1]
    place = before.summary.labels.index("happy")
    happy = change.labels[place]
    assert happy is not None
    assert happy.low is not None
    assert happy.high is not None
    expected = after.summary.by_scene.share[1, place] - before.summary.by_scene.share[1, place]
    assert happy.value == pytest.approx(expected)
    assert happy.low < happy.value < happy.high
    half = [(each.summary.by_scene.high - each.summary.by_scene.low)[1, place] for each in (before, after)]
    assert max(half) < happy.high - happy.low < sum(half)
    row = _rows(before, after)[1]
    assert float(row["intensity_change"]) == pytest.approx(-float(row["neutral_change"]), abs=1e-4)
    assert float(row["intensity_change_low"]) == pytest.approx(-float(row["neutral_change_high"]), abs=1e-4)
    assert row["viewers_before"] == row["viewers_after"] == "12"
    assert row["change_missing"] == ""
    shown = audience_comparison_rows(before, after, _by_order(before, after))[1]
    assert "points (" in str(shown["Largest change"])


def test_the_same_audience_does_not_differ() -> None:
    """Every change is zero, and none is clear."""
    film = screened()
    for change in audience_changes(film, film, _by_order(film, film)):
        assert all(each is not None and each.value == 0 and each.is_clear is False for each in change.labels)


def test_missing_stays_missing() -> None:
    """Too few viewers: a change without an interval; a scene of one cut, and a part of one: no change at all."""
    before, few = screened(), screened(3)
    row = _rows(before, few)[0]
    assert row["happy_change"]
    assert row["happy_change_low"] == ""
    assert row["change_missing"] == "second: too few viewers: 3 of at least 5"
    longer = screened(film=shown_film((0, "One"), (30, "Two"), (70, "Three")))
    last = _rows(before, longer)[2]
    assert (last["scene_after"], last["scene_before"], last["happy_before"], last["happy_change"]) == ("3", "", "", "")
    assert last["change_missing"] == "the scene is in one cut only"
    split = [replace(change, kind="split") for change in _by_order(before, before)]
    (first, *_) = audience_changes(before, before, split)
    assert first.missing == "a part is not comparable with the whole"
    assert set(first.labels) == {None}


def test_people_who_may_be_in_both_audiences_are_told_of() -> None:
    """By a name that somebody gave, in capitals or not, or by a recording's face; never by numbers or given names."""

    def viewer(number: int, name: str, recording: str | None = None, seat: int | None = None) -> Viewer:
        return Viewer(str(number), "s", name, number, "live", None, recording=recording, seat=seat)

    first = [viewer(1, "Zoë"), viewer(2, "Viewer (2)"), viewer(3, "Row A, seat 1", "room", 1)]
    others = [viewer(1, "Carl"), viewer(2, "Viewer (2)"), viewer(3, "Row B, seat 2", "room", 2)]
    assert shared_viewers_note(first, others) == ""
    note = shared_viewers_note(first, [*others, viewer(4, "ZOË"), viewer(5, "Anyone", "room", 1)])
    assert note.startswith("Of the second audience 2 viewers have a name or recording of the first.")
    assert "different people" in note
