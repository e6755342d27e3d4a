"""Shots: decided from the scores of a film's frames.

A scan stores what each detector measures on a frame; which frames are cuts is decided afterwards, so another detector
or threshold needs no decoding. The combined detector is in transitions.py. Content and adaptive run PySceneDetect's own
decision with the score handed in; the rules of hash and histogram are a threshold and a shortest length, written out
here and tested equal to its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

import cv2
import numpy as np
from numpy.typing import NDArray
from scenedetect.common import FrameTimecode
from scenedetect.detectors import (
    AdaptiveDetector,
    ContentDetector,
    ThresholdDetector,
)

from . import transitions
from .errors import CutListError
from .observations import LAYOUT, Observations, Scores
from .settings import DEFAULT_THRESHOLDS, ShotSettings
from .timecode import Span

HASH_SIZE, HASH_LOWPASS, HISTOGRAM_BINS = 8, 2, 128
"""PySceneDetect's defaults."""


GREY = 48
"""Pixels of less saturation (0 to 255) count as grey."""

LOOKBACK = 1
"""Frames before a frame that its score depends on: a decoder that starts anywhere else needs no longer run-up."""


@dataclass(frozen=True, slots=True)
class Shot:
    """Frames between two cuts."""

    frame_in: int
    frame_out: int
    """Exclusive."""
    span: Span
    name: str = ""
    """Given by a cut list; detectors give none."""


class FrameScore(NamedTuple):
    """What the detectors measure on one frame; units as in observations.Scores."""

    content: float
    brightness: float
    histogram: float
    hash: float
    layout: NDArray[np.uint8]


class Scorer:
    """Measures frames one after another, each against the one before.

    The arithmetic is PySceneDetect's to the last bit, done in OpenCV on bytes: no picture is widened to 32 bits.
    """

    def __init__(self) -> None:
        self._hsv: NDArray[np.uint8] | None = None
        self._histogram: NDArray[np.float32] | None = None
        self._hash: NDArray[np.bool_] | None = None

    def score(self, image: NDArray[np.uint8]) -> FrameScore:
        """Measure the next frame, BGR (h, w, 3)."""
        hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        luma = cv2.cvtColor(image, cv2.COLOR_BGR2YUV)
        histogram = cv2.calcHist([luma], [0], None, [HISTOGRAM_BINS], [0, 256])
        histogram = cv2.normalize(histogram, histogram).ravel()
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        hashed = _perceptual_hash(grey)
        content, correlation, distance = 0.0, 1.0, 0.0
        if self._hsv is not None and self._histogram is not None and self._hash is not None:
            # Sums of whole numbers: exact, whatever their order.
            hue, saturation, value, _ = cv2.sumElems(cv2.absdiff(hsv, self._hsv))
            pixels = float(hsv.shape[0] * hsv.shape[1])
            content = (hue / pixels + saturation / pixels + value / pixels) / 3.0
            correlation = float(cv2.compareHist(self._histogram, histogram, cv2.HISTCMP_CORREL))
            distance = float(np.count_nonzero(hashed != self._hash)) / hashed.size
        self._hsv, self._histogram, self._hash = hsv, histogram, hashed
        brightness = sum(cv2.sumElems(image)) / image.size
        layout = cv2.resize(grey, LAYOUT, interpolation=cv2.INTER_AREA).ravel()
        return FrameScore(content, brightness, correlation, distance, layout)

    @property
    def fingerprint(self) -> int:
        """The last frame's perceptual hash as a 64-bit number."""
        if self._hash is None:
            return 0
        return int.from_bytes(np.packbits(self._hash).tobytes())

    @property
    def place(self) -> bytes:
        """The last frame's colours, as in observations.Sample."""
        if self._hsv is None:
            return b""
        hue, saturation, value = cv2.split(self._hsv)
        hue[saturation < GREY] = 0  # grey has no hue: what the camera's noise gives it would only blur the count
        counts = cv2.calcHist([hue, saturation, value], [0, 1, 2], None, [8, 2, 4], [0, 180, 0, 256, 0, 256])
        shares: NDArray[np.float32] = np.sqrt(counts / hue.size)
        return np.rint(shares * 255).astype(np.uint8).tobytes()


def packed(ticks: Sequence[int], rows: Sequence[FrameScore]) -> Scores:
    """The scores of frames shown at `ticks` (media time base), as they are stored."""
    if not rows:
        return Scores.none()
    content, brightness, histogram, hashes = np.array([row[:4] for row in rows], dtype=np.float64).T.copy()
    layout = np.stack([row.layout for row in rows])
    return Scores(np.array(ticks, dtype=np.int64), content, brightness, histogram, hashes, layout)


def _perceptual_hash(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """HashDetector.hash_frame of a grey picture (h, w): the signs of its low frequencies about their median."""
    side = HASH_SIZE * HASH_LOWPASS
    small = cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA)
    low = cv2.dct(np.float32(small) / max(small.max(), 1))[:HASH_SIZE, :HASH_SIZE]
    ordered = np.sort(low, axis=None)
    bits: NDArray[np.bool_] = low > (ordered[ordered.size // 2 - 1] + ordered[ordered.size // 2]) / 2
    return bits


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
        cuts = set(transitions.cuts(observations.scores, threshold, settings.min_scene_frames))
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


def stored_scores(scores: Scores) -> Iterator[FrameScore]:
    """A scan's scores, frame by frame."""
    columns = (scores.content, scores.brightness, scores.histogram, scores.hash)
    return map(FrameScore._make, zip(*(column.tolist() for column in columns), scores.layout, strict=True))


def same_score(one: FrameScore, other: FrameScore) -> bool:
    """Whether two frames measured the same to the last bit."""
    return one[:4] == other[:4] and np.array_equal(one.layout, other.layout)
