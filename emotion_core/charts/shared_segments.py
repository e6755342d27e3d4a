"""Two cuts' ribbons, and between them the footage that they share."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

import plotly.graph_objects as go

from ..analysis.records import Analysis
from ..compare.shared_segments import Run
from .canvas import RIBBON, add_axis, add_hover, add_ribbon, add_title, add_veils, blank
from .steps import Steps, at
from .style import story

_TITLE, _BETWEEN = 24, 96
"""Heights of a film's title and of the space between the ribbons, pixels."""
KEPT, MOVED = "rgba(128,128,128,0.38)", "rgba(238,119,51,0.45)"
"""Of shared footage; MOVED is no emotion's colour of the reference labels."""


def recut(before: Analysis, after: Analysis, runs: Iterable[Run], names: tuple[str, str]) -> go.Figure:
    """The first cut's ribbon above, the second's below; a band joins the two places of each run of footage.

    Where no band begins, footage was left out (above) or is new (below). The last two traces are the scenes, which
    carry the hover text.
    """
    height = 2 * (_TITLE + RIBBON) + _BETWEEN
    figure = blank(height, max(float(a.observations.media.duration) for a in (before, after)))
    between = add_axis(figure, height - _TITLE - RIBBON, height - _TITLE - RIBBON - _BETWEEN)
    runs = tuple(runs)
    for colour, some in ((KEPT, [r for r in runs if not r.moved]), (MOVED, [r for r in runs if r.moved])):
        x, y = _bands(some)
        figure.add_scatter(
            x=x, y=y, yaxis=between, mode="lines", line={"width": 0}, fill="toself", fillcolor=colour, hoverinfo="skip"
        )  # fmt: skip
    hovers = []
    for analysis, name, top, title in (
        (before, names[0], height - _TITLE, height - _TITLE / 2),
        (after, names[1], _TITLE + RIBBON, _TITLE / 2),
    ):
        steps, place = Steps.of(analysis.scenes), add_axis(figure, top, top - RIBBON)
        add_title(figure, title, f"<b>{escape(name)}</b>")
        add_ribbon(figure, analysis, steps, place)
        add_veils(figure, analysis, steps, place)
        hovers.append(([story(analysis, row, name) for row in analysis.scenes], steps, place))
    for hover in hovers:
        add_hover(figure, *hover)
    return figure


def _bands(runs: Iterable[Run]) -> tuple[list[float | None], list[float | None]]:
    """The outline of each run's band, from 1 (its place in the first cut) to 0 (in the second), with gaps between."""
    x: list[float | None] = []
    y: list[float | None] = []
    for run in runs:
        corners = (run.before.start, run.before.end, run.after.end, run.after.start, run.before.start)
        x += [*map(at, corners), None]
        y += [1.0, 1.0, 0.0, 0.0, 1.0, None]
    return x, y
