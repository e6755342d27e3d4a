"""How a figure is put on a page."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from emotion_core import charts


def show(figure: go.Figure, alt: str) -> None:
    """A figure to look at; `alt` says what it is to a screen reader."""
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt)


def show_clickable(figure: go.Figure, alt: str, key: str, on_click: Callable[[], None]) -> None:
    """A figure whose points can be clicked; the click lies in st.session_state[key]."""
    st.plotly_chart(figure, config=charts.CONFIG, alt=alt, key=key, on_select=on_click, selection_mode="points")
