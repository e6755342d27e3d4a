"""Addresses of the pages: their files, and the query parameters that say what they show."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from . import markdown

_PAGES = Path(__file__).parent.parent
LIBRARY, QUEUE, FILM, PEOPLE, SCREENING, COMPARE, VERSIONS, LIVE, ENGINES, GUIDE = (
    _PAGES / f"{name}.py"
    for name in ("library", "queue", "film", "people", "screening", "compare", "versions", "live", "engines", "guide")
)
ICON = _PAGES / "icon.png"
"""Of the browser tab. Streamlit would load a named icon from another host."""


def query(name: str) -> str:
    """A query parameter of this page's address; empty if it is missing."""
    return str(st.query_params.get(name, ""))


def query_number(name: str) -> int | None:
    """A query parameter as a whole number above 0; None if it is anything else."""
    text = query(name)
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) > 0 else None


def open_film(film_id: str, notice: str = "") -> NoReturn:
    """Go to a film's page, which shows `notice` once."""
    if notice:
        set_notice(notice)
    st.session_state["opening"] = film_id
    st.switch_page(FILM, query_params={"film": film_id})


def begin_opening(film_id: str) -> None:
    """Go to a film's page from a page that calls `continue_opening` first: a button's callback, with which nothing of
    that page is drawn anew on the way.
    """
    st.session_state["opening"] = film_id


def continue_opening() -> None:
    """Go to the film's page that another run of this page, which a component requested, kept from being shown.

    Requested while that page is already on its way, the run ends it, and the Library has its address' film: no link to
    the Library has one.
    """
    if film_id := st.session_state.get("opening", "") or query("film"):
        open_film(film_id)


def finish_opening() -> None:
    """Note that the film's page is shown."""
    st.session_state.pop("opening", None)
    st.session_state.pop("opening-sample", None)


def set_notice(notice: str) -> None:
    """Keep a sentence for `show_notice` of the next page."""
    st.session_state["notice"] = notice


def show_notice() -> None:
    """Show the notice that a page before this one set, once."""
    notice = st.session_state.pop("notice", "")
    if notice:
        st.info(markdown.escape(notice), icon=":material/info:")
