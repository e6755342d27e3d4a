"""The changes between two lists as a table, as JSON, and in one sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pandas as pd

from ...compare.change_list import KINDS
from ...formatting import count
from ...timecode import to_timecode
from .clip_changes import ClipChange, kind_word
from .source_clips import SourceClip, SourceList


def clip_change_table(before: SourceList, after: SourceList, changes: Sequence[ClipChange]) -> pd.DataFrame:
    """A row a change: kind, both clips with their ranges in frames and timecode, frames at head and tail, the shift."""
    rows = []
    for change in changes:
        cells: dict[str, object] = {"kind": change.kind, "moved": change.is_moved}
        for side, source_list, clip in (("before", before, change.before), ("after", after, change.after)):
            cells |= _clip_cells(source_list, clip, side)
        cells |= {"head_frames": None, "tail_frames": None, "shift_frames": None}
        if change.before is not None and change.after is not None and change.kind != "replaced":
            shift = change.after.record_in - change.before.record_in - change.head
            cells |= {"head_frames": change.head, "tail_frames": change.tail, "shift_frames": shift}
        rows.append(cells)
    table = pd.DataFrame(rows)
    return table.astype({name: "Int64" for name in table.columns if "frame" in name or "track" in name})


def clip_changes_json(before: SourceList, after: SourceList, changes: Sequence[ClipChange]) -> bytes:
    """The table as JSON, a record a change."""
    records = json.loads(clip_change_table(before, after, changes).to_json(orient="records"))
    document = {"before": before.name, "after": after.name, "rate": str(before.rate), "changes": records}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def clip_sentence(changes: Sequence[ClipChange]) -> str:
    """“2 clips left out, 1 trimmed, 14 unchanged.”"""
    counts = Counter(change.kind for change in changes)
    parts = [(kind, counts[kind]) for kind in KINDS if counts[kind]]
    words = [
        f"{format(number, ',') if at else count(number, 'clip')} {kind_word(kind)}"
        for at, (kind, number) in enumerate(parts)
    ]
    return ", ".join(words) + "."


def _clip_cells(source_list: SourceList, clip: SourceClip | None, side: str) -> dict[str, object]:
    if clip is None:
        names = ("name", "source", "track", "frame_in", "frame_out", "tc_in", "tc_out", "source_tc_in", "source_tc_out")
        return {f"{name}_{side}": None for name in names}
    return {
        f"name_{side}": clip.name,
        f"source_{side}": clip.source,
        f"track_{side}": clip.track,
        f"frame_in_{side}": clip.record_in,
        f"frame_out_{side}": clip.record_out,
        f"tc_in_{side}": source_list.timecode(clip.record_in),
        f"tc_out_{side}": source_list.timecode(clip.record_out),
        f"source_tc_in_{side}": _source_timecode(source_list, clip, clip.source_in),
        f"source_tc_out_{side}": _source_timecode(source_list, clip, clip.source_out),
    }


def _source_timecode(source_list: SourceList, clip: SourceClip, frame: int) -> str:
    """The timecode of a frame of a clip's source, counted as the list counts it."""
    return to_timecode(max(0, frame), source_list.rate, drop_frame=clip.is_drop_frame)
