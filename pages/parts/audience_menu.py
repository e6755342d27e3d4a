"""The menu of what a screening leaves the app as: tables, tracks, markers and a ZIP of all."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from emotion_core.audience import Screening
from emotion_core.export import AUDIENCE_NAMES, FORMATS, ScreenedFilm, audience_archive, file_name
from emotion_core.library import Film

from ..services import error_messages, page_cache
from . import marker_form


def show(film: Film, screening: Screening) -> None:
    """Show the menu. A file is made when it is asked for, from the screening as it is then: a viewer who was deleted in
    another window is in none.
    """
    with st.popover("Export", icon=":material/file_export:", key=f"audience-export-{screening.id}"):
        names = st.toggle(
            "With names", key="audience-names", help="Else viewers are numbers, and who confirmed stays here."
        )
        for name in AUDIENCE_NAMES:
            form = FORMATS[name]
            st.download_button(
                form.title, _writer(screening, form.write_audience, names=names), file_name(name, film.name),
                form.mime, on_click=check, args=(screening.id,), type="tertiary", key=f"export-{name}",
            )  # fmt: skip
        with_markers = marker_form.button(f"audience-markers-{screening.id}")
        st.download_button(
            "Everything, as a ZIP", _writer(screening, lambda film: audience_archive(film)[1], names=names),
            file_name("audience-csv", film.name).removesuffix(".csv") + ".zip", "application/zip",
            icon=":material/folder_zip:", on_click=check, args=(screening.id,), key="export-audience",
        )  # fmt: skip
    if with_markers:
        marker_form.of_audience(film, screening)


def check(screening_id: str) -> None:
    """Keep for the page why a file that was asked for cannot be made: Streamlit says only that it failed.

    The page runs again, and shows what is there now.
    """
    with error_messages.defer():
        page_cache.library().screening(screening_id)


def _writer(screening: Screening, write: Callable[[ScreenedFilm], bytes], *, names: bool) -> Callable[[], bytes]:
    """A function that encodes the screening as it is then."""
    return lambda: write(ScreenedFilm.of(page_cache.library(), screening, names=names))
