"""PySceneDetect's detectors, replayed from stored metrics."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import (
    AdaptiveDetector,
    ContentDetector,
    ThresholdDetector,
)

from .frame_metrics import FrameScore


class _Replay:
    """Returns a stored score where ContentDetector would compute one from the picture."""

    stored_score: float = 0.0

    def _calculate_frame_score(self, timecode: Any, image: Any) -> float:
        return self.stored_score


class _ReplayedContent(_Replay, ContentDetector):  # type: ignore[misc]
    pass


class _ReplayedAdaptive(_Replay, AdaptiveDetector):  # type: ignore[misc]
    pass


class _Detector:
    """Drives one of PySceneDetect's detectors with stored scores."""

    def __init__(self, detector: _ReplayedContent | _ReplayedAdaptive | ThresholdDetector, rate: Fraction) -> None:
        self._detector = detector
        self._rate = rate

    def push(self, frame: int, score: FrameScore) -> list[int]:
        if isinstance(self._detector, _Replay):
            self._detector.stored_score = score.content
        # The threshold detector averages the picture; the average of one value is that value.
        picture = np.array([score.brightness])
        cuts = self._detector.process_frame(FrameTimecode(frame, fps=self._rate), picture)
        return [cut.frame_num for cut in cuts]


def replay(
    name: Literal["adaptive", "content", "threshold"], threshold: float, shortest: int, rate: Fraction
) -> _Detector:
    """The detector called `name`, with scenes of at least `shortest` frames, for a film of `rate` frames a second."""
    match name:
        case "adaptive":
            return _Detector(_ReplayedAdaptive(adaptive_threshold=threshold, min_scene_len=shortest), rate)
        case "content":
            return _Detector(_ReplayedContent(threshold=threshold, min_scene_len=shortest), rate)
        case "threshold":
            return _Detector(ThresholdDetector(threshold=threshold, min_scene_len=shortest), rate)
