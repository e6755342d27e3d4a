"""A film that is still being read: its timeline as far as it is written down."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.library.records import Film

from . import figures, opened, problems, progress, words


def show(film: Film) -> None:
    """The page of a film whose first analysis is under way."""
    st.title(words.plain(film.name), anchor=False)
    progress.watch(film.id, grows=True)
    _timeline(film)


def _timeline(film: Film) -> None:
    with problems.told():
        analysis, figures_so_far = opened.analysis_so_far(film.id), opened.charts_so_far(film.id)
        if analysis is None or figures_so_far is None:
            st.info("The timeline begins here as soon as the first minute of film is read.", icon=":material/timeline:")
            return
        until, whole = (formatting.clock(media.duration) for media in (analysis.observations.media, film.media))
        st.subheader(f"So far: {until} of {whole}", anchor=False)
        st.caption("The last scene may go on, and short scenes are looked at more closely at the end.")
        alt = f"Emotion timeline of the first {until} of {film.name}"
        figures.show(figures_so_far[0], alt)
        figures.show(figures_so_far[1], f"Heatmap of the first {until} of {film.name}: scenes by expression")
