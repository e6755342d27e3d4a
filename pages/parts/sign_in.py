"""Signing in through an OpenID Connect issuer: off unless Streamlit's secrets have a section `auth`.

Whoever the issuer signs in may come in, or, where config.toml names people, those only.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.requests import HTTPConnection
from streamlit.auth_util import get_cookie_with_chunks
from streamlit.errors import StreamlitAuthError
from streamlit.runtime.secrets import secrets_singleton
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from emotion_core.errors import EmotionError
from emotion_core.storage.config import Configuration
from emotion_core.storage.paths import home

from . import words

_seen: list[bool] = [False]
"""Whether the section was there once."""


def needed() -> bool:
    """Whether this app lets in nobody who has not signed in."""
    if secrets_singleton.load_if_toml_exists():
        _seen[0] = _seen[0] or "auth" in secrets_singleton
        return _seen[0]
    # Secrets that cannot be read, or that went while the app runs, let in nobody rather than everybody.
    return _seen[0] or any(Path(file).exists() for file in st.get_option("secrets.files"))


def user() -> str:
    """Who looks at this page: names them in tokens. Empty where nobody needs to sign in."""
    return _identity(st.user.to_dict()) if needed() else ""


def of_request(request: HTTPConnection) -> str | None:
    """Who is signed in by a request's cookies, may come in, and so may use the app's own routes; None for nobody."""

    def one(name: str) -> bytes | None:
        value = request.cookies.get(name)
        # Cookies are Latin-1 on the wire.
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    told = get_cookie_with_chunks(one, USER_COOKIE_NAME)
    if told is None:
        return None
    try:
        person = json.loads(told)
        return _identity(person) if person.get("is_logged_in") and _may_come_in(person) else None
    except (ValueError, AttributeError, EmotionError):
        return None


def page() -> bool:
    """The page of someone who may not come in yet; False where there is none."""
    if not needed():
        return False
    person: Mapping[str, Any] = st.user.to_dict()
    if not person.get("is_logged_in"):
        st.title("Film emotion dashboard", anchor=False)
        st.markdown("This library is for people who sign in.")
        if st.button("Sign in", type="primary", icon=":material/login:"):
            try:
                st.login()
            except StreamlitAuthError as error:
                st.error(words.plain(f"Signing in is not set up rightly: {error}"), icon=":material/error:")
        return True
    if _may_come_in(person):
        return False
    st.title("Film emotion dashboard", anchor=False)
    st.error(
        f"{words.plain(_called(person))} is signed in, but not among the people this library is for. "
        "Sign in as somebody else, or have the address added to people in config.toml.",
        icon=":material/block:",
    )
    st.button("Sign out", icon=":material/logout:", on_click=st.logout)
    return True


def way_out() -> list[Any]:
    """A page that signs out, for the menu; nothing where nobody signs in."""
    if not needed():
        return []
    title = f"Sign out {words.plain(_called(st.user.to_dict()))}"
    return [st.Page(_leave, title=title, icon=":material/logout:", url_path="leave")]


def _leave() -> None:
    st.title("Sign out", anchor=False)
    st.markdown(f"You are signed in as **{words.plain(_called(st.user.to_dict()))}**.")
    st.button("Sign out", type="primary", icon=":material/logout:", on_click=st.logout)


def _identity(person: Mapping[str, Any]) -> str:
    """Issuers number their people each for themselves."""
    return f"{person.get('iss', '')} {person.get('sub', '')}".strip()


def _called(person: Mapping[str, Any]) -> str:
    return str(person.get("email") or person.get("name") or person.get("sub") or "somebody")


def _may_come_in(person: Mapping[str, Any]) -> bool:
    people = Configuration.of(home()).people
    # An address that the issuer has not verified is what somebody typed.
    return not people or (
        person.get("email_verified") is True
        and str(person.get("email", "")).casefold() in {p.casefold() for p in people}
    )
