"""Heatmap of scenes x labels."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ..analysis import Analysis, certainty_of
from ..labels import colour
from .style import CHART, CLEAR, HATCHING, MANY, NOT_FILM, PALE, faded, full_scale, stories_by_label, swatch


def heatmap_figure(analysis: Analysis, *, scenes: int | None = None, scale: float | None = None) -> go.Figure:
    """Shares as colour intensity, with columns of equal width, so that short scenes can be read beside long ones.

    `scenes` widens the axis to that many columns, so that two films' heatmaps have equal columns. `scale` is the share
    shown in a label's full colour, by default the film's `full_scale`.
    """
    rows, labels = analysis.scenes, analysis.labels
    count = max(scenes or 0, len(rows), 1)
    numbers = np.arange(1, len(rows) + 1)
    figure = go.Figure()
    stories = [stories_by_label(analysis, row) for row in rows]
    is_pale = np.array([row.shares is not None and certainty_of(analysis, row) != "clear" for row in rows], dtype=bool)
    for i, pale in itertools.product(range(len(labels)), sorted({False, bool(is_pale.any())})):
        label = labels[i]
        shares = np.array([np.nan if row.shares is None else row.shares[i] for row in rows])
        texts = [by_label[i] for by_label in stories]
        figure.add_heatmap(
            x=numbers,
            y=np.array([i]),
            z=np.where(is_pale == pale, shares, np.nan).reshape(1, -1),
            opacity=PALE if pale else 1,
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
    if not_film := [row.scene.number for row in rows if not row.scene.counts]:
        _veil(figure, not_film, len(labels), {"color": NOT_FILM, "line": {"width": 0}})
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
    """Cover the columns of scenes without a dominant expression."""
    figure.add_bar(
        x=np.array(numbers, dtype=int),
        y=np.full(len(numbers), height),
        base=-0.5,
        width=1,
        hoverinfo="skip",
        marker=marker,
    )


def _number_ticks(count: int) -> NDArray[np.int64]:
    """Round scene numbers from 1 to `count`, twenty at most."""
    step = next(s * 10**p for p in range(9) for s in (1, 2, 5) if count / (s * 10**p) <= 20)
    ticks = np.arange(0, count + 1, step)
    return ticks[ticks > 0]
