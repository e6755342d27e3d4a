"""The people of a film: who is on screen when, with which expression, and with whom; named by hand."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.errors import EmotionError
from emotion_core.library import Film
from emotion_core.people import FilmPeople
from pages.parts import history_buttons
from pages.parts.people import board, choice, export_menu, recognition
from pages.services import error_messages, markdown, page_cache, routes, styles


def page() -> None:
    st.title("People", anchor=False)
    routes.show_notice()
    films = page_cache.analysed_films()
    if routes.query("film") not in {film.id for film in films}:
        error_messages.show_deferred()  # the film of the page was deleted in another window
    if not films:
        st.info(f"{choice.WHAT} No film has been analysed yet.")
        st.page_link(routes.LIBRARY, label="Add one in the Library", icon=":material/video_library:")
        return
    st.html(styles.PEOPLE)
    with st.container(key="people-choice", horizontal=True, vertical_alignment="bottom"):
        film = choice.show(films)
        if film is not None:
            st.page_link(routes.FILM, label="Open the film", icon=":material/movie:", query_params={"film": film.id})
    if film is None:
        st.markdown(choice.WHAT)
        return
    recognition.show_progress(film)
    _people(film)


@st.fragment(key="people")
def _people(film: Film) -> None:
    """All that a correction changes."""
    error_messages.show_deferred()
    try:
        with st.spinner("Looking who is on screen …"):
            shown = page_cache.film_people(film.id)
    except EmotionError as error:
        error_messages.show_error(error)
        return
    with st.container(key="people-head", horizontal=True, vertical_alignment="center"):
        st.markdown(_facts(shown), width="stretch")
        if shown.tracks:
            recognition.show(film, shown)
        steps = history_buttons.steps_of(film.id)
        if steps.any:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
                history_buttons.show(film.id, steps, "people-")
        if shown.arcs:
            export_menu.show(film)
    board.show(film)


def _facts(shown: FilmPeople) -> str:
    """How many people there are and how they were found, in a line; what to do first where there is nobody."""
    number = formatting.count(len(shown.arcs), "person", "people")
    if not shown.arcs and not shown.unknown:
        return "No face was found in this film."
    if not shown.arcs:
        return "Nobody has a name yet. **Click the faces of one person below, then type the name.**"
    longest = shown.arcs[0].person
    return (
        f"**{number}** · longest on screen: {markdown.escape(longest.label)} ({formatting.hms(longest.seconds)}) · "
        "counted on sampled frames. Expressions that faces show, never what anyone feels."
    )


with error_messages.show():
    page()
