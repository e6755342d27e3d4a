"""The menu of what a film's people leave the app as: tables, markers and a ZIP of all."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from emotion_core.export import FORMATS, PEOPLE_NAMES, file_name, people_archive
from emotion_core.library import Film, people_of_film
from emotion_core.people import FilmPeople

from ...services import error_messages, page_cache
from .. import marker_form


def show(film: Film) -> None:
    """Show the menu. A file is made when it is asked for, from the people as they are then."""
    with st.popover("Export", icon=":material/file_export:", key=f"people-export-{film.id}"):
        for name in PEOPLE_NAMES:
            form = FORMATS[name]
            st.download_button(
                form.title, _writer(film, form.write_people), file_name(name, film.name), form.mime,
                on_click=check, args=(film.id,), type="tertiary", key=f"export-{name}",
            )  # fmt: skip
        with_markers = marker_form.button(f"people-markers-{film.id}")
        st.download_button(
            "Everything, as a ZIP", _writer(film, lambda people: people_archive(people, film.name)[1]),
            file_name("people-csv", film.name).removesuffix(".csv") + ".zip", "application/zip",
            icon=":material/folder_zip:", on_click=check, args=(film.id,), key="export-people",
        )  # fmt: skip
    if with_markers:
        marker_form.of_people(film)


def check(film_id: str) -> None:
    """Keep for the page why a file that was asked for cannot be made: Streamlit says only that it failed.

    The page runs again, and shows what is there now.
    """
    with error_messages.defer():
        page_cache.library().film(film_id)


def _writer(film: Film, write: Callable[[FilmPeople], bytes]) -> Callable[[], bytes]:
    """A function that encodes the film's people as they are then."""
    return lambda: write(people_of_film(page_cache.library(), film.id))
