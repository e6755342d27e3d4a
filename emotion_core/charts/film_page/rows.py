"""What charts over running time are built of: the time axis, and rows at heights above the plot's foot, in pixels."""

from __future__ import annotations

from typing import Any

from ... import formatting
from ..steps import axis_time
from ..style import CHART, LANE, LINE

TOP, BOTTOM, RIGHT = 4, 24, 12
"""Margins, pixels."""
BESIDE = 0.25
"""What is drawn on either side of the part shown, of its length: it is there when the chart is moved."""


def left_margin(width: int) -> int:
    """Room for the names of the rows, pixels."""
    return 112 if width >= 600 else 88


def pooled_time(seconds: float) -> str:
    """“10 s”, “2:00”: the length of a column that pools."""
    return f"{seconds:g} s" if seconds < 60 else formatting.hms(seconds)


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


def rows_layout(height: int, start: float, end: float, width: int, top: int = TOP) -> dict[str, Any]:
    """The layout of a chart whose rows take `height` pixels, to which axes, names and lanes are added."""
    return {
        **CHART,
        "height": top + BOTTOM + height,
        "margin": {"l": left_margin(width), "r": RIGHT, "t": top, "b": BOTTOM},
        "hovermode": False,
        "xaxis": time_axis(start, end),
        "shapes": [],
        "annotations": [],
    }


def add_axis(layout: dict[str, Any], number: int, height: int, foot: float, top: float, end: float = 1) -> str:
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


def add_title(layout: dict[str, Any], height: int, middle: float, text: str, width: int, *, size: int = 12) -> None:
    """Write a row's name left of it, at `middle` pixels above the plot's foot."""
    layout["annotations"].append(
        {
            "x": 0, "y": middle / height, "xref": "paper", "yref": "paper", "xshift": 4 - left_margin(width),
            "xanchor": "left", "yanchor": "middle", "text": text, "showarrow": False, "font": {"size": size},
        }
    )  # fmt: skip


def add_lane(layout: dict[str, Any], height: int, foot: float, roof: float) -> None:
    """A faint background of a row, which shows its height where nothing is drawn."""
    layout["shapes"].append(
        {
            "type": "rect", "xref": "paper", "yref": "paper", "x0": 0, "x1": 1, "y0": foot / height,
            "y1": roof / height, "fillcolor": LANE, "line": {"width": 0}, "layer": "below",
        }
    )  # fmt: skip
