"""Scenes x labels at a glance."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ..analysis.records import Analysis
from ..labels import colour
from .style import CHART, CLEAR, HATCHING, MANY, NOT_FILM, faded, full_scale, stories_by_label, swatch


def heatmap(analysis: Analysis, *, scenes: int | None = None, scale: float | None = None) -> go.Figure:
    """Scenes x labels, one column a scene whatever its length; the stronger the colour, the larger the share.

    The timeline gives each scene its length; here a scene of ten frames can be read beside one of ten minutes.
    `scenes` widens the axis to that many columns, so that two films' heatmaps have columns of one width; `scale` is the
    share that has a label's full colour, the film's own `full_scale` unless given.
    """
    rows, labels = analysis.scenes, analysis.labels
    count = max(scenes or 0, len(rows), 1)
    numbers = np.arange(1, len(rows) + 1)
    figure = go.Figure()
    stories = [stories_by_label(analysis, row) for row in rows]
    for i, label in enumerate(labels):
        shares = np.array([np.nan if row.shares is None else row.shares[i] for row in rows])
        texts = [by_label[i] for by_label in stories]
        figure.add_heatmap(
            x=numbers,
            y=np.array([i]),
            z=shares.reshape(1, -1),
            zmin=0,
            zmax=scale or full_scale(analysis),
            colorscale=[[0, faded(colour(label, labels), 0)], [1, colour(label, labels)]],
            showscale=False,
            customdata=np.array(texts, dtype=object).reshape(1, -1),
            hovertemplate="%{customdata}<extra></extra>",
            hoverongaps=False,
            xgap=1 if count <= MANY else 0,
            ygap=1,
        )
    hatched = {"color": CLEAR, "line": {"width": 0}, "pattern": HATCHING}
    _veil(figure, [row.scene.number for row in rows if row.dominant is None and row.scene.counts], len(labels), hatched)
    if away := [row.scene.number for row in rows if not row.scene.counts]:
        _veil(figure, away, len(labels), {"color": NOT_FILM, "line": {"width": 0}})
    figure.update_layout(
        height=72 + 30 * len(labels),
        margin={"l": 94, "r": 16, "t": 24, "b": 48},
        **CHART,
        bargap=0,
        xaxis={
            "title": {"text": "Scene", "standoff": 8},
            "range": [0.5, count + 0.5],
            "tickvals": _number_ticks(count),
            "showgrid": False,
            "zeroline": False,
        },
        yaxis={
            "tickvals": np.arange(len(labels)),
            "ticktext": [swatch(label, labels) for label in labels],
            "range": [len(labels) - 0.5, -0.5],
            "fixedrange": True,
            "showgrid": False,
            "zeroline": False,
        },
    )
    return figure


def _veil(figure: go.Figure, numbers: list[int], height: int, marker: dict[str, Any]) -> None:
    """A bar over the columns of scenes that have no expression to show."""
    figure.add_bar(
        x=np.array(numbers, dtype=int),
        y=np.full(len(numbers), height),
        base=-0.5,
        width=1,
        hoverinfo="skip",
        marker=marker,
    )


def _number_ticks(count: int) -> NDArray[np.int64]:
    """Round scene numbers from 1 to `count`, about twenty at most."""
    step = next(s * 10**p for p in range(9) for s in (1, 2, 5) if count / (s * 10**p) <= 20)
    ticks = np.arange(0, count + 1, step)
    return ticks[ticks > 0]
