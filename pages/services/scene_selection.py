"""The scene selected on a film's page: its number is in the page's address."""

from __future__ import annotations

import streamlit as st

from . import routes


def selected(scenes: int) -> int | None:
    """The selected scene's number, from 1 to `scenes`, or None."""
    number = routes.query_number("scene")
    return number if number is not None and number <= scenes else None


def select(number: int) -> None:
    """Select a scene."""
    st.session_state["jumps"] = player_jumps() + 1
    st.query_params["scene"] = str(number)


def clear() -> None:
    """Select no scene, as after scenes were numbered again."""
    st.query_params.pop("scene", None)


def player_jumps() -> int:
    """A number that grows with each selection, also of the same scene: the player then goes to its first frame."""
    jumps: int = st.session_state.get("jumps", 0)
    return jumps
