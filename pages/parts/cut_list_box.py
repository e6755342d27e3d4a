"""The cut list of the report's form: taken from a file, changed by hand, read."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import streamlit as st

from emotion_core.analysis.records import Analysis
from emotion_core.interchange.conform import CutList, conform
from emotion_core.interchange.readers.edit_list import EditList
from emotion_core.interchange.readers.registry import SUFFIXES, read_cut_list
from emotion_core.media.positions import as_lines
from emotion_core.scenes.edit_operations import as_cut_list
from emotion_core.scenes.shots import cuts_of
from emotion_core.settings import ShotSettings

from . import problems, words


def from_file(film_id: str, analysis: Analysis, shown: Callable[[str], str]) -> str:
    """A box for a file with a cut list, and the key of the text to start from: the list in use, or that of the file.

    Another list in use is another text to start from, with another key. `shown` gives the key that the form was drawn
    with while it is being sent: what was typed into that text is not lost then.
    """
    start = _as_text(analysis)
    key = shown(f"cut-list-{film_id}-{zlib.crc32(start.encode())}")
    st.session_state.setdefault(key, start)
    left, right = st.columns([3, 1])
    file = left.file_uploader(
        "From a file: a list of your editing tool or scene detector, or one saved before", type=list(SUFFIXES),
        key=f"cut-file-{film_id}", help="Its cuts are put into the list below; nothing changes until you save.",
    )  # fmt: skip
    track = right.text_input(
        "Picture track", key=f"cut-track-{film_id}", placeholder="The first",
        help="Where the file has several: its name or number.",
    )  # fmt: skip
    if file is not None:
        with problems.told():
            wanted = (file.file_id, track)
            taken = st.session_state.get(_taken(film_id))
            if taken is None or taken[0] != wanted:
                found = _on_film(read_cut_list(file.getvalue(), file.name, track=track or None), analysis)
                taken = st.session_state[_taken(film_id)] = wanted, found
                st.session_state[key] = as_lines(found.cuts, analysis.observations.media)
            for note in taken[1].notes:
                st.caption(words.plain(note))
    return key


def read(film_id: str, analysis: Analysis, text: str) -> CutList:
    """The list as it stands in the box, with what was told of the list that it came from. Raises CutListError."""
    found = _on_film(read_cut_list(text.encode()), analysis)
    taken, now = st.session_state.get(_taken(film_id)), analysis.report_settings.shots
    before = taken[1] if taken else CutList(now.cuts, now.cut_notes)
    kept = {frame for frame, _ in before.cuts} & {frame for frame, _ in found.cuts} - {0}
    return CutList(found.cuts, (*(before.notes if kept else ()), *found.notes))


def _on_film(edit_list: EditList, analysis: Analysis) -> CutList:
    seen = analysis.observations
    return conform(edit_list, seen.media, cuts_of(seen, ShotSettings()))


def _taken(film_id: str) -> str:
    """Where the list is kept that was taken from a file last."""
    return f"cut-file-taken-{film_id}"


def _as_text(analysis: Analysis) -> str:
    """The list in use, which corrections come on top of, or the scenes as they are now."""
    shots = analysis.report_settings.shots
    cuts, _ = as_cut_list(tuple(row.scene for row in analysis.scenes))
    return as_lines(shots.cuts if shots.detector == "cuts" else cuts, analysis.observations.media)
