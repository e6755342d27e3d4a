"""Avid's logs moved to another cut."""

from __future__ import annotations

from emotion_core.interchange.conforming import conform_list
from emotion_core.interchange.readers.registry import read_cut_list
from tests.support.conformed import two_known_cuts

COLUMNS = "Name\tTracks\tStart\tEnd\tDuration\tMark IN\tMark OUT\tIN-OUT\tTape"
ROWS = (
    "a\tV\t01:00:00:00\t01:00:10:00\t10:00\t01:00:01:00\t01:00:02:00\t01:00\tT1",
    "b\tVA1\t01:00:10:00\t01:00:20:00\t10:00\t01:00:11:00\t01:00:18:00\t07:00\tT1",
    "c\tV\t01:00:20:00\t01:00:30:00\t10:00\t\t\t\tT1",
    "sound\tA1\t01:00:20:00\t01:00:30:00\t10:00\t\t\t\tT1",
)
LOG = "\r\n".join(["Heading", "FIELD_DELIM\tTABS", "FPS\t25", "", "Column", COLUMNS, "", "Data", *ROWS, ""])


def test_a_log_keeps_its_cells_and_its_heading() -> None:
    """Start, End, Duration and marks are moved; what is left out is listed; the file reads back."""
    moved = conform_list(LOG.encode(), "bin.ale", two_known_cuts())
    assert moved.suffix == ".ale"
    head, data = moved.content.decode().split("Data\r\n")
    assert head == LOG.split("Data")[0]
    assert data.splitlines() == [
        "a\tV\t02:00:00:00\t02:00:10:00\t00:00:10:00\t02:00:01:00\t02:00:02:00\t00:00:01:00\tT1",
        "b\tVA1\t02:00:10:00\t02:00:16:00\t00:00:06:00\t\t02:00:14:00\t\tT1",
    ]
    assert {(move.name, move.state) for move in moved.lost} == {("b", "shortened"), ("c", "lost"), ("sound", "lost")}
    assert len(read_cut_list(moved.content, "bin.ale").events) == 2
