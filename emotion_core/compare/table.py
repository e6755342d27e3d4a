"""Two cuts as tables: all columns for the CSV, few for the Compare page and the terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from ..analysis import Analysis
from ..report import PROVENANCE, scene_table, wording
from . import wording as compare_wording
from .alignment import AlignmentMap
from .changes import SceneChange, rounded
from .compatibility import have_same_readings
from .shared_segments import FootageSummary, summarize_footage

if TYPE_CHECKING:
    import pandas as pd

SAME_FRAMES = {"unchanged", "moved", "sound replaced"}
"""Words of a change that leave a scene's frames as they were."""


def comparison_table(before: Analysis, after: Analysis, changes: tuple[SceneChange, ...]) -> pd.DataFrame:
    """The scenes of both films in one table, paired as in `changes`; a scene split or merged has several rows.

    Columns: `kind`, `moved` and `seconds_shared` as in SceneMatch; each report column with _before and _after;
    `seconds_change`; {label}_change with its interval, {label}_change_low and {label}_change_high.
    """
    import pandas as pd

    tables = {"before": scene_table(before), "after": scene_table(after)}
    sides = [(suffix, list(frame), frame.to_dict("records")) for suffix, frame in tables.items()]
    rows = []
    for change in changes:
        shared = None if change.shared is None else round(float(change.shared), 6)
        moved = None if change.kind == "by order" else change.moved
        cells: dict[str, object] = {"kind": change.kind, "moved": moved, "seconds_shared": shared}
        for suffix, names, records in sides:
            scene = change.before if suffix == "before" else change.after
            record = records[scene.scene.number - 1] if scene is not None else {}
            cells.update({f"{name}_{suffix}": record.get(name) for name in names if name not in PROVENANCE})
        cells["seconds_change"] = None if change.longer_by is None else round(float(change.longer_by), 6)
        for i, label in enumerate(before.labels):
            cells[f"{label}_change"] = None if change.delta is None else rounded(change.delta[i])
            for j, end in enumerate(("low", "high")):
                cells[f"{label}_change_{end}"] = None if change.intervals is None else rounded(change.intervals[i][j])
        for suffix, _, records in sides:
            cells.update({f"{name}_{suffix}": records[0][name] for name in PROVENANCE if records})
        rows.append(cells)
    # A single scene leaves gaps; in plain integer columns they would turn 25 into 25.0.
    integers = [name for name in tables["before"].select_dtypes("int64") if name not in before.labels]
    return pd.DataFrame(rows).astype({f"{name}_{side}": "Int64" for name in integers for side in tables})


def display_table(
    before: Analysis,
    after: Analysis,
    changes: Iterable[SceneChange],
    kinds: Mapping[tuple[int, int], Sequence[str]] | None = None,
) -> pd.DataFrame:
    """The scenes of both films in few columns of text, changes first; None where a scene has no counterpart.

    `kinds` are the words of change_list.kinds_of_scenes, which tell more than an alignment by lengths and places.
    """
    import pandas as pd

    read_alike = have_same_readings(before, after)
    rows = []
    for change in changes:
        sides = (("first", before, change.before), ("second", after, change.after))
        cells: dict[str, str | None] = {}
        for word, _, row in sides:
            cells[f"Scene, {word}"] = None if row is None else str(row.scene.number)
        both = change.before, change.after
        words = (kinds or {}).get((both[0].scene.number, both[1].scene.number), ()) if both[0] and both[1] else ()
        same_readings = read_alike and SAME_FRAMES.issuperset(words)
        cells["Footage"] = ", ".join(words) or compare_wording.match_kind(change)
        cells["Largest change"] = compare_wording.largest_change(before.labels, change, same_readings=same_readings)
        for word, analysis, row in sides:
            cells[f"Dominant, {word}"] = None if row is None else wording.dominant_or_reason(analysis, row)
        cells["Change of length"] = compare_wording.length_change(before, after, change)
        for word, analysis, row in sides:
            tc_in, _, duration = wording.scene_timecodes(analysis, row) if row is not None else (None, None, None)
            cells |= {f"In, {word}": tc_in, f"Length, {word}": duration}
        rows.append(cells)
    return pd.DataFrame(rows)


def has_shared_footage(alignment: AlignmentMap) -> bool:
    """Whether the alignment found footage that both cuts show."""
    return bool((alignment.source >= 0).any())


def recut_summary(
    alignment: AlignmentMap, changes: Iterable[SceneChange], exact: tuple[Fraction, Fraction] | None = None
) -> str:
    """What the re-cut did to the footage as a whole, and the reason where scenes are paired by their order.

    `exact` are ChangeList.left_out and ChangeList.new, where there is a list: by it trims are exact.
    """
    if not has_shared_footage(alignment):
        summary = "The films share no footage."
    else:
        footage = summarize_footage(alignment)
        if exact is not None:
            shared = footage.shared + footage.new - exact[1]
            footage = FootageSummary(shared, min(footage.moved, shared), exact[1], exact[0])
        summary = compare_wording.footage(footage)
        if not any(change.kind == "by order" for change in changes):
            return summary
        summary += " No two scenes share a tenth of the shorter one."
    return f"{summary} Scenes stand side by side by their order."
