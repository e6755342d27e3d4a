"""The progress bar of a background process."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


@st.fragment(run_every=1)
def watch(read: Callable[[], tuple[float, str] | None], cancel: Callable[[], None], key: str) -> None:
    """A bar that is drawn again every second, with a button that cancels the process.

    `read` gives the share done, 0 to 1, and a text (Markdown); None as soon as the whole page has to run again. The
    button has the widget key `key`.
    """
    progress = read()
    if progress is None:
        st.rerun()
    share, text = progress
    bar, button = st.columns([6, 1], vertical_alignment="center")
    bar.progress(share, text=text)
    if button.button("Cancel", key=key, width="stretch"):
        cancel()
        st.rerun()
