"""What a re-cut's list of changes leaves the app as: one menu of tables, notes to print, lists and markers."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from emotion_core.audience import Screening
from emotion_core.export.changes import (
    FORMATS,
    NAMES,
    ChangesName,
    ComparedCuts,
    archive,
    file_stem,
    is_several,
    problem_of,
    write,
)
from emotion_core.interchange import pack_files
from emotion_core.library import Film

from ...services import markdown, page_cache
from .. import marker_form
from ..screening import audience_comparison
from . import kept_comparisons

_ZIPPED = "-changes-parts.zip"
"""Ending of a file that holds several."""


def show(films: tuple[Film, Film]) -> None:
    """The menu. A file is made when it is asked for, from both reports and the chosen screenings as they are then."""
    stem, screenings = file_stem((films[0].name, films[1].name)), audience_comparison.chosen(films)
    now = _cuts(films, screenings)
    key = "-".join(page_cache.numbers_version(film.id) for film in films)
    with st.popover("Take changes away", icon=":material/file_export:", key=f"taken-{films[0].id}-{films[1].id}"):
        for name in NAMES:
            form, problem, packed = FORMATS[name], problem_of(name, now), _is_several(now, name, key)
            st.download_button(
                form.title, _writer(films, screenings, name), stem + (_ZIPPED if packed else form.suffix),
                "application/zip" if packed else form.mime, on_click="ignore", type="tertiary", key=f"changes-{name}",
                disabled=bool(problem),
            )  # fmt: skip
            if problem:
                st.caption(markdown.escape(problem))
        with_markers = marker_form.button("to-markers-of-changes")
        st.download_button(
            "Everything, as a ZIP", lambda: archive(_cuts(films, screenings))[1], f"{stem}-changes.zip",
            "application/zip", icon=":material/folder_zip:", on_click="ignore", key="changes-everything",
        )  # fmt: skip
    if with_markers:
        marker_form.of_changes(films)


@page_cache.cleared_with_films
@st.cache_resource(max_entries=60, show_spinner=False)
def _is_several(_cuts: ComparedCuts, name: ChangesName, key: str) -> bool:
    return is_several(name, _cuts)


def _writer(
    films: tuple[Film, Film], screenings: tuple[Screening, Screening] | None, name: ChangesName
) -> Callable[[], bytes]:
    """A function that encodes the list as it is then; several files as a ZIP."""
    stem = file_stem((films[0].name, films[1].name))
    return lambda: pack_files(write(name, _cuts(films, screenings), stem), stem)[1]


def _cuts(films: tuple[Film, Film], screenings: tuple[Screening, Screening] | None) -> ComparedCuts:
    first, second = films
    shared, scenes = page_cache.comparison(first.id, second.id)
    analyses = page_cache.analysis(first.id), page_cache.analysis(second.id)
    listed = kept_comparisons.change_list(first.id, second.id)
    names = first.name, second.name
    return ComparedCuts.of(page_cache.library(), shared, scenes, listed, analyses, names, screenings)
