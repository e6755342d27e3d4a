"""Tokens with which a page's scripts use the app's own routes: one for each purpose and session."""

from __future__ import annotations

import time

import streamlit as st

from emotion_core.web import film_link as signed_film_link, tokens

from . import auth, page_cache

_SECONDS = 3600
"""Age at which a page gets a new token; the server accepts a token for much longer."""


def token(purpose: tokens.Purpose) -> str:
    """A token for the header `Authorization: Bearer TOKEN`, or for an address."""
    created, text = st.session_state.get(_key(purpose), (0.0, ""))
    if time.monotonic() - created > _SECONDS or not text:
        text = tokens.sign(page_cache.library().home, purpose, user=auth.user_id())
        st.session_state[_key(purpose)] = (time.monotonic(), text)
    return str(text)


def film_link(film_id: str) -> str:
    """The address below which the data of a film's page lie: the same for an hour, so that browsers keep its pictures.

    Raises LibraryError where the library's key cannot be stored.
    """
    created, link = st.session_state.get(_link_key(film_id), (0.0, ""))
    if time.monotonic() - created > _SECONDS or not link:
        link = signed_film_link(page_cache.library().home, film_id, auth.user_id())
        st.session_state[_link_key(film_id)] = (time.monotonic(), link)
    return str(link)


def forget_film_link(film_id: str) -> None:
    """Give out another link on the next run of the page: the server refused this one."""
    st.session_state.pop(_link_key(film_id), None)


def _link_key(film_id: str) -> str:
    return f"film-link-{film_id}"


def forget(purpose: tokens.Purpose) -> None:
    """Give out another token on the next run of the page: the server refused this one."""
    st.session_state.pop(_key(purpose), None)


def _key(purpose: tokens.Purpose) -> str:
    return f"{purpose}-token"
