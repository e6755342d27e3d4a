"""The film's timeline with the audience over it: dashed lines, and their intervals as outlined bands.

The columns are the timeline's: scenes, or parts of one length, for which shares and intervals are computed over viewers
as those of a second. Where the timeline draws its curve inside scenes, the audience's runs there by the second. Where
there are too few viewers for an interval, nothing is drawn: missing is neither zero nor neutral.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...analysis import Analysis
from ...audience import AudienceShares, ScreeningSummary
from ..film_page import column_traces as traces, timeline_document
from ..film_page.arrays import packed_times
from ..film_page.column_traces import Floats, Trace
from ..film_page.rows import BESIDE, RIGHT, left_margin
from ..film_page.timeline_part import FIRST_AXIS
from .columns import NOT_ENOUGH, leading_words, percents
from .pooling import pool_at, pool_of

HUE = "#808080"
_OUTLINE = {"color": HUE, "width": 0.75}
_FILL = "rgba(128,128,128,0.16)"
_SHARE = {"color": HUE, "width": 1.75, "dash": "5px,3px"}
_BY_SECOND = {"color": HUE, "width": 1, "dash": "2px,2px"}


def timeline_with_audience(
    analysis: Analysis, summary: ScreeningSummary, start: float, end: float, width: int, smoothing: int = 0
) -> dict[str, Any]:
    """A document as `timeline_document` makes it. After the film's labels `labels` has those of the audience, and
    `readouts` their shares; `readouts.audience` says in words what the audience shows in each column.
    """
    document = timeline_document(analysis, start, end, width, smoothing, scale=_scale(summary))
    readouts, labels = document["readouts"], list(summary.labels)
    shares, places = _columns(summary, document)
    share, low, high = (_known(each, shares, places) for each in (shares.share, shares.low, shares.high))
    starts, ends = np.array(readouts["starts"]), np.array(readouts["ends"])
    curve = None if document["per"] or not smoothing else _by_second(summary, start, end, width, smoothing)
    for k in range(len(labels)):
        axis = f"y{FIRST_AXIS + k}"
        document["figure"]["data"] += _band(starts, ends, low[:, k], high[:, k], axis)
        document["figure"]["data"].append(traces.level_line(starts, ends, share[:, k], axis, _SHARE))
        if curve is not None:
            document["figure"]["data"].append(traces.course(curve[0], curve[1][:, k], axis, _BY_SECOND))
    for name, values in (("shares", share), ("low", low), ("high", high)):
        readouts[name] += [percents(values[:, k]) for k in range(len(labels))]
    readouts["audience"] = [f"audience: {_words(summary, shares, place)}" for place in places.tolist()]
    document["labels"] = labels + [f"audience, {label}" for label in labels]
    return document


def _scale(summary: ScreeningSummary) -> float:
    """What the rows have to hold, as `full_scale_of`: 0.5 or 1."""
    highest = (np.nan_to_num(each).max(initial=0) for each in (summary.by_scene.high, summary.seconds.share))
    return 0.5 if max(highest) <= 0.5 else 1.0


def _columns(summary: ScreeningSummary, document: dict[str, Any]) -> tuple[AudienceShares, NDArray[np.int64]]:
    """Shares, and which of them lie in the columns of the document."""
    readouts, per = document["readouts"], document["per"]
    if not per:
        return summary.by_scene, np.array(readouts["first"], dtype=np.int64) - 1
    shares = pool_at(summary, int(per)).shares()
    places = np.rint(np.array(readouts["starts"]) / per).astype(np.int64)
    return shares, np.minimum(places, len(shares.viewers) - 1)


def _known(values: NDArray[np.float32], shares: AudienceShares, places: NDArray[np.int64]) -> Floats:
    """Values of the columns at `places`; NaN where the audience is too small for an interval."""
    return np.where(np.isnan(shares.low[places]), np.nan, values[places].astype(np.float64))


def _words(summary: ScreeningSummary, shares: AudienceShares, place: int) -> str:
    """“happy 42 % (31–55 %), 6 viewers”."""
    words = leading_words(summary, shares, place) or NOT_ENOUGH
    return f"{words}, {formatting.count(int(shares.viewers[place]), 'viewer')}"


def _by_second(
    summary: ScreeningSummary, start: float, end: float, width: int, smoothing: int
) -> tuple[Floats, Floats]:
    """Middles (n,) of seconds, or of longer parts where these are too narrow, and the means (n, k) around them."""
    pool = pool_of(summary, start, end, width - left_margin(width) - RIGHT)
    shares, middles = pool.shares(), (pool.edges[:-1] + pool.edges[1:]) / 2
    beside = (end - start) * BESIDE
    shown = (middles >= start - beside) & (middles <= end + beside)
    known = ~np.isnan(shares.low)
    reach = round(smoothing / pool.length) // 2
    means = np.full(known.shape, np.nan)
    for k in range(known.shape[1]):
        total = _sums_around(np.where(known[:, k], shares.share[:, k], 0), reach)
        counted = _sums_around(known[:, k], reach)
        means[known[:, k], k] = (total / np.maximum(counted, 1))[known[:, k]]
    return middles[shown], means[shown]


def _sums_around(values: NDArray[Any], reach: int) -> Floats:
    """(n,) the sum of each value and of `reach` on both sides, which may be more than there are."""
    sums: Floats = np.convolve(values, np.ones(2 * reach + 1))[reach : reach + len(values)]
    return sums


def _band(starts: Floats, ends: Floats, low: Floats, high: Floats, axis: str) -> list[Trace]:
    """An interval: a faint area with an outline."""
    times = packed_times(np.append(starts, ends[-1]))
    return [
        traces.steps(times, low, axis),
        traces.steps(times, high, axis, fill="tonexty", fillcolor=_FILL),
        traces.level_line(starts, ends, low, axis, _OUTLINE),
        traces.level_line(starts, ends, high, axis, _OUTLINE),
    ]
