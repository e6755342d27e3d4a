"""How much was analysed in the last day, and how fast."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.library.queue import Throughput


def show(done: Throughput) -> None:
    """One line; nothing is said of a speed before the first film."""
    if done.films_an_hour is None or done.film_hours_an_hour is None:
        st.caption("No film was analysed in the last day.")
        return
    st.markdown(
        f"In the last day **{formatting.count(done.films, 'film')}**, {formatting.hms(done.film_seconds)} of film: "
        f"**{_number(done.films_an_hour)}** films and **{_number(done.film_hours_an_hour)}** hours of film an hour of "
        "work."
    )


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}" if value >= 0.1 else f"{value:.2f}"
