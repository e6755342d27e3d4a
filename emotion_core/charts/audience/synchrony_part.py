"""Synchrony of scenes: bars on the time axis, full where it is called so, pale where not, hatched where none is."""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import formatting
from ...audience import ScreeningSummary
from ...audience.moments import SYNCHRONOUS
from ...labels import neutral_index
from ..film_page import column_traces as traces
from ..film_page.arrays import packed, packed_times
from ..film_page.rows import add_axis, add_lane, add_title, rows_layout
from ..steps import ZERO
from ..style import LINE, faded
from .columns import columns_of, texts
from .selection import INTENSITY, row_colour, row_name

HEIGHT = 64


def synchrony_document(summary: ScreeningSummary, start: float, end: float, width: int, row: int) -> dict[str, Any]:
    """A document as `timeline_document` makes it, of one label or of intensity, whose synchrony is that of neutral."""
    label = neutral_index(summary.labels) if row == INTENSITY else row
    assert label is not None
    edges = np.append([scene.start for scene in summary.scenes], summary.scenes[-1].end)
    columns = columns_of(summary, summary.by_scene, edges, 0)
    found = summary.synchrony
    correlation = found.correlation[:, label].astype(np.float64)
    called = found.adjusted[:, label] < SYNCHRONOUS
    layout = rows_layout(HEIGHT, start, end, width)
    axis = add_axis(layout, 1, HEIGHT, 0, HEIGHT)
    layout["yaxis"] |= {
        "range": [-0.25, 1], "showticklabels": True, "tickvals": [0, 0.5, 1], "ticktext": ["0", "0.5", "1"],
        "tickfont": {"size": 9}, "zeroline": True, "zerolinecolor": LINE,
    }  # fmt: skip
    over = add_axis(layout, 2, HEIGHT, 0, HEIGHT)
    add_lane(layout, HEIGHT, 0, HEIGHT)
    hue = row_colour(summary, row)
    add_title(layout, HEIGHT, HEIGHT / 2, "synchrony", width)
    data = [
        _bars(edges, np.where(called, correlation, np.nan), axis, hue),
        _bars(edges, np.where(called, np.nan, correlation), axis, faded(hue, 0.35)),
    ]
    without = columns.between(0, len(columns))
    without.dominant[:] = np.where(np.isnan(correlation), -1, 0)
    data += traces.veils(without, edges, over, 1)
    return {
        "figure": {"data": data, "layout": layout},
        "axis": "time",
        "zero": ZERO,
        "rows": [[0, HEIGHT]],
        "per": 0,
        "note": _note(summary, label, row_name(summary, row)),
        "labels": [],
        "names": ["Scene", "Time", "Synchrony", "Viewers"],
        "readouts": texts(summary, columns, [_words(summary, i, label) for i in range(len(columns))])
        | {"shares": [], "low": [], "high": []},
    }


def _note(summary: ScreeningSummary, label: int, name: str) -> str:
    """What the colours mean; where no scene has any, why not, and the whole film's."""
    if not np.isnan(summary.synchrony.correlation[:, label]).all():
        return f"Synchrony of {name}: full colour where adjusted p is below {SYNCHRONOUS:g}"
    whole = summary.film_synchrony
    text = f"No scene has synchrony of {name}: {summary.synchrony.because(0, label)}"
    if np.isnan(whole.correlation[0, label]):
        return text
    p = float(whole.p[0, label])
    return f"{text}. Whole film: {float(whole.correlation[0, label]):.2f}" + ("" if np.isnan(p) else f", p {p:.3f}")


def _words(summary: ScreeningSummary, scene: int, label: int) -> str:
    """“correlation 0.42, p 0.003 (adjusted 0.02), 23 viewers”, or why there is none."""
    found = summary.synchrony
    why = found.because(scene, label)
    correlation, p = float(found.correlation[scene, label]), float(found.p[scene, label])
    if np.isnan(correlation):
        return f"no synchrony: {why}"
    words = f"correlation {correlation:.2f}"
    words += f", no p: {why}" if np.isnan(p) else f", p {p:.3f} (adjusted {float(found.adjusted[scene, label]):.3f})"
    return f"{words}, {formatting.count(int(found.viewers[scene, label]), 'viewer')} compared"


def _bars(edges: np.ndarray[Any, np.dtype[np.float64]], values: Any, axis: str, hue: str) -> traces.Trace:
    """One outline around all bars from 0 to their values."""
    level = np.nan_to_num(np.append(values, 0.0))
    return {
        "type": "scatter", "mode": "lines", "x": packed_times(edges), "y": packed(level), "yaxis": axis,
        "line": {"shape": "hv", "width": 0}, "fill": "tozeroy", "fillcolor": hue,
    }  # fmt: skip
