"""The target arc against what is read: over running time, and as a ranking of the deviations."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from ..analysis import Analysis, Deviation, deviations, ranked
from ..labels import MISSING_COLOUR, canonical, colour
from ..report import wording
from ..report.annotation_wording import deviation_text, reading_text, target_text
from .canvas import LEFT, RIBBON, RIGHT, add_axis, add_hover, add_ribbon, add_title, add_veils, blank
from .film_page import rows as film_rows
from .steps import Steps
from .style import LINE, bar_layout, faded, plain, story

RANKED = 20
"""Most scenes of the ranking."""
TARGET = "#EE7733"
"""Colour of targets and deviations; no expression has it."""
STRENGTH = {"missed": 0.9, "few frames": 0.45, "within reach": 0.45, "met": 0.18}
"""Opacity of a deviation by its result; texts say it too."""

_LANE, _GAP = 64, 12
"""Height of the rows of numbers, and the space between rows, pixels."""


def target_arc_figure(analysis: Analysis, *, width: int | None = None) -> go.Figure:
    """Intended above read expressions, the read above the intended intensity where there is one, and the deviations.

    Of a `width`, pixels, it has the margins of the film page's timeline, so that times lie in line.

    A band is a scene's interval. The last trace has a bar a scene over the full height, for hover texts and clicks; its
    point numbers are the scenes' indices from 0.
    """
    rows, steps = analysis.scenes, Steps.of(analysis.scenes)
    of_scenes = {each.row.scene.number: each for each in deviations(analysis)}
    by_row = [of_scenes.get(row.scene.number) for row in rows]
    has_expression, has_intensity = (
        any(each is not None and getattr(each.target, name) is not None for each in by_row)
        for name in ("expression", "intensity")
    )
    height = (1 + has_expression) * (RIBBON + _GAP) + (1 + has_intensity) * (_LANE + _GAP)
    left, right = (LEFT, RIGHT) if width is None else (film_rows.left_margin(width), film_rows.RIGHT)
    figure = blank(height, float(analysis.observations.media.duration), left=left, right=right)
    top = height
    if has_expression:
        _intended(figure, analysis, by_row, steps, add_axis(figure, top, top - RIBBON))
        add_title(figure, top - RIBBON / 2, "<b>intended</b>")
        top -= RIBBON + _GAP
    read = top
    add_ribbon(figure, analysis, steps, add_axis(figure, top, top - RIBBON))
    add_title(figure, top - RIBBON / 2, "<b>read</b>")
    top -= RIBBON + _GAP
    if has_intensity:
        _intensity(figure, analysis, by_row, steps, _lane(figure, top))
        add_title(figure, top - _LANE / 2, "intensity")
        top -= _LANE + _GAP
    _deviations(figure, by_row, steps, _lane(figure, top))
    add_title(figure, top - _LANE / 2, "off by")
    add_veils(figure, analysis, steps, add_axis(figure, read, 0))
    over = add_axis(figure, height, 0)
    add_hover(figure, [_story(analysis, *pair) for pair in zip(rows, by_row, strict=True)], steps, over)
    return figure


def deviations_figure(analysis: Analysis) -> go.Figure:
    """The scenes farthest from their targets, in the order of `ranked`, each with its interval."""
    shown = [each for each in ranked(deviations(analysis)) if each.value is not None][:RANKED]
    names = [f"{_short(each)} · <b>{each.result}</b>" for each in shown]
    figure = go.Figure()
    values = np.array([each.value for each in shown], dtype=float)
    lows, highs = np.array([each.interval or (np.nan, np.nan) for each in shown], dtype=float).reshape(-1, 2).T
    figure.add_bar(
        x=values * 100,
        y=np.arange(len(shown)),
        orientation="h",
        error_x={"array": (highs - values) * 100, "arrayminus": (values - lows) * 100, "color": LINE, "thickness": 2},
        marker={"color": [_colour(each) for each in shown], "line": {"width": 0}},
        customdata=np.array([_story(analysis, each.row, each) for each in shown], dtype=object),
        hovertemplate="%{customdata}<extra></extra>",
    )
    figure.update_layout(bar_layout(names, above=64, left=300, unit="Off target, points of 100"))
    figure.update_xaxes(range=[0, 100])
    return figure


def _lane(figure: go.Figure, top: float) -> str:
    return add_axis(figure, top, top - _LANE, tickvals=[0, 0.5, 1], ticktext=["0", "", "1"])


def _intended(figure: go.Figure, analysis: Analysis, by_row: list[Deviation | None], steps: Steps, axis: str) -> None:
    """The target expressions in their colours; scenes without one stay empty."""
    words = [each.target.expression if each is not None else None for each in by_row]
    where = np.array([word is not None for word in words], dtype=bool)
    figure.add_bar(
        x=steps.middles[where],
        y=np.ones(int(where.sum())),
        width=(steps.ends - steps.starts)[where],
        yaxis=axis,
        marker={"color": [_hue(word, analysis.labels) for word in words if word is not None], "line": {"width": 0}},
        text=[plain(word) for word in words if word is not None],
        textposition="inside", insidetextanchor="middle", textangle=0, hoverinfo="skip",
        unselected={"marker": {"opacity": 1}},
    )  # fmt: skip


def _intensity(figure: go.Figure, analysis: Analysis, by_row: list[Deviation | None], steps: Steps, axis: str) -> None:
    """The read intensity as a step with its band, the intended one as a dotted line."""
    read = np.array([_or_nan(row.intensity if row.dominant is not None else None) for row in analysis.scenes])
    goal = np.array([_or_nan(None if each is None else each.target.intensity) for each in by_row])
    neutral = next((i for i, label in enumerate(analysis.labels) if canonical(label) == "neutral"), None)
    if neutral is not None:
        ends = [(row.interval_of(neutral) if row.dominant is not None else None) for row in analysis.scenes]
        low, high = 1 - np.array([end or (np.nan, np.nan) for end in ends], dtype=float).reshape(-1, 2).T[::-1]
        x, y = steps.outline(low, high)
        _line(figure, x, y, axis, fill="toself", fillcolor=faded(MISSING_COLOUR, 0.35), line={"width": 0})
    x, y = steps.line(read)
    _line(figure, x, y, axis, line={"color": MISSING_COLOUR, "width": 2}, connectgaps=False)
    x, y = steps.line(goal)
    _line(figure, x, y, axis, line={"color": TARGET, "width": 2, "dash": "dot"}, connectgaps=False)


def _deviations(figure: go.Figure, by_row: list[Deviation | None], steps: Steps, axis: str) -> None:
    """A bar a scene with a deviation, in the colour of its result, and its interval as a stroke."""
    where = np.array([each is not None and each.value is not None for each in by_row], dtype=bool)
    shown = [each for each, has_value in zip(by_row, where, strict=True) if has_value and each is not None]
    values = np.array([each.value for each in shown], dtype=float)
    lows, highs = np.array([each.interval or (np.nan, np.nan) for each in shown], dtype=float).reshape(-1, 2).T
    figure.add_bar(
        x=steps.middles[where],
        y=values,
        width=(steps.ends - steps.starts)[where],
        yaxis=axis,
        error_y={"array": highs - values, "arrayminus": values - lows, "color": LINE, "thickness": 1.5, "width": 0},
        marker={"color": [_colour(each) for each in shown], "line": {"width": 0}},
        unselected={"marker": {"opacity": 1}},
        hoverinfo="skip",
    )


def _line(figure: go.Figure, x: NDArray[Any], y: NDArray[Any], axis: str, **options: Any) -> None:
    figure.add_scatter(x=x, y=y, yaxis=axis, mode="lines", hoverinfo="skip", **options)


def _story(analysis: Analysis, row: Any, deviation: Deviation | None) -> str:
    """A scene's hover text, with its target above."""
    if deviation is None:
        return story(analysis, row)
    lines = [f"Target: {target_text(deviation.target)}", deviation_text(analysis, deviation)]
    reading = reading_text(deviation, analysis.labels)
    return "<br>".join([plain(line) for line in (*lines, reading) if line] + [story(analysis, row)])


def _short(deviation: Deviation) -> str:
    """A scene's title, cut where it is long, and its target, for the name of a bar."""
    title = wording.scene_title(deviation.row)
    title = title if len(title) <= 24 else f"{title[:23]}…"
    return plain(f"{title}: {target_text(deviation.target)}")


def _hue(word: str, labels: tuple[str, ...]) -> str:
    return colour(word, labels) if word in labels or canonical(word) is not None else MISSING_COLOUR


def _colour(deviation: Deviation) -> str:
    return faded(TARGET, STRENGTH[deviation.result or "few frames"])


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
