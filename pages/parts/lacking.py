"""Frames that short scenes ask for and that could not be looked at: how many, why, and another try."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis.records import Analysis
from emotion_core.jobs import scans

from . import opened, saving, words


def say(film_id: str, analysis: Analysis) -> None:
    """Nothing where nothing is lacking, or while frames are being added."""
    shelf = opened.library()
    scan = shelf.scan_of(film_id)
    frames = len(scans.lacking(analysis))
    if not frames or scan is None or scans.status(shelf, scan.id).active:
        return
    text, button = st.columns([6, 1], vertical_alignment="center")
    why = scans.why_lacking(shelf, scan.id)
    if not why and analysis.damage is not None:
        why = "They were not found again in the damaged file."
    told = f"could not be added: {words.plain(why)}" if why else "have not been looked at yet."
    text.warning(
        f"{formatting.count(frames, 'frame')} of short scenes {told} The report rests on the frames that are there.",
        icon=":material/warning:",
    )
    button.button(
        "Try again" if why else "Add them", key="fill-up", width="stretch", on_click=saving.fill_up, args=(film_id,)
    )
