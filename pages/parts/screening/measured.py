"""How the numbers of a screening were measured: viewers, settings, model, hashes, alignments and notes."""

from __future__ import annotations

import streamlit as st

from emotion_core import audience, formatting
from emotion_core.audience import Screening, Viewer
from emotion_core.export import reading_of_film, reading_of_viewer
from emotion_core.library import ScreeningNumbers

from ...services import markdown, page_cache
from .in_time import alignment_words


def show(screening: Screening, key: str, numbers: ScreeningNumbers) -> None:
    """Sentences and lists; viewers are named by their numbers."""
    summary = numbers.summary
    settings = summary.settings
    percent = formatting.percent
    st.markdown(
        f"- Audience share: the mean over viewers of each viewer's own mean, each viewer the same; a second counts "
        f"with a usable face in {percent(settings.second_floor)} of its readings, a scene in "
        f"{percent(settings.scene_floor)}.\n"
        f"- Intervals: {percent(settings.confidence)}, by {settings.resamples:,} resamples of **viewers** (a second: "
        f"{settings.second_resamples:,}); none with fewer than {settings.least_viewers}.\n"
        f"- Synchrony: each viewer's curve with the mean of the others, averaged by Fisher's z, against "
        f"{settings.shifts:,} shifts of the left-out viewer in time; scenes of at least "
        f"{settings.synchrony_seconds} s; p adjusted for the number of scenes.\n"
        f"- Expressions that faces show, as a model names them, never what anyone felt. Models err, and more on some "
        f"faces than on others; the error by age or group of this model was not measured."
    )
    st.caption(f"Key of these numbers: {key} · screening {screening.id[:8]}")
    lines = [f"{viewer.number}. {viewer.kind}: {_read_by(viewer)}; {alignment_words(viewer.alignment)}"
             for viewer in summary.viewers]  # fmt: skip
    st.markdown("**Viewers**\n\n" + "\n".join(f"- {markdown.escape(line)}" for line in lines))
    own = reading_of_film(page_cache.analysis(screening.film_id)).details
    st.markdown(f"**The film's own faces**: {markdown.escape(own)}")
    left_out = [f"Viewer {viewer.number} is missing: {why}" for viewer, why in numbers.left_out]
    notes = [*numbers.notes, *left_out]
    if notes:
        st.markdown("**Notes**\n\n" + "\n".join(f"- {markdown.escape(note)}" for note in notes))
    if any(viewer.consent is not None for viewer in summary.viewers):
        told = next(viewer.consent.notice for viewer in summary.viewers if viewer.consent is not None)
        with st.popover("What viewers were told"):
            st.markdown(markdown.escape(told).replace("\n", "  \n"))
    st.caption(markdown.escape(audience.AI_ACT))


def _read_by(viewer: Viewer) -> str:
    """Model, engine, rate and least face; that nothing was read of a synthetic viewer."""
    if viewer.kind == "synthetic":
        return "made by a formula, nobody was filmed"
    return reading_of_viewer(page_cache.library(), viewer).details or "not read, or by an unknown model"
