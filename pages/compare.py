"""Comparison of two films: what a re-cut did, both pictures in step, totals, timelines, heatmaps, all scenes."""

from __future__ import annotations

import streamlit as st

from emotion_core.compare import check_comparable, has_shared_footage
from emotion_core.export import matched_scenes
from emotion_core.library import Film
from pages.parts.compare import change_section, charts, kept_comparisons, list_box, pair_choice, scene_table
from pages.parts.screening import audience_comparison
from pages.services import error_messages, markdown, page_cache, routes


def page() -> None:
    st.title("Compare", anchor=False)
    films = page_cache.analysed_films()
    if len(films) < 2:
        st.info("Two analysed films are needed: two cuts of the same one, say.")
        st.page_link(routes.LIBRARY, label="Add films in the Library", icon=":material/video_library:")
        return
    chosen = pair_choice.choose(films)
    if chosen is None:
        return
    before, after = (page_cache.analysis(film.id) for film in chosen)
    names = _names(chosen)
    for warning in check_comparable(before, after):
        st.warning(markdown.escape(warning), icon=":material/warning:")
    if not pair_choice.is_wanted(chosen):
        return
    shared, changes = page_cache.comparison(*(film.id for film in chosen))
    change_section.show(chosen, names, shared, changes)
    if has_shared_footage(shared):
        list_box.show(chosen, names)
    charts.in_all(before, after, names)
    tables = [page_cache.table(film.id) for film in chosen]
    st.header("Timelines", anchor=False)
    charts.timelines(before, after, names, tables)
    st.header("Every scene at a glance", anchor=False)
    charts.heatmaps(before, after, names, chosen, tables)
    scene_table.show(before, after, changes, names)
    listed = kept_comparisons.change_list(*(film.id for film in chosen))
    audience_comparison.show(chosen, matched_scenes(listed, changes))


def _names(chosen: tuple[Film, Film]) -> tuple[str, str]:
    """The films' names, with "(first)" and "(second)" where they are equal."""
    first, second = (film.name for film in chosen)
    return (first, second) if first != second else (f"{first} (first)", f"{second} (second)")


with error_messages.show():
    page()
