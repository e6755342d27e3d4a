"""Frame metrics that the cut detectors use, computed with PySceneDetect's arithmetic to the last bit.

Functions here import OpenCV: reports read stored scores, and need it not.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..observations import LAYOUT, Scores

HASH_SIZE, HASH_LOWPASS, HISTOGRAM_BINS = 8, 2, 128
"""PySceneDetect's defaults."""

GREY = 48
"""Saturation (0 to 255) below which a pixel counts as grey."""

LOOKBACK = 1
"""Number of preceding frames that a frame's score depends on; a decoder that seeks needs this run-up and no more."""


class FrameScore(NamedTuple):
    """Metrics of one frame; units as in observations.Scores."""

    content: float
    brightness: float
    histogram: float
    hash: float
    layout: NDArray[np.uint8]


class Scorer:
    """Scores consecutive frames, each against the one before.

    The arithmetic is PySceneDetect's to the last bit. OpenCV computes it on bytes, without widening pictures to 32
    bits.
    """

    def __init__(self) -> None:
        self._hsv: NDArray[np.uint8] | None = None
        self._histogram: NDArray[np.float32] | None = None
        self._hash: NDArray[np.bool_] | None = None

    def score(self, image: NDArray[np.uint8]) -> FrameScore:
        """Score the next frame, BGR (h, w, 3)."""
        import cv2

        hsv = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        luma = cv2.cvtColor(image, cv2.COLOR_BGR2YUV)
        histogram = cv2.calcHist([luma], [0], None, [HISTOGRAM_BINS], [0, 256])
        histogram = cv2.normalize(histogram, histogram).ravel()
        grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
        hashed = _perceptual_hash(grey)
        content, correlation, distance = 0.0, 1.0, 0.0
        if self._hsv is not None and self._histogram is not None and self._hash is not None:
            # Sums of whole numbers are exact in any order.
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
        """Perceptual hash of the last frame as a 64-bit number; 0 before the first."""
        if self._hash is None:
            return 0
        return int.from_bytes(np.packbits(self._hash).tobytes())

    @property
    def place(self) -> bytes:
        """Colour counts of the last frame, as in observations.Sample; empty before the first."""
        if self._hsv is None:
            return b""
        import cv2

        hue, saturation, value = cv2.split(self._hsv)
        hue[saturation < GREY] = 0  # the hue of grey is camera noise and would blur the counts
        counts = cv2.calcHist([hue, saturation, value], [0, 1, 2], None, [8, 2, 4], [0, 180, 0, 256, 0, 256])
        shares: NDArray[np.float32] = np.sqrt(counts / hue.size)
        return np.rint(shares * 255).astype(np.uint8).tobytes()


def pack_scores(ticks: Sequence[int], rows: Sequence[FrameScore], stamps: Sequence[int] | None = None) -> Scores:
    """Pack the scores of frames shown at `ticks` (media time base) into columns; `stamps` default to `ticks`."""
    if not rows:
        return Scores.empty()
    content, brightness, histogram, hashes = np.array([row[:4] for row in rows], dtype=np.float64).T.copy()
    layout = np.stack([row.layout for row in rows])
    times, stamped = (np.array(column, dtype=np.int64) for column in (ticks, ticks if stamps is None else stamps))
    return Scores(times, content, brightness, histogram, hashes, layout, stamped)


def _perceptual_hash(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """HashDetector.hash_frame of a grey picture (h, w): which low frequencies exceed their median."""
    import cv2

    side = HASH_SIZE * HASH_LOWPASS
    small = cv2.resize(grey, (side, side), interpolation=cv2.INTER_AREA)
    low = cv2.dct(np.float32(small) / max(small.max(), 1))[:HASH_SIZE, :HASH_SIZE]
    ordered = np.sort(low, axis=None)
    bits: NDArray[np.bool_] = low > (ordered[ordered.size // 2 - 1] + ordered[ordered.size // 2]) / 2
    return bits


def unpack_scores(scores: Scores) -> Iterator[FrameScore]:
    """Iterate over a scan's scores frame by frame."""
    columns = (scores.content, scores.brightness, scores.histogram, scores.hash)
    return map(FrameScore._make, zip(*(column.tolist() for column in columns), scores.layout, strict=True))


def same_score(a: FrameScore, b: FrameScore) -> bool:
    """Whether two scores are equal to the last bit."""
    return a[:4] == b[:4] and np.array_equal(a.layout, b.layout)
