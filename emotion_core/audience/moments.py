"""Key moments of a screening: the scenes that an editor looks at first. A pure function of the summary.

Scenes that are no part of the film, and those with fewer usable viewers than the settings ask for, are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ..formatting import percent
from ..labels import neutral_index
from .statistics import Floats32
from .summary import ScreeningSummary

Kind = Literal["intense", "apart", "together", "leaving"]

LEAVING = 0.2
"""Least share of the readings without a usable face, or of viewers below the floor, that counts as leaving."""
SYNCHRONOUS = 0.05
"""Adjusted p below which a scene is called synchronous."""


@dataclass(frozen=True, slots=True)
class KeyMoment:
    """A scene, and why it is one."""

    kind: Kind
    scene: int
    """Index in the summary's scenes."""
    words: str
    """What was measured there, with its number."""


def key_moments(summary: ScreeningSummary, of_each: int = 2) -> tuple[KeyMoment, ...]:
    """At most `of_each` scenes of each kind, the largest first; a kind that cannot be told has none."""
    found = (*_intense(summary), *_apart(summary), *_together(summary), *_leaving(summary))
    kept: list[KeyMoment] = []
    for moment in found:
        if sum(each.kind == moment.kind for each in kept) < of_each:
            kept.append(moment)
    return tuple(kept)


def _largest(summary: ScreeningSummary, values: Floats32) -> Sequence[int]:
    """Indices of the scenes that can be told about, by value, the largest first."""
    enough = summary.by_scene.viewers >= summary.settings.least_viewers
    counts = np.array([scene.counts for scene in summary.scenes], dtype=bool)
    known = np.flatnonzero(enough & counts & ~np.isnan(values))
    order: list[int] = known[np.argsort(-values[known], kind="stable")].tolist()
    return order


def _intense(summary: ScreeningSummary) -> Iterator[KeyMoment]:
    neutral = neutral_index(summary.labels)
    if neutral is None:
        return
    intensity = 1 - summary.by_scene.share[:, neutral]
    for scene in _largest(summary, intensity):
        others = np.where(np.arange(len(summary.labels)) == neutral, -1, summary.by_scene.share[scene])
        label = summary.labels[int(np.argmax(others))]
        yield KeyMoment(
            "intense",
            scene,
            f"intensity {percent(float(intensity[scene]))}, most of it {label} ({percent(float(others.max()))})",
        )


def _apart(summary: ScreeningSummary) -> Iterator[KeyMoment]:
    if summary.cast is None or summary.cast.reason is not None:
        return
    for scene in summary.cast.by_distance:
        cast, audience = summary.cast.scenes[scene], summary.by_scene.share[scene]
        yield KeyMoment(
            "apart",
            scene,
            f"cast {summary.labels[int(np.nanargmax(cast))]}, audience {summary.labels[int(np.nanargmax(audience))]}; "
            f"distance {float(summary.cast.distance[scene]):.2f} of 1",
        )


def _together(summary: ScreeningSummary) -> Iterator[KeyMoment]:
    adjusted = summary.synchrony.adjusted
    significant = np.where(adjusted < SYNCHRONOUS, summary.synchrony.correlation, np.nan)
    best = np.max(np.nan_to_num(significant, nan=-2), axis=1)
    for scene in _largest(summary, np.where(best > 0, best, np.nan).astype(np.float32)):
        label = int(np.nanargmax(significant[scene]))
        yield KeyMoment(
            "together",
            scene,
            f"{summary.labels[label]}: correlation {best[scene]:.2f}, adjusted p {float(adjusted[scene, label]):.3f}",
        )


def _leaving(summary: ScreeningSummary) -> Iterator[KeyMoment]:
    for scene in summary.leaving.by_away:
        away = float(summary.leaving.away[scene])
        if away >= LEAVING:
            yield KeyMoment("leaving", scene, f"no usable face in {percent(away)} of the readings")
