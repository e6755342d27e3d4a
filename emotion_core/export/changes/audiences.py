"""What the audiences of both cuts showed of each change, where both have a screening.

A row stands on the scenes that the list of changes matched. A part of a scene is not compared with the whole.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ..audience import audience_changes, change_cells, change_text

if TYPE_CHECKING:
    from .compared_cuts import ComparedCuts

PREFIX = "audience_"
_OF_THE_LIST = ("kind", "moved", "scene_before", "name_before", "scene_after", "name_after")
"""Columns that the list of changes has itself."""


def audience_columns(cuts: ComparedCuts) -> dict[str, list[Any]]:
    """Columns with a cell a change: viewers, leading expressions, each expression's shares and change with interval.

    Empty unless both cuts have a screening.
    """
    audiences = cuts.audiences()
    if audiences is None:
        return {}
    before, after = audiences
    rows = [
        [(name, cell) for name, cell in change_cells(before.summary, after.summary, each) if name not in _OF_THE_LIST]
        for each in audience_changes(before, after, cuts.listed.changes)
    ]
    return {PREFIX + name: [row[place][1] for row in rows] for place, (name, _) in enumerate(rows[0])} if rows else {}


def audience_texts(cuts: ComparedCuts) -> list[str] | None:
    """A short text a change; None unless both cuts have a screening."""
    audiences = cuts.audiences()
    if audiences is None:
        return None
    before, after = audiences
    return [change_text(before.summary.labels, each) for each in audience_changes(before, after, cuts.listed.changes)]


def audience_note(cuts: ComparedCuts) -> str:
    """Which screenings these are, and how far their changes reach; empty without."""
    audiences = cuts.audiences()
    if audiences is None:
        return ""
    before, after = audiences
    return (
        f"Audiences: “{before.screening}” of the first cut, “{after.screening}” of the second. Viewers of "
        f"the two count as different people. Intervals, {before.summary.settings.confidence:.0%}, are over viewers."
    )


def audience_document(cuts: ComparedCuts) -> dict[str, Any] | None:
    """Both screenings and each change's numbers, as JSON types; None unless both cuts have a screening."""
    audiences = cuts.audiences()
    if audiences is None:
        return None
    before, after = audiences
    rows = []
    for each in audience_changes(before, after, cuts.listed.changes):
        labels = zip(before.summary.labels, each.labels, strict=True)
        rows.append(
            {
                "missing": each.missing,
                "intensity": None if each.intensity is None else asdict(each.intensity),
                "expressions": {label: None if change is None else asdict(change) for label, change in labels},
            }
        )
    return {
        "screenings": [audience.screening for audience in audiences],
        "confidence": before.summary.settings.confidence,
        "note": audience_note(cuts),
        "changes": rows,
    }
