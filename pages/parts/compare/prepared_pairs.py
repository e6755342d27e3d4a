"""Which pairs of films are compared by now, so that their page is drawn at once; and the work of comparing one."""

from __future__ import annotations

import time
from typing import Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from emotion_core.library import Film

from ...components.pair_player import pair_player
from ...services import page_cache

MANY_SCENES = 400
"""Scenes of both films from which the browser is busy for long."""
MANY_FRAMES = 40_000
"""Frames of both films from which the server is busy for long."""
HEAD_START = 0.4
"""Seconds that the players have for themselves."""
State = Literal["to be compared", "compared", "unrelated"]


class _Known:
    """What this process knows of pairs. Wrong entries cost time only: whatever is missing is computed where it is
    shown.
    """

    def __init__(self) -> None:
        self.states: dict[str, State] = {}

    def clear(self) -> None:
        self.states.clear()


_known = _Known()


def state(films: tuple[Film, Film]) -> State:
    """Whether the films are compared, or known to share no footage, in which case they are compared if asked."""
    page_cache.clear_with_films(_known)
    return _known.states.get(_key(films), "to be compared")


def prepare(films: tuple[Film, Film]) -> None:
    """Compare the films, or find that they share nothing. Raises EmotionError."""
    from emotion_core.compare import check_comparable

    from . import kept_comparisons

    first, second = (film.id for film in films)
    check_comparable(page_cache.analysis(first), page_cache.analysis(second))
    is_related = is_asked(films) or kept_comparisons.share_footage(first, second)
    if is_related:
        kept_comparisons.change_list(first, second)
        kept_comparisons.sentence(first, second)
    _known.states[_key(films)] = "compared" if is_related else "unrelated"
    st.session_state[_begun(films)] = True  # the players are there by now


def show_players(films: tuple[Film, Film], place: DeltaGenerator) -> bool:
    """Draw both players and the bands of the footage that both show; whether they are there."""
    first, second = (film.id for film in films)
    shared, _ = page_cache.comparison(first, second)
    if not (shared.source >= 0).any():
        return False
    with place:
        return pair_player.show(films, (page_cache.analysis(first), page_cache.analysis(second)), shared)


def let_pictures_come(films: tuple[Film, Film]) -> None:
    """Of long films, wait a while until both players have their first pictures: to compare them takes the machine."""
    if sum(float(film.media.duration * film.media.rate) for film in films) >= MANY_FRAMES:
        pair_player.let_pictures_come(films)


def let_players_begin(films: tuple[Film, Film], scenes: int) -> None:
    """Wait a moment, once a session, before the rest of a page of many scenes is sent: the browser draws all that has
    come in one go, and its charts and lists would hold up the first pictures for seconds.
    """
    if scenes >= MANY_SCENES and not st.session_state.get(_begun(films)):
        time.sleep(HEAD_START)
    st.session_state[_begun(films)] = True


def is_asked(films: tuple[Film, Film]) -> bool:
    """Whether this user wants the films compared though they seem to share nothing."""
    return bool(st.session_state.get(_asked(films)))


def ask(films: tuple[Film, Film]) -> None:
    """Note that the films are to be compared all the same."""
    st.session_state[_asked(films)] = True


def _asked(films: tuple[Film, Film]) -> str:
    return f"compare-anyway-{films[0].id}-{films[1].id}"


def _begun(films: tuple[Film, Film]) -> str:
    return f"compare-begun-{films[0].id}-{films[1].id}"


def _key(films: tuple[Film, Film]) -> str:
    return " ".join([*(page_cache.numbers_version(film.id) for film in films), str(is_asked(films))])
