"""Tokens that let this page's scripts use the app's own routes: one a purpose and session, renewed in time."""

from __future__ import annotations

import time

import streamlit as st

from emotion_core.web import tokens

from . import opened, sign_in

_SECONDS = 3600
"""After so long a page has a new one; one is good for much longer."""


def token(purpose: tokens.Purpose) -> str:
    """For the header `Authorization: Bearer TOKEN`, or the address."""
    made, token = st.session_state.get(_key(purpose), (0.0, ""))
    if time.monotonic() - made > _SECONDS or not token:
        token = tokens.sign(opened.library().home, purpose, user=sign_in.user())
        st.session_state[_key(purpose)] = (time.monotonic(), token)
    return str(token)


def forget(purpose: tokens.Purpose) -> None:
    """The next run of the page gives out another: the app refused this one."""
    st.session_state.pop(_key(purpose), None)


def _key(purpose: tokens.Purpose) -> str:
    return f"{purpose}-token"
