"""Cut detectors: this project's combined one, and PySceneDetect's replayed from stored metrics."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any, Protocol

import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import (
    AdaptiveDetector,
    ContentDetector,
    ThresholdDetector,
)

from ..settings import DEFAULT_THRESHOLDS, ShotSettings
from .frame_metrics import FrameScore


class CutDecider(Protocol):
    """Decides cuts from scores, a frame at a time."""

    def push(self, frame: int, score: FrameScore) -> list[int]:
        """The cuts (first frames of new shots) that are certain once `frame` is seen; they may lie behind it."""
        ...


class _Replay:
    """Puts a stored score where a ContentDetector would measure one."""

    handed_in: float = 0.0

    def _calculate_frame_score(self, timecode: Any, image: Any) -> float:
        return self.handed_in


class _ReplayedContent(_Replay, ContentDetector):  # type: ignore[misc]
    pass


class _ReplayedAdaptive(_Replay, AdaptiveDetector):  # type: ignore[misc]
    pass


class _PySceneDetect:
    """Drives one of PySceneDetect's detectors with stored scores."""

    def __init__(self, detector: _ReplayedContent | _ReplayedAdaptive | ThresholdDetector, rate: Fraction) -> None:
        self._detector = detector
        self._rate = rate

    def push(self, frame: int, score: FrameScore) -> list[int]:
        if isinstance(self._detector, _Replay):
            self._detector.handed_in = score.content
        # The threshold detector takes the mean of the picture: of one value, that value.
        picture = np.array([score.brightness])
        found = self._detector.process_frame(FrameTimecode(frame, fps=self._rate), picture)
        return [cut.frame_num for cut in found]


class _Beyond:
    """The rule of PySceneDetect's hash and histogram detectors: far enough from the frame before, and not too soon."""

    def __init__(self, field: str, threshold: float, min_frames: int) -> None:
        self._field, self._threshold, self._min_frames = field, threshold, min_frames
        self._last: int | None = None

    def push(self, frame: int, score: FrameScore) -> list[int]:
        if self._last is None:
            self._last = frame
            return []
        if self._field == "histogram":
            beyond = score.histogram <= max(0.0, min(1.0, 1.0 - self._threshold))
        else:
            beyond = score.hash >= self._threshold
        if not beyond or frame - self._last < self._min_frames:
            return []
        self._last = frame
        return [frame]


class _NoCuts:
    def push(self, frame: int, score: FrameScore) -> list[int]:
        return []


def decider(settings: ShotSettings, rate: Fraction) -> CutDecider:
    """A fresh decider for `settings`; a cut list by hand decides nothing frame by frame.

    The combined detector looks ahead by seconds: while frames still come, the adaptive one stands in for it.
    """
    if settings.detector == "cuts":
        return _NoCuts()
    if settings.detector == "combined":
        return decider(replace(settings, detector="adaptive", threshold=None), rate)
    threshold = settings.threshold if settings.threshold is not None else DEFAULT_THRESHOLDS[settings.detector]
    shortest = settings.min_scene_frames
    match settings.detector:
        case "adaptive":
            return _PySceneDetect(_ReplayedAdaptive(adaptive_threshold=threshold, min_scene_len=shortest), rate)
        case "content":
            return _PySceneDetect(_ReplayedContent(threshold=threshold, min_scene_len=shortest), rate)
        case "threshold":
            return _PySceneDetect(ThresholdDetector(threshold=threshold, min_scene_len=shortest), rate)
        case "hash" | "histogram" as field:
            return _Beyond(field, threshold, shortest)
