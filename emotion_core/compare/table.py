"""Two cuts side by side as people read them: on the Compare page and in a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from ..analysis.records import Analysis
from ..report import timecodes, wording
from . import wording as compare_wording
from .alignment import Footage
from .changes import SceneChange
from .compatibility import read_alike
from .shared_segments import balance


def shares(footage: Footage | None) -> bool:
    """Whether there is footage that both cuts are known to show."""
    return footage is not None and bool((footage.source >= 0).any())


def told(footage: Footage | None, changes: Iterable[SceneChange]) -> str:
    """What the re-cut did to the footage as a whole, and why scenes stand side by side by their order where they do."""
    if footage is None:
        why = (
            "One of the analyses is of an older version, which stored too little to find footage that both films show: "
            "analyse that film again."
        )
    elif not shares(footage):
        why = "The films share no footage."
    else:
        why = compare_wording.footage(balance(footage))
        if not any(change.kind == "by order" for change in changes):
            return why
        why += " No two scenes share a tenth of the shorter one."
    return f"{why} Scenes stand side by side by their order."


def table(before: Analysis, after: Analysis, changes: Iterable[SceneChange]) -> pd.DataFrame:
    """What `changes.pair` made of both films' scenes, in few columns, what changed before where it is: the CSV has all.

    Text, None where a scene stands alone.
    """
    alike = read_alike(before, after)
    rows = []
    for change in changes:
        sides = (("first", before, change.before), ("second", after, change.after))
        cells: dict[str, str | None] = {}
        for word, _, row in sides:
            cells[f"Scene, {word}"] = None if row is None else str(row.scene.number)
        cells["Footage"] = compare_wording.fate(change)
        cells["Largest change"] = compare_wording.largest_change(before.labels, change, alike=alike)
        for word, _, row in sides:
            cells[f"Dominant, {word}"] = None if row is None else wording.dominant(row)
        cells["Change of length"] = compare_wording.length_change(before, after, change)
        for word, analysis, row in sides:
            tc_in, _, duration = timecodes.timecodes(analysis, row) if row is not None else (None, None, None)
            cells |= {f"In, {word}": tc_in, f"Length, {word}": duration}
        rows.append(cells)
    return pd.DataFrame(rows)
