"""What changed between two lists as an Excel workbook."""

from __future__ import annotations

import io

from ...interchange.compared_lists import clip_change_table
from .. import sheets
from .compared_clips import ComparedClips


def write(clips: ComparedClips) -> bytes:
    """A workbook: “Summary”, and “Changes” with a row a change."""
    table = clip_change_table(clips.before, clips.after, clips.changes)
    content = io.BytesIO()
    with sheets.workbook(content) as book:
        head = book.add_format({"bold": True})
        texts = [
            ("first list", clips.before.name),
            ("second list", clips.after.name),
            ("what changed", clips.sentence),
            ("method", clips.method),
        ]
        sheets.add_sheet(book, "Summary", ["what", "value"], texts, head, {})
        rows = table.astype(object).to_numpy().tolist()
        sheets.add_sheet(book, "Changes", [str(column) for column in table.columns], rows, head, {})
    return content.getvalue()
