"""The audience's curves over the film: a row an expression, with interval, groups, and the film's own curve.

Above them the viewers with a usable face. Where nobody has one, the rows are hatched: missing is neither zero nor
neutral.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ... import formatting
from ...audience import ScreeningSummary
from ..film_page import Columns, column_traces as traces
from ..film_page.arrays import packed_times
from ..film_page.rows import BESIDE, RIGHT, add_axis, add_lane, add_title, left_margin, pooled_time, rows_layout
from ..steps import ZERO
from ..style import MANY, faded, plain
from .columns import Line, between, columns_of, line_of, own_of, percents, texts
from .pooling import Pool, pool_of
from .selection import Chosen, Comparison, comparisons, row_colour, row_name

TOP = 26
"""Above the rows, with the legend, pixels."""
LINE_HEIGHT = 16
"""Of a further line of the legend, pixels."""
_CHARACTER = 6.4
"""Mean width of a character of the legend, pixels."""
STRIP, GAP = 7, 4
_HEIGHTS = {1: 170, 2: 96, 3: 72, 4: 58}
"""Of a row by the number of rows, pixels."""
_LOW_ROW = 44
_BANDS = 3
"""More groups than this are drawn without their intervals, which would hide each other."""
CAST = "rgba(128,128,128,0.95)"


def audience_curves_document(
    summary: ScreeningSummary, start: float, end: float, width: int, chosen: Chosen
) -> dict[str, Any]:
    """A document as `timeline_document` makes it, with its series' names in `labels` and those of the table's
    columns in `names`.
    """
    pool = pool_of(summary, start, end, width - left_margin(width) - RIGHT)
    whole = columns_of(summary, pool.shares(), pool.edges, pool.length if pool.length > 1 else 0)
    shown = between(whole, start, end, (end - start) * BESIDE)
    drawn = whole.between(shown.start, shown.stop)
    row_height = _HEIGHTS.get(len(chosen.rows), _LOW_ROW)
    height = STRIP + GAP + len(chosen.rows) * (row_height + GAP)
    beside = [each for each in comparisons(summary) if each.place in chosen.groups]
    with_cast = chosen.cast and pool.cast is not None
    layout, data = _layout(summary, height, start, end, width, beside, with_cast=with_cast), []
    over = add_axis(layout, 1, height, 0, height)
    data += _boundaries(summary, start, end, over)
    strip = add_axis(layout, 2, height, height - STRIP, height)
    data.append(traces.coverage(drawn, strip))
    add_title(layout, height, height - STRIP / 2, "viewers", width, size=10)
    lines = [_lines(pool, row, beside, shown, with_cast=with_cast) for row in chosen.rows]
    scale = _scale(lines)
    times = packed_times(traces.edges(drawn))
    rows = []
    for k, (row, own) in enumerate(zip(chosen.rows, lines, strict=True)):
        roof = height - STRIP - GAP - k * (row_height + GAP)
        foot = roof - row_height
        rows.append([height - roof, height - foot])
        axis = add_axis(layout, 3 + k, height, foot, roof, traces.UNITS * scale)
        layout[f"yaxis{3 + k}"] |= {
            "showticklabels": True,
            "tickvals": [0, traces.UNITS * scale],
            "ticktext": ["0", formatting.percent(scale)],
            "tickfont": {"size": 9},
        }
        add_lane(layout, height, foot, roof)
        hue = row_colour(summary, row)
        name = f'<span style="color:{hue}">■</span> {plain(row_name(summary, row))}'
        add_title(layout, height, foot + row_height / 2, name, width)
        data += _row(drawn, own, beside, hue, times, axis)
    data += traces.veils(drawn, traces.edges(drawn), over, 1)
    return {
        "figure": {"data": data, "layout": layout},
        "axis": "time",
        "zero": ZERO,
        "rows": rows,
        "per": drawn.per,
        "note": f"Each column pools {pooled_time(pool.length)} of each viewer; zoom in for seconds"
        if pool.length > 1
        else "Each column is a second",
        "labels": _series(summary, chosen, beside, with_cast=with_cast),
        "names": ["Scene", "Time", "Audience", "Viewers"],
        "readouts": _readouts(summary, drawn, chosen, lines),
    }


class _Lines:
    """The lines of a row over the columns drawn."""

    def __init__(self, audience: Line, groups: list[Line], cast: np.ndarray[Any, np.dtype[np.float64]] | None) -> None:
        self.audience, self.groups, self.cast = audience, groups, cast


def _lines(pool: Pool, row: int, beside: list[Comparison], shown: slice, *, with_cast: bool) -> _Lines:
    def cut(line: Line) -> Line:
        return line[0][shown], line[1][shown], line[2][shown]

    cast = own_of(pool.summary, pool.cast, row)[shown] if with_cast and pool.cast is not None else None
    groups = [cut(line_of(pool.summary, pool.shares(each.place), row)) for each in beside]
    return _Lines(cut(line_of(pool.summary, pool.shares(), row)), groups, cast)


def _scale(lines: list[_Lines]) -> float:
    """Full scale of all rows: 0.5 if nothing exceeds it, else 1."""
    highest = 0.0
    for own in lines:
        means = [own.audience[2], own.audience[0], *(group[0] for group in own.groups)]
        for values in (*means, *(() if own.cast is None else (own.cast,))):
            if len(known := values[~np.isnan(values)]):
                highest = max(highest, float(known.max()))
    return 0.5 if highest <= 0.5 else 1.0


def _row(
    drawn: Columns, own: _Lines, beside: list[Comparison], hue: str, times: traces.Trace, axis: str
) -> list[traces.Trace]:
    """The interval as a band, the audience's share as a line, groups as lines, the film's own dotted."""
    share, low, high = own.audience
    data = [
        traces.steps(times, low, axis),
        traces.steps(times, high, axis, fill="tonexty", fillcolor=faded(hue, 0.34)),
    ]
    for each, (mean, least, most) in zip(beside, own.groups, strict=True):
        if len(beside) <= _BANDS:
            data.append(traces.steps(times, least, axis))
            data.append(traces.steps(times, most, axis, fill="tonexty", fillcolor=faded(each.hue, 0.16)))
        data.append(traces.line(drawn, mean, axis, {"color": each.hue, "width": 1.75, "dash": each.dash}))
    if own.cast is not None:
        data.append(traces.line(drawn, own.cast, axis, {"color": CAST, "width": 1.5, "dash": "dot"}))
    data.append(traces.line(drawn, share, axis, {"color": hue, "width": 2.25}))
    return data


def _boundaries(summary: ScreeningSummary, start: float, end: float, axis: str) -> list[traces.Trace]:
    """Where scenes begin, unless there are too many to be seen."""
    starts = np.array([scene.start for scene in summary.scenes[1:]])
    shown = starts[(starts >= start) & (starts <= end)]
    return [traces.boundaries(shown, axis)] if 0 < len(shown) <= MANY else []


def _series(summary: ScreeningSummary, chosen: Chosen, beside: list[Comparison], *, with_cast: bool) -> list[str]:
    """Names of the series of the table: the audience's rows first."""
    names = [row_name(summary, row) for row in chosen.rows]
    further = [each.words for each in beside] + (["film’s own"] if with_cast else [])
    return [*names, *(f"{name}, {line}" for name in names for line in further)]


