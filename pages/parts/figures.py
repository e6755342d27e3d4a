"""Plotly figures on a page."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from emotion_core import charts


def show(figure: go.Figure, alt: str) -> None:
    """A figure without clicks; `alt` describes it to screen readers."""
    st.plotly_chart(figure, config=charts.PLOTLY_CONFIG, alt=alt)
