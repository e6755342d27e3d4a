"""Which film's people are shown."""

from __future__ import annotations

import streamlit as st

from emotion_core.library import Film

from ...services import markdown, routes

WHAT = (
    "Who is on screen, when, for how long, with which expression and with whom: expressions that faces show, never "
    "what anyone feels."
)


def show(films: list[Film]) -> Film | None:
    """A select box; the film, which is in the page's address, or None where none is chosen."""
    names = markdown.unique_names(films)
    ids = [film.id for film in films]
    wanted = routes.query("film")
    chosen = st.selectbox(
        "Film", ids, ids.index(wanted) if wanted in ids else (0 if len(ids) == 1 else None),
        format_func=lambda film_id: names[film_id], placeholder="Choose a film", key="people-film", width=420,
    )  # fmt: skip
    if chosen is None:
        return None
    st.query_params["film"] = chosen
    return next(film for film in films if film.id == chosen)
