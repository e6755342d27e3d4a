"""Whether the program puts people together by their faces; turned on by a new analysis, turned off for good."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from emotion_core.faces.embedding import is_installed, not_installed
from emotion_core.jobs import scans
from emotion_core.library import Film, has_embeddings
from emotion_core.people import FilmPeople

from ...components import scan_progress
from ...services import error_messages, markdown, page_cache

WHAT = (
    "With embeddings of faces the program finds out by itself which faces are one person's, over all shots. They are "
    "**biometric data**: numbers by which a face can be recognised. They stay on this machine, beside the analysis, "
    "and are deleted when you turn this off."
)
COST = "The film is read once more, which takes as long as its first analysis and some milliseconds for each face."


def show(film: Film, shown: FilmPeople) -> None:
    """The line, and what can be done."""
    if has_embeddings(page_cache.library(), film.id):
        if shown.problem:
            st.warning(markdown.escape(shown.problem), icon=":material/warning:")
        with st.popover("Faces are told apart", icon=":material/fingerprint:", type="tertiary", key="people-known"):
            st.markdown(WHAT)
            st.button(
                "Turn off and delete", icon=":material/delete:", key="people-forget", on_click=_forget, args=(film.id,)
            )
        return
    with st.popover(
        "Let the program tell people apart", icon=":material/fingerprint:", type="tertiary", key="people-unknown"
    ):
        st.markdown(f"Now people are the faces that you name. {WHAT}")
        if is_installed():
            st.caption(COST)
            st.button(
                "Analyse again with it", icon=":material/play_arrow:", type="primary", key="people-start",
                on_click=_start, args=(film.id,),
            )  # fmt: skip
        else:
            st.info(markdown.escape(str(not_installed())), icon=":material/download:")


def show_progress(film: Film) -> None:
    """How far the film's analysis is, where one is under way, and why one to tell people apart failed. The page runs
    again when it has ended.
    """
    library = page_cache.library()
    latest = scans.latest(library, film.id)
    if latest is not None and latest[1].state == "failed" and library.scan(latest[0]).settings.people:
        st.error(markdown.escape(latest[1].message), icon=":material/error:")
    if latest is not None and latest[1].active:
        scan_progress.watch(film.id, *latest)
    else:
        scan_progress.watch_for_start(film.id)


def _start(film_id: str) -> None:
    with error_messages.defer():
        library = page_cache.library()
        scan = library.newest_scan(film_id)
        if scan is not None:
            scans.start(library, film_id, replace(scan.settings, people=True))


def _forget(film_id: str) -> None:
    with error_messages.defer():
        scans.forget_people(page_cache.library(), film_id)
