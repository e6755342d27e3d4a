"""Signing in through an OpenID Connect issuer: off unless Streamlit's secrets have a section `auth`.

Everyone whom the issuer signs in is admitted; where config.toml names people, only those are.
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
from emotion_core.storage import Configuration, home

from . import markdown

_was_configured: list[bool] = [False]
"""Whether the section has been there since the app started."""


def is_required() -> bool:
    """Whether people have to sign in."""
    if secrets_singleton.load_if_toml_exists():
        _was_configured[0] = _was_configured[0] or "auth" in secrets_singleton
        return _was_configured[0]
    # Fail closed where the secrets cannot be read, or were removed while the app runs.
    return _was_configured[0] or any(Path(file).exists() for file in st.get_option("secrets.files"))


def user_id() -> str:
    """The id of the person at this page, for tokens; empty where people need not sign in."""
    return _user_id(st.user.to_dict()) if is_required() else ""


def user_of_request(request: HTTPConnection) -> str | None:
    """The id of the person whom a request's cookies sign in; None where none is admitted."""

    def cookie(name: str) -> bytes | None:
        value = request.cookies.get(name)
        # Cookies are Latin-1 on the wire.
        return None if value is None else decode_signed_value(get_cookie_secret(), name, value.encode("latin-1"))

    value = get_cookie_with_chunks(cookie, USER_COOKIE_NAME)
    if value is None:
        return None
    try:
        person = json.loads(value)
        return _user_id(person) if person.get("is_logged_in") and _is_admitted(person) else None
    except (ValueError, AttributeError, EmotionError):
        return None


def show_gate() -> bool:
    """Show the page for someone who is not signed in or not admitted; return False for all others."""
    if not is_required():
        return False
    person: Mapping[str, Any] = st.user.to_dict()
    if not person.get("is_logged_in"):
        st.title("Film emotion dashboard", anchor=False)
        st.markdown("This library is for people who sign in.")
        if st.button("Sign in", type="primary", icon=":material/login:"):
            try:
                st.login()
            except StreamlitAuthError as error:
                st.error(markdown.escape(f"Signing in is not set up rightly: {error}"), icon=":material/error:")
        return True
    if _is_admitted(person):
        return False
    st.title("Film emotion dashboard", anchor=False)
    st.error(
        f"{markdown.escape(_display_name(person))} is signed in, but not among the people this library is for. "
        "Sign in as somebody else, or have the address added to people in config.toml.",
        icon=":material/block:",
    )
    st.button("Sign out", icon=":material/logout:", on_click=st.logout)
    return True


def sign_out_pages() -> list[Any]:
    """The menu's page for signing out; an empty list where people need not sign in."""
    if not is_required():
        return []
    title = f"Sign out {markdown.escape(_display_name(st.user.to_dict()))}"
    return [st.Page(_sign_out_page, title=title, icon=":material/logout:", url_path="leave")]


def _sign_out_page() -> None:
    st.title("Sign out", anchor=False)
    st.markdown(f"You are signed in as **{markdown.escape(_display_name(st.user.to_dict()))}**.")
    st.button("Sign out", type="primary", icon=":material/logout:", on_click=st.logout)


def _user_id(person: Mapping[str, Any]) -> str:
    """The issuer and its id of the person: another issuer may use the same id."""
    return f"{person.get('iss', '')} {person.get('sub', '')}".strip()


def _display_name(person: Mapping[str, Any]) -> str:
    return str(person.get("email") or person.get("name") or person.get("sub") or "somebody")


def _is_admitted(person: Mapping[str, Any]) -> bool:
    people = Configuration.load(home()).people
    # An unverified address may be anything the person typed.
    return not people or (
        person.get("email_verified") is True
        and str(person.get("email", "")).casefold() in {p.casefold() for p in people}
    )
