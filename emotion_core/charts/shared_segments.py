"""Chart of the footage that two cuts share."""

from __future__ import annotations

from collections.abc import Iterable

import plotly.graph_objects as go

from ..analysis import Analysis
from ..compare import SharedSegment
from .canvas import RIBBON, add_axis, add_hover, add_ribbon, add_title, add_veils, blank
from .steps import Steps, axis_time
from .style import plain, story

_TITLE, _BETWEEN = 24, 96
"""Heights of a film's title and of the space between the ribbons, pixels."""
IN_PLACE, MOVED = "rgba(128,128,128,0.38)", "rgba(238,119,51,0.45)"
"""Colours of shared footage; MOVED differs from the colours of the reference labels."""


def shared_segments_figure(
    before: Analysis, after: Analysis, segments: Iterable[SharedSegment], names: tuple[str, str]
) -> go.Figure:
    """The first cut's ribbon above, the second's below; a band joins the two places of each shared segment.

    Parts without a band were removed (above) or are new (below). The last two traces are the scenes with the hover
    text.
    """
    height = 2 * (_TITLE + RIBBON) + _BETWEEN
    figure = blank(height, max(float(a.observations.media.duration) for a in (before, after)))
    between = add_axis(figure, height - _TITLE - RIBBON, height - _TITLE - RIBBON - _BETWEEN)
    segments = tuple(segments)
    for colour, group in ((IN_PLACE, [r for r in segments if not r.moved]), (MOVED, [r for r in segments if r.moved])):
        x, y = _bands(group)
        figure.add_scatter(
            x=x, y=y, yaxis=between, mode="lines", line={"width": 0}, fill="toself", fillcolor=colour, hoverinfo="skip"
        )  # fmt: skip
    hovers = []
    for analysis, name, top, title in (
        (before, names[0], height - _TITLE, height - _TITLE / 2),
        (after, names[1], _TITLE + RIBBON, _TITLE / 2),
    ):
        steps, place = Steps.of(analysis.scenes), add_axis(figure, top, top - RIBBON)
        add_title(figure, title, f"<b>{plain(name)}</b>")
        add_ribbon(figure, analysis, steps, place)
        add_veils(figure, analysis, steps, place)
        hovers.append(([story(analysis, row, name) for row in analysis.scenes], steps, place))
    for hover in hovers:
        add_hover(figure, *hover)
    return figure


def _bands(segments: Iterable[SharedSegment]) -> tuple[list[float | None], list[float | None]]:
    """Outlines of the segments' bands, from 1 (place in the first cut) to 0 (in the second), separated by gaps."""
    x: list[float | None] = []
    y: list[float | None] = []
    for segment in segments:
        corners = (
            segment.before.start,
            segment.before.end,
            segment.after.end,
            segment.after.start,
            segment.before.start,
        )
        x += [*map(axis_time, corners), None]
        y += [1.0, 1.0, 0.0, 0.0, 1.0, None]
    return x, y
