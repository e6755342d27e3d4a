"""Shares of an audience as columns of a chart, and the words about each."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ... import formatting
from ...audience import AudienceShares, ScreeningSummary
from ...labels import neutral_index
from ..film_page import CLEAR, NONE, Columns
from .selection import INTENSITY

Floats = NDArray[np.float64]
NOT_ENOUGH = "not enough viewers"
"""In place of shares without an interval."""
Line = tuple[Floats, Floats, Floats]
"""Share, low and high, each (n,)."""


def columns_of(summary: ScreeningSummary, shares: AudienceShares, edges: Floats, per: float) -> Columns:
    """Columns between `edges` (n + 1 seconds); `per` is their length in seconds, 0 where each is a scene."""
    starts = np.array([scene.start for scene in summary.scenes])
    first = np.maximum(np.searchsorted(starts, edges[:-1] + 1e-6, side="right"), 1)
    last = np.maximum(np.searchsorted(starts, edges[1:] - 1e-6), first)
    count = len(edges) - 1
    missing = np.isnan(shares.share[:, 0])
    dominant = np.where(missing, -1, np.argmax(np.nan_to_num(shares.share, nan=-1), axis=1))
    counted = np.array([scene.counts for scene in summary.scenes], dtype=bool)
    return Columns(
        edges[:-1], edges[1:], first, last,
        shares.share.astype(np.float64), shares.low.astype(np.float64), shares.high.astype(np.float64),
        np.asarray(shares.viewers / max(1, len(summary.viewers)), dtype=np.float64),
        shares.viewers, np.full(count, len(summary.viewers)), shares.viewers,
        dominant, np.full(count, -1), np.where(missing, NONE, CLEAR),
        counts=counted[first - 1] | counted[last - 1] if len(counted) else np.ones(count, dtype=bool),
        per=per,
    )  # fmt: skip


def between(columns: Columns, start: float, end: float, beside: float) -> slice:
    """The columns from `start` to `end` and `beside` seconds on either side."""
    first = max(0, int(np.searchsorted(columns.ends, start - beside, side="right")))
    last = min(len(columns), int(np.searchsorted(columns.starts, end + beside)))
    return slice(min(first, len(columns) - 1), max(last, first + 1))


def line_of(summary: ScreeningSummary, shares: AudienceShares, row: int) -> Line:
    """The share of a label, or intensity, with its interval."""
    if row == INTENSITY:
        neutral = neutral_index(summary.labels)
        assert neutral is not None
        share, low, high = (
            np.asarray(each[:, neutral], dtype=np.float64) for each in (shares.share, shares.high, shares.low)
        )
        return 1 - share, 1 - low, 1 - high
    share, low, high = (np.asarray(each[:, row], dtype=np.float64) for each in (shares.share, shares.low, shares.high))
    return share, low, high


def own_of(summary: ScreeningSummary, cast: NDArray[np.float32], row: int) -> Floats:
    """The film's own share of a label, or its intensity."""
    if row == INTENSITY:
        neutral = neutral_index(summary.labels)
        assert neutral is not None
        return np.asarray(1 - cast[:, neutral], dtype=np.float64)
    return np.asarray(cast[:, row], dtype=np.float64)


def percents(values: Floats) -> list[int | None]:
    """Whole percents, None for missing."""
    whole = np.rint(100 * np.nan_to_num(values, nan=-1)).astype(int)
    return [value if value >= 0 else None for value in whole.tolist()]


def scene_titles(summary: ScreeningSummary, columns: Columns) -> list[str]:
    """“Scene 3: Station”, “Scenes 3–5”."""
    titles = []
    for first, last in zip(columns.first.tolist(), columns.last.tolist(), strict=True):
        name = summary.scenes[first - 1].name
        named = f"Scene {first}: {name}" if name else f"Scene {first}"
        titles.append(named if first == last else f"Scenes {first}–{last}")
    return titles


def times(columns: Columns) -> list[str]:
    """“0:01:10 – 0:01:20”."""
    spans = zip(columns.starts.tolist(), columns.ends.tolist(), strict=True)
    return [f"{formatting.hms(start)} – {formatting.hms(end)}" for start, end in spans]


def evidence(columns: Columns) -> list[str]:
    """“9 of 12 viewers with a usable face”."""
    pairs = zip(columns.faces.tolist(), columns.frames.tolist(), strict=True)
    return [f"{seen} of {formatting.count(all_of_them, 'viewer')} with a usable face" for seen, all_of_them in pairs]


def texts(summary: ScreeningSummary, columns: Columns, leading: list[str]) -> dict[str, Any]:
    """What `readouts` of a document have but for the shares."""
    return {
        "starts": np.round(columns.starts, 3).tolist(),
        "ends": np.round(columns.ends, 3).tolist(),
        "first": columns.first.tolist(),
        "last": columns.last.tolist(),
        "titles": scene_titles(summary, columns),
        "times": times(columns),
        "leading": leading,
        "evidence": evidence(columns),
    }


def share_words(summary: ScreeningSummary, shares: AudienceShares, row: int, place: int = 0) -> str | None:
    """“12 % (8–15 %)” of the bin `place`; None where nobody has a usable face."""
    share, low, high = (float(each[place]) for each in line_of(summary, shares, row))
    if np.isnan(share):
        return None
    interval = "" if np.isnan(low) else f" ({100 * low:.0f}–{formatting.percent(high)})"
    return f"{formatting.percent(share)}{interval}"


def leading_words(summary: ScreeningSummary, shares: AudienceShares, place: int) -> str | None:
    """“happy 42 % (31–55 %)”, “mixed: happy 42 % …, sad 38 % …” of a bin; None with too few viewers for an interval."""
    leading = shares.leading(place)
    if leading is None or leading.certainty == "few viewers":
        return None
    is_mixed = leading.certainty == "mixed"
    shown = [leading.label, leading.rival] if is_mixed else [leading.label]
    words = [f"{summary.labels[label]} {share_words(summary, shares, label, place)}" for label in shown]
    return ("mixed: " if is_mixed else "") + ", ".join(words)
