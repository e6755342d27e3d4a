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
from ..steps import ZERO, axis_time
from ..style import CHART, LANE, LINE, MANY, faded, swatch
from . import column_traces as traces
from .arrays import packed, packed_times
from .column_traces import Trace
from .columns import Columns, columns_of_time, scene_columns
from .readout import readouts

RIBBON, STRIP, ROW, GAP = 20, 7, 25, 3
"""Heights of the ribbon, the coverage strip and a label's row, and the space between, pixels."""
TOP, BOTTOM, RIGHT = 4, 24, 12
"""Margins, pixels."""
BESIDE = 0.25
"""What is drawn on either side of the part shown, of its length: it is there when the chart is moved."""
FINE = 1.5
"""Pixels that a point of the curve has at least."""
SMOOTHINGS = (0, 1, 3, 10)
"""Seconds; 0 draws no curve."""


def left_margin(width: int) -> int:
    """Room for the names of the rows, pixels."""
    return 112 if width >= 600 else 88


def pooled_time(seconds: float) -> str:
    """“10 s”, “2:00”: the length of a column that pools."""
    return f"{seconds:g} s" if seconds < 60 else formatting.hms(seconds)


def full_scale_of(analysis: Analysis) -> float:
    """As `full_scale`, from the columns of an analysis."""
    columns = scene_columns(analysis)
    highest = np.nanmax(np.concatenate([columns.shares, columns.high, np.zeros((1, len(analysis.labels)))]))
    return 0.5 if highest <= 0.5 else 1.0


def timeline_document(analysis: Analysis, start: float, end: float, width: int, smoothing: int = 0) -> dict[str, Any]:
    """A document for the chart's script, JSON types: `figure` (data and layout), `readouts` of the columns, `rows`
    (top and bottom of each label's row, pixels from the plot's top), `per` and `note` (what a column shows).
    """
    labels, plot = analysis.labels, width - left_margin(width) - RIGHT
    beside = (end - start) * BESIDE
    columns = columns_of_time(analysis, start, end, plot)
    drawn = columns_of_time(analysis, start - beside, end + beside, plot * (1 + 2 * BESIDE))
    if drawn.per != columns.per or len(columns) > MANY:
        drawn = columns
    height = RIBBON + STRIP + 2 * GAP + len(labels) * (ROW + GAP)
    scale, times = full_scale_of(analysis), packed_times(traces.edges(drawn))
    pixels = (drawn.ends - drawn.starts) * plot / (end - start)
    layout, data = _layout(height, start, end, width), []
    over = _axis(layout, 1, height, 0, height)
    if not drawn.per and np.median(pixels) >= 2 * len(labels):
        data.append(traces.boundaries(drawn.starts[1:], over))
    ribbon = _axis(layout, 2, height, height - RIBBON, height)
    data += [traces.ribbon(drawn, labels, ribbon), traces.names(drawn, labels, ribbon, (start, end), plot)]
    strip = _axis(layout, 3, height, height - RIBBON - GAP - STRIP, height - RIBBON - GAP)
    data.append(traces.coverage(drawn, strip))
    _title(layout, height, height - RIBBON - GAP - STRIP / 2, "coverage", width, size=10)
    _title(layout, height, height - RIBBON / 2, "<b>dominant</b>", width)
    course = None if drawn.per or not smoothing else _curve(analysis, drawn, plot / (end - start), smoothing)
    rows = []
    for k, label in enumerate(labels):
        roof = height - RIBBON - STRIP - 2 * GAP - k * (ROW + GAP) - GAP
        rows.append([height - roof, height - roof + ROW])
        axis = _axis(layout, 4 + k, height, roof - ROW, roof, traces.UNITS * scale)
        if k == 0:
            ticks = {
                "showticklabels": True,
                "tickvals": [0, traces.UNITS * scale],
                "ticktext": ["0", formatting.percent(scale)],
            }
            layout[f"yaxis{4 + k}"] |= {**ticks, "tickfont": {"size": 9}}
        _lane(layout, height, roof)
        _title(layout, height, roof - ROW / 2, swatch(label, labels), width)
        data += _row(drawn, k, colour(label, labels), times, axis, with_curve=course is not None)
        if course is not None:
            data.append(traces.course(course.seconds, course.shares[:, k], axis, colour(label, labels)))
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
            "type": "scatter", "mode": "lines", "yaxis": f"y{4 + analysis.labels.index(label)}", "connectgaps": False,
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


def _layout(height: int, start: float, end: float, width: int) -> dict[str, Any]:
    return {
        **CHART,
        "height": TOP + BOTTOM + height,
        "margin": {"l": left_margin(width), "r": RIGHT, "t": TOP, "b": BOTTOM},
        "hovermode": False,
        "xaxis": time_axis(start, end),
        "shapes": [],
        "annotations": [],
    }


def time_axis(start: float, end: float) -> dict[str, Any]:
    """The axis of running time; shown as a clock, its ticks stay round at every zoom."""
    return {
        "type": "date",
        "range": [axis_time(start), axis_time(end)],
        "tickformat": "%-H:%M:%S",
        "tickformatstops": [{"dtickrange": [None, 999], "value": "%-H:%M:%S.%L"}],
        "ticks": "outside",
        "ticklen": 3,
        "tickcolor": LINE,
        "tickfont": {"size": 11},
        "anchor": "free",
        "position": 0,
        "showgrid": False,
        "zeroline": False,
    }


def _axis(layout: dict[str, Any], number: int, height: int, foot: float, top: float, end: float = 1) -> str:
    """Add a y axis from 0 to `end` between two heights above the plot's foot, pixels; returns its short name."""
    layout["yaxis" if number == 1 else f"yaxis{number}"] = {
        "domain": [foot / height, top / height],
        "range": [0, end],
        "anchor": "x",
        "showticklabels": False,
        "ticks": "",
        "showgrid": False,
        "zeroline": False,
    }
    return "y" if number == 1 else f"y{number}"


def _title(layout: dict[str, Any], height: int, middle: float, text: str, width: int, *, size: int = 12) -> None:
    """Write a row's name left of it, at `middle` pixels above the plot's foot."""
    layout["annotations"].append(
        {
            "x": 0, "y": middle / height, "xref": "paper", "yref": "paper", "xshift": 4 - left_margin(width),
            "xanchor": "left", "yanchor": "middle", "text": text, "showarrow": False, "font": {"size": size},
        }
    )  # fmt: skip


def _lane(layout: dict[str, Any], height: int, roof: float) -> None:
    """A faint background of a row, which shows its height where nothing is drawn."""
    layout["shapes"].append(
        {
            "type": "rect", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": (roof - ROW) / height,
            "y1": roof / height, "fillcolor": LANE, "line": {"width": 0}, "layer": "below",
        }
    )  # fmt: skip
