"""The emotion timeline, and two of them one above the other.

Seven overlapping curves cannot be read: each label has a row of its own, all on one time axis and one scale from 0 to
100 % (or 50 %, see `full_scale`), under a ribbon that shows the dominant expression.
"""

from __future__ import annotations

from html import escape
from typing import Any

import numpy as np
import plotly.graph_objects as go

from .. import wording
from ..labels import colour
from ..summary import Analysis
from .steps import Steps, at
from .style import CHART, CLEAR, HATCHING, LANE, LINE, MANY, NOT_FILM, faded, full_scale, story, swatch

_ROW, _RIBBON, _GAP, _TITLE = 38, 26, 8, 30
"""Heights of a label's row, the ribbon, the space between rows and a film's title, pixels."""
_TOP, _BOTTOM, _LEFT, _RIGHT = 32, 48, 128, 16
"""Margins, pixels."""


def timeline(analysis: Analysis, *, selected: int | None = None) -> go.Figure:
    """A film's ribbon of dominant expressions over one row a label: share as a step a scene, its interval as a band.

    `selected` is a scene's number. The last trace holds one bar a scene over the full height: it carries the hover
    text, is what a click selects, and its point numbers are the scenes' places from 0.
    """
    figure = _canvas(_stack_height(analysis), float(analysis.observations.media.duration))
    _stack(figure, analysis, _stack_height(analysis), full_scale(analysis), selected=selected)
    return figure


def comparison(before: Analysis, after: Analysis, names: tuple[str, str]) -> go.Figure:
    """Two films' timelines one above the other, on the same time axis and the same scale."""
    heights = [_TITLE + _stack_height(analysis) for analysis in (before, after)]
    total = sum(heights) + 2 * _GAP
    figure = _canvas(total, max(float(a.observations.media.duration) for a in (before, after)))
    top = total
    for analysis, name, height in zip((before, after), names, heights, strict=True):
        _label(figure, top - _TITLE / 2, f"<b>{escape(name)}</b>")
        _stack(figure, analysis, top - _TITLE, full_scale(before, after), title=name)
        top -= height + 2 * _GAP
    return figure


def _canvas(height: int, seconds: float) -> go.Figure:
    figure = go.Figure()
    figure.update_layout(
        height=_TOP + _BOTTOM + height,
        margin={"l": _LEFT, "r": _RIGHT, "t": _TOP, "b": _BOTTOM},
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


def _stack_height(analysis: Analysis) -> int:
    return _RIBBON + len(analysis.labels) * (_ROW + _GAP) + _GAP


def _stack(
    figure: go.Figure, analysis: Analysis, top: int, scale: float, *, title: str = "", selected: int | None = None
) -> None:
    """One film's ribbon and rows (each to `scale`), downward from `top` pixels above the plot's foot."""
    rows, labels, steps = analysis.scenes, analysis.labels, Steps.of(analysis.scenes)
    foot = top - _stack_height(analysis)
    behind = _axis(figure, top, foot)
    x, y = steps.boundaries()
    # Where strokes crowd, each gets fainter: a thousand at full strength would be a grey wall.
    stroke = {"color": LINE, "width": 1}
    figure.add_scatter(
        x=x, y=y, yaxis=behind, mode="lines", hoverinfo="skip", line=stroke, opacity=min(1.0, MANY / (len(rows) + 1))
    )
    _ribbon(figure, analysis, steps, _axis(figure, top, top - _RIBBON))
    _label(figure, top - _RIBBON / 2, "<b>dominant</b>")
    for i, label in enumerate(labels):
        roof = top - _RIBBON - 2 * _GAP - i * (_ROW + _GAP)
        ticks = ["0", wording.percent(scale)] if i == 0 else ["", ""]  # one scale for all rows: said once
        axis = _axis(figure, roof, roof - _ROW, range=[0, scale], tickvals=[0, scale], ticktext=ticks)
        _lane(figure, roof)
        _row(figure, analysis, i, steps, axis)
        _label(figure, roof - _ROW / 2, swatch(label, labels))
    over = _axis(figure, top, foot)
    missing = [row.dominant is None and row.scene.counts for row in rows]
    _veil(figure, steps, missing, over, fillpattern=HATCHING)
    away = [not row.scene.counts for row in rows]
    if any(away):
        _veil(figure, steps, away, over, fillcolor=NOT_FILM)
    figure.add_bar(
        x=steps.middles,
        y=np.ones(len(rows)),
        width=steps.ends - steps.starts,
        yaxis=over,
        name="scenes",
        customdata=np.array([story(analysis, row, title) for row in rows], dtype=object),
        hovertemplate="%{customdata}<extra></extra>",
        marker={"color": CLEAR, "line": {"width": 0}},
        selected={"marker": {"color": "rgba(128,128,128,0.2)"}},
        unselected={"marker": {"color": CLEAR, "opacity": 1}},
        selectedpoints=None if selected is None else [selected - 1],
    )


def _veil(figure: go.Figure, steps: Steps, where: list[bool], axis: str, **fill: Any) -> None:
    """Scenes that have no expression to show, over the full height."""
    height = np.array(where, dtype=float)
    x, y = steps.outline(np.zeros_like(height), height)
    figure.add_scatter(x=x, y=y, yaxis=axis, mode="lines", line={"width": 0}, fill="toself", hoverinfo="skip", **fill)


def _ribbon(figure: go.Figure, analysis: Analysis, steps: Steps, axis: str) -> None:
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


def _row(figure: go.Figure, analysis: Analysis, i: int, steps: Steps, axis: str) -> None:
    """Label `i`: a pale area under the share, the interval as a band around it, the share as a line."""
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


def _axis(figure: go.Figure, top: float, foot: float, **options: Any) -> str:
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


def _lane(figure: go.Figure, roof: float) -> None:
    """A faint floor under a row, so that its height can be judged where nothing is drawn."""
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


def _label(figure: go.Figure, middle: float, text: str) -> None:
    """What a row is called, left of it, at `middle` pixels above the plot's foot."""
    figure.add_annotation(
        x=0,
        y=middle / figure.layout.meta["height"],
        xref="paper",
        yref="paper",
        xshift=8 - _LEFT,
        xanchor="left",
        yanchor="middle",
        text=text,
        showarrow=False,
        font={"size": 13},
    )
