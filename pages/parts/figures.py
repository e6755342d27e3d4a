"""Plotly figures on a page, each with the table behind it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import plotly.graph_objects as go
import streamlit as st

from emotion_core import charts

if TYPE_CHECKING:
    import pandas as pd


def show(figure: go.Figure, alt: str, table: Callable[[], pd.DataFrame] | None = None, key: str = "") -> None:
    """A figure without clicks; `alt` describes it to screen readers.

    `table` gives its numbers, where the page does not show them anyway; they are computed when they are asked for.
    `key` is a name of that table, unique on the page.
    """
    st.plotly_chart(figure, config=charts.PLOTLY_CONFIG, alt=alt)
    if table is not None:
        behind(table, key)


@st.fragment
def behind(table: Callable[[], pd.DataFrame], key: str, title: str = "The same as a table") -> None:
    """A table to open below what it is the numbers of; `key` as in `show`."""
    with st.expander(title, key=f"table-{key}", on_change="rerun") as box:
        if box.open:
            rows = table()
            st.dataframe(rows, hide_index=True, placeholder="–", height="auto" if len(rows) <= 10 else 420)
