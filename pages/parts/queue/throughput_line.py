"""How much was analysed in the last day, and how fast."""

from __future__ import annotations

import streamlit as st

from emotion_core import formatting
from emotion_core.library.queue import Throughput


def show(done: Throughput) -> None:
    """One line; nothing is said of a speed without a basis."""
    st.markdown(words(done)) if done.films else st.caption(words(done))


def words(done: Throughput) -> str:
    """What the line says, as Markdown."""
    if not done.films:
        return "No film was analysed in the last day."
    films = f"In the last day **{formatting.count(done.films, 'film')}**, {formatting.rough(done.film_seconds)} in all"
    if done.films_an_hour is None or done.film_hours_an_hour is None:
        return f"{films}: not enough yet to tell a speed."
    speed = formatting.rough(done.film_hours_an_hour * 3600)
    return f"{films}. An hour of work does **{speed} of film**, or **{_number(done.films_an_hour)} films** like these."


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}" if value >= 0.1 else f"{value:.2f}"
