"""The changes between two lists as markers on one of both timelines."""

from __future__ import annotations

from collections.abc import Sequence

from ...errors import ComparisonError
from ..marker_list import Marker, MarkerList, Side, one_line
from ..timebase import Timebase
from .clip_changes import ClipChange
from .clip_events import clip_kinds, size_text
from .source_clips import SourceClip, SourceList

SIZE = 1920, 1080
"""Of the picture, where a format asks for it: lists do not tell."""


def timebase_of_list(of: SourceList) -> Timebase:
    """How a list counts."""
    return Timebase(of.rate, of.drop_frame, of.starts_at)


def mark_clip_changes(before: SourceList, after: SourceList, changes: Sequence[ClipChange], side: Side) -> MarkerList:
    """The clips of the list on `side`, with a marker for each changed one; those of one first frame share one.

    Raises ComparisonError where nothing changed there.
    """
    own, other = (after, before) if side == "after" else (before, after)
    timebase, marked = timebase_of_list(own), dict[int, Marker]()
    frames = max((clip.record_out for clip in own.clips), default=1)
    timebase.check(frames)
    for change in changes:
        clip, counterpart = (change.after, change.before) if side == "after" else (change.before, change.after)
        if clip is None or (change.kind == "unchanged" and not change.is_moved):
            continue
        name, note = _texts(change, clip, counterpart, other, "first" if side == "after" else "second")
        if (there := marked.get(clip.record_in)) is not None:
            name, note = f"{there.name} / {name}", f"{there.note} / {note}"
        marked[clip.record_in] = Marker(clip.record_in, max(1, clip.frames), name, note, None)
    if not marked:
        raise ComparisonError(f"Nothing changed in “{own.name}”: there is nothing to mark.")
    scenes = (Marker(clip.record_in, max(1, clip.frames), clip.name, clip.source, None) for clip in own.clips)
    return MarkerList(
        file=own.name, timebase=timebase, frames=frames, own=timebase, own_frames=frames, width=SIZE[0],
        height=SIZE[1], labels=(), source=f"compared with {other.name} by the clips' sources", scenes=tuple(scenes),
        markers=tuple(marked[start] for start in sorted(marked)),
    )  # fmt: skip


def _texts(
    change: ClipChange, clip: SourceClip, counterpart: SourceClip | None, other: SourceList, which: str
) -> tuple[str, str]:
    """Name and note: “kitchen.mov: trimmed”; “head −12 frames; 01:00:04:00 in the first list”."""
    parts = [size_text(change)]
    if counterpart is not None:
        parts.append(f"{counterpart.name}, {other.timecode(counterpart.record_in)} in the {which} list")
    return one_line(f"{clip.name}: {', '.join(clip_kinds(change))}"), one_line("; ".join(parts))
