"""A form that keeps a live session as a viewer of a screening."""

from __future__ import annotations

import streamlit as st

from emotion_core import audience
from emotion_core.errors import SettingsError
from emotion_core.library import Library
from emotion_core.library.screenings import names
from emotion_core.live import Session

from ..services import error_messages, page_cache

_NEW = ""
"""In place of a screening's id."""


def show(session: Session) -> audience.Viewer | None:
    """The form; the viewer once there is one."""
    library = page_cache.library()
    if session.film_id is None:
        return None
    screenings = {each.id: each.name for each in library.screenings(session.film_id)}
    with st.form("keep-viewer"):
        chosen = st.selectbox(
            "Screening",
            _in_order(library, list(screenings)),
            format_func=lambda screening_id: screenings.get(screening_id, "A new screening"),
        )
        new_name = st.text_input(
            "Name of a new screening", max_chars=200, help="Left empty, it is called Screening and a number."
        )
        name = st.text_input("Viewer's name or number", max_chars=200, help="Left empty, it is Viewer and a number.")
        groups = st.text_input(
            "Groups",
            max_chars=1000,
            placeholder="age: 18-29, seat: A4",
            help="What this viewer is counted under: a name, a colon and a value each, with commas between.",
        )
        if not st.form_submit_button("Keep as a viewer", type="primary", icon=":material/check:"):
            return None
    with error_messages.show():
        return _keep(session, chosen, new_name.strip(), name.strip(), parse_groups(groups))
    return None


def _in_order(library: Library, screenings: list[str]) -> list[str]:
    """What can be chosen, first what is chosen unless another is: no screening with viewers whom a formula made."""
    made = {each for each in screenings if any(viewer.kind == "synthetic" for viewer in library.viewers(each))}
    return [*(each for each in screenings if each not in made), _NEW, *(each for each in screenings if each in made)]


def _keep(session: Session, screening_id: str, new_name: str, name: str, groups: dict[str, str]) -> audience.Viewer:
    from emotion_core.live import LIMITS_KEPT, RULES  # loads what reads analyses

    library = page_cache.library()
    if screening_id != _NEW and new_name:
        raise SettingsError(
            f"“{new_name}” is the name of a new screening, but another one is chosen.",
            "Choose “A new screening”, or leave that name empty.",
        )
    names.groups(groups)  # raises here, before a new screening is added
    readings = session.readings()
    summary = session.summary()
    kept = audience.Readings(
        labels=readings.labels,
        seconds=readings.seconds,
        probabilities=readings.probabilities,
        taken_at=readings.taken_at,
        checkpoint=readings.checkpoint,
        engine=readings.engine,
        facts={
            "temperature": f"{readings.temperature:.6g}",
            **RULES,
            **LIMITS_KEPT,
            **({} if readings.size is None else readings.size.facts),
            "pictures dropped": str(summary.rate.dropped),
            "seconds seen again": f"{readings.replayed:.1f}",
            "jumps": str(summary.jumps),
            "player": "; ".join(f"{taken_at:.1f} {event} {film:.2f}" for taken_at, event, film in readings.events),
        },
    )
    if screening_id == _NEW:
        screening_id = library.add_screening(session.film_id or "", new_name).id
    consent = audience.Consent(session.notice, session.agreed_at, session.agreed_by)
    return library.add_live_viewer(screening_id, kept, consent=consent, name=name, groups=groups)


def parse_groups(text: str) -> dict[str, str]:
    """Groups as typed: “age: 18-29, seat: A4”. Raises SettingsError."""
    groups: dict[str, str] = {}
    for part in filter(None, (each.strip() for each in text.split(","))):
        name, colon, value = part.partition(":")
        if not (colon and name.strip() and value.strip()) or name.strip() in groups:
            raise SettingsError(f"The groups have “{part}”.", "Write each once, as “age: 18-29, seat: A4”.")
        groups[name.strip()] = value.strip()
    return groups
