"""The list of changes as markers on one of the two cuts: what became of each of its scenes."""

from __future__ import annotations

from collections import defaultdict

from ..analysis import Analysis, SceneEmotion
from ..compare import have_same_readings
from ..compare.change_list import ChangeList, FootageChange, kind_words, reading_text, size_text
from ..errors import ComparisonError
from ..media import timecode_at
from ..report import wording
from .marker_list import MarkerList, Side
from .scene_markers import MarkerSettings, dominant_text, lay_out, reader_text, shares_text


def mark_changes(
    before: Analysis,
    after: Analysis,
    listed: ChangeList,
    side: Side,
    film: str,
    settings: MarkerSettings | None = None,
) -> MarkerList:
    """The scenes of the cut on `side`, in the file called `film`, with a marker for each changed one.

    Unchanged scenes get no marker. Settings that choose scenes are ignored. Raises ComparisonError where the cuts share
    no footage or nothing changed, SettingsError as mark_scenes does.
    """
    settings = settings or MarkerSettings()
    if not listed.changes:
        raise ComparisonError(
            "The films share no footage, or an analysis is too old to tell: there is no change to mark.",
            "Mark each film's own scenes, or analyse the older one again.",
        )
    by_scene: dict[int, list[FootageChange]] = defaultdict(list)
    for change in listed.changes:
        row = change.after if side == "after" else change.before
        if row is not None:
            by_scene[row.scene.number].append(change)
    changed = {
        number for number, of_scene in by_scene.items() if any(change.kinds != ("unchanged",) for change in of_scene)
    }
    if not changed:
        raise ComparisonError("Nothing changed between these two cuts: there is nothing to mark.")
    analysis = after if side == "after" else before
    texts = [_texts(before, after, listed, row, by_scene[row.scene.number], side) for row in analysis.scenes]
    return lay_out(analysis, film, settings, texts, changed)


def _texts(
    before: Analysis, after: Analysis, listed: ChangeList, row: SceneEmotion, changes: list[FootageChange], side: Side
) -> tuple[str, str]:
    """Name and note of a scene's marker; the note lists the counterparts in the other cut."""
    analysis, other = (after, before) if side == "after" else (before, after)
    changed = [change for change in changes if change.kinds != ("unchanged",)] or changes
    kinds = dict.fromkeys(", ".join(kind_words(change)) for change in changed)
    name = f"{row.scene.number} {' / '.join(kinds)}: {dominant_text(analysis, row)}"
    counterparts = [text for change in changes if (text := _counterpart(before, after, listed, change, side))]
    parts = [row.scene.name, " / ".join(counterparts), shares_text(analysis.labels, row)]
    if row.scene.counts:
        parts.append(wording.evidence_text(row))
    parts.append(reader_text(analysis))
    if counterparts and reader_text(other) != reader_text(analysis):
        parts.append(f"the other cut: {reader_text(other)}")
    if counterparts and not have_same_readings(before, after):
        parts.append("read differently: part of a difference may come of that")
    return name, "; ".join(part for part in parts if part)


def _counterpart(before: Analysis, after: Analysis, listed: ChangeList, change: FootageChange, side: Side) -> str:
    """“head −10 frames, scene 4 of the first cut at 00:00:04:00: angry 40 %, no clear change”; empty without one."""
    row, place, analysis, which = (
        (change.before, change.place_before, before, "first")
        if side == "after"
        else (change.after, change.place_after, after, "second")
    )
    if row is None or place is None:
        return ""
    at = timecode_at(analysis.observations.media, place.span.start)
    parts = [f"scene {row.scene.number} of the {which} cut at {at}: {dominant_text(analysis, row)}"]
    if change.head or change.tail or change.inside:
        parts.append(size_text(listed, change))
    parts.append(reading_text(before.labels, change, same_readings=have_same_readings(before, after)))
    return ", ".join(dict.fromkeys(parts))
