"""What a film's report leaves the app as: the CSV, and a menu of everything else."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from emotion_core.export import FORMATS, REPORT_NAMES, ReportedFilm, archive_name, everything, file_name
from emotion_core.library import Film
from emotion_core.report import csv_bytes

from ...components import film_audience
from ...services import page_cache
from .. import marker_form


def show(film: Film) -> None:
    """Show the buttons. But for the CSV, a file is made when it is asked for, from the report as it is then.

    The page runs again with each: where the film was deleted in another window, it says so; Streamlit says only that
    the file failed.
    """
    st.download_button(
        "Download CSV", lambda: csv_bytes(page_cache.table(film.id)), file_name("csv", film.name), FORMATS["csv"].mime,
        type="primary", icon=":material/download:", on_click="rerun",
    )  # fmt: skip
    with st.popover("Export", icon=":material/file_export:", key=f"export-{film.id}"):
        for name in REPORT_NAMES[1:]:
            st.download_button(
                FORMATS[name].title, _writer(film, FORMATS[name].write), file_name(name, film.name),
                FORMATS[name].mime, on_click="rerun", type="tertiary", key=f"export-{name}",
            )  # fmt: skip
        with_markers = marker_form.button(f"to-markers-{film.id}")
        st.download_button(
            "Everything, as a ZIP", _writer(film, lambda reported: everything(reported)[1]),
            archive_name(film.name), "application/zip",
            icon=":material/folder_zip:", on_click="rerun", key="export-everything",
        )  # fmt: skip
    if with_markers:
        marker_form.of_scenes(film)


def _writer(film: Film, write: Callable[[ReportedFilm], bytes]) -> Callable[[], bytes]:
    """A function that encodes the film's present report, with the screening that the page shows."""
    audience = film_audience.of(film.id)
    shown = "" if audience is None else audience.screening

    def encode() -> bytes:
        library = page_cache.library()
        now = library.film_audience(film.id, shown)  # it may have another name now, or be gone
        return write(ReportedFilm.of(library, film.id, film.name, screening="" if now is None else now.name))

    return encode
