"""The emotion timeline of a film, and of two films one above the other.

Seven overlapping curves are unreadable, so each label has a separate row, all on one time axis and one scale from 0 to
100 % (or 50 %, see `full_scale`), under a ribbon of the dominant expressions.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go

from .. import formatting
from ..analysis import Analysis
from ..labels import colour
from .canvas import RIBBON, add_axis, add_hover, add_ribbon, add_title, add_veils, blank
from .steps import Steps
from .style import LANE, LINE, MANY, faded, full_scale, plain, story, swatch

_ROW, _GAP, _TITLE = 38, 8, 30
"""Heights of a label's row, the space between rows and a film's title, pixels."""


def timeline_figure(analysis: Analysis) -> go.Figure:
    """A ribbon of dominant expressions over a row a label, with the share as a step a scene and its interval as a band.

    The last trace has a bar a scene over the full height, for the hover text.
    """
    figure = blank(_stack_height(analysis), float(analysis.observations.media.duration))
    _stack(figure, analysis, _stack_height(analysis), full_scale(analysis))
    return figure


def comparison_figure(before: Analysis, after: Analysis, names: tuple[str, str]) -> go.Figure:
    """Two films' timelines one above the other, on the same time axis and the same scale."""
    heights = [_TITLE + _stack_height(analysis) for analysis in (before, after)]
    total = sum(heights) + 2 * _GAP
    figure = blank(total, max(float(a.observations.media.duration) for a in (before, after)))
    top = total
    for analysis, name, height in zip((before, after), names, heights, strict=True):
        add_title(figure, top - _TITLE / 2, f"<b>{plain(name)}</b>")
        _stack(figure, analysis, top - _TITLE, full_scale(before, after), title=name)
        top -= height + 2 * _GAP
    return figure


def _stack_height(analysis: Analysis) -> int:
    return RIBBON + len(analysis.labels) * (_ROW + _GAP) + _GAP


def _stack(figure: go.Figure, analysis: Analysis, top: int, scale: float, *, title: str = "") -> None:
    """Draw a film's ribbon and rows, each from 0 to `scale`, downward from `top` pixels above the plot's foot."""
    rows, labels, steps = analysis.scenes, analysis.labels, Steps.of(analysis.scenes)
    foot = top - _stack_height(analysis)
    behind = add_axis(figure, top, foot)
    x, y = steps.boundaries()
    # Fainter with their number: a thousand strokes at full strength would cover the chart.
    stroke = {"color": LINE, "width": 1}
    figure.add_scatter(
        x=x, y=y, yaxis=behind, mode="lines", hoverinfo="skip", line=stroke, opacity=min(1.0, MANY / (len(rows) + 1))
    )
    add_ribbon(figure, analysis, steps, add_axis(figure, top, top - RIBBON))
    add_title(figure, top - RIBBON / 2, "<b>dominant</b>")
    for i, label in enumerate(labels):
        roof = top - RIBBON - 2 * _GAP - i * (_ROW + _GAP)
        ticks = ["0", formatting.percent(scale)] if i == 0 else ["", ""]  # all rows have this scale
        axis = add_axis(figure, roof, roof - _ROW, range=[0, scale], tickvals=[0, scale], ticktext=ticks)
        _lane(figure, roof)
        _row(figure, analysis, i, steps, axis)
        add_title(figure, roof - _ROW / 2, swatch(label, labels))
    over = add_axis(figure, top, foot)
    add_veils(figure, analysis, steps, over)
    stories = [story(analysis, row, title) for row in rows]
    add_hover(figure, stories, steps, over)


def _lane(figure: go.Figure, roof: float) -> None:
    """A faint background of a row, which shows its height where nothing is drawn."""
    height = figure.layout.meta["height"]
    figure.add_shape(
        type="rect",
        xref="paper",
        yref="paper",
        x0=0,
        x1=1,
        y0=(roof - _ROW) / height,
        y1=roof / height,
        fillcolor=LANE,
        line={"width": 0},
        layer="below",
    )


def _row(figure: go.Figure, analysis: Analysis, i: int, steps: Steps, axis: str) -> None:
    """Draw label `i`: a pale area under the share, its interval as a band, and the share as a line."""
    hue = colour(analysis.labels[i], analysis.labels)
    rows = analysis.scenes
    share = np.array([np.nan if row.shares is None else row.shares[i] for row in rows], dtype=float)
    intervals = np.array([row.interval_of(i) or (np.nan, np.nan) for row in rows], dtype=float).reshape(-1, 2)
    common: dict[str, Any] = {"yaxis": axis, "mode": "lines", "hoverinfo": "skip"}
    for low, high, alpha in ((np.zeros_like(share), share, 0.22), (*intervals.T, 0.42)):
        x, y = steps.outline(low, high)
        figure.add_scatter(x=x, y=y, fill="toself", fillcolor=faded(hue, alpha), line={"width": 0}, **common)
    x, y = steps.line(share)
    figure.add_scatter(x=x, y=y, line={"color": hue, "width": 2}, connectgaps=False, **common)
