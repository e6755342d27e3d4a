"""What changed between two lists, as a workbook and as a page."""

from __future__ import annotations

from string import ascii_uppercase

from emotion_core.export.clip_changes import clip_changes_html, clip_changes_xlsx
from emotion_core.interchange.compared_lists import compare_lists, read_two_lists
from tests.support.workbooks import sheet

OLD = b"""TITLE: old
001  A001  V   C  00:00:00:00 00:00:04:00 01:00:00:00 01:00:04:00
* FROM CLIP NAME: <i>one</i>
002  A002  V2  C  00:00:00:00 00:00:02:00 01:00:01:00 01:00:03:00
003  A003  V   C  00:00:00:00 00:00:04:24 01:00:04:00 01:00:08:24
"""
NEW = b"""TITLE: new
001  A001  V   C  00:00:01:00 00:00:04:00 01:00:00:00 01:00:03:00
* FROM CLIP NAME: <i>one</i>
002  A002  V2  C  00:00:00:00 00:00:01:10 01:00:01:00 01:00:02:10
003  A003  V   C  00:00:00:00 00:00:04:24 01:00:03:00 01:00:07:24
"""


def test_all_picture_tracks_are_in_the_workbook_and_on_the_page() -> None:
    """Names are text: no markup, no formula; unchanged clips are counted on the page, and are in the workbook."""
    lists = read_two_lists((OLD, "old.edl"), (NEW, "new.edl"))
    changes = compare_lists(*lists)
    cells = sheet(clip_changes_xlsx(*lists, changes), 2)
    column = {str(cells[f"{letter}1"]): letter for letter in ascii_uppercase if f"{letter}1" in cells}
    names = ("kind", "track_after", "head_frames", "tail_frames")
    told = [[cells[f"{column[name]}{row}"] for name in names] for row in (2, 3, 4)]
    assert told == [["trimmed", 1, 25, 0], ["unchanged", 1, 0, 0], ["trimmed", 2, 0, 15]]
    page = clip_changes_html(*lists, changes).decode()
    assert "2 clips trimmed, 1 unchanged." in page
    assert "&lt;i&gt;one&lt;/i&gt;" in page
    assert "<i>" not in page
    assert page.count("<tr>") == 3
