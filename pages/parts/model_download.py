"""Fetching the reference model: only when asked, with its size said before and its progress shown."""

from __future__ import annotations

import streamlit as st

from emotion_core.expression import download
from emotion_core.expression.location import REFERENCE, REFERENCE_BYTES, in_cache

from . import opened, problems


def show() -> None:
    """An offer to fetch the reference model, its progress while it comes, and nothing once it is here."""
    if in_cache(REFERENCE) is not None:
        return
    told = download.state(opened.library().home)
    if told is not None and told.state == "running":
        _watch()
        return
    if told is not None and told.state == "failed":
        st.error(told.message, icon=":material/error:")
    size = f"{REFERENCE_BYTES / 1e6:.0f} MB"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(
            f"The reference model, `{REFERENCE}`, is not on this disk. It is larger and slower than the built-in one. "
            "Fetching it is the one thing here that uses the network; nothing of yours is sent.",
            width="stretch",
        )
        if st.button(f"Download it ({size})", icon=":material/download:", key="download-reference"):
            with problems.told():
                download.start(opened.library().home, REFERENCE)
                st.rerun()


@st.fragment(run_every=1)
def _watch() -> None:
    """The download while it runs; the page is drawn anew when it is over."""
    with problems.told():
        told = download.state(opened.library().home)
        if told is None or told.state != "running":
            st.rerun()
        bar, button = st.columns([6, 1], vertical_alignment="center")
        share = told.bytes / told.total if told.total else 0.0
        bar.progress(min(1.0, share), text=f"{told.bytes / 1e6:.0f} of {(told.total or REFERENCE_BYTES) / 1e6:.0f} MB")
        if button.button("Cancel", key="cancel-download", width="stretch"):
            download.cancel(opened.library().home)
            st.rerun()
