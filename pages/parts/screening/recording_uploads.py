"""Recordings of a screening's viewers, dropped in: the place for them, and what is to be told of those that arrived."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from emotion_core import audience, formatting
from emotion_core.audience import Consent
from emotion_core.ingest import arrivals

from ...components import uploads
from ...services import markdown, page_cache


def show(screening_id: str, consent: Consent | None, groups: Mapping[str, str] | None = None) -> None:
    """The place for recordings, those under way, and what is to be told of those that arrived.

    `consent` and `groups` are stored with each file that is dropped in from now on; without consent none is taken.
    """
    if consent is None:
        st.session_state.pop(_key(screening_id), None)
    uploads.show_recordings(screening_id, consent, groups)
    told = arrivals(page_cache.library(), screening_id)
    if told.to_align:
        number = formatting.count(told.to_align, "recording is", "recordings are")
        st.caption(f"{number} being aligned by the film's sound, and until then taken to begin with the film.")
    for note in told.notes:
        st.caption(markdown.escape(note))


def lasting_consent(screening_id: str, given_by: str) -> Consent:
    """The consent to the notice since it was confirmed: the same in each run of the page. Raises SettingsError."""
    key = _key(screening_id)
    known: Consent | None = st.session_state.get(key)
    now = audience.consent_to_notice("recording", given_by)
    if known is None or (known.notice, known.given_by) != (now.notice, now.given_by):
        st.session_state[key] = known = now
    return known


def _key(screening_id: str) -> str:
    return f"consent-{screening_id}"
