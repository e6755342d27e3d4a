"""Plotly figures on a page."""

from __future__ import annotations

from collections.abc import Callable

import plotly.graph_objects as go
import streamlit as st

from emotion_core import charts


def show(figure: go.Figure, alt: str) -> None:
    """A figure without clicks; `alt` describes it to screen readers."""
    st.plotly_chart(figure, config=charts.PLOTLY_CONFIG, alt=alt)


def show_clickable(figure: go.Figure, alt: str, key: str, on_click: Callable[[], None]) -> None:
    """A figure with points to click; `on_click` finds the click in st.session_state[key]."""
    st.plotly_chart(figure, config=charts.PLOTLY_CONFIG, alt=alt, key=key, on_select=on_click, selection_mode="points")
