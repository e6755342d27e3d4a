"""Viewers by time: a row a viewer, the stronger the colour the larger the share; missing parts are hatched."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import formatting
from ...audience import ScreeningSummary
from ...labels import neutral_index
from ..film_page.arrays import packed, packed_times
from ..film_page.rows import BESIDE, BOTTOM, RIGHT, TOP, left_margin, pooled_time, time_axis
from ..steps import ZERO
from ..style import CHART, HATCHING, faded, plain
from .columns import between, columns_of, percents, texts
from .pooling import pool_of
from .selection import INTENSITY, row_colour, row_name

_PART = 0.6
"""Columns are this much wider than those of curves: a viewer's seconds are read one by one."""
_LEAST = 0.14
"""Opacity of a share of 0: what is measured is never as empty as what is missing."""
_NAME = 15
"""Characters of a name beside its row."""


def viewers_document(summary: ScreeningSummary, start: float, end: float, width: int, row: int) -> dict[str, Any]:
    """A document as `timeline_document` makes it, of one label or of intensity."""
    pool = pool_of(summary, start, end, (width - left_margin(width) - RIGHT) * _PART)
    whole = columns_of(summary, pool.shares(), pool.edges, pool.length if pool.length > 1 else 0)
    shown = between(whole, start, end, (end - start) * BESIDE)
    drawn = whole.between(shown.start, shown.stop)
    values = _values(summary, pool.curves.values[:, shown], row)
    edges = np.append(drawn.starts, drawn.ends[-1])
    count = len(summary.viewers)
    tall = 22 if count <= 12 else 16 if count <= 30 else 12
    hue = row_colour(summary, row)
    known = values[~np.isnan(values)]
    scale = 0.5 if not len(known) or float(known.max()) <= 0.5 else 1.0
    data = [
        _missing(values, edges),
        {
            "type": "heatmap", "x": packed_times(edges), "y": (np.arange(count + 1) - 0.5).tolist(),
            "z": packed(np.minimum(values / scale, 1)), "zmin": 0, "zmax": 1, "xgap": 0, "ygap": 1,
            "colorscale": [[0, faded(hue, _LEAST)], [1, hue]], "showscale": False, "hoverinfo": "skip",
        },
    ]  # fmt: skip
    layout = {
        **CHART,
        "height": TOP + BOTTOM + tall * count,
        "margin": {"l": left_margin(width), "r": RIGHT, "t": TOP, "b": BOTTOM},
        "hovermode": False,
        "xaxis": time_axis(start, end) | {"anchor": "y"},
        "yaxis": {
            "tickvals": list(range(count)),
            "ticktext": [f"{_short(f'{viewer.number}: {viewer.name}')} " for viewer in summary.viewers],
            "tickfont": {"size": 11 if tall > 12 else 9},
            "range": [count - 0.5, -0.5],
            "ticks": "",
            "showgrid": False,
            "zeroline": False,
        },
    }
    name = row_name(summary, row)
    missing = np.full(len(drawn), np.nan)
    note = f"{name}, full colour at {formatting.percent(scale)}; hatched: no usable face"
    return {
        "figure": {"data": data, "layout": layout},
        "axis": "time",
        "zero": ZERO,
        "rows": [[k * tall, (k + 1) * tall] for k in range(count)],
        "per": drawn.per,
        "note": note + (f". Each column pools {pooled_time(pool.length)}" if pool.length > 1 else ""),
        "labels": [viewer.name for viewer in summary.viewers],
        "names": ["Scene", "Time", "Expression", "Viewers"],
        "readouts": texts(summary, drawn, [name] * len(drawn))
        | {
            "shares": [percents(own.astype(np.float64)) for own in values],
            "low": [percents(missing)] * count,
            "high": [percents(missing)] * count,
        },
    }


def _short(name: str) -> str:
    return plain(name if len(name) <= _NAME else f"{name[: _NAME - 1]}…")


def _values(summary: ScreeningSummary, curves: Any, row: int) -> Any:
    """(viewers, columns) a label's share, or intensity."""
    if row == INTENSITY:
        neutral = neutral_index(summary.labels)
        assert neutral is not None
        return 1 - curves[:, :, neutral]
    return curves[:, :, row]


def _missing(values: Any, edges: Any) -> dict[str, Any]:
    """Hatched boxes around runs of missing columns, all viewers' as one outline."""
    x: list[Any] = []
    y: list[Any] = []
    for number, own in enumerate(np.isnan(values)):
        change = np.flatnonzero(np.diff(np.concatenate([[False], own, [False]])))
        begin, end = edges[change[::2]], edges[change[1::2]]
        gap = np.zeros_like(begin)
        x.append(np.stack([begin, begin, end, end, gap], axis=1).ravel())
        top, foot = number - 0.42, number + 0.42
        y.append(np.tile([foot, top, top, foot, np.nan], len(begin)))
    return {
        "type": "scatter", "mode": "lines", "x": packed_times(np.concatenate(x)), "y": packed(np.concatenate(y)),
        "line": {"width": 0}, "fill": "toself", "fillpattern": HATCHING, "hoverinfo": "skip",
    }  # fmt: skip
