"""Plotly traces of columns, as plain dicts: a few traces however many columns there are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...labels import colour
from ..style import HATCHING, LINE, NOT_FILM, PALE, faded, plain, readable_on
from .arrays import packed, packed_times
from .columns import CLEAR, MIXED, Columns

Trace = dict[str, Any]
Floats = NDArray[np.float64]

UNITS = 200
"""What a share of 1 is on the axes of the labels: whole numbers of it take a byte, and are finer than a pixel."""
_CHARACTER = 7.5
"""Width of a character of a name on the ribbon, pixels."""


def edges(columns: Columns) -> Floats:
    """(n + 1,) borders of the columns, seconds."""
    return np.append(columns.starts, columns.ends[-1])


def steps(times: Trace, values: Floats, axis: str, **options: Any) -> Trace:
    """A line that is level over each column, in UNITS; `times` are the packed borders, missing values lie at 0."""
    levels = packed(np.rint(UNITS * np.nan_to_num(np.append(values, values[-1]))), "u1")
    line = {"shape": "hv", "width": 0}
    return {"type": "scatter", "mode": "lines", "x": times, "y": levels, "yaxis": axis, "line": line, **options}


def line(columns: Columns, values: Floats, axis: str, style: dict[str, Any]) -> Trace:
    """A line over the columns that have a value, in UNITS, level over each, with gaps between."""
    return level_line(columns.starts, columns.ends, values, axis, style)


def level_line(starts: Floats, ends: Floats, values: Floats, axis: str, style: dict[str, Any]) -> Trace:
    """As `line`, of columns from `starts` to `ends` (seconds)."""
    valid = ~np.isnan(values)
    last = valid & ~np.append(valid[1:], False)
    keep = np.stack([valid, last, last], axis=1)
    x = np.stack([starts, ends, ends], axis=1)[keep]
    y = np.stack([values, values, np.full_like(values, np.nan)], axis=1)[keep]
    return {
        "type": "scatter", "mode": "lines", "x": packed_times(x), "y": packed(UNITS * y), "yaxis": axis,
        "line": {"shape": "hv", **style}, "connectgaps": False,
    }  # fmt: skip


def course(seconds: Floats, shares: Floats, axis: str, style: dict[str, Any]) -> Trace:
    """A curve by the second, in UNITS, with gaps where shares are missing."""
    return {
        "type": "scatter", "mode": "lines", "x": packed_times(seconds), "y": packed(UNITS * shares), "yaxis": axis,
        "line": style, "connectgaps": False,
    }  # fmt: skip


def ribbon(columns: Columns, labels: tuple[str, ...], axis: str) -> Trace:
    """The colours of the dominant expressions, pale where they are not clear; the lower half of a mixed column has the
    runner-up's.
    """
    count = len(labels)
    upper = np.where(columns.dominant < 0, 0, 1 + columns.dominant + np.where(columns.level == CLEAR, 0, count))
    lower = np.where(columns.level == MIXED, 1 + columns.rival + count, upper)
    hues = ["rgba(0,0,0,0)", *(colour(label, labels) for label in labels)]
    hues += [faded(colour(label, labels), PALE) for label in labels]
    scale = [[place, hue] for i, hue in enumerate(hues) for place in (i / len(hues), (i + 1) / len(hues))]
    return {
        "type": "heatmap", "x": packed_times(edges(columns)), "y": [0, 0.5, 1],
        "z": packed(np.stack([lower, upper]), "u1"), "zmin": -0.5, "zmax": len(hues) - 0.5,
        "colorscale": scale, "showscale": False, "yaxis": axis, "hoverinfo": "skip",
    }  # fmt: skip


def names(columns: Columns, labels: tuple[str, ...], axis: str, part: tuple[float, float], plot: int) -> Trace:
    """The names of clear dominant expressions on the ribbon, in the middle of what is shown of a column and where they
    fit into it: of `part` (seconds), `plot` pixels wide, or of what lies beside.
    """
    start, end = part
    starts, ends = (np.where((columns.starts < edge) & (columns.ends > edge), edge, own) for edge, own in (
        (start, columns.starts), (end, columns.ends)
    ))  # fmt: skip
    pixels = (ends - starts) * plot / (end - start)
    clear = np.flatnonzero(columns.level == CLEAR)
    shown = [i for i in clear.tolist() if len(labels[columns.dominant[i]]) * _CHARACTER + 8 <= pixels[i]]
    words = [labels[columns.dominant[i]] for i in shown]
    return {
        "type": "scatter", "mode": "text", "yaxis": axis,
        "x": packed_times((starts + ends)[shown] / 2), "y": packed(np.full(len(shown), 0.5)),
        "text": [plain(word) for word in words],
        "textfont": {"size": 12, "color": [readable_on(colour(word, labels)) for word in words]},
    }  # fmt: skip


def coverage(columns: Columns, axis: str) -> Trace:
    """A strip that is the darker, the more of a column's sampled frames have a usable face."""
    return {
        "type": "heatmap", "x": packed_times(edges(columns)), "y": [0, 1],
        "z": packed(np.rint(100 * np.nan_to_num(columns.coverage))[None, :], "u1"), "zmin": 0, "zmax": 100,
        "colorscale": [[0, "rgba(128,128,128,0.06)"], [1, "rgba(128,128,128,0.75)"]],
        "showscale": False, "yaxis": axis, "hoverinfo": "skip",
    }  # fmt: skip


def boundaries(seconds: Floats, axis: str) -> Trace:
    """Full-height strokes at the starts of columns, joined below the axis."""
    return {
        "type": "scatter", "mode": "lines", "yaxis": axis, "line": {"color": LINE, "width": 1}, "opacity": 0.6,
        "x": packed_times(np.repeat(seconds, 3)), "y": packed(np.tile([-1.0, 1.0, -1.0], len(seconds))),
    }  # fmt: skip


def veils(columns: Columns, places: Floats, axis: str, top: float, *, times: bool = True) -> list[Trace]:
    """What covers columns without a dominant expression, hatched, and those that are no film, grey. `places` are the
    borders of the columns on the chart's axis.
    """
    hatched = (columns.dominant < 0) & columns.counts
    covers: Sequence[tuple[NDArray[np.bool_], dict[str, Any]]] = (
        (hatched, {"fillpattern": HATCHING}), (~columns.counts, {"fillcolor": NOT_FILM}),
    )  # fmt: skip
    traces = []
    for where, fill in covers:
        if not where.any():
            continue
        change = np.flatnonzero(np.diff(np.concatenate([[False], where, [False]])))
        begin, end = places[change[::2]], places[change[1::2]]
        x = np.stack([begin, begin, end, end, np.full_like(begin, np.nan)], axis=1).ravel()
        y = np.tile([0, top, top, 0, np.nan], len(begin))
        traces.append(
            {
                "type": "scatter", "mode": "lines", "x": _outline_places(x) if times else packed(x), "y": packed(y),
                "yaxis": axis, "line": {"width": 0}, "fill": "toself", "hoverinfo": "skip", **fill,
            }
        )  # fmt: skip
    return traces


def _outline_places(x: Floats) -> dict[str, Any]:
    """Times with gaps: the gap's own time does not matter, its y is missing."""
    return packed_times(np.nan_to_num(x))
