"""The list of changes as tables: all columns for the CSV, few for the terminal; and what a row says in words."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd

from ...analysis import Analysis
from ...formatting import hms, signed, signed_count
from ...media import timecode_at
from ..changes import rounded
from ..compatibility import have_same_readings
from .expressions import reading_of, reading_text
from .footage_change import ChangeKind, ChangeList, FootageChange, Place

WORDS: dict[ChangeKind, str] = {"repeated": "shown again"}
"""Kinds whose word on the page differs from that in the CSV."""


def change_table(before: Analysis, after: Analysis, changes: ChangeList) -> pd.DataFrame:
    """One row a change, all columns; `docs/comparing.md` says what they mean."""
    same_readings = have_same_readings(before, after)
    rows = []
    has_treatments = any(change.treatments for change in changes.changes)
    for change in changes.changes:
        cells: dict[str, object] = {"kind": change.kind, "moved": change.is_moved, "regraded": change.is_regraded}
        if has_treatments:
            cells["treatments"] = ", ".join(change.treatments)
        for side, analysis in (("before", before), ("after", after)):
            row = change.before if side == "before" else change.after
            place = change.place_before if side == "before" else change.place_after
            cells |= {
                f"scene_{side}": None if row is None else row.scene.number,
                f"name_{side}": None if row is None else row.scene.name,
                **_place_cells(analysis, place, side),
            }
        cells |= {
            "head_seconds": _seconds(changes, change.head),
            "tail_seconds": _seconds(changes, change.tail),
            "inside_seconds": _seconds(changes, change.inside),
            "head_frames": change.head if changes.counts_frames else None,
            "tail_frames": change.tail if changes.counts_frames else None,
            "inside_frames": change.inside if changes.counts_frames else None,
            "about": change.is_about,
            "shift_seconds": None if change.shift is None else round(float(change.shift), 6),
            "shift_frames": _shift_frames(changes, change),
        }
        for k, label in enumerate(before.labels):
            reading = reading_of(change, k, same_readings=same_readings)
            low, high = reading.interval or (None, None)
            cells |= {
                f"{label}_before": rounded(reading.before),
                f"{label}_after": rounded(reading.after),
                f"{label}_change": rounded(reading.delta),
                f"{label}_change_low": rounded(low),
                f"{label}_change_high": rounded(high),
                f"{label}_verdict": reading.verdict,
            }
        rows.append(cells)
    integers = [f"{name}_{side}" for name in ("scene", "frame_in", "frame_out") for side in ("before", "after")]
    integers += ["head_frames", "tail_frames", "inside_frames", "shift_frames"]
    table = pd.DataFrame(rows)
    return table.astype(dict.fromkeys(integers, "Int64")) if rows else table


def change_rows(before: Analysis, after: Analysis, changes: ChangeList) -> pd.DataFrame:
    """The changes in few columns of text, without the unchanged scenes."""
    same_readings = have_same_readings(before, after)
    rows = []
    for change in changes.changes:
        if change.kind == "unchanged":
            continue
        cells = {
            "Change": ", ".join(kind_words(change)),
            "How much": size_text(changes, change),
            "Scene, first": _scene(change, "before"),
            "Scene, second": _scene(change, "after"),
            "In, first": _timecode(before, change.place_before),
            "In, second": _timecode(after, change.place_after),
            "Expressions": reading_text(before.labels, change, same_readings=same_readings),
        }
        rows.append(cells)
    return pd.DataFrame(rows)


def kind_words(change: FootageChange) -> list[str]:
    """“trimmed” and “moved”: all kinds of a change."""
    return [WORDS.get(kind, kind) for kind in change.kinds]


def kinds_of_scenes(changes: ChangeList) -> dict[tuple[int, int], list[str]]:
    """The words of each change that has a scene in both cuts, by the scenes' numbers."""
    return {
        (change.before.scene.number, change.after.scene.number): kind_words(change)
        for change in changes.changes
        if change.before is not None and change.after is not None
    }


def size_text(changes: ChangeList, change: FootageChange) -> str:
    """“head −12 frames, tail +4 frames”, “3.2 s”: what was cut off or added, or the length of a whole scene.

    “head about −12 frames” where the pictures tell no more.
    """
    about = "about " if change.is_about else ""
    parts = [
        f"{word} {about}{_amount(changes, -steps)}"
        for word, steps in (("head", change.head), ("tail", change.tail), ("inside", change.inside))
        if steps
    ]
    if change.kind == "slipped":
        later = "later" if change.head > 0 else "earlier"
        return f"{about}{_amount(changes, abs(change.head)).lstrip('+')} {later} in the take"
    if parts:
        return ", ".join(parts)
    return hms(change.seconds)


def _amount(changes: ChangeList, steps: int) -> str:
    if changes.counts_frames:
        return signed_count(steps, "frame")
    return f"{signed(float(steps / changes.rate), 2)} s"


def _place_cells(analysis: Analysis, place: Place | None, side: str) -> dict[str, object]:
    if place is None:
        names = ("frame_in", "frame_out", "tc_in", "tc_out", "seconds")
        return {f"{name}_{side}": None for name in names}
    media = analysis.observations.media
    return {
        f"frame_in_{side}": place.frame_in,
        f"frame_out_{side}": place.frame_out,
        f"tc_in_{side}": timecode_at(media, place.span.start),
        f"tc_out_{side}": timecode_at(media, place.span.end),
        f"seconds_{side}": round(float(place.span.seconds), 6),
    }


def _seconds(changes: ChangeList, steps: int) -> float:
    return round(float(Fraction(steps) / changes.rate), 6)


def _shift_frames(changes: ChangeList, change: FootageChange) -> int | None:
    return None if change.shift is None or not changes.counts_frames else int(change.shift * changes.rate)


def _scene(change: FootageChange, side: str) -> str | None:
    row = change.before if side == "before" else change.after
    return None if row is None else str(row.scene.number)


def _timecode(analysis: Analysis, place: Place | None) -> str | None:
    return None if place is None else timecode_at(analysis.observations.media, place.span.start)