def _readouts(summary: ScreeningSummary, drawn: Columns, chosen: Chosen, lines: list[_Lines]) -> dict[str, Any]:
    shares = [own.audience for own in lines]
    missing = np.full(len(drawn), np.nan)
    for own in lines:
        shares += [*own.groups, *(() if own.cast is None else ((own.cast, missing, missing),))]
    first = [percents(each) for each in lines[0].audience]
    name = row_name(summary, chosen.rows[0])
    return texts(summary, drawn, [_words(name, *numbers) for numbers in zip(*first, strict=True)]) | {
        key: [percents(line[i]) for line in shares] for i, key in enumerate(("shares", "low", "high"))
    }


def _words(name: str, share: int | None, low: int | None, high: int | None) -> str:
    """“happy 12 % (8–15 %)”, with the spaces that the script writes: it leaves out a share that is said already."""
    if share is None:
        return "nobody has a usable face"
    return f"{name} {share}\u00a0%" + ("" if low is None else f" ({low}–{high}\u00a0%)")


def _layout(
    summary: ScreeningSummary, height: int, start: float, end: float, width: int, beside: list[Comparison], *,
    with_cast: bool,
) -> dict[str, Any]:  # fmt: skip
    lines = _legend(summary, beside, width - left_margin(width) - RIGHT, with_cast=with_cast)
    top = TOP + LINE_HEIGHT * (len(lines) - 1)
    legend = {
        "x": 0, "y": 1, "xref": "paper", "yref": "paper", "yshift": top - 2, "xanchor": "left", "yanchor": "top",
        "text": "<br>".join(lines), "showarrow": False, "font": {"size": 12}, "align": "left",
    }  # fmt: skip
    return rows_layout(height, start, end, width, top) | {"annotations": [legend]}


def _legend(summary: ScreeningSummary, beside: list[Comparison], room: int, *, with_cast: bool) -> list[str]:
    """What each line is, in lines of at most `room` pixels where that can be."""
    interval = formatting.percent(summary.settings.confidence)
    marks = {"solid": "━", "dash": "╍", "dashdot": "╍"}
    first = f"audience (n = {len(summary.viewers)}), band: {interval} interval"
    parts = [(first, f"<b>━ audience</b> (n = {len(summary.viewers)}), band: {interval} interval")]
    for each in beside:
        parts.append((each.words, f'<span style="color:{each.hue}">{marks[each.dash]}</span> {plain(each.words)}'))
    if with_cast:
        parts.append(("film’s own faces", f'<span style="color:{CAST}">┅</span> film’s own faces'))
    lines, used = [parts[0][1]], len(first)
    for words, text in parts[1:]:
        used += len(words) + 5
        if used * _CHARACTER > room:
            lines.append(text)
            used = len(words)
        else:
            lines[-1] += f"   {text}"
    return lines
