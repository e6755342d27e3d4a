"""One film on one screen: player, current scene and timeline; below them the views of the whole film.

Each place is a container with a key (`film-…`) and one function here. What changes with the current scene is drawn in
fragments, so that the page is not run for it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from emotion_core import charts, formatting
from emotion_core.analysis import Analysis
from emotion_core.errors import EarlierVersion
from emotion_core.jobs import scans
from emotion_core.library import Film
from emotion_core.report import wording
from pages.components import film_charts, player, scan_progress
from pages.parts import (
    correction_list,
    film_head,
    missing_frames,
    note_list,
    partial_report,
    report_form,
    scene_frames,
    scene_table,
    target_form,
)
from pages.services import error_messages, markdown, page_cache, routes, scene_selection

_STYLE = Path(__file__).parent / "film.css"


def page() -> None:
    routes.finish_opening()
    routes.show_notice()
    film_id = routes.query("film")
    if not film_id:
        _choose(page_cache.analysed_films())
        return
    film = page_cache.library().film(film_id)
    latest = scans.latest(page_cache.library(), film_id)
    under_way = latest if latest is not None and latest[1].active else None
    if under_way and not page_cache.version(film_id):
        partial_report.show(film, *under_way)
        return
    try:
        analysis = page_cache.analysis(film_id)
    except EarlierVersion as error:
        if under_way:
            partial_report.show(film, *under_way)  # the new analysis, until it is finished
            return
        st.title(markdown.escape(film.name), anchor=False)
        error_messages.show_error(error)
        st.page_link(routes.LIBRARY, label="Analyse it again in the Library", icon=":material/video_library:")
        return
    st.html(_STYLE)
    st.session_state["drawn"] = _state(film_id)
    film_head.show(film, analysis)
    with st.container(key="film-notices"):  # also when empty: what follows keeps its place, and so the player its state
        if under_way:
            scan_progress.watch(film_id, *under_way)
        missing_frames.show(film_id, analysis)
        error_messages.show_deferred()
    with st.container(key="film-stage"):
        with st.container(key="film-player"):
            _player(film, analysis)
        with st.container(key="film-panel"):
            _panel(film, analysis)
    with st.container(key="film-timeline"):
        _timeline(film, analysis)
    with st.container(key="film-views"):
        _views(film)
    if not under_way:
        scan_progress.watch_for_start(film_id)


def _choose(films: list[Film]) -> None:
    st.title("Film", anchor=False)
    if not films:
        st.info("No film has been analysed yet.")
        st.page_link(routes.LIBRARY, label="Add one in the Library", icon=":material/video_library:")
        return
    names = markdown.unique_names(films)
    film = st.selectbox("Which film?", films, None, format_func=lambda f: names[f.id], placeholder="Choose a film")
    if film is not None:
        routes.open_film(film.id)


def _player(film: Film, analysis: Analysis) -> None:
    with error_messages.show():
        player.show(film, analysis, scene_selection.selected(len(analysis.scenes)))


def _panel(film: Film, analysis: Analysis) -> None:
    """The current scene: its numbers, the frames behind them, its corrections."""
    correction_list.show(film.id, analysis)
    number = scene_selection.selected(len(analysis.scenes))
    if number is None:
        st.info("Pick a scene in the timeline or below to see the frames behind its numbers.")
    else:
        scene_frames.show(film.id, analysis, number)


def _timeline(film: Film, analysis: Analysis) -> None:
    film_charts.timeline(film)
    st.caption(
        f"Line: an expression's share of each scene. Band: its {analysis.report_settings.confidence:.0%} interval. "
        f"{wording.veil_legend(analysis)} "
        "Click to go to a frame and its scene; drag to zoom, double-click to zoom out. Red: the picture on screen."
    )


@st.fragment(key="film-views")
def _views(film: Film) -> None:
    """The views of the whole film: only the open one is drawn; its name is in the address."""
    tabs = st.tabs(list(VIEWS), key="view", bind="query-params")
    for tab, view in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab, error_messages.show():
                view(film, page_cache.analysis(film.id))
    if st.session_state["drawn"] != _state(film.id):
        st.rerun()  # a table or form of this fragment chose another scene, or changed the report


def _scene_view(film: Film, analysis: Analysis) -> None:
    number = scene_selection.selected(len(analysis.scenes))
    scene_table.show(film.id, analysis, f"scenes-{page_cache.version(film.id)}", number)


def _heatmap_view(film: Film, analysis: Analysis) -> None:
    st.caption(
        "One column a scene, whatever its length. The stronger the colour, the larger the expression's share: "
        f"full at {formatting.percent(charts.full_scale(analysis))}. Click a scene to go there."
    )
    film_charts.heatmap(film)


def _report_view(film: Film, analysis: Analysis) -> None:
    report_form.show(film.id, analysis)


VIEWS: dict[str, Callable[[Film, Analysis], None]] = {
    "Scenes": _scene_view,
    "Heatmap": _heatmap_view,
    "Notes": note_list.show,
    "Target arc": target_form.show,
    "How scenes are found": _report_view,
}
"""The tabs by their titles."""


def _state(film_id: str) -> tuple[str, int]:
    """What the whole page depends on: the report's version, and the last choice of a scene."""
    return page_cache.version(film_id), scene_selection.player_jumps()


with error_messages.show():
    page()
