"""The heatmap of a part of a film, made for a width in pixels: what the film's page draws.

Columns lie on the time axis of the timeline, or all have one width on an axis of scene numbers, on which short scenes
can be read beside long ones.
"""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from ...analysis import Analysis
from ...labels import colour
from ..steps import ZERO
from ..style import CHART, MANY, PALE, faded, swatch
from . import column_traces as traces
from .arrays import packed, packed_times
from .columns import CLEAR, Columns, columns_of_scenes, columns_of_time, scene_columns
from .readout import readouts
from .rows import BESIDE, BOTTOM, RIGHT, TOP, left_margin, pooled_time, time_axis
from .timeline_part import full_scale_of

ROW = 22
"""Height of a label's row, pixels."""
GAPS = 8
"""Pixels that a column has at least where a gap is left between columns."""

Axis = Literal["time", "scenes"]


def heatmap_document(analysis: Analysis, start: float, end: float, width: int, axis: Axis = "time") -> dict[str, Any]:
    """A document as `timeline_document` makes it. On the axis of scenes it shows the scenes of these seconds."""
    labels, plot = analysis.labels, width - left_margin(width) - RIGHT
    beside = (end - start) * BESIDE
    if axis == "time":
        columns = columns_of_time(analysis, start, end, plot)
        drawn = columns_of_time(analysis, start - beside, end + beside, plot * (1 + 2 * BESIDE))
        drawn = columns if drawn.per != columns.per or len(columns) > MANY else drawn
        places = traces.edges(drawn)
        x = packed_times(places)
        pixels = float(np.median(drawn.ends - drawn.starts)) * plot / (end - start)
        x_axis = time_axis(start, end)
    else:
        drawn, places, shown = _scenes(analysis, start, end, plot)
        x = packed(places)
        pixels = plot / max(shown[1] - shown[0], 1e-9) * max(drawn.per, 1)
        x_axis = {
            "range": shown, "tickfont": {"size": 11}, "showgrid": False, "zeroline": False, "ticks": "outside",
            "ticklen": 3, "tickformat": ",d", "nticks": 20, "title": {"text": "Scene", "standoff": 2},
        }  # fmt: skip
        if shown[1] - shown[0] <= 20:
            x_axis |= {"tickmode": "linear", "dtick": 1, "tick0": 1}
    data = cells(drawn, labels, full_scale_of(analysis), x, gap=1 if pixels >= GAPS else 0)
    data += traces.veils(drawn, places, "y2", 1, times=axis == "time")
    height, bottom = ROW * len(labels), BOTTOM + (14 if axis == "scenes" else 0)
    layout = {
        **CHART,
        "height": TOP + bottom + height,
        "margin": {"l": left_margin(width), "r": RIGHT, "t": TOP, "b": bottom},
        "hovermode": False,
        "xaxis": x_axis | {"anchor": "y"},
        "yaxis": label_axis(labels),
        "yaxis2": {"range": [0, 1], "overlaying": "y", "visible": False, "anchor": "x"},
    }
    rows = [[k * ROW, (k + 1) * ROW] for k in range(len(labels))]
    note = "" if not drawn.per else (
        f"Each column pools {pooled_time(drawn.per)}; zoom in for scenes" if axis == "time"
        else f"Each column pools {int(drawn.per)} scenes; zoom in for single ones"
    )  # fmt: skip
    return {
        "figure": {"data": data, "layout": layout},
        "axis": axis,
        "zero": ZERO,
        "rows": rows,
        "per": drawn.per,
        "note": note,
        "readouts": readouts(analysis, drawn),
    }


def _scenes(analysis: Analysis, start: float, end: float, plot: int) -> tuple[Columns, traces.Floats, list[float]]:
    """The columns of scenes at these seconds and beside them, their borders, and the part shown, in scene numbers."""
    scenes = scene_columns(analysis)
    edges = np.append(scenes.starts, scenes.ends[-1])
    shown = np.interp([start, end], edges, np.arange(len(edges)))  # index of a scene and the share of it
    beside = (shown[1] - shown[0]) * BESIDE
    first = max(0, int(np.floor(shown[0] - beside)))
    last = min(len(scenes), max(int(np.ceil(shown[1] + beside)), first + 1))
    width = plot * (last - first) / max(shown[1] - shown[0], 1e-9)
    drawn = columns_of_scenes(analysis, first, last, width)
    return drawn, np.append(drawn.first - 0.5, drawn.last[-1] + 0.5), (shown + 0.5).tolist()


def label_axis(labels: tuple[str, ...]) -> dict[str, Any]:
    """The axis of a heatmap whose rows are the labels, the first at the top."""
    return {
        "tickvals": np.arange(len(labels)).tolist(),
        "ticktext": [f"{swatch(label, labels)} " for label in labels],
        "tickfont": {"size": 12},
        "range": [len(labels) - 0.5, -0.5],
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
    }


def cells(
    columns: Columns, labels: tuple[str, ...], scale: float, x: dict[str, Any], *, gap: int
) -> list[dict[str, Any]]:
    """Shares as colour intensity: one trace, and a pale one of the columns that are not clear.

    A cell's value is its row plus its share of the scale, so that each row has a part of the colour scale to itself.
    """
    count = len(labels)
    values = np.arange(count)[:, None] + np.minimum(columns.shares.T / scale, 1) * 0.99
    hues = [colour(label, labels) for label in labels]
    colours = [stop for k, hue in enumerate(hues) for stop in ([k / count, faded(hue, 0)], [(k + 0.99) / count, hue])]
    colours = [stop for k in range(count) for stop in (*colours[2 * k : 2 * k + 2], [(k + 1) / count, hues[k]])]
    data = []
    for pale in (False, True):
        where = (columns.level != CLEAR) == pale
        if not where.any():
            continue
        data.append(
            {
                "type": "heatmap", "x": x, "y": (np.arange(count + 1) - 0.5).tolist(),
                "z": packed(np.where(where, values, np.nan)), "zmin": 0, "zmax": count, "opacity": PALE if pale else 1,
                "colorscale": colours, "showscale": False, "hoverinfo": "skip", "xgap": gap, "ygap": 1,
            }
        )  # fmt: skip
    return data
