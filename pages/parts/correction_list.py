"""Undo, redo, and all corrections of a film as a list from which each can be taken out."""

from __future__ import annotations

import streamlit as st

from emotion_core.analysis.records import Analysis
from emotion_core.corrections import Correction, listed
from emotion_core.library import editing
from emotion_core.report import wording

from . import opened, saving, words

SHOWN = 50
"""Corrections listed at once."""


def show(film_id: str, analysis: Analysis) -> None:
    """Small buttons; nothing at all where nothing was ever changed."""
    revision = opened.library().edit_state(film_id).revision  # first: what is shown is never older than it says
    history = opened.library().edit_history(film_id)
    corrections = listed(analysis.report_settings.corrections)
    if history.undo is None and history.redo is None and not corrections:
        return
    with st.container(horizontal=True, horizontal_alignment="right", gap="small"):
        st.button(
            "Undo", icon=":material/undo:", key="undo", type="tertiary", disabled=history.undo is None,
            help=_help("Undo", history.undo), on_click=saving.undo, args=(film_id, revision),
        )  # fmt: skip
        st.button(
            "Redo", icon=":material/redo:", key="redo", type="tertiary", disabled=history.redo is None,
            help=_help("Redo", history.redo), on_click=saving.redo, args=(film_id, revision),
        )  # fmt: skip
        if corrections:
            with st.popover(f"Corrections ({len(corrections)})", type="tertiary", icon=":material/edit:"):
                _list(film_id, analysis, corrections)


def _help(verb: str, what: str | None) -> str | None:
    return f"{verb}: {words.plain(what)}" if what else None


def _list(film_id: str, analysis: Analysis, corrections: tuple[Correction, ...]) -> None:
    for one in corrections[:SHOWN]:
        text, button = st.columns([8, 1], vertical_alignment="center")
        told = wording.correction(analysis, one)
        text.markdown(words.plain(told))
        button.button(
            "", icon=":material/close:", key=f"remove-{one.kind}-{one.at}", type="tertiary", help="Take this one out",
            on_click=saving.correct, args=(film_id, editing.take_out(one), f"without “{told}”", one.at),
        )  # fmt: skip
    if len(corrections) > SHOWN:
        st.caption(f"And {len(corrections) - SHOWN} more, later in the film.")
