"""The audience of a film: a screening's viewers beside the playing film.

As on the film's page each place is a container with a key (`screening-…`) and one function here; what changes with
choices is drawn in fragments.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import streamlit as st

from emotion_core import formatting
from emotion_core.audience import Screening, ScreeningSummary
from emotion_core.errors import EmotionError
from emotion_core.library import Film, ScreeningNumbers
from pages.components import film_charts, moment_channel, player
from pages.parts import audience_menu
from pages.parts.screening import (
    choice,
    curves,
    groups,
    intake,
    key_moments,
    measured,
    ratings_box,
    settings_form,
    viewer_list,
)
from pages.services import error_messages, markdown, page_cache, routes, styles


def page() -> None:
    st.title("Screening", anchor=False)
    routes.show_notice()
    error_messages.show_deferred()
    films = page_cache.analysed_films()
    if not films:
        st.info(f"{choice.WHAT} No film has been analysed yet.")
        st.page_link(routes.LIBRARY, label="Add one in the Library", icon=":material/video_library:")
        return
    film_charts.preload()
    st.html(styles.SCREENING)
    chosen = choice.show(films)
    if chosen is None:
        st.markdown(choice.WHAT)
        return
    film, screening = chosen
    if screening is None:
        choice.show_first(film)
        return
    try:
        with st.spinner("Computing what the audience showed …"):
            key, numbers = page_cache.screening_numbers(screening.id)
    except EmotionError as error:
        _without_numbers(film, screening, error)
        return
    with st.container(horizontal=True, vertical_alignment="center", key="screening-head"):
        with st.container():
            _head(numbers)
        audience_menu.show(film, screening)
    _view(film, screening, key, numbers)
    _viewers(film, screening, numbers, opened=False)


def _without_numbers(film: Film, screening: Screening, error: EmotionError) -> None:
    """A screening of which nothing is known yet: its viewers, or how to get some."""
    if page_cache.library().viewer_ids(screening.id):
        st.info(markdown.escape(str(error)), icon=":material/hourglass:")
    else:
        st.markdown(f"**{markdown.escape(screening.name)}** has no viewers yet. {choice.WHAT}")
        with st.container(horizontal=True, vertical_alignment="center"):
            st.page_link(
                routes.LIVE, label="Record a viewer live", icon=":material/videocam:", query_params={"film": film.id}
            )
            choice.sample_button(film)
    _viewers(film, screening, None, opened=True)


def _head(numbers: ScreeningNumbers) -> None:
    """Who was seen, in a line, and whether anyone is real."""
    summary = numbers.summary
    synthetic = sum(viewer.kind == "synthetic" for viewer in summary.viewers)
    if synthetic:
        st.warning(
            f"{synthetic} of {formatting.count(len(summary.viewers), 'viewer')} "
            f"{'is' if synthetic == 1 else 'are'} **synthetic**: curves made by a formula. Nobody was filmed.",
            icon=":material/science:",
        )
    words = [formatting.count(len(summary.viewers), "viewer")]
    if numbers.left_out:
        words.append(f"{len(numbers.left_out)} without readings")
    coverage = float(summary.film.coverage[0])
    if not math.isnan(coverage):
        words.append(f"a usable face in {formatting.percent(coverage)} of the readings")
    if summary.cast is not None and summary.cast.lag.seconds is not None:
        words.append(f"follows the cast by {summary.cast.lag.seconds:.1f} s")
    st.caption(" · ".join(words) + ". Expressions that faces show, never what anyone felt.")


def _view(film: Film, screening: Screening, key: str, numbers: ScreeningNumbers) -> None:
    """The player beside the key moments, the audience's curves, and the views of the whole film."""
    with st.container(key="screening-stage"):
        with st.container(key="screening-player"):
            _player(film)
        with st.container(key="screening-side"):
            _moments(film, numbers.summary)
    with st.container(key="screening-curves"):
        _curves(film, screening.id, key, numbers.summary)
    with st.container(key="screening-views"):
        _views(film, screening, key, numbers)


@st.fragment(key="screening-player")
def _player(film: Film) -> None:
    error_messages.show_deferred()
    with error_messages.show():
        player.show(film, page_cache.analysis(film.id))


@st.fragment(key="screening-moments")
def _moments(film: Film, summary: ScreeningSummary) -> None:
    """It runs again when the player rests on another frame."""
    with error_messages.show():
        analysis = page_cache.analysis(film.id)
        moment_channel.show(film, analysis)
        key_moments.show(film.id, analysis, summary)


@st.fragment(key="screening-curves")
def _curves(film: Film, screening_id: str, key: str, summary: ScreeningSummary) -> None:
    with error_messages.show():
        curves.show(film, screening_id, key, summary)


@st.fragment(key="screening-views")
def _views(film: Film, screening: Screening, key: str, numbers: ScreeningNumbers) -> None:
    """Only the open view is drawn; its name is in the address."""
    views: dict[str, Callable[[], None]] = {
        "Scenes": lambda: curves.show_scenes(film, screening.id, key, numbers.summary),
        "Viewers by time": lambda: curves.show_viewers(film, screening.id, key, numbers.summary),
        "Groups": lambda: groups.show(numbers.summary),
        "Ratings": lambda: ratings_box.show(screening, numbers.summary),
        "How this was measured": lambda: measured.show(screening, key, numbers),
    }
    tabs = st.tabs(list(views), key="audience-view", bind="query-params")
    for tab, view in zip(tabs, views.values(), strict=True):
        if tab.open:
            with tab, error_messages.show():
                view()


def _viewers(film: Film, screening: Screening, numbers: ScreeningNumbers | None, *, opened: bool) -> None:
    """Viewers, recordings to take in, and the settings of the numbers, behind headings that open.

    In a window in which it had no viewer with numbers they stay open: recordings may still be on their way.
    """
    opened = st.session_state.setdefault(f"screening-opened-{screening.id}", opened) or opened
    st.session_state[f"screening-opened-{screening.id}"] = opened
    count = len(page_cache.library().viewer_ids(screening.id))
    with (
        st.expander(f"Viewers ({count})", icon=":material/groups:", expanded=opened and count > 0),
        error_messages.show(),
    ):
        viewer_list.show(screening, numbers)
    with (
        st.expander("Take recordings in", icon=":material/group_add:", expanded=opened),
        error_messages.show(),
    ):
        intake.show(film, screening)
    with st.expander("Settings of the numbers", icon=":material/tune:"), error_messages.show():
        settings_form.show(screening)


with error_messages.show():
    page()
