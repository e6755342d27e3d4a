"""Synthetic viewers with planted truth: for tests, and for the sample screening, which calls them synthetic.

A viewer's face follows, in each second of the film, logits that are the sum of what is planted:

    logits = base + bias of the viewer + gain * story(t - lag) + noise of the viewer(t) + the group's effect

`story` is one curve that all viewers share, and is zero outside the scenes that are to have synchrony; the noise is
each viewer's own, with the slow changes of real faces (an autoregression of first order, and a slower one below it).
Probabilities are the softmax of the logits. Readings without a face come in runs, as when a viewer looks away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..labels import REFERENCE_LABELS
from .records import Alignment, Floats, Reactions, Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """What is planted in synthetic viewers."""

    labels: tuple[str, ...] = REFERENCE_LABELS
    duration: float = 300.0
    """Of the film, seconds."""
    rate: float = 2.0
    """Readings a second."""
    scenes: Sequence[tuple[float, float]] = ()
    """Seconds [start, end) of scenes in which viewers share the story."""
    label: str = "happy"
    """The expression that the story raises."""
    gain: float = 0.0
    """Of the story in logits; 0 for viewers who share nothing."""
    story: Floats | None = None
    """(seconds,) the story's curve by second of the film, about standard deviation 1; None for one that is drawn."""
    lag: float = 0.0
    """Seconds by which viewers follow the story."""
    noise: float = 1.0
    """Standard deviation of each viewer's own noise, in logits."""
    memory: float = 5.0
    """Seconds after which the noise's correlation has fallen to 1/e."""
    effects: Mapping[str, float] = field(default_factory=dict)
    """{group: logits added to the label}, of the column "group"."""
    missing: float = 0.0
    """Share of readings without a usable face."""
    alignments: Sequence[Alignment] = ()
    """Of the recordings, repeated as needed: a recording's readings lie on its own grid of time. Empty: live."""
    seed: int = 0


def synthetic_viewers(plant: Plant, count: int, screening_id: str = "synthetic") -> tuple[Viewer, ...]:
    """The viewers, called by numbers, in the groups of the effects in turn."""
    groups = tuple(plant.effects)
    return tuple(
        Viewer(
            id=f"{screening_id}-{number}",
            screening_id=screening_id,
            name=f"Synthetic viewer {number}",
            number=number,
            kind="synthetic",
            consent=None,
            groups={"group": groups[(number - 1) % len(groups)]} if groups else {},
            alignment=_alignment(plant, number),
        )
        for number in range(1, count + 1)
    )


def synthetic_reactions(plant: Plant, count: int) -> tuple[Reactions, ...]:
    """What the viewers of `synthetic_viewers` showed."""
    seconds = int(np.ceil(plant.duration))
    rng = np.random.default_rng(plant.seed)
    story = planted_story(plant) if plant.story is None else plant.story
    groups = tuple(plant.effects)
    column = plant.labels.index(plant.label)
    reactions = []
    for number in range(1, count + 1):
        times = _times(plant, number)
        own = np.stack([_noise(rng, seconds, plant.memory) for _ in plant.labels], axis=1) * plant.noise
        logits = np.stack([np.interp(times, np.arange(seconds) + 0.5, curve) for curve in own.T], axis=1)
        logits += rng.normal(0, 0.5, len(plant.labels))
        logits[:, _neutral(plant.labels)] += 1.5
        inside = np.zeros(len(times), dtype=bool)
        for start, end in plant.scenes:
            inside |= (times >= start) & (times < end)
        followed = np.interp(times - plant.lag, np.arange(seconds) + 0.5, story)
        logits[:, column] += np.where(inside, plant.gain * followed, 0)
        if groups:
            logits[:, column] += plant.effects[groups[(number - 1) % len(groups)]]
        weights = np.exp(logits - logits.max(axis=1, keepdims=True))
        probabilities = weights / weights.sum(axis=1, keepdims=True)
        probabilities[_away(rng, len(times), plant)] = np.nan
        reactions.append(Reactions(plant.labels, times, probabilities))
    return tuple(reactions)


def planted_story(plant: Plant) -> Floats:
    """(seconds,) the curve that the viewers share: slow waves, the same for a seed."""
    rng = np.random.default_rng([plant.seed, 1])
    return _noise(rng, int(np.ceil(plant.duration)), 4.0)


def _alignment(plant: Plant, number: int) -> Alignment:
    if not plant.alignments:
        return Alignment(method="synthetic")
    return plant.alignments[(number - 1) % len(plant.alignments)]


def _times(plant: Plant, number: int) -> Floats:
    """Film seconds of a viewer's readings: a grid of the recording's own clock."""
    alignment = _alignment(plant, number)
    first, last = alignment.recording_seconds(np.array([0.0, plant.duration]))
    grid = np.arange(np.ceil(first * plant.rate), np.ceil(last * plant.rate)) / plant.rate
    times = alignment.film_seconds(grid)
    return np.asarray(times[(times >= 0) & (times < plant.duration)])


def _noise(rng: np.random.Generator, seconds: int, memory: float) -> Floats:
    """(seconds,) noise of standard deviation 1: two autoregressions, the slower with ten times the memory."""
    quick, slow = _autoregression(rng, seconds, memory), _autoregression(rng, seconds, 10 * memory)
    return np.asarray(np.sqrt(0.7) * quick + np.sqrt(0.3) * slow)


def _autoregression(rng: np.random.Generator, seconds: int, memory: float) -> Floats:
    """(seconds,) stationary, standard deviation 1, correlation exp(-lag / memory)."""
    keep = np.exp(-1 / memory)
    drawn = rng.standard_normal(seconds)
    drawn[1:] *= np.sqrt(1 - keep**2)
    curve = np.empty(seconds)
    value = 0.0
    for index, step in enumerate(drawn.tolist()):
        value = keep * value + step
        curve[index] = value
    return curve


def _neutral(labels: tuple[str, ...]) -> int:
    return labels.index("neutral") if "neutral" in labels else 0


def _away(rng: np.random.Generator, readings: int, plant: Plant) -> NDArray[np.bool_]:
    """(readings,) where no face is usable: runs of about three seconds."""
    length = max(1, round(3 * plant.rate))
    runs = rng.random(readings // length + 1) < plant.missing
    return np.repeat(runs, length)[:readings]
