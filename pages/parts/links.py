"""Where the pages are, and the query parameters that say what they show: an address can be kept and passed on."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import streamlit as st

from . import words

_PAGES = Path(__file__).parent.parent
LIBRARY, FILM, COMPARE, ENGINES = (_PAGES / f"{name}.py" for name in ("library", "film", "compare", "engines"))
ICON = Path(__file__).with_name("icon.png")
"""Of the browser tab. A named icon would be fetched from another host."""


def asked(name: str) -> str:
    """A query parameter of this page's address, or nothing."""
    return str(st.query_params.get(name, ""))


def asked_number(name: str) -> int | None:
    """A query parameter as a whole number above 0, or None."""
    text = asked(name)
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) > 0 else None


def to_film(film_id: str, notice: str = "") -> NoReturn:
    """Leave for a film's page; `notice` is said there once."""
    if notice:
        st.session_state["notice"] = notice
    st.switch_page(FILM, query_params={"film": film_id})


def say_notice() -> None:
    """What the page that led here wanted said."""
    notice = st.session_state.pop("notice", "")
    if notice:
        st.info(words.plain(notice), icon=":material/info:")
