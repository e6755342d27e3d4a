"""Chart of the expressions of each version: one small panel an expression, all on one scale."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from ..compare.versions import VersionShares
from ..formatting import percent
from ..labels import colour
from .style import CHART, LINE, faded, plain, swatch

COLUMNS = 4
"""Panels in a row."""
_HEIGHT, _ABOVE, _GAP = 120, 34, 62
"""Pixels: of a panel, above the first row, and between rows."""
_MOST_TICKS = 12
"""Versions up to which each has a number below its panel."""


def version_shares_figure(
    labels: tuple[str, ...], shares: Sequence[VersionShares | None], names: Sequence[str], numbers: Sequence[int]
) -> go.Figure:
    """Each label's share in each version, with its interval; a version without a usable face leaves a gap.

    `numbers` are those of the versions, along each panel; `names` stand in the hover text.
    """
    rows = -(-len(labels) // COLUMNS)
    height = _ABOVE + rows * _HEIGHT + (rows - 1) * _GAP + 34
    figure = go.Figure()
    top = max([each.intervals[k][1] for each in shares if each is not None for k in range(len(labels))], default=1.0)
    scale = min(1.0, top * 1.08)
    for k, label in enumerate(labels):
        row, column = divmod(k, COLUMNS)
        axis = "" if k == 0 else str(k + 1)
        left = column / COLUMNS + (0.012 if column else 0)
        upper = 1 - (_ABOVE + row * (_HEIGHT + _GAP)) / height
        step = max(1, -(-len(numbers) // _MOST_TICKS))
        figure.update_layout(
            {
                f"xaxis{axis}": {
                    "domain": [left, (column + 1) / COLUMNS - 0.02], "anchor": f"y{axis}", "fixedrange": True,
                    "range": [0.5, len(numbers) + 0.5], "showgrid": False, "zeroline": False,
                    "tickvals": [*range(1, len(numbers) + 1)][::step],
                    "ticktext": [str(number) for number in numbers][::step],
                },
                f"yaxis{axis}": {
                    "domain": [upper - _HEIGHT / height, upper], "anchor": f"x{axis}", "range": [0, scale],
                    "tickformat": ".0%", "nticks": 4, "fixedrange": True, "showticklabels": column == 0,
                    "gridcolor": LINE, "zeroline": False,
                },
            }
        )  # fmt: skip
        figure.add_annotation(
            x=left, y=upper + 6 / height, xref="paper", yref="paper", xanchor="left", yanchor="bottom",
            text=swatch(label, labels), showarrow=False, font={"size": 13},
        )  # fmt: skip
        _add(figure, k, label, colour(label, labels), shares, names, numbers, axis)
    figure.update_layout({**CHART, "height": height, "margin": {"l": 44, "r": 8, "t": 0, "b": 0}})
    return figure


def _add(
    figure: go.Figure, k: int, label: str, hue: str, shares: Sequence[VersionShares | None], names: Sequence[str],
    numbers: Sequence[int], axis: str,
) -> None:  # fmt: skip
    values = [None if each is None else each.shares[k] for each in shares]
    above = [0.0 if each is None else each.intervals[k][1] - each.shares[k] for each in shares]
    below = [0.0 if each is None else each.shares[k] - each.intervals[k][0] for each in shares]
    figure.add_scatter(
        x=[*range(1, len(numbers) + 1)], y=values, xaxis=f"x{axis}", yaxis=f"y{axis}", mode="lines+markers",
        line={"color": faded(hue, 0.6), "width": 2}, marker={"color": hue, "size": 8},
        error_y={"array": above, "arrayminus": below, "color": hue, "thickness": 1.5, "width": 3},
        text=[_story(label, k, *each) for each in zip(shares, names, numbers, strict=True)],
        hovertemplate="%{text}<extra></extra>", cliponaxis=False,
    )  # fmt: skip


def _story(label: str, k: int, shares: VersionShares | None, name: str, number: int) -> str:
    title = f"<b>Version {number}</b> {plain(name)}"
    if shares is None:
        return f"{title}<br>no usable face"
    low, high = shares.intervals[k]
    return f"{title}<br>{plain(label)} {percent(shares.shares[k])} ({percent(low)} to {percent(high)})"
