"""The records of an analysis: one a scene, and the whole."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..expression import Scaling
from ..expression.checkpoints import Temperature
from ..observations import Damage, Observations, Sample, damage_of
from ..scenes import Scene, counted_samples, shots_in
from ..settings import ReportSettings, digest
from . import usable_faces
from .usable_faces import LeftOut


@dataclass(frozen=True, slots=True)
class SceneEmotion:
    """The apparent expressions of one scene. Tuples are in the order of the checkpoint's labels."""

    scene: Scene
    shares: tuple[float, ...] | None
    """Sum to 1; None where no face was usable, and for a scene that is no part of the film."""
    intervals: tuple[tuple[float, float], ...] | None
    """(low, high) a label; None with fewer than three frames with usable faces."""
    dominant: str | None
    """The label with the largest share; None below the coverage floor ("not enough faces"), and outside the film."""
    intensity: float | None
    """1 - the neutral share, 0 to 1; None without shares or without a neutral label."""
    faces: int
    """Usable faces on the sampled frames."""
    people: float | None
    """Mean faces of any size on a sampled frame, usable or not; None without sampled frames."""
    frames_sampled: int
    frames_with_faces: int
    """Sampled frames with at least one usable face."""
    coverage: float | None
    """frames_with_faces / frames_sampled; None without sampled frames."""
    left_out: LeftOut = field(default_factory=LeftOut)
    """Faces on the sampled frames that are not usable."""

    def interval_of(self, label_index: int) -> tuple[float, float] | None:
        return None if self.intervals is None else self.intervals[label_index]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Analysis:
    """A film's report before it takes a form. What is made of one can be kept for as long as it is in memory."""

    observations: Observations
    report_settings: ReportSettings
    scenes: tuple[SceneEmotion, ...]
    notes: tuple[str, ...]
    """Sentences that a reader of the report must know: odd material, no faces, damaged frames."""
    temperature: Temperature = field(default_factory=Temperature)
    """The temperature of the logits, and where it came from."""

    @property
    def labels(self) -> tuple[str, ...]:
        return self.observations.checkpoint.labels

    @property
    def damage(self) -> Damage | None:
        """The film's damage; None if it is whole."""
        return damage_of(self.observations)

    @property
    def left_out(self) -> LeftOut:
        """Faces on the frames behind this report that are not usable."""
        return LeftOut.summed(row.left_out for row in self.scenes)

    @property
    def reused_faces(self) -> tuple[int, int]:
        """Number of faces on the frames behind this report, and of those whose reading was reused from an earlier frame
        with the same crop.
        """
        return count_reused(self.observations, samples_behind(self.observations, tuple(r.scene for r in self.scenes)))


@dataclass(frozen=True, slots=True)
class AnalysisKey:
    """All inputs of an analysis of one scan: the key of the caches of analyses."""

    segments: int
    """Of observations."""
    settings: str
    """Digest of the report settings."""
    temperature: str
    """Key of the temperature."""
    usable_faces: str
    """Fingerprint of the rule of usable faces."""

    @classmethod
    def of(cls, segments: int, settings: ReportSettings, temperature: Temperature) -> AnalysisKey:
        """The key under the rule of usable faces as it is now."""
        return cls(segments, digest(settings), temperature.key, usable_faces.fingerprint())

    def __str__(self) -> str:
        return f"{self.segments}-{self.settings}-{self.temperature}-{self.usable_faces}"


def probabilities(observations: Observations, scaling: Scaling) -> NDArray[np.float64]:
    """Probabilities of every face's labels: (faces, k), rows sum to 1."""
    logits = np.array([expression.logits for expression in observations.expressions], dtype=np.float64)
    return scaling.probabilities(logits.reshape(-1, len(observations.checkpoint.labels)))


def samples_behind(observations: Observations, scenes: tuple[Scene, ...]) -> tuple[Sample, ...]:
    """The samples that count for these scenes, ascending by frame."""
    return counted_samples(observations, shots_in(scenes))


def samples_by_scene(analysis: Analysis) -> tuple[tuple[Sample, ...], ...]:
    """The samples behind each scene of an analysis."""
    scenes = tuple(row.scene for row in analysis.scenes)
    behind = samples_behind(analysis.observations, scenes)
    frames = [sample.frame for sample in behind]
    return tuple(behind[bisect_left(frames, s.frame_in) : bisect_left(frames, s.frame_out)] for s in scenes)


def count_reused(observations: Observations, samples: tuple[Sample, ...]) -> tuple[int, int]:
    """Number of faces on these samples, and of those whose reading was reused from an earlier frame."""
    frames = {sample.frame for sample in samples}
    pairs = zip(observations.faces, observations.expressions, strict=True)
    reused = [expression.read_on is not None for face, expression in pairs if face.sample_frame in frames]
    return len(reused), sum(reused)


NOT_ENOUGH = "not enough faces"
"""Stands for the dominant label of a scene below the coverage floor."""
