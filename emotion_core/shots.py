"""Shots: decided from the scores of a film's frames.

A scan stores what each detector measures on a frame; which frames are cuts is decided afterwards, so another detector
or threshold needs no decoding. The combined detector is in transitions/. Content and adaptive run PySceneDetect's own
decision with the score handed in; the rules of hash and histogram are a threshold and a shortest length, written out
here and tested equal to its own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, Protocol

import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import (
    AdaptiveDetector,
    ContentDetector,
    ThresholdDetector,
)

from . import transitions
from .errors import CutListError
from .observations import Observations
from .scorer import FrameScore, stored_scores
from .settings import DEFAULT_THRESHOLDS, ShotSettings
from .timecode import Span


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames between two cuts."""

    frame_in: int
    frame_out: int
    """Exclusive."""
    span: Span
    name: str = ""
    """Given by a cut list; detectors give none."""


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


def without_layouts(observations: Observations, settings: ShotSettings) -> bool:
    """Whether the combined detector is asked for but the scan is older than the layouts it needs.

    The adaptive detector, at its usual threshold, then decides.
    """
    return settings.detector == "combined" and not observations.scores.has_layout


def shots_of(observations: Observations, settings: ShotSettings) -> tuple[Shot, ...]:
    """The film's shots, without gaps, from its first frame to its last. Raises CutListError for cuts past the end."""
    return shots_between(observations, settings, cuts_of(observations, settings))


def cuts_of(observations: Observations, settings: ShotSettings) -> tuple[int, ...]:
    """The first frames of all shots but the first, ascending. Raises CutListError for cuts past the end.

    A detector goes through the scores of every frame: more than a second for a feature film.
    """
    frames = observations.frames
    names = dict(settings.cuts) if settings.detector == "cuts" else {}
    beyond = [frame for frame in names if frame >= frames]
    if beyond:
        raise CutListError(
            f"The cut list names frame {beyond[0]}, but the film has {frames} frames (0 to {frames - 1}).",
            "Is it the list of another cut?",
        )
    if settings.detector == "cuts":
        cuts = set(names)
    elif settings.detector == "combined" and observations.scores.has_layout:
        threshold = settings.threshold if settings.threshold is not None else DEFAULT_THRESHOLDS["combined"]
        held = math.ceil(settings.held_seconds * float(observations.media.rate))
        cuts = set(transitions.cuts(observations.scores, threshold, settings.min_scene_frames, held))
    else:
        rule = decider(settings, observations.media.rate)
        rows = enumerate(stored_scores(observations.scores))
        cuts = {cut for frame, score in rows for cut in rule.push(frame, score)}
    return tuple(sorted(cut for cut in cuts if 0 < cut < frames))


def shots_between(observations: Observations, settings: ShotSettings, cuts: tuple[int, ...]) -> tuple[Shot, ...]:
    """The shots between these cuts, with the names that `settings`' cut list gives them."""
    names = dict(settings.cuts) if settings.detector == "cuts" else {}
    edges = [0, *cuts, observations.frames]
    return tuple(
        Shot(a, b, Span(observations.seconds_at(a), observations.seconds_at(b)), names.get(a, ""))
        for a, b in pairwise(edges)
    )
