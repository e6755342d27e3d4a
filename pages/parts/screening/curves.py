"""The audience's curves with what is chosen of them, synchrony below, and the views of scenes and of viewers."""

from __future__ import annotations

import streamlit as st

from emotion_core import charts
from emotion_core.audience import ScreeningSummary
from emotion_core.charts import Chosen
from emotion_core.library import Film

from ...components import film_charts
from ...services import markdown

GROUPS_NOTE = (
    "Each group's own mean; the group-balanced mean weighs each group the same, or as the target population in the "
    "settings. Synchrony is not compared between groups as engagement: it differs by age, sex and seat by itself."
)


def chosen(summary: ScreeningSummary) -> Chosen:
    """The curves that are chosen, from widgets in a row."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="screening-curves-choice"):
        known = charts.available_rows(summary)
        rows = st.pills(
            "Curves", known, selection_mode="multi", default=known[:1], key="screening-rows",
            format_func=lambda row: markdown.escape(charts.row_name(summary, row)),
        )  # fmt: skip
        lines = {each.place: each for each in charts.comparisons(summary)}
        groups: list[tuple[int, int]] = []
        if lines:
            groups = st.pills(
                "Groups", list(lines), selection_mode="multi", key="screening-groups", help=GROUPS_NOTE,
                format_func=lambda place: markdown.escape(lines[place].words),
            )  # fmt: skip
        has_cast = summary.cast is not None and summary.cast.reason is None
        cast = st.toggle("Film's own faces", value=True, key="screening-cast", disabled=not has_cast)
    return Chosen(tuple(sorted(rows)) or known[:1], tuple(groups), cast and has_cast)


def show(film: Film, screening_id: str, numbers: str, summary: ScreeningSummary) -> None:
    """The curves, and synchrony of the first one."""
    what = chosen(summary)
    film_charts.audience(film, screening_id, numbers, "audience", what)
    film_charts.audience(film, screening_id, numbers, "audience-synchrony", what)


def show_scenes(film: Film, screening_id: str, numbers: str, summary: ScreeningSummary) -> None:
    """The heatmap of scenes by expressions."""
    st.caption("The stronger the colour, the larger the audience's share. Hatched: nobody has a usable face.")
    film_charts.audience(film, screening_id, numbers, "audience-scenes", Chosen(charts.available_rows(summary)[:1]))


def show_viewers(film: Film, screening_id: str, numbers: str, summary: ScreeningSummary) -> None:
    """Viewers by time, of one expression."""
    known = charts.available_rows(summary)
    row = st.segmented_control(
        "Expression", known, default=known[0], key="screening-viewers-row", required=True,
        format_func=lambda each: markdown.escape(charts.row_name(summary, each)),
    )  # fmt: skip
    film_charts.audience(film, screening_id, numbers, "audience-viewers", Chosen((known[0] if row is None else row,)))
