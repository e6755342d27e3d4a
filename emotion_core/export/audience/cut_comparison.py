"""Two screenings of two cuts, scene by scene: what each audience showed, and the change with an interval over viewers.

The interval of a change is made of those of the two shares by the method of variance estimates recovery, as that of two
films' own faces is (see compare.changes). It takes the viewers of both screenings for different people: where the same
ones saw both cuts, it is wider than it had to be.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...audience import AudienceShares, ScreeningSummary, Viewer
from ...compare import SceneChange, difference_interval, wording
from ...compare.change_list import ChangeList, FootageChange, kind_words
from ...formatting import count, signed
from ...interchange import leading_text
from ...labels import neutral_index
from ...library.screenings import names
from ...report import rows_csv
from .redaction import is_given
from .scene_table import Cells, number
from .screened_film import ScreenedFilm

MatchedScenes = SceneChange | FootageChange
"""Two scenes, one of each cut, or a scene that only one cut has."""
_Side = tuple[float, tuple[float, float] | None]
"""A share and its interval."""
_PARTS = ("split", "merged", "repeated")
"""Kinds of matches in which a part would be compared with the whole."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A share after less a share before, -1 to 1."""

    value: float
    low: float | None
    """Limits; None without an interval of both."""
    high: float | None

    @property
    def is_clear(self) -> bool | None:
        """Whether the interval leaves out zero; None without one."""
        return None if self.low is None or self.high is None else self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class AudienceChange:
    """A scene of one cut beside its counterpart in the other, as their audiences saw them."""

    scenes: MatchedScenes
    before: int | None
    """Index of the scene in the first screening's summary; None where the scene is in the second cut only."""
    after: int | None
    labels: tuple[Difference | None, ...]
    """By label; None where there is nothing to compare."""
    intensity: Difference | None
    missing: str | None
    """Why there is no change, or no interval of one."""


def shared_viewers_note(before: Sequence[Viewer], after: Sequence[Viewer]) -> str:
    """How many names or recordings both screenings have, and what that means; empty where they have none in common.

    Numbers say nothing: each screening counts its viewers from 1.
    """
    there = _marks_of(before)
    shared = sum(bool(_marks_of([viewer]) & there) for viewer in after)
    if not shared:
        return ""
    return (
        f"Of the second audience {count(shared, 'viewer has', 'viewers have')} a name or recording of the first. They "
        "are counted as different people, so the intervals of the changes are wider than they had to be."
    )


def _marks_of(viewers: Sequence[Viewer]) -> set[str]:
    """What tells who viewers are: recordings with their seats, and names that somebody gave."""
    own = {f"name {names.key(viewer.name)}" for viewer in viewers if not is_given(viewer.name)}
    return own | {f"{viewer.recording} {viewer.seat}" for viewer in viewers if viewer.recording is not None}


def matched_scenes(listed: ChangeList, scenes: Sequence[SceneChange]) -> Sequence[MatchedScenes]:
    """The rows of the list of changes; where the cuts share no footage, the scenes by their order (compare.pair)."""
    return listed.changes or scenes


def audience_changes(
    before: ScreenedFilm, after: ScreenedFilm, changes: Sequence[MatchedScenes]
) -> tuple[AudienceChange, ...]:
    """The changes of two screenings, a row for each of `changes`: see matched_scenes."""
    return tuple(_change(before.summary, after.summary, change) for change in changes)


def audience_comparison_csv(before: ScreenedFilm, after: ScreenedFilm, changes: Sequence[MatchedScenes]) -> bytes:
    """A row a pair of scenes, for spreadsheets. The guide explains its columns."""
    rows = [change_cells(before.summary, after.summary, each) for each in audience_changes(before, after, changes)]
    return rows_csv([title for title, _ in rows[0]], [[cell for _, cell in row] for row in rows])


def audience_comparison_rows(
    before: ScreenedFilm, after: ScreenedFilm, changes: Sequence[MatchedScenes]
) -> list[dict[str, str | None]]:
    """The rows in few columns of text; None where a scene has no counterpart."""
    return [_display(before.summary, after.summary, each) for each in audience_changes(before, after, changes)]


def _change(before: ScreeningSummary, after: ScreeningSummary, change: MatchedScenes) -> AudienceChange:
    first = None if change.before is None else change.before.scene.number - 1
    second = None if change.after is None else change.after.scene.number - 1
    missing = "the scene is in one cut only" if first is None or second is None else None
    if change.kind in _PARTS:
        missing = "a part is not comparable with the whole"
    for summary, index, which in ((before, first, "first"), (after, second, "second")):
        if missing is None and index is not None and summary.by_scene.leading(index) is None:
            missing = f"nobody was seen in the {which}"
    if missing is not None or first is None or second is None:
        return AudienceChange(change, first, second, (None,) * len(before.labels), None, missing)
    why = _no_interval(before, after, first, second)
    differences = [
        _difference(_side(before.by_scene, first, place), _side(after.by_scene, second, place), why is None)
        for place in range(len(before.labels))
    ]
    neutral = neutral_index(before.labels)
    intensity = None if neutral is None else _opposite(differences[neutral])
    return AudienceChange(change, first, second, tuple(differences), intensity, why)


