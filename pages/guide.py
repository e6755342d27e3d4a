"""The guide: how to read the report, and what else the app does, from the files in docs/."""

from __future__ import annotations

import streamlit as st

from pages.services import error_messages, guide_texts, markdown, routes
from pages.services.guide_texts import Picture

TEXT_WIDTH = 840
"""Pixels; longer lines are hard to read."""


def page() -> None:
    titles = guide_texts.titles()
    first = next(iter(titles))
    requested = routes.query("page") or first
    if requested not in titles:
        st.info(markdown.escape(f"The guide has no page “{requested}”."), icon=":material/info:")
        requested = first
    contents, text = st.columns([1, 3], gap="large")
    with contents:
        _choose(titles, requested)
    with text.container(width=TEXT_WIDTH):
        _show(requested)


def _choose(titles: dict[str, str], requested: str) -> None:
    st.session_state["guide-page"] = requested  # the address decides, also when the browser goes back
    st.radio(
        "Guide",
        list(titles),
        format_func=titles.__getitem__,
        key="guide-page",
        on_change=_to_chosen,
    )


def _to_chosen() -> None:
    st.query_params["page"] = st.session_state["guide-page"]


def _show(name: str) -> None:
    text = guide_texts.read(name)
    st.title(text.title, anchor=False)
    for block in text.blocks:
        if isinstance(block, Picture):
            st.image(block.path, caption=block.caption, width="stretch", alt=block.caption)
        elif block.strip():
            st.markdown(block)


with error_messages.show():
    page()
