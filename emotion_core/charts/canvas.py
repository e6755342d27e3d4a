"""Parts of the charts over running time: time axis, rows at pixel positions, and a film's ribbon."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ..analysis import Analysis, certainty_of, runner_up
from ..labels import colour
from .steps import Steps, axis_time
from .style import CHART, CLEAR, HATCHING, MANY, NOT_FILM, PALE, faded, plain, readable_on

RIBBON = 26
"""Height of a film's ribbon, pixels."""
TOP, BOTTOM, LEFT, RIGHT = 32, 48, 128, 16
"""Margins, pixels."""


def blank(height: int, seconds: float, *, left: int = LEFT, right: int = RIGHT) -> go.Figure:
    """An empty figure, `height` pixels high between its margins, over `seconds`; `left` and `right` margin, pixels."""
    figure = go.Figure()
    figure.update_layout(
        height=TOP + BOTTOM + height,
        margin={"l": left, "r": right, "t": TOP, "b": BOTTOM},
        **CHART,
        barmode="overlay",
        bargap=0,
        hovermode="closest",
        dragmode="zoom",
        uniformtext={"minsize": 11, "mode": "hide"},  # names that do not fit are hidden
        meta={"height": height},
        xaxis={
            "type": "date",  # shown as a clock: its ticks stay round at every zoom
            "range": [axis_time(0), axis_time(max(seconds, 0.001))],
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
    """Add a y axis from 0 to 1 between two heights, pixels above the plot's foot; returns its short name."""
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
    """Write a row's name left of it, at `middle` pixels above the plot's foot."""
    figure.add_annotation(
        x=0,
        y=middle / figure.layout.meta["height"],
        xref="paper",
        yref="paper",
        xshift=8 - figure.layout.margin.l,
        xanchor="left",
        yanchor="middle",
        text=text,
        showarrow=False,
        font={"size": 13},
    )


def add_ribbon(figure: go.Figure, analysis: Analysis, steps: Steps, axis: str) -> None:
    """Draw a film's scenes in the colours of their dominant expressions over an axis: pale where it is not clear, and
    of a mixed scene with the runner-up's colour in the lower half.
    """
    has_dominant = np.array([row.dominant is not None for row in analysis.scenes], dtype=bool)
    rows = [row for row in analysis.scenes if row.dominant is not None]
    levels = [certainty_of(analysis, row) for row in rows]
    is_mixed = np.array([level == "mixed" for level in levels], dtype=bool)
    names = [row.dominant or "" for row in rows]
    middles, widths = steps.middles[has_dominant], (steps.ends - steps.starts)[has_dominant]
    hues = [colour(name, analysis.labels) for name in names]
    _ribbon_bars(
        figure, axis, middles, widths, np.where(is_mixed, 0.5, 0.0),
        [hue if level == "clear" else faded(hue, PALE) for hue, level in zip(hues, levels, strict=True)],
        # Not on a pale bar, where its colour depends on the page's.
        text=[plain(name) if level == "clear" else "" for name, level in zip(names, levels, strict=True)]
        if len(rows) <= MANY
        else None,
        insidetextfont={"color": [readable_on(hue) for hue in hues]},
        textposition="inside", insidetextanchor="middle", textangle=0,
    )  # fmt: skip
    if is_mixed.any():
        rivals = [runner_up(analysis, row) or "" for row, mixed in zip(rows, is_mixed, strict=True) if mixed]
        pale = [faded(colour(rival, analysis.labels), PALE) for rival in rivals]
        _ribbon_bars(figure, axis, middles[is_mixed], widths[is_mixed], np.zeros(len(rivals)), pale, top=0.5)


def _ribbon_bars(
    figure: go.Figure,
    axis: str,
    middles: NDArray[np.float64],
    widths: NDArray[np.float64],
    feet: NDArray[np.float64],
    hues: list[str],
    *,
    top: float = 1.0,
    **options: Any,
) -> None:
    """Bars from `feet` up to `top`, from 0 to 1 of the axis."""
    figure.add_bar(
        x=middles,
        y=top - feet,
        base=feet,
        width=widths,
        yaxis=axis,
        hoverinfo="skip",
        marker={"color": hues, "line": {"width": 0}},
        **options,
    )


def add_veils(figure: go.Figure, analysis: Analysis, steps: Steps, axis: str) -> None:
    """Cover scenes without a dominant expression, over the height of an axis."""
    _veil(figure, steps, [row.dominant is None and row.scene.counts for row in analysis.scenes], axis, HATCHING)
    not_film = [not row.scene.counts for row in analysis.scenes]
    if any(not_film):
        _veil(figure, steps, not_film, axis, None)


def _veil(figure: go.Figure, steps: Steps, where: list[bool], axis: str, pattern: dict[str, Any] | None) -> None:
    height = np.array(where, dtype=float)
    x, y = steps.outline(np.zeros_like(height), height)
    fill = {"fillcolor": NOT_FILM} if pattern is None else {"fillpattern": pattern}
    figure.add_scatter(x=x, y=y, yaxis=axis, mode="lines", line={"width": 0}, fill="toself", hoverinfo="skip", **fill)


def add_hover(figure: go.Figure, stories: list[str], steps: Steps, axis: str, **options: Any) -> None:
    """Add a transparent bar a scene over the height of an axis; it carries the hover text."""
    figure.add_bar(
        x=steps.middles,
        y=np.ones(len(stories)),
        width=steps.ends - steps.starts,
        yaxis=axis,
        name="scenes",
        customdata=np.array(stories, dtype=object),
        hovertemplate="%{customdata}<extra></extra>",
        marker={"color": CLEAR, "line": {"width": 0}},
        **options,
    )
