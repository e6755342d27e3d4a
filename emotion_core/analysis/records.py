"""The records of an analysis: one per scene, and the whole."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..expression.checkpoints.calibration import Temperature
from ..observations.damage import Damage, of as damage_of
from ..observations.observations import Observations, Sample
from ..scenes.sampling import counted
from ..scenes.scenes import Scene, shots_in
from ..settings import ReportSettings
from .usable_faces import LeftOut


@dataclass(frozen=True, slots=True)
class SceneEmotion:
    """What is on the faces of one scene. Tuples are in the order of the checkpoint's labels."""

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


@dataclass(frozen=True, slots=True, eq=False)
class Analysis:
    """A film's report before it takes a form."""

    observations: Observations
    report_settings: ReportSettings
    scenes: tuple[SceneEmotion, ...]
    notes: tuple[str, ...]
    """Plain sentences a reader must know: odd material, no faces, damaged frames."""
    temperature: Temperature = field(default_factory=Temperature)
    """What the logits were divided by, and where it came from."""

    @property
    def labels(self) -> tuple[str, ...]:
        return self.observations.checkpoint.labels

    @property
    def damage(self) -> Damage | None:
        """What of the film could not be read; None if it is whole."""
        return damage_of(self.observations)

    @property
    def left_out(self) -> LeftOut:
        """Faces on the frames behind this report that are not usable."""
        return LeftOut.summed(row.left_out for row in self.scenes)

    @property
    def read_once(self) -> tuple[int, int]:
        """Faces on the frames behind this report, and how many of them were the same picture as on the frame before."""
        return _read_once(self.observations, samples_behind(self.observations, tuple(r.scene for r in self.scenes)))


def probabilities(observations: Observations, temperature: float) -> NDArray[np.float64]:
    """Softmax of every face's logits: (faces, k), rows sum to 1."""
    k = len(observations.checkpoint.labels)
    logits = np.array([e.logits for e in observations.expressions], dtype=np.float64).reshape(-1, k) / temperature
    raised = np.exp(logits - logits.max(axis=1, keepdims=True, initial=-np.inf)) if len(logits) else logits
    chances: NDArray[np.float64] = raised / raised.sum(axis=1, keepdims=True)
    return chances


def samples_behind(observations: Observations, scenes: tuple[Scene, ...]) -> tuple[Sample, ...]:
    """The samples that count for these scenes, ascending by frame."""
    return counted(observations, shots_in(scenes))


def _read_once(observations: Observations, samples: tuple[Sample, ...]) -> tuple[int, int]:
    """Faces on these samples, and how many of them were taken over."""
    frames = {s.frame for s in samples}
    both = zip(observations.faces, observations.expressions, strict=True)
    taken_over = [said.read_on is not None for face, said in both if face.sample_frame in frames]
    return len(taken_over), sum(taken_over)


NOT_ENOUGH = "not enough faces"
