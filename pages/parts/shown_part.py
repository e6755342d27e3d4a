"""Sliders that choose the part of a chart shown: what dragging a mouse over it does, by keyboard."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import streamlit as st

from emotion_core import charts

_LAST = 86_399
"""The last second of a day: a slider shows running time as a time of day."""


def of_time(end: float, key: str, label: str = "Part shown") -> list[float] | None:
    """The range of a time axis that is chosen of a film of `end` seconds; None for the whole film."""
    whole = (_clock(0), _clock(end))
    if whole[0] >= whole[1]:
        return None
    part = st.slider(
        label, *whole, whole, step=timedelta(seconds=end / 100), format="H:mm:ss" if end >= 60 else "s.SSS",
        key=f"part-{key}-{end}",
    )  # fmt: skip
    return None if part == whole else [charts.axis_time(_seconds(at)) for at in part]


def of_scenes(count: int, key: str, label: str = "Scenes shown") -> list[float] | None:
    """The range of an axis of scenes that is chosen of scenes 1 to `count`; None for all."""
    if count < 2:
        return None
    whole = (1, count)
    first, last = st.slider(label, *whole, whole, key=f"part-{key}-{count}")
    return None if (first, last) == whole else [first - 0.5, last + 0.5]


def _clock(seconds: float) -> time:
    return (datetime.min + timedelta(seconds=min(seconds, _LAST))).time()


def _seconds(clock: time) -> float:
    return (datetime.combine(datetime.min, clock) - datetime.min).total_seconds()
