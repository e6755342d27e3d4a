"""The audience's curves for a report that is printed or opened offline: a row for intensity and one an expression.

A row has the share a scene as a step with its interval over viewers as a band, and below it a thin line by second.
Where nobody has a usable face there is nothing: missing is neither zero nor neutral.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from .. import formatting
from ..analysis import Analysis
from ..audience import AudienceShares, ScreeningSummary
from ..labels import colour, neutral_index
from .canvas import add_axis, add_title, blank
from .steps import Steps, axis_time
from .style import LINE, faded, swatch

_ROW, _GAP = 44, 8
"""Height of a row, and the space between rows, pixels."""
_INTENSITY = "#7A8794"
Lines = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def audience_report_figure(analysis: Analysis, summary: ScreeningSummary) -> go.Figure:
    """The rows of a screening of the film with this analysis, whose scenes the summary has."""
    neutral = neutral_index(summary.labels)
    rows = [*([None] if neutral is not None else []), *range(len(summary.labels))]
    height = len(rows) * (_ROW + _GAP) + _GAP
    figure, steps = blank(height, summary.duration), Steps.of(analysis.scenes)
    behind = add_axis(figure, height, 0)
    x, y = steps.boundaries()
    figure.add_scatter(x=x, y=y, yaxis=behind, mode="lines", hoverinfo="skip", line={"color": LINE, "width": 1})
    scale = _scale(summary)
    times = [axis_time(second + 0.5) for second in range(len(summary.seconds.viewers))]
    for number, label in enumerate(rows):
        roof = height - _GAP - number * (_ROW + _GAP)
        ticks = ["0", formatting.percent(scale)] if number == 0 else ["", ""]
        axis = add_axis(figure, roof, roof - _ROW, range=[0, scale], tickvals=[0, scale], ticktext=ticks)
        hue = _INTENSITY if label is None else colour(summary.labels[label], summary.labels)
        common: dict[str, Any] = {"yaxis": axis, "mode": "lines", "hoverinfo": "skip"}
        seconds = np.round(_lines(summary.seconds, label, neutral)[0], 3)
        figure.add_scatter(x=times, y=seconds, line={"color": faded(hue, 0.45), "width": 1}, **common)
        share, low, high = _lines(summary.by_scene, label, neutral)
        x, y = steps.outline(low, high)
        figure.add_scatter(x=x, y=y, fill="toself", fillcolor=faded(hue, 0.35), line={"width": 0}, **common)
        x, y = steps.line(share)
        figure.add_scatter(x=x, y=y, line={"color": hue, "width": 2}, connectgaps=False, **common)
        add_title(
            figure, roof - _ROW / 2, "intensity" if label is None else swatch(summary.labels[label], summary.labels)
        )
    return figure


def _lines(shares: AudienceShares, label: int | None, neutral: int | None) -> Lines:
    """Share and limits by bin; of intensity where `label` is None."""
    arrays = shares.share, shares.low, shares.high
    if label is not None:
        share, low, high = (np.asarray(array[:, label], dtype=np.float64) for array in arrays)
        return share, low, high
    share, low, high = (1 - np.asarray(array[:, neutral], dtype=np.float64) for array in arrays)
    return share, high, low


def _scale(summary: ScreeningSummary) -> float:
    """Full height of all rows: 50 % where no share and no intensity is above it, else 100 %."""
    neutral = neutral_index(summary.labels)
    arrays = [summary.by_scene.share, summary.by_scene.high, summary.seconds.share]
    highest = max((float(np.nanmax(array)) for array in arrays if not np.isnan(array).all()), default=0.0)
    if neutral is not None and not np.isnan(summary.seconds.share).all():
        highest = max(highest, 1 - float(np.nanmin(summary.seconds.share[:, neutral])))
    return 0.5 if highest <= 0.5 else 1.0
