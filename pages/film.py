"""One film on one screen: player, current scene and timeline; below them the views of the whole film.

Each place is a container with a key (`film-…`) and one function here. What changes with the current scene is drawn in
fragments, so that the page is not run for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from emotion_core.errors import EarlierVersion
from emotion_core.jobs import scans
from emotion_core.web import wait_for_timeline
from pages.components import film_audience, film_charts
from pages.parts import film as parts
from pages.parts.versions import offer
from pages.services import error_messages, markdown, page_cache, routes, styles

if TYPE_CHECKING:  # functions load what they draw with: the timeline is drawn before
    from emotion_core.analysis import Analysis
    from emotion_core.jobs import Status
    from emotion_core.library import Film


def page() -> None:
    routes.finish_opening()
    routes.show_notice()
    film_id = routes.query("film")
    if not film_id:
        _choose(page_cache.analysed_films())
        return
    film_charts.preload()
    film = page_cache.library().film(film_id)
    latest = scans.latest(page_cache.library(), film_id)
    under_way = latest if latest is not None and latest[1].active else None
    if under_way and not page_cache.version(film_id):
        parts.partial_report.show(film, *under_way)
        return
    film_audience.read(film_id)
    st.html(styles.FILM)
    # The places in the order of the page. No st.empty among them: at each run it would take away what it holds.
    keys = ("film-top", "film-notices", "film-stage", "film-timeline", "film-views")
    head, notices, stage, timeline, views = (st.container(key=key) for key in keys)
    if page_cache.is_readable(film_id):
        with timeline:
            _timeline(film)  # first: the browser loads and draws it while the numbers are read
        wait_for_timeline(film_id)  # then the rest
    try:
        analysis = page_cache.analysis(film_id)
    except EarlierVersion as error:
        if under_way:
            parts.partial_report.show(film, *under_way)  # the new analysis, until it is finished
            return
        st.title(markdown.escape(film.name), anchor=False)
        error_messages.show_error(error)
        st.page_link(routes.LIBRARY, label="Analyse it again in the Library", icon=":material/video_library:")
        return
    from pages.components import scan_progress

    st.session_state["drawn"] = page_cache.version(film_id)
    timeline.caption(_legend(film_id, analysis))
    with head:
        parts.film_head.show(film, analysis)
    with notices:  # also when empty: what follows keeps its place, and so the player its state
        _notices(film, analysis, under_way)
    with stage:
        with st.container(key="film-player"):
            _player(film)
        with st.container(key="film-side"):
            with st.container(key="film-panel", height="stretch"):
                _panel(film)
            with st.container(key="film-scene"):
                _scene(film)
    with views:
        _views(film)
    if not under_way:
        scan_progress.watch_for_start(film_id)
        offer.wait(film_id)


def _notices(film: Film, analysis: Analysis, under_way: tuple[str, Status] | None) -> None:
    """What is under way, what is missing, and the film that shares footage with a new one."""
    from pages.components import scan_progress

    if under_way:
        scan_progress.watch(film.id, *under_way)
    else:
        offer.show(film.id)
    parts.missing_frames.show(film.id, analysis)
    error_messages.show_deferred()


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


@st.fragment(key="film-player")
def _player(film: Film) -> None:
    from pages.components import player

    _run_page_if_report_changed(film.id)
    with st.container():  # also when empty: what follows keeps its place
        error_messages.show_deferred()
    with error_messages.show():
        player.show(film, page_cache.analysis(film.id))


@st.fragment(key="film-panel")
def _panel(film: Film) -> None:
    """The current scene's numbers and frames, which follow the player by themselves."""
    from pages.components import scene_panel
    from pages.services import moment

    _run_page_if_report_changed(film.id)
    error_messages.show_deferred()
    with error_messages.show():
        scene_panel.show(film.id, moment.frame(film.id))


@st.fragment(key="film-scene")
def _scene(film: Film) -> None:
    """What Streamlit draws of the current scene. It runs again when the player rests on another frame."""
    from pages.components import moment_channel
    from pages.services import moment

    _run_page_if_report_changed(film.id)
    error_messages.show_deferred()
    analysis = page_cache.analysis(film.id)
    moment_channel.show(film, analysis)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        parts.scene_correction.show(film.id, analysis, moment.scene(film.id))
        parts.correction_list.show(film.id, analysis)


@st.fragment(key="film-timeline")
def _timeline(film: Film) -> None:
    film_charts.timeline(film)


def _legend(film_id: str, analysis: Analysis) -> str:
    from emotion_core.report import wording

    audience = film_audience.component_data(film_id) and "Dashed, with an outlined band: the audience's. "
    return (
        f"Line: an expression's share of each scene. Band: its {analysis.report_settings.confidence:.0%} interval. "
        f"{audience or ''}{wording.veil_legend(analysis)} "
        "Click to go to a frame and its scene; drag to zoom, double-click to zoom out. Red: the picture on screen."
    )


@st.fragment(key="film-views")
def _views(film: Film) -> None:
    """The views of the whole film: only the open one is drawn; its name is in the address."""
    _run_page_if_report_changed(film.id)
    with st.container():  # also when empty: what follows keeps its place
        error_messages.show_deferred()
    tabs = st.tabs(list(VIEWS), key="view", bind="query-params")
    for tab, view in zip(tabs, VIEWS.values(), strict=True):
        if tab.open:
            with tab, error_messages.show():
                view(film, page_cache.analysis(film.id))


def _scene_view(film: Film, analysis: Analysis) -> None:
    parts.scene_list.show(film.id, analysis)


def _heatmap_view(film: Film, analysis: Analysis) -> None:
    from emotion_core import charts, formatting

    st.caption(
        "On the time axis of the timeline, or with a column a scene, whatever its length. The stronger the colour, the "
        f"larger the expression's share: full at {formatting.percent(charts.full_scale(analysis))}. "
        "Click a scene to go there."
    )
    film_charts.heatmap(film)


def _notes_view(film: Film, analysis: Analysis) -> None:
    parts.note_list.show(film, analysis)


def _targets_view(film: Film, analysis: Analysis) -> None:
    parts.target_form.show(film, analysis)


def _report_view(film: Film, analysis: Analysis) -> None:
    parts.report_form.show(film.id, analysis)


VIEWS: dict[str, Callable[[Film, Analysis], None]] = {
    "Scenes": _scene_view,
    "Heatmap": _heatmap_view,
    "Notes": _notes_view,
    "Target arc": _targets_view,
    "How scenes are found": _report_view,
}
"""The tabs by their titles."""


def _run_page_if_report_changed(film_id: str) -> None:
    """Run the whole page where this fragment changed the report: its head, all its views and its exports show that."""
    if st.session_state["drawn"] != page_cache.version(film_id):
        st.rerun()


with error_messages.show():
    page()
