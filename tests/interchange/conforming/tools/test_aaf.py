"""Avid's AAF moved to another cut."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from opentimelineio import adapters

from emotion_core.interchange.conforming import conform_list
from tests.support import aafs
from tests.support.conformed import two_known_cuts


@pytest.mark.usefixtures("aafs_read_prepared")
def test_an_aaf_becomes_opentimelineio(tmp_path: Path) -> None:
    """Its clips are cut to what remains, and a note says in which format the list is."""
    clips = [("a", 250), ("b", 250), ("c", 250), ("d", 250)]
    raw = aafs.make(tmp_path / "a.aaf", Fraction(25), clips, start=90_000)
    moved = conform_list(raw, "cut.aaf", two_known_cuts())
    assert moved.suffix == ".otio"
    assert "OpenTimelineIO" in moved.notes[0]
    written = adapters.read_from_string(moved.content.decode(), "otio_json")
    found = [(clip.name, clip.trimmed_range().duration.value) for clip in written.find_clips()]
    assert found == [("a", 250), ("b", 150), ("d", 250)]
    assert {(move.name, move.state) for move in moved.lost} == {("b", "shortened"), ("c", "lost")}
