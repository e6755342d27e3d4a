"""How a film comes in. The one place that knows by which means."""

from __future__ import annotations

import streamlit as st

from emotion_core.errors import EmotionError
from emotion_core.records import Film

from . import opened, words


def receive() -> Film | None:
    """Show where a film can be dropped in; the film that just was, once, or None."""
    number = st.session_state.setdefault("uploads", 0)
    file = st.file_uploader(
        "Drop in a film",
        key=f"upload-{number}",
        help="MP4, MOV, MKV, WebM, MXF, AVI or MPEG-TS.",
    )
    if file is None:
        return None
    refusals: dict[str, str] = st.session_state.setdefault("refusals", {})
    if file.file_id in refusals:  # the same file is handed over at every rerun: it is read and refused once
        st.error(words.plain(refusals[file.file_id]), icon=":material/error:")
        return None
    with st.spinner(f"Taking in {words.plain(file.name)} …"):
        try:
            film = opened.library().add_film(file, file.name)
        except EmotionError as error:
            refusals[file.file_id] = str(error)
            st.error(words.plain(str(error)), icon=":material/error:")
            return None
    st.session_state["uploads"] = number + 1  # an empty place for the next film
    return film
