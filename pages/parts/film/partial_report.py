"""The page of a film during its first analysis: the timeline so far."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.jobs import Status
from emotion_core.library import Film
from emotion_core.web import expect_timeline

from ...components import scan_progress
from ...services import error_messages, markdown, page_cache


def show(film: Film, scan_id: str, status: Status) -> None:
    """Show the progress of the analysis, which has this id and status, and the charts of what is written."""
    expect_timeline(film.id)  # when the numbers are there, the browser gets it before the rest of the page
    st.title(markdown.escape(film.name), anchor=False)
    scan_progress.watch(film.id, scan_id, status, grows=True)
    _timeline(film)


def _timeline(film: Film) -> None:
    with error_messages.show():
        analysis, figures_so_far = page_cache.partial_analysis(film.id), page_cache.partial_charts(film.id)
        if analysis is None or figures_so_far is None:
            st.info("The timeline begins here as soon as the first minute of film is read.", icon=":material/timeline:")
            return
        from .. import figures  # here: a short film has its whole report before anything of it, without Plotly

        until, whole = (formatting.hms(media.duration) for media in (analysis.observations.media, film.media))
        st.header(f"So far: {until} of {whole}", anchor=False)
        st.caption("The last scene may go on, and short scenes are looked at more closely at the end.")
        alt = f"Emotion timeline of the first {until} of {film.name}"
        figures.show(figures_so_far[0], alt)
        figures.show(figures_so_far[1], f"Heatmap of the first {until} of {film.name}: scenes by expression")
