"""The audience of a film's page, as its components are told of it: which screening is shown, before any numbers.

The page asks the library once a run; scripts in the browser load the numbers after the film is drawn.
"""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from emotion_core.library import FilmAudience

from ..services import page_cache, routes

ADDRESS = "screening"
"""Name of the address' part that says which of several screenings the page shows."""
_KEY = "film-audience"
"""Key of the session's state: the film of the page, and its audience."""


def read(film_id: str) -> None:
    """Ask the library for a film's audience, for this run of the page and the fragments that run after it.

    The page's address may name the screening.
    """
    st.session_state[_KEY] = film_id, page_cache.library().film_audience(film_id, routes.query(ADDRESS))


def of(film_id: str) -> FilmAudience | None:
    """The audience as it was read; None for a film without a screening."""
    of_film, audience = st.session_state.get(_KEY, ("", None))
    return audience if of_film == film_id else None


def component_data(film_id: str) -> dict[str, str] | None:
    """`screening`, `state` (changes with the numbers), and `page`, the address of the Screening page beside this one;
    None without viewers.
    """
    audience = of(film_id)
    if audience is None or not audience.viewers:
        return None
    page = f"screening?{urlencode({'film': film_id, 'screening': audience.screening})}"
    return {"screening": audience.screening, "state": audience.state, "page": page}
