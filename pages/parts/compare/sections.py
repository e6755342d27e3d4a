"""All that Compare shows of two films that are compared: what changed, charts, tables, lists, audiences."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from emotion_core.compare import check_comparable, has_shared_footage
from emotion_core.export import matched_scenes
from emotion_core.library import Film

from ...services import markdown, page_cache
from ..screening import audience_comparison
from . import change_section, charts, kept_comparisons, list_box, prepared_pairs, scene_table


def show(films: tuple[Film, Film], above: DeltaGenerator, *, is_compared: bool, has_players: bool) -> None:
    """All sections below the players, if there are any. `above` is where warnings and the sentence stand.

    Of films that share nothing only that, and a button that compares them all the same.
    """
    if not is_compared:
        with above:
            _warn(check_comparable(*(page_cache.analysis(film.id) for film in films)))
            st.info(
                "These films seem to share no footage, so nothing was computed. Footage of a few seconds can be missed."
            )
            st.button(
                "Compare them all the same", icon=":material/compare_arrows:",
                on_click=prepared_pairs.ask, args=(films,),
            )  # fmt: skip
        return
    before, after = (page_cache.analysis(film.id) for film in films)
    names = _names(films)
    shared, changes = page_cache.comparison(*(film.id for film in films))
    change_section.show(films, names, above, _warn, has_players=has_players)
    if has_shared_footage(shared):
        list_box.show(films, names)
    charts.in_all(before, after, names)
    tables = [page_cache.table(film.id) for film in films]
    st.header("Timelines", anchor=False)
    charts.timelines(before, after, names, films, tables)
    st.header("Every scene at a glance", anchor=False)
    charts.heatmaps(before, after, names, films, tables)
    scene_table.show(films, names)
    listed = kept_comparisons.change_list(*(film.id for film in films))
    audience_comparison.show(films, matched_scenes(listed, changes))


def _warn(warnings: Iterable[str]) -> None:
    for warning in warnings:
        st.warning(markdown.escape(warning), icon=":material/warning:")


def _names(films: tuple[Film, Film]) -> tuple[str, str]:
    """The films' names, with "(first)" and "(second)" where they are equal."""
    first, second = (film.name for film in films)
    return (first, second) if first != second else (f"{first} (first)", f"{second} (second)")
