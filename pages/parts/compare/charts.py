"""The charts of the Compare page: totals, both timelines on one axis, both heatmaps."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import streamlit as st

from emotion_core import charts, formatting
from emotion_core.analysis import Analysis
from emotion_core.compare import totals
from emotion_core.library import Film
from emotion_core.report import wording

from ...services import markdown, page_cache
from .. import figures, shown_part
from . import comparison_tables

MOST_TICKS = 8
"""Numbers below the part of a heatmap that is shown, about."""


@st.fragment
def timelines(
    before: Analysis, after: Analysis, names: tuple[str, str], films: tuple[Film, Film], tables: list[pd.DataFrame]
) -> None:
    st.caption(
        f"Both films on one time axis and one scale. {wording.veil_legend(before, after)} Drag to zoom into both at "
        "once, or choose the part shown."
    )
    figure = _comparison_figure(before, after, names, "-".join(page_cache.numbers_version(film.id) for film in films))
    end = max(float(analysis.observations.media.duration) for analysis in (before, after))
    if part := shown_part.of_time(end, f"timelines-{names}"):
        figure = go.Figure(figure).update_xaxes(range=part)  # a copy: the cached one shows all
    figures.show(
        figure, f"Emotion timelines of {names[0]} and {names[1]}",
        lambda: comparison_tables.scenes(tables, names, before.labels), "timelines",
    )  # fmt: skip


@page_cache.cleared_with_films
@st.cache_resource(max_entries=4, show_spinner=False)
def _comparison_figure(_before: Analysis, _after: Analysis, names: tuple[str, str], key: str) -> go.Figure:
    return charts.comparison_figure(_before, _after, names)


@st.fragment
def heatmaps(
    before: Analysis, after: Analysis, names: tuple[str, str], films: tuple[Film, Film], tables: list[pd.DataFrame]
) -> None:
    scale, count = charts.full_scale(before, after), max(len(before.scenes), len(after.scenes))
    st.caption(
        "One column a scene, whatever its length. The stronger the colour, the larger the expression's share: "
        f"full at {formatting.percent(scale)} in both."
    )
    part = shown_part.of_scenes(count, f"heatmaps-{names}")
    for column, film, name, table in zip(st.columns(2, gap="medium"), films, names, tables, strict=True):
        figure = page_cache.heatmap(film.id, count, scale)
        if part:
            ticks = {"tickvals": None, "tick0": 1, "dtick": max(1, round((part[1] - part[0]) / MOST_TICKS))}
            figure = go.Figure(figure).update_xaxes(range=part, **ticks)  # a copy: the cached one shows all
        with column:
            st.markdown(f"**{markdown.escape(name)}**")
            figures.show(
                figure, f"Heatmap of {name}: scenes by apparent expression",
                partial(comparison_tables.scenes, [table], [name], before.labels), f"heatmap-{film.id}",
            )  # fmt: skip


def in_all(before: Analysis, after: Analysis, names: tuple[str, str]) -> None:
    st.header("In all", anchor=False)
    table = totals(before, after)
    with st.container(key="compare-totals"):  # one below the other in a narrow window
        chart, numbers = st.columns(2, gap="medium")
    with chart:
        st.caption(
            f"How long the scenes last in which an expression is dominant. Dim: {markdown.escape(names[0])}; full: "
            f"{markdown.escape(names[1])}."
        )
        figures.show(charts.totals_figure(table, names), "Seconds of both films' scenes by dominant expression")
    with numbers:
        st.caption("The same in numbers, and each expression's mean share of the time with a usable face.")
        st.dataframe(_signed(table), hide_index=True, placeholder="–", column_config=_total_columns(names))


def _signed(table: pd.DataFrame) -> pd.DataFrame:
    display = table.copy()
    display["seconds_change"] = [_change(value) for value in table["seconds_change"]]
    for side in ("before", "after"):
        display[f"share_{side}"] = table[f"share_{side}"].astype(float) * 100
    display["share_change"] = [_change(value * 100) for value in table["share_change"].astype(float)]
    return display


def _change(value: float) -> str | None:
    """A difference with its sign; None if it is missing."""
    if pd.isna(value):
        return None
    return formatting.signed(value)


def _total_columns(names: tuple[str, str]) -> dict[str, Any]:
    column = st.column_config
    return {
        "label": column.TextColumn("Expression"),
        "seconds_before": column.NumberColumn("First, s", format="%.1f", help=markdown.escape(names[0])),
        "seconds_after": column.NumberColumn("Second, s", format="%.1f", help=markdown.escape(names[1])),
        "seconds_change": column.TextColumn("Change, s", alignment="right"),
        "share_before": column.NumberColumn("First, %", format="%.1f", help=markdown.escape(names[0])),
        "share_after": column.NumberColumn("Second, %", format="%.1f", help=markdown.escape(names[1])),
        "share_change": column.TextColumn(
            "Change, points", alignment="right", help="Percentage points, second less first."
        ),
    }
