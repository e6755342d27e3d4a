"""The two films that are compared: chosen, or offered where they share footage."""

from __future__ import annotations

from itertools import combinations

import streamlit as st

from emotion_core.library import Film

from ...services import error_messages, markdown, page_cache, routes

MOST_OFFERED = 12
"""Films, those added last, among which pairs that share footage are looked for."""
SIDES = ("before", "after")


def choose(films: list[Film]) -> tuple[Film, Film] | None:
    """The films of the two boxes, which begin with those that the address names.

    None, and a word why, where one is not chosen or both are the same. Then pairs that share footage are offered.
    """
    names = markdown.unique_names(films)
    picked: list[Film | None] = []
    for box, side, word in zip(st.columns(2, gap="medium"), SIDES, ("First", "Second"), strict=True):
        film_id = routes.query(side)
        index = next((i for i, film in enumerate(films) if film.id == film_id), None)
        film = box.selectbox(
            f"{word} film",
            films,
            index,
            format_func=lambda film: names[film.id],
            key=_key(films, side),
            placeholder="Choose a film",
        )
        if film is not None:
            st.query_params[side] = film.id
            if not page_cache.is_readable(film.id):
                page_cache.analysis(film.id)  # says what is in the way of it
        picked.append(film)
    first, second = picked
    if first is not None and second is not None and first.id != second.id:
        return first, second
    if first is not None and second is not None:
        st.info("Choose two different films.")
    _offer(films, names)
    return None


def _key(films: list[Film], side: str) -> str:
    return f"{side}-{'-'.join(film.id for film in films)[:80]}"


def _offer(films: list[Film], names: dict[str, str]) -> None:
    """A button for each pair of films that share footage, the one added first before the other."""
    readable = [film for film in films if page_cache.is_readable(film.id)]
    newest = sorted(readable, key=lambda film: film.added_at, reverse=True)[:MOST_OFFERED]
    pairs = []
    from . import kept_comparisons

    with st.spinner("Looking for films that share footage …"):
        for later, earlier in combinations(newest, 2):
            with error_messages.isolate(f"{earlier.name}, {later.name}"):
                if kept_comparisons.share_footage(earlier.id, later.id):
                    pairs.append((earlier, later))
    if not pairs:
        st.caption(
            "Choose a film in each box. No two of the films here seem to share footage."
            if len(films) <= MOST_OFFERED
            else f"Choose a film in each box. Of the {MOST_OFFERED} added last no two seem to share footage."
        )
        return
    st.caption("These share footage:")
    for earlier, later in pairs:
        st.button(
            markdown.escape(f"{names[earlier.id]} → {names[later.id]}"),
            key=f"pair-{earlier.id}-{later.id}",
            icon=":material/compare:",
            on_click=_pick,
            args=(films, earlier, later),
        )


def _pick(films: list[Film], before: Film, after: Film) -> None:
    for side, film in zip(SIDES, (before, after), strict=True):
        st.session_state[_key(films, side)] = film
