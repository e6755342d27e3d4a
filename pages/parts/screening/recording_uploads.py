"""Recordings of a screening's viewers, dropped in: the place for them, and the consent that goes with each."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from emotion_core import audience
from emotion_core.audience import Consent
from emotion_core.incoming import InTime

from ...components import uploads


def show(
    screening_id: str, consent: Consent | None, groups: Mapping[str, str] | None, in_time: InTime, offset: float
) -> None:
    """The place for recordings, and those under way.

    What is given is stored with each file that is dropped in from now on; without consent none is taken.
    """
    if consent is None:
        st.session_state.pop(_key(screening_id), None)
    uploads.show_recordings(screening_id, consent, groups, in_time, offset)


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
