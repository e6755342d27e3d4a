"""Frames that short scenes need and that were not analysed: how many, why, and a button that adds them."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.analysis import Analysis
from emotion_core.jobs import scans

from ...services import markdown, page_cache, report_edits


def show(film_id: str, analysis: Analysis) -> None:
    """Shows nothing where no frames are missing, or while they are being added."""
    library = page_cache.library()
    scan = library.newest_scan(film_id)
    frames = len(scans.frames_to_add(analysis))
    if not frames or scan is None or scans.status(library, scan.id).active:
        return
    text, button = st.columns([6, 1], vertical_alignment="center")
    why = scans.why_frames_are_missing(library, scan.id)
    if not why and analysis.damage is not None:
        why = "They were not found again in the damaged file."
    state = f"could not be added: {markdown.escape(why)}" if why else "have not been looked at yet."
    text.warning(
        f"{formatting.count(frames, 'frame')} of short scenes {state} The report rests on the frames that are there.",
        icon=":material/warning:",
    )
    button.button(
        "Try again" if why else "Add them",
        key="fill-up",
        width="stretch",
        on_click=report_edits.add_missing_frames,
        args=(film_id,),
    )
