"""The cut list of the report's form: loaded from a file, edited as text, parsed."""

from __future__ import annotations

import zlib
from collections.abc import Callable

import streamlit as st

from emotion_core.analysis import Analysis
from emotion_core.interchange import SUFFIXES, CutList, EditList, conform_to_film, read_cut_list
from emotion_core.media import format_cut_lines
from emotion_core.scenes import as_cut_list, cuts_of
from emotion_core.settings import ShotSettings

from ..services import error_messages, markdown


def from_file(film_id: str, analysis: Analysis, as_drawn: Callable[[str], str]) -> str:
    """Show a box for a cut-list file; return the widget key of the form's text, with the file's list or the one in use.

    The key depends on the list in use, so that another list gets another text. While the form is being sent, `as_drawn`
    returns the key that it was drawn with: otherwise the text typed into it would be lost.
    """
    start = _as_text(analysis)
    key = as_drawn(f"cut-list-{film_id}-{zlib.crc32(start.encode())}")
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
        with error_messages.show():
            source = (file.file_id, track)
            loaded = st.session_state.get(_loaded_key(film_id))
            if loaded is None or loaded[0] != source:
                cut_list = _conform(read_cut_list(file.getvalue(), file.name, track=track or None), analysis)
                loaded = st.session_state[_loaded_key(film_id)] = source, cut_list
                st.session_state[key] = format_cut_lines(cut_list.cuts, analysis.observations.media)
            for note in loaded[1].notes:
                st.caption(markdown.escape(note))
    return key


def read(film_id: str, analysis: Analysis, text: str) -> CutList:
    """The list in the box. It keeps the notes and sources of the list it was made from if they share a cut.

    Raises CutListError.
    """
    cut_list = _conform(read_cut_list(text.encode()), analysis)
    loaded, shots = st.session_state.get(_loaded_key(film_id)), analysis.report_settings.shots
    source = loaded[1] if loaded else CutList(shots.cuts, shots.cut_notes, shots.cut_sources)
    shared = {frame for frame, _ in source.cuts} & {frame for frame, _ in cut_list.cuts} - {0}
    notes, sources = (source.notes, source.sources) if shared else ((), ())
    return CutList(cut_list.cuts, (*notes, *cut_list.notes), sources)


def _conform(edit_list: EditList, analysis: Analysis) -> CutList:
    observations = analysis.observations
    return conform_to_film(edit_list, observations.media, cuts_of(observations, ShotSettings()))


def _loaded_key(film_id: str) -> str:
    """Key in the session of the list loaded last, with its file and track."""
    return f"cut-file-taken-{film_id}"


def _as_text(analysis: Analysis) -> str:
    """The list in use, without corrections; where cuts are detected, the scenes as they are."""
    shots = analysis.report_settings.shots
    cuts, _ = as_cut_list(tuple(row.scene for row in analysis.scenes))
    return format_cut_lines(shots.cuts if shots.detector == "cuts" else cuts, analysis.observations.media)
