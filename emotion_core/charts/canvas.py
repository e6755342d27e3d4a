"""What the charts over running time are drawn on: a time axis, rows placed by pixels, and a film as a ribbon."""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from ..analysis.records import Analysis
from ..labels import colour
from .steps import Steps, at
from .style import CHART, CLEAR, HATCHING, MANY, NOT_FILM

RIBBON = 26
"""Height of a film's ribbon, pixels."""
TOP, BOTTOM, LEFT, RIGHT = 32, 48, 128, 16
"""Margins, pixels."""


def blank(height: int, seconds: float) -> go.Figure:
    """A figure of `height` pixels between its margins, over so many seconds."""
    figure = go.Figure()
    figure.update_layout(
        height=TOP + BOTTOM + height,
        margin={"l": LEFT, "r": RIGHT, "t": TOP, "b": BOTTOM},
        **CHART,
        barmode="overlay",
        bargap=0,
        hovermode="closest",
        dragmode="zoom",
        clickmode="event+select",
        uniformtext={"minsize": 11, "mode": "hide"},  # a name is written where it fits
        meta={"height": height},
        xaxis={
            "type": "date",  # shown as a clock: its ticks stay round at every zoom
            "range": [at(0), at(max(seconds, 0.001))],
            "tickformat": "%-H:%M:%S",
            "tickformatstops": [{"dtickrange": [None, 999], "value": "%-H:%M:%S.%L"}],
            "hoverformat": "%-H:%M:%S.%L",
            "title": {"text": "Running time (h:mm:ss)", "standoff": 8},
            "anchor": "free",
            "position": 0,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


def add_axis(figure: go.Figure, top: float, foot: float, **options: Any) -> str:
    """A new y axis from 0 to 1 between two heights in pixels; its short name."""
    height = figure.layout.meta["height"]
    number = 1 + sum(1 for key in figure.layout if key.startswith("yaxis") and figure.layout[key].domain)
    name = "yaxis" if number == 1 else f"yaxis{number}"
    plain = {"showticklabels": bool(options), "tickfont": {"size": 10}, "ticks": ""}
    figure.layout[name] = {
        "domain": [max(0.0, foot / height), min(1.0, top / height)],
        "range": [0, 1],
        "anchor": "x",
        "fixedrange": True,
        "showgrid": bool(options),
        "gridcolor": "rgba(128,128,128,0.25)",
        "zeroline": False,
        **plain,
        **options,
    }
    return "y" if number == 1 else f"y{number}"


def add_title(figure: go.Figure, middle: float, text: str) -> None:
    """What a row is called, left of it, at `middle` pixels above the plot's foot."""
    figure.add_annotation(
        x=0,
        y=middle / figure.layout.meta["height"],
        xref="paper",
        yref="paper",
        xshift=8 - LEFT,
        xanchor="left",
        yanchor="middle",
        text=text,
        showarrow=False,
        font={"size": 13},
    )


def add_ribbon(figure: go.Figure, analysis: Analysis, steps: Steps, axis: str) -> None:
    """A film's scenes in their dominant expressions' colours, over the height of an axis."""
    known = np.array([row.dominant is not None for row in analysis.scenes], dtype=bool)
    names = [row.dominant for row in analysis.scenes if row.dominant is not None]
    figure.add_bar(
        x=steps.middles[known],
        y=np.ones(known.sum()),
        width=(steps.ends - steps.starts)[known],
        yaxis=axis,
        hoverinfo="skip",
        text=[escape(name) for name in names] if len(names) <= MANY else None,
        textposition="inside",
        insidetextanchor="middle",
        textangle=0,
        marker={"color": [colour(name, analysis.labels) for name in names], "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
    )


def add_veils(figure: go.Figure, analysis: Analysis, steps: Steps, axis: str) -> None:
    """Over scenes that have no expression to show, over the height of an axis."""
    _veil(figure, steps, [row.dominant is None and row.scene.counts for row in analysis.scenes], axis, HATCHING)
    away = [not row.scene.counts for row in analysis.scenes]
    if any(away):
        _veil(figure, steps, away, axis, None)


def _veil(figure: go.Figure, steps: Steps, where: list[bool], axis: str, pattern: dict[str, Any] | None) -> None:
    height = np.array(where, dtype=float)
    x, y = steps.outline(np.zeros_like(height), height)
    fill = {"fillcolor": NOT_FILM} if pattern is None else {"fillpattern": pattern}
    figure.add_scatter(x=x, y=y, yaxis=axis, mode="lines", line={"width": 0}, fill="toself", hoverinfo="skip", **fill)


def add_hover(figure: go.Figure, stories: list[str], steps: Steps, axis: str, **more: Any) -> None:
    """One clear bar a scene over the height of an axis, with the text to show under the pointer."""
    figure.add_bar(
        x=steps.middles,
        y=np.ones(len(stories)),
        width=steps.ends - steps.starts,
        yaxis=axis,
        name="scenes",
        customdata=np.array(stories, dtype=object),
        hovertemplate="%{customdata}<extra></extra>",
        marker={"color": CLEAR, "line": {"width": 0}},
        selected={"marker": {"color": "rgba(128,128,128,0.2)"}},
        unselected={"marker": {"color": CLEAR, "opacity": 1}},
        **more,
    )
