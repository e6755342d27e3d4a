"""Undo and redo of a film's last step, and what it was."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st

from ..services import markdown, page_cache, report_edits


class Steps(NamedTuple):
    """What can be undone and redone, in words; None for nothing."""

    revision: int
    undo: str | None
    redo: str | None

    @property
    def any(self) -> bool:
        return self.undo is not None or self.redo is not None


def steps_of(film_id: str) -> Steps:
    """The steps of a film's history."""
    revision = page_cache.library().edit_state(film_id).revision  # first: the history shown is then never older
    history = page_cache.library().edit_history(film_id)
    return Steps(revision, history.undo, history.redo)


def show(film_id: str, steps: Steps, key: str = "") -> None:
    """Show both buttons, whose keys begin with `key`."""
    st.button(
        "Undo", icon=":material/undo:", key=f"{key}undo", type="tertiary", disabled=steps.undo is None,
        help=_help("Undo", steps.undo), on_click=report_edits.undo, args=(film_id, steps.revision),
    )  # fmt: skip
    st.button(
        "Redo", icon=":material/redo:", key=f"{key}redo", type="tertiary", disabled=steps.redo is None,
        help=_help("Redo", steps.redo), on_click=report_edits.redo, args=(film_id, steps.revision),
    )  # fmt: skip


def _help(action: str, step: str | None) -> str | None:
    return f"{action}: {markdown.escape(step)}" if step else None
