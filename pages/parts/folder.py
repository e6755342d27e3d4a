"""Films on this machine's own disks, opened where they lie; there only if config.toml names folders."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import streamlit as st

from emotion_core import formatting
from emotion_core.errors import EmotionError
from emotion_core.ingest import allowed_folders
from emotion_core.ingest.allowed_folders import Found, Listing
from emotion_core.library.records import Film
from emotion_core.storage.config import FILE, Configuration

from . import opened, problems, words


def choose() -> Film | None:
    """A film below the allowed folders that was just opened, or None. No copy is made of it."""
    try:
        configuration = Configuration.of(opened.library().home)
    except EmotionError:
        return None  # what is wrong with it is said beside the settings
    if not configuration.folders:
        return None
    # Folders may be large and lie on another machine: they are looked through only once somebody asks.
    with st.expander("Add from a folder of this machine", on_change="rerun", key="folder") as box, problems.told():
        if not box.open:
            return None
        found = _listing(configuration, str(configuration.folders))
        if not found.films:
            named = ", ".join(words.plain(str(folder)) for folder in configuration.folders)
            st.markdown(f"There are no films in {named}. Other folders are named in {FILE}.")
            return None
        field, button = st.columns([5, 1], vertical_alignment="bottom")
        film = field.selectbox(
            "Film", found.films, index=None, format_func=_line, placeholder="Type a part of its name",
            help="It is read where it lies: keep it there. No copy is made.", key="folder-film",
        )  # fmt: skip
        if not found.all_of_them:
            st.caption(f"Only the first {len(found.films):,} are listed.")
        if button.button("Open where it lies", disabled=film is None, key="folder-open", width="stretch"):
            assert film is not None
            return _opened(configuration, film.path)
    return None


@st.cache_resource(ttl=20, max_entries=4, show_spinner="Looking through the folders …")
def _listing(_configuration: Configuration, named: str) -> Listing:
    return allowed_folders.listing(_configuration)


def _opened(configuration: Configuration, path: Path) -> Film:
    with st.spinner(f"Reading {words.plain(path.name)} …"):
        return allowed_folders.refer(opened.library(), configuration, path)


def _line(film: Found) -> str:
    """“cuts/reel 1/A.mov · 4.2 GB · 3 Dec 2026, 14:05”."""
    return f"{film.name} · {formatting.size(film.bytes)} · {_when(film.modified_at)}"


def _when(moment: datetime) -> str:
    return f"{moment.astimezone():%-d %b %Y, %H:%M}"
