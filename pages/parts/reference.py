"""The reference model: fetched only when asked for, the one thing here that ever uses a network."""

from __future__ import annotations

import streamlit as st

from emotion_core import wording
from emotion_core.expression import download
from emotion_core.expression.location import REFERENCE, REFERENCE_BYTES, in_cache

from . import opened, words


def offer() -> None:
    """Whether the reference model is on this disk, and a button that fetches it."""
    if in_cache(REFERENCE) is not None:
        return
    told = download.state(opened.library().home)
    if told is not None and told.state == "running":
        _watch()
        return
    size = wording.size(REFERENCE_BYTES)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"The reference model {words.plain(REFERENCE)} is not on this disk.", width="content")
        if st.button(f"Download it ({size})", icon=":material/download:", help="Uses the network, this once."):
            download.start(opened.library().home, REFERENCE)
            st.rerun()
    if told is not None and told.state == "failed":
        st.error(words.plain(told.message), icon=":material/error:")


@st.fragment(run_every=1)
def _watch() -> None:
    """The download while it runs; the page is drawn anew when it is over."""
    told = download.state(opened.library().home)
    if told is None or told.state != "running":
        st.rerun()
    done = told.bytes / told.total if told.total else 0.0
    bar, button = st.columns([6, 1], vertical_alignment="center")
    so_far = f"{wording.size(told.bytes)} of {wording.size(told.total or REFERENCE_BYTES)}"
    bar.progress(min(1.0, done), text=f"Fetching {words.plain(REFERENCE)} · {so_far}")
    if button.button("Cancel", key="cancel-download", width="stretch"):
        download.cancel(opened.library().home)
        st.rerun()
