"""Films in the folders that config.toml names, opened in place. Without such folders nothing is shown."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import streamlit as st

from emotion_core import formatting
from emotion_core.errors import EmotionError
from emotion_core.ingest import CandidateFilm, Listing, allowed_folders
from emotion_core.library import Film
from emotion_core.storage import CONFIGURATION, Configuration

from ..services import error_messages, markdown, page_cache


def choose() -> Film | None:
    """Show a box of the films below the allowed folders; return the one just opened, or None. No copy is made."""
    try:
        configuration = Configuration.load(page_cache.library().home)
    except EmotionError:
        return None  # the settings' form shows that error
    if not configuration.folders:
        return None
    # The folders are searched only once the box is open: they may be large, or on another machine.
    with (
        st.expander("Add from a folder of this machine", on_change="rerun", key="folder") as box,
        error_messages.show(),
    ):
        if not box.open:
            return None
        listing = _listing(configuration, str(configuration.folders))
        if not listing.films:
            named = ", ".join(markdown.escape(str(folder)) for folder in configuration.folders)
            st.markdown(f"There are no films in {named}. Other folders are named in {CONFIGURATION}.")
            return None
        field, button = st.columns([5, 1], vertical_alignment="bottom")
        film = field.selectbox(
            "Film", listing.films, index=None, format_func=_line, placeholder="Type a part of its name",
            help="It is read where it lies: keep it there. No copy is made.", key="folder-film",
        )  # fmt: skip
        if not listing.all_of_them:
            st.caption(f"Only the first {len(listing.films):,} are listed.")
        if button.button("Open where it lies", disabled=film is None, key="folder-open", width="stretch"):
            assert film is not None
            return _open(configuration, film.path)
    return None


@st.cache_resource(ttl=20, max_entries=4, show_spinner="Looking through the folders …")
def _listing(_configuration: Configuration, named: str) -> Listing:
    return allowed_folders.list_films(_configuration)


def _open(configuration: Configuration, path: Path) -> Film:
    with st.spinner(f"Reading {markdown.escape(path.name)} …"):
        return allowed_folders.refer(page_cache.library(), configuration, path)


def _line(film: CandidateFilm) -> str:
    """“cuts/reel 1/A.mov · 4.2 GB · 3 Dec 2026, 14:05”."""
    return f"{film.name} · {formatting.size(film.bytes)} · {_when(film.modified_at)}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone():%-d %b %Y, %H:%M}"