def _no_interval(before: ScreeningSummary, after: ScreeningSummary, first: int, second: int) -> str | None:
    """Why a change has no interval; None where it has one."""
    if before.settings.confidence != after.settings.confidence:
        return "the screenings' intervals have different confidence levels"
    for summary, index, which in ((before, first, "first"), (after, second, "second")):
        why = summary.by_scene.no_interval_because(index)
        if why is not None:
            return f"{which}: {why}"
    return None


def _side(shares: AudienceShares, index: int, place: int) -> _Side:
    share, low, high = (float(array[index, place]) for array in (shares.share, shares.low, shares.high))
    return share, None if np.isnan(low) or np.isnan(high) else (low, high)


def _difference(before: _Side, after: _Side, has_interval: bool) -> Difference:
    (b, of_b), (a, of_a) = before, after
    if not has_interval or of_a is None or of_b is None:
        return Difference(a - b, None, None)
    return Difference(a - b, *difference_interval(b, of_b, a, of_a))


def _opposite(of_neutral: Difference) -> Difference:
    """The difference of intensity, which is 1 - neutral."""
    if of_neutral.low is None or of_neutral.high is None:
        return Difference(-of_neutral.value, None, None)
    return Difference(-of_neutral.value, -of_neutral.high, -of_neutral.low)


def change_cells(before: ScreeningSummary, after: ScreeningSummary, change: AudienceChange) -> Cells:
    """The columns of a row with their titles."""
    scenes = change.scenes
    moved = scenes.is_moved if isinstance(scenes, FootageChange) else scenes.moved
    cells: Cells = [("kind", scenes.kind), ("moved", moved)]
    sides = (("before", before, change.before), ("after", after, change.after))
    for side, summary, index in sides:
        scene = None if index is None else summary.scenes[index]
        leading = None if index is None else summary.by_scene.leading(index)
        cells += [
            (f"scene_{side}", None if scene is None else scene.number),
            (f"name_{side}", None if scene is None else scene.name),
            (f"viewers_{side}", None if index is None else int(summary.by_scene.viewers[index])),
            (f"top_{side}", None if leading is None else summary.labels[leading.label]),
        ]
    neutral = neutral_index(before.labels)
    rows: list[tuple[str, int, Difference | None]] = [
        (label, place, change.labels[place]) for place, label in enumerate(before.labels)
    ]
    if neutral is not None:
        rows.insert(0, ("intensity", neutral, change.intensity))
    for name, place, difference in rows:
        for side, summary, index in sides:
            share = None if index is None else float(summary.by_scene.share[index, place])
            if share is not None and name == "intensity":
                share = 1 - share
            cells.append((f"{name}_{side}", number(share)))
        low, high = (None, None) if difference is None else (difference.low, difference.high)
        cells += [
            (f"{name}_change", None if difference is None else number(difference.value)),
            (f"{name}_change_low", number(low)),
            (f"{name}_change_high", number(high)),
        ]
    return [*cells, ("change_missing", change.missing)]


def _display(before: ScreeningSummary, after: ScreeningSummary, change: AudienceChange) -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    sides = (("first", before, change.before), ("second", after, change.after))
    for word, _, index in sides:
        cells[f"Scene, {word}"] = None if index is None else str(index + 1)
    scenes = change.scenes
    cells["Footage"] = (
        ", ".join(kind_words(scenes)) if isinstance(scenes, FootageChange) else wording.match_kind(scenes)
    )
    for word, summary, index in sides:
        cells[f"Audience, {word}"] = None if index is None else leading_text(summary, summary.by_scene.leading(index))
        cells[f"Viewers, {word}"] = None if index is None else str(int(summary.by_scene.viewers[index]))
    known = [(label, each) for label, each in zip(before.labels, change.labels, strict=True) if each is not None]
    cells["Largest change"] = None if not known else _text(*max(known, key=lambda pair: abs(pair[1].value)))
    cells["Intensity"] = None if change.intensity is None else _text("", change.intensity)
    cells["Missing because"] = change.missing
    return cells


def change_text(labels: Sequence[str], change: AudienceChange) -> str:
    """“happy +12.0 points (3.1 to 20.4)”: the largest clear change; else that none is clear, or why there is none."""
    known = [(label, each) for label, each in zip(labels, change.labels, strict=True) if each is not None]
    known.sort(key=lambda pair: -abs(pair[1].value))
    if not known:
        return change.missing or "nothing to compare"
    if change.missing:  # without intervals
        return f"{_text(*known[0])}; {change.missing}"
    clear = [pair for pair in known if pair[1].is_clear]
    return _text(*clear[0]) if clear else "no clear change"


def _text(label: str, difference: Difference) -> str:
    """“happy +12.0 points (3.1 to 20.4)”; “(not clear)” where the interval holds zero."""
    text = f"{label} {signed(difference.value * 100)} points".strip()
    if difference.low is None or difference.high is None:
        return text
    unclear = "" if difference.is_clear else ", not clear"
    return f"{text} ({signed(difference.low * 100)} to {signed(difference.high * 100)}{unclear})"
