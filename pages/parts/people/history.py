"""Undo and redo of the film's last step, and what it was."""

from __future__ import annotations

import streamlit as st

from ...services import markdown, page_cache, report_edits


def show(film_id: str) -> None:
    """The buttons; nothing for a film without steps."""
    revision = page_cache.library().edit_state(film_id).revision  # first: the history shown is then never older
    history = page_cache.library().edit_history(film_id)
    if history.undo is None and history.redo is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
        st.button(
            "Undo", icon=":material/undo:", key="people-undo", type="tertiary", disabled=history.undo is None,
            help=_help("Undo", history.undo), on_click=report_edits.undo, args=(film_id, revision),
        )  # fmt: skip
        st.button(
            "Redo", icon=":material/redo:", key="people-redo", type="tertiary", disabled=history.redo is None,
            help=_help("Redo", history.redo), on_click=report_edits.redo, args=(film_id, revision),
        )  # fmt: skip


def _help(action: str, step: str | None) -> str | None:
    return f"{action}: {markdown.escape(step)}" if step else None
