"""The changes between two lists as CSV and as JSON."""

from __future__ import annotations

from ...interchange.compared_lists import clip_change_table, clip_changes_json
from ...report import csv_bytes
from .compared_clips import ComparedClips


def csv(clips: ComparedClips) -> bytes:
    """A row a change, as docs/comparing.md says."""
    return csv_bytes(clip_change_table(clips.before, clips.after, clips.changes))


def json(clips: ComparedClips) -> bytes:
    """The same as records, with both lists' names and their rate."""
    return clip_changes_json(clips.before, clips.after, clips.changes)
