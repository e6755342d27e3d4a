"""Cut detectors that run frame by frame, from stored metrics."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Protocol

from ..settings import DEFAULT_THRESHOLDS, ShotSettings
from .frame_metrics import FrameScore


class CutDetector(Protocol):
    """Detects cuts from frame scores, one frame at a time."""

    def push(self, frame: int, score: FrameScore) -> list[int]:
        """Take the next frame; return the cuts (first frames of new shots) that are now certain.

        A cut may lie before `frame`.
        """
        ...


class _FieldThreshold:
    """Rule of PySceneDetect's hash and histogram detectors.

    A frame is a cut if it differs enough from the frame before and lies at least `min_frames` after the last cut.
    """

    def __init__(self, field: str, threshold: float, min_frames: int) -> None:
        self._field, self._threshold, self._min_frames = field, threshold, min_frames
        self._last: int | None = None

    def push(self, frame: int, score: FrameScore) -> list[int]:
        if self._last is None:
            self._last = frame
            return []
        if self._field == "histogram":
            differs = score.histogram <= max(0.0, min(1.0, 1.0 - self._threshold))
        else:
            differs = score.hash >= self._threshold
        if not differs or frame - self._last < self._min_frames:
            return []
        self._last = frame
        return [frame]


class _NoCuts:
    def push(self, frame: int, score: FrameScore) -> list[int]:
        return []


def cut_detector(settings: ShotSettings, rate: Fraction) -> CutDetector:
    """Create the detector that `settings` name for a film of `rate` frames a second.

    A cut list has no frame-by-frame detector: the one returned finds no cuts. The combined detector looks ahead by
    seconds; that of histograms stands in for it while frames arrive: it finds nearly as many cuts, and costs nothing.
    """
    if settings.detector == "cuts":
        return _NoCuts()
    if settings.detector == "combined":
        return cut_detector(replace(settings, detector="histogram", threshold=None), rate)
    threshold = settings.threshold if settings.threshold is not None else DEFAULT_THRESHOLDS[settings.detector]
    shortest = settings.min_scene_frames
    match settings.detector:
        case "hash" | "histogram" as field:
            return _FieldThreshold(field, threshold, shortest)
        case "adaptive" | "content" | "threshold" as name:
            from .pyscenedetect import replay  # only these need it, and it takes long to load

            return replay(name, threshold, shortest, rate)
