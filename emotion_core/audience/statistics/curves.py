"""Viewers' curves: the mean probabilities of each viewer in each second and in each scene of a film.

Second s of the film covers [s, s + 1), a scene [start, end). A viewer's value of label k there is the mean of p_k over
the usable readings in it. Its coverage is usable readings / readings. Below the coverage floor the value is missing
(NaN), as it is where there is no reading at all: missing is neither zero nor neutral.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ...analysis import SceneEmotion
from ...errors import SettingsError
from ...labels import canonical, neutral_index
from ..records import Reactions
from ..settings import AudienceSettings

Floats32 = NDArray[np.float32]
Ints = NDArray[np.int64]
MAX_SECONDS = 86_400
"""Longest film of which curves are made, seconds."""


@dataclass(frozen=True, slots=True)
class SceneSpan:
    """Where a scene lies in the film."""

    number: int
    """From 1."""
    start: float
    """Seconds from the film's first frame."""
    end: float
    """Seconds, exclusive."""
    name: str = ""
    counts: bool = True
    """Whether the scene is part of the film; leader, bars and slate are shown, and never ranked."""


Scenes = Sequence[SceneEmotion] | Sequence[tuple[float, float]] | Sequence[SceneSpan]


@dataclass(frozen=True, slots=True, eq=False)
class ViewerCurves:
    """What each viewer showed in each bin; a bin is a second or a scene."""

    values: Floats32
    """(viewers, bins, labels), rows sum to 1; NaN below the coverage floor."""
    coverage: Floats32
    """(viewers, bins) usable readings / readings, 0 to 1; NaN where a viewer has no reading."""

    @property
    def usable(self) -> NDArray[np.bool_]:
        """(viewers, bins) whether a viewer has a value there."""
        return np.asarray(~np.isnan(self.values[:, :, 0]))


def spans_of(scenes: Scenes) -> list[SceneSpan]:
    """The spans of an analysis's scenes, or of (start, end) pairs in seconds, numbered from 1."""
    spans = []
    rows: Sequence[SceneEmotion | tuple[float, float] | SceneSpan] = scenes
    for number, scene in enumerate(rows, start=1):
        if isinstance(scene, SceneSpan):
            spans.append(scene)
        elif isinstance(scene, SceneEmotion):
            row = scene.scene
            spans.append(SceneSpan(row.number, float(row.span.start), float(row.span.end), row.name, row.counts))
        else:
            spans.append(SceneSpan(number, float(scene[0]), float(scene[1])))
    return spans


def scenes_at(was: SceneSpan, spans: Sequence[SceneSpan]) -> list[int]:
    """Indices of the scenes at the time of one that was: those that share half of the shorter of both with it.

    Of a scene that was split its parts, of one that was merged the whole, of one whose edges were moved that one.
    """
    shared = [min(was.end, span.end) - max(was.start, span.start) for span in spans]
    shorter = [min(was.end - was.start, span.end - span.start) for span in spans]
    return [
        index for index, (own, least) in enumerate(zip(shared, shorter, strict=True)) if 0 < own >= least / 2 - 1e-9
    ]


def count_seconds(duration: float) -> int:
    """The number of seconds of a film, the last begun one included. Raises SettingsError."""
    if not 0 < duration <= MAX_SECONDS:
        raise SettingsError(f"The film lasts {duration:g} seconds.", f"Give more than 0 and at most {MAX_SECONDS:,}.")
    return max(1, math.ceil(duration - 1e-6))


def seconds_of(span: SceneSpan, seconds: int) -> tuple[int, int]:
    """The first second of a scene and the one after its last: those whose middle lies in the scene."""
    first, last = math.ceil(span.start - 0.5), math.ceil(span.end - 0.5)
    return min(max(first, 0), seconds), min(max(last, 0), seconds)


def curves_by_second(
    reactions: Sequence[Reactions], seconds: int, settings: AudienceSettings, labels: int
) -> ViewerCurves:
    """Each viewer's curve over the film's seconds."""
    starts = np.arange(seconds, dtype=np.float64)
    return _curves(reactions, starts, starts + 1, settings.second_floor, labels)


def curves_by_scene(
    reactions: Sequence[Reactions], spans: Sequence[SceneSpan], settings: AudienceSettings, labels: int
) -> ViewerCurves:
    """Each viewer's means over the scenes, from the readings themselves: scenes need not begin at whole seconds."""
    starts = np.array([span.start for span in spans], dtype=np.float64)
    ends = np.array([span.end for span in spans], dtype=np.float64)
    return _curves(reactions, starts, ends, settings.scene_floor, labels)


def in_order(reactions: Reactions, labels: tuple[str, ...], name: str) -> Reactions:
    """The reactions with their labels in the order of `labels`; equal expressions may be named differently.

    Raises SettingsError, naming the viewer, where the labels mean other expressions.
    """
    if reactions.labels == labels:
        return reactions
    places = {canonical(label) or label: column for column, label in enumerate(reactions.labels)}
    wanted = [canonical(label) or label for label in labels]
    if sorted(wanted) != sorted(places):
        raise SettingsError(
            f"{name} was read with other labels: {', '.join(reactions.labels)} instead of {', '.join(labels)}.",
            "Read the film and all its viewers with one checkpoint.",
        )
    columns = [places[label] for label in wanted]
    return Reactions(labels, reactions.seconds, reactions.probabilities[:, columns], reactions.replayed)


def intensity(values: Floats32, labels: tuple[str, ...]) -> Floats32 | None:
    """1 - neutral, without the axis of labels; None where there is no neutral label."""
    neutral = neutral_index(labels)
    return None if neutral is None else np.asarray(1 - values[..., neutral], dtype=np.float32)


def _curves(
    reactions: Sequence[Reactions],
    starts: NDArray[np.float64],
    ends: NDArray[np.float64],
    floor: float,
    labels: int,
) -> ViewerCurves:
    """Means and coverage over [start, end), by running sums of the readings."""
    values = np.full((len(reactions), len(starts), labels), np.nan, dtype=np.float32)
    coverage = np.full((len(reactions), len(starts)), np.nan, dtype=np.float32)
    for row, viewer in enumerate(reactions):
        order = np.argsort(viewer.seconds, kind="stable")
        seconds, usable = viewer.seconds[order], viewer.usable[order]
        first, last = np.searchsorted(seconds, starts), np.searchsorted(seconds, ends)
        last = np.maximum(first, last)
        probabilities = np.where(usable[:, None], viewer.probabilities[order], 0)
        sums = np.zeros((len(seconds) + 1, labels + 1))
        np.cumsum(probabilities, axis=0, out=sums[1:, :labels])
        np.cumsum(usable, out=sums[1:, labels])
        within = sums[last] - sums[first]
        readings, counted = last - first, np.rint(within[:, labels])
        with np.errstate(invalid="ignore", divide="ignore"):
            covered = np.where(readings > 0, counted / readings, np.nan)
            means = within[:, :labels] / counted[:, None]
        coverage[row] = covered
        values[row] = np.where(((counted > 0) & (covered >= floor))[:, None], means, np.nan)
    return ViewerCurves(values, coverage)
