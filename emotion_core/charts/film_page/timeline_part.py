"""The timeline of a part of a film, made for a width in pixels: what the film's page draws.

A ribbon of dominant expressions, a strip of coverage, and a row a label: steps with interval bands, and in them the
curve inside the scenes. Where scenes would be too narrow to see, columns pool: see `columns`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import formatting
from ...analysis import Analysis, Curve, deviations, share_curve, sums_by_frame
from ...labels import colour
from ..steps import ZERO
from ..style import MANY, faded, swatch
from . import column_traces as traces
from .arrays import packed, packed_times
from .column_traces import Trace
from .columns import Columns, columns_of_time, scene_columns
from .readout import readouts
from .rows import BESIDE, RIGHT, add_axis, add_lane, add_title, left_margin, pooled_time, rows_layout

RIBBON, STRIP, ROW, GAP = 20, 7, 25, 3
"""Heights of the ribbon, the coverage strip and a label's row, and the space between, pixels."""
FINE = 1.5
"""Pixels that a point of the curve has at least."""
FIRST_AXIS = 4
"""Number of the y axis of the first label's row; those of the others follow."""
SMOOTHINGS = (0, 1, 3, 10)
"""Seconds; 0 draws no curve."""


def full_scale_of(analysis: Analysis) -> float:
    """As `full_scale`, from the columns of an analysis."""
    columns = scene_columns(analysis)
    highest = np.nanmax(np.concatenate([columns.shares, columns.high, np.zeros((1, len(analysis.labels)))]))
    return 0.5 if highest <= 0.5 else 1.0


def timeline_document(
    analysis: Analysis, start: float, end: float, width: int, smoothing: int = 0, *, scale: float = 0
) -> dict[str, Any]:
    """A document for the chart's script, JSON types: `figure` (data and layout), `readouts` of the columns, `rows`
    (top and bottom of each label's row, pixels from the plot's top), `per` and `note` (what a column shows).

    A row is at least `scale` high, for what is drawn over it.
    """
    labels, plot = analysis.labels, width - left_margin(width) - RIGHT
    beside = (end - start) * BESIDE
    columns = columns_of_time(analysis, start, end, plot)
    drawn = columns_of_time(analysis, start - beside, end + beside, plot * (1 + 2 * BESIDE))
    if drawn.per != columns.per or len(columns) > MANY:
        drawn = columns
    height = RIBBON + STRIP + 2 * GAP + len(labels) * (ROW + GAP)
    scale, times = max(full_scale_of(analysis), scale), packed_times(traces.edges(drawn))
    pixels = (drawn.ends - drawn.starts) * plot / (end - start)
    layout, data = rows_layout(height, start, end, width), []
    over = add_axis(layout, 1, height, 0, height)
    if not drawn.per and np.median(pixels) >= 2 * len(labels):
        data.append(traces.boundaries(drawn.starts[1:], over))
    ribbon = add_axis(layout, 2, height, height - RIBBON, height)
    data += [traces.ribbon(drawn, labels, ribbon), traces.names(drawn, labels, ribbon, (start, end), plot)]
    strip = add_axis(layout, 3, height, height - RIBBON - GAP - STRIP, height - RIBBON - GAP)
    data.append(traces.coverage(drawn, strip))
    add_title(layout, height, height - RIBBON - GAP - STRIP / 2, "coverage", width, size=10)
    add_title(layout, height, height - RIBBON / 2, "<b>dominant</b>", width)
    course = None if drawn.per or not smoothing else _curve(analysis, drawn, plot / (end - start), smoothing)
    rows = []
    for k, label in enumerate(labels):
        roof = height - RIBBON - STRIP - 2 * GAP - k * (ROW + GAP) - GAP
        rows.append([height - roof, height - roof + ROW])
        axis = add_axis(layout, FIRST_AXIS + k, height, roof - ROW, roof, traces.UNITS * scale)
        if k == 0:
            ticks = {
                "showticklabels": True,
                "tickvals": [0, traces.UNITS * scale],
                "ticktext": ["0", formatting.percent(scale)],
            }
            layout[f"yaxis{FIRST_AXIS + k}"] |= {**ticks, "tickfont": {"size": 9}}
        add_lane(layout, height, roof - ROW, roof)
        add_title(layout, height, roof - ROW / 2, swatch(label, labels), width)
        data += _row(drawn, k, colour(label, labels), times, axis, with_curve=course is not None)
        if course is not None:
            style = {"color": colour(label, labels), "width": 1.5}
            data.append(traces.course(course.seconds, course.shares[:, k], axis, style))
    data += traces.veils(drawn, traces.edges(drawn), over, 1)
    if not drawn.per:
        data += _targets(analysis, drawn, 0.94 * traces.UNITS * scale)
    return {
        "figure": {"data": data, "layout": layout},
        "axis": "time",
        "zero": ZERO,
        "rows": rows,
        "per": drawn.per,
        "note": _note(drawn.per, smoothing),
        "readouts": readouts(analysis, drawn),
    }


def _note(per: float, smoothing: int) -> str:
    """What a column shows, where it is not a scene."""
    if not per:
        return ""
    text = f"Each column pools {pooled_time(per)}"
    return text + ("; zoom in for scenes and their curve" if smoothing else "; zoom in for scenes")


def _row(columns: Columns, k: int, hue: str, times: Trace, axis: str, *, with_curve: bool) -> list[Trace]:
    """Label `k`: a pale area under the share, its interval as a band, and the share as a line."""
    share = columns.shares[:, k]
    style = {"color": faded(hue, 0.55) if with_curve else hue, "width": 1 if with_curve else 1.75}
    return [
        traces.steps(times, columns.low[:, k], axis),
        traces.steps(times, columns.high[:, k], axis, fill="tonexty", fillcolor=faded(hue, 0.36)),
        traces.steps(times, share, axis, fill="tozeroy", fillcolor=faded(hue, 0.2)),
        traces.line(columns, share, axis, style),
    ]


def _targets(analysis: Analysis, columns: Columns, height: float) -> list[Trace]:
    """A dotted line at the top of a label's row over each scene that is to show it."""
    ends: dict[str, list[float]] = {}
    for each in deviations(analysis):
        i = each.row.scene.number - int(columns.first[0])
        if each.label is not None and 0 <= i < len(columns):
            ends.setdefault(each.label, []).extend([columns.starts[i], columns.ends[i], columns.ends[i]])
    return [
        {
            "type": "scatter", "mode": "lines", "connectgaps": False,
            "yaxis": f"y{FIRST_AXIS + analysis.labels.index(label)}",
            "x": packed_times(times), "y": packed(np.tile([height, height, np.nan], len(times) // 3)),
            "line": {"color": colour(label, analysis.labels), "width": 2.5, "dash": "dot"}, "name": f"target {label}",
        }
        for label, times in ends.items()
    ]  # fmt: skip


def _curve(analysis: Analysis, columns: Columns, scale: float, smoothing: int) -> Curve:
    """The curve over columns of scenes; `scale` is pixels a second."""
    step = max(1.0, FINE / scale)
    first = int(columns.first[0]) - 1
    return share_curve(sums_by_frame(analysis), columns.starts, columns.ends, first, step=step, smoothing=smoothing)
